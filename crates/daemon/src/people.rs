//! What people did with known messages, told from a difference of states: pure, so that every rule is a test.
//!
//! ```text
//!   held (what the book knows) ≠ there (what the mailbox shows)
//!       │ the same class and priority      ─▶ noted
//!       │ two classes or priorities        ─▶ noticed: not decided yet
//!       │ many at once, or after the server numbered the folder anew ─▶ noted, nothing is learnt
//!       └ it stands for a while            ─▶ corrected: a person has decided, and that teaches
//! ```

use std::collections::BTreeSet;

use domain::{Change, Class, Lesson, MaxAge, ModSeq, Opinion, Priority, Said, Tag, Uid};
use jiff::{SignedDuration, Timestamp};
use store::{Closing, Entry, Finding, Outcome, Stage};

/// As many changes at once in a small mailbox may still be one person's work.
const FEW: usize = 5;

/// A known message, and what the mailbox shows of it now.
#[derive(Debug)]
pub(crate) struct Sight {
    pub uid: Uid,
    pub entry: Entry,
    /// What is there; `None` where the message is gone.
    pub there: Option<There>,
}

impl Sight {
    /// Whether there is nothing to say: it is there, as it is known to be, and nothing is to be tried again.
    pub fn is_calm(&self, retries: bool) -> bool {
        let Some(there) = &self.there else { return false };
        let settled = match self.entry.stage {
            Stage::Intended { .. } => false,
            Stage::Settled(Outcome::NotKept | Outcome::QueueOnly) => {
                !retries || self.entry.suggestion.shadow || self.entry.unwritten
            }
            Stage::Settled(_) | Stage::Seen => true,
        };
        let as_known = self.entry.shown() == there.tags && self.entry.noticed.is_none();
        let answered = self.entry.person && there.tags.contains(&Tag::Unsicher);
        settled && as_known && !answered && !self.entry.renumbered && self.entry.closed == there.closing
    }
}

/// What the mailbox shows of a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct There {
    /// Tags of ours, in the order of [`Tag::ALL`].
    pub tags: Vec<Tag>,
    /// Whether somebody has dealt with it.
    pub closing: Option<Closing>,
    /// Its modification sequence, where the server tells.
    pub modseq: Option<ModSeq>,
}

/// The circumstances of a review.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a circumstance of its own")]
pub(crate) struct Terms {
    pub now: Timestamp,
    /// How long a change must stand before it counts as a decision.
    pub stands: SignedDuration,
    /// Messages in the folder.
    pub messages: usize,
    /// Messages beside those looked at that still carry their tags, as far as is known.
    pub calm: usize,
    /// Whether tags are written here, so that lost ones can be written again.
    pub writes: bool,
    /// Whether messages are moved from here.
    pub moves: bool,
    /// Whether what the server did not keep is to be tried again now.
    pub retries: bool,
    /// Whether changes here teach anything: not in a folder for rubbish.
    pub teaches: bool,
    /// How long a message may wait before it counts as urgent.
    pub max_age: MaxAge,
}

/// What a review found.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Review {
    pub findings: Vec<(Uid, Finding)>,
    /// Changes that do not stand long enough yet.
    pub waiting: BTreeSet<Uid>,
    /// A person chose a class: "bitte sichten" has done its work.
    pub answered: Vec<Uid>,
    /// The server lost their tags, or could not keep them before: they are written again.
    pub restore: Vec<Uid>,
    /// They have waited too long: the tag of what is urgent is added.
    pub raise: Vec<Uid>,
    /// So many changed at once that nothing is learnt of it.
    pub mass: Option<usize>,
}

/// Looks at known messages as they are now.
pub(crate) fn review(sights: &[Sight], terms: Terms) -> Review {
    let mut review = Review::default();
    let mass = newly_changed(sights);
    let is_mass =
        mass > FEW && mass * 10 > terms.messages || mass > 1 && terms.calm == 0 && all_tags_gone(sights);
    review.mass = is_mass.then_some(mass);
    let lost_by_server = lost_by_server(sights);
    for sight in sights {
        review.see(sight, terms, is_mass, lost_by_server);
    }
    review
}

impl Review {
    fn see(&mut self, sight: &Sight, terms: Terms, is_mass: bool, lost_by_server: bool) {
        let closing = sight.there.as_ref().map_or(Some(Closing::Gone), |there| there.closing);
        match (closing, sight.entry.closed) {
            (now, before) if now == before => {}
            (Some(how), _) => self.found(sight, Finding::Closed(how)),
            (None, _) => self.found(sight, Finding::Reopened),
        }
        let Some(there) = &sight.there else { return };
        if matches!(sight.entry.stage, Stage::Intended { .. }) {
            return;
        }
        if is_lost(sight, there, lost_by_server, terms) {
            return self.restore.push(sight.uid);
        }
        if terms.writes && !is_mass && grew_old(sight, terms.now, terms.max_age) {
            return self.raise.push(sight.uid);
        }
        self.see_tags(sight, &there.tags, terms, is_mass);
        let one_class = matches!(Opinion::of(&there.tags).class, Said::One(_));
        let decided = sight.entry.person || self.corrects(sight.uid);
        if terms.writes && decided && one_class && there.tags.contains(&Tag::Unsicher) {
            self.answered.push(sight.uid);
        }
    }

    fn see_tags(&mut self, sight: &Sight, tags: &[Tag], terms: Terms, is_mass: bool) {
        let (held, noticed) = (sight.entry.shown(), sight.entry.noticed());
        let now = tags.to_vec();
        if sight.entry.renumbered {
            return self.found(sight, Finding::Noted(now));
        }
        if is_our_own(&sight.entry, tags) {
            return self.found(sight, Finding::Noted(now));
        }
        let same_as_noticed = noticed.as_ref().is_some_and(|(tags, _)| *tags == now);
        match Change::between(&held, tags) {
            Change::Same if held == now && noticed.is_none() => {}
            Change::Same => self.found(sight, Finding::Noted(now)),
            Change::Decided(_) if !terms.teaches || (is_mass && !same_as_noticed) => {
                self.found(sight, Finding::Noted(now));
            }
            Change::Undecided if same_as_noticed => {}
            Change::Undecided => self.found(sight, Finding::Noticed(now)),
            Change::Decided(lesson) => {
                // Noticed in the future: the clock stepped back, and the wait begins anew.
                let since = noticed.filter(|(_, at)| same_as_noticed && *at <= terms.now).map(|(_, at)| at);
                if terms.stands.is_zero() || since.is_some_and(|since| stood(since, terms)) {
                    return self.found(sight, Finding::Corrected(now, lesson));
                }
                self.waiting.insert(sight.uid);
                if since.is_none() {
                    self.found(sight, Finding::Noticed(now));
                }
            }
        }
    }

    fn corrects(&self, uid: Uid) -> bool {
        self.findings
            .last()
            .is_some_and(|(of, finding)| *of == uid && matches!(finding, Finding::Corrected(..)))
    }

    fn found(&mut self, sight: &Sight, finding: Finding) {
        self.findings.push((sight.uid, finding));
    }
}

fn stood(since: Timestamp, terms: Terms) -> bool {
    terms.now.duration_since(since) >= terms.stands
}

/// What follows from the class that a person chose on the page, where the mailbox shows these tags since: nothing
/// where it is known already, or where we are about to write; then the review sees it, and it counts once it stood.
pub(crate) fn chosen(entry: &Entry, now: &[Tag], class: Class) -> Option<Finding> {
    let known = entry.person && Opinion::of(&entry.shown()).class == Said::One(class);
    if known || matches!(entry.stage, Stage::Intended { .. }) {
        return None;
    }
    // A priority that they changed in the mail client just before is theirs as well.
    let priority = match Change::between(&entry.shown(), now) {
        Change::Decided(lesson) => lesson.priority,
        Change::Same | Change::Undecided => None,
    };
    Some(Finding::Corrected(now.to_vec(), Lesson { class: Some(class), priority }))
}

/// The same where the mailbox keeps no tags: the book alone knows those that the message would carry.
pub(crate) fn chosen_unwritten(entry: &Entry, class: Class) -> Finding {
    let carried = if entry.held.is_empty() { entry.suggestion.tags() } else { entry.held() };
    let others = carried.into_iter().filter(|tag| !tag.settles_class());
    let mut tags: Vec<Tag> = others.chain([Tag::of_class(class)]).collect();
    tags.sort_unstable();
    Finding::Chosen(tags, Lesson { class: Some(class), priority: None })
}

/// Whether a class that was not seen when it was read back is the one that we suggested: it came late.
fn is_our_own(entry: &Entry, tags: &[Tag]) -> bool {
    let unseen = Opinion::of(&entry.held()).class == Said::Nothing && !entry.held().contains(&Tag::Unsicher);
    let suggested = Opinion::of(&entry.suggestion.tags()).class;
    let tried = matches!(entry.stage, Stage::Settled(Outcome::NotKept | Outcome::QueueOnly))
        && !entry.suggestion.shadow;
    tried && unseen && !entry.person && suggested != Said::Nothing && Opinion::of(tags).class == suggested
}

/// How many messages say something else than is known, seen for the first time.
fn newly_changed(sights: &[Sight]) -> usize {
    let changed = |sight: &&Sight| {
        let Some(there) = &sight.there else { return false };
        let settled = !matches!(sight.entry.stage, Stage::Intended { .. }) && !sight.entry.renumbered;
        let noticed = sight.entry.noticed().is_some_and(|(tags, _)| tags == there.tags);
        let settled = settled && !is_our_own(&sight.entry, &there.tags);
        settled
            && !noticed
            && matches!(Change::between(&sight.entry.shown(), &there.tags), Change::Decided(_))
    };
    sights.iter().filter(changed).count()
}

/// Whether not one of several messages that carried tags has any left.
fn all_tags_gone(sights: &[Sight]) -> bool {
    let held = |sight: &&Sight| !sight.entry.shown().is_empty() && sight.there.is_some();
    let mut tagged = sights.iter().filter(held).peekable();
    tagged.peek().is_some()
        && tagged.all(|sight| sight.there.as_ref().is_some_and(|there| there.tags.is_empty()))
}

/// Whether the server lost tags when it numbered the folder anew: all of them, or more than people take away.
fn lost_by_server(sights: &[Sight]) -> bool {
    let had =
        |sight: &&Sight| sight.entry.renumbered && !sight.entry.shown().is_empty() && sight.there.is_some();
    let lost = |sight: &&Sight| sight.there.as_ref().is_some_and(|there| there.tags.is_empty());
    let (had, lost) = (sights.iter().filter(had).count(), sights.iter().filter(had).filter(lost).count());
    lost > 0 && (lost == had || lost > FEW && lost * 10 > had)
}

/// Whether a message lacks its tags by no person's doing.
fn is_lost(sight: &Sight, there: &There, lost_by_server: bool, terms: Terms) -> bool {
    let entry = &sight.entry;
    if entry.person || entry.suggestion.tags.is_empty() || entry.suggestion.shadow {
        return false;
    }
    let bare = there.tags.is_empty();
    let lost = terms.writes && bare && entry.renumbered && lost_by_server && !entry.held.is_empty();
    let never_kept = match entry.stage {
        // Some tags may have stuck, but not the one that counts.
        Stage::Settled(Outcome::NotKept) => {
            (terms.writes || terms.moves) && !there.tags.iter().any(|tag| tag.settles_class())
        }
        Stage::Settled(Outcome::QueueOnly) => terms.writes && bare && entry.held.is_empty(),
        _ => false,
    };
    lost || terms.retries && never_kept && there.closing.is_none()
}

/// Whether a message that waits has grown old since it was decided, and does not say so yet. Only one that nobody
/// touched, that carries what we wrote and no word on how soon it is wanted: what was judged to need nobody is
/// shown as old in the queue alone. What was old when it came here did not grow old under our eyes.
pub(crate) fn grew_old(sight: &Sight, now: Timestamp, max_age: MaxAge) -> bool {
    let (entry, Some(there)) = (&sight.entry, &sight.there) else { return false };
    let crossed = max_age.is_reached(entry.arrived, now) && !max_age.is_reached(entry.arrived, entry.decided);
    // Decided before it arrived: one of the clocks was wrong, so nothing is known of its age.
    let dated = entry.decided >= entry.arrived;
    let waits = entry.closed.is_none() && there.closing.is_none();
    let untouched = !entry.person && !entry.renumbered && entry.noticed.is_none();
    let as_written = entry.stage == Stage::Settled(Outcome::Applied) && entry.held() == there.tags;
    let silent = !there.tags.is_empty() && Opinion::of(&there.tags).priority == Said::One(Priority::Normal);
    crossed && dated && waits && untouched && as_written && silent && !entry.suggestion.shadow
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tag::{Antrag, Hoch, Rueckfrage, Sonstiges, Unsicher};
    use store::Suggestion;

    const MINUTE: SignedDuration = SignedDuration::from_secs(60);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn entry(held: &[Tag]) -> Entry {
        let tags: Vec<String> = held.iter().map(|tag| tag.name().to_owned()).collect();
        Entry {
            fingerprint: "f".into(),
            arrived: at(0),
            decided: at(0),
            suggestion: Suggestion {
                class: [1.0, 0.0, 0.0],
                priority: [0.0, 1.0, 0.0],
                unsure: false,
                deadline: None,
                deadline_rule: None,
                flags: vec![],
                tags: tags.clone(),
                model: "m".into(),
                shadow: false,
                others: std::collections::BTreeMap::new(),
            },
            stage: Stage::Settled(Outcome::Applied),
            held: tags,
            noticed: None,
            person: false,
            unwritten: false,
            origin: None,
            renumbered: false,
            set_aside: None,
            closed: None,
            references: vec![],
        }
    }

    fn sight(uid: u32, entry: Entry, tags: &[Tag]) -> Sight {
        Sight {
            uid: Uid(uid),
            entry,
            there: Some(There { tags: tags.to_vec(), closing: None, modseq: None }),
        }
    }

    fn noticed(mut entry: Entry, tags: &[Tag], second: i64) -> Entry {
        let tags = tags.iter().map(|tag| tag.name().to_owned()).collect();
        entry.noticed = Some(store::Noticed { tags, at: at(second) });
        entry
    }

    fn terms(messages: usize) -> Terms {
        Terms {
            now: at(0),
            stands: MINUTE,
            messages,
            calm: 0,
            writes: true,
            moves: false,
            retries: true,
            teaches: true,
            max_age: MaxAge::default(),
        }
    }

    /// Fifteen days on, at a mailbox where nobody did anything meanwhile.
    fn later() -> Terms {
        Terms { now: at(15 * 24 * 3600), ..terms(100) }
    }

    fn lesson(class: Class) -> domain::Lesson {
        domain::Lesson { class: Some(class), priority: None }
    }

    #[test]
    fn what_has_waited_too_long_is_raised_once_and_only_where_nobody_decided() {
        use Tag::Niedrig;
        let old = || entry(&[Antrag]);
        let check = |entry: Entry, there: &[Tag], terms: Terms, raised: bool| {
            let found = review(
                &[sight(1, entry, there), sight(2, self::entry(&[Antrag, Hoch]), &[Antrag, Hoch])],
                terms,
            );
            assert_eq!(found.raise, if raised { vec![Uid(1)] } else { vec![] });
        };
        check(old(), &[Antrag], later(), true);
        check(entry(&[Unsicher]), &[Unsicher], later(), true);
        check(old(), &[Antrag], terms(100), false);
        check(old(), &[Antrag], Terms { max_age: MaxAge(None), ..later() }, false);
        check(old(), &[Antrag], Terms { writes: false, ..later() }, false);
        // Somebody decided, is about to, or has dealt with it.
        check(Entry { person: true, ..old() }, &[Antrag], later(), false);
        check(old(), &[Rueckfrage], later(), false);
        check(old(), &[Antrag, Niedrig], later(), false);
        check(noticed(old(), &[Rueckfrage], 0), &[Antrag], later(), false);
        check(Entry { closed: Some(Closing::Answered), ..old() }, &[Antrag], later(), false);
        // It says so already, or was judged to need nobody.
        check(entry(&[Antrag, Hoch]), &[Antrag, Hoch], later(), false);
        check(entry(&[Sonstiges, Niedrig]), &[Sonstiges, Niedrig], later(), false);
        // It was old when it came, is only shown, or is not known to be there.
        check(Entry { decided: later().now, ..old() }, &[Antrag], later(), false);
        check(Entry { stage: Stage::Seen, ..old() }, &[Antrag], later(), false);
        check(
            Entry { stage: Stage::Intended { modseq: None, attempt: 1 }, ..old() },
            &[Antrag],
            later(),
            false,
        );
        check(old(), &[], later(), false);
    }

    #[test]
    fn a_change_counts_only_once_it_has_stood() {
        let fresh = review(&[sight(1, entry(&[Antrag]), &[Rueckfrage])], terms(100));
        assert_eq!(fresh.findings, [(Uid(1), Finding::Noticed(vec![Rueckfrage]))]);
        assert!(fresh.waiting.contains(&Uid(1)));
        let known = noticed(entry(&[Antrag]), &[Rueckfrage], -59);
        let early = review(&[sight(1, known.clone(), &[Rueckfrage])], terms(100));
        assert_eq!((early.findings.len(), early.waiting.len()), (0, 1));
        let late = review(&[sight(1, known.clone(), &[Rueckfrage])], Terms { now: at(1), ..terms(100) });
        let corrected = Finding::Corrected(vec![Rueckfrage], lesson(Class::Inquiry));
        assert_eq!(late.findings, [(Uid(1), corrected)]);
        let other = review(&[sight(1, known, &[Sonstiges])], Terms { now: at(1), ..terms(100) });
        assert_eq!(other.findings, [(Uid(1), Finding::Noticed(vec![Sonstiges]))], "the clock runs anew");
    }

    #[test]
    fn a_change_that_is_taken_back_in_time_was_none() {
        let known = noticed(entry(&[Antrag]), &[Rueckfrage], -90);
        let back = review(&[sight(1, known, &[Antrag])], terms(100));
        assert_eq!(back.findings, [(Uid(1), Finding::Noted(vec![Antrag]))]);
    }

    #[test]
    fn a_clock_that_steps_back_makes_the_wait_begin_anew() {
        let known = noticed(entry(&[Antrag]), &[Rueckfrage], 120);
        let seen = review(&[sight(1, known, &[Rueckfrage])], terms(100));
        assert_eq!(seen.findings, [(Uid(1), Finding::Noticed(vec![Rueckfrage]))]);
    }

    #[test]
    fn our_own_tag_that_shows_late_is_no_lesson() {
        let mut late = entry(&[Antrag, Hoch]);
        late.stage = Stage::Settled(Outcome::NotKept);
        late.held.clear();
        let now = Terms { stands: SignedDuration::ZERO, ..terms(100) };
        let seen = review(&[sight(1, late.clone(), &[Antrag, Hoch])], now);
        assert_eq!(seen.findings, [(Uid(1), Finding::Noted(vec![Antrag, Hoch]))]);
        let theirs = review(&[sight(1, late, &[Sonstiges])], now);
        assert!(matches!(theirs.findings[0].1, Finding::Corrected(..)));
    }

    #[test]
    fn two_class_tags_stay_undecided_for_ever() {
        let known = noticed(entry(&[Antrag]), &[Antrag, Rueckfrage], -900);
        assert_eq!(review(&[sight(1, known, &[Antrag, Rueckfrage])], terms(100)), Review::default());
    }

    #[test]
    fn bitte_sichten_goes_once_a_person_has_chosen() {
        let known = noticed(entry(&[Unsicher]), &[Antrag, Unsicher], -90);
        let seen = review(&[sight(1, known, &[Antrag, Unsicher])], terms(100));
        assert_eq!(seen.answered, [Uid(1)]);
        let mut told = entry(&[Antrag, Unsicher]);
        told.person = true;
        let again = review(&[sight(1, told.clone(), &[Antrag, Unsicher])], terms(100));
        assert_eq!((again.answered, again.findings.len()), (vec![Uid(1)], 0), "also after a crash");
        assert_eq!(review(&[sight(1, told, &[Antrag])], terms(100)).findings.len(), 1);
        let ours = review(&[sight(1, entry(&[Unsicher]), &[Unsicher])], terms(100));
        assert_eq!(ours, Review::default());
    }

    #[test]
    fn many_changes_at_once_teach_nothing_and_are_said() {
        let changed = |count: u32| (1..=count).map(|uid| sight(uid, entry(&[Antrag]), &[Rueckfrage]));
        let untouched = |count: u32| (101..=100 + count).map(|uid| sight(uid, entry(&[Antrag]), &[Antrag]));
        let storm: Vec<Sight> = changed(11).chain(untouched(89)).collect();
        let seen = review(&storm, terms(100));
        assert_eq!((seen.mass, seen.waiting.len()), (Some(11), 0));
        assert!(seen.findings.iter().all(|(_, finding)| matches!(finding, Finding::Noted(_))));
        let work: Vec<Sight> = changed(10).chain(untouched(90)).collect();
        assert_eq!(review(&work, terms(100)).mass, None);
        let small: Vec<Sight> = changed(3).chain(untouched(2)).collect();
        assert_eq!(review(&small, terms(5)).mass, None, "a person's work in a small mailbox");
        let gone: Vec<Sight> = (1..=3).map(|uid| sight(uid, entry(&[Antrag]), &[])).collect();
        assert_eq!(review(&gone, terms(3)).mass, Some(3), "all tags gone");
    }

    #[test]
    fn what_is_as_it_is_known_to_be_needs_no_look() {
        assert!(sight(1, entry(&[Antrag]), &[Antrag]).is_calm(true));
        assert!(!sight(1, entry(&[Antrag]), &[Rueckfrage]).is_calm(true));
        assert!(!Sight { uid: Uid(1), entry: entry(&[Antrag]), there: None }.is_calm(true));
        let told = Entry { person: true, ..entry(&[Antrag, Unsicher]) };
        assert!(!sight(1, told, &[Antrag, Unsicher]).is_calm(true), "its tag has yet to go");
        let gone: Vec<Sight> = (1..=3).map(|uid| sight(uid, entry(&[Antrag]), &[])).collect();
        assert_eq!(review(&gone, Terms { calm: 1, ..terms(4) }).mass, None);
    }

    #[test]
    fn what_changed_while_the_server_numbered_anew_teaches_nothing() {
        let anew = |tags: &[Tag]| Entry { renumbered: true, ..entry(tags) };
        let sights = [sight(1, anew(&[Antrag]), &[Rueckfrage]), sight(2, anew(&[Antrag]), &[Antrag])];
        let seen = review(&sights, terms(2));
        assert!(seen.findings.iter().all(|(_, finding)| matches!(finding, Finding::Noted(_))));
        assert_eq!((seen.mass, seen.restore.len()), (None, 0));
    }

    #[test]
    fn tags_that_the_server_lost_are_written_again_but_never_a_persons() {
        let anew = |tags: &[Tag]| Entry { renumbered: true, ..entry(tags) };
        let mut sights: Vec<Sight> = (1..=20).map(|uid| sight(uid, anew(&[Antrag]), &[])).collect();
        sights[0].entry.person = true;
        let seen = review(&sights, terms(20));
        assert_eq!(seen.restore.len(), 19);
        let mut few: Vec<Sight> = (1..=20).map(|uid| sight(uid, anew(&[Antrag]), &[Antrag])).collect();
        few[3].there = Some(There::default());
        assert_eq!(review(&few, terms(20)).restore.len(), 0, "one alone was taken away by somebody");
    }

    #[test]
    fn what_was_not_kept_is_tried_again_while_it_waits() {
        let mut kept = entry(&[Antrag]);
        kept.stage = Stage::Settled(Outcome::NotKept);
        kept.held.clear();
        assert_eq!(review(&[sight(1, kept.clone(), &[])], terms(10)).restore, [Uid(1)]);
        let no_keywords = Terms { writes: false, ..terms(10) };
        assert_eq!(review(&[sight(1, kept, &[])], no_keywords).restore.len(), 0);
    }

    #[test]
    fn what_a_model_in_shadow_suggested_is_never_written_and_the_same_tag_is_a_persons() {
        let mut shown = entry(&[Antrag]);
        shown.stage = Stage::Settled(Outcome::QueueOnly);
        shown.suggestion.shadow = true;
        shown.held.clear();
        assert!(sight(1, shown.clone(), &[]).is_calm(true));
        assert_eq!(review(&[sight(1, shown.clone(), &[])], terms(10)), Review::default());
        let now = Terms { stands: SignedDuration::ZERO, ..terms(10) };
        let agreed = review(&[sight(1, shown.clone(), &[Antrag])], now);
        assert_eq!(agreed.findings, [(Uid(1), Finding::Corrected(vec![Antrag], lesson(Class::Application)))]);
        shown.suggestion.shadow = false;
        assert_eq!(review(&[sight(1, shown, &[])], terms(10)).restore, [Uid(1)], "any other is");
    }

    #[test]
    fn nothing_is_learnt_among_rubbish_or_of_what_is_gone() {
        let rubbish = Terms { teaches: false, ..terms(10) };
        let seen = review(&[sight(1, entry(&[Antrag]), &[Rueckfrage])], rubbish);
        assert_eq!(seen.findings, [(Uid(1), Finding::Noted(vec![Rueckfrage]))]);
        let gone = Sight { uid: Uid(1), entry: entry(&[Antrag]), there: None };
        assert_eq!(review(&[gone], terms(10)).findings, [(Uid(1), Finding::Closed(Closing::Gone))]);
    }

    #[test]
    fn a_priority_is_a_lesson_of_its_own() {
        let now = Terms { stands: SignedDuration::ZERO, ..terms(10) };
        let seen = review(&[sight(1, entry(&[Antrag]), &[Antrag, Hoch])], now);
        let high = domain::Lesson { class: None, priority: Some(Priority::High) };
        assert_eq!(seen.findings, [(Uid(1), Finding::Corrected(vec![Antrag, Hoch], high))]);
    }

    #[test]
    fn what_is_chosen_on_the_page_counts_at_once_and_only_once() {
        let corrected = |tags: Vec<Tag>, priority| {
            Some(Finding::Corrected(tags, Lesson { class: Some(Class::Inquiry), priority }))
        };
        let chosen = |entry: &Entry, now: &[Tag]| chosen(entry, now, Class::Inquiry);
        let sorted = entry(&[Antrag, Hoch]);
        assert_eq!(chosen(&sorted, &[Rueckfrage, Hoch]), corrected(vec![Rueckfrage, Hoch], None));
        let calmer = chosen(&sorted, &[Rueckfrage]);
        assert_eq!(calmer, corrected(vec![Rueckfrage], Some(Priority::Normal)), "theirs as well");
        let seen = noticed(entry(&[Antrag]), &[Antrag, Rueckfrage], 0);
        assert_eq!(chosen(&seen, &[Rueckfrage]), corrected(vec![Rueckfrage], None));
        // The review was faster, or will be the one to see it.
        let known = Entry { person: true, ..entry(&[Rueckfrage]) };
        assert_eq!(chosen(&known, &[Rueckfrage]), None);
        let under_way = Entry { stage: Stage::Intended { modseq: None, attempt: 1 }, ..entry(&[]) };
        assert_eq!(chosen(&under_way, &[Rueckfrage]), None);
    }

    #[test]
    fn what_no_mailbox_can_keep_is_neither_lost_nor_taken_back() {
        let queue_only =
            Entry { stage: Stage::Settled(Outcome::QueueOnly), held: vec![], ..entry(&[Antrag, Hoch]) };
        let Finding::Chosen(tags, told) = chosen_unwritten(&queue_only, Class::Inquiry) else { panic!() };
        assert_eq!((tags.as_slice(), told), (&[Rueckfrage, Hoch][..], lesson(Class::Inquiry)));
        let held: Vec<String> = tags.iter().map(|tag| tag.name().to_owned()).collect();
        let decided = Entry { held, person: true, unwritten: true, ..queue_only };
        assert!(sight(1, decided.clone(), &[]).is_calm(true));
        let many: Vec<Sight> = (1..=30).map(|uid| sight(uid, decided.clone(), &[])).collect();
        let circumstances = Terms { stands: SignedDuration::ZERO, calm: 0, ..terms(30) };
        assert_eq!(review(&many, circumstances), Review::default());
        let renamed: Vec<Sight> = many
            .into_iter()
            .map(|one| Sight { entry: Entry { renumbered: true, ..one.entry }, ..one })
            .collect();
        let seen = review(&renamed, circumstances);
        assert!(seen.restore.is_empty() && seen.mass.is_none(), "{seen:?}");
        let changed = review(&[sight(1, decided, &[Sonstiges])], circumstances);
        assert_eq!(changed.findings, [(Uid(1), Finding::Corrected(vec![Sonstiges], lesson(Class::Other)))]);
    }
}
