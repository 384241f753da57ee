//! How a message is named in an address: its place, as one opaque word.
//!
//! Folder names hold slashes, dots and any letter, and proxies differ in what they do with `%2F`; base64url passes
//! everywhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::Key;

/// Longer ones are not ours.
const LONGEST: usize = 4096;

/// The message's name in addresses.
pub(super) fn id(key: &Key) -> String {
    // A key is four plain values: it always serialises.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The place that this name stands for.
pub(super) fn key(id: &str) -> Option<Key> {
    let bytes = (id.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(id).ok())??;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use domain::{Folder, Uid, UidValidity};

    use super::*;

    #[test]
    fn every_place_has_a_name_that_leads_back() {
        for name in ["INBOX", "INBOX/Bürgerbüro", "../..", "a%2Fb?c#d", "\u{202e}\"\\\n", ""] {
            let folder = Folder { mailbox: "poststelle".to_owned(), name: name.to_owned() };
            let there = Key { folder, validity: UidValidity(42), uid: Uid(u32::MAX) };
            let id = id(&there);
            assert!(id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{id}");
            assert_eq!(key(&id), Some(there));
        }
    }

    #[test]
    fn nonsense_names_nothing() {
        for id in ["", "!", "W10", "bm90aGluZw", &"A".repeat(5000)] {
            assert_eq!(key(id), None, "{id}");
        }
    }
}
