//! Privacy is a property of the code: marked words of a mail appear nowhere but in the mailbox.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Browser, Dovecot, Options, special};

const MARK: &str = "Zwiebelfischkonzert";

#[track_caller]
fn nowhere(bytes: &[u8], place: &str) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for word in [MARK, "pw1"] {
        assert!(!text.contains(&word.to_lowercase()), "{word} is in {place}");
    }
}

fn search(dir: &Path) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += search(&path);
        } else {
            nowhere(&fs::read(&path).unwrap(), &path.display().to_string());
            files += 1;
        }
    }
    files
}

#[test]
fn marked_mail_leaves_no_mark_in_log_state_or_decision_log() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    server.deliver(1, &special::marked_mail(MARK)).unwrap();
    for format in ["text", "json"] {
        let said = langhals.run(&["run", "--once", "-vvv", "--log-format", format]).unwrap();
        assert!(said.status.success());
        nowhere(&said.stderr, "the log");
        nowhere(&said.stdout, "the result");
    }

    // A reply, and the same text again: of both the memory of threads keeps hashes.
    let again = String::from_utf8(special::marked_mail(MARK)).unwrap();
    let ids = format!("Message-ID: <{MARK}-2@example.org>\r\nReferences: <{MARK}@example.org>\r\n");
    let again = again.replacen(&format!("Message-ID: <{MARK}@example.org>\r\n"), &ids, 1);
    server.deliver(1, again.as_bytes()).unwrap();
    langhals.run_once().unwrap();
    let said = langhals.run(&["explain", "--mailbox", "post", "--uid", "2"]).unwrap();
    assert!(String::from_utf8_lossy(&said.stdout).contains("1 earlier here"), "it is known as a reply");

    let running = langhals.spawn().unwrap();
    server.deliver(1, &special::marked_mail(MARK)).unwrap();
    server.deliver(1, &sample_mailbox(1).unwrap()[0].1).unwrap();
    let mut witness = server.witness(1).unwrap();
    wait_for("four tagged mails", Duration::from_mins(1), || {
        let tagged = witness.flags("INBOX")?;
        Ok((tagged.len() == 4
            && tagged.values().all(|flags| flags.iter().any(|flag| flag.starts_with("triage-"))))
        .then_some(()))
    })
    .unwrap();
    // Who works on the mail reads senders and subjects on the page; who only runs Langhals does not.
    let address = format!("http://127.0.0.1:{}/", langhals.page);
    assert!(langhals.signed_in().unwrap().get(&address).unwrap().text.contains(MARK));
    langhals.account("technik", "Giraffe mit langem Hals", &["operator"]).unwrap();
    let mut operator = Browser::signed_in(langhals.page, "technik", "Giraffe mit langem Hals").unwrap();
    let page = operator.get(&address).unwrap().text;
    assert!(page.contains("data-label"), "{page}");
    nowhere(page.as_bytes(), "an operator's page");
    running.stop().unwrap();
    nowhere(&fs::read(langhals.log_file()).unwrap(), "the daemon's log");
    for command in [&["queue"][..], &["queue", "--format", "json"], &["check", "-vvv"]] {
        let said = langhals.run(command).unwrap();
        nowhere(&said.stdout, &format!("{command:?}"));
        nowhere(&said.stderr, &format!("{command:?}"));
    }
    assert!(search(&langhals.state_dir()) >= 3, "there is a state to search");
}

#[test]
fn a_wrong_password_is_not_printed() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    let trust = format!("ca_file = \"{}\"", server.ca_file().display());
    langhals.any_mailbox("post", server.imaps, "implicit", ("u1", MARK), &trust).unwrap();
    let said = langhals.run(&["run", "--once", "-vvv"]).unwrap();
    assert_eq!(said.status.code(), Some(1));
    nowhere(&said.stderr, "the log");
    assert!(String::from_utf8_lossy(&said.stderr).contains("refused user u1"));
}
