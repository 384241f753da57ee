//! What is forgotten is gone from every file, beside a running daemon too; a crash leaves all of it or nothing erased;
//! what is backed up while mail keeps coming in is whole.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness, faketime};
use serde_json::Value;

const AT_ONCE: &str = "[corrections]\nstand_seconds = 0\n";
const ANNA: &str = "anna@example.org";
const BERT: &str = "bert@example.org";

/// A mail of which everything is kept that is ever kept: Message-ID, text, file number.
fn mail(number: u32, from: &str) -> Vec<u8> {
    format!(
        "From: Jemand <{from}>\r\nTo: poststelle@amt.example\r\nSubject: Antrag {number}\r\n\
         Message-ID: <{number}@mail.example.org>\r\nDate: Sat, 21 Nov 2026 08:00:00 +0000\r\n\r\n\
         Sehr geehrte Damen und Herren, hiermit beantrage ich zum {number}. Mal Wohngeld fuer meine Familie.\r\n\
         Unser Aktenzeichen: 44/{number}-118. Mit freundlichen Gruessen\r\n"
    )
    .into_bytes()
}

struct Office {
    server: Dovecot,
    witness: Witness,
    langhals: Langhals,
}

/// Six mails by two senders, sorted; a person corrected the first two.
fn sorted() -> Office {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let mails: Vec<Vec<u8>> =
        (1..=6).map(|number| mail(number, if number % 2 == 0 { ANNA } else { BERT })).collect();
    witness.append_all("INBOX", &mails.iter().map(|mail| Append::new(mail)).collect::<Vec<_>>()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    AT_ONCE.clone_into(&mut langhals.settings);
    langhals.mailbox("post", &server, 1, Reach::Plain(server.imap), "").unwrap();
    langhals.run_once().unwrap();
    witness.select("INBOX").unwrap();
    witness
        .store("1:2", "-FLAGS (triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher)")
        .unwrap();
    witness.store("1:2", "+FLAGS (triage-sonstiges)").unwrap();
    langhals.run_once().unwrap();
    let office = Office { server, witness, langhals };
    assert_eq!(office.json(&["corrections", "export", "-"]).len(), 2);
    office
}

impl Office {
    fn json(&self, args: &[&str]) -> Vec<Value> {
        let said = self.langhals.run(args).unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let lines = String::from_utf8_lossy(&said.stdout).into_owned();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn waiting(&self) -> BTreeSet<u64> {
        self.json(&["queue", "--format", "json"]).iter().map(|row| row["uid"].as_u64().unwrap()).collect()
    }

    fn tags(&mut self) -> BTreeMap<u32, BTreeSet<String>> {
        let mut flags = self.witness.flags("INBOX").unwrap();
        for flags in flags.values_mut() {
            flags.retain(|flag| flag != "\\Recent");
        }
        flags
    }

    fn traces(&self, uids: &[u32]) -> Traces {
        Traces::of(&self.langhals.state_dir(), uids)
    }
}

/// Everything in a state that is a trace of messages: fingerprints and hashes, in hex and raw; UIDs in lines.
struct Traces {
    hashes: BTreeSet<String>,
    uids: Vec<u32>,
}

impl Traces {
    fn of(state: &Path, uids: &[u32]) -> Self {
        let mut hashes = BTreeSet::new();
        for line in lines(state).iter().filter(|line| uids.iter().any(|uid| line["uid"] == *uid)) {
            let thread = &line["thread"];
            let references = line["references"].as_array().into_iter().flatten();
            let all = [&line["fingerprint"], &thread["own"], &thread["text"]].into_iter().chain(references);
            hashes.extend(all.filter_map(|hash| hash.as_str().map(str::to_owned)));
        }
        assert!(hashes.len() >= 4 * uids.len(), "each has a fingerprint, a Message-ID, a text and a number");
        let traces = Self { hashes, uids: uids.to_vec() };
        assert!(
            traces.found_in(state).iter().any(|found| found.contains("/state/state/")),
            "the index has them too"
        );
        traces
    }

    /// Where there is any.
    fn found_in(&self, state: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for (path, bytes) in files(state) {
            for hash in &self.hashes {
                let number = u128::from_str_radix(hash, 16).unwrap();
                let forms = [hash.as_bytes(), &number.to_be_bytes(), &number.to_le_bytes()];
                let is_there = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
                if forms.into_iter().any(is_there) {
                    found.push(format!("{hash} in {}", path.display()));
                }
            }
        }
        for line in lines(state) {
            let all = line["uids"].as_array().cloned().unwrap_or_default();
            if self.uids.iter().any(|uid| line["uid"] == *uid || all.contains(&(*uid).into())) {
                found.push(format!("log: {line}"));
            }
        }
        found
    }
}

fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.clone(), fs::read(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The lines of the log.
fn lines(state: &Path) -> Vec<Value> {
    let days = files(&state.join("log"))
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|end| end == "log"));
    let text: String = days.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    // The last one may be on its way.
    text.lines().filter_map(|line| serde_json::from_str(line.get(9..)?).ok()).collect()
}

#[track_caller]
fn says(output: &Output, words: &[&str]) {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{stdout}{stderr}");
    for word in words {
        assert!(stdout.contains(word), "{word:?} is not in: {stdout}{stderr}");
    }
    for secret in [ANNA, BERT, "mail.example.org"] {
        assert!(!stderr.contains(secret) && !stdout.contains(secret), "{stdout}{stderr}");
    }
}

fn none(traces: &Traces, langhals: &Langhals) {
    assert_eq!(traces.found_in(&langhals.state_dir()), Vec::<String>::new());
}

/// The clock of this Langhals goes so many days before everybody's.
fn in_days(langhals: &mut Langhals, days: u32) {
    let offset = langhals.dir().join("offset");
    faketime::set(&offset, &format!("+{days}d")).unwrap();
    langhals.environment.extend(faketime::environment(&offset).unwrap());
}

#[test]
fn a_message_is_forgotten_by_its_id_and_left_alone_in_the_mailbox() {
    let mut office = sorted();
    let (traces, before) = (office.traces(&[1]), office.tags());
    let args = ["forget", "--message-id", "<1@mail.example.org>"];
    let dry = office.langhals.run(&[&args[..], &["--dry-run"]].concat()).unwrap();
    says(&dry, &["would be erased: 1 messages", "would be erased: 1 corrections"]);
    assert_eq!(office.waiting().len(), 6);
    let said = office.langhals.run(&args).unwrap();
    says(&said, &["erased: 1 messages", "erased: 1 corrections", "1 of them waited", "no text", "backups"]);
    none(&traces, &office.langhals);
    assert_eq!(office.waiting(), BTreeSet::from([2, 3, 4, 5, 6]));
    assert_eq!(office.json(&["corrections", "export", "-"]).len(), 1);
    let again = office.langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n", "it is not sorted again");
    assert_eq!(office.tags(), before);
    none(&traces, &office.langhals);
    says(&office.langhals.run(&args).unwrap(), &["nothing was erased"]);
    let lines = lines(&office.langhals.state_dir());
    let marker = lines.iter().find(|line| line["event"] == "forgotten").unwrap();
    assert_eq!((&marker["by"], &marker["erased"]["messages"]), (&"message_id".into(), &1.into()));
}

#[test]
fn a_sender_s_mails_are_forgotten_beside_the_running_daemon() {
    let mut office = sorted();
    let (theirs, others) = (office.traces(&[2, 4, 6]), office.traces(&[1, 3, 5]));
    let mut running = office.langhals.spawn().unwrap();
    wait_for("the page", Duration::from_secs(20), || {
        Ok(fs::read_to_string(office.langhals.log_file())?.contains("http://").then_some(()))
    })
    .unwrap();
    let before = office.tags();
    let said = office.langhals.run(&["forget", "--sender", "Anna@example.org"]).unwrap();
    says(&said, &["3 mails of this sender lie in 1 folders", "erased: 3 messages", "no sender is kept"]);
    none(&theirs, &office.langhals);
    assert!(!others.found_in(&office.langhals.state_dir()).is_empty());
    assert_eq!(office.waiting(), BTreeSet::from([1, 3, 5]));
    // The daemon goes on as if nothing had been.
    assert_eq!(running.ended().unwrap(), None);
    office.server.deliver(1, &mail(7, ANNA)).unwrap();
    wait_for("the next mail in the queue", Duration::from_secs(30), || {
        Ok((office.waiting() == BTreeSet::from([1, 3, 5, 7])).then_some(()))
    })
    .unwrap();
    let mut after = office.tags();
    after.remove(&7);
    assert_eq!(after, before);
    running.stop().unwrap();
    none(&theirs, &office.langhals);
    let left: Vec<_> = fs::read_dir(office.langhals.state_dir().join("forget")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    office.langhals.run_once().unwrap();
    assert_eq!(office.waiting(), BTreeSet::from([1, 3, 5, 7]));
}

#[test]
fn what_is_old_is_forgotten_and_what_waits_is_not() {
    let mut office = sorted();
    office.witness.select("INBOX").unwrap();
    office.witness.store("1:3", "+FLAGS (\\Answered)").unwrap();
    office.langhals.run_once().unwrap();
    let (old, waiting) = (office.traces(&[1, 2, 3]), office.traces(&[4, 5, 6]));
    let queue = office.json(&["queue", "--format", "json"]);
    in_days(&mut office.langhals, 40);
    says(&office.langhals.run(&["forget", "--older-than", "41"]).unwrap(), &["nothing was erased"]);
    let said = office.langhals.run(&["forget", "--older-than", "30"]).unwrap();
    says(&said, &["erased: 3 messages", "erased: 2 corrections", "what still waits stays"]);
    none(&old, &office.langhals);
    assert!(!waiting.found_in(&office.langhals.state_dir()).is_empty());
    office.langhals.environment.clear();
    assert_eq!(office.json(&["queue", "--format", "json"]), queue);
    let again = office.langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n");
    assert_eq!(office.json(&["queue", "--format", "json"]), queue);
}

#[test]
fn retention_needs_nobody_to_ask_for_it() {
    let mut office = sorted();
    office.langhals.settings = format!("{AT_ONCE}keep_days = 90\n");
    office.witness.select("INBOX").unwrap();
    office.witness.store("3", "+FLAGS (\\Answered)").unwrap();
    office.langhals.run_once().unwrap();
    let old = office.traces(&[3]);
    // A hundred days later the clock is not believed at once: it may be wrong.
    for (days, number) in [(100, 7), (101, 8)] {
        in_days(&mut office.langhals, days);
        office.server.deliver(1, &mail(number, BERT)).unwrap();
        office.langhals.run_once().unwrap();
        assert!(!old.found_in(&office.langhals.state_dir()).is_empty(), "{days} days later");
    }
    office.langhals.run_once().unwrap();
    none(&old, &office.langhals);
    assert_eq!(office.waiting(), BTreeSet::from([1, 2, 4, 5, 6, 7, 8]));
}

/// What anybody is told of a state.
fn told(office: &Office) -> (Vec<Value>, Vec<Value>) {
    (office.json(&["queue", "--format", "json"]), office.json(&["corrections", "export", "-"]))
}

fn restore(state: &Path, files: &[(PathBuf, Vec<u8>)]) {
    fs::remove_dir_all(state).unwrap();
    for (path, bytes) in files {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Stops the forgetting at every fault point in turn: the state is then as before or as it should be.
fn stop_everywhere(office: &Office, args: &[&str], traces: &Traces) {
    let state = office.langhals.state_dir();
    let whole = files(&state);
    let old = told(office);
    says(&office.langhals.run(args).unwrap(), &["erased: "]);
    let new = told(office);
    assert_ne!(old, new);
    none(traces, &office.langhals);
    let (mut stops, mut seen) = (0_u32, BTreeSet::new());
    loop {
        restore(&state, &whole);
        let mut command = office.langhals.command(args).unwrap();
        let ended = command.env("LANGHALS_STOP_AT", (stops + 1).to_string()).output().unwrap();
        let after = told(office);
        assert!(after == old || after == new, "stopped at {stops}: {after:?}");
        seen.insert(after == new);
        says(&office.langhals.run(&["state", "rebuild"]).unwrap(), &["the index knows"]);
        assert_eq!(told(office), after, "stopped at {stops}, started again");
        office.langhals.run(args).unwrap();
        assert_eq!(told(office), new, "stopped at {stops}, asked again");
        none(traces, &office.langhals);
        let left = fs::read_dir(&state).unwrap().flatten().map(|entry| entry.file_name());
        let left: Vec<_> = left
            .filter(|name| {
                !["lock", "log", "state", "reference.key", "forget"].iter().any(|known| name == known)
            })
            .collect();
        assert!(left.is_empty(), "{left:?}");
        // A release build has no fault points.
        if ended.status.success() {
            break;
        }
        stops += 1;
    }
    assert!((stops > 8 && seen.len() == 2) || !cfg!(debug_assertions), "{stops} stops");
}

#[test]
fn a_crash_while_a_message_is_forgotten_erases_all_of_it_or_nothing() {
    let office = sorted();
    let traces = office.traces(&[1]);
    stop_everywhere(&office, &["forget", "--message-id", "1@mail.example.org"], &traces);
}

#[test]
fn a_crash_while_the_log_is_shortened_loses_nothing_that_waits() {
    let mut office = sorted();
    office.witness.select("INBOX").unwrap();
    office.witness.store("1", "+FLAGS (\\Answered)").unwrap();
    office.langhals.run_once().unwrap();
    let traces = office.traces(&[1]);
    in_days(&mut office.langhals, 40);
    stop_everywhere(&office, &["forget", "--older-than", "30"], &traces);
}

/// While mail keeps coming in, what is exported is a state as it once was: it goes on from there.
#[test]
fn a_backup_beside_a_busy_daemon_is_whole_and_goes_on_where_it_was() {
    const MAILS: usize = 40;
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Plain(server.imap), "").unwrap();
    let samples = sample_mailbox(MAILS).unwrap();
    let running = langhals.spawn().unwrap();
    wait_for("the page", Duration::from_secs(20), || {
        Ok(fs::read_to_string(langhals.log_file())?.contains("http://").then_some(()))
    })
    .unwrap();
    let mut backups = Vec::new();
    for (number, (_, bytes)) in samples.iter().enumerate() {
        server.deliver(1, bytes).unwrap();
        let path = langhals.dir().join(format!("{number}.backup"));
        let said = langhals.run(&["state", "export", path.to_str().unwrap()]).unwrap();
        if said.status.success() {
            backups.push(path);
        }
    }
    let mut office = Office { witness: server.witness(1).unwrap(), server, langhals };
    // They are in the queue before their tags are written.
    wait_for("all mails in the queue, with their tags", Duration::from_mins(1), || {
        let all_are_tagged = office.tags().values().filter(|tags| !tags.is_empty()).count() == MAILS;
        Ok((all_are_tagged && office.waiting().len() == MAILS).then_some(()))
    })
    .unwrap();
    let last = office.langhals.dir().join("last.backup");
    let said = office.langhals.run(&["state", "export", last.to_str().unwrap()]).unwrap();
    assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).contains("lines of"));
    running.stop().unwrap();
    let expected = told(&office);
    assert!(backups.len() > MAILS / 2, "{} backups", backups.len());
    let mut new = Langhals::new().unwrap();
    new.mailbox("post", &office.server, 1, Reach::Plain(office.server.imap), "").unwrap();
    let Office { server, witness, langhals: _old } = office;
    let mut new = Office { server, witness, langhals: new };
    let tags = new.tags();
    for path in backups.iter().step_by(7).chain([&last]) {
        fs::remove_dir_all(new.langhals.state_dir()).unwrap();
        says(&new.langhals.run(&["state", "import", path.to_str().unwrap()]).unwrap(), &["goes on there"]);
        let known = new.waiting();
        if *path == last {
            assert_eq!(told(&new), expected);
        }
        new.langhals.run_once().unwrap();
        assert_eq!(new.tags(), tags, "nothing is tagged anew");
        assert_eq!(new.waiting().len(), MAILS, "every mail is shown; {} were known", known.len());
    }
}
