//! An office to look at: a mail server with mail, the daemon at work on it, a browser before its page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use langhals_tests::chromium::Role;
use langhals_tests::client::Append;
use langhals_tests::corpus::{author_file, repo_root};
use langhals_tests::langhals::{Langhals, Reach, Running, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Chromium, Dovecot, Oidc, Options, Witness, Words, chromium};

pub const MAILBOX: &str = "poststelle";
pub const NAME: &str = "giraffe";
pub const PASSWORD: &str = "Giraffe mit langem Hals";

const SOON: Duration = Duration::from_mins(1);

pub struct Office {
    // In the order in which they end.
    pub browser: Chromium,
    pub running: Running,
    pub witness: Witness,
    pub langhals: Langhals,
    pub server: Dovecot,
    /// Where one is asked for and can be had.
    pub provider: Option<Oidc>,
    pub words: Words,
}

/// What waits, and who looks at it.
pub struct Setup {
    pub mails: Vec<Vec<u8>>,
    pub language: &'static str,
    pub script: bool,
    /// Whether there are a models folder and a small corpus of its own.
    pub learns: bool,
    /// Users of an identity provider, with their groups; without any there is none.
    pub users: &'static [(&'static str, &'static [&'static str])],
}

/// Which of them has which role.
const GROUPS: [(&str, &str); 2] = [("poststelle", "team"), ("leitung", "supervisor")];

impl Setup {
    /// Sample mails and a German reader with scripts, who oversees and runs it.
    pub fn samples(count: usize) -> Self {
        let mails = sample_mailbox(count).unwrap().into_iter().map(|(_, bytes)| bytes).collect();
        Self { mails, language: "de", script: true, learns: false, users: &[] }
    }
}

impl Office {
    /// Everything sorted already; nobody has signed in.
    pub fn open(setup: Setup) -> Self {
        let server = Dovecot::start(Options::default()).unwrap();
        let mut witness = server.witness(1).unwrap();
        let mails: Vec<_> = setup.mails.iter().map(|bytes| Append::new(bytes)).collect();
        witness.append_all("INBOX", &mails).unwrap();
        let mut langhals = Langhals::new().unwrap();
        langhals.mailbox(MAILBOX, &server, 1, Reach::Plain(server.imap), "").unwrap();
        if setup.learns {
            to_learn(&mut langhals);
        }
        let provider = provider(&mut langhals, setup.users);
        // Where a provider signs people in, there are no local accounts.
        if provider.is_none() {
            langhals.account(NAME, PASSWORD, &["supervisor", "operator"]).unwrap();
        }
        let running = langhals.spawn().unwrap();
        let options = chromium::Options { languages: setup.language, script: setup.script };
        let browser = Chromium::with(options).unwrap();
        let words = Words::read(setup.language).unwrap();
        let mut office = Self { browser, running, witness, langhals, server, provider, words };
        office.until_sorted(mails.len());
        office
    }

    fn until_sorted(&mut self, mails: usize) {
        wait_for("all mails to be sorted", SOON, || {
            if let Some(status) = self.running.ended()? {
                panic!("langhals ended ({status}):\n{}", fs::read_to_string(self.langhals.log_file())?);
            }
            let tags = self.witness.flags("INBOX")?;
            let is_sorted = |tags: &&BTreeSet<String>| tags.iter().any(|tag| tag.starts_with("triage-"));
            Ok((tags.values().filter(is_sorted).count() == mails).then_some(()))
        })
        .unwrap();
    }

    /// Signs in as people do, and waits for the queue.
    pub fn enter(&self) {
        self.goto("/");
        self.browser.fill(&self.words.say("account-name"), NAME).unwrap();
        self.browser.fill(&self.words.say("account-password"), PASSWORD).unwrap();
        self.browser.click(Role::Button, &self.words.say("sign-in-button")).unwrap();
        self.browser.wait_for_text(&self.words.say("queue-list")).unwrap();
    }

    /// Opens the filters, which a wide window shows anyway.
    pub fn open_filters(&self) {
        let closed = "return document.querySelector('details.filters:not([open])') !== null";
        if self.browser.ask(closed, &[]).unwrap() == true {
            self.browser.select("details.filters summary").unwrap()[0].click().unwrap();
        }
    }

    pub fn goto(&self, path: &str) {
        self.browser.goto(&format!("http://127.0.0.1:{}{path}", self.langhals.page)).unwrap();
    }

    /// What the messages of the queue are called, from the top.
    pub fn rows(&self) -> Vec<String> {
        self.browser.select("tbody a.subject").unwrap().iter().map(|link| link.name().unwrap()).collect()
    }

    /// The UID of the message whose page is open.
    pub fn uid(&self) -> u32 {
        let address = self.browser.address().unwrap();
        let uid = address.split(['?', '&']).find_map(|pair| pair.strip_prefix("uid="));
        uid.unwrap().parse().unwrap()
    }

    /// Langhals' tags of every message, as the mail server has them.
    pub fn tags(&mut self) -> BTreeMap<u32, BTreeSet<String>> {
        let ours =
            |flags: BTreeSet<String>| flags.into_iter().filter(|flag| flag.starts_with("triage-")).collect();
        self.witness.flags("INBOX").unwrap().into_iter().map(|(uid, flags)| (uid, ours(flags))).collect()
    }

    /// The models that there are.
    pub fn models(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(self.langhals.dir().join("models")).unwrap().map(Result::unwrap);
        let names = entries.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| name != "PROMOTED" && !name.starts_with('.')).collect()
    }

    /// The one that is promoted.
    pub fn model_in_use(&self) -> String {
        let promoted = fs::read_to_string(self.langhals.dir().join("models/PROMOTED")).unwrap();
        promoted.lines().next().unwrap().to_owned()
    }

    /// Waits until something holds.
    #[track_caller]
    pub fn until(&self, what: &str, holds: impl Fn() -> bool) {
        wait_for(what, SOON, || Ok(holds().then_some(()))).unwrap();
    }

    /// Nothing was refused, broken or missing since it was last asked for.
    #[track_caller]
    pub fn no_complaints(&self) {
        let mut complaints = self.browser.complaints().unwrap();
        // What the identity provider's own pages lack is not ours.
        let elsewhere = self.provider.as_ref().map(Oidc::issuer);
        complaints.retain(|one| elsewhere.as_ref().is_none_or(|issuer| !one.starts_with(issuer)));
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}

/// An identity provider, where the machine can have one.
fn provider(langhals: &mut Langhals, users: &[(&str, &[&str])]) -> Option<Oidc> {
    if users.is_empty() {
        return None;
    }
    let provider = Oidc::start(langhals.page, users);
    let provider = provider.map_err(|error| eprintln!("skipped: no identity provider: {error:#}")).ok()?;
    langhals.settings += &provider.settings(langhals, &GROUPS).unwrap();
    Some(provider)
}

/// A models folder with a copy of the default model, and every fourth record of four authors to learn from.
fn to_learn(langhals: &mut Langhals) {
    let (models, corpus) = (langhals.dir().join("models"), langhals.dir().join("corpus"));
    copy(&repo_root().join("models"), &models);
    fs::create_dir(&corpus).unwrap();
    for author in ["t02", "t03", "t04", "t13"] {
        let all = fs::read_to_string(author_file(author)).unwrap();
        let some: Vec<&str> = all.lines().step_by(4).collect();
        fs::write(corpus.join(format!("{author}.jsonl")), some.join("\n")).unwrap();
    }
    langhals.environment.insert("LANGHALS_MODEL__DIR".to_owned(), models.to_str().unwrap().to_owned());
    langhals.settings += &format!("[learning]\ncorpus = [\"{}\"]\n", corpus.display());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
