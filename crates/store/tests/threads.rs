//! Threads are counted the same by index and by log, across restarts and rebuilds; what is seen again counts once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use domain::{
    Attachment, Circumstances, Class, Distribution, Folder, History, Lesson, Message, Priority, Tag, Uid,
    UidValidity,
};
use jiff::{SignedDuration, Timestamp};
use langhals_store::{
    Adoption, Finding, Intent, Ledger, Mark, Outcome, Replay, Settlement, SoFar, Suggestion, Tagged,
};

const VALIDITY: UidValidity = UidValidity(42);
const LONG: &str = "Mein Antrag liegt seit drei Monaten bei Ihnen; bitte teilen Sie mir den Sachstand mit.";

fn at() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn inbox() -> Folder {
    Folder { mailbox: "poststelle".into(), name: "INBOX".into() }
}

/// A mail with this Message-ID that answers those.
fn mail(id: &str, answers: &[&str]) -> Message {
    Message {
        message_id: Some(format!("{id}@example.org")),
        thread: answers.iter().map(|id| format!("{id}@example.org")).collect(),
        ..Message::default()
    }
}

fn text(id: &str, text: &str) -> Message {
    Message { text: text.to_owned(), ..mail(id, &[]) }
}

fn mark(message: &Message) -> Mark {
    Mark::of(message).unwrap()
}

/// An intent for a mail; the fingerprint of each is its UID's unless said otherwise.
fn intent(uid: u32, message: &Message, class: Class) -> Intent {
    Intent {
        uid: Uid(uid),
        fingerprint: print(uid),
        arrived: at(),
        modseq: None,
        attempt: 1,
        suggestion: Suggestion {
            class: Distribution::certain(class).probabilities(),
            priority: Distribution::certain(Priority::Normal).probabilities(),
            unsure: false,
            deadline: None,
            deadline_rule: None,
            flags: vec![],
            tags: vec![Tag::of_class(class).name().into()],
            model: "standard".into(),
            shadow: false,
            others: std::collections::BTreeMap::new(),
        },
        set_aside: None,
        thread: Mark::of(message),
        references: vec![],
    }
}

fn print(uid: u32) -> String {
    format!("{uid:032x}")
}

struct Book {
    dir: tempfile::TempDir,
    ledger: Option<Ledger>,
}

impl Book {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Some(Ledger::open(dir.path(), at()).unwrap());
        Self { dir, ledger }
    }

    fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    fn sorted(&self, uid: u32, message: &Message, class: Class) {
        let ledger = self.ledger();
        ledger.intend(&inbox(), VALIDITY, &[intent(uid, message, class)], at()).unwrap();
        let settled = Settlement { uid: Uid(uid), outcome: Outcome::Applied, held: vec![], moved: None };
        ledger.settle(&inbox(), VALIDITY, &[settled], None, at()).unwrap();
    }

    /// What came before a mail: the same by the index and by the log, as it stands, after a restart, and rebuilt.
    #[track_caller]
    fn before(&mut self, uid: u32, message: &Message) -> History {
        let found = self.told(uid, message);
        self.ledger = None;
        self.ledger = Some(Ledger::open(self.dir.path(), at()).unwrap());
        assert_eq!(self.told(uid, message), found, "after a restart");
        self.ledger = None;
        Ledger::rebuild(self.dir.path(), at()).unwrap();
        self.ledger = Some(Ledger::open(self.dir.path(), at()).unwrap());
        assert_eq!(self.told(uid, message), found, "after a rebuild");
        found
    }

    fn told(&self, uid: u32, message: &Message) -> History {
        let (mark, fresh) = (mark(message), SoFar::default());
        let by_index = self.ledger().history("poststelle", &print(uid), &mark, &fresh, at()).unwrap();
        let replay = Replay::read(self.dir.path()).unwrap();
        assert_eq!(replay.history("poststelle", &print(uid), &mark, &fresh), by_index);
        assert_eq!(
            replay.history("other", &print(uid), &mark, &fresh),
            History::default(),
            "another mailbox"
        );
        by_index
    }
}

#[track_caller]
fn check(found: History, earlier: u32, applied: bool, repeated: bool) {
    assert_eq!(found, History { earlier, applied, repeated });
}

#[test]
fn a_threads_earlier_mails_are_counted_also_where_each_names_only_the_one_before() {
    let mut book = Book::new();
    book.sorted(1, &mail("a", &[]), Class::Application);
    book.sorted(2, &mail("b", &["a"]), Class::Inquiry);
    book.sorted(3, &mail("x", &[]), Class::Inquiry);
    check(book.before(4, &mail("c", &["b"])), 2, true, false);
    // The authority's own answer is not in the mailbox; two mails answer it.
    book.sorted(4, &mail("c", &["ours"]), Class::Inquiry);
    check(book.before(5, &mail("d", &["ours"])), 1, false, false);
}

#[test]
fn a_mail_that_is_seen_again_has_the_past_that_it_had() {
    let mut book = Book::new();
    let (first, second, third) = (mail("a", &[]), mail("b", &["a"]), mail("c", &["a", "b"]));
    book.sorted(1, &first, Class::Application);
    book.sorted(2, &second, Class::Inquiry);
    book.sorted(3, &third, Class::Inquiry);
    for (uid, message, earlier) in [(1, &first, 0), (2, &second, 1), (3, &third, 2)] {
        let of_it = |uid, book: &mut Book| book.before(uid, message).earlier;
        assert_eq!(of_it(uid, &mut book), earlier);
        // A copy with another fingerprint, known by its Message-ID.
        assert_eq!(of_it(uid + 100, &mut book), earlier, "a copy");
        book.sorted(uid + 100, message, Class::Inquiry);
        assert_eq!(of_it(uid, &mut book), earlier, "after it was copied");
        // Judged anew, numbered anew, taken over.
        book.sorted(uid, message, Class::Inquiry);
        assert_eq!(of_it(uid, &mut book), earlier, "judged anew");
    }
    book.ledger().rebase(&inbox(), UidValidity(43), at()).unwrap();
    let adoption = Adoption { uid: Uid(7), fingerprint: print(2), from: None };
    book.ledger().adopt(&inbox(), UidValidity(43), &[adoption], at()).unwrap();
    assert_eq!(book.before(2, &second).earlier, 1);
    assert_eq!(book.before(4, &mail("d", &["c"])).earlier, 3);
}

#[test]
fn a_persons_word_says_whether_it_was_an_application() {
    let mut book = Book::new();
    book.sorted(1, &mail("a", &[]), Class::Inquiry);
    check(book.before(2, &mail("b", &["a"])), 1, false, false);
    let decided = |tag, class| {
        let lesson = Lesson { class: Some(class), priority: None };
        [(Uid(1), Finding::Corrected(vec![tag], lesson))]
    };
    book.ledger().record(&inbox(), VALIDITY, &decided(Tag::Antrag, Class::Application), None, at()).unwrap();
    check(book.before(2, &mail("b", &["a"])), 1, true, false);
    book.ledger().record(&inbox(), VALIDITY, &decided(Tag::Sonstiges, Class::Other), None, at()).unwrap();
    check(book.before(2, &mail("b", &["a"])), 1, false, false);
}

#[test]
fn what_was_unsure_is_no_application() {
    let mut book = Book::new();
    let mut unsure = intent(1, &mail("a", &[]), Class::Application);
    unsure.suggestion.unsure = true;
    book.ledger().intend(&inbox(), VALIDITY, &[unsure], at()).unwrap();
    check(book.before(2, &mail("b", &["a"])), 1, false, false);
}

#[test]
fn what_came_with_tags_is_known_by_its_message_id() {
    let mut book = Book::new();
    let tagged = Tagged {
        uid: Uid(1),
        fingerprint: print(1),
        arrived: at(),
        tags: vec![Tag::Antrag],
        thread: Some(Mark::of_message_id("a@example.org")),
    };
    book.ledger().seen(&inbox(), VALIDITY, &[tagged], at()).unwrap();
    check(book.before(2, &mail("b", &["a"])), 1, true, false);
}

#[test]
fn the_same_text_again_is_a_repetition_but_not_with_another_attachment_nor_if_it_is_short() {
    let mut book = Book::new();
    let with = |id: &str, size: usize| {
        let attachment = Attachment { name: "Antrag.pdf".into(), size, ..Attachment::default() };
        Message { attachments: vec![attachment], ..text(id, LONG) }
    };
    book.sorted(1, &text("a", LONG), Class::Inquiry);
    book.sorted(2, &text("b", "Vielen Dank!"), Class::Other);
    book.sorted(3, &with("c", 1_000), Class::Application);
    check(book.before(4, &text("d", &LONG.to_uppercase().replace(' ', "\n  "))), 0, false, true);
    check(book.before(4, &text("d", &format!("{LONG} Danke."))), 0, false, false);
    check(book.before(4, &text("d", "Vielen Dank!")), 0, false, false);
    check(book.before(4, &with("d", 1_000)), 0, false, true);
    check(book.before(4, &with("d", 1_001)), 0, false, false);
    check(book.before(5, &text("a", LONG)), 0, false, false);
}

#[test]
fn a_machines_mail_is_no_contact() {
    let mut book = Book::new();
    let automatic = Circumstances { automatic: true, ..Circumstances::default() };
    book.sorted(1, &mail("a", &[]), Class::Inquiry);
    book.sorted(2, &Message { circumstances: automatic, ..mail("b", &["a"]) }, Class::Other);
    check(book.before(3, &mail("c", &["a", "b"])), 1, false, false);
    check(book.before(3, &Message { circumstances: automatic, ..mail("c", &["a"]) }), 0, false, false);
}

#[test]
fn mails_of_one_batch_see_those_before_them() {
    let mut so_far = SoFar::default();
    let book = Book::new();
    book.sorted(1, &mail("a", &[]), Class::Inquiry);
    for (uid, id, answers, earlier) in [(2, "b", "a", 1), (3, "c", "b", 2), (4, "d", "c", 3)] {
        let mark = mark(&mail(id, &[answers]));
        let found = book.ledger().history("poststelle", &print(uid), &mark, &so_far, at()).unwrap();
        check(found, earlier, uid > 2, false);
        so_far.note(&print(uid), &mark, true, at());
        let again = book.ledger().history("poststelle", &print(uid), &mark, &so_far, at()).unwrap();
        assert_eq!(again, found, "a mail does not count itself");
    }
}

#[test]
fn a_thread_without_end_is_bounded() {
    let mut so_far = SoFar::default();
    for number in 0..2_000_u32 {
        let mark = mark(&mail(&number.to_string(), &["root"]));
        let found = so_far.history(&print(number), &mark);
        assert_eq!(found.earlier, number.min(50));
        so_far.note(&print(number), &mark, false, at());
    }
}

#[test]
fn threads_are_forgotten_in_time() {
    let mut book = Book::new();
    book.sorted(1, &text("a", LONG), Class::Application);
    let (folder, early, late) =
        (inbox(), at() - SignedDuration::from_hours(1), at() + SignedDuration::from_hours(1));
    book.ledger().expire(&folder, early, early, at()).unwrap();
    check(book.before(2, &mail("b", &["a"])), 1, true, false);
    book.ledger().expire(&folder, early, late, at()).unwrap();
    check(book.before(2, &mail("b", &["a"])), 0, false, false);
    check(book.before(2, &text("b", LONG)), 0, false, false);
}

#[test]
fn what_is_kept_is_hashes_alone() {
    let book = Book::new();
    let marked =
        Message { thread: vec!["Zwiebelfisch@example.org".into()], ..text("Zwiebelfisch", &LONG.repeat(3)) };
    book.sorted(1, &marked, Class::Application);
    let dir = book.dir.path().to_owned();
    drop(book.ledger);
    assert!(files(&dir) >= 2);
}

/// Looks through every file for what must not be there.
fn files(dir: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(dir).unwrap().flatten() {
        if entry.path().is_dir() {
            count += files(&entry.path());
            continue;
        }
        let bytes = fs::read(entry.path()).unwrap();
        let content = String::from_utf8_lossy(&bytes).to_lowercase();
        for word in ["zwiebelfisch", "example.org", "sachstand", "meinantrag"] {
            assert!(!content.contains(word), "{word} in {}", entry.path().display());
        }
        count += 1;
    }
    count
}
