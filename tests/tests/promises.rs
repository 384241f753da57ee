//! What the templates for authorities promise is held by a test, each promise by the one it names; and what no other test
//! holds is held here: who wrote and who works with it leaves no trace.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;
use std::path::Path;
use std::time::Duration;

use domain::{Address, Message, ModelId};
use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::{self, sample_mailbox};
use langhals_tests::{Browser, Dovecot, Options};
use model::Model;

/// Every `path: name` in code quotes of a text.
fn promised(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|quoted| quoted.split_once(": "))
        .filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "rs"))
        .collect()
}

#[test]
fn every_promise_names_a_test_that_is_there() {
    let mut seen = 0;
    for entry in fs::read_dir(repo_root().join("docs/vorlagen")).unwrap() {
        let page = entry.unwrap().path();
        for (path, name) in promised(&fs::read_to_string(&page).unwrap()) {
            let place = format!("{} names {path}: {name}", page.display());
            let code = fs::read_to_string(repo_root().join(path)).expect(&place);
            let (before, _) = code.split_once(&format!("fn {name}(")).expect(&place);
            let attributes: Vec<&str> = before.lines().rev().take(4).collect();
            let is_test = attributes.iter().any(|line| line.contains("#[test]") || line.contains("::test"))
                || before.contains("proptest! {");
            assert!(is_test, "{place}, which is no test");
            seen += 1;
        }
    }
    assert!(seen >= 50, "only {seen} promises");
}

fn promoted() -> Model {
    let models = repo_root().join("models");
    let id = fs::read_to_string(models.join("PROMOTED")).unwrap().lines().next().unwrap().to_owned();
    let [manifest, weights] =
        ["manifest.json", "weights.bin"].map(|file| fs::read(models.join(&id).join(file)).unwrap());
    model::load(&ModelId(id), &manifest, &weights).unwrap()
}

#[test]
fn who_wrote_changes_nothing_for_the_model() {
    let model = promoted();
    let stranger = Address { name: String::new(), email: "xq7@unbekannt.example.com".to_owned() };
    for (record, bytes) in sample_mailbox(200).unwrap() {
        let message = parse::message(&bytes).0;
        let (email, name) = message.from.clone().map(|from| (from.email, from.name)).unwrap_or_default();
        let other = Message {
            // The name is masked where the text repeats it, so it stays; the address and all addressees go.
            from: Some(Address { name, ..stranger.clone() }),
            reply_to: Some(stranger.clone()),
            recipients: vec![stranger.clone()],
            ..message.clone()
        };
        let [one, two] = [&message, &other].map(|message| model.classify(message));
        assert_eq!((one.class, one.priority), (two.class, two.priority), "{} of {email}", record.id);
    }
    assert!(samples::RECIPIENT.contains('@'));
}

/// Files below a folder whose text holds a word, but for those named.
fn files_with(dir: &Path, word: &str, except: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files_with(&path, word, except));
        } else if !except.contains(&name.as_str())
            && String::from_utf8_lossy(&fs::read(&path).unwrap()).to_lowercase().contains(word)
        {
            found.push(name);
        }
    }
    found
}

#[test]
fn no_record_names_who_works_with_it() {
    const NAME: &str = "zwiebelfisch";
    const PASSWORD: &str = "Giraffe mit langem Hals";
    let server = Dovecot::start(Options::default()).unwrap();
    server.deliver(1, &sample_mailbox(1).unwrap()[0].1).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    langhals.account(NAME, PASSWORD, &["supervisor"]).unwrap();
    let running = langhals.spawn().unwrap();
    let at = |path: &str| format!("http://127.0.0.1:{}{path}", langhals.page);
    let row = wait_for("a row", Duration::from_mins(1), || {
        let Ok(mut browser) = Browser::signed_in(langhals.page, NAME, PASSWORD) else { return Ok(None) };
        let page = browser.get(&at("/"))?.text;
        let address = page.split_once("href=\"/nachricht?").and_then(|(_, rest)| rest.split_once('"'));
        Ok(address.map(|(query, _)| {
            (browser, at(&format!("/nachricht?{}", query.replace("&amp;", "&").replace("&#38;", "&"))))
        }))
    });
    let (mut browser, address) = row.unwrap();
    let message = browser.get(&address).unwrap();
    // Whatever was suggested, two of the three are something else.
    for class in ["antrag", "rueckfrage"] {
        let hidden = ["token", "postfach", "ordner", "gen", "uid"];
        let mut fields: Vec<_> =
            hidden.map(|name| (name.to_owned(), message.hidden(name).unwrap())).into_iter().collect();
        fields.push(("klasse".to_owned(), class.to_owned()));
        let answer = browser.post(&at("/nachricht/einordnung"), &fields).unwrap();
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
    assert!(Browser::signed_in(langhals.page, NAME, "ein anderes Passwort").is_err());
    running.stop().unwrap();
    let corrections = langhals.run(&["corrections", "list", "--format", "json"]).unwrap().stdout;
    assert!(String::from_utf8_lossy(&corrections).contains("\"corrections\":1"), "somebody corrected");
    assert_eq!(files_with(&langhals.state_dir(), NAME, &["accounts.json"]), Vec::<String>::new());
    assert!(!fs::read_to_string(langhals.log_file()).unwrap().contains(NAME), "the log names nobody");
}
