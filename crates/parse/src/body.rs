//! A mail's body to the text that a reader would see first, and what is attached.
//!
//! ```text
//! entity ─┬─ multipart/alternative ─▶ one of its parts       ├─ message/rfc822 ─▶ enclosed mail
//!         ├─ multipart/signed, mixed, … ─▶ all of its parts  ├─ pkcs7-mime ─▶ opened, or encrypted
//!         └─ text/plain, text/html ─▶ text                   └─ anything else ─▶ attachment
//! ```

use std::collections::BTreeSet;

use domain::{Attachment, Defect, Link, Protection};

use crate::headers::{self, Block, LeftOut, Part};
use crate::newtext::Enclosed;
use crate::smime::{self, Container};
use crate::transfer::Transfer;
use crate::{boilerplate, charset, flowed, html, limits, links, media, multipart, pgp, text};

/// What a body comes to.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) text: String,
    pub(crate) enclosed: Vec<Enclosed>,
    pub(crate) attachments: Vec<Attachment>,
    /// Small pictures within the text, which are no attachments.
    pub(crate) pictures: usize,
    pub(crate) links: Vec<Link>,
    pub(crate) protection: Protection,
    /// A delivery report or read receipt (RFC 3462).
    pub(crate) report: bool,
    /// Octets of its parts that were left on the server.
    pub(crate) left_out: usize,
}

/// Reads a mail's body.
pub(crate) fn read(block: &Block, content: &[u8], defects: &mut BTreeSet<Defect>) -> Body {
    let mut reader = Reader {
        defects,
        body: Body::default(),
        parts: 0,
        seen_text: false,
        sealed: false,
        spare: None,
        related: false,
        lacks: false,
    };
    let whole = headers::part(block);
    let mut pieces = reader.entity(&whole, content, 0);
    let lacks = reader.lacks;
    let sealed = reader.sealed;
    if !reader.seen_text && reader.body.enclosed.is_empty() {
        pieces.extend(reader.spare.take());
    }
    let mut body = reader.body;
    body.left_out = whole.left_out.filter(|_| lacks).map_or(0, |left_out| left_out.octets);
    let (text, cut) = text::lines(&join(&pieces));
    if cut {
        defects.insert(Defect::TextCut);
    }
    body.text = text;
    if sealed && is_banner(&body.text) {
        body.protection = Protection::Encrypted;
    }
    if body.protection == Protection::Encrypted {
        body.text.clear();
        body.enclosed.clear();
    } else if body.text.is_empty() && body.enclosed.iter().all(|mail| mail.text.is_empty()) {
        defects.insert(Defect::NoText);
    }
    body
}

/// A run of text in order of appearance.
struct Piece {
    text: String,
    html: bool,
}

fn join(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[expect(clippy::struct_excessive_bools, reason = "independent facts of what was read so far, not a state")]
struct Reader<'d> {
    defects: &'d mut BTreeSet<Defect>,
    body: Body,
    parts: usize,
    seen_text: bool,
    /// There is an encrypted part, beside whatever can be read.
    sealed: bool,
    /// The first text that is attached as a file, for a mail that has no other.
    spare: Option<Piece>,
    /// Inside a `multipart/related`, where pictures belong to the text (RFC 2387).
    related: bool,
    /// Whether anything of it was left on the server.
    lacks: bool,
}

impl Reader<'_> {
    /// Reads one MIME entity: its header, and its content in its transfer encoding.
    fn entity(&mut self, part: &Part, content: &[u8], depth: usize) -> Vec<Piece> {
        if self.is_too_much(depth) {
            return Vec::new();
        }
        let media_type = part.media_type.as_str();
        match (media_type.split_once('/').map_or("", |(kind, _)| kind), &part.boundary) {
            ("multipart", Some(boundary)) => self.multipart(media_type, boundary, content, depth),
            ("message", _) => self.message(part, content, depth),
            _ if is_smime(part) => self.smime(part, content, depth),
            ("text" | "multipart", _) | ("", None | Some(_)) if self.is_body_text(part) => {
                self.text(part, content)
            }
            // Exchange makes a `multipart/mixed` of PGP's `multipart/encrypted` (RFC 3156, 4).
            ("application", _) if media_type == "application/pgp-encrypted" => {
                self.sealed = true;
                Vec::new()
            }
            _ => {
                if matches!(media_type, "text/plain" | "text/html") && !self.seen_text && self.spare.is_none()
                {
                    let (text, html) = self.decoded(part, content);
                    self.spare = Some(Piece { text, html });
                }
                self.attach(part, content);
                Vec::new()
            }
        }
    }

    fn is_too_much(&mut self, depth: usize) -> bool {
        self.parts += 1;
        if self.parts > limits::PARTS {
            self.defects.insert(Defect::TooManyParts);
        }
        if depth > limits::DEPTH {
            self.defects.insert(Defect::TooDeep);
        }
        self.parts > limits::PARTS || depth > limits::DEPTH
    }

    fn multipart(&mut self, media_type: &str, boundary: &str, content: &[u8], depth: usize) -> Vec<Piece> {
        let room = (limits::PARTS + 1).saturating_sub(self.parts);
        let (parts, more) = multipart::parts(content, boundary.as_bytes(), room);
        if more {
            self.defects.insert(Defect::TooManyParts);
        }
        match media_type {
            "multipart/encrypted" => {
                self.body.protection = Protection::Encrypted;
                Vec::new()
            }
            "multipart/signed" => {
                self.protect(Protection::Signed);
                // Behind the first part stands the signature, which nobody attached; lists put their footers there.
                self.all(&parts[..parts.len().min(1)], depth)
            }
            "multipart/alternative" => self.alternative(&parts, depth),
            "multipart/report" => {
                self.body.report = true;
                self.all(&parts, depth)
            }
            "multipart/digest" => self.digest(&parts, depth),
            "multipart/related" => {
                let outer = std::mem::replace(&mut self.related, true);
                let pieces = self.all(&parts, depth);
                self.related = outer;
                pieces
            }
            _ => self.all(&parts, depth),
        }
    }

    fn all(&mut self, parts: &[&[u8]], depth: usize) -> Vec<Piece> {
        parts.iter().flat_map(|entity| self.sub(entity, depth)).collect()
    }

    fn sub(&mut self, entity: &[u8], depth: usize) -> Vec<Piece> {
        let (head, content) = headers::split(entity);
        let block = Block::repair(head, self.defects);
        self.entity(&headers::part(&block), content, depth + 1)
    }

    /// Where nothing else is said, a digest's parts are mails (RFC 2046, 5.1.5).
    fn digest(&mut self, parts: &[&[u8]], depth: usize) -> Vec<Piece> {
        for entity in parts {
            let (head, content) = headers::split(entity);
            let mut part = headers::part(&Block::repair(head, self.defects));
            if part.media_type.is_empty() {
                "message/rfc822".clone_into(&mut part.media_type);
            }
            self.entity(&part, content, depth + 1);
        }
        Vec::new()
    }

    /// The plain text, unless that only says that there is HTML; then the HTML.
    fn alternative(&mut self, parts: &[&[u8]], depth: usize) -> Vec<Piece> {
        let mut plain = Vec::new();
        let mut rich = Vec::new();
        for entity in parts {
            // Every alternative is the same text: that one was seen makes none of the others a file.
            let seen = std::mem::take(&mut self.seen_text);
            let pieces = self.sub(entity, depth);
            self.seen_text |= seen;
            let has =
                |html: bool| pieces.iter().any(|piece| piece.html == html && !piece.text.trim().is_empty());
            if has(true) {
                rich = pieces;
            } else if has(false) && plain.is_empty() {
                plain = pieces;
            }
        }
        let is_stub = plain.iter().map(|piece| piece.text.as_str()).all(is_stub);
        if is_stub && !rich.is_empty() { rich } else { plain }
    }

    /// An enclosed mail is read like any other, and kept apart until it is known whether it is handed over.
    fn message(&mut self, part: &Part, content: &[u8], depth: usize) -> Vec<Piece> {
        match &*part.media_type {
            "message/rfc822" | "message/global" => {}
            "message/delivery-status" | "message/disposition-notification" => {
                self.body.report = true;
                return Vec::new();
            }
            other => {
                if other == "message/partial" {
                    self.defects.insert(Defect::Partial);
                }
                self.attach(part, content);
                return Vec::new();
            }
        }
        self.attach(part, content);
        let outer = (self.body.protection, self.body.report, self.seen_text, self.sealed, self.related);
        let (spare, links) = (self.spare.take(), std::mem::take(&mut self.body.links));
        self.seen_text = false;
        self.related = false;
        let mail = self.enclosed(&part.transfer.decode(content), depth);
        let locked = outer.0 != Protection::Encrypted && self.body.protection == Protection::Encrypted;
        (self.body.protection, self.body.report, self.seen_text, self.sealed, self.related) = outer;
        (self.spare, self.body.links) = (spare, links);

        let taken: usize = self.body.enclosed.iter().map(|mail| mail.text.len()).sum();
        // What a report returns is nobody's request.
        if !self.body.report && !locked && taken + mail.text.len() <= limits::TEXT {
            self.body.enclosed.push(mail);
        }
        Vec::new()
    }

    fn enclosed(&mut self, entity: &[u8], depth: usize) -> Enclosed {
        let mut ignored = BTreeSet::new();
        let (head, content) = headers::split(entity);
        let block = Block::repair(head, &mut ignored);
        let subject = headers::heading(&block, &mut ignored).subject;
        let pieces = self.entity(&headers::part(&block), content, depth + 1);
        Enclosed { subject, text: text::lines(&join(&pieces)).0 }
    }

    fn smime(&mut self, part: &Part, content: &[u8], depth: usize) -> Vec<Piece> {
        match smime::open(&part.transfer.decode(content)) {
            Some(Container::Signed(entity)) => {
                self.protect(Protection::Signed);
                self.sub(&entity, depth)
            }
            // Beside a text that can be read, an encrypted file is an attachment like any other.
            Some(Container::Encrypted) if !self.seen_text => {
                self.body.protection = Protection::Encrypted;
                Vec::new()
            }
            found => {
                self.sealed |= found == Some(Container::Encrypted);
                if found.is_none() {
                    self.defects.insert(Defect::BrokenSigned);
                }
                self.attach(part, content);
                Vec::new()
            }
        }
    }

    /// A picture that belongs to the text, such as a signature's logo, or an invitation that nobody attached.
    /// Photographs of papers are put into a text, too, but are larger.
    fn is_decoration(&self, part: &Part, content: &[u8]) -> bool {
        let small = || match left_out(part, content) {
            Some(left_out) => left_out.octets <= logo_octets(part.transfer),
            None => part.transfer.decoded_len(content) <= LARGEST_LOGO,
        };
        let logo = part.media_type.starts_with("image/")
            && part.content_id
            && (self.related || part.inline)
            && small();
        logo || part.media_type == "text/calendar" && part.name.is_empty()
    }

    /// The first text is the mail's, however it is named; later ones with a name are files.
    fn is_body_text(&self, part: &Part) -> bool {
        let readable = matches!(&*part.media_type, "" | "text/plain" | "text/html" | "text/enriched")
            || part.media_type.starts_with("multipart/");
        readable && !part.attached && (part.name.is_empty() || !self.seen_text)
    }

    fn text(&mut self, part: &Part, content: &[u8]) -> Vec<Piece> {
        let (text, html) = self.decoded(part, content);
        let text = self.without_armour(text);
        self.seen_text |= !text.trim().is_empty();
        vec![Piece { text, html }]
    }

    /// The text of a part, and whether it was HTML.
    fn decoded(&mut self, part: &Part, content: &[u8]) -> (String, bool) {
        let most = if part.media_type == "text/html" { limits::ENCODED_HTML } else { limits::ENCODED_TEXT };
        let encoded = content.get(..most).unwrap_or(content);
        if encoded.len() < content.len() {
            self.defects.insert(Defect::TextCut);
        }
        let bytes = part.transfer.decode(encoded);
        let told = part.charset.is_none() && part.media_type != "text/plain";
        let label = if told { charset::of_meta(&bytes) } else { part.charset.clone() };
        let decoded = charset::decode(&bytes, label.as_deref());
        if decoded.mended {
            self.defects.insert(Defect::Charset);
        }
        let html =
            part.media_type == "text/html" || part.media_type.is_empty() && looks_like_html(&decoded.text);
        let text = match decoded.text {
            text if html => {
                let page = html::to_text(&text, limits::TEXT);
                for link in page.links {
                    links::add(&mut self.body.links, link);
                }
                page.text
            }
            text if part.flowed => flowed::join(&text, part.delsp),
            text => text,
        };
        (text, html)
    }

    fn without_armour(&mut self, text: String) -> String {
        match pgp::armour(&text) {
            pgp::Armour::None => text,
            pgp::Armour::Signed(inner) => {
                self.protect(Protection::Signed);
                inner
            }
            pgp::Armour::Encrypted => {
                self.protect(Protection::Encrypted);
                String::new()
            }
        }
    }

    fn protect(&mut self, protection: Protection) {
        if self.body.protection != Protection::Encrypted {
            self.body.protection = protection;
        }
    }

    fn attach(&mut self, part: &Part, content: &[u8]) {
        self.lacks |= left_out(part, content).is_some();
        if self.is_decoration(part, content) {
            let picture = part.media_type.starts_with("image/") && self.body.pictures < limits::ATTACHMENTS;
            self.body.pictures += usize::from(picture);
            return;
        }
        if self.body.attachments.len() == limits::ATTACHMENTS {
            self.defects.insert(Defect::TooManyParts);
            return;
        }
        self.body.attachments.push(Attachment {
            media_type: media::type_of(&part.name, &part.media_type),
            name: part.name.clone(),
            size: size(part, content),
        });
    }
}

/// Pictures within a text are logos up to so many bytes.
const LARGEST_LOGO: usize = 100 << 10;

/// The most octets of such a picture as it is encoded: base64 in lines of 76 characters.
pub(crate) fn logo_octets(transfer: Transfer) -> usize {
    const BASE64: usize = LARGEST_LOGO.div_ceil(3) * 4;
    match transfer {
        Transfer::Base64 => BASE64 + BASE64.div_ceil(76) * 2,
        Transfer::Identity | Transfer::QuotedPrintable => LARGEST_LOGO,
    }
}

/// What was left on the server of a part of which nothing is here.
fn left_out(part: &Part, content: &[u8]) -> Option<LeftOut> {
    part.left_out.filter(|_| content.is_empty())
}

/// A part's decoded size; 0 where that cannot be known.
fn size(part: &Part, content: &[u8]) -> usize {
    match left_out(part, content) {
        None => part.transfer.decoded_len(content),
        Some(LeftOut { octets, at_least: false }) => part.said.unwrap_or(part.transfer.estimated_len(octets)),
        Some(LeftOut { at_least: true, .. }) => part.said.unwrap_or_default(),
    }
}

/// Whether a text is no more than what a gateway writes above every mail from outside, or empty.
fn is_banner(text: &str) -> bool {
    const LONGEST: usize = 300;
    const SAYS: &[&str] = &["extern", "achtung", "vorsicht", "caution", "warn", "verschlüsselt", "encrypted"];
    let flat = text.to_lowercase();
    let says = || SAYS.iter().any(|says| flat.contains(says));
    text.is_empty() || text.len() <= LONGEST && says() && !text.lines().any(boilerplate::is_own)
}

pub(crate) fn is_smime(part: &Part) -> bool {
    let named = part.name.to_ascii_lowercase().ends_with(".p7m");
    matches!(&*part.media_type, "application/pkcs7-mime" | "application/x-pkcs7-mime")
        || named && part.media_type == "application/octet-stream"
}

/// A plain part that only sends the reader to the HTML one.
fn is_stub(text: &str) -> bool {
    const LONGEST: usize = 400;
    const SAYS: &[&str] = &[
        "kein html",
        "html-format",
        "html format",
        "html-fähig",
        "html part",
        "html-teil",
        "html version",
        "html-version",
        "support html",
        "html-anzeige",
        "html view",
        "html message",
        "html-nachricht",
        "html email",
        "html e-mail",
        "html-mail",
    ];
    let text = text.trim();
    let flat = text.to_lowercase();
    text.is_empty() || text.len() <= LONGEST && SAYS.iter().any(|says| flat.contains(says))
}

/// Spam likes to leave the type out.
fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    start.starts_with("<html") || start.starts_with("<!doctype html")
}
