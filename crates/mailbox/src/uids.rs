//! Sets of UIDs as IMAP writes them: sorted, in ranges, in pieces that fit a command line.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use domain::Uid;

/// The longest set in one command; RFC 7162 (4) advises commands of at most 8,192 octets.
const LONGEST: usize = 7_500;

/// One command's worth of UIDs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UidSet {
    /// As in `1:3,7`.
    pub text: String,
    /// The same, sorted, without repeats.
    pub uids: Vec<Uid>,
}

/// Sorts, drops repeats and the impossible 0, and cuts into sets that fit a command line.
pub(crate) fn sets(uids: &[Uid]) -> Vec<UidSet> {
    let mut sorted: Vec<Uid> = uids.iter().copied().filter(|uid| uid.0 > 0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut sets: Vec<UidSet> = Vec::new();
    for run in sorted.chunk_by(|a, b| a.0 + 1 == b.0) {
        match sets.last_mut() {
            Some(set) if set.text.len() < LONGEST => set.push(run),
            _ => {
                let mut set = UidSet { text: String::new(), uids: Vec::new() };
                set.push(run);
                sets.push(set);
            }
        }
    }
    sets
}

impl UidSet {
    fn push(&mut self, run: &[Uid]) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
        let comma = if self.text.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = if first == last {
            write!(self.text, "{comma}{first}")
        } else {
            write!(self.text, "{comma}{first}:{last}")
        };
        self.uids.extend_from_slice(run);
    }

    /// Whether this UID was asked for.
    pub fn contains(&self, uid: Uid) -> bool {
        self.uids.binary_search(&uid).is_ok()
    }
}

/// Reads a set as a server writes it, e.g. in `[MODIFIED 7,9:12]`; `None` where it is none.
pub(crate) fn ranges(text: &str) -> Option<Vec<RangeInclusive<u32>>> {
    text.split(',')
        .map(|part| {
            let (a, b) = part.split_once(':').unwrap_or((part, part));
            let (a, b): (u32, u32) = (a.parse().ok()?, b.parse().ok()?);
            Some(a.min(b)..=a.max(b))
        })
        .collect()
}

/// How many UIDs a range holds; one too few for the range of all.
pub(crate) fn length(range: &RangeInclusive<u32>) -> u32 {
    range.end().checked_sub(*range.start()).map_or(0, |more| more.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uids: &[u32], expected: &[&str]) {
        let uids: Vec<Uid> = uids.iter().copied().map(Uid).collect();
        let texts: Vec<String> = sets(&uids).into_iter().map(|set| set.text).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn sets_are_sorted_ranges() {
        check(&[], &[]);
        check(&[0], &[]);
        check(&[7], &["7"]);
        check(&[3, 1, 2, 2, 9, u32::MAX, u32::MAX - 1], &["1:3,9,4294967294:4294967295"]);
        check(&(1..=500).collect::<Vec<_>>(), &["1:500"]);
    }

    #[test]
    fn long_sets_are_cut_and_lose_nothing() {
        let sparse: Vec<Uid> = (0..5_000).map(|n| Uid(4_000_000_000 + n * 2)).collect();
        let sets = sets(&sparse);
        assert!(sets.len() > 1 && sets.iter().all(|set| set.text.len() < 8_000));
        assert_eq!(sets.iter().flat_map(|set| set.uids.clone()).collect::<Vec<_>>(), sparse);
        assert!(sets[0].contains(sparse[0]) && !sets[0].contains(Uid(4_000_000_001)));
    }

    #[test]
    fn ranges_are_read_in_either_direction() {
        assert_eq!(ranges("7,12:9"), Some(vec![7..=7, 9..=12]));
        for bad in ["", "a", "1:", "1:*", "-1", "99999999999"] {
            assert_eq!(ranges(bad), None, "{bad}");
        }
    }
}
