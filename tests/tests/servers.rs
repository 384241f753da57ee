//! Every kind of mail server is sorted the same way, once and for good; where tags do not stay, the queue has them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what a test needs and does not get is a failure"
)]

use std::collections::{BTreeMap, BTreeSet};

use langhals_tests::client::Append;
use langhals_tests::langhals::Langhals;
use langhals_tests::samples::{internal_date, sample_mailbox};
use langhals_tests::{Kind, Witness};

type Flags = BTreeMap<u32, BTreeSet<String>>;

const MAILS: usize = 12;

fn fill(witness: &mut Witness) {
    for (record, bytes) in sample_mailbox(MAILS).unwrap() {
        let mail = Append { internal_date: internal_date(&record).ok(), ..Append::new(&bytes) };
        witness.append("INBOX", &mail).unwrap();
    }
}

/// Our tags, and everybody else's flags. `\Recent` is the server's own affair.
fn parted(flags: &Flags) -> (Flags, Flags) {
    let part = |ours: bool| {
        let keep = |flag: &&String| flag.starts_with("triage-") == ours && *flag != r"\Recent";
        flags.iter().map(|(uid, flags)| (*uid, flags.iter().filter(keep).cloned().collect())).collect()
    };
    (part(true), part(false))
}

/// What `preview` or `queue` says of each UID.
fn tags_by_uid(langhals: &Langhals, command: &[&str]) -> Flags {
    let said = langhals.run(command).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let lines = String::from_utf8_lossy(&said.stdout).into_owned();
    lines
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            (u32::try_from(line["uid"].as_u64().unwrap()).unwrap(), tags(&line["tags"]))
        })
        .collect()
}

/// `preview` gives a list, `queue` words in a row and without our prefix.
fn tags(value: &serde_json::Value) -> BTreeSet<String> {
    let one = value.as_str().into_iter().flat_map(str::split_whitespace).map(|tag| format!("triage-{tag}"));
    let many = value.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    one.chain(many.map(str::to_owned)).collect()
}

#[track_caller]
fn is_sorted_once_and_for_good(kind: Kind) {
    let server = match kind.start() {
        Ok(server) => server,
        Err(error) => return eprintln!("skipped: {kind:?} cannot be had here: {error:#}"),
    };
    let mut witness = server.witness(1).unwrap();
    fill(&mut witness);
    let (_, others_before) = parted(&witness.flags("INBOX").unwrap());
    let mut langhals = Langhals::new().unwrap();
    let (user, password) = server.login(1);
    langhals.any_mailbox("post", server.port(), "none", (&user, &password), "").unwrap();

    let announced = tags_by_uid(&langhals, &["preview", "--format", "json", "--limit", "100"]);
    assert_eq!(announced.len(), others_before.len(), "preview shows every mail");
    let said = langhals.run_once().unwrap();
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert_eq!(
        String::from_utf8_lossy(&said.stdout),
        format!("{} messages sorted\n", announced.len()),
        "{stderr}"
    );
    let after = witness.flags("INBOX").unwrap();
    let (tags, others) = parted(&after);
    assert_eq!(others, others_before, "other flags were touched");
    if kind.keeps_keywords() {
        assert_eq!(tags, announced, "{stderr}");
    } else {
        assert!(tags.values().all(BTreeSet::is_empty));
        assert!(stderr.contains("keeps no new keywords"), "{stderr}");
    }
    let waiting = tags_by_uid(&langhals, &["queue", "--format", "json"]);
    let unanswered = announced.into_iter().filter(|(uid, _)| !others_before[uid].contains(r"\Answered"));
    assert_eq!(waiting, unanswered.collect(), "the queue has every mail that waits for an answer");

    let again = langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n");
    assert_eq!(parted(&witness.flags("INBOX").unwrap()), (tags, others), "a second run changed something");
}

#[test]
fn dovecot_on_maildir_is_sorted_once_and_for_good() {
    is_sorted_once_and_for_good(Kind::Maildir);
}

#[test]
fn dovecot_on_mdbox_is_sorted_once_and_for_good() {
    is_sorted_once_and_for_good(Kind::Mdbox);
}

#[test]
fn cyrus_is_sorted_once_and_for_good() {
    is_sorted_once_and_for_good(Kind::Cyrus);
}

#[test]
fn courier_is_sorted_once_and_for_good() {
    is_sorted_once_and_for_good(Kind::Courier);
}

#[test]
fn hoodiecrow_is_sorted_once_and_for_good() {
    is_sorted_once_and_for_good(Kind::Hoodiecrow);
}

#[test]
fn pymap_keeps_no_tags_but_the_queue_has_them() {
    is_sorted_once_and_for_good(Kind::Pymap);
}
