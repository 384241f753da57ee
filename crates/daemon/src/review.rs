//! Seeing what people did with known messages: which flags to ask for, and what to do about what is found.
//!
//! ```text
//!   all flags       at the first look of a connection, once a day, and where there are no modification sequences
//!   changed flags   else (RFC 7162, CHANGEDSINCE), and those of changes that wait to be accepted; what is gone
//!                   by VANISHED where the server has QRESYNC
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::{ModSeq, Tag, Uid};
use mailbox::{Changes, FlagState, Flags, Selected};
use store::{Closing, Cursor, Entry, Intent};
use tokio::time::Instant;

use crate::attend::{AttendError, Role};
use crate::letters::BATCH;
use crate::people::{self, Review, Sight, Terms, There};
use crate::round::{Round, Writing};

/// All flags are looked at so often, whatever the server says has changed.
const THOROUGH: Duration = Duration::from_hours(24);
/// The MODSEQ that a restart begins with is at most so old.
const NOTE_EVERY: Duration = Duration::from_hours(1);
/// A folder that is numbered anew more often than this is not looked through again for a while.
const MOST_REBASES: usize = 3;
const REBASES_WITHIN: Duration = Duration::from_hours(1);
/// What left the mailbox is recognised for so long when it comes back.
pub const REMEMBERED: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);
/// To which thread a message belongs is known for half a year: reminders come after months.
pub const THREADS_REMEMBERED: jiff::SignedDuration = jiff::SignedDuration::from_hours(183 * 24);

/// What was looked at.
#[derive(Default)]
struct Sighted {
    sights: Vec<Sight>,
    /// Messages that carry the tags they are known to carry.
    calm: usize,
    /// Whether every known message was looked at.
    all: bool,
}

/// How thorough a look was.
#[derive(Clone, Copy)]
struct Looked {
    all: bool,
    /// Whether what was not kept was tried again.
    retries: bool,
}

/// How a folder was when people's doings were last looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reviewed {
    /// HIGHESTMODSEQ and EXISTS then; none on a new connection.
    state: Option<(Option<ModSeq>, u32)>,
    /// When all flags were last looked at.
    thorough: Option<Instant>,
    /// The last MODSEQ that was written down, and when.
    noted: Option<(ModSeq, Instant)>,
    /// Changes that do not stand long enough yet.
    pub waiting: BTreeSet<Uid>,
    /// When the folder was lately found to be numbered anew.
    rebased: Vec<Instant>,
    /// Whether what was not kept has been tried again since the program started.
    retried: Option<Instant>,
}

impl Reviewed {
    /// On a new connection, everything is looked at once.
    pub fn begin(&mut self) {
        self.state = None;
    }

    /// What the book says at the begin.
    pub fn written(&mut self, cursor: &Cursor) {
        self.noted = cursor.modseq.map(|modseq| (modseq, Instant::now()));
    }

    /// The folder is numbered anew. False where that happens too often to look through it each time.
    pub fn rebase(&mut self) -> bool {
        self.rebased.retain(|at| at.elapsed() < REBASES_WITHIN);
        let bearable = self.rebased.len() < MOST_REBASES;
        if bearable {
            self.rebased.push(Instant::now());
            self.begin();
        }
        bearable
    }

    pub fn is_new(&self) -> bool {
        self.state.is_none()
    }

    /// Why UIDs may mean other messages than the book says, where the server itself betrays it.
    pub fn doubt(&self, cursor: &Cursor, selected: &Selected) -> Option<&'static str> {
        // A bound that the server did not tell falls when the newest message goes: that says nothing.
        let next_fell = selected.uid_next_told && selected.uid_next < cursor.next;
        let before = self.state.and_then(|(modseq, _)| modseq).max(cursor.modseq);
        if selected.uid_validity != cursor.validity {
            Some("UIDVALIDITY changed")
        } else if next_fell {
            Some("UIDNEXT fell")
        } else if before.is_some() && selected.highest_modseq < before {
            Some("HIGHESTMODSEQ fell or is gone")
        } else {
            None
        }
    }
}

impl Round<'_> {
    /// Sees what people did, where anything may have changed. Returns how many messages are to be tagged again.
    pub async fn review(&mut self, selected: &Selected, sorted: bool) -> Result<usize, AttendError> {
        let reviewed = &self.attendant.reviewed;
        let state = (selected.highest_modseq, selected.exists);
        let aged = reviewed.thorough.is_none_or(|at| at.elapsed() >= THOROUGH);
        let before = reviewed.state;
        let moved = before != Some(state) || state.0.is_none();
        if !sorted && !moved && !aged && reviewed.waiting.is_empty() {
            return Ok(0);
        }
        let since = before.and_then(|(modseq, _)| modseq).filter(|_| !aged);
        let (writes, moves) =
            (matches!(self.write, Writing::Keywords), matches!(self.write, Writing::Folders(_)));
        let retries = (writes || moves) && reviewed.retried.is_none_or(|at| at.elapsed() >= THOROUGH);
        let Sighted { sights, calm, all } = match since {
            Some(since) => self.changed(since, selected, before.map_or(0, |(_, exists)| exists)).await?,
            None => self.all(retries).await?,
        };
        let attendant = &*self.attendant;
        let found = people::review(
            &sights,
            Terms {
                now: (attendant.clock)(),
                stands: attendant.stands,
                messages: selected.exists as usize,
                calm: if all { calm } else { selected.exists as usize },
                writes,
                moves,
                retries: retries && all,
                teaches: attendant.teaches(),
                max_age: attendant.max_age,
            },
        );
        self.keep(selected, state, found, &sights, Looked { all, retries: retries && all }).await
    }

    /// Writes down what was found, and does what follows from it.
    async fn keep(
        &mut self,
        selected: &Selected,
        state: (Option<ModSeq>, u32),
        mut found: Review,
        sights: &[Sight],
        looked: Looked,
    ) -> Result<usize, AttendError> {
        let (folder, validity) = (self.attendant.folder.clone(), self.validity);
        let noted = self.attendant.reviewed.noted;
        let stale = noted.is_none_or(|(_, at)| at.elapsed() >= NOTE_EVERY);
        let note = selected
            .highest_modseq
            .filter(|modseq| noted.is_none_or(|(noted, _)| noted != *modseq))
            .filter(|_| stale || !found.findings.is_empty());
        // On the page somebody may have decided meanwhile: theirs stands, and the message is looked at again.
        let seen = sights.iter().map(|sight| (sight.uid, &sight.entry)).collect();
        let findings = &found.findings;
        let mut overtaken = self
            .attendant
            .book(|ledger, now| ledger.record_as_seen(&folder, validity, findings, &seen, note, now))?;
        found.findings.retain(|(uid, _)| !overtaken.contains(uid));
        let restored = self.restore(&found.restore, sights, &mut overtaken)?;
        let raised = self.raise(&found.raise, sights, &mut overtaken)?;
        found.waiting.extend(overtaken);
        self.say(&found, restored, selected.exists);
        self.take_unsure_away(&found.answered).await?;
        let now = Instant::now();
        if looked.all {
            self.attendant.book(|ledger, now| {
                ledger.expire(&folder, now - REMEMBERED, now - THREADS_REMEMBERED, now)
            })?;
        }
        let reviewed = &mut self.attendant.reviewed;
        reviewed.state = Some(state);
        reviewed.waiting = found.waiting;
        reviewed.noted = note.map(|modseq| (modseq, now)).or(reviewed.noted);
        reviewed.thorough = if looked.all { Some(now) } else { reviewed.thorough };
        reviewed.retried = if looked.retries { Some(now) } else { reviewed.retried };
        Ok(restored + raised)
    }

    fn say(&mut self, found: &Review, restored: usize, messages: u32) {
        let folder = self.attendant.folder.clone();
        if let Some(changed) = found.mass {
            tracing::warn!(name: "corrections.mass", %folder, changed, messages, "tags of many messages changed at once");
            self.attendant.warn_of_mass(format!(
                "the tags of {changed} of {messages} messages changed at once: that looks like a migration or an index \
                 loss, so nothing was learnt of it; if people did it, nothing need be done"
            ));
        }
        if restored > 0 {
            tracing::warn!(name: "mailbox.restored", %folder, messages = restored, "the server had lost tags, or now keeps them: they are written again");
        }
        if !found.raise.is_empty() {
            tracing::info!(name: "mailbox.aged", %folder, messages = found.raise.len(), "messages have waited too long: they are tagged as urgent");
        }
        let corrected =
            found.findings.iter().filter(|(_, finding)| matches!(finding, store::Finding::Corrected(..)));
        match corrected.count() {
            0 => {}
            messages => tracing::info!(name: "corrections.taken", %folder, messages),
        }
    }

    /// Every known message of the folder of which there is anything to say, and how many of the others carry tags.
    async fn all(&mut self, retries: bool) -> Result<Sighted, AttendError> {
        let (folder, validity) = (self.attendant.folder.clone(), self.validity);
        let known = self.attendant.book(|ledger, now| ledger.known(&folder, validity, Uid(0), now))?;
        let uids: Vec<Uid> = known.into_iter().collect();
        let (now, max_age) = ((self.attendant.clock)(), self.attendant.max_age);
        let writes = matches!(self.write, Writing::Keywords);
        let mut sighted = Sighted { all: true, ..Sighted::default() };
        for chunk in uids.chunks(BATCH) {
            let wanted = chunk.iter().copied().collect();
            let entries =
                self.attendant.book(|ledger, now| ledger.entries(&folder, validity, &wanted, now))?;
            let there = self.there(chunk).await?;
            let is_calm =
                |sight: &Sight| sight.is_calm(retries) && !(writes && people::grew_old(sight, now, max_age));
            let (calm, others): (Vec<Sight>, Vec<Sight>) =
                self.sights(entries, there).into_iter().partition(is_calm);
            sighted.calm += calm.iter().filter(|sight| !sight.entry.shown().is_empty()).count();
            sighted.sights.extend(others);
        }
        Ok(sighted)
    }

    /// The messages that changed, and those whose change waits to be accepted.
    async fn changed(
        &mut self,
        since: ModSeq,
        selected: &Selected,
        existed: u32,
    ) -> Result<Sighted, AttendError> {
        let last = Uid(selected.uid_next.0.saturating_sub(1));
        let Changes { changed, vanished } = self.connection.changes(since, last).await?;
        // More changes than are listed at once: they are gone through part by part.
        let Some(changed) = changed else { return self.all(false).await };
        // Fewer messages than there were and nobody says which are gone: only a full look tells.
        if vanished.is_none() && selected.exists < existed {
            return self.all(false).await;
        }
        let mut there = self.sighted(changed);
        let waiting: Vec<Uid> =
            self.attendant.reviewed.waiting.iter().copied().filter(|uid| !there.contains_key(uid)).collect();
        there.extend(self.there(&waiting).await?);
        let (folder, validity) = (self.attendant.folder.clone(), self.validity);
        let mut uids: BTreeSet<Uid> = there.keys().copied().chain(waiting).collect();
        for gap in vanished.into_iter().flatten() {
            uids.extend(self.attendant.book(|ledger, now| ledger.known_in(&folder, validity, gap, now))?);
        }
        let known = self.attendant.book(|ledger, now| ledger.entries(&folder, validity, &uids, now))?;
        // These flags may be older than what a person decided on the page since.
        let is_older = |uid: &Uid, entry: &Entry| {
            entry.person && there.get(uid).is_some_and(|there| there.tags != entry.shown())
        };
        let older: Vec<Uid> =
            known.iter().filter(|(uid, entry)| is_older(uid, entry)).map(|(uid, _)| *uid).collect();
        there.extend(self.there(&older).await?);
        Ok(Sighted { sights: self.sights(known, there), calm: 0, all: false })
    }

    async fn there(&mut self, uids: &[Uid]) -> Result<BTreeMap<Uid, There>, AttendError> {
        let mut there = BTreeMap::new();
        for chunk in uids.chunks(BATCH) {
            let states = self.connection.flags(chunk).await?;
            there.extend(self.sighted(states));
        }
        Ok(there)
    }

    fn sighted(&self, states: Vec<FlagState>) -> BTreeMap<Uid, There> {
        let there = |state: FlagState| {
            let (tags, closing) = (self.tags_of(&state.flags), closing(&state.flags));
            (state.uid, There { tags, closing, modseq: state.modseq })
        };
        states.into_iter().map(there).collect()
    }

    fn sights(&self, known: BTreeMap<Uid, Entry>, mut there: BTreeMap<Uid, There>) -> Vec<Sight> {
        let filed = matches!(self.attendant.role, Role::Class(_));
        let sight = |(uid, entry): (Uid, Entry)| {
            let mut there = there.remove(&uid);
            if let (true, Some(there)) = (filed, &mut there) {
                // A class folder says the class; of the rest nothing can be read off.
                there.tags.extend(entry.shown().into_iter().filter(|tag| !tag.settles_class()));
                there.tags.sort_unstable();
            }
            Sight { uid, entry, there }
        };
        known.into_iter().map(sight).collect()
    }

    /// Intends again what the server lost; the next recovery writes it.
    fn restore(
        &self,
        uids: &[Uid],
        sights: &[Sight],
        overtaken: &mut BTreeSet<Uid>,
    ) -> Result<usize, AttendError> {
        let again: Vec<Intent> = sights.iter().filter(|sight| uids.contains(&sight.uid)).map(again).collect();
        self.intend_again(&again, sights, overtaken)
    }

    /// Intends the tag of what is urgent for what has waited too long; the next recovery writes it, as it writes
    /// whatever was cut off. Once: afterwards it is suggested already.
    fn raise(
        &self,
        uids: &[Uid],
        sights: &[Sight],
        overtaken: &mut BTreeSet<Uid>,
    ) -> Result<usize, AttendError> {
        let raised: Vec<Intent> =
            sights.iter().filter(|sight| uids.contains(&sight.uid)).map(raised).collect();
        self.intend_again(&raised, sights, overtaken)
    }

    fn intend_again(
        &self,
        again: &[Intent],
        sights: &[Sight],
        overtaken: &mut BTreeSet<Uid>,
    ) -> Result<usize, AttendError> {
        let folder = &self.attendant.folder;
        let seen = sights.iter().map(|sight| (sight.uid, &sight.entry)).collect();
        let left = self
            .attendant
            .book(|ledger, now| ledger.intend_as_seen(folder, self.validity, again, &seen, now))?;
        let intended = again.len().saturating_sub(left.len());
        overtaken.extend(left);
        Ok(intended)
    }

    /// "Bitte sichten" goes once a person has decided. It is derived from what is there, so that it happens
    /// also after a crash; an OK proves nothing, so it is looked at again next time.
    async fn take_unsure_away(&mut self, uids: &[Uid]) -> Result<(), AttendError> {
        if uids.is_empty() {
            return Ok(());
        }
        let keyword = self.attendant.prefix.keyword(Tag::Unsicher);
        match self.connection.remove_keyword(uids, &keyword, None).await {
            Err(error @ mailbox::Error::Refused { .. }) if !error.is_temporary() => {
                tracing::warn!(name: "mailbox.not_removed", folder = %self.attendant.folder, %error);
                Ok(())
            }
            other => other.map(drop).map_err(AttendError::from),
        }
    }
}

/// What was suggested, once more.
fn again(sight: &Sight) -> Intent {
    Intent {
        uid: sight.uid,
        fingerprint: sight.entry.fingerprint.clone(),
        arrived: sight.entry.arrived,
        modseq: None,
        attempt: 1,
        suggestion: sight.entry.suggestion.clone(),
        set_aside: None,
        thread: None,
        references: Vec::new(),
    }
}

/// The same with the tag of what is urgent. What was judged stays as it was judged.
fn raised(sight: &Sight) -> Intent {
    let mut intent = again(sight);
    intent.modseq = sight.there.as_ref().and_then(|there| there.modseq);
    intent.suggestion.add(Tag::Hoch);
    intent
}

fn closing(flags: &Flags) -> Option<Closing> {
    if flags.contains("\\Deleted") {
        Some(Closing::Deleted)
    } else if flags.contains("\\Answered") {
        Some(Closing::Answered)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::UidValidity;
    use mailbox::Keywords;

    fn selected(validity: u32, next: Option<u32>, modseq: Option<u64>) -> Selected {
        Selected {
            uid_validity: UidValidity(validity),
            uid_next: Uid(next.unwrap_or(5)),
            uid_next_told: next.is_some(),
            highest_modseq: modseq.map(ModSeq),
            exists: 4,
            read_only: false,
            keywords: Keywords::default(),
        }
    }

    #[track_caller]
    fn check(selected: &Selected, seen: Option<u64>, doubts: bool) {
        let cursor = Cursor { validity: UidValidity(7), next: Uid(10), modseq: Some(ModSeq(100)) };
        let state = seen.map(|seen| (Some(ModSeq(seen)), 4));
        let reviewed = Reviewed { state, ..Reviewed::default() };
        assert_eq!(reviewed.doubt(&cursor, selected).is_some(), doubts);
    }

    #[test]
    fn numbers_that_fall_are_not_believed() {
        check(&selected(7, Some(10), Some(100)), None, false);
        check(&selected(7, Some(12), Some(130)), Some(120), false);
        check(&selected(8, Some(10), Some(100)), None, true);
        check(&selected(7, Some(9), Some(100)), None, true);
        check(&selected(7, None, Some(100)), None, false);
        check(&selected(7, Some(10), Some(28)), None, true);
        check(&selected(7, Some(10), Some(110)), Some(120), true);
        check(&selected(7, Some(10), None), None, true);
    }

    #[test]
    fn a_folder_is_not_looked_through_anew_without_end() {
        let mut reviewed = Reviewed::default();
        let answers: Vec<bool> = (0..5).map(|_| reviewed.rebase()).collect();
        assert_eq!(answers, [true, true, true, false, false]);
    }
}
