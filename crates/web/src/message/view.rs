//! The page of one message, as its template shows it.

use askama::Template;
use domain::{Class, Distribution, Flag, Label as _, Opinion, Said, Tag};
use jiff::civil::Date;
use store::{Entry, Key, Outcome, Stage, Suggestion};

use super::reasons::{Group, groups};
use super::{Asked, terms};
use crate::asks::{Explanation, Refused, Why};
use crate::frame::Frame;
use crate::names;
use crate::stranger::shown;
use crate::words::{self, Language};

/// Longer subjects, names and phrases are cut.
const SUBJECT: usize = 300;
const NAME: usize = 160;
const PHRASE: usize = 400;
/// More of a kind are not shown.
const MOST: usize = 50;

/// The page "Nachricht".
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct MessageView {
    frame: Frame,
    key: Key,
    mailbox: String,
    folder: String,
    /// The class that was just set.
    set: Option<String>,
    troubles: Vec<Trouble>,
    letter: Option<Letter>,
    known: Option<Known>,
    suggested: Option<Suggested>,
    choices: Vec<Choice>,
}

/// Why something is not there or was not done.
struct Trouble {
    grave: bool,
    heading: String,
    text: String,
    /// The operator's sentence, in English.
    sentence: String,
}

/// What the mailbox says of it now.
struct Letter {
    from: String,
    subject: String,
    received: String,
    tags: Vec<String>,
    groups: Vec<Group>,
    /// The sentence that the deadline came from, and its language.
    phrase: Option<(String, Option<String>)>,
    periods: Vec<Period>,
    references: Vec<String>,
    attachments: Vec<(String, String)>,
    thread: Vec<String>,
    language: String,
    defects: Vec<String>,
}

/// A period that a law sets going.
struct Period {
    until: Due,
    why: String,
}

/// A day by which something must happen.
struct Due {
    date: String,
    machine: Date,
    left: String,
    pressing: bool,
}

/// What the ledger knows.
struct Known {
    arrived: String,
    waits: String,
    decided: String,
    model: String,
    remarks: Vec<String>,
    /// What a person made of it, where one did.
    person: Option<Person>,
}

struct Person {
    word: String,
    before: String,
    added: Vec<String>,
    taken: Vec<String>,
}

/// What is suggested: now, or as it was when it came, where the mailbox does not answer.
struct Suggested {
    now: bool,
    model: String,
    unsure: bool,
    class: String,
    classes: Vec<Share>,
    priority: String,
    priorities: Vec<Share>,
    deadline: Option<(Due, String)>,
    flags: Vec<(String, bool)>,
}

/// How probable one answer is.
struct Share {
    name: String,
    percent: String,
    /// Of a hundred.
    width: f64,
    best: bool,
}

/// A button for a class.
struct Choice {
    value: &'static str,
    label: String,
    /// It is this one already.
    current: bool,
}

impl MessageView {
    pub(super) fn new(
        frame: Frame,
        key: &Key,
        entry: Option<&Entry>,
        explained: Result<&Explanation, &Refused>,
        asked: &Asked,
    ) -> Self {
        let words = frame.words;
        let today = words::day(frame.now);
        let current = entry.and_then(|entry| current(entry, explained.ok()));
        let suggested = match (explained, entry) {
            (Ok(explanation), _) => {
                Some(Suggested::new(&Suggestion::from(&explanation.decision), true, words, today))
            }
            (Err(_), Some(entry)) => Some(Suggested::new(&entry.suggestion, false, words, today)),
            (Err(_), None) => None,
        };
        Self {
            mailbox: shown(&key.folder.mailbox, NAME),
            folder: shown(&key.folder.name, NAME),
            key: key.clone(),
            // An address that claims what is not so is not believed.
            set: asked.set.filter(|class| current == Some(*class)).map(|class| names::class(words, class)),
            troubles: troubles(asked, explained.err(), entry.is_some(), &frame),
            letter: explained.ok().map(|explanation| Letter::new(explanation, words, today)),
            known: entry.map(|entry| Known::new(entry, &frame)),
            suggested,
            choices: entry.map(|_| choices(current, words)).unwrap_or_default(),
            frame,
        }
    }
}

/// The class that counts for the message now.
fn current(entry: &Entry, explained: Option<&Explanation>) -> Option<Class> {
    let there = match explained {
        Some(explanation) if !entry.unwritten => Opinion::of(&explanation.present).class,
        _ => Opinion::of(&entry.held()).class,
    };
    if let Said::One(class) = there { Some(class) } else { None }
}

fn choices(current: Option<Class>, words: Language) -> Vec<Choice> {
    let choice = |class: Class| Choice {
        value: Tag::of_class(class).name(),
        label: words.say(match class {
            Class::Application => "choose-application",
            Class::Inquiry => "choose-inquiry",
            Class::Other => "choose-other",
        }),
        current: current == Some(class),
    };
    Class::ALL.map(choice).into()
}

fn troubles(asked: &Asked, explained: Option<&Refused>, known: bool, frame: &Frame) -> Vec<Trouble> {
    let words = frame.words;
    let choice = asked.refused.as_ref().map(|(class, refused)| {
        let class = names::class(words, *class);
        trouble(words.fill("trouble-not-set", &[("class", class.into())]), refused, true, frame)
    });
    let reading = match explained {
        _ if !known => Some(Trouble {
            grave: false,
            heading: words.say("trouble-unknown"),
            text: words.say("trouble-unknown-text"),
            sentence: String::new(),
        }),
        // Said once is enough.
        Some(refused) if asked.refused.as_ref().is_none_or(|(_, first)| first.why != refused.why) => {
            Some(trouble(words.say("trouble-not-read"), refused, false, frame))
        }
        _ => None,
    };
    choice.into_iter().chain(reading).collect()
}

fn trouble(heading: String, refused: &Refused, grave: bool, frame: &Frame) -> Trouble {
    let text = frame.words.say(match refused.why {
        Why::Gone => "trouble-gone",
        Why::Unreachable => "trouble-unreachable",
        Why::Busy => "trouble-busy",
        Why::Impossible => "trouble-impossible",
        Why::Broken => "trouble-broken",
    });
    Trouble { grave, heading, text, sentence: refused.sentence_for(&frame.visitor).to_owned() }
}

impl Letter {
    fn new(explanation: &Explanation, words: Language, today: Date) -> Self {
        let facts = &explanation.decision.facts;
        let language = Some(&facts.language).filter(|code| is_code(code));
        let phrase = facts.deadline.as_ref().filter(|deadline| !deadline.phrase.trim().is_empty());
        let attachment = |one: &domain::Attachment| {
            let name = if one.name.is_empty() { words.say("unnamed") } else { shown(&one.name, NAME) };
            let kind = shown(&one.media_type, NAME);
            // What was left on the server has a size that nobody knows.
            let known = Some(one.size).filter(|octets| *octets > 0);
            (name, known.map_or(kind.clone(), |octets| format!("{kind}, {}", terms::size(words, octets))))
        };
        Self {
            from: shown(&explanation.letterhead.from, NAME),
            subject: shown(&explanation.letterhead.subject, SUBJECT),
            received: words.moment(explanation.received),
            tags: explanation.present.iter().map(|tag| names::tag(words, *tag)).collect(),
            groups: groups(&explanation.reasons, words),
            phrase: phrase.map(|deadline| (shown(&deadline.phrase, PHRASE), language.cloned())),
            periods: facts
                .periods
                .iter()
                .take(MOST)
                .map(|period| Period::new(period, words, today))
                .collect(),
            references: facts.references.iter().take(MOST).map(|one| shown(one, NAME)).collect(),
            attachments: explanation.attachments.iter().take(MOST).map(attachment).collect(),
            thread: thread(explanation, words),
            language: terms::language(words, &facts.language),
            defects: explanation.defects.iter().map(|defect| terms::defect(words, *defect)).collect(),
        }
    }
}

/// Whether it may stand in a `lang` attribute.
fn is_code(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|letter| letter.is_ascii_lowercase())
}

fn thread(explanation: &Explanation, words: Language) -> Vec<String> {
    let history = explanation.history;
    let earlier = (history.earlier > 0).then(|| words.counted("thread-earlier", history.earlier.into()));
    let applied = history.applied.then(|| words.say("thread-applied"));
    let repeated = history.repeated.then(|| words.say("thread-repeated"));
    [earlier, applied, repeated].into_iter().flatten().collect()
}

impl Period {
    fn new(period: &domain::Period, words: Language, today: Date) -> Self {
        Self { until: Due::new(period.until, words, today), why: shown(&period.why, PHRASE) }
    }
}

impl Due {
    fn new(date: Date, words: Language, today: Date) -> Self {
        let days = words::days_until(today, date);
        Self { date: words.date(date), machine: date, left: words.left(days), pressing: days <= 0 }
    }
}

impl Suggested {
    fn new(suggestion: &Suggestion, now: bool, words: Language, today: Date) -> Self {
        let (class, priority) = (suggestion.class(), suggestion.priority());
        let deadline = suggestion.deadline.map(|date| {
            let rule = suggestion.deadline_rule.as_deref().unwrap_or_default();
            (Due::new(date, words, today), terms::rule(words, rule))
        });
        let flags = suggestion.flags.iter().filter_map(|name| Flag::from_name(name));
        Self {
            now,
            model: suggestion.model.clone(),
            unsure: suggestion.unsure,
            class: names::class(words, class.best()),
            classes: shares(&class, words, |class| names::class(words, class)),
            priority: names::priority(words, priority.best()),
            priorities: shares(&priority, words, |priority| names::priority(words, priority)),
            deadline,
            flags: flags.map(|flag| (names::flag(words, flag), flag == Flag::Gefahr)).collect(),
        }
    }
}

fn shares<L: domain::Label>(
    distribution: &Distribution<L>,
    words: Language,
    name: impl Fn(L) -> String,
) -> Vec<Share> {
    let share = |label: L| Share {
        name: name(label),
        percent: words.percent(distribution.of(label)),
        width: (distribution.of(label) * 100.0).round().clamp(0.0, 100.0),
        best: label == distribution.best(),
    };
    L::ALL.into_iter().map(share).collect()
}

impl Known {
    fn new(entry: &Entry, frame: &Frame) -> Self {
        let words = frame.words;
        Self {
            arrived: words.moment(entry.arrived),
            waits: words.waited(entry.arrived, frame.now),
            decided: words.moment(entry.decided),
            model: entry.suggestion.model.clone(),
            remarks: remarks(entry).map(|name| words.say(name)).collect(),
            person: Person::new(entry, words),
        }
    }
}

/// What became of it, by the names of the words that say so.
fn remarks(entry: &Entry) -> impl Iterator<Item = &'static str> {
    let tag = match entry.stage {
        Stage::Intended { .. } => Some("known-intended"),
        _ if entry.unwritten => Some("known-unwritten"),
        _ if entry.person => None,
        Stage::Seen => Some("known-seen"),
        Stage::Settled(Outcome::QueueOnly) if entry.suggestion.shadow => Some("known-shadow"),
        Stage::Settled(Outcome::QueueOnly | Outcome::Flagged) => Some("known-queue-only"),
        Stage::Settled(Outcome::NotKept) => Some("known-not-kept"),
        Stage::Settled(Outcome::Moved) => Some("known-moved"),
        Stage::Settled(Outcome::Applied | Outcome::Person | Outcome::Gone) => None,
    };
    let closed = entry.closed.is_some().then_some("known-closed");
    let unjudged = entry.set_aside.is_some().then_some("known-set-aside");
    let noticed = entry.noticed.is_some().then_some("known-noticed");
    [unjudged, tag, noticed, closed].into_iter().flatten()
}

impl Person {
    fn new(entry: &Entry, words: Language) -> Option<Self> {
        if !entry.person {
            return None;
        }
        let (held, suggested) = (entry.held(), entry.suggestion.tags());
        let without = |these: &[Tag], those: &[Tag]| {
            let others = these.iter().filter(|tag| !those.contains(tag));
            others.map(|tag| names::tag(words, *tag)).collect()
        };
        let word = match entry.chosen_class() {
            Some(class) => words.fill("person-chose", &[("class", names::class(words, class).into())]),
            None => words.say("person-decided"),
        };
        let class = entry.suggestion.class();
        let values = [
            ("class", names::class(words, class.best()).into()),
            ("sure", words.percent(class.confidence()).into()),
        ];
        Some(Self {
            word,
            before: words
                .fill(if entry.suggestion.unsure { "person-unsure" } else { "person-before" }, &values),
            added: without(&held, &suggested),
            taken: without(&suggested, &held),
        })
    }
}
