//! Everybody can read and work it: axe-core, phone width, zoom, by keyboard alone, in both languages.

use langhals_tests::axe;
use langhals_tests::chromium::{ENTER, Look, Role};

use crate::office::{NAME, Office, PASSWORD, Setup};

/// Every page that a signed-in person may come to.
fn pages(office: &Office) -> Vec<String> {
    office.goto("/");
    let message = office.browser.select("tbody a.subject").unwrap()[0].attribute("href").unwrap().unwrap();
    let fixed = [
        "/",
        "/?klasse=antrag&sortierung=frist",
        "/?zeichen=gibt-es-nicht",
        "/ueberblick",
        "/modell",
        "/modell/karte?id=standard-1",
        "/modell/vergleich?mit=standard-1",
        "/zustand",
        "/gibt-es-nicht",
    ];
    fixed.map(str::to_owned).into_iter().chain([message]).collect()
}

const LOOKS: [Look; 3] = [Look::DESK, Look::NIGHT, Look::PHONE];

fn violations(office: &Office, pages: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for look in LOOKS {
        office.browser.look(look).unwrap();
        for page in pages {
            office.goto(page);
            let named = axe::violations(&office.browser).unwrap().into_iter();
            found.extend(named.map(|violation| format!("{page} {look:?} {violation}")));
        }
    }
    found
}

#[test]
fn axe_finds_nothing_on_any_page_by_day_by_night_and_on_a_phone() {
    let office = Office::open(Setup::samples(30));
    let mut found = violations(&office, &["/anmelden".to_owned()]);
    office.enter();
    found.extend(violations(&office, &pages(&office)));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_theme_that_a_reader_chose_is_as_good_as_the_systems() {
    let office = Office::open(Setup { language: "en", ..Setup::samples(12) });
    office.enter();
    let (words, browser) = (&office.words, &office.browser);
    for (theme, code) in [("theme-dark", "dark"), ("theme-light", "light")] {
        office.goto("/");
        browser.choose(&words.say("choose-theme"), &words.say(theme)).unwrap();
        browser.click(Role::Button, &words.say("apply")).unwrap();
        let shown = format!("document.documentElement.dataset.kernTheme === '{code}'");
        browser.wait("the theme to be as chosen", &shown).unwrap();
        for page in pages(&office) {
            office.goto(&page);
            let found = axe::violations(browser).unwrap();
            assert!(found.is_empty(), "{page} {theme} {}", found[0]);
        }
    }
    browser.choose(&words.say("choose-language"), "Deutsch").unwrap();
    browser.click(Role::Button, &words.say("apply")).unwrap();
    browser.wait("the page in German", "document.documentElement.lang === 'de'").unwrap();
}

#[test]
fn no_page_must_be_moved_sideways_on_a_phone_or_at_double_size() {
    let office = Office::open(Setup::samples(30));
    office.enter();
    let mut found = Vec::new();
    for look in [Look::PHONE, Look::LARGE] {
        for page in pages(&office) {
            office.browser.look(look).unwrap();
            office.goto(&page);
            found.extend(office.browser.sticks_out().unwrap());
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn by_keyboard_alone_somebody_signs_in_corrects_the_most_urgent_message_and_comes_back() {
    let mut office = Office::open(Setup::samples(12));
    let (words, browser) = (&office.words, &office.browser);
    office.goto("/");
    browser.tab_to(Role::Field, &words.say("account-name")).unwrap();
    browser.type_text(NAME).unwrap();
    browser.tab_to(Role::Field, &words.say("account-password")).unwrap();
    browser.type_text(PASSWORD).unwrap();
    browser.press(ENTER).unwrap();
    browser.wait_for_text(&words.say("queue-list")).unwrap();

    let first = office.rows()[0].clone();
    browser.tab_to(Role::Link, &first).unwrap();
    browser.press(ENTER).unwrap();
    browser.wait_for_text(&words.say("choose")).unwrap();
    let uid = office.uid();
    let (tag, choose) = if office.tags()[&uid].contains("triage-antrag") {
        ("triage-rueckfrage", "choose-inquiry")
    } else {
        ("triage-antrag", "choose-application")
    };
    let (words, browser) = (&office.words, &office.browser);
    browser.tab_to(Role::Button, &words.say(choose)).unwrap();
    browser.press(ENTER).unwrap();
    browser.wait_for_text(&words.say("message-set-text")).unwrap();
    browser.tab_to(Role::Link, &words.say("message-back")).unwrap();
    browser.press(ENTER).unwrap();
    browser.wait_for_text(&words.say("queue-list")).unwrap();
    assert!(office.tags()[&uid].contains(tag));
    office.no_complaints();
}

#[test]
fn the_first_tab_stop_leads_past_the_navigation() {
    let office = Office::open(Setup::samples(1));
    office.enter();
    let (words, browser) = (&office.words, &office.browser);
    office.goto("/zustand");
    browser.tab_to(Role::Link, &words.say("skip")).unwrap();
    browser.press(ENTER).unwrap();
    assert_eq!(browser.ask("return document.activeElement.id", &[]).unwrap(), "inhalt");
}
