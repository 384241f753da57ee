//! The schoolbook: mails that people corrected, read anew from the mailbox as something to learn from.
//!
//! ```text
//!   corrections ─▶ open the folder (EXAMINE) ─▶ UIDVALIDITY as it was? ─▶ fingerprints agree ─▶ BODY.PEEK ─▶ Example
//!                                                    │ no, or not there
//!                                                    └▶ searched by arrival and fingerprint in all folders of the mailbox
//! ```
//!
//! Their text lives in memory only, until the model is learnt. What is gone or cannot be read is counted, and
//! never keeps the others from being learnt.

mod reader;

use std::collections::BTreeMap;

use model::Example;
use store::Correction;

use self::reader::{Reader, Wanted, octets_of};
use crate::post::Post;

/// Octets of text that are kept to be learnt from: some twenty thousand usual mails.
const MOST_TEXT: usize = 64 * 1024 * 1024;

/// How far the reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn<'t> {
    /// Signing in to this mailbox.
    Connecting(&'t str),
    /// Of so many corrected mails, so many are done with.
    Reading {
        /// Read, or known not to be readable.
        done: usize,
        /// All of them.
        total: usize,
    },
}

/// Corrected mails to learn from, and what became of the others.
#[derive(Debug, Default)]
pub struct Schoolbook {
    /// What can be learnt. Holds content.
    pub examples: Vec<Example>,
    /// No class stood on them: nobody has decided what they are.
    pub undecided: usize,
    /// In no folder of their mailbox any more.
    pub gone: usize,
    /// There, and not to be had or not to be understood.
    pub unreadable: usize,
    /// Their mailbox could not be reached, or is not configured any more.
    pub unreached: usize,
    /// Beyond what is held in memory.
    pub left_out: usize,
    /// What went wrong with mailboxes and folders, in sentences for the operator.
    pub troubles: Vec<String>,
}

/// Reads corrected mails anew. Changes nothing in the mailboxes.
pub async fn schoolbook(
    posts: &[Post],
    corrections: &[Correction],
    turn: &mut (dyn FnMut(Turn<'_>) + Send),
) -> Schoolbook {
    let mut book = Schoolbook::default();
    let mut wanted: BTreeMap<&str, BTreeMap<String, Wanted>> = BTreeMap::new();
    for (number, correction) in corrections.iter().enumerate() {
        match Wanted::of(number, correction) {
            Some(one) => {
                let here = wanted.entry(correction.folder.mailbox.as_str()).or_default();
                here.insert(one.fingerprint.clone(), one);
            }
            None => book.undecided += 1,
        }
    }
    let total = wanted.values().map(BTreeMap::len).sum();
    let (mut done, mut read) = (0, Vec::new());
    for (mailbox, wanted) in wanted {
        let count = wanted.len();
        let Some(post) = posts.iter().find(|post| post.account.name == mailbox) else {
            book.unreached += count;
            book.troubles.push(format!("{mailbox}: this mailbox is not configured any more"));
            continue;
        };
        turn(Turn::Connecting(mailbox));
        let mut progress = |here: usize| turn(Turn::Reading { done: done + here, total });
        let mut reader = Reader::new(post, wanted, MOST_TEXT.saturating_sub(octets(&read)), &mut progress);
        let ended = reader.all().await;
        read.append(&mut reader.close(ended, &mut book).await);
        done += count;
    }
    // Numbered in the order of the corrections, whatever order they were read in.
    read.sort_by_key(|(number, _)| *number);
    book.examples = grouped_by_sender(read.into_iter().map(|(_, example)| example).collect());
    book
}

/// Mails of one sender never stand on both sides of a fold. Senders are numbered as they come: no address, and
/// nothing that could be traced back to one, leaves this function.
fn grouped_by_sender(mut examples: Vec<Example>) -> Vec<Example> {
    let mut senders: BTreeMap<String, usize> = BTreeMap::new();
    for (number, example) in examples.iter_mut().enumerate() {
        let address = example.message.from.as_ref().map(|from| from.email.to_lowercase()).unwrap_or_default();
        let sender = if address.is_empty() { number } else { *senders.entry(address).or_insert(number) };
        example.group = format!("{SENDER}{sender}");
    }
    examples
}

/// What the groups of corrected mails begin with.
pub const SENDER: &str = model::CORRECTED;

fn octets(read: &[(usize, Example)]) -> usize {
    read.iter().map(|(_, example)| octets_of(&example.message)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Address, Class, Message, Priority};

    fn example(from: Option<&str>) -> Example {
        let address = |email: &str| Address { name: String::new(), email: email.to_owned() };
        Example {
            id: String::new(),
            message: Message { from: from.map(address), ..Message::default() },
            class: Class::Other,
            priority: Priority::Normal,
            group: String::new(),
            difficulty: String::new(),
            language: String::new(),
        }
    }

    #[test]
    fn mails_of_one_sender_stand_together_and_name_nobody() {
        let senders = [Some("a@example.org"), None, Some("A@Example.ORG"), Some("b@example.org"), None];
        let examples = grouped_by_sender(senders.map(example).into());
        let groups: Vec<&str> = examples.iter().map(|example| example.group.as_str()).collect();
        assert_eq!(groups, ["sender 0", "sender 1", "sender 0", "sender 3", "sender 4"]);
    }
}
