//! Where the next page of a list begins, while people and mails move the list about.
//!
//! A cursor holds how far the reader has come, and what stood at the end of their page: the next page begins after
//! the last of those that is still there, wherever it is now. So no message that keeps its place in the order is left
//! out or told twice, whatever comes or goes beside it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::Key;

/// How many of the last rows are remembered; all of them must have gone before a cursor only counts.
const ANCHORS: usize = 16;

/// How far from where it stood an anchor is looked for: first near, then farther, then everywhere.
pub(super) const REACH: [usize; 3] = [500, 20_000, usize::MAX];

/// Longest cursor that is read: of what it is made, with room to spare.
const LONGEST: usize = 256;

/// A page's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// So many rows were passed.
    pub(super) passed: usize,
    /// Marks of the last of them, the very last first.
    anchors: Vec<[u8; 8]>,
}

impl Cursor {
    /// After a page of these rows that ends at `passed`.
    pub(super) fn after<'k>(passed: usize, page: impl DoubleEndedIterator<Item = &'k Key>) -> Self {
        Self { passed, anchors: page.rev().take(ANCHORS).map(mark).collect() }
    }

    /// How many rows come before the next page, where these rows stand from `start` on; `None` where no anchor is
    /// among them.
    pub(super) fn found(&self, start: usize, rows: &[Key]) -> Option<usize> {
        let marks: Vec<[u8; 8]> = rows.iter().map(mark).collect();
        let place = |anchor: &[u8; 8]| marks.iter().position(|mark| mark == anchor);
        self.anchors.iter().find_map(place).map(|at| start + at + 1)
    }

    /// Whether the row before the next page is the one that was, as it is where nothing has moved.
    pub(super) fn holds(&self, last: Option<&Key>) -> bool {
        last.map(mark).as_ref() == self.anchors.first()
    }

    /// As it is sent.
    pub(super) fn text(&self) -> String {
        let mut bytes = (self.passed as u64).to_be_bytes().to_vec();
        bytes.extend(self.anchors.iter().flatten());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor of this text.
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
        let (passed, anchors) = bytes.split_first_chunk::<8>()?;
        let (anchors, rest) = anchors.as_chunks::<8>();
        let passed = usize::try_from(u64::from_be_bytes(*passed)).ok()?;
        (rest.is_empty() && anchors.len() <= ANCHORS).then(|| Self { passed, anchors: anchors.to_vec() })
    }
}

/// Tells one row from the others of a list: FNV-1a over its place. A cursor is no secret, and proves nothing.
fn mark(key: &Key) -> [u8; 8] {
    let numbers = [key.validity.0.to_be_bytes(), key.uid.0.to_be_bytes()];
    let names = [key.folder.mailbox.as_bytes(), &[0], key.folder.name.as_bytes(), &[0]];
    let bytes = names.into_iter().flatten().chain(numbers.iter().flatten());
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.fold(0xcbf2_9ce4_8422_2325, fold).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use domain::{Folder, Uid, UidValidity};

    use super::*;

    fn keys(uids: impl IntoIterator<Item = u32>) -> Vec<Key> {
        let folder = Folder { mailbox: "a".to_owned(), name: "INBOX".to_owned() };
        let key = |uid| Key { folder: folder.clone(), validity: UidValidity(1), uid: Uid(uid) };
        uids.into_iter().map(key).collect()
    }

    #[test]
    fn a_cursor_comes_back_as_it_was_sent() {
        let page = keys(0..40);
        for cursor in [Cursor::default(), Cursor::after(3, page[..3].iter()), Cursor::after(40, page.iter())]
        {
            assert_eq!(Cursor::read(&cursor.text()), Some(cursor));
        }
        for nonsense in ["", "A", "!!", "AAAAAAAAAAAA", &"A".repeat(300)] {
            assert_eq!(Cursor::read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_next_page_begins_after_the_last_row_that_is_still_there() {
        let page = keys(0..5);
        let cursor = Cursor::after(5, page.iter());
        assert!(cursor.holds(page.last()) && !cursor.holds(page.first()) && !cursor.holds(None));
        for (now, next) in [
            (keys(0..9), Some(5)),
            // Some of the page have gone.
            (keys([0, 3, 4, 5, 6]), Some(3)),
            (keys([1, 5, 6]), Some(1)),
            // Others came before them.
            (keys([90, 91, 0, 1, 2, 3, 4, 5]), Some(7)),
            (keys(5..9), None),
        ] {
            assert_eq!(cursor.found(0, &now), next, "{now:?}");
        }
    }
}
