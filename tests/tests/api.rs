//! A machine follows a real mailbox through the API, and corrects a class there.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::time::Duration;

use langhals_tests::langhals::{Langhals, Reach, Running, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Machine, Options};
use serde_json::Value;

fn office() -> (Dovecot, Langhals, Running) {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let running = langhals.spawn().unwrap();
    (server, langhals, running)
}

fn watching(machine: &Machine) {
    wait_for("the folder to be watched", Duration::from_mins(1), || {
        // Nobody listens before the start is over.
        let Ok((200, health)) = machine.ask("GET", "/api/v1/health", "") else { return Ok(None) };
        Ok((health["folders"][0]["state"] == "watching").then_some(()))
    })
    .unwrap();
}

#[test]
fn a_machine_hears_of_a_mail_corrects_it_and_goes_on_where_it_was_after_a_restart() {
    let (server, langhals, running) = office();
    let machine = Machine::new(&langhals, "e-akte", &["--mailbox", "post", "--content", "--write"]).unwrap();
    watching(&machine);
    let mut stream = machine.follow(None).unwrap();
    stream.greeted().unwrap();
    let (_, mail) = sample_mailbox(1).unwrap().remove(0);
    server.deliver(1, &mail).unwrap();

    let decided = stream.wait().unwrap();
    assert_eq!((decided.kind.as_str(), &decided.data["mailbox"]), ("decided", &Value::from("post")));
    let address = format!("/api/v1/messages/{}", decided.data["id"].as_str().unwrap());
    let (status, explained) = machine.ask("GET", &format!("{address}/explanation"), "").unwrap();
    assert_eq!((status, &explained["class"]), (200, &decided.data["class"]), "{explained}");
    assert!(!explained["reasons"].as_array().unwrap().is_empty());
    assert!(explained["from"].as_str().unwrap().contains('@'));

    // Another class than the one that is there.
    let (class, keyword) = if decided.data["class"] == "inquiry" {
        ("other", "triage-sonstiges")
    } else {
        ("inquiry", "triage-rueckfrage")
    };
    let body = format!("{{\"class\":\"{class}\"}}");
    let (status, message) = machine.ask("PUT", &format!("{address}/class"), &body).unwrap();
    assert_eq!(
        (status, &message["class"], &message["class_by_person"]),
        (200, &Value::from(class), &Value::from(true)),
        "{message}"
    );
    let flags = server.witness(1).unwrap().flags("INBOX").unwrap();
    let tags: Vec<&String> = flags.values().flatten().filter(|flag| flag.starts_with("triage-")).collect();
    assert!(tags.iter().any(|tag| *tag == keyword), "{tags:?}");
    let classes = ["triage-antrag", "triage-rueckfrage", "triage-sonstiges", "triage-unsicher"];
    assert_eq!(tags.iter().filter(|tag| classes.contains(&tag.as_str())).count(), 1, "{tags:?}");
    let corrected = stream.wait().unwrap();
    assert_eq!((corrected.kind.as_str(), &corrected.data["class"]), ("corrected", &Value::from(class)));

    drop(stream);
    assert!(running.stop().unwrap().success());
    let running = langhals.spawn().unwrap();
    watching(&machine);
    let mut again = machine.follow(Some(&decided.id)).unwrap();
    assert_eq!(again.wait().unwrap().id, corrected.id);
    let mut witness = server.witness(1).unwrap();
    witness.select("INBOX").unwrap();
    witness.store("1", r"+FLAGS (\Answered)").unwrap();
    let closed = again.wait().unwrap();
    assert_eq!((closed.kind.as_str(), &closed.data["how"]), ("closed", &Value::from("answered")));
    assert!(running.stop().unwrap().success());
}

#[test]
fn tokens_are_made_shown_and_removed_beside_a_running_daemon() {
    let (_server, langhals, running) = office();
    let wrong = langhals.run(&["token", "add", "e-akte", "--mailbox", "nowhere"]).unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let machine = Machine::new(&langhals, "e-akte", &[]).unwrap();
    watching(&machine);
    let taken = langhals.run(&["token", "add", "e-akte"]).unwrap();
    assert_eq!((taken.status.code(), taken.stdout.len()), (Some(1), 0));
    let (status, _) = machine.ask("PUT", "/api/v1/messages/x/class", "{\"class\":\"other\"}").unwrap();
    assert_eq!(status, 403);
    let list = langhals.run(&["token", "list"]).unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.contains("e-akte") && list.contains("every mailbox") && !list.contains("lh_"), "{list}");
    let mut stream = machine.follow(None).unwrap();
    stream.greeted().unwrap();
    assert!(langhals.run(&["token", "remove", "e-akte"]).unwrap().status.success());
    assert_eq!(machine.ask("GET", "/api/v1/queue", "").unwrap().0, 401);
    // Within its keep-alive the stream is over.
    assert!(stream.wait().is_err());
    assert_eq!(langhals.run(&["token", "remove", "e-akte"]).unwrap().status.code(), Some(1));
    assert!(running.stop().unwrap().success());
    let log = std::fs::read_to_string(langhals.log_file()).unwrap();
    assert!(!log.contains("lh_") && !log.contains("e-akte"), "{log}");
}
