//! A line's frame: a checksum in front, so that a damaged line is known before it is read.
//!
//! ```text
//!   3b1f09aa {"v":2,"at":"2026-11-21T07:14:03Z","mailbox":"poststelle",…,"event":"intended",…}
//!   └ CRC-32 of the JSON, hex
//! ```
//!
//! The frame is the same in every version, so that an older Langhals takes no newer line for a damaged one.

use crate::event::{Line, VERSION};

/// Why a line cannot be read.
pub(crate) enum Unreadable {
    /// Nothing stands there.
    Blank,
    /// Its checksum or form is wrong.
    Broken,
    /// A newer Langhals wrote it, in this version.
    Newer(u32),
}

/// JSON in its frame.
pub(crate) fn framed(json: &str) -> Vec<u8> {
    format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())).into_bytes()
}

/// The JSON in a frame whose checksum is right.
pub(crate) fn whole(bytes: &[u8]) -> Result<&[u8], Unreadable> {
    let bytes = bytes.trim_ascii_end();
    if bytes.is_empty() {
        return Err(Unreadable::Blank);
    }
    let (sum, json) = bytes.split_at_checked(9).ok_or(Unreadable::Broken)?;
    if sum == format!("{:08x} ", crc32fast::hash(json)).as_bytes() {
        Ok(json)
    } else {
        Err(Unreadable::Broken)
    }
}

/// A line as it stands in the log.
pub(crate) fn frame(line: &Line) -> Vec<u8> {
    // Serialising our own plain structs cannot fail; an empty line would be passed over as blank.
    framed(&serde_json::to_string(line).unwrap_or_default())
}

/// Reads it again.
pub(crate) fn unframe(bytes: &[u8]) -> Result<Line, Unreadable> {
    let json = whole(bytes)?;
    match version(json) {
        Some(found) if found > VERSION => Err(Unreadable::Newer(found)),
        _ => serde_json::from_slice(json).map_err(|_| Unreadable::Broken),
    }
}

#[derive(serde::Deserialize)]
struct Versioned {
    v: u32,
}

/// The version of a line, from its beginning where it stands as we write it.
pub(crate) fn version(json: &[u8]) -> Option<u32> {
    if let Some(rest) = json.strip_prefix(br#"{"v":"#)
        && let Some(end) = rest.iter().position(|byte| !byte.is_ascii_digit())
        && rest.get(end) == Some(&b',')
    {
        return std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok();
    }
    serde_json::from_slice::<Versioned>(json).ok().map(|line| line.v)
}
