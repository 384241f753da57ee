//! The main job: a real mailbox is sorted, once and for good, and new mail is sorted as it comes.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::{internal_date, sample_mailbox};
use langhals_tests::{Dovecot, Format, Options, Witness, special};

const CLASS_TAGS: [&str; 4] = ["triage-antrag", "triage-rueckfrage", "triage-sonstiges", "triage-unsicher"];

fn fill(witness: &mut Witness, samples: usize) -> usize {
    let samples = sample_mailbox(samples).unwrap();
    let dated: Vec<_> =
        samples.iter().map(|(record, bytes)| (internal_date(record).unwrap(), bytes)).collect();
    let specials = special::all();
    let appends: Vec<Append<'_>> = dated
        .iter()
        .map(|(date, bytes)| Append { internal_date: Some(date.clone()), ..Append::new(bytes) })
        .chain(specials.iter().map(|(_, bytes)| Append::new(bytes)))
        .collect();
    witness.append_all("INBOX", &appends).unwrap();
    appends.len()
}

fn triage_tags(flags: &BTreeMap<u32, BTreeSet<String>>) -> BTreeMap<u32, BTreeSet<String>> {
    let ours =
        |flags: &BTreeSet<String>| flags.iter().filter(|flag| flag.starts_with("triage-")).cloned().collect();
    flags.iter().map(|(uid, flags)| (*uid, ours(flags))).collect()
}

fn json_lines(stdout: &[u8]) -> Vec<serde_json::Value> {
    String::from_utf8_lossy(stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn sorts_once_and_for_good(format: Format, reach: Reach) {
    let server = Dovecot::start(Options { format, ..Options::default() }).unwrap();
    let mut witness = server.witness(1).unwrap();
    let mails = fill(&mut witness, 90);
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, reach, "").unwrap();

    let preview = langhals.run(&["preview", "--format", "json", "--limit", "1000"]).unwrap();
    assert!(triage_tags(&witness.flags("INBOX").unwrap()).values().all(BTreeSet::is_empty), "preview wrote");
    let announced: BTreeMap<u32, BTreeSet<String>> = json_lines(&preview.stdout)
        .iter()
        .map(|line| {
            let tags = line["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned());
            (u32::try_from(line["uid"].as_u64().unwrap()).unwrap(), tags.collect())
        })
        .collect();

    let said = langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), format!("{mails} messages sorted\n"));
    let flags = witness.flags("INBOX").unwrap();
    let sorted = triage_tags(&flags);
    assert_eq!(sorted, announced, "run does what preview says");
    for (uid, tags) in &sorted {
        assert_eq!(
            tags.iter().filter(|tag| CLASS_TAGS.contains(&tag.as_str())).count(),
            1,
            "{uid}: {tags:?}"
        );
    }
    assert!(flags.values().all(|flags| !flags.contains(r"\Seen")), "marked as read");

    let again = langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n");
    assert_eq!(triage_tags(&witness.flags("INBOX").unwrap()), sorted);
    assert_eq!(json_lines(&langhals.run(&["queue", "--format", "json"]).unwrap().stdout).len(), mails);
}

#[test]
fn a_maildir_is_sorted_over_tls_once_and_for_good() {
    sorts_once_and_for_good(Format::Maildir, Reach::Tls);
}

#[test]
fn an_mdbox_is_sorted_once_and_for_good() {
    sorts_once_and_for_good(Format::Mdbox, Reach::Tls);
}

#[test]
fn encrypted_mail_is_tagged_as_such_and_left_to_people() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    for mail in [special::encrypted_smime(), special::encrypted_pgp()] {
        witness.append("INBOX", &Append::new(&mail)).unwrap();
    }
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    langhals.run_once().unwrap();
    for tags in triage_tags(&witness.flags("INBOX").unwrap()).values() {
        assert!(tags.contains("triage-verschluesselt") && tags.contains("triage-unsicher"), "{tags:?}");
    }
}

#[test]
fn mail_that_arrives_while_run_watches_is_tagged_and_a_stop_is_clean() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let running = langhals.spawn().unwrap();
    let mut witness = server.witness(1).unwrap();
    let samples = sample_mailbox(5).unwrap();
    for (number, (_, mail)) in samples.iter().enumerate() {
        server.deliver(1, mail).unwrap();
        wait_for("the delivered mail's tags", Duration::from_mins(1), || {
            let tags = triage_tags(&witness.flags("INBOX")?);
            Ok((tags.len() == number + 1 && tags.values().all(|tags| !tags.is_empty())).then_some(()))
        })
        .unwrap();
    }
    assert!(running.stop().unwrap().success());
}

#[test]
fn starttls_and_a_pinned_certificate_work_too() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    witness.append("INBOX", &Append::new(&special::empty())).unwrap();
    let mut langhals = Langhals::new().unwrap();
    let pin: String = {
        use sha2::{Digest as _, Sha256};
        Sha256::digest(&server.certificate_der).iter().map(|byte| format!("{byte:02X}:")).collect()
    };
    let trust = format!("ca_file = \"{}\"", server.ca_file().display());
    let pinned = format!("fingerprint_sha256 = \"{}\"", pin.trim_end_matches(':'));
    langhals.any_mailbox("starttls", server.imap, "starttls", ("u1", "pw1"), &trust).unwrap();
    langhals.any_mailbox("pinned", server.imaps, "implicit", ("u2", "pw2"), &pinned).unwrap();
    langhals.run_once().unwrap();
    assert_eq!(
        triage_tags(&witness.flags("INBOX").unwrap())[&1],
        BTreeSet::from(["triage-unsicher".to_owned()])
    );
}

#[test]
fn explain_says_why_and_names_the_tags_that_are_there() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    fill(&mut witness, 10);
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    langhals.run_once().unwrap();
    let said = langhals.run(&["explain", "--mailbox", "post", "--uid", "3", "--format", "json"]).unwrap();
    let explained = &json_lines(&said.stdout)[0];
    let there = &triage_tags(&witness.flags("INBOX").unwrap())[&3];
    let present: BTreeSet<String> =
        explained["present"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect();
    assert_eq!(&present, there);
    assert!(!explained["reasons"].as_array().unwrap().is_empty());

    let missing = langhals.run(&["explain", "--mailbox", "post", "--uid", "4711"]).unwrap();
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no message with UID 4711"));
}
