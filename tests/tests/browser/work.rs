//! The day's work: what is new appears, is found, is explained, and is put right.

use std::time::{Duration, Instant};

use langhals_tests::chromium::{ENTER, Role};
use langhals_tests::samples;

use crate::letters::letter;
use crate::office::{MAILBOX, Office, Setup};

/// From the delivery's end until its row can be seen.
const SOON: Duration = Duration::from_secs(2);

#[test]
fn a_new_mail_is_on_the_screen_within_two_seconds_without_a_reload() {
    let mut office = Office::open(Setup::samples(20));
    office.enter();
    office.browser.ask("window.sameDocument = true", &[]).unwrap();
    let mut took = Vec::new();
    for number in 1..=3 {
        let subject = format!("Antrag auf Wohngeld {number}");
        let mail =
            letter(&subject, "Guten Tag,\n\nhiermit beantrage ich Wohngeld. Die Unterlagen liegen bei.\n");
        office.server.deliver(1, &mail).unwrap();
        let delivered = Instant::now();
        office.browser.wait_for_text(&subject).unwrap();
        took.push(delivered.elapsed());
    }
    took.sort();
    eprintln!("from the end of a delivery to its row: {took:?}");
    assert!(took[1] < SOON, "{took:?}");
    let same = office.browser.ask("return window.sameDocument === true", &[]).unwrap();
    assert_eq!(same, true, "the page was loaded anew");

    // What is answered in the mail program leaves the page by itself.
    let uid = *office.tags().keys().last().unwrap();
    office.witness.select("INBOX").unwrap();
    office.witness.store(&uid.to_string(), r"+FLAGS (\Answered)").unwrap();
    office
        .browser
        .wait("the row to go", "!document.body.innerText.includes('Antrag auf Wohngeld 3')")
        .unwrap();
    office.no_complaints();
}

#[test]
fn filters_stand_in_the_address_and_a_reference_is_found_however_it_is_written() {
    let mut mails =
        samples::sample_mailbox(40).unwrap().into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>();
    mails.push(letter("Nachfrage", "Guten Tag,\n\nwie steht es um mein Aktenzeichen 51-2026-00147?\n"));
    let mut office = Office::open(Setup { mails, ..Setup::samples(0) });
    let applications = office.tags().values().filter(|tags| tags.contains("triage-antrag")).count();
    let (words, browser) = (&office.words, &office.browser);
    office.enter();
    office.open_filters();
    browser.choose(&words.say("filter-class"), &words.say("class-application")).unwrap();
    browser.click(Role::Button, &words.say("filter-apply")).unwrap();
    let address = browser.address().unwrap();
    assert!(address.contains("klasse="), "{address}");
    // What Langhals is not sure of counts by its best guess: an application that is missed costs most.
    let found = browser.select("tbody tr").unwrap();
    let application = words.say("class-application");
    assert!(found.iter().all(|row| row.text().unwrap().contains(&application)));
    let found = found.len();
    assert!((applications..41).contains(&found), "{found} of {applications}");
    let remove = words.fill("filter-remove", &[("name", words.say("class-application").into())]);
    assert!(browser.has(Role::Link, &remove).unwrap());

    // The link is the filter: whoever gets it sees the same.
    office.goto("/");
    assert_eq!(office.rows().len(), 41);
    browser.goto(&address).unwrap();
    assert_eq!(office.rows().len(), found);
    browser.click(Role::Link, &words.say("filter-clear")).unwrap();
    assert_eq!(office.rows().len(), 41);

    for written in ["51-2026-00147", "51 2026 00147", " 51-2026-00147 "] {
        office.goto("/");
        office.open_filters();
        browser.fill(&words.say("filter-reference"), written).unwrap();
        browser.press(ENTER).unwrap();
        browser.wait_for_text(&words.say("queue-list-filtered")).unwrap();
        assert_eq!(office.rows(), ["Nachfrage"], "{written:?}");
    }
    office.goto("/?zeichen=gibt-es-nicht");
    browser.wait_for_text(&words.say("queue-no-match")).unwrap();
    office.no_complaints();
}

#[test]
fn whoever_asks_why_gets_reasons_and_whoever_knows_better_changes_the_tag_in_the_mailbox() {
    let mut office = Office::open(Setup::samples(12));
    office.enter();
    let first = office.rows()[0].clone();
    office.browser.click(Role::Link, &first).unwrap();
    let (words, browser) = (&office.words, &office.browser);
    assert!(browser.has(Role::Heading, &words.say("why")).unwrap());
    let reasons = browser.select("table.reasons tbody tr").unwrap();
    assert!(!reasons.is_empty());
    assert!(reasons.iter().all(|reason| !reason.text().unwrap().is_empty()));

    let uid = office.uid();
    let before = office.tags()[&uid].clone();
    let (tag, choose, class) = if before.contains("triage-rueckfrage") {
        ("triage-sonstiges", "choose-other", "class-other")
    } else {
        ("triage-rueckfrage", "choose-inquiry", "class-inquiry")
    };
    let (words, browser) = (&office.words, &office.browser);
    browser.click(Role::Button, &words.say(choose)).unwrap();
    let class = words.say(class);
    browser.wait_for_text(&words.fill("message-set", &[("class", class.as_str().into())])).unwrap();
    let now = office.tags()[&uid].clone();
    let classes = ["triage-antrag", "triage-rueckfrage", "triage-sonstiges", "triage-unsicher"];
    let held: Vec<&str> = classes.into_iter().filter(|class| now.contains(*class)).collect();
    assert_eq!(held, [tag], "as the mail server has it; before it was {before:?}");
    let lessons = office.langhals.run(&["corrections"]).unwrap();
    assert!(String::from_utf8_lossy(&lessons.stdout).contains("1 message"), "{lessons:?}");

    let (words, browser) = (&office.words, &office.browser);
    browser.click(Role::Link, &words.say("message-back")).unwrap();
    browser.wait_for_text(&words.say("remark-by-hand")).unwrap();
    assert!(browser.text().unwrap().contains(MAILBOX));
    office.no_complaints();
}
