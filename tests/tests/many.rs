//! Many mailboxes in one process: each for itself, few connections, no storm at a server's door.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]
#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Kind, Options, Proxy, Witness};

const PATIENCE: Duration = Duration::from_secs(90);

fn is_tagged(witness: &mut Witness, folder: &str, mails: usize) -> bool {
    let flags = witness.flags(folder).unwrap();
    flags.len() == mails && flags.values().all(|flags| flags.iter().any(|flag| flag.starts_with("triage-")))
}

fn folders(count: usize) -> (Vec<String>, String) {
    let names: Vec<String> = (1..=count).map(|number| format!("Referat {number}")).collect();
    (names.clone(), format!("folders = {}\n", serde_json::to_string(&names).unwrap()))
}

fn fill(witness: &mut Witness, names: &[String], mails: &[Append<'_>]) {
    for name in names {
        witness.create(name).unwrap();
        witness.append_all(name, mails).unwrap();
    }
}

#[test]
fn forty_folders_share_one_connection_where_the_server_reports_them() {
    let server = Dovecot::start(Options::default()).unwrap();
    let samples = sample_mailbox(3).unwrap();
    let appends: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
    let mut witness = server.witness(1).unwrap();
    let (names, setting) = folders(40);
    fill(&mut witness, &names, &appends[..2]);
    let proxy = Proxy::start(server.imap).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("amt", &server, 1, Reach::Plain(proxy.port()), &setting).unwrap();
    let running = langhals.spawn().unwrap();
    let all = |witness: &mut Witness, mails| names.iter().all(|name| is_tagged(witness, name, mails));
    wait_for("all folders", PATIENCE, || Ok(all(&mut witness, 2).then_some(()))).unwrap();
    for name in [&names[36], &names[0], &names[39]] {
        witness.append(name, &appends[2]).unwrap();
        wait_for("a new mail", PATIENCE, || Ok(is_tagged(&mut witness, name, 3).then_some(()))).unwrap();
    }
    // One to ask what the server can do, one for all folders.
    assert_eq!(proxy.connections(), 2);
    proxy.cut_all();
    witness.append(&names[17], &appends[2]).unwrap();
    wait_for("a new mail after a cut", PATIENCE, || Ok(is_tagged(&mut witness, &names[17], 3).then_some(())))
        .unwrap();
    assert!(proxy.connections() <= 4, "{}", proxy.connections());
    running.stop().unwrap();
}

#[test]
fn a_server_that_reports_nothing_gets_no_more_connections_than_allowed() {
    let Ok(server) = Kind::Courier.start() else {
        eprintln!("skipped: no Courier here");
        return;
    };
    let samples = sample_mailbox(3).unwrap();
    let appends: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
    let mut witness = server.witness(1).unwrap();
    let names: Vec<String> = (1..=8).map(|number| format!("INBOX.Referat {number}")).collect();
    fill(&mut witness, &names, &appends[..2]);
    let proxy = Proxy::start(server.port()).unwrap();
    let (user, password) = server.login(1);
    let mut langhals = Langhals::new().unwrap();
    let more =
        format!("folders = {}\nconnections = 2\npoll_seconds = 1\n", serde_json::to_string(&names).unwrap());
    langhals.any_mailbox("amt", proxy.port(), "none", (&user, &password), &more).unwrap();
    let running = langhals.spawn().unwrap();
    wait_for("all folders", PATIENCE, || {
        Ok(names.iter().all(|name| is_tagged(&mut witness, name, 2)).then_some(()))
    })
    .unwrap();
    witness.append(&names[6], &appends[2]).unwrap();
    wait_for("a new mail", PATIENCE, || Ok(is_tagged(&mut witness, &names[6], 3).then_some(()))).unwrap();
    assert_eq!(proxy.connections(), 3, "one to ask, two to watch");
    running.stop().unwrap();
}

#[test]
fn a_broken_account_disturbs_none_of_sixty_others() {
    let server = Dovecot::start(Options { users: 61, ..Options::default() }).unwrap();
    let samples = sample_mailbox(2).unwrap();
    let appends: Vec<Append<'_>> = samples.iter().map(|(_, bytes)| Append::new(bytes)).collect();
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("wrong", server.imap, "none", ("u61", "not the password"), "").unwrap();
    let mut witnesses = Vec::new();
    for user in 1..=60 {
        let mut witness = server.witness(user).unwrap();
        witness.append_all("INBOX", &appends).unwrap();
        witnesses.push(witness);
        let mut name = String::new();
        write!(name, "amt{user}").unwrap();
        let more = if user == 7 { "folders = [\"INBOX\", \"Fehlt\"]\n" } else { "" };
        langhals.mailbox(&name, &server, user, Reach::Plain(server.imap), more).unwrap();
    }
    let running = langhals.spawn().unwrap();
    for witness in &mut witnesses {
        wait_for("a mailbox", PATIENCE, || Ok(is_tagged(witness, "INBOX", 2).then_some(()))).unwrap();
    }
    running.stop().unwrap();
    let log = fs::read_to_string(langhals.log_file()).unwrap();
    assert!(log.contains("wrong/INBOX") && log.contains("amt7/Fehlt"), "{log}");
    let down = log.lines().filter(|line| line.contains("mailbox.down") || line.contains("again_in_seconds"));
    assert!(down.clone().all(|line| line.contains("wrong/INBOX") || line.contains("amt7/Fehlt")), "{log}");
}
