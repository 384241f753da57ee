//! The running system says what it is: `register-entry`, for the register, the AI Act and the senders.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;
use std::time::Duration;

use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, special};
use serde_json::Value;

const MARK: &str = "Zwiebelfischkonzert";

/// Where the program keeps the mails on which it measures what judging costs.
const MAILS: &str = "crates/cli/src/register/energy/mails.mbox";

struct Said {
    entry: String,
    facts: Value,
    complaints: String,
}

fn said(langhals: &Langhals) -> Said {
    let markdown = langhals.run(&["register-entry"]).unwrap();
    let json = langhals.run(&["register-entry", "--format", "json"]).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert!(markdown.status.success() && json.status.success(), "{}", text(&json.stderr));
    assert_eq!(text(&markdown.stderr), text(&json.stderr));
    Said {
        entry: text(&markdown.stdout),
        facts: serde_json::from_slice(&json.stdout).unwrap(),
        complaints: text(&json.stderr),
    }
}

#[test]
fn the_running_system_writes_its_entry() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let before = said(&langhals);
    assert_eq!(before.facts["observed"], Value::Null, "nothing is claimed where nothing was seen");
    assert!(before.entry.contains("liegen noch keine Zahlen vor"));

    for (_, bytes) in sample_mailbox(30).unwrap() {
        server.deliver(1, &bytes).unwrap();
    }
    server.deliver(1, &special::marked_mail(MARK)).unwrap();
    let running = langhals.spawn().unwrap();
    wait_for("31 sorted mails", Duration::from_mins(1), || {
        let queue = langhals.run(&["queue", "--format", "json"])?;
        let tagged = String::from_utf8(queue.stdout)?.matches("\"state\":\"tagged\"").count();
        Ok((tagged == 31).then_some(()))
    })
    .unwrap();
    let Said { entry, facts, complaints } = said(&langhals);
    running.stop().unwrap();
    assert_eq!(facts["observed"]["arrived"], 31);

    let promoted = fs::read_to_string(repo_root().join("models/PROMOTED")).unwrap();
    let id = promoted.lines().next().unwrap();
    let manifest = fs::read(repo_root().join("models").join(id).join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(facts["model"]["id"], id);
    assert_eq!(facts["model"]["quality"]["mails"], manifest["out_of_fold"]["records"]);
    assert_eq!(
        facts["model"]["quality"]["class"]["right"]["share"],
        manifest["out_of_fold"]["class"]["accuracy"]
    );
    assert!(entry.contains(id) && entry.contains(manifest["weights_sha256"].as_str().unwrap()));
    let observed = &facts["observed"];
    assert_eq!(observed["sorted"].as_u64().unwrap() + observed["unsure"].as_u64().unwrap(), 31);
    assert!(entry.contains("31 Nachrichten, davon"));
    assert!(facts["energy"]["joules_per_1000"].as_f64().unwrap() > 0.0);
    assert!(facts["energy"]["seconds_per_1000"].as_f64().unwrap() > 0.0);

    assert!(entry.contains("[bitte ergänzen: Name der Behörde]"));
    assert!(complaints.contains("name: Name der Behörde"), "{complaints}");
    assert_eq!(facts["gaps"].as_array().unwrap().len(), 10);
    for word in [MARK, "pw1", "127.0.0.1", "@example"] {
        let said = format!("{entry}{facts}{complaints}").to_lowercase();
        assert!(!said.contains(&word.to_lowercase()), "{word}");
    }
}

#[test]
fn who_says_everything_leaves_no_gap() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "write = \"folders\"\n").unwrap();
    langhals.settings = r#"
[authority]
name = "Stadt Musterstadt"
address = "Rathausplatz 1, 12345 Musterstadt"
unit = "Poststelle"
contact = "poststelle@musterstadt.example"
data_protection_officer = "datenschutz@musterstadt.example"
supervisory_authority = "LDI Nordrhein-Westfalen"
legal_basis = "Art. 6 Abs. 1 Buchst. e DSGVO, § 3 DSG NRW"
website = "https://musterstadt.example/datenschutz"
stage = "trial"
since = "2026-11-22"
watts_per_core = 4.5
[triage]
confidence = 0.8
max_age = "36h"
[flags]
persoenlich = "off"
[learning]
every = "weekly"
corpus = ["corpus"]
"#
    .to_owned();
    langhals.environment.insert("LANGHALS_MODEL__CHALLENGERS".to_owned(), "[\"other\"]".to_owned());
    langhals.environment.insert("LANGHALS_PERIODS__IFG".to_owned(), "off".to_owned());
    let Said { entry, facts, complaints } = said(&langhals);
    assert_eq!((facts["gaps"].as_array().unwrap().len(), complaints.as_str()), (0, ""));
    assert!(!entry.contains("[bitte ergänzen: Name der Behörde]"));
    for sentence in [
        "| Behörde | Stadt Musterstadt |",
        "| Stand | in Erprobung |",
        "| Eingeführt am | 22. November 2026 |",
        "länger als 36 Stunden wartet",
        "in den Ordner ihrer Art verschoben",
        "ab einer Sicherheit von 0,800",
        "weil der Hinweis „Persönlich“ abgeschaltet ist",
        "wöchentlich (sonntags um 03:00 Uhr)",
        "urteilt ein weiteres Modell",
        "nach 12 von 13 Regeln",
        "**Lernen.** Berichtigen Beschäftigte",
    ] {
        assert!(entry.contains(sentence), "{sentence} is not in:\n{entry}");
    }
    assert_eq!(facts["operation"]["write_back"], serde_json::json!(["folders"]));
    assert_eq!(facts["authority"]["watts_per_core"], 4.5);
}

/// The mails in the program are the corpus's; where they differ, what they should be is written into the target directory.
#[test]
fn energy_is_measured_on_mails_of_the_corpus() {
    let mut mbox = Vec::new();
    for (_, mail) in sample_mailbox(24).unwrap() {
        mbox.extend_from_slice(b"From langhals@example.org Sun Nov 22 12:00:00 2026\n");
        for line in mail.split_inclusive(|byte| *byte == b'\n') {
            let quotes = line.iter().take_while(|byte| **byte == b'>').count();
            if line[quotes..].starts_with(b"From ") {
                mbox.push(b'>');
            }
            mbox.extend_from_slice(line);
        }
        mbox.extend_from_slice(b"\n");
    }
    let kept = fs::read(repo_root().join(MAILS)).unwrap_or_default();
    if kept != mbox {
        let made = langhals_tests::langhals::target_dir().unwrap().join("mails.mbox");
        fs::write(&made, &mbox).unwrap();
        panic!("{MAILS} is not what the corpus gives: look at {} and copy it there", made.display());
    }
}
