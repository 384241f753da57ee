//! The operator's side of models: what there is, another one into use and back, and a daemon that takes it over.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness, system};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const SOON: Duration = Duration::from_mins(1);

/// A models folder of its own, and the program that uses it.
struct House {
    langhals: Langhals,
}

/// What a model is made to say of itself. Its weights are always those of the default model.
#[derive(Clone, Copy)]
struct Claims {
    applications: usize,
    /// How many of its exam's mails it got wrong; none where it has no exam.
    wrong: Option<usize>,
}

const GOOD: Claims = Claims { applications: 900, wrong: Some(50) };

impl House {
    fn new(models: &[(&str, Claims)]) -> Self {
        let mut langhals = Langhals::new().unwrap();
        let dir = langhals.dir().join("models");
        fs::create_dir(&dir).unwrap();
        langhals.environment.insert("LANGHALS_MODEL__DIR".to_owned(), dir.to_str().unwrap().to_owned());
        // A command of the models folder needs no mailbox, but a configuration needs one.
        langhals.any_mailbox("nowhere", 1, "none", ("u1", "pw1"), "").unwrap();
        let house = Self { langhals };
        for (id, claims) in models {
            house.add(id, *claims);
        }
        if let Some((first, _)) = models.first() {
            fs::write(dir.join("PROMOTED"), format!("{first}\n")).unwrap();
        }
        house
    }

    /// The same beside a mail server.
    fn beside(server: &Dovecot, models: &[(&str, Claims)]) -> Self {
        let mut house = Self::new(models);
        house.langhals.mailboxes.clear();
        house.langhals.mailbox("post", server, 1, Reach::Plain(server.imap), "").unwrap();
        house
    }

    fn folder(&self, id: &str) -> PathBuf {
        self.langhals.dir().join("models").join(id)
    }

    fn add(&self, id: &str, claims: Claims) {
        let models = repo_root().join("models");
        let promoted = fs::read_to_string(models.join("PROMOTED")).unwrap();
        let standard = models.join(promoted.lines().next().unwrap());
        let folder = self.folder(id);
        fs::create_dir(&folder).unwrap();
        fs::copy(standard.join("weights.bin"), folder.join("weights.bin")).unwrap();
        let text = fs::read(standard.join("manifest.json")).unwrap();
        let mut manifest: Value = serde_json::from_slice(&text).unwrap();
        manifest["corpus"]["class"]["application"] = json!(claims.applications);
        manifest.as_object_mut().unwrap().remove("exam");
        if let Some(wrong) = claims.wrong {
            let mark = |mail: usize| (format!("{mail:016x}"), json!(if mail < wrong { 2 } else { 3 }));
            let marks: serde_json::Map<String, Value> = (0..500).map(mark).collect();
            let exam = json!({"format": 1, "marks": marks}).to_string();
            let sum: String = Sha256::digest(&exam).iter().map(|byte| format!("{byte:02x}")).collect();
            let surest = [0.99; 20];
            manifest["exam"] = json!({"sha256": sum, "surest": surest});
            fs::write(folder.join("exam.json"), exam).unwrap();
        }
        fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    }

    fn damage(&self, id: &str) {
        let weights = self.folder(id).join("weights.bin");
        let mut bytes = fs::read(&weights).unwrap();
        bytes[5000] ^= 1;
        fs::write(weights, bytes).unwrap();
    }

    fn models(&self, args: &[&str]) -> Output {
        self.langhals.run(&[&["models"], args].concat()).unwrap()
    }

    #[track_caller]
    fn does(&self, args: &[&str]) -> String {
        let said = self.models(args);
        assert!(said.status.success(), "{args:?}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    #[track_caller]
    fn refuses(&self, args: &[&str], words: &[&str]) {
        let before = self.in_use();
        let said = self.models(args);
        let stderr = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(1), "{args:?}: {stderr}");
        for word in words {
            assert!(stderr.contains(word), "{word:?} is not in: {stderr}");
        }
        assert_eq!(self.in_use(), before);
    }

    fn in_use(&self) -> String {
        let said = fs::read_to_string(self.langhals.dir().join("models/PROMOTED")).unwrap_or_default();
        said.lines().next().unwrap_or_default().to_owned()
    }

    /// The events of the decision log about models.
    fn switches(&self) -> Vec<Value> {
        let days = fs::read_dir(self.langhals.state_dir().join("log")).unwrap();
        let text: String = days.map(|day| fs::read_to_string(day.unwrap().path()).unwrap()).collect();
        let lines = text.lines().filter(|line| line.contains("\"model_switched\""));
        lines
            .map(|line| {
                serde_json::from_str::<Value>(line.split_once(' ').unwrap().1).unwrap()["switch"].clone()
            })
            .collect()
    }

    fn said(&self) -> String {
        fs::read_to_string(self.langhals.log_file()).unwrap_or_default()
    }

    /// The models behind the queue's rows, by UID.
    fn rows(&self) -> Vec<(u64, String, String)> {
        let said = self.langhals.run(&["queue", "--format", "json"]).unwrap();
        let row = |line: &str| {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| row[key].as_str().unwrap().to_owned();
            (row["uid"].as_u64().unwrap(), text("model"), text("state"))
        };
        String::from_utf8_lossy(&said.stdout).lines().map(row).collect()
    }

    fn page(&self, path: &str) -> String {
        let address = format!("http://127.0.0.1:{}{path}", self.langhals.page);
        self.langhals.signed_in().unwrap().get(&address).unwrap().text
    }

    fn wait_for_words(&self, words: &str) {
        wait_for(words, SOON, || Ok(self.said().contains(words).then_some(()))).unwrap();
    }
}

fn our_tags(witness: &mut Witness) -> Vec<BTreeSet<String>> {
    let ours =
        |flags: BTreeSet<String>| flags.into_iter().filter(|flag| flag.starts_with("triage-")).collect();
    witness.flags("INBOX").unwrap().into_values().map(ours).collect()
}

fn post(server: &Dovecot, samples: &[Vec<u8>]) {
    for mail in samples {
        server.deliver(1, mail).unwrap();
    }
}

fn samples(count: usize) -> Vec<Vec<u8>> {
    sample_mailbox(count).unwrap().into_iter().map(|(_, mail)| mail).collect()
}

#[test]
fn every_model_is_listed_with_what_matters() {
    let few = Claims { applications: 12, ..GOOD };
    let house = House::new(&[("one", GOOD), ("two", GOOD), ("few", few), ("torn", GOOD)]);
    house.damage("torn");
    house.does(&["promote", "two"]);
    let list = house.does(&["list"]);
    let line = |id: &str| list.lines().find(|line| line.trim_start().starts_with(id)).unwrap().to_owned();
    assert!(line("two").contains("in use") && line("two").contains("ready"), "{list}");
    assert!(line("one").contains("previous"), "{list}");
    assert!(line("few").contains("shadow only: it has learnt from 12 mails of class application"), "{list}");
    assert!(line("torn").contains("damaged") && line("torn").contains("checksum"), "{list}");
    assert_eq!(list.lines().count(), 5, "{list}");
    let json = house.does(&["list", "--format", "json"]);
    let two = json
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|line| line["model"] == "two");
    assert_eq!(two.unwrap()["use"], "in-use");

    fs::write(house.folder("two").join("CARD.md"), "# Karte\n").unwrap();
    let shown = house.does(&["show", "two"]);
    for words in
        ["two, in use", "Exam      of 500 mails", "promoted in place of one", "# Karte", "application 900"]
    {
        assert!(shown.contains(words), "{words} is not in: {shown}");
    }
    let shown: Value = serde_json::from_str(&house.does(&["show", "few", "--format", "json"])).unwrap();
    assert_eq!((&shown["ready"], &shown["exam_mails"]), (&json!(false), &json!(500)));
    house.refuses(&["show", "nothing"], &["cannot show nothing", "cannot read"]);
    house.refuses(&["show", "../models"], &["cannot be the name of a model"]);
}

#[test]
fn a_worse_model_is_refused_with_figures_and_force_is_written_down() {
    let server = Dovecot::start(Options::default()).unwrap();
    let worse = Claims { wrong: Some(60), ..GOOD };
    let house = House::beside(&server, &[("champion", GOOD), ("worse", worse)]);
    house.refuses(
        &["promote", "worse"],
        &["worse is worse than champion", "88.0 % against 90.0 %", "500 mails", "--force"],
    );
    house.does(&["promote", "worse", "--force"]);
    assert_eq!(house.in_use(), "worse");
    house.langhals.run_once().unwrap();
    let switches = house.switches();
    assert_eq!(switches.len(), 1, "{switches:?}");
    assert_eq!((&switches[0]["by"], &switches[0]["forced"]), (&json!("promote"), &json!(true)));
    assert_eq!((&switches[0]["from"], &switches[0]["to"]), (&json!("champion"), &json!("worse")));
    assert_eq!(switches[0]["figures"]["class"], json!([0, 10]));
    house.langhals.run_once().unwrap();
    assert_eq!(house.switches().len(), 1, "it is written down once");
    assert!(house.does(&["promote", "worse"]).contains("in use already"));
    house.does(&["rollback"]);
    house.langhals.run_once().unwrap();
    assert_eq!(house.switches()[1]["by"], "rollback");
}

#[test]
fn models_that_cannot_be_compared_need_held_out_mails() {
    let unknown = Claims { wrong: None, ..GOOD };
    let house = House::new(&[("champion", GOOD), ("old", unknown)]);
    house.refuses(&["promote", "old"], &["before there were exams", "--corpus", "--force"]);
    let held_out = repo_root().join("data/corpus/t06.jsonl");
    let said = house.does(&["promote", "old", "--corpus", held_out.to_str().unwrap()]);
    assert!(said.contains("only old right on 0, only champion right on 0"), "{said}");
    assert_eq!(house.in_use(), "old");
    let few = house.langhals.dir().join("few.jsonl");
    let text = fs::read_to_string(held_out).unwrap();
    fs::write(&few, text.lines().take(20).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    house.refuses(
        &["promote", "champion", "--corpus", few.to_str().unwrap()],
        &["on 20 mails only, 100 are needed"],
    );
}

#[test]
fn a_model_that_is_not_ready_or_damaged_is_refused_and_a_damaged_one_always() {
    let few = Claims { applications: 29, ..GOOD };
    let house = House::new(&[("champion", GOOD), ("few", few), ("torn", GOOD)]);
    house.damage("torn");
    house.refuses(&["promote", "few"], &["few is not ready", "29 mails of class application, it needs 30"]);
    house.refuses(&["promote", "torn"], &["torn is not promoted", "checksum"]);
    house.refuses(&["promote", "torn", "--force"], &["torn is not promoted", "checksum"]);
    house.refuses(&["promote", "nothing", "--force"], &["nothing is not promoted", "manifest.json"]);
    fs::create_dir(house.langhals.dir().join("models/PROMOTED.draft")).unwrap();
    house.refuses(&["promote", "few", "--force"], &["cannot write", "the model in use stays"]);
    fs::remove_dir(house.langhals.dir().join("models/PROMOTED.draft")).unwrap();
    assert!(house.does(&["promote", "few", "--force"]).contains("runs in shadow and writes no tags"));
}

#[test]
fn rolling_back_goes_back_as_often_as_there_is_history() {
    let house = House::new(&[("one", GOOD), ("two", GOOD), ("three", GOOD), ("four", GOOD)]);
    for id in ["two", "three", "four"] {
        house.does(&["promote", id]);
    }
    house.damage("three");
    let said = house.models(&["rollback"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("three is passed over"), "{said:?}");
    assert_eq!(house.in_use(), "two");
    house.does(&["rollback"]);
    assert_eq!(house.in_use(), "one");
    house.refuses(&["rollback"], &["no earlier model", "models list"]);
}

#[test]
fn a_stop_at_any_point_of_a_promotion_leaves_one_model_in_use_with_its_way_back() {
    let house = House::new(&[("one", GOOD), ("two", GOOD)]);
    for point in 1..20 {
        let mut command = house.langhals.command(&["models", "promote", "two"]).unwrap();
        let through = command.env("LANGHALS_STOP_AT", point.to_string()).output().unwrap().status.success();
        let list = house.does(&["list", "--format", "json"]);
        assert_eq!(list.matches("\"in-use\"").count(), 1, "{list}");
        if house.in_use() == "two" {
            house.does(&["rollback"]);
        }
        assert_eq!(house.in_use(), "one");
        if through {
            assert!(point > 3, "there are too few fault points on the way");
            return;
        }
    }
    unreachable!("the promotion never got through");
}

#[test]
fn a_start_with_a_bad_promotion_uses_the_model_before_and_says_so() {
    let server = Dovecot::start(Options::default()).unwrap();
    let house = House::beside(&server, &[("one", GOOD), ("two", GOOD)]);
    house.does(&["promote", "two"]);
    house.damage("two");
    post(&server, &samples(3));
    let said = house.langhals.run_once().unwrap();
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert!(
        stderr.contains("checksum") && stderr.contains("Until then one, which was in use before, judges"),
        "{stderr}"
    );
    assert!(house.rows().iter().all(|(_, model, _)| model == "one"));
    let by: Vec<Value> = house.switches().iter().map(|switch| switch["by"].clone()).collect();
    assert_eq!(by, ["promote", "fallback"]);
    let check = house.langhals.run(&["check"]).unwrap();
    assert_eq!(check.status.code(), Some(1));
    let check = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(
        check.contains("ok   model one") && check.contains("FAIL model") && check.contains("checksum"),
        "{check}"
    );

    house.damage("one");
    let said = house.langhals.run(&["run", "--once"]).unwrap();
    assert_eq!(said.status.code(), Some(1), "no good one is left");
    fs::remove_dir_all(house.langhals.dir().join("models")).unwrap();
    let said = house.langhals.run(&["run", "--once"]).unwrap();
    assert_eq!(said.status.code(), Some(2), "{said:?}");
}

#[test]
fn a_running_daemon_takes_a_promotion_over_while_mails_arrive() {
    let server = Dovecot::start(Options::default()).unwrap();
    let house = House::beside(&server, &[("one", GOOD), ("two", GOOD)]);
    let running = house.langhals.spawn().unwrap();
    let mut witness = server.witness(1).unwrap();
    let mails = samples(24);
    post(&server, &mails[..8]);
    wait_for("the first tags", SOON, || Ok((tagged(&mut witness) == 8).then_some(()))).unwrap();
    let delivering = std::thread::scope(|scope| {
        let delivering = scope.spawn(|| post(&server, &mails[8..16]));
        house.does(&["promote", "two"]);
        delivering.join()
    });
    delivering.unwrap();
    house.wait_for_words("another model judges from now on");
    wait_for("the tags", SOON, || Ok((tagged(&mut witness) == 16).then_some(()))).unwrap();
    post(&server, &mails[16..]);
    wait_for("the last tags", SOON, || Ok((tagged(&mut witness) == 24).then_some(()))).unwrap();
    let mut rows = house.rows();
    rows.sort();
    assert_eq!(rows.len(), 24);
    let models: Vec<&str> = rows.iter().map(|(_, model, _)| model.as_str()).collect();
    assert!(models[..8].iter().all(|model| *model == "one"), "{models:?}");
    assert!(models[16..].iter().all(|model| *model == "two"), "{models:?}");
    let taken = models.iter().position(|model| *model == "two").unwrap();
    assert!(models[taken..].iter().all(|model| *model == "two"), "once taken over, for good: {models:?}");
    assert!(house.page("/zustand").contains("<dd>two</dd>"));
    let to: Vec<Value> = house.switches().iter().map(|switch| switch["to"].clone()).collect();
    assert_eq!(to, ["one", "two"]);
    assert!(running.stop().unwrap().success());
}

fn tagged(witness: &mut Witness) -> usize {
    our_tags(witness).iter().filter(|tags| !tags.is_empty()).count()
}

#[test]
fn a_running_daemon_takes_a_chosen_threshold_over_and_gives_it_back() {
    let server = Dovecot::start(Options::default()).unwrap();
    // One without an exam is not asked how often it is sure.
    let house = House::beside(&server, &[("one", Claims { wrong: None, ..GOOD })]);
    let running = house.langhals.spawn().unwrap();
    let mut witness = server.witness(1).unwrap();
    let mails = samples(12);
    let unsure = |tags: &BTreeSet<String>| tags.contains("triage-unsicher");
    let threshold = house.langhals.dir().join("models/THRESHOLD");
    let takings = |expected: usize| {
        let said = || house.said().matches("another threshold counts").count();
        wait_for("the threshold", SOON, || Ok((said() == expected).then_some(()))).unwrap();
    };

    post(&server, &mails[..4]);
    wait_for("the first tags", SOON, || Ok((tagged(&mut witness) == 4).then_some(()))).unwrap();
    let before = our_tags(&mut witness);
    assert!(!before.iter().all(unsure), "the model is sure of some: {before:?}");

    // Nothing is surer than certain.
    fs::write(&threshold, r#"{"confidence":1.0,"at":"2026-11-22T10:00:00Z"}"#).unwrap();
    takings(1);
    post(&server, &mails[4..8]);
    wait_for("the next tags", SOON, || Ok((tagged(&mut witness) == 8).then_some(()))).unwrap();
    let now = our_tags(&mut witness);
    assert_eq!(now[..4], before[..], "what was decided stays");
    assert!(now[4..].iter().all(unsure), "{now:?}");

    // Of a damaged file is said what it is, and the configuration counts again.
    fs::write(&threshold, "nonsense").unwrap();
    takings(2);
    assert!(house.said().contains("models/THRESHOLD"), "{}", house.said());
    post(&server, &mails[..4]);
    wait_for("the last tags", SOON, || Ok((tagged(&mut witness) == 12).then_some(()))).unwrap();
    assert_eq!(our_tags(&mut witness)[8..], before[..]);
    assert!(running.stop().unwrap().success());
}

#[test]
fn a_damaged_promotion_is_refused_once_and_the_old_model_goes_on() {
    let server = Dovecot::start(Options::default()).unwrap();
    let house = House::beside(&server, &[("one", GOOD), ("two", GOOD)]);
    let running = house.langhals.spawn().unwrap();
    let mut witness = server.witness(1).unwrap();
    house.wait_for_words("page=");
    house.damage("two");
    fs::write(house.langhals.dir().join("models/PROMOTED"), "two\n").unwrap();
    house.wait_for_words("Until then one goes on judging");
    system::signal(running.pid(), "HUP");
    post(&server, &samples(2));
    wait_for("the tags", SOON, || Ok((tagged(&mut witness) == 2).then_some(()))).unwrap();
    assert!(house.rows().iter().all(|(_, model, _)| model == "one"));
    assert!(house.page("/zustand").contains("checksum"));
    assert_eq!(
        house.said().matches("Until then one goes on judging").count(),
        1,
        "said once, not every time"
    );
    for (promoted, words) in [("gone", "gone/manifest.json"), ("\n", "does not name a model")] {
        fs::write(house.langhals.dir().join("models/PROMOTED"), promoted).unwrap();
        house.wait_for_words(words);
    }
    fs::write(house.langhals.dir().join("models/PROMOTED"), "one\n").unwrap();
    wait_for("the page to be calm", SOON, || {
        Ok((!house.page("/zustand").contains("does not name")).then_some(()))
    })
    .unwrap();
    assert!(running.stop().unwrap().success(), "a hangup ends nothing");
}

#[test]
fn a_model_that_is_not_ready_suggests_and_tags_nothing() {
    let server = Dovecot::start(Options::default()).unwrap();
    let few = Claims { applications: 12, ..GOOD };
    let mut house = House::beside(&server, &[("few", few), ("ready", GOOD)]);
    house.langhals.settings = "[corrections]\nstand_seconds = 0\n".to_owned();
    post(&server, &samples(6));
    let said = house.langhals.run_once().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("runs in shadow"), "{said:?}");
    let mut witness = server.witness(1).unwrap();
    assert!(our_tags(&mut witness).iter().all(BTreeSet::is_empty));
    assert!(house.rows().len() == 6 && house.rows().iter().all(|(_, _, state)| state == "queue only"));
    let check = house.langhals.run(&["check"]).unwrap();
    assert!(
        String::from_utf8_lossy(&check.stdout).contains("runs in shadow and writes no tags"),
        "{check:?}"
    );

    // A person tags one; the rest stays as it is when a model that is ready takes over.
    witness.select("INBOX").unwrap();
    witness.store("1", "+FLAGS (triage-sonstiges)").unwrap();
    house.does(&["promote", "ready"]);
    post(&server, &samples(7)[6..]);
    let running = house.langhals.spawn().unwrap();
    wait_for("the seventh mail's tags", SOON, || Ok((!our_tags(&mut witness)[6].is_empty()).then_some(())))
        .unwrap();
    wait_for("the page", SOON, || Ok(house.said().contains("page=").then_some(()))).unwrap();
    assert!(!house.page("/").contains("Schattenbetrieb:"));
    running.stop().unwrap();
    let tags = our_tags(&mut witness);
    assert!(tags[1..6].iter().all(BTreeSet::is_empty), "{tags:?}");
    assert_eq!(tags[0], BTreeSet::from(["triage-sonstiges".to_owned()]));
    let lessons = house.langhals.run(&["corrections", "export", "-"]).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&lessons.stdout).lines().count(),
        1,
        "people's tags teach in shadow, too"
    );
}

#[test]
fn challengers_judge_the_same_mails_and_people_decide_who_was_right() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut house = House::beside(&server, &[("one", GOOD), ("two", GOOD)]);
    house.langhals.settings = "[corrections]\nstand_seconds = 0\n".to_owned();
    house
        .langhals
        .environment
        .insert("LANGHALS_MODEL__CHALLENGERS".to_owned(), "[\"two\", \"nothing\"]".to_owned());
    let mut witness = server.witness(1).unwrap();
    let mails = samples(20);
    witness.append_all("INBOX", &mails.iter().map(|mail| Append::new(mail)).collect::<Vec<_>>()).unwrap();
    let said = house.langhals.run_once().unwrap();
    assert!(
        String::from_utf8_lossy(&said.stderr).contains("the challenger nothing does not judge"),
        "{said:?}"
    );
    assert!(house.does(&["list"]).contains("challenger"));
    let tags = our_tags(&mut witness);
    let sure: Vec<usize> = (0..20).filter(|at| !tags[*at].contains("triage-unsicher")).collect();
    let (corrected, answered) = (sure[0] + 1, sure[1] + 1);
    let other =
        if tags[sure[0]].contains("triage-rueckfrage") { "triage-antrag" } else { "triage-rueckfrage" };
    witness.select("INBOX").unwrap();
    let classes = "triage-antrag triage-rueckfrage triage-sonstiges";
    witness.store(&corrected.to_string(), &format!("-FLAGS ({classes})")).unwrap();
    witness.store(&corrected.to_string(), &format!("+FLAGS ({other})")).unwrap();
    witness.store(&answered.to_string(), r"+FLAGS (\Answered)").unwrap();
    house.langhals.run_once().unwrap();
    let said = house.does(&["list"]);
    let sentence = "on 2 mails that people decided: one, in use then, right on 1, challenger two right on 1 (McNemar p = 1.000)";
    assert!(said.contains(sentence), "{said}");
    assert!(house.does(&["show", "two"]).contains(sentence));
    assert!(house.does(&["promote", "two"]).contains(sentence));
}
