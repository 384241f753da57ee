//! The reading room: what people at the page read of a mailbox and correct there, against a real server.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use daemon::{Desk, Desks, Doors, Fallback, Office, Outfit, Post, ReadingError, ReadingRoom, WriteMode};
use domain::{Class, Folder, Label as _, MaxAge, Tag, TagPrefix, Uid, UidValidity};
use jiff::{SignedDuration, Timestamp};
use langhals_tests::client::Append;
use langhals_tests::corpus::repo_root;
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness, dovecot, special};
use model::Wish;
use store::{Board, Entry, Finding, Key, Ledger, Replay};
use tempfile::TempDir;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use triage::{House, Land};

const CLASSES: [&str; 4] = ["triage-antrag", "triage-rueckfrage", "triage-sonstiges", "triage-unsicher"];

#[expect(clippy::disallowed_methods, reason = "the program is told the time as it is")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// An office with one mailbox, in this process.
struct Bureau {
    server: Dovecot,
    witness: Witness,
    office: Office,
    room: ReadingRoom,
    dir: TempDir,
}

impl Bureau {
    fn new(mails: &[Vec<u8>], write: WriteMode) -> Self {
        let server = Dovecot::start(Options::default()).unwrap();
        let mut witness = server.witness(1).unwrap();
        witness.append_all("INBOX", &mails.iter().map(|mail| Append::new(mail)).collect::<Vec<_>>()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("password");
        fs::write(&secret, dovecot::password(1)).unwrap();
        let account = mailbox::Account {
            name: "post".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: server.imap,
            tls: mailbox::Tls::None,
            user: dovecot::user(1),
            credential: mailbox::SecretSource::File(secret).into(),
            timeouts: mailbox::Timeouts::default(),
        };
        let post = Post {
            account,
            folders: vec!["INBOX".to_owned()],
            write,
            class_folders: None,
            poll: Duration::from_secs(1),
            connections: 1,
        };
        let outfit = Outfit {
            house: House::new(Land::NW),
            wish: Wish::Confidence(0.75),
            prefix: TagPrefix::default(),
        };
        let model = daemon::in_use(&repo_root().join("models")).unwrap().model;
        let office = Office {
            desks: Desks::new(Desk::new(model, &outfit)),
            prefix: TagPrefix::default(),
            ledger: Arc::new(Ledger::open(&dir.path().join("state"), now()).unwrap()),
            board: Arc::new(Board::default()),
            posts: [post].into(),
            doors: Doors::default(),
            clock: now,
            stands: SignedDuration::ZERO,
            max_age: MaxAge::default(),
        };
        let room = ReadingRoom::new(&office);
        Self { server, witness, office, room, dir }
    }

    /// A sorted mailbox of samples in which a change counts at once.
    async fn sorted(samples: usize, write: WriteMode) -> Self {
        let samples = sample_mailbox(samples).unwrap();
        let bureau = Self::new(&samples.into_iter().map(|(_, mail)| mail).collect::<Vec<_>>(), write);
        bureau.pass().await;
        bureau
    }

    /// Once through the mailbox: what is new is sorted, what people did is seen.
    async fn pass(&self) {
        let (_, failures) = self.office.once().await;
        assert!(failures.is_empty(), "{failures:?}");
    }

    fn folder() -> Folder {
        Folder { mailbox: "post".to_owned(), name: "INBOX".to_owned() }
    }

    fn key(&self, uid: u32) -> Key {
        let folder = Self::folder();
        let cursor = self.office.ledger.cursor(&folder, now()).unwrap().unwrap();
        Key { folder, validity: cursor.validity, uid: Uid(uid) }
    }

    fn entry(&self, uid: u32) -> Entry {
        let key = self.key(uid);
        let uids = BTreeSet::from([key.uid]);
        self.office.ledger.entries(&key.folder, key.validity, &uids, now()).unwrap().remove(&key.uid).unwrap()
    }

    fn flags(&mut self, uid: u32) -> BTreeSet<String> {
        self.witness.flags("INBOX").unwrap().remove(&uid).unwrap()
    }

    fn classes(&mut self, uid: u32) -> Vec<String> {
        self.flags(uid).into_iter().filter(|flag| CLASSES.contains(&flag.as_str())).collect()
    }

    /// Lines of the log that say that a person decided.
    fn corrections(&self) -> usize {
        let days = fs::read_dir(self.dir.path().join("state/log")).unwrap();
        let lines = days.map(|day| fs::read_to_string(day.unwrap().path()).unwrap());
        lines.map(|day| day.lines().filter(|line| line.contains("\"corrected\"")).count()).sum()
    }

    fn learnt(&self) -> Vec<(u32, Option<Class>)> {
        let replay = Replay::read(&self.dir.path().join("state")).unwrap();
        replay.corrections().iter().map(|one| (one.uid.0, one.class)).collect()
    }

    /// A class that it does not have.
    fn another(&self, uid: u32) -> Class {
        let held = self.entry(uid).held();
        Class::ALL.into_iter().find(|class| !held.contains(&Tag::of_class(*class))).unwrap()
    }
}

fn keyword(class: Class) -> String {
    TagPrefix::default().keyword(Tag::of_class(class))
}

const KEYWORDS: WriteMode = WriteMode::Auto(Fallback::None);

#[tokio::test(flavor = "multi_thread")]
async fn senders_subjects_and_reasons_are_read_and_nothing_is_touched() {
    let mut bureau = Bureau::sorted(12, KEYWORDS).await;
    let before = bureau.witness.flags("INBOX").unwrap();
    let keys: Vec<Key> = (1..=12).map(|uid| bureau.key(uid)).collect();
    let letterheads = bureau.room.letterheads(keys.clone()).await;
    assert_eq!(letterheads.keys().collect::<Vec<_>>(), keys.iter().collect::<Vec<_>>());
    let samples = sample_mailbox(12).unwrap();
    for (key, (record, _)) in keys.iter().zip(&samples) {
        assert_eq!(letterheads[key].subject, record.subject);
        assert!(letterheads[key].from.contains('@'));
    }
    let explained = bureau.room.explain(&keys[0]).await.unwrap();
    assert_eq!(explained.judged.message.subject, samples[0].0.subject);
    assert_eq!(explained.present, bureau.entry(1).held());
    assert!(!explained.reasons.is_empty());
    assert_eq!(bureau.witness.flags("INBOX").unwrap(), before, "nothing is marked as read");
    bureau.server.stop();
    assert_eq!(bureau.room.letterheads(keys).await.len(), 12, "they are at hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_is_chosen_on_the_page_is_written_and_counts_exactly_once() {
    let mut bureau = Bureau::sorted(12, KEYWORDS).await;
    bureau.witness.select("INBOX").unwrap();
    bureau.witness.store("3", "+FLAGS (\\Flagged theirs)").unwrap();
    bureau.pass().await;
    let others: BTreeSet<String> =
        bureau.flags(3).into_iter().filter(|flag| !CLASSES.contains(&flag.as_str())).collect();
    let class = bureau.another(3);
    bureau.room.correct(bureau.key(3), class).await.unwrap();

    assert_eq!(bureau.classes(3), [keyword(class)]);
    let now_others: BTreeSet<String> =
        bureau.flags(3).into_iter().filter(|flag| !CLASSES.contains(&flag.as_str())).collect();
    assert_eq!(now_others, others, "nothing else is touched");
    assert_eq!((bureau.entry(3).chosen_class(), bureau.entry(3).unwritten), (Some(class), false));
    for _ in 0..2 {
        bureau.pass().await;
    }
    bureau.room.correct(bureau.key(3), class).await.unwrap();
    assert_eq!((bureau.corrections(), bureau.learnt()), (1, vec![(3, Some(class))]));
    assert_eq!(bureau.classes(3), [keyword(class)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_once_also_where_the_review_saw_the_change_first() {
    let mut bureau = Bureau::sorted(12, KEYWORDS).await;
    let class = bureau.another(3);
    let key = bureau.key(3);
    let record =
        |finding| bureau.office.ledger.record(&key.folder, key.validity, &[(key.uid, finding)], None, now());
    // In between it saw both classes; then, with the tag as it is after the page's work, it was faster than the page.
    let held = bureau.entry(3).held();
    record(Finding::Noticed([held.clone(), vec![Tag::of_class(class)]].concat())).unwrap();
    bureau.witness.select("INBOX").unwrap();
    bureau.witness.store("3", &format!("-FLAGS ({})", CLASSES.join(" "))).unwrap();
    bureau.witness.store("3", &format!("+FLAGS ({})", keyword(class))).unwrap();
    bureau.pass().await;
    assert_eq!(bureau.corrections(), 1);
    bureau.room.correct(key.clone(), class).await.unwrap();
    assert_eq!(bureau.corrections(), 1, "the page was second");
    // And the other way about: it looked before the page wrote, and says so afterwards.
    let again = bureau.another(3);
    bureau.room.correct(key.clone(), again).await.unwrap();
    let there = bureau.entry(3).held();
    let lesson = domain::Lesson { class: Some(again), priority: None };
    record(Finding::Corrected(there.clone(), lesson)).unwrap();
    record(Finding::Noticed(there)).unwrap();
    bureau.pass().await;
    assert_eq!(
        (bureau.corrections(), bureau.learnt()),
        (2, vec![(3, Some(again))]),
        "a second decision is one more"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_at_the_page_and_the_daemon_work_on_the_same_messages() {
    let mut bureau = Bureau::sorted(40, KEYWORDS).await;
    let wanted: Vec<(u32, Class)> = (1..=12).map(|uid| (uid, bureau.another(uid))).collect();
    let passes = tokio::spawn({
        let office = bureau.office.clone();
        async move {
            for _ in 0..12 {
                office.once().await;
            }
        }
    });
    for (uid, class) in &wanted {
        bureau.room.correct(bureau.key(*uid), *class).await.unwrap();
    }
    passes.await.unwrap();
    bureau.pass().await;
    for (uid, class) in &wanted {
        assert_eq!(bureau.classes(*uid), [keyword(*class)], "{uid}");
        assert_eq!(bureau.entry(*uid).chosen_class(), Some(*class), "{uid}");
    }
    let mut learnt = bureau.learnt();
    learnt.sort_unstable();
    assert_eq!(learnt, wanted.iter().map(|(uid, class)| (*uid, Some(*class))).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_tags_are_kept_a_persons_word_stands_in_the_book() {
    let mut bureau = Bureau::sorted(12, WriteMode::None).await;
    let class = bureau.another(3);
    bureau.room.correct(bureau.key(3), class).await.unwrap();
    for _ in 0..2 {
        bureau.pass().await;
    }
    assert_eq!(bureau.classes(3), Vec::<String>::new());
    let entry = bureau.entry(3);
    assert_eq!((entry.chosen_class(), entry.unwritten, entry.person), (Some(class), true, true));
    assert_eq!(entry.priority(), entry.suggestion.priority().best(), "of the priority they said nothing");
    assert_eq!((bureau.corrections(), bureau.learnt()), (1, vec![(3, Some(class))]));
    // Whoever then sets a tag in the mail client has the last word.
    let other = bureau.another(3);
    bureau.witness.select("INBOX").unwrap();
    bureau.witness.store("3", &format!("+FLAGS ({})", keyword(other))).unwrap();
    bureau.pass().await;
    assert_eq!((bureau.entry(3).chosen_class(), bureau.entry(3).unwritten), (Some(other), false));
    assert_eq!(bureau.learnt(), [(3, Some(other))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_cannot_be_is_refused_with_what_to_do() {
    let bureau = Bureau::sorted(2, WriteMode::Folders).await;
    let filed = {
        let folders = bureau.office.ledger.queue(now(), MaxAge::default()).unwrap();
        let row = &folders[0];
        Key { folder: row.folder.clone(), validity: row.validity, uid: row.uid }
    };
    assert!(
        !bureau.room.explain(&filed).await.unwrap().reasons.is_empty(),
        "read in the folder of its class"
    );
    let refused = bureau.room.correct(filed.clone(), Class::Other).await.unwrap_err();
    assert!(refused.to_string().contains("move this one into the folder \"Sonstiges\""), "{refused}");
    let elsewhere = |change: fn(&mut Key)| {
        let mut key = filed.clone();
        change(&mut key);
        key
    };
    for key in [
        elsewhere(|key| key.uid = Uid(4_000)),
        elsewhere(|key| key.validity = UidValidity(key.validity.0 + 1)),
        elsewhere(|key| key.folder.name = "Nirgends".to_owned()),
        elsewhere(|key| key.folder.mailbox = "fremd".to_owned()),
    ] {
        assert!(matches!(bureau.room.explain(&key).await, Err(ReadingError::Gone { .. })), "{key:?}");
        assert_eq!(bureau.room.letterheads(vec![key.clone()]).await.len(), 0, "{key:?}");
    }
    assert_eq!(bureau.corrections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_lost_is_opened_anew() {
    let mut bureau = Bureau::sorted(3, KEYWORDS).await;
    bureau.room.explain(&bureau.key(1)).await.unwrap();
    bureau.server.restart().unwrap();
    bureau.room.explain(&bureau.key(1)).await.unwrap();
    bureau.server.restart().unwrap();
    let class = bureau.another(2);
    bureau.room.correct(bureau.key(2), class).await.unwrap();
    bureau.witness = bureau.server.witness(1).unwrap();
    assert_eq!((bureau.classes(2), bureau.corrections()), (vec![keyword(class)], 1));
    bureau.server.stop();
    // A connection of its own: the one that is open may outlive the listener for a moment.
    let refused = ReadingRoom::new(&bureau.office).explain(&bureau.key(1)).await.unwrap_err();
    assert!(matches!(&refused, ReadingError::Mailbox(error) if error.is_temporary()), "{refused}");
}

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_read_for_the_page_is_in_no_log_and_in_no_state() {
    const MARK: &str = "Zwiebelfischkonzert";
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
    // As the program has it: ours at every level, other people's code at warnings only.
    let ours = ["langhals_daemon", "langhals_mailbox", "langhals_store", "reading"];
    let targets = Targets::new().with_targets(ours.map(|ours| (ours, LevelFilter::TRACE)));
    let subscriber = tracing_subscriber::registry().with(targets.with_default(LevelFilter::WARN)).with(lines);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let bureau = runtime.block_on(async {
        let bureau = Bureau::new(&[special::marked_mail(MARK)], KEYWORDS);
        bureau.pass().await;
        let key = bureau.key(1);
        let letterheads = bureau.room.letterheads(vec![key.clone()]).await;
        assert!(letterheads[&key].subject.contains(MARK), "it is read");
        assert!(!format!("{letterheads:?} {:?}", bureau.room).contains(MARK), "and not said by accident");
        bureau.room.explain(&key).await.unwrap();
        bureau.room.correct(key, bureau.another(1)).await.unwrap();
        bureau
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap().to_lowercase();
    assert!(log.contains("messages=1"), "something is logged: {log}");
    assert!(!log.contains(&MARK.to_lowercase()));
    let mut folders = vec![bureau.dir.path().join("state")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).to_lowercase();
                assert!(!text.contains(&MARK.to_lowercase()), "{}", path.display());
            }
        }
    }
}
