//! Finding a message by its file number, without keeping the number: of each, a keyed hash is kept.
//!
//! ```text
//!   "Az. 3 K 1023/22.NW" ─▶ 3K102322NW ─▶ SHA-256 of the key and that, 16 bytes   (log, index, memory)
//!   <state>/reference.key   32 random bytes in hex, made at first use, for the daemon's user alone
//! ```
//!
//! File numbers are few and formed by rule: whoever has a plain hash tries all of them in minutes. With the key it
//! takes the key: a copy of the log, an export or an index that was put aside tells nothing of any number, not even
//! which of a list of numbers occur. What it does not protect: who can read the whole state directory has the key
//! too; equal numbers have equal hashes, so a log does show that two messages share one; and whoever may ask the page
//! learns whether a number that they know already waits.
//!
//! The key is no part of an export. Without it everything else goes on; what was noted under it is not found by its
//! number any more. Whoever moves a state copies the file beside it, before or after the import.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::disk;
use crate::thread::Print;

/// The file in the state directory.
pub(crate) const FILE: &str = "reference.key";
const KEY_BYTES: usize = 32;

/// Words before a number that are no part of it.
const LABELS: [&str; 17] = [
    "AZ",
    "AKZ",
    "AKTENZEICHEN",
    "GZ",
    "GESCHÄFTSZEICHEN",
    "GESCHAEFTSZEICHEN",
    "KASSENZEICHEN",
    "ZEICHEN",
    "UNSER",
    "IHR",
    "MEIN",
    "VORGANG",
    "VORGANGSNUMMER",
    "REF",
    "NR",
    "NO",
    "NUMMER",
];

/// A file number's keyed hash: it is found by whoever knows the number and holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReferencePrint(Print);

/// The secret of one state directory.
pub(crate) struct ReferenceKey(Zeroizing<[u8; KEY_BYTES]>);

impl std::fmt::Debug for ReferenceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReferenceKey")
    }
}

impl ReferenceKey {
    /// The key of a state directory, made where there is none yet. One that is damaged is never overwritten.
    pub(crate) fn of(dir: &Path) -> io::Result<Self> {
        match fs::read_to_string(dir.join(FILE)).map(Zeroizing::new) {
            Ok(text) => read(text.trim()).map(Self).ok_or_else(|| io::ErrorKind::InvalidData.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(dir),
            Err(error) => Err(error),
        }
    }

    /// It is on disk before anything is noted under it.
    fn make(dir: &Path) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        File::open("/dev/urandom")?.read_exact(key.as_mut_slice())?;
        let mut text = Zeroizing::new(String::with_capacity(2 * KEY_BYTES + 1));
        key.iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
        text.push('\n');
        let (path, draft) = (dir.join(FILE), dir.join(FILE).with_extension("draft"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        disk::sync_folder_of(&path)?;
        Ok(Self(key))
    }

    /// The hash of a number, however it is written; `None` where it has neither letter nor digit.
    ///
    /// A key of fixed length before the text, and half of the hash: nobody can go on from it to a longer text.
    pub(crate) fn print(&self, reference: &str) -> Option<ReferencePrint> {
        let text = normalised(reference);
        let keyed = Zeroizing::new([self.0.as_slice(), text.as_bytes()].concat());
        (!text.is_empty()).then(|| ReferencePrint(Print::of("reference", &keyed)))
    }

    /// The hashes of several numbers, each once.
    pub(crate) fn prints(&self, references: &[String]) -> Vec<ReferencePrint> {
        let mut prints: Vec<ReferencePrint> =
            references.iter().filter_map(|reference| self.print(reference)).collect();
        prints.sort_unstable();
        prints.dedup();
        prints
    }
}

fn read(hex: &str) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != key.len() {
        return None;
    }
    for (byte, [high, low]) in key.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(key)
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16)?.try_into().ok()
}

/// Capital letters and digits alone, without a label before them: as people write one number in several ways.
fn normalised(reference: &str) -> String {
    let upper = reference.to_uppercase();
    let words: Vec<&str> =
        upper.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let labels = words.iter().take_while(|word| LABELS.contains(word)).count();
    // A number may be called like a label.
    let number = words.get(labels..).filter(|rest| !rest.is_empty()).unwrap_or(&words);
    number.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn one_number_is_one_however_it_is_written() {
        for written in
            ["Az. 3 K 1023/22.NW", "3K1023/22 NW", "az 3 k 1023/22 nw", "Unser Zeichen: 3-K-1023/22.NW"]
        {
            assert_eq!(normalised(written), "3K102322NW");
        }
        assert_eq!(normalised("Straße-17"), "STRASSE17");
        assert_eq!(normalised("Az."), "AZ");
        assert_eq!(normalised(" ./- "), "");
    }

    #[test]
    fn the_key_stays_and_is_for_its_user_alone() {
        let dir = tempfile::tempdir().unwrap();
        let first = ReferenceKey::of(dir.path()).unwrap();
        let again = ReferenceKey::of(dir.path()).unwrap();
        assert_eq!(first.print("44/1-118"), again.print("44/1-118"));
        let mode = fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = ReferenceKey::of(tempfile::tempdir().unwrap().path()).unwrap();
        assert_ne!(first.print("44/1-118"), other.print("44/1-118"));
        assert_eq!(first.print("?"), None);
    }

    #[test]
    fn a_damaged_key_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        for damaged in ["", "abc", "zz", &"0".repeat(63), &"0".repeat(66)] {
            fs::write(dir.path().join(FILE), damaged).unwrap();
            assert_eq!(ReferenceKey::of(dir.path()).unwrap_err().kind(), io::ErrorKind::InvalidData);
            assert_eq!(fs::read_to_string(dir.path().join(FILE)).unwrap(), damaged);
        }
    }
}
