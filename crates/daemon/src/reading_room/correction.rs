//! A person's word from the page: written on the message where the mailbox keeps tags, and noted at once.
//!
//! ```text
//!   +FLAGS the class ─▶ -FLAGS the other classes and "bitte sichten" ─▶ read back ─▶ the book
//!                                                                        └ other than wanted: again, a few times
//! ```
//!
//! The new tag comes first: who looks in between sees two classes, and two decide nothing. Where the program stops
//! before the book knows, the review sees the changed tag like any other that a person changed: it counts once.

use domain::{Class, Tag};
use mailbox::{Access, Connection};
use store::{Entry, Finding, Key};

use super::place::Place;
use super::{ReadingError, ReadingRoom, gone};
use crate::batch::ours;
use crate::people;
use crate::post::WriteBack;

/// So often a tag is written where others write at the same time.
const ATTEMPTS: usize = 3;

impl ReadingRoom {
    pub(super) async fn corrected(
        &self,
        connection: &mut Connection,
        place: &Place,
        key: &Key,
        class: Class,
    ) -> Result<(), ReadingError> {
        self.must_be_known(key)?;
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
            if is_settled(&there, wanted) {
                return Ok(there);
            }
            if !there.contains(&wanted) {
                connection.add_keyword(&[key.uid], &self.prefix.keyword(wanted), None).await?;
            }
            for other in there.into_iter().filter(|tag| tag.settles_class() && *tag != wanted) {
                connection.remove_keyword(&[key.uid], &self.prefix.keyword(other), None).await?;
            }
        }
        let there = self.tags_of(connection, key).await?;
        let not_kept = || ReadingError::NotKept { folder: key.folder.clone() };
        is_settled(&there, wanted).then_some(there).ok_or_else(not_kept)
    }

    async fn tags_of(&self, connection: &mut Connection, key: &Key) -> Result<Vec<Tag>, ReadingError> {
        let states = connection.flags(&[key.uid]).await?;
        let state = states.into_iter().find(|state| state.uid == key.uid).ok_or_else(|| gone(key))?;
        Ok(ours(&self.prefix, &state.flags))
    }

    fn note(&self, key: &Key, ruling: impl FnOnce(&Entry) -> Option<Finding>) -> Result<(), ReadingError> {
        let now = (self.clock)();
        // Work with the ledger waits for the disk: others go on meanwhile.
        let known = tokio::task::block_in_place(|| self.ledger.rule(key, ruling, now))?;
        if !known {
            return Err(gone(key));
        }
        tracing::info!(name: "corrections.taken", folder = %key.folder, messages = 1);
        Ok(())
    }
}

/// Whether of the tags that settle the class exactly this one is there.
fn is_settled(there: &[Tag], wanted: Tag) -> bool {
    there.iter().filter(|tag| tag.settles_class()).eq([&wanted])
}
