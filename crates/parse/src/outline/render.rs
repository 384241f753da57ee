//! The pieces of a mail as a mail: each part with its header, between the boundaries that the header names.

use super::{Gathered, Kind, Outline, child};
use crate::headers::LEFT_OUT;

/// Puts everything that is known in its place.
pub(super) fn mail(outline: &Outline) -> Gathered {
    let mut bytes = Vec::new();
    entity(outline, &[], &mut bytes);
    let cut = outline.leaves().any(|(_, content)| content.is_cut());
    Gathered { bytes, cut }
}

fn entity(outline: &Outline, path: &[u32], out: &mut Vec<u8>) {
    let Some(found) = outline.parts.get(path) else { return };
    header(outline, path, &found.header, &found.kind, out);
    match &found.kind {
        Kind::Leaf(content) => out.extend_from_slice(content.bytes()),
        Kind::Multipart(multipart) => {
            for at in 1..=multipart.parts {
                delimiter(&multipart.boundary, "", out);
                entity(outline, &child(path, at), out);
                out.extend_from_slice(b"\r\n");
            }
            delimiter(&multipart.boundary, "--", out);
        }
    }
}

fn delimiter(boundary: &str, end: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("--{boundary}{end}\r\n").as_bytes());
}

/// The header with one empty line behind it, and with what is said of what was left out.
fn header(outline: &Outline, path: &[u32], bytes: &[u8], kind: &Kind, out: &mut Vec<u8>) {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    out.extend(bytes.iter().take(end));
    if end > 0 {
        out.extend_from_slice(b"\r\n");
    }
    if let Some(octets) = left_out(outline, path, kind) {
        out.extend_from_slice(format!("{LEFT_OUT}: {octets}\r\n").as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

/// At the mail itself what all that was left out comes to; at a part what is known of it alone, with a `+` where there
/// may be more.
fn left_out(outline: &Outline, path: &[u32], kind: &Kind) -> Option<String> {
    let lacks = outline.leaves().filter(|(_, content)| content.is_left_out() || content.is_cut()).count();
    let all = || outline.size.saturating_sub(known(outline)).to_string();
    if path.is_empty() {
        return (lacks > 0).then(all);
    }
    match kind {
        Kind::Leaf(content) if content.is_left_out() && lacks == 1 => Some(all()),
        Kind::Leaf(content) if content.is_left_out() => Some(format!("{}+", content.least_left_out())),
        _ => None,
    }
}

/// How many octets of the mail are known, and those of the boundaries between them.
fn known(outline: &Outline) -> usize {
    let around = |kind: &Kind| match kind {
        Kind::Leaf(content) => content.bytes().len(),
        // A line end before each delimiter, and one behind it.
        Kind::Multipart(multipart) => {
            let delimiter = multipart.boundary.len() + 6;
            delimiter * (multipart.parts as usize + 1) + 2
        }
    };
    outline.parts.values().map(|entity| entity.header.len() + around(&entity.kind)).sum()
}
