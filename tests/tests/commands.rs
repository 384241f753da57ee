//! The commands that need no mailbox: JSON, exit codes, and what they say of bad input.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::binary;
use langhals_tests::samples::sample_mailbox;
use serde_json::Value;

fn langhals(dir: &Path, args: &[&str]) -> Output {
    Command::new(binary().unwrap()).args(args).current_dir(dir).output().unwrap()
}

fn models() -> String {
    repo_root().join("models").to_str().unwrap().to_owned()
}

fn lines(said: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&said.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn classify_reads_files_folders_maildirs_mboxes_and_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let samples = sample_mailbox(6).unwrap();
    fs::write(dir.path().join("one.eml"), &samples[0].1).unwrap();
    fs::create_dir_all(dir.path().join("Maildir/cur")).unwrap();
    fs::create_dir_all(dir.path().join("Maildir/new")).unwrap();
    fs::write(dir.path().join("Maildir/cur/1.a:2,S"), &samples[1].1).unwrap();
    fs::write(dir.path().join("Maildir/new/2.a"), &samples[2].1).unwrap();
    fs::write(dir.path().join("Maildir/dovecot.index.log"), b"not a mail").unwrap();
    let mbox: Vec<u8> = samples[3..5]
        .iter()
        .flat_map(|(_, mail)| [b"From a@b Sat Nov 21 08:00:00 2026\n", &mail[..], b"\n"].concat())
        .collect();
    fs::write(dir.path().join("box.mbox"), mbox).unwrap();

    let models = models();
    let said = langhals(
        dir.path(),
        &["classify", "--model", &models, "--format", "json", "one.eml", "Maildir", "box.mbox"],
    );
    let found: Vec<(String, u64)> = lines(&said)
        .iter()
        .map(|line| (line["path"].as_str().unwrap().to_owned(), line["index"].as_u64().unwrap()))
        .collect();
    let expected = [
        ("one.eml", 0),
        ("Maildir/cur/1.a:2,S", 0),
        ("Maildir/new/2.a", 0),
        ("box.mbox", 0),
        ("box.mbox", 1),
    ];
    assert_eq!(found, expected.map(|(path, index)| (path.to_owned(), index)));

    let mut child = Command::new(binary().unwrap())
        .args(["classify", "--model", &models, "--format", "json", "-"])
        .current_dir(dir.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&samples[0].1).unwrap();
    let piped = child.wait_with_output().unwrap();
    let first =
        &lines(&langhals(dir.path(), &["classify", "--model", &models, "--format", "json", "one.eml"]))[0];
    let mut other = lines(&piped)[0].clone();
    other["path"] = first["path"].clone();
    assert_eq!(&other, first);
}

#[test]
fn classify_prints_exactly_the_keys_of_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("one.eml"), &sample_mailbox(1).unwrap()[0].1).unwrap();
    let said = langhals(dir.path(), &["classify", "--model", &models(), "--format", "json", "one.eml"]);
    let line = &lines(&said)[0];
    let keys: BTreeSet<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
    let promised = [
        "path",
        "index",
        "message_id",
        "received",
        "class",
        "confidence",
        "probabilities",
        "priority",
        "priority_probabilities",
        "unsure",
        "deadline",
        "deadline_rule",
        "periods",
        "references",
        "language",
        "flags",
        "tags",
        "reasons",
        "defects",
        "model",
    ];
    assert_eq!(keys, BTreeSet::from(promised));
    let sum: f64 = ["application", "inquiry", "other"]
        .iter()
        .map(|class| line["probabilities"][class].as_f64().unwrap())
        .sum();
    assert!((sum - 1.0).abs() < 1e-6);
    assert!(line["reasons"].as_array().unwrap().iter().all(|reason| {
        reason["for"].is_string() && reason["text"].is_string() && reason["weight"].is_number()
    }));
}

#[test]
fn nonsense_is_still_a_mail_and_a_missing_file_is_said() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("zero"), b"").unwrap();
    fs::write(dir.path().join("noise"), (0..=255).cycle().take(70_000).collect::<Vec<u8>>()).unwrap();
    let said = langhals(dir.path(), &["classify", "--model", &models(), "--format", "json", "zero", "noise"]);
    assert_eq!(lines(&said).len(), 2);
    assert!(lines(&said)[0]["defects"].as_array().unwrap().iter().any(|defect| defect == "no-headers"));
    let said = langhals(dir.path(), &["classify", "--model", &models(), "gone.eml"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("cannot read gone.eml"));
}

#[test]
fn wrong_usage_is_exit_code_two() {
    let dir = tempfile::tempdir().unwrap();
    for args in [&["dream"][..], &["run", "--twice"], &["classify"], &["tags", "--client", "pine"]] {
        assert_eq!(langhals(dir.path(), args).status.code(), Some(2), "{args:?}");
    }
    let said = langhals(dir.path(), &["check", "--config", "nowhere.toml"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&said.stderr).contains("nowhere.toml: cannot be read"));
}

#[test]
fn training_measures_itself_and_a_worse_model_is_exit_code_three() {
    let dir = tempfile::tempdir().unwrap();
    let corpus = repo_root().join("data/corpus");
    let corpus = |name: &str| corpus.join(format!("{name}.jsonl")).to_str().unwrap().to_owned();
    // Few and hard mails of two authors: this model must be worse than the default one.
    let held_out = ["--held-out", &corpus("t03")];
    let said = langhals(
        dir.path(),
        &[&["train", "--corpus", &corpus("t02"), &corpus("t10"), "--out", "small"], &held_out[..]].concat(),
    );
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(String::from_utf8_lossy(&said.stdout).contains("macro-F1"));
    let again = langhals(
        dir.path(),
        &[&["train", "--corpus", &corpus("t10"), &corpus("t02"), "--out", "twin"], &held_out[..]].concat(),
    );
    assert!(again.status.success());
    for file in ["manifest.json", "weights.bin", "exam.json"] {
        let (one, two) =
            (fs::read(dir.path().join("small").join(file)), fs::read(dir.path().join("twin").join(file)));
        assert_eq!(one.unwrap(), two.unwrap(), "{file} differs between two trainings");
    }
    let card = |name: &str| fs::read_to_string(dir.path().join(name).join("CARD.md")).unwrap();
    assert_eq!(card("small").replace("small", "twin"), card("twin"));
    let refused = langhals(dir.path(), &["train", "--corpus", &corpus("t02"), "--out", "small"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("never overwritten"));

    let models = models();
    let evaluate = |model: &str, against: &str| {
        langhals(
            dir.path(),
            &[
                "evaluate",
                "--model",
                model,
                "--corpus",
                &corpus("t09"),
                "--against",
                against,
                "--format",
                "json",
            ],
        )
    };
    let worse = evaluate("small", &models);
    assert_eq!(worse.status.code(), Some(3), "{}", String::from_utf8_lossy(&worse.stderr));
    assert_eq!(lines(&worse)[0]["against"]["worse"], true);
    assert!(evaluate(&models, "small").status.success());
    let html = langhals(
        dir.path(),
        &["evaluate", "--model", &models, "--corpus", &corpus("t09"), "--format", "html"],
    );
    assert!(html.status.success() && html.stdout.starts_with(b"<!doctype html>"));

    // What it says of itself: the card, and a threshold for what an operator wishes.
    let card = fs::read_to_string(dir.path().join("small/CARD.md")).unwrap();
    assert!(card.starts_with("# Model card: small") && card.contains("held out"), "{card}");
    let said = fs::read_to_string(dir.path().join("small/manifest.json")).unwrap();
    let risk: Vec<Value> = serde_json::from_str::<Value>(&said).unwrap()["risk"].as_array().unwrap().clone();
    assert!(risk.len() > 10);
    let bound = |point: &Value| point["bound"].as_f64().unwrap();
    assert!(risk.windows(2).all(|pair| bound(&pair[0]) >= bound(&pair[1])), "{risk:?}");

    // What training says of its own mails is what a promotion compares by.
    fs::create_dir(dir.path().join("models")).unwrap();
    for model in ["small", "twin"] {
        fs::rename(dir.path().join(model), dir.path().join("models").join(model)).unwrap();
    }
    fs::write(dir.path().join("models/PROMOTED"), "small\n").unwrap();
    let said = langhals(dir.path(), &["models", "promote", "twin", "--force"]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let stdout = String::from_utf8_lossy(&said.stdout);
    assert!(
        stdout.contains("mails only twin right on 0, only small right on 0 (McNemar p = 1.000)"),
        "{stdout}"
    );
}

#[test]
fn a_report_says_what_is_sorted_how_alike_and_what_more_mails_would_bring() {
    let dir = tempfile::tempdir().unwrap();
    let corpus = |name: &str| {
        let text = fs::read_to_string(repo_root().join(format!("data/corpus/{name}.jsonl"))).unwrap();
        let some: String = text.lines().take(60).map(|line| format!("{line}\n")).collect();
        fs::write(dir.path().join(format!("{name}.jsonl")), some).unwrap();
        format!("{name}.jsonl")
    };
    let (judged, learnt) = (corpus("t06"), corpus("t02"));
    let models = models();
    let mut args =
        vec!["evaluate", "--model", &models, "--corpus", &judged, "--fairness", "--learning-curve"];
    args.extend(["--learn-from", &learnt]);
    let said = langhals(dir.path(), &[&args[..], &["--format", "json"]].concat());
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let json = &lines(&said)[0];
    assert!(json["risk_coverage"].as_array().unwrap().len() > 5);
    assert_eq!(json["at_most_wrong"].as_array().unwrap().len(), 3);
    assert!(json["fairness"]["names"]["variants"].as_u64().unwrap() > 500);
    // Too small a share has no point; all of them have.
    let curve = json["learning_curve"].as_array().unwrap();
    assert!(curve.len() > 2 && curve.last().unwrap()["records"] == 60, "{curve:?}");
    assert_eq!(json["class"]["confusion"].as_array().unwrap().len(), 3);

    // A file that is called a page is one, whatever the format.
    let said = langhals(dir.path(), &[&args[..], &["--report", "report.html"]].concat());
    assert!(said.status.success() && said.stdout.is_empty());
    let page = fs::read_to_string(dir.path().join("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && !page.contains("<script"));

    let cheated = langhals(
        dir.path(),
        &["evaluate", "--model", &models, "--corpus", &judged, "--learning-curve", "--learn-from", &judged],
    );
    assert_eq!(cheated.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&cheated.stderr).contains("must not be measured on mails that it has learnt")
    );
}

#[test]
fn a_broken_corpus_is_said_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("c.jsonl"), "\n{\"id\": 1}\n").unwrap();
    let said = langhals(dir.path(), &["evaluate", "--model", &models(), "--corpus", "c.jsonl"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("c.jsonl:2"), "{said:?}");
}
