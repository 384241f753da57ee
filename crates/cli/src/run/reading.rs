//! The page's reading room.

use std::collections::BTreeMap;

use domain::Class;
use store::Key;
use web::{Answer, Explanation, Letterhead, ReadingRoom, Refused, Why};

/// A reading room that nobody serves.
#[derive(Debug)]
pub struct Closed;

fn refused() -> Refused {
    Refused { why: Why::Unreachable, sentence: "the mailboxes are not read for the page yet".to_owned() }
}

impl ReadingRoom for Closed {
    fn letterheads(&self, _: Vec<Key>) -> Answer<'_, BTreeMap<Key, Letterhead>> {
        Box::pin(async { Err(refused()) })
    }

    fn explain(&self, _: Key) -> Answer<'_, Explanation> {
        Box::pin(async { Err(refused()) })
    }

    fn correct(&self, _: Key, _: Class) -> Answer<'_, ()> {
        Box::pin(async { Err(refused()) })
    }
}
