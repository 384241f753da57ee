//! One cell of the table: a server, a line that can be broken, a dozen mails, and what must be true in the end.
//!
//! ```text
//!   12 mails ─▶ preview (what a run without a fault would do) ─▶ fault, run, run … until it succeeds ─▶ the same
//! ```

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;

use langhals_tests::client::{Append, Seen};
use langhals_tests::langhals::Langhals;
use langhals_tests::samples::{internal_date, sample_mailbox};
use langhals_tests::{Act, At, Dovecot, Format, Kind, Options, Proxy, Server, Witness};

/// Tags, or other flags, by the messages' names.
pub type Flags = BTreeMap<String, BTreeSet<String>>;

/// Varied in class, author, character set and structure.
pub const MAILS: usize = 12;
/// What fetches mail, and what writes tags.
pub const FETCH: &str = "BODY.PEEK[]";
pub const STORE: &str = "UID STORE";

const CLASS_TAGS: [&str; 4] = ["triage-antrag", "triage-rueckfrage", "triage-sonstiges", "triage-unsicher"];
/// A fault that takes more runs than this to get over is none that we get over.
pub const RUNS: usize = 10;

pub struct Cell {
    pub kind: Kind,
    pub server: Box<dyn Server>,
    pub proxy: Proxy,
    pub langhals: Langhals,
    pub random: fastrand::Rng,
    pub folder: &'static str,
    /// What a run without a fault does.
    pub expected: Flags,
    /// Everybody else's flags.
    pub others: Flags,
    eye: RefCell<Option<Witness>>,
}

impl Cell {
    /// A dozen mails in INBOX behind a proxy; nothing is sorted yet. `None`, and a sentence, where the server cannot be had.
    pub fn start(kind: Kind, fault: &str) -> Option<Self> {
        Self::start_in(kind, fault, "INBOX")
    }

    /// The same in a folder of its own.
    pub fn start_in(kind: Kind, fault: &str, folder: &'static str) -> Option<Self> {
        let server = match kind.start() {
            Ok(server) => server,
            Err(error) => {
                eprintln!("skipped: {kind:?} cannot be had here: {error:#}");
                return None;
            }
        };
        let proxy = Proxy::start(server.port()).unwrap();
        Some(Self::with(kind, fault, folder, server, proxy, "none", ""))
    }

    /// A Dovecot over TLS.
    pub fn start_tls(kind: Kind, fault: &str) -> Self {
        let format = if kind == Kind::Mdbox { Format::Mdbox } else { Format::Maildir };
        let server = Dovecot::start(Options { format, ..Options::default() }).unwrap();
        let proxy = Proxy::start(server.imaps).unwrap();
        let trust = format!("ca_file = \"{}\"\n", server.ca_file().display());
        Self::with(kind, fault, "INBOX", Box::new(server), proxy, "implicit", &trust)
    }

    fn with(
        kind: Kind,
        fault: &str,
        folder: &'static str,
        server: Box<dyn Server>,
        proxy: Proxy,
        tls: &str,
        more: &str,
    ) -> Self {
        let mut langhals = Langhals::new().unwrap();
        // A little bolder than usual: more kinds of tags.
        "[triage]\nconfidence = 0.5\n[corrections]\nstand_seconds = 0\n".clone_into(&mut langhals.settings);
        let (user, password) = server.login(1);
        let more = format!("{more}folders = [\"{folder}\"]\ntimeout_seconds = 20\n");
        langhals.any_mailbox("post", proxy.port(), tls, (&user, &password), &more).unwrap();
        // Every cell has its own numbers, and the same in every run.
        let random = fastrand::Rng::with_seed(
            fault.bytes().fold(kind as u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte))),
        );
        let (expected, others, eye) = (Flags::new(), Flags::new(), RefCell::default());
        let mut cell = Self { kind, server, proxy, langhals, random, folder, expected, others, eye };
        if folder != "INBOX" {
            cell.witness().create(folder).unwrap();
        }
        cell.post(0..MAILS);
        cell
    }

    /// Puts samples into the folder, and notes what a run without a fault would do with all that is there.
    pub fn post(&mut self, samples: std::ops::Range<usize>) {
        let mut witness = self.witness();
        for (record, bytes) in &sample_mailbox(samples.end).unwrap()[samples] {
            let mail = Append { internal_date: internal_date(record).ok(), ..Append::new(bytes) };
            witness.append(self.folder, &mail).unwrap();
        }
        // What carries tags already is not looked at again: there the expectation stands.
        let names = self.uids();
        self.expected.retain(|name, _| names.contains_key(name));
        let fresh = self.as_without_a_fault();
        self.expected.extend(fresh);
        let unsure = self.expected.values().filter(|tags| tags.contains("triage-unsicher")).count();
        assert!(unsure < MAILS / 2, "the server handed over less than it has: {:?}", self.expected);
        self.others = self.flags(false);
    }

    /// What a program that knows nothing of it would do with what is in the folder now.
    fn as_without_a_fault(&self) -> Flags {
        let mut another = Langhals::new().unwrap();
        another.settings.clone_from(&self.langhals.settings);
        another.mailboxes.clone_from(&self.langhals.mailboxes);
        self.said(&another, &["preview", "--format", "json", "--limit", "100"])
    }

    /// A second client.
    pub fn witness(&self) -> Witness {
        self.server.witness(1).unwrap()
    }

    /// How long a server may be silent.
    pub fn patience(&mut self, seconds: u32) {
        let lines = self.langhals.mailboxes.lines().filter(|line| !line.starts_with("timeout_seconds"));
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        self.langhals.mailboxes = format!("{}\ntimeout_seconds = {seconds}\n", lines.join("\n"));
    }

    /// Arms the same fault in the middle of the fetch and at one of the STOREs, where there are any.
    pub fn arm(&mut self, at: At, act: impl Fn() -> Act) {
        let within = self.random.u64(1_000..20_000);
        self.proxy.arm_at(FETCH, 1, At::Within(within), act());
        if self.kind.keeps_keywords() {
            self.proxy.arm_at(STORE, self.random.usize(1..=3), at, act());
        }
    }

    pub fn run(&self) -> Output {
        let said = self.langhals.run(&["run", "--once"]).unwrap();
        let stderr = String::from_utf8_lossy(&said.stderr);
        // Shown where the test fails.
        eprintln!("{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        said
    }

    /// Runs until it succeeds, and says how often that was.
    #[track_caller]
    pub fn runs_until_it_succeeds(&self) -> usize {
        let mut last = String::new();
        for run in 1..=RUNS {
            let said = self.run();
            if said.status.success() {
                return run;
            }
            last = String::from_utf8_lossy(&said.stderr).into_owned();
        }
        panic!("{RUNS} runs did not get over it: {last}");
    }

    /// Every fault that was armed has happened.
    #[track_caller]
    pub fn was_hit(&self) {
        assert_eq!(self.proxy.waiting(), 0, "the fault never came to pass");
    }

    /// The end state is that without a fault, and stays so.
    #[track_caller]
    pub fn ends_right(&self) {
        self.is_as_expected();
        let (stores, before) = (self.proxy.commands(STORE), (self.flags(true), self.flags(false)));
        let again = self.run();
        let stderr = String::from_utf8_lossy(&again.stderr).into_owned();
        assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n", "{stderr}");
        assert_eq!(self.proxy.commands(STORE), stores, "one more run wrote: {stderr}");
        assert_eq!((self.flags(true), self.flags(false)), before, "one more run changed something");
    }

    /// Every mail is still there, with the tags that it would have without a fault, and with no other flag changed.
    #[track_caller]
    pub fn is_as_expected(&self) {
        assert_eq!(self.tags(), self.waiting());
        for (name, tags) in self.flags(true) {
            let classes = tags.iter().filter(|tag| CLASS_TAGS.contains(&tag.as_str())).count();
            let wanted = self.kind.keeps_keywords() && !self.expected[&name].is_empty();
            assert_eq!(classes, usize::from(wanted), "{name}: {tags:?}");
        }
        assert_eq!(self.flags(false), self.others, "other flags were touched");
    }

    /// The tags that are there, or where the server keeps none, those that the queue has.
    pub fn tags(&self) -> Flags {
        if self.kind.keeps_keywords() {
            self.flags(true)
        } else {
            self.said(&self.langhals, &["queue", "--format", "json"])
        }
    }

    /// The tags that should be there; where the server keeps none, what waits for an answer is in the queue.
    pub fn waiting(&self) -> Flags {
        let shows = |name: &String| self.kind.keeps_keywords() || !self.others[name].contains(r"\Answered");
        self.expected.clone().into_iter().filter(|(name, _)| shows(name)).collect()
    }

    /// Our tags, or everybody else's flags; `\Recent` is the server's own affair.
    pub fn flags(&self, ours: bool) -> Flags {
        let part = |flags: BTreeSet<String>| {
            let keep = |flag: &String| flag.starts_with("triage-") == ours && flag != r"\Recent";
            flags.into_iter().filter(keep).collect()
        };
        self.look().into_iter().map(|seen| (name(seen.uid, &seen.header), part(seen.flags))).collect()
    }

    /// A person gives one mail another class; which one. The program has seen it when this returns.
    pub fn corrects_one(&mut self) -> String {
        let (name, tags) = self.expected.iter_mut().next().unwrap();
        let theirs = if tags.contains("triage-antrag") { "triage-rueckfrage" } else { "triage-antrag" };
        tags.retain(|tag| !CLASS_TAGS.contains(&tag.as_str()));
        tags.insert(theirs.to_owned());
        let name = name.clone();
        let uid = self.uids()[&name].to_string();
        let mut witness = self.witness();
        witness.select(self.folder).unwrap();
        witness.store(&uid, &format!("-FLAGS ({})", CLASS_TAGS.join(" "))).unwrap();
        witness.store(&uid, &format!("+FLAGS ({theirs})")).unwrap();
        self.runs_until_it_succeeds();
        self.ends_right();
        name
    }

    /// The UIDs of the messages, by name.
    pub fn uids(&self) -> BTreeMap<String, u32> {
        self.look().into_iter().map(|seen| (name(seen.uid, &seen.header), seen.uid)).collect()
    }

    /// What an old connection shows may be what was before.
    pub fn looks_anew(&self) {
        self.eye.take();
    }

    /// All messages, on the same connection as long as it lasts: signing in to pymap takes a second.
    fn look(&self) -> Vec<Seen> {
        let mut eye = self.eye.borrow_mut();
        if let Some(Ok(seen)) = eye.as_mut().map(|witness| witness.headers(self.folder, "MESSAGE-ID")) {
            return seen;
        }
        eye.insert(self.witness()).headers(self.folder, "MESSAGE-ID").unwrap()
    }

    /// What people changed, as the program exports it, without the UIDs under which the mails lie now.
    pub fn corrections(&self) -> Vec<String> {
        let said = self.langhals.run(&["corrections", "export", "-"]).unwrap();
        assert!(said.status.success());
        let lines = String::from_utf8_lossy(&said.stdout).into_owned();
        let lesson = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            ["fingerprint", "class", "priority", "decided"].map(|key| line[key].to_string()).join(" ")
        };
        lines.lines().map(lesson).collect()
    }

    /// What `preview` or `queue` says of each message.
    fn said(&self, langhals: &Langhals, command: &[&str]) -> Flags {
        let said = langhals.run(command).unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let names: BTreeMap<u64, String> =
            self.uids().into_iter().map(|(name, uid)| (u64::from(uid), name)).collect();
        let lines = String::from_utf8_lossy(&said.stdout).into_owned();
        let line = |line: &str| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let uid = line["uid"].as_u64().unwrap();
            let name = names.get(&uid).cloned().unwrap_or_else(|| format!("UID {uid}, which is gone"));
            (name, tags(&line["tags"]))
        };
        lines.lines().map(line).collect()
    }
}

/// The Message-ID, or else the UID: pymap's own mails have none.
fn name(uid: u32, header: &[u8]) -> String {
    let header = String::from_utf8_lossy(header);
    let id = header.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    id.map_or_else(|| format!("UID {uid}"), |(id, _)| id.to_owned())
}

/// `preview` gives a list, `queue` words in a row and without our prefix.
fn tags(value: &serde_json::Value) -> BTreeSet<String> {
    let one = value.as_str().into_iter().flat_map(str::split_whitespace).map(|tag| format!("triage-{tag}"));
    let many = value.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    one.chain(many.map(str::to_owned)).collect()
}
