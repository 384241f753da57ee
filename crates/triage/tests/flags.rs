//! Which mails raise which flag: tables of short mails, written by hand, those that must and those that must not.
//!
//! A line is `+` (raised) or `-` (not), then the columns that the head of its file names.

use domain::{Address, Attachment, Authentication, Check, Circumstances, Flag, History, Link, Message};
use jiff::civil::date;
use langhals_triage::{House, Land, Switch, extract};

mod support;

use support::{noon, verdict};

fn raised(message: &Message, house: &House, history: History) -> Vec<Flag> {
    let verdict = verdict([1.0; 3], [1.0; 3]);
    let facts = extract(message, &verdict, noon(date(2026, 3, 11)), house, history);
    for raised in &facts.flags {
        assert!(!raised.why.is_empty() && raised.why.chars().count() < 400, "{}", raised.why);
    }
    facts.flags.into_iter().map(|raised| raised.flag).collect()
}

/// Every line of a table whose flag is not as it says.
fn wrong(table: &str, flag: Flag, message: impl Fn(&[&str]) -> Message) -> Vec<String> {
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let (mut yes, mut no) = (0, 0);
    let mut wrong = Vec::new();
    for line in lines {
        let columns: Vec<&str> = line.split('|').collect();
        let expected = columns[0] == "+";
        if expected {
            yes += 1;
        } else {
            no += 1;
        }
        if raised(&message(&columns[1..]), &House::new(Land::NW), History::default()).contains(&flag)
            != expected
        {
            wrong.push(line.to_owned());
        }
    }
    assert!(yes >= 25 && no >= 25, "{flag}: {yes} and {no}");
    wrong
}

#[track_caller]
fn check(table: &str, flag: Flag, message: impl Fn(&[&str]) -> Message) {
    let wrong = wrong(table, flag, message);
    assert!(wrong.is_empty(), "{flag}: {} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A mail as the corpus holds them: subject, text, attachments, sender.
fn letter(columns: &[&str]) -> Message {
    let at = |index: usize| columns.get(index).copied().unwrap_or_default();
    let sender = address(at(3));
    let attachments: Vec<String> = at(2).split_whitespace().map(str::to_owned).collect();
    parse::composed(&parse::Draft {
        from_name: &sender.name,
        from_addr: &sender.email,
        subject: at(0),
        body: &at(1).replace("\\n", "\n"),
        attachments: &attachments,
        received: None,
    })
}

/// `Name <local@domain>` or the address alone.
fn address(written: &str) -> Address {
    match written.rsplit_once('<') {
        Some((name, email)) => Address {
            name: name.trim().trim_matches('"').to_owned(),
            email: email.trim_end_matches('>').to_owned(),
        },
        None => Address { name: String::new(), email: written.trim().to_owned() },
    }
}

fn addresses(written: &str) -> Vec<Address> {
    written.split(';').filter(|part| !part.trim().is_empty()).map(|part| address(part.trim())).collect()
}

#[test]
fn an_objection_by_plain_mail() {
    check(include_str!("flags/widerspruch-per-mail.txt"), Flag::WiderspruchPerMail, letter);
}

#[test]
fn an_announced_attachment_that_is_not_there() {
    check(include_str!("flags/fehlende-anlage.txt"), Flag::FehlendeAnlage, letter);
}

#[test]
fn a_complaint_about_staff() {
    check(include_str!("flags/beschwerde.txt"), Flag::Beschwerde, letter);
}

#[test]
fn a_danger_to_somebody() {
    check(include_str!("flags/gefahr.txt"), Flag::Gefahr, letter);
}

#[test]
fn several_requests() {
    check(include_str!("flags/mehrere-anliegen.txt"), Flag::MehrereAnliegen, letter);
}

#[test]
fn members_of_parliament() {
    check(include_str!("flags/abgeordnete.txt"), Flag::Abgeordnete, letter);
}

#[test]
fn courts_and_prosecutors() {
    check(include_str!("flags/gericht.txt"), Flag::Gericht, letter);
}

#[test]
fn the_press_asks() {
    check(include_str!("flags/presse.txt"), Flag::Presse, letter);
}

/// Subject, `To:`, `Cc:`, `Sensitivity:`.
fn addressed(columns: &[&str]) -> Message {
    let at = |index: usize| columns.get(index).copied().unwrap_or_default();
    let to = addresses(at(1));
    Message {
        subject: at(0).to_owned(),
        addressed: to.len(),
        recipients: to.into_iter().chain(addresses(at(2))).collect(),
        text: "Der Inhalt ist geheim.".to_owned(),
        circumstances: Circumstances { private: !matches!(at(3), "" | "Normal"), ..Circumstances::default() },
        ..Message::default()
    }
}

#[test]
fn personal_mail() {
    check(include_str!("flags/persoenlich.txt"), Flag::Persoenlich, addressed);
}

#[test]
fn personal_mail_stays_unopened_and_other_mail_does_not() {
    let mut off = House::new(Land::NW);
    off.switches.set(Flag::Persoenlich, Switch::Off);
    for line in include_str!("flags/persoenlich.txt").lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').collect();
        let attachments = vec![Attachment { name: "Befund.pdf".to_owned(), ..Attachment::default() }];
        let message = Message { attachments, signature: "geheim".to_owned(), ..addressed(&columns[1..]) };
        let read = langhals_triage::unopened(message.clone(), &House::new(Land::NW));
        let unopened =
            read.text.is_empty() && read.signature.is_empty() && read.attachments[0].name.is_empty();
        assert_eq!(unopened, columns[0] == "+", "{line}");
        assert_eq!(langhals_triage::unopened(message.clone(), &off), message);
    }
}

/// From, to, `Authentication-Results`, links.
fn suspicious(columns: &[&str]) -> Message {
    let at = |index: usize| columns.get(index).copied().unwrap_or_default();
    let check = |method: &str| match at(2) {
        results if results.contains(&format!("{method}=fail")) => Check::Failed,
        results if results.contains(&format!("{method}=pass")) => Check::Passed,
        _ => Check::Unknown,
    };
    let links = at(3).split(' ').filter_map(|link| link.split_once('>'));
    Message {
        from: Some(address(at(0))),
        addressed: 1,
        recipients: addresses(at(1)),
        authentication: Authentication { spf: check("spf"), dkim: check("dkim"), dmarc: check("dmarc") },
        links: links
            .map(|(shown, target)| Link { shown: shown.to_owned(), target: target.to_owned() })
            .collect(),
        ..Message::default()
    }
}

#[test]
fn signs_of_fraud() {
    check(include_str!("flags/verdacht.txt"), Flag::Verdacht, suspicious);
}

#[test]
fn the_house_names_domains_of_its_own() {
    let message = Message { from: Some(address("it@stadtwerke-rnusterstadt.de")), ..Message::default() };
    let mut house = House::new(Land::NW);
    assert_eq!(raised(&message, &house, History::default()), []);
    house.own_domains.push("Stadtwerke-Musterstadt.de".to_owned());
    assert_eq!(raised(&message, &house, History::default()), [Flag::Verdacht]);
}

#[test]
fn machines_lists_and_repetitions() {
    let machine = |automatic, bulk| Message {
        circumstances: Circumstances { automatic, bulk, ..Circumstances::default() },
        ..Message::default()
    };
    let house = House::new(Land::NW);
    assert_eq!(raised(&machine(true, false), &house, History::default()), [Flag::Automatisch]);
    assert_eq!(raised(&machine(false, true), &house, History::default()), [Flag::Automatisch]);
    assert_eq!(raised(&machine(false, false), &house, History::default()), []);
    let repeated = History { repeated: true, ..History::default() };
    assert_eq!(raised(&machine(false, false), &house, repeated), [Flag::Dublette]);
}

#[test]
fn what_is_switched_off_is_not_raised() {
    let message = letter(&["Widerspruch", "Hiermit lege ich Widerspruch gegen den Bescheid ein."]);
    let mut house = House::new(Land::NW);
    assert_eq!(raised(&message, &house, History::default()), [Flag::WiderspruchPerMail]);
    house.switches.set(Flag::WiderspruchPerMail, Switch::Off);
    assert_eq!(raised(&message, &house, History::default()), []);
}
