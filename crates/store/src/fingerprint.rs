//! Recognising a message without holding anything of it.

use domain::Fingerprint;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// The fingerprint of a message: survives moves and a new UIDVALIDITY, as all three stay the same then.
pub fn fingerprint(message_id: Option<&str>, size: u32, arrived: Option<Timestamp>) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update(message_id.unwrap_or_default().as_bytes());
    hash.update([0]);
    hash.update(size.to_be_bytes());
    hash.update(arrived.map_or(i64::MIN, Timestamp::as_second).to_be_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    Fingerprint(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts() {
        let at = Some("2026-11-21T08:00:00Z".parse().unwrap());
        let prints = [
            fingerprint(Some("a@b"), 100, at),
            fingerprint(Some("a@c"), 100, at),
            fingerprint(Some("a@b"), 101, at),
            fingerprint(Some("a@b"), 100, None),
            fingerprint(None, 100, at),
        ];
        for (i, one) in prints.iter().enumerate() {
            assert_eq!(prints.iter().filter(|other| *other == one).count(), 1, "{i}");
        }
    }
}
