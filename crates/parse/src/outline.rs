//! A large mail without its attachments: which of its pieces to ask a server for, and how they become a mail again.
//!
//! ```text
//!   first ─▶ header, MIME headers ─▶ Outline ─▶ wants ─▶ learn ─▶ … until nothing is wanted ─▶ mail
//! ```
//!
//! The mail that is put together has the header, the parts and the names of the whole one, in the same order and within one
//! another; only what `message` would not read is left out. Where anything does not fit together, there is no such mail.

mod content;
mod render;

use std::collections::BTreeMap;

use crate::headers::{self, Block, Part};
use content::Content;

/// Where a part stands: `[2, 1]` is the first part of the second part (RFC 3501, 6.4.5); the mail itself is `[]`.
pub type Path = Vec<u32>;

/// A piece of a mail that a server is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Of which part.
    pub path: Path,
    /// Which piece of it.
    pub piece: Piece,
    /// How many octets of it, at most.
    pub octets: usize,
}

/// What a part consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Its header: the mail's own, or the MIME header of a part.
    Header,
    /// Its content as it is encoded, from an octet on.
    Content {
        /// The first octet that is wanted.
        from: usize,
    },
}

/// A mail that was put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// Its bytes, for [`message`](crate::message).
    pub bytes: Vec<u8>,
    /// Whether there is more text than was asked for.
    pub cut: bool,
}

/// Pieces asked for at once: a response of the server may hold some more than these.
const AT_ONCE: usize = 15;
/// Octets of a mail's header; a longer one is not gone into.
const HEADER: usize = 64 << 10;
/// Octets of a MIME header; a longer one is not gone into.
const MIME_HEADER: usize = 4 << 10;
/// Parts that are gone into, and how deep.
const PARTS: usize = 64;
const DEPTH: usize = 4;
/// Parts of a multipart that are asked for without knowing whether they are there, at first and in its first part.
const GUESSED: [u32; 2] = [8, 6];

/// What is known of a mail's structure and contents.
#[derive(Debug)]
pub struct Outline {
    /// By path, so that each part follows the one that holds it.
    parts: BTreeMap<Path, Entity>,
    /// Octets of the whole mail on the server.
    size: usize,
    /// Octets of content that may still be asked for.
    room: usize,
    /// Whether something does not fit together.
    doubted: bool,
}

#[derive(Debug)]
struct Entity {
    header: Vec<u8>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Multipart(Multipart),
    Leaf(Content),
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not a state")]
struct Multipart {
    boundary: String,
    /// Its parts are mails, where nothing else is said (RFC 2046, 5.1.5).
    digest: bool,
    /// Nobody can read what is in it, and nobody asks.
    sealed: bool,
    parts: u32,
    /// Whether all of its parts are known: the one behind the last has no header.
    ended: bool,
    /// Whether it was looked whether anything is there behind the last part.
    sure: bool,
}

impl Outline {
    /// What to ask for of any mail: its header, and what most mails have of parts.
    pub fn first() -> Vec<Want> {
        let [outer, inner] = GUESSED;
        let paths = (1..=outer).map(|at| vec![at]).chain((1..=inner).map(|at| vec![1, at]));
        let mut wants = vec![Want { path: Path::new(), piece: Piece::Header, octets: HEADER }];
        wants.extend(paths.map(Want::header));
        wants
    }

    /// A mail of so many octets, of which `room` of content may be asked for. `None` where its text cannot be told from
    /// its attachments: such a mail is to be read from its begin.
    pub fn new(header: &[u8], size: usize, room: usize) -> Option<Self> {
        if header.trim_ascii().is_empty() || header.len() >= HEADER {
            return None;
        }
        let kind = match Kind::of(header, false)? {
            // A file is the whole mail.
            Kind::Leaf(content) if content.is_left_out() => Kind::Leaf(Content::LeftOut),
            Kind::Leaf(_) => return None,
            multipart @ Kind::Multipart(_) => multipart,
        };
        let parts = BTreeMap::from([(Path::new(), Entity { header: header.to_vec(), kind })]);
        Some(Self { parts, size, room, doubted: false })
    }

    /// What is to be asked for next; nothing where all is known, or nothing can be made of it.
    pub fn wants(&self) -> Vec<Want> {
        if self.doubted {
            return Vec::new();
        }
        let mut headers =
            self.multiparts().filter(|(_, parts)| !parts.ended).flat_map(next_headers).peekable();
        if headers.peek().is_some() {
            return headers.take(AT_ONCE).collect();
        }
        let open = self.leaves().filter(|(_, content)| content.is_open()).count();
        let share = self.room / open.max(1);
        let contents = self.leaves().filter_map(|(path, content)| {
            let (from, octets) = content.wants(share)?;
            Some(Want { path: path.clone(), piece: Piece::Content { from }, octets })
        });
        let unsure = self.multiparts().filter(|(_, parts)| !parts.sure).map(|(path, parts)| Want {
            path: child(path, parts.parts + 1),
            piece: Piece::Content { from: 0 },
            octets: 1,
        });
        unsure.chain(contents).take(AT_ONCE).collect()
    }

    /// Takes what the server says to a want; nothing where it says that there is no such piece, or does not say anything.
    pub fn learn(&mut self, want: &Want, answer: Option<&[u8]>) {
        let bytes = answer.unwrap_or_default();
        let bytes = bytes.get(..want.octets).unwrap_or(bytes);
        match (want.piece, want.path.split_last()) {
            (Piece::Header, Some((at, path))) => self.learn_header(path, *at, bytes),
            (Piece::Header, None) => {}
            (Piece::Content { from }, _) => self.learn_content(want, from, answer.map(|_| bytes)),
        }
    }

    /// The mail; `None` where something does not fit together, or is not known yet.
    pub fn mail(&self) -> Option<Gathered> {
        let known = !self.doubted && self.wants().is_empty();
        known.then(|| render::mail(self))
    }

    fn learn_header(&mut self, of: &[u32], at: u32, header: &[u8]) {
        let (count, path) = (self.parts.len(), child(of, at));
        // What was only guessed may belong to no multipart.
        let Some(Kind::Multipart(outer)) = self.parts.get_mut(of).map(|entity| &mut entity.kind) else {
            return;
        };
        if outer.sealed {
            return;
        }
        if header.is_empty() {
            outer.ended |= at == outer.parts + 1;
            self.doubted |= outer.parts == 0;
            return;
        }
        let digest = outer.digest;
        outer.parts += 1;
        let in_order = !outer.ended && at == outer.parts;
        let kind = Kind::of(header, digest);
        let is_bounded = count < PARTS && path.len() <= DEPTH && header.len() < MIME_HEADER;
        match kind.filter(|_| in_order && is_bounded) {
            Some(kind) => drop(self.parts.insert(path, Entity { header: header.to_vec(), kind })),
            None => self.doubted = true,
        }
    }

    fn learn_content(&mut self, want: &Want, from: usize, answer: Option<&[u8]>) {
        match self.parts.get_mut(&want.path).map(|entity| &mut entity.kind) {
            Some(Kind::Leaf(content)) => match answer {
                Some(bytes) => {
                    self.room = self.room.saturating_sub(bytes.len());
                    content.learn(from, want.octets, bytes);
                }
                None => self.doubted = true,
            },
            Some(Kind::Multipart(_)) => {}
            None => self.learn_end(&want.path, answer.unwrap_or_default()),
        }
    }

    /// Behind the last part there is nothing, or it was not the last and only has an empty header.
    fn learn_end(&mut self, path: &[u32], found: &[u8]) {
        self.doubted |= !found.is_empty();
        let of = path.split_last().map(|(_, of)| of).unwrap_or_default();
        if let Some(Kind::Multipart(outer)) = self.parts.get_mut(of).map(|entity| &mut entity.kind) {
            outer.sure = true;
        }
    }

    fn multiparts(&self) -> impl Iterator<Item = (&Path, &Multipart)> {
        self.parts.iter().filter_map(|(path, entity)| match &entity.kind {
            Kind::Multipart(parts) => Some((path, parts)),
            Kind::Leaf(_) => None,
        })
    }

    fn leaves(&self) -> impl Iterator<Item = (&Path, &Content)> {
        self.parts.iter().filter_map(|(path, entity)| match &entity.kind {
            Kind::Leaf(content) => Some((path, content)),
            Kind::Multipart(_) => None,
        })
    }
}

impl Want {
    fn header(path: Path) -> Self {
        Self { path, piece: Piece::Header, octets: MIME_HEADER }
    }
}

impl Kind {
    /// What a part is by its header; `None` for a multipart that cannot be gone into.
    fn of(header: &[u8], in_digest: bool) -> Option<Self> {
        let part = part_of(header, in_digest);
        if !part.media_type.starts_with("multipart/") {
            return Some(Self::Leaf(Content::of(&part)));
        }
        let sealed = part.media_type == "multipart/encrypted";
        let digest = part.media_type == "multipart/digest";
        let boundary = part.boundary?;
        Some(Self::Multipart(Multipart { boundary, digest, sealed, parts: 0, ended: sealed, sure: sealed }))
    }
}

/// Where nothing else is said, a digest's parts are mails (RFC 2046, 5.1.5).
fn part_of(header: &[u8], in_digest: bool) -> Part {
    let mut part = headers::part(&Block::repair(header, &mut std::collections::BTreeSet::new()));
    if in_digest && part.media_type.is_empty() {
        "message/rfc822".clone_into(&mut part.media_type);
    }
    part
}

fn next_headers((path, parts): (&Path, &Multipart)) -> impl Iterator<Item = Want> {
    let [most, _] = GUESSED;
    let next = parts.parts + 1;
    let path = path.clone();
    (next..next + most).map(move |at| Want::header(child(&path, at)))
}

fn child(path: &[u32], at: u32) -> Path {
    path.iter().copied().chain([at]).collect()
}

#[cfg(test)]
mod tests;
