//! Without JavaScript everything works that is not liveness.

use langhals_tests::chromium::{ENTER, Role};

use crate::office::{Office, Setup};

#[test]
fn queue_filter_message_and_correction_need_no_script() {
    let mut office = Office::open(Setup { script: false, ..Setup::samples(12) });
    office.enter();
    let browser = &office.browser;
    assert_eq!(browser.ask("return typeof Idiomorph", &[]).unwrap(), "undefined", "scripts are off");
    assert_eq!(office.rows().len(), 12);
    office.open_filters();
    browser.choose(&office.words.say("filter-priority"), &office.words.say("priority-normal")).unwrap();
    browser.click(Role::Button, &office.words.say("filter-apply")).unwrap();
    assert!(browser.address().unwrap().contains("prioritaet="));
    let filtered = office.rows();
    assert!(!filtered.is_empty() && filtered.len() < 12, "{filtered:?}");

    browser.click(Role::Link, &filtered[0]).unwrap();
    let uid = office.uid();
    let (tag, choose) = if office.tags()[&uid].contains("triage-sonstiges") {
        ("triage-antrag", "choose-application")
    } else {
        ("triage-sonstiges", "choose-other")
    };
    office.browser.click(Role::Button, &office.words.say(choose)).unwrap();
    office.browser.wait_for_text(&office.words.say("message-set-text")).unwrap();
    assert!(office.tags()[&uid].contains(tag));
    office.no_complaints();
}

#[test]
fn an_operator_starts_a_training_without_script() {
    let office = Office::open(Setup { script: false, learns: true, ..Setup::samples(3) });
    office.enter();
    office.goto("/modell");
    let button = office.browser.find(Role::Button, &office.words.say("school-learn")).unwrap();
    button.ask("button => button.focus()").unwrap();
    office.browser.press(ENTER).unwrap();
    office.browser.wait("the bar", "document.querySelector('progress')").unwrap();
    office.until("the new model", || office.models().len() == 2);
    // Without script, the page is as old as its "Stand".
    office.until("the page to say so", || {
        office.goto("/modell");
        office.browser.has(Role::Button, &office.words.say("school-learn")).unwrap()
    });
    office.no_complaints();
}
