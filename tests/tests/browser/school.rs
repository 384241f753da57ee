//! The operator's levers: train, look at the bar, compare, promote, roll back.

use langhals_tests::chromium::Role;

use crate::office::{Office, Setup};

#[test]
fn an_operator_trains_promotes_and_rolls_back() {
    let office = Office::open(Setup { learns: true, ..Setup::samples(12) });
    office.enter();
    let (words, browser) = (&office.words, &office.browser);
    browser.click(Role::Link, &words.say("place-school")).unwrap();
    let old = office.model_in_use();
    browser.click(Role::Button, &words.say("school-learn")).unwrap();
    // The bar moves without a reload, and goes when the model is there.
    browser
        .wait("the bar", "document.querySelector('progress') && document.querySelector('progress').value > 0")
        .unwrap();
    office.until("the training's end", || browser.has(Role::Button, &words.say("school-learn")).unwrap());
    let models = office.models();
    let new = models.iter().find(|id| **id != old).unwrap().clone();
    office.no_complaints();

    let named = |name: &str, id: &str| words.fill(name, &[("id", id.into())]);
    browser.click(Role::Link, &named("school-compare-with", &new)).unwrap();
    assert!(browser.has(Role::Heading, &named("school-duel-title", &new)).unwrap());
    browser.click(Role::Link, &words.say("school-to-promotion")).unwrap();
    assert!(browser.has(Role::Heading, &words.say("school-what-changes")).unwrap());
    assert_eq!(office.model_in_use(), old, "nothing changes before the confirmation");
    let all_the_same = words.say("school-all-the-same");
    if browser.has(Role::Checkbox, &all_the_same).unwrap() {
        browser.click(Role::Checkbox, &all_the_same).unwrap();
    }
    browser.click(Role::Button, &named("school-promote-button", &new)).unwrap();
    office.until("the new model", || office.model_in_use() == new);
    office.until("the page to say so", || {
        office.goto("/modell");
        browser.has(Role::Link, &named("school-rollback", &old)).unwrap()
    });

    browser.click(Role::Link, &named("school-rollback", &old)).unwrap();
    assert!(browser.has(Role::Heading, &named("school-rollback-heading", &old)).unwrap());
    browser.click(Role::Button, &named("school-rollback-button", &old)).unwrap();
    office.until("the old model", || office.model_in_use() == old);
    office.no_complaints();
}
