//! Crash safety by construction: the program is stopped at every fault point in turn, before and after each
//! durable write and each network send; resumed, it ends where an uninterrupted run ends.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]
#![allow(clippy::print_stderr, reason = "the number of fault points is a figure to be told")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness};
use serde_json::Value;

/// More users than there are fault points on the way.
const USERS: usize = 260;
const OLD: usize = 3;
const NEW: usize = 3;
const FOLDERS: [&str; 4] = ["INBOX", "INBOX/Antrag", "INBOX/R&APw-ckfrage", "INBOX/Sonstiges"];

/// A house of mailboxes, each with the same sorted mails, a person's doings and the same new mails.
struct House {
    server: Dovecot,
    langhals: Langhals,
    write: &'static str,
}

/// What anybody can see of one mailbox: what lies where under which tags, what waits, what was learnt.
#[derive(Debug, PartialEq)]
struct Picture {
    mails: BTreeMap<(String, Vec<u8>), BTreeSet<String>>,
    waits: Vec<Value>,
    lessons: Vec<Value>,
}

impl House {
    fn new(write: &'static str) -> Self {
        let server = Dovecot::start(Options { users: USERS, ..Options::default() }).unwrap();
        let mut langhals = Langhals::new().unwrap();
        "[corrections]\nstand_seconds = 0\n".clone_into(&mut langhals.settings);
        let samples = sample_mailbox(OLD + NEW).unwrap();
        let appends: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
        for user in 1..=USERS {
            server.witness(user).unwrap().append_all("INBOX", &appends[..OLD]).unwrap();
            langhals.mailbox(&name(user), &server, user, Reach::Plain(server.imap), write).unwrap();
        }
        langhals.run_once().unwrap();
        for user in 1..=USERS {
            let mut witness = server.witness(user).unwrap();
            meddle(&mut witness, write);
            witness.append_all("INBOX", &appends[OLD..]).unwrap();
        }
        Self { server, langhals, write }
    }

    /// Runs over one mailbox alone; stopped at the n-th fault point, where one is given. True if it ran through.
    fn run(&mut self, user: usize, stop_at: Option<u64>) -> bool {
        self.langhals.mailboxes.clear();
        self.langhals
            .mailbox(&name(user), &self.server, user, Reach::Plain(self.server.imap), self.write)
            .unwrap();
        let mut command = self.langhals.command(&["run", "--once"]).unwrap();
        if let Some(point) = stop_at {
            command.env("LANGHALS_STOP_AT", point.to_string());
        }
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    fn picture(&self, user: usize) -> Picture {
        let mut witness = self.server.witness(user).unwrap();
        let mut mails = BTreeMap::new();
        let there = witness.folders().unwrap();
        for folder in FOLDERS.iter().filter(|folder| there.contains(**folder)) {
            for seen in witness.headers(folder, "Message-ID").unwrap() {
                let doubled = mails.insert(((*folder).to_owned(), seen.header), without_recent(seen.flags));
                assert!(doubled.is_none(), "a mail was doubled in {folder}");
            }
        }
        Picture {
            mails,
            waits: self.json(user, &["queue", "--format", "json"]),
            lessons: self.json(user, &["corrections", "export", "-"]),
        }
    }

    /// What a command says of one mailbox, without the mailbox's own name and times.
    fn json(&self, user: usize, args: &[&str]) -> Vec<Value> {
        let said = self.langhals.run(args).unwrap();
        let rows = String::from_utf8_lossy(&said.stdout)
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .collect::<Vec<_>>();
        let mut rows: Vec<Value> = rows.into_iter().filter(|row| row["mailbox"] == name(user)).collect();
        for row in &mut rows {
            let row = row.as_object_mut().unwrap();
            for own in ["mailbox", "arrived", "decided", "fingerprint", "uid_validity"] {
                row.remove(own);
            }
        }
        rows.sort_by_key(Value::to_string);
        rows
    }
}

fn name(user: usize) -> String {
    format!("m{user}")
}

fn without_recent(flags: BTreeSet<String>) -> BTreeSet<String> {
    flags.into_iter().filter(|flag| flag != "\\Recent").collect()
}

/// A person changes the class of the first mail, and answers the second.
fn meddle(witness: &mut Witness, write: &str) {
    if write.contains("folders") {
        let there = witness.folders().unwrap();
        let from = FOLDERS[1..].iter().find(|folder| {
            there.contains(**folder) && !witness.headers(folder, "Message-ID").unwrap().is_empty()
        });
        let from = from.unwrap();
        let to = if *from == FOLDERS[1] { FOLDERS[3] } else { FOLDERS[1] };
        witness.select(from).unwrap();
        if !there.contains(to) {
            witness.create(to).unwrap();
        }
        let first = *witness.flags(from).unwrap().keys().next().unwrap();
        witness.select(from).unwrap();
        witness.move_to(&first.to_string(), to).unwrap();
        return;
    }
    let tags = witness.flags("INBOX").unwrap()[&1].clone();
    let other = if tags.contains("triage-antrag") { "triage-sonstiges" } else { "triage-antrag" };
    witness.select("INBOX").unwrap();
    witness.store("1", "-FLAGS (triage-antrag triage-rueckfrage triage-sonstiges)").unwrap();
    witness.store("1", &format!("+FLAGS ({other})")).unwrap();
    witness.store("2", "+FLAGS (\\Answered)").unwrap();
}

/// Stops at every fault point in turn, each time in a mailbox of its own, and resumes; every third time the
/// resumed run is stopped as well.
fn stop_everywhere(write: &'static str, least: u64) {
    let mut house = House::new(write);
    assert!(house.run(1, None));
    let expected = house.picture(1);
    assert!(!expected.lessons.is_empty() && expected.mails.len() == OLD + NEW, "{expected:?}");
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let mut point = 0;
    loop {
        point += 1;
        let user = usize::try_from(point).unwrap() + 1;
        assert!(user <= USERS, "more fault points than users");
        if house.run(user, Some(point)) {
            break;
        }
        if point.is_multiple_of(3) {
            house.run(user, Some(random.u64(1..=point)));
        }
        assert!(house.run(user, None), "the run after a stop at fault point {point} failed");
        assert_eq!(house.picture(user), expected, "stopped at fault point {point}");
        if point.is_multiple_of(5) {
            assert!(house.run(user, None));
            assert_eq!(house.picture(user), expected, "a further run changed something after point {point}");
        }
    }
    let points = point - 1;
    eprintln!("stopped at {points} fault points");
    // A release build has no fault points: then there is nothing to stop at, and nothing was shown.
    assert!(
        points >= least || !cfg!(debug_assertions) || std::env::var_os("LANGHALS_BIN").is_some(),
        "{points}"
    );
}

#[test]
fn stopped_at_every_fault_point_tags_log_and_lessons_end_as_uninterrupted() {
    stop_everywhere("", 60);
}

#[test]
fn stopped_at_every_fault_point_no_moved_mail_is_lost_or_doubled() {
    stop_everywhere("write = \"folders\"\n", 100);
}
