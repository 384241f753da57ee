//! What `langhals tags` prints, in the clients and the server that it is for: Thunderbird, Roundcube, Pigeonhole.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]
#![expect(clippy::print_stderr, reason = "a test without its client says that it was skipped")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::Tag;
use langhals_tests::chromium::{Chromium, Look, PATIENCE};
use langhals_tests::client::Append;
use langhals_tests::dovecot::FlagRule;
use langhals_tests::langhals::{Reach, wait_for};
use langhals_tests::thunderbird::{self, Display, Rollout, Thunderbird};
use langhals_tests::{Dovecot, Langhals, Options, Roundcube, Witness, samples};
use serde_json::json;

const MAILS: usize = 24;

/// A mailbox that Langhals has sorted.
struct Office {
    server: Dovecot,
    langhals: Langhals,
}

impl Office {
    fn sorted(flag_rule: Option<FlagRule>) -> Self {
        let server = Dovecot::start(Options { users: 1, flag_rule, ..Options::default() }).unwrap();
        let mails = samples::sample_mailbox(MAILS).unwrap();
        let mails: Vec<_> = mails.iter().map(|(_, mail)| Append::new(mail)).collect();
        server.witness(1).unwrap().append_all("INBOX", &mails).unwrap();
        let mut langhals = Langhals::new().unwrap();
        langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
        langhals.run_once().unwrap();
        Self { server, langhals }
    }

    fn witness(&self) -> Witness {
        self.server.witness(1).unwrap()
    }

    /// The titles of each message's tags, in the order of arrival.
    fn titles(&self) -> Vec<BTreeSet<&'static str>> {
        let prefix = domain::TagPrefix::default();
        let titles = |flags: &BTreeSet<String>| {
            flags.iter().filter_map(|flag| prefix.tag(flag)).map(Tag::title).collect()
        };
        self.witness().flags("INBOX").unwrap().values().map(titles).collect()
    }
}

/// A configuration whose mailbox nobody opens.
fn unconnected() -> Langhals {
    let mut langhals = Langhals::new().unwrap();
    langhals.any_mailbox("post", 993, "implicit", ("u1", "pw1"), "").unwrap();
    langhals
}

fn tags(langhals: &Langhals, args: &[&str]) -> String {
    let said = langhals.run(&[&["tags", "--client"], args].concat()).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Thunderbird, rolled out with this form, knows all tags and shows in its list what the mailbox has.
fn thunderbird_shows_the_tags(form: &str, rollout: fn(&str) -> Rollout<'_>) {
    if let Err(error) = thunderbird::find() {
        return eprintln!("skipped: {error:#}");
    }
    let office = Office::sorted(None);
    let text = tags(&office.langhals, &["thunderbird", "--form", form]);
    let mut thunderbird = Thunderbird::start(rollout(&text), Display::Headless).unwrap();
    let known = thunderbird.tags().unwrap();
    let ours: Vec<&str> =
        known.iter().filter(|tag| tag.key.starts_with("triage-")).map(|tag| tag.title.as_str()).collect();
    assert_eq!(ours.len(), Tag::ALL.len());
    assert_eq!(ours[0], "Eilig", "the first gives a line its colour");
    assert!(known.iter().all(|tag| tag.colour.starts_with('#')));

    thunderbird.open_inbox(&office.server, 1, MAILS).unwrap();
    let shown = thunderbird.show(&["Antrag"]).unwrap();
    let counted = |titles: Vec<BTreeSet<&str>>| {
        titles.into_iter().fold(BTreeMap::new(), |mut counts, titles| {
            *counts.entry(format!("{titles:?}")).or_insert(0) += 1;
            counts
        })
    };
    let titles_in = |column: &str| -> BTreeSet<&str> {
        Tag::ALL.map(Tag::title).into_iter().filter(|title| column.contains(title)).collect()
    };
    let shown = shown.iter().map(|(_, column)| titles_in(column)).collect();
    assert_eq!(counted(shown), counted(office.titles()));
}

#[test]
fn thunderbird_shows_the_tags_that_a_policy_brings() {
    thunderbird_shows_the_tags("policies", |text| Rollout::Policies(text));
}

#[test]
fn thunderbird_shows_the_tags_that_a_profile_has() {
    thunderbird_shows_the_tags("user-js", |text| Rollout::UserJs(text));
}

#[test]
fn roundcube_shows_the_tags_and_sets_them() {
    let office = Office::sorted(None);
    let plugins = tempfile::tempdir().unwrap();
    tags(&office.langhals, &["roundcube", "--out", plugins.path().to_str().unwrap()]);
    let roundcube = match Roundcube::start(office.server.imap, plugins.path()) {
        Ok(roundcube) => roundcube,
        Err(error) => return eprintln!("skipped: Roundcube cannot be had here: {error:#}"),
    };
    let browser = match Chromium::start() {
        Ok(browser) => browser,
        Err(error) => return eprintln!("skipped: Chromium cannot be had here: {error:#}"),
    };
    browser.look(Look::DESK).unwrap();
    roundcube.sign_in(&browser, 1).unwrap();
    let shown = browser.ask(SIGNS, &[]).unwrap();
    let shown: Vec<BTreeSet<&str>> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_array().unwrap().iter().map(|sign| sign.as_str().unwrap()).collect())
        .collect();
    assert_eq!(shown, office.titles(), "{}", roundcube.complaints());

    // A person puts a class right: the other one goes, and everything else stays.
    let wrong = office.titles().iter().position(|titles| titles.contains("Antrag")).unwrap();
    let uid = u32::try_from(wrong).unwrap() + 1;
    let own = |flags: &BTreeSet<String>| -> BTreeSet<String> {
        flags.iter().map(|flag| flag.to_lowercase()).filter(|flag| flag.starts_with("triage-")).collect()
    };
    let mut expected = own(&office.witness().flags("INBOX").unwrap()[&uid]);
    browser.ask(SET, &[json!(uid.to_string()), json!("TRIAGE-RUECKFRAGE")]).unwrap();
    expected.remove("triage-antrag");
    expected.insert("triage-rueckfrage".to_owned());
    wait_for("the tag", PATIENCE, || {
        Ok((own(&office.witness().flags("INBOX")?[&uid]) == expected).then_some(()))
    })
    .unwrap();
    assert_eq!(roundcube.complaints(), "");
    assert_eq!(browser.complaints().unwrap(), Vec::<String>::new());
}

/// The signs in each line of the list, in the order of arrival.
const SIGNS: &str = "
return Object.keys(rcmail.message_list.rows).map(Number).sort((a, b) => a - b).map(uid =>
  [...rcmail.message_list.rows[uid].obj.querySelectorAll('.langhals-tag')].map(sign => sign.innerText));";

const SET: &str = "
rcmail.message_list.select(arguments[0]);
rcmail.command('plugin.langhals.set', arguments[1]);";

#[test]
fn pigeonhole_gives_each_message_the_colour_of_its_weightiest_tag() {
    let plain = unconnected();
    let rule = FlagRule {
        script: tags(&plain, &["ox"]),
        settings: tags(&plain, &["ox", "--form", "dovecot"])
            .replace("/etc/dovecot/sieve/langhals-farben.sieve", "@DIR@/rule.sieve"),
    };
    assert!(rule.settings.contains("@DIR@/rule.sieve"));
    if let Err(error) = langhals_tests::install::ensure_pigeonhole() {
        return eprintln!("skipped: Pigeonhole cannot be had here: {error:#}");
    }
    let office = Office::sorted(Some(rule));
    let colour = |titles: &BTreeSet<&str>| {
        let weights = [
            ("Eilig", "$cl_1"),
            ("Verschlüsselt", "$cl_5"),
            ("Bitte sichten", "$cl_10"),
            ("Frist", "$cl_7"),
            ("Antrag", "$cl_2"),
            ("Rückfrage", "$cl_3"),
            ("Sonstiges", "$cl_4"),
        ];
        weights.into_iter().find(|(title, _)| titles.contains(title)).map(|(_, colour)| colour.to_owned())
    };
    let colours = |flags: &BTreeSet<String>| -> Vec<String> {
        flags.iter().filter(|flag| flag.starts_with("$cl_")).cloned().collect()
    };
    let mut witness = office.witness();
    for (flags, titles) in witness.flags("INBOX").unwrap().values().zip(office.titles()) {
        assert_eq!(colours(flags), Vec::from_iter(colour(&titles)), "{titles:?}");
    }

    // Langhals takes none of it for its own, or for a person's.
    let sorted = witness.flags("INBOX").unwrap();
    office.langhals.run_once().unwrap();
    assert_eq!(witness.flags("INBOX").unwrap(), sorted);
    let learnt = office.langhals.run(&["corrections", "export", "-"]).unwrap();
    assert!(learnt.status.success() && learnt.stdout.is_empty());

    // A person changes the tags: the colour follows. Another colour that they give stays until then.
    let change = |witness: &mut Witness, change: &str| {
        witness.select("INBOX").unwrap();
        witness.store("1", change).unwrap();
        colours(&witness.flags("INBOX").unwrap()[&1])
    };
    let none = "-FLAGS (triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher triage-hoch triage-frist triage-niedrig)";
    assert_eq!(change(&mut witness, none), Vec::<String>::new());
    assert_eq!(change(&mut witness, "+FLAGS (triage-rueckfrage)"), ["$cl_3"]);
    assert_eq!(change(&mut witness, "+FLAGS ($cl_9)"), ["$cl_3", "$cl_9"]);
    assert_eq!(change(&mut witness, r"+FLAGS (\Answered)"), ["$cl_3", "$cl_9"]);
    assert_eq!(change(&mut witness, "+FLAGS (triage-hoch)"), ["$cl_1", "$cl_9"]);
}

#[test]
fn all_files_of_a_client_go_where_they_are_wanted() {
    let langhals = unconnected();
    let folder = langhals.dir().join("snippets");
    for (client, files) in [
        ("thunderbird", &["policies.json", "user.js"][..]),
        ("ox", &["langhals-farben.sieve", "99-langhals.conf"]),
        ("roundcube", &["langhals/langhals.php", "langhals/config.inc.php"]),
    ] {
        let said = tags(&langhals, &[client, "--out", folder.to_str().unwrap()]);
        for file in files {
            let path: &Path = &folder.join(file);
            assert!(path.exists() && said.contains(path.to_str().unwrap()), "{client}: {said}");
        }
    }
    let wrong = langhals.run(&["tags", "--client", "ox", "--form", "policies"]).unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("--form policies is nothing for ox: use sieve or dovecot"), "{said}");
}
