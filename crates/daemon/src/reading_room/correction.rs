//! A person's word from the page: written on the message where the mailbox keeps tags, and noted at once.
//!
//! ```text
//!   +FLAGS the class ─▶ read back ─▶ -FLAGS the other classes and "bitte sichten" ─▶ read back ─▶ the book
//!                       └ other than wanted: again, a few times                      └ the same
//! ```
//!
//! The new tag comes first, and the old one goes only once the new one is seen: a server that keeps none loses none.
//! Who looks in between sees two classes, and two decide nothing. Where the program stops
//! before the book knows, the review sees the changed tag like any other that a person changed: it counts once.

use domain::{Class, Tag};
use mailbox::{Access, Connection};
use store::{Entry, Finding, Key, Stage};

use super::place::Place;
use super::{ReadingError, ReadingRoom, gone};
use crate::batch::ours;
use crate::people;
use crate::post::WriteBack;

/// So often a tag is written, or taken away, where others write at the same time.
const ATTEMPTS: usize = 5;

/// What is to be done next so that exactly one tag settles the class.
#[derive(Debug, PartialEq)]
enum Step {
    Done,
    Add,
    Remove(Vec<Tag>),
}

impl ReadingRoom {
    pub(super) async fn corrected(
        &self,
        connection: &mut Connection,
        place: &Place,
        key: &Key,
        class: Class,
    ) -> Result<(), ReadingError> {
        if is_being_written(&self.known(key)?) {
            return Err(ReadingError::BeingWritten { folder: key.folder.clone() });
        }
        let selected = place.open(connection, key, Access::ReadWrite).await?;
        let impossible = |why| Err(ReadingError::Impossible { folder: key.folder.clone(), why });
        match place.post.write.in_folder(&selected, connection.server(), &self.prefix) {
            WriteBack::Keywords => {
                let now = self.retag(connection, key, Tag::of_class(class)).await?;
                self.note(key, |entry| people::chosen(entry, &now, class))
            }
            WriteBack::QueueOnly | WriteBack::Flagged(_) | WriteBack::Fallback(_) => {
                self.tags_of(connection, key).await?;
                self.note(key, |entry| Some(people::chosen_unwritten(entry, class)))
            }
            WriteBack::Folders(_) => impossible(format!(
                "the messages of this mailbox are sorted into folders: move this one into the folder \"{}\" in the \
                 mail client, that counts as the correction",
                Tag::of_class(class).title()
            )),
            WriteBack::Impossible(why) => impossible(why),
        }
    }

    /// Sets this tag of a class and takes the others away. Returns the tags of ours that are there then.
    async fn retag(
        &self,
        connection: &mut Connection,
        key: &Key,
        wanted: Tag,
    ) -> Result<Vec<Tag>, ReadingError> {
        for _ in 0..ATTEMPTS {
            let there = self.tags_of(connection, key).await?;
            let written = match next_step(&there, wanted) {
                Step::Done => return Ok(there),
                Step::Add => {
                    connection.add_keywords(&[key.uid], &[&self.prefix.keyword(wanted)], None).await.map(drop)
                }
                Step::Remove(others) => self.remove(connection, key, &others).await,
            };
            written.map_err(|error| refused(key, error))?;
        }
        let there = self.tags_of(connection, key).await?;
        let not_kept = || ReadingError::NotKept { folder: key.folder.clone() };
        (next_step(&there, wanted) == Step::Done).then_some(there).ok_or_else(not_kept)
    }

    async fn remove(
        &self,
        connection: &mut Connection,
        key: &Key,
        tags: &[Tag],
    ) -> Result<(), mailbox::Error> {
        for tag in tags {
            connection.remove_keyword(&[key.uid], &self.prefix.keyword(*tag), None).await?;
        }
        Ok(())
    }

    async fn tags_of(&self, connection: &mut Connection, key: &Key) -> Result<Vec<Tag>, ReadingError> {
        let states = connection.flags(&[key.uid]).await?;
        let state = states.into_iter().find(|state| state.uid == key.uid).ok_or_else(|| gone(key))?;
        Ok(ours(&self.prefix, &state.flags))
    }

    fn note(&self, key: &Key, ruling: impl FnOnce(&Entry) -> Option<Finding>) -> Result<(), ReadingError> {
        let now = (self.clock)();
        let (mut being_written, mut noted) = (false, false);
        let ruling = |entry: &Entry| {
            // The watch may have come first since the message was looked at.
            being_written = is_being_written(entry);
            let finding = if being_written { None } else { ruling(entry) };
            noted = finding.is_some();
            finding
        };
        // Work with the ledger waits for the disk: others go on meanwhile.
        let known = tokio::task::block_in_place(|| self.ledger.rule(key, ruling, now))?;
        if !known {
            return Err(gone(key));
        }
        if being_written {
            return Err(ReadingError::BeingWritten { folder: key.folder.clone() });
        }
        if noted {
            tracing::info!(name: "corrections.taken", folder = %key.folder, messages = 1);
        }
        Ok(())
    }
}

/// Whether it is not known yet what became of a suggestion: what a person says now would be taken for its outcome.
fn is_being_written(entry: &Entry) -> bool {
    matches!(entry.stage, Stage::Intended { .. })
}

fn next_step(there: &[Tag], wanted: Tag) -> Step {
    let others: Vec<Tag> =
        there.iter().copied().filter(|tag| tag.settles_class() && *tag != wanted).collect();
    match (there.contains(&wanted), others.is_empty()) {
        (false, _) => Step::Add,
        (true, false) => Step::Remove(others),
        (true, true) => Step::Done,
    }
}

/// A server that takes no such tag does not take it later either.
fn refused(key: &Key, error: mailbox::Error) -> ReadingError {
    match error {
        error @ mailbox::Error::Refused { .. } if !error.is_temporary() => ReadingError::Impossible {
            folder: key.folder.clone(),
            why: format!(
                "{error}; let the user of langhals store keywords in this folder, or set write = \"none\""
            ),
        },
        error => ReadingError::Mailbox(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tag::{Antrag, Hoch, Rueckfrage, Sonstiges, Unsicher};

    #[test]
    fn the_old_tag_goes_only_once_the_new_one_is_there() {
        let check = |there: &[Tag], step| assert_eq!(next_step(there, Rueckfrage), step);
        check(&[], Step::Add);
        check(&[Antrag, Hoch], Step::Add);
        check(&[Unsicher], Step::Add);
        check(&[Antrag, Rueckfrage, Hoch], Step::Remove(vec![Antrag]));
        check(&[Antrag, Rueckfrage, Sonstiges], Step::Remove(vec![Antrag, Sonstiges]));
        check(&[Rueckfrage, Unsicher], Step::Remove(vec![Unsicher]));
        check(&[Rueckfrage, Hoch], Step::Done);
    }
}
