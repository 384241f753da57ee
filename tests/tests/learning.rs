//! What people corrected is learnt: read anew from the mailbox, kept nowhere, by command and by schedule.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use langhals_tests::client::Append;
use langhals_tests::corpus::{author_file, repo_root};
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::proxy::{Act, At, Proxy};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness, faketime, special};
use serde_json::Value;

const CLASSES: [(&str, &str); 3] =
    [("triage-antrag", "application"), ("triage-rueckfrage", "inquiry"), ("triage-sonstiges", "other")];
const AT_ONCE: &str = "[corrections]\nstand_seconds = 0\n";
const MARKS: [&str; 2] = ["Zwiebelfischkonzert", "Kaffeefilterrevue"];

struct Office {
    server: Dovecot,
    witness: Witness,
    langhals: Langhals,
    mails: Vec<Vec<u8>>,
}

/// A sorted mailbox in which a change counts at once, and a small corpus beside it. The last mails are marked.
fn office(more: &str) -> Office {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let mut mails: Vec<Vec<u8>> = sample_mailbox(12).unwrap().into_iter().map(|(_, bytes)| bytes).collect();
    mails.extend(MARKS.map(special::marked_mail));
    witness.append_all("INBOX", &mails.iter().map(|bytes| Append::new(bytes)).collect::<Vec<_>>()).unwrap();
    witness.create("Ablage").unwrap();
    let mut langhals = Langhals::new().unwrap();
    AT_ONCE.clone_into(&mut langhals.settings);
    langhals.mailbox("post", &server, 1, Reach::Plain(server.imap), more).unwrap();
    langhals.run_once().unwrap();
    small_corpus(&langhals.dir().join("corpus"));
    Office { server, witness, langhals, mails }
}

/// Every fourth record of four authors: enough to be learnt, in a second or two.
fn small_corpus(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for author in ["t02", "t03", "t04", "t13"] {
        let all = fs::read_to_string(author_file(author)).unwrap();
        let some: Vec<&str> = all.lines().step_by(4).collect();
        fs::write(folder.join(format!("{author}.jsonl")), some.join("\n")).unwrap();
    }
}

impl Office {
    fn tags(&mut self) -> BTreeMap<u32, BTreeSet<String>> {
        let ours =
            |flags: BTreeSet<String>| flags.into_iter().filter(|flag| flag.starts_with("triage-")).collect();
        self.witness.flags("INBOX").unwrap().into_iter().map(|(uid, flags)| (uid, ours(flags))).collect()
    }

    /// People give these mails another class, at most five at once: more would look like a migration.
    fn correct(&mut self, uids: &[u32]) -> BTreeMap<u32, &'static str> {
        let before = self.tags();
        let mut chosen = BTreeMap::new();
        self.witness.select("INBOX").unwrap();
        for uid in uids {
            let (tag, class) = *CLASSES.iter().find(|(tag, _)| !before[uid].contains(*tag)).unwrap();
            let all = "triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher";
            self.witness.store(&uid.to_string(), &format!("-FLAGS ({all})")).unwrap();
            self.witness.store(&uid.to_string(), &format!("+FLAGS ({tag})")).unwrap();
            chosen.insert(*uid, class);
        }
        self.langhals.run_once().unwrap();
        chosen
    }

    /// From now on the mailbox is reached through a proxy.
    fn through_a_proxy(&mut self) -> Proxy {
        let proxy = Proxy::start(self.server.imap).unwrap();
        let port = |port: u16| format!("port = {port}\n");
        let mailboxes = self.langhals.mailboxes.replace(&port(self.server.imap), &port(proxy.port()));
        self.langhals.mailboxes = mailboxes;
        proxy
    }

    fn train(&self, out: &str, more: &[&str]) -> Output {
        let out = self.langhals.dir().join(out).display().to_string();
        let corpus = self.langhals.dir().join("corpus").display().to_string();
        let args = [&["train", "--corpus", &corpus, "--corrections", "--out", &out], more].concat();
        let said = self.langhals.run(&args).unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        said
    }

    /// The class that a model gives the mail with this UID.
    fn judged_by(&self, model: &str, uid: u32) -> String {
        let file = self.langhals.dir().join(format!("{uid}.eml"));
        fs::write(&file, &self.mails[uid as usize - 1]).unwrap();
        let model = self.langhals.dir().join(model).display().to_string();
        let file = file.display().to_string();
        let said = self.langhals.run(&["classify", "--model", &model, "--format", "json", &file]).unwrap();
        let verdict: Value = serde_json::from_slice(&said.stdout).unwrap();
        verdict["class"].as_str().unwrap().to_owned()
    }
}

fn stdout(said: &Output) -> String {
    String::from_utf8_lossy(&said.stdout).into_owned()
}

#[track_caller]
fn unmarked(bytes: &[u8], place: &str) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for word in [MARKS[0], MARKS[1], "pw1"] {
        assert!(!text.contains(&word.to_lowercase()), "{word} is in {place}");
    }
}

/// Looks through every file of a folder; says how many there were.
fn all_unmarked(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let look = |path: PathBuf| {
        if path.is_dir() {
            return all_unmarked(&path);
        }
        unmarked(&fs::read(&path).unwrap(), &path.display().to_string());
        1
    };
    entries.map(look).sum()
}

#[test]
fn corrections_are_learnt_and_no_word_of_them_is_kept() {
    let mut office = office("");
    let tags = office.tags();
    let unsure: Vec<u32> =
        tags.iter().filter(|(_, tags)| tags.contains("triage-unsicher")).map(|(uid, _)| *uid).collect();
    let sure: Vec<u32> = tags.keys().copied().filter(|uid| *uid <= 12 && !unsure.contains(uid)).collect();
    let mut chosen = office.correct(&[sure[0], sure[1], sure[2]]);
    chosen.extend(office.correct(&[13, 14]));
    // Whoever only says how soon an unsure one is wanted has not said what it is.
    let urgent = unsure.iter().copied().find(|uid| *uid <= 12);
    if let Some(uid) = urgent {
        office.witness.select("INBOX").unwrap();
        office.witness.store(&uid.to_string(), "-FLAGS (triage-hoch)").unwrap();
        let change = if tags[&uid].contains("triage-hoch") {
            "+FLAGS (triage-niedrig)"
        } else {
            "+FLAGS (triage-hoch)"
        };
        office.witness.store(&uid.to_string(), change).unwrap();
        office.langhals.run_once().unwrap();
    }
    // A sure one of which only the priority is changed: the class was left standing.
    let calm = sure[3..].iter().copied().find(|uid| !tags[uid].contains("triage-hoch")).unwrap();
    office.witness.select("INBOX").unwrap();
    office.witness.store(&calm.to_string(), "-FLAGS (triage-niedrig)").unwrap();
    office.witness.store(&calm.to_string(), "+FLAGS (triage-hoch)").unwrap();
    office.langhals.run_once().unwrap();

    let flags = office.witness.flags("INBOX").unwrap();
    let said = office.train("model", &["-vvv"]);
    let expected = if urgent.is_some() {
        "6 of 7 corrections are learnt; not learnt: 1 without a class that a person set or left standing\n"
    } else {
        "6 of 6 corrections are learnt\n"
    };
    assert!(stdout(&said).starts_with(expected), "{}", stdout(&said));
    assert!(
        stdout(&said).contains("corrections ") && !stdout(&said).contains("sender "),
        "figures name nobody"
    );
    assert_eq!(office.witness.flags("INBOX").unwrap(), flags, "nothing is marked as read, nothing tagged");
    let again = office.train("again", &[]);
    assert_eq!(stdout(&again).replace("/again", "/model"), stdout(&said));
    for file in ["manifest.json", "weights.bin", "exam.json"] {
        let read = |model: &str| fs::read(office.langhals.dir().join(model).join(file)).unwrap();
        assert_eq!(read("model"), read("again"), "the same corrections give the same {file}");
    }
    let manifest = fs::read_to_string(office.langhals.dir().join("model/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let records: usize = ["t02", "t03", "t04", "t13"]
        .map(|author| fs::read_to_string(author_file(author)).unwrap().lines().step_by(4).count())
        .iter()
        .sum();
    assert_eq!(manifest["corpus"]["records"].as_u64(), Some(records as u64 + 6));

    for (uid, class) in &chosen {
        assert_eq!(office.judged_by("model", *uid), *class, "the model follows");
    }
    assert!(
        all_unmarked(&office.langhals.dir().join("model")) >= 3,
        "manifest, weights, and what else is there"
    );
    assert!(all_unmarked(&office.langhals.state_dir()) >= 3, "there is a state to search");
    unmarked(&said.stdout, "the figures");
    unmarked(&said.stderr, "the log");
}

#[test]
fn a_corrected_mail_is_found_again_wherever_it_is_and_what_is_gone_is_said() {
    let mut office = office("folders = [\"INBOX\", \"Ablage\"]\n");
    let chosen = office.correct(&[2, 4, 6, 8]);
    office.witness.select("INBOX").unwrap();
    office.witness.move_to("4", "Ablage").unwrap();
    office.witness.store("6", "+FLAGS (\\Deleted)").unwrap();
    office.witness.expunge("6").unwrap();
    office.server.new_uid_validity(1).unwrap();
    let said = office.train("found", &[]);
    assert!(
        stdout(&said).starts_with("3 of 4 corrections are learnt; not learnt: 1 gone from the mailbox\n"),
        "{}",
        stdout(&said)
    );
    for uid in [2, 4, 8] {
        assert_eq!(office.judged_by("found", uid), chosen[&uid]);
    }
    // A running daemon learns where they are now; the command reads beside it.
    let running = office.langhals.spawn().unwrap();
    office.server.deliver(1, &office.mails[0]).unwrap();
    let said = office.train("beside", &[]);
    assert!(stdout(&said).starts_with("3 of 4 corrections are learnt"), "{}", stdout(&said));
    assert!(running.stop().unwrap().success());

    office.server.stop();
    let said = office.train("alone", &[]);
    let expected = "0 of 4 corrections are learnt; not learnt: 4 in a mailbox that could not be reached\n";
    assert!(stdout(&said).starts_with(expected), "{}", stdout(&said));
    assert!(String::from_utf8_lossy(&said.stderr).contains("post: cannot connect"), "{said:?}");
}

#[test]
fn a_line_that_breaks_costs_no_correction() {
    let mut office = office("");
    office.correct(&[2, 4, 6, 8]);
    let proxy = Proxy::start(office.server.imap).unwrap();
    let direct = format!("port = {}", office.server.imap);
    office.langhals.mailboxes =
        office.langhals.mailboxes.replace(&direct, &format!("port = {}", proxy.port()));
    // Listing, fingerprints, bodies: each is broken off in the middle of its answer, and asked for again.
    for nth in 1..=3 {
        proxy.arm_at("UID FETCH", nth, At::Answer, Act::Cut);
        let said = office.train(&format!("cut-{nth}"), &[]);
        assert!(stdout(&said).starts_with("4 of 4 corrections are learnt\n"), "{nth}: {}", stdout(&said));
    }
    assert_eq!(proxy.connections(), 6);
}

#[test]
fn one_mail_that_breaks_every_connection_is_passed_over_and_said() {
    let mut office = office("");
    office.correct(&[2, 4, 6, 8]);
    let proxy = office.through_a_proxy();
    proxy.arm_at("UID FETCH 2,4,6,8 (UID RFC822.SIZE BODY", 1, At::Answer, Act::Cut);
    for nth in 1..=3 {
        proxy.arm_at("UID FETCH 4 (UID RFC822.SIZE BODY", nth, At::Answer, Act::Cut);
    }
    let said = office.train("model", &[]);
    let expected = "3 of 4 corrections are learnt; not learnt: 1 cannot be read\n";
    assert!(stdout(&said).starts_with(expected), "{}\n{:#?}", stdout(&said), proxy.sent());
}

#[test]
fn where_mails_are_moved_a_move_into_another_class_folder_is_learnt() {
    let mut office = office("write = \"folders\"\n");
    let sorted = office.witness.flags("INBOX/Sonstiges").unwrap();
    let uid = *sorted.keys().next().unwrap();
    office.witness.select("INBOX/Sonstiges").unwrap();
    office.witness.move_to(&uid.to_string(), "INBOX/R&APw-ckfrage").unwrap();
    office.langhals.run_once().unwrap();
    let said = office.train("model", &[]);
    assert!(stdout(&said).starts_with("1 of 1 corrections are learnt\n"), "{}", stdout(&said));
}

/// A models folder of the test's own, in which this model is in use.
fn models(langhals: &mut Langhals, ids: &[&str]) -> PathBuf {
    let models = langhals.dir().join("models");
    for id in ids {
        fs::create_dir_all(models.join(id)).unwrap();
        for file in ["manifest.json", "weights.bin"] {
            fs::copy(repo_root().join("models/standard-1").join(file), models.join(id).join(file)).unwrap();
        }
    }
    fs::write(models.join("PROMOTED"), format!("{}\n", ids[0])).unwrap();
    langhals.environment.insert("LANGHALS_MODEL__DIR".to_owned(), models.display().to_string());
    models
}

fn names(models: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(models)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[allow(clippy::disallowed_methods, reason = "an offset to the clock can only be told from the clock")]
/// What to add to the clock so that it is a few seconds before three in Berlin, and which day that is.
fn almost_three(days: i64) -> (String, String) {
    let now = Timestamp::now().to_zoned(TimeZone::get("Europe/Berlin").unwrap());
    let day = now.date().checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    let three = day.at(3, 0, 0, 0).to_zoned(now.time_zone().clone()).unwrap();
    let offset = three.timestamp().as_second() - now.timestamp().as_second() - 4;
    (format!("{offset:+}"), day.to_string())
}

#[test]
fn a_schedule_learns_a_model_that_nobody_uses_yet() {
    let mut office = office("");
    office.correct(&[2, 4]);
    let models = models(&mut office.langhals, &["learnt-2020-01-01", "learnt-2020-01-02"]);
    let offset = office.langhals.dir().join("offset");
    match faketime::environment(&offset) {
        Ok(environment) => office.langhals.environment.extend(environment),
        Err(error) => return eprintln!("skipped: libfaketime cannot be had here: {error:#}"),
    }
    office.langhals.settings +=
        "[learning]\nevery = \"daily\"\ncorpus = [\"corpus\"]\nleast_corrections = 2\nkeep = 1\n";
    let (almost, day) = almost_three(1);
    faketime::set(&offset, &almost).unwrap();

    let running = office.langhals.spawn().unwrap();
    office.server.deliver(1, &office.mails[0]).unwrap();
    let log = |office: &Office| fs::read_to_string(office.langhals.log_file()).unwrap_or_default();
    wait_for("a learnt model", Duration::from_mins(5), || {
        Ok(log(&office).contains("is there and not in use").then_some(()))
    })
    .unwrap();
    let id = format!("learnt-{day}");
    assert_eq!(names(&models), ["PROMOTED", "learnt-2020-01-01", id.as_str()], "the one in use stays");
    assert_eq!(fs::read_to_string(models.join("PROMOTED")).unwrap(), "learnt-2020-01-01\n");
    assert!(log(&office).contains("2 of 2 corrections are learnt"), "{}", log(&office));
    let tagged = |office: &mut Office| office.tags().values().all(|tags| !tags.is_empty());
    wait_for("sorting to go on", Duration::from_mins(1), || Ok(tagged(&mut office).then_some(()))).unwrap();
    assert!(running.stop().unwrap().success());
    all_unmarked(&models);
    all_unmarked(&office.langhals.state_dir());
    unmarked(log(&office).as_bytes(), "the log");

    // The next night, nothing new was corrected.
    faketime::set(&offset, &almost_three(2).0).unwrap();
    let running = office.langhals.spawn().unwrap();
    wait_for("the next night", Duration::from_mins(1), || {
        Ok(log(&office).contains("too few new corrections").then_some(()))
    })
    .unwrap();
    assert!(running.stop().unwrap().success());
    assert_eq!(names(&models).len(), 3);
}

#[test]
fn a_training_that_fails_is_a_sentence_and_sorting_goes_on() {
    let mut office = office("");
    office.correct(&[2]);
    let models = models(&mut office.langhals, &["standard-1"]);
    let offset = office.langhals.dir().join("offset");
    match faketime::environment(&offset) {
        Ok(environment) => office.langhals.environment.extend(environment),
        Err(error) => return eprintln!("skipped: libfaketime cannot be had here: {error:#}"),
    }
    office.langhals.settings +=
        "[learning]\nevery = \"weekly\"\ncorpus = [\"nowhere\"]\nleast_corrections = 1\n";
    // Some night in the next days is the one to Sunday; a slot that was missed is made up for.
    faketime::set(&offset, &almost_three(0).0).unwrap();
    let running = office.langhals.spawn().unwrap();
    wait_for("the first look", Duration::from_secs(30), || {
        Ok(office.langhals.state_dir().join("learning").exists().then_some(()))
    })
    .unwrap();
    assert!(running.stop().unwrap().success());
    faketime::set(&offset, "+8d").unwrap();
    let running = office.langhals.spawn().unwrap();
    office.server.deliver(1, &office.mails[0]).unwrap();
    wait_for("the sentence", Duration::from_mins(1), || {
        let log = fs::read_to_string(office.langhals.log_file())?;
        Ok((log.contains("no model was learnt") && log.contains("cannot read the corpus")).then_some(()))
    })
    .unwrap();
    wait_for("sorting to go on", Duration::from_mins(1), || {
        let tags = office.tags();
        Ok((tags.len() == 15 && tags.values().all(|tags| !tags.is_empty())).then_some(()))
    })
    .unwrap();
    assert!(running.stop().unwrap().success());
    assert_eq!(names(&models), ["PROMOTED", "standard-1"], "nothing is left of it");
}
