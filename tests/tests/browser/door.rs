//! Who comes in, and that nothing is left behind when they go.

use langhals_tests::chromium::Role;

use crate::office::{NAME, Office, Setup};

/// In German or English, the provider is no page of ours.
const PROVIDERS_FIELD: &str = "Dienstkonto";
const PROVIDERS_BUTTON: &str = "Anmelden";

#[test]
fn somebody_signs_in_and_out_at_the_authoritys_identity_provider() {
    const USERS: [(&str, &[&str]); 2] = [("anna", &["poststelle"]), ("carla", &["kantine"])];
    let office = Office::open(Setup { users: &USERS, ..Setup::samples(5) });
    if office.provider.is_none() {
        return;
    }
    let (words, browser) = (&office.words, &office.browser);
    office.goto("/");
    browser.click(Role::Link, &words.say("sign-in-provider")).unwrap();
    browser.fill(PROVIDERS_FIELD, "anna").unwrap();
    browser.click(Role::Button, PROVIDERS_BUTTON).unwrap();
    browser.wait_for_text(&words.say("queue-list")).unwrap();
    let rows = office.rows();
    assert_eq!(rows.len(), 5);
    office.no_complaints();
    // The team neither oversees nor operates.
    assert!(!browser.has(Role::Link, &words.say("place-school")).unwrap());
    office.goto("/modell");
    browser.wait_for_text(&words.say("note-forbidden")).unwrap();
    browser.complaints().unwrap();

    office.goto("/");
    browser.click(Role::Button, &words.say("sign-out")).unwrap();
    office.no_complaints();
    browser.click(Role::Button, "Abmelden").unwrap();
    browser.wait_for_text(&words.say("sign-in-provider")).unwrap();
    browser.back().unwrap();
    assert!(!browser.text().unwrap().contains(&rows[0]), "by the button back");

    // Without a role there is nothing to see, and a sentence that says whom to ask.
    office.goto("/");
    browser.click(Role::Link, &words.say("sign-in-provider")).unwrap();
    browser.fill(PROVIDERS_FIELD, "carla").unwrap();
    browser.click(Role::Button, PROVIDERS_BUTTON).unwrap();
    browser.wait_for_text(&words.say("note-no-role")).unwrap();
    assert!(office.rows().is_empty());
}

#[test]
fn nothing_is_shown_before_the_sign_in_nor_after_the_sign_out() {
    let office = Office::open(Setup::samples(5));
    let (words, browser) = (&office.words, &office.browser);
    for path in ["/", "/zustand", "/ueberblick", "/modell", "/nachricht?uid=1"] {
        office.goto(path);
        assert!(browser.has(Role::Heading, &words.say("sign-in")).unwrap(), "{path}");
        assert!(office.rows().is_empty(), "{path}");
    }
    browser.complaints().unwrap();
    office.enter();
    assert!(browser.text().unwrap().contains(NAME));
    let first = office.rows()[0].clone();
    browser.click(Role::Link, &first).unwrap();
    assert!(browser.has(Role::Heading, &words.say("why")).unwrap());
    let message = browser.address().unwrap();

    browser.click(Role::Button, &words.say("sign-out")).unwrap();
    browser.wait_for_text(&words.say("signed-out")).unwrap();
    for _ in 0..3 {
        browser.back().unwrap();
        let text = browser.text().unwrap();
        assert!(!text.contains(&first) && !text.contains(NAME), "by the button back:\n{text}");
    }
    browser.goto(&message).unwrap();
    assert!(browser.has(Role::Heading, &words.say("sign-in")).unwrap());
    assert!(!browser.text().unwrap().contains(&first));
}

#[test]
fn a_wrong_password_is_refused_and_scripts_cannot_read_the_cookies() {
    let office = Office::open(Setup::samples(1));
    let (words, browser) = (&office.words, &office.browser);
    office.goto("/anmelden");
    browser.fill(&words.say("account-name"), NAME).unwrap();
    browser.fill(&words.say("account-password"), "falsch").unwrap();
    browser.click(Role::Button, &words.say("sign-in-button")).unwrap();
    browser.wait_for_text(&words.say("sign-in-wrong")).unwrap();
    office.enter();
    assert_eq!(browser.ask("return document.cookie", &[]).unwrap(), "");
    let cookies = browser.cookies().unwrap();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert_eq!(cookie["httpOnly"], true, "{}", cookie["name"]);
        assert!(matches!(cookie["sameSite"].as_str(), Some("Strict" | "Lax")), "{}", cookie["name"]);
    }
}
