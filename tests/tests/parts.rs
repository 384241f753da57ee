//! Of large mails only the header and the texts travel, wherever those stand, and the verdict is that of the whole mail.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "what a test needs and does not get is a failure; what it measures is said"
)]

use std::fs;

use langhals_tests::client::Append;
use langhals_tests::langhals::Langhals;
use langhals_tests::mime::{self, Charset, Transfer};
use langhals_tests::samples::RECIPIENT;
use langhals_tests::shapes::{Markup, Part, TextShape};
use langhals_tests::{Dovecot, Kind, Options, Proxy, Refusal, Refusing, Server};
use serde_json::Value;

/// Octets that may come of a mail whose texts have some hundred, with everything that is said around it.
const LITTLE: u64 = 24_000;

const WORDS: &str = "Sehr geehrte Damen und Herren,\n\nhiermit beantrage ich Wohngeld ab dem 1. Januar. Bitte entscheiden Sie bis zum \
    24.12.2026. Mein Aktenzeichen ist 12-345/26; die Unterlagen füge ich bei.\n\nMit freundlichen Grüßen\nErika Beispiel\n";

fn file(name: &str, octets: usize) -> Part {
    let attached = Part::attachment(name, "attachment", "", false);
    Part { content: mime::base64_lines(&vec![b'%'; octets]), ..attached }
}

/// Courier takes a line for a boundary that only begins like one: none here begins like another.
fn mixed(boundary: &str, parts: &[Part]) -> Part {
    Part::multipart("mixed", boundary, parts)
}

fn plain(transfer: Transfer) -> Part {
    Part::text(WORDS, TextShape::Plain(Charset::Utf8, transfer), "")
}

fn both(transfer: Transfer) -> Part {
    Part::text(WORDS, TextShape::Alternative(Markup::Outlook, transfer), "both")
}

fn mail(id: &str, entity: &Part) -> Vec<u8> {
    let header = format!(
        "From: Erika Beispiel <erika@example.org>\r\nTo: {RECIPIENT}\r\nSubject: Antrag auf Wohngeld\r\n\
         Date: Sat, 21 Nov 2026 09:00:00 +0100\r\nMessage-ID: <{id}@example.org>\r\nMIME-Version: 1.0\r\n",
    );
    [header.as_bytes(), &entity.render()].concat()
}

/// Mails of 500 KB, 5 MB and 50 MB, with their text before, beside and behind files.
fn large() -> Vec<(&'static str, Vec<u8>)> {
    let logo = Part::text(WORDS, TextShape::WithLogo(Markup::Webmail), "logo");
    let beside = mixed("inner", &[logo, file("Lageplan.pdf", 1_800_000)]);
    vec![
        (
            "500 KB",
            mail("small", &mixed("outer", &[both(Transfer::Base64), file("Antrag_Wohngeld.pdf", 370_000)])),
        ),
        ("5 MB", mail("middle", &mixed("outer", &[file("Mietvertrag.pdf", 1_800_000), beside]))),
        (
            "50 MB",
            mail("great", &mixed("outer", &[file("Scan.zip", 37_000_000), plain(Transfer::QuotedPrintable)])),
        ),
    ]
}

/// Mails of some hundred KB in as many shapes as people send.
fn shapes() -> Vec<Vec<u8>> {
    let pdf = || file("Antrag_Wohngeld.pdf", 300_000);
    let spare = Part::text(WORDS, TextShape::Plain(Charset::Utf8, Transfer::QuotedPrintable), "");
    let spare = Part {
        header: format!("{}Content-Disposition: attachment; filename=a.txt\r\n", spare.header),
        ..spare
    };
    let passed_on = Part {
        header: "Content-Type: message/rfc822\r\n".to_owned(),
        content: mail("inner", &plain(Transfer::QuotedPrintable)),
    };
    let nest = |levels: usize| {
        (0..levels).fold(both(Transfer::QuotedPrintable), |inner, at| {
            mixed(&format!("level-{at}-"), &[inner, pdf()])
        })
    };
    [
        mixed("outer", &[plain(Transfer::Base64), pdf()]),
        mixed("outer", &[pdf(), Part::text(WORDS, TextShape::Html(Markup::Entities, Transfer::Base64), "")]),
        mixed("outer", &[Part::text(WORDS, TextShape::Flowed, ""), pdf(), pdf()]),
        mixed("outer", &[both(Transfer::QuotedPrintable), pdf()]).signed("smime.p7s", "s"),
        mixed("outer", &[pdf(), spare]),
        mixed("outer", &[plain(Transfer::QuotedPrintable), passed_on, pdf()]),
        nest(3),
        pdf(),
        // Text without a header of its own.
        mixed(
            "b",
            &[pdf(), Part { header: String::new(), content: WORDS.replace('\n', "\r\n").into_bytes() }],
        ),
    ]
    .iter()
    .enumerate()
    .map(|(at, entity)| mail(&format!("shape-{at}"), entity))
    .collect()
}

/// What both commands say of a mail, without where it is, and what a part that stayed on the server cannot change.
fn verdict(said: &std::process::Output) -> Value {
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{stderr}");
    let mut verdict: Value = serde_json::from_slice(&said.stdout).unwrap();
    for place in ["path", "index", "mailbox", "folder", "uid", "present", "thread"] {
        verdict.as_object_mut().unwrap().remove(place);
    }
    verdict
}

/// The verdict of the whole mail.
fn of_file(langhals: &Langhals, mail: &[u8]) -> Value {
    let path = langhals.dir().join("whole.eml");
    fs::write(&path, mail).unwrap();
    let said = langhals.run(&["classify", "--format", "json", path.to_str().unwrap()]).unwrap();
    verdict(&said)
}

fn of_mailbox(langhals: &Langhals, uid: u32) -> Value {
    verdict(
        &langhals
            .run(&["explain", "--format", "json", "--mailbox", "post", "--uid", &uid.to_string()])
            .unwrap(),
    )
}

struct Bed {
    server: Box<dyn Server>,
    langhals: Langhals,
}

/// A server with one mailbox that the program reaches by another port.
fn bed(kind: Kind, port: impl FnOnce(u16) -> u16) -> Option<Bed> {
    let server = match kind.start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("skipped: {kind:?} cannot be had here: {error:#}");
            return None;
        }
    };
    let mut langhals = Langhals::new().unwrap();
    let (user, password) = server.login(1);
    langhals.any_mailbox("post", port(server.port()), "none", (&user, &password), "").unwrap();
    Some(Bed { server, langhals })
}

impl Bed {
    /// Puts a mail into the mailbox, and tells its UID.
    fn append(&self, mail: &[u8]) -> u32 {
        let mut witness = self.server.witness(1).unwrap();
        witness.append("INBOX", &Append::new(mail)).unwrap();
        *witness.flags("INBOX").unwrap().keys().last().unwrap()
    }
}

/// Octets that the program is sent while it sorts each of the large mails.
#[track_caller]
fn little_travels(kind: Kind) {
    let mut proxy = None;
    let through = |port| proxy.insert(Proxy::start(port).unwrap()).port();
    let Some(bed) = bed(kind, through) else { return };
    let proxy = proxy.unwrap();
    for (name, mail) in large() {
        let uid = bed.append(&mail);
        let before = proxy.counts().1;
        bed.langhals.run_once().unwrap();
        let octets = proxy.counts().1 - before;
        println!("{kind:?}, {name}: {octets} octets");
        assert!(octets < LITTLE, "{kind:?}, {name}: {octets} octets\n{}", proxy.sent().concat());
        assert_eq!(of_mailbox(&bed.langhals, uid), of_file(&bed.langhals, &mail), "{kind:?}, {name}");
    }
}

#[test]
fn little_travels_from_dovecot_on_maildir() {
    little_travels(Kind::Maildir);
}

#[test]
fn little_travels_from_dovecot_on_mdbox() {
    little_travels(Kind::Mdbox);
}

#[test]
fn little_travels_from_cyrus() {
    little_travels(Kind::Cyrus);
}

#[test]
fn little_travels_from_courier() {
    little_travels(Kind::Courier);
}

#[track_caller]
fn the_verdict_is_that_of_the_whole_mail(kind: Kind, shapes: &[Vec<u8>]) {
    let Some(bed) = bed(kind, |port| port) else { return };
    for (at, mail) in shapes.iter().enumerate() {
        let uid = bed.append(mail);
        assert_eq!(of_mailbox(&bed.langhals, uid), of_file(&bed.langhals, mail), "{kind:?}, shape {at}");
    }
}

#[test]
fn on_servers_that_know_parts_the_verdict_is_that_of_the_whole_mail() {
    for kind in [Kind::Maildir, Kind::Cyrus, Kind::Courier] {
        the_verdict_is_that_of_the_whole_mail(kind, &shapes());
    }
}

#[test]
fn on_servers_in_memory_the_verdict_is_that_of_the_whole_mail() {
    let shapes = shapes();
    for kind in [Kind::Pymap, Kind::Hoodiecrow] {
        the_verdict_is_that_of_the_whole_mail(kind, &shapes[..3]);
    }
}

#[test]
fn a_nest_without_end_is_read_as_before() {
    let nest = (0..400).fold(plain(Transfer::QuotedPrintable), |inner, at| {
        mixed(&format!("level-{at}-"), &[inner, Part::attachment("a.pdf", "attachment", "", false)])
    });
    the_verdict_is_that_of_the_whole_mail(Kind::Maildir, &[mail("nest", &nest)]);
}

#[test]
fn where_parts_are_refused_mails_are_read_as_before() {
    let mut front = None;
    let refusing = |port| front.insert(Refusing::start(port, ".MIME]", Refusal::Bad).unwrap()).port();
    let bed = bed(Kind::Maildir, refusing).unwrap();
    for mail in &shapes()[..2] {
        let uid = bed.append(mail);
        assert_eq!(of_mailbox(&bed.langhals, uid), of_file(&bed.langhals, mail));
    }
    assert_eq!(front.unwrap().refused(), 2);
}

#[test]
fn where_parts_break_the_connection_no_mail_is_set_aside() {
    let server = Dovecot::start(Options::default()).unwrap();
    let front = Refusing::start(Server::port(&server), ".MIME]", Refusal::HangUp).unwrap();
    let mut langhals = Langhals::new().unwrap();
    let (user, password) = server.login(1);
    langhals.any_mailbox("post", front.port(), "none", (&user, &password), "").unwrap();
    let mut witness = server.witness(1).unwrap();
    for mail in &shapes()[..3] {
        witness.append("INBOX", &Append::new(mail)).unwrap();
    }
    let running = langhals.spawn().unwrap();
    let tagged = || {
        let flags = witness.flags("INBOX")?;
        let all = flags.values().all(|flags| flags.iter().any(|flag| flag.starts_with("triage-")));
        Ok(all.then_some(flags))
    };
    let flags = langhals_tests::wait_for("the tags", std::time::Duration::from_mins(2), tagged).unwrap();
    assert!(flags.values().all(|flags| flags.contains("triage-antrag")), "{flags:?}");
    assert!(front.refused() > 0);
    assert!(running.stop().unwrap().success());
}
