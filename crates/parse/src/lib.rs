//! Bytes to message and defects: total, bounded, pure.
//!
//! ```text
//! bytes ─▶ headers ─▶ body (parts, charset, HTML, S/MIME) ─▶ new text (history, signature, handover) ─▶ Message
//! ```
//!
//! No input makes it panic, and time, memory and depth are bounded by `limits`: broken mail is mail.

mod attribution;
mod authentication;
mod body;
mod boilerplate;
mod charset;
mod contact;
mod fields;
mod flowed;
mod handover;
mod headers;
mod history;
mod html;
mod limits;
mod links;
mod media;
mod multipart;
mod newtext;
mod outline;
mod pgp;
mod phrases;
mod signature;
mod smime;
mod subject;
mod text;
mod transfer;
mod words;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{Address, Attachment, Circumstances, Defect, Message};

use crate::body::Body;
use crate::headers::{Block, Heading};
use crate::newtext::NewText;
use crate::subject::Relation;

pub use crate::outline::{Gathered, Outline, Path, Piece, Want};

/// A message that is known in its parts, such as a corpus record.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Name shown beside the sender's address.
    pub from_name: &'a str,
    /// The sender's `local@domain`.
    pub from_addr: &'a str,
    /// Subject, decoded.
    pub subject: &'a str,
    /// Plain text as sent: greetings, signatures, quotes and forwarded blocks included.
    pub body: &'a str,
    /// Names of the attached files.
    pub attachments: &'a [String],
    /// When the message arrived.
    pub received: Option<jiff::Timestamp>,
}

/// Takes a mail (RFC 5322) apart. Defects are sorted and without repeats.
pub fn message(bytes: &[u8]) -> (Message, Vec<Defect>) {
    let mut defects = BTreeSet::new();
    let bytes = with_line_feeds(bytes);
    let (head, content) = headers::split(without_envelope(&bytes));

    let block = Block::repair(head, &mut defects);
    let heading = headers::heading(&block, &mut defects);
    let content = if defects.contains(&Defect::NoHeaders) { &bytes } else { content };
    let body = guarded(|| body::read(&block, content, &mut defects));
    let body = body.unwrap_or_else(|| {
        defects.insert(Defect::Unreadable);
        Body::default()
    });

    (assemble(heading, body), defects.into_iter().collect())
}

/// The message that a mail with these parts would be parsed to, so that training sees what serving sees.
pub fn composed(draft: &Draft<'_>) -> Message {
    let heading = Heading {
        from: Some(Address { name: text::field(draft.from_name), email: text::field(draft.from_addr) }),
        subject: text::field(draft.subject),
        received: draft.received,
        ..Heading::default()
    };
    let body = Body {
        text: text::lines(draft.body).0,
        attachments: draft.attachments.iter().take(limits::ATTACHMENTS).map(|name| attached(name)).collect(),
        ..Body::default()
    };
    assemble(heading, body)
}

/// Cuts the text down to what is new and puts everything in its place.
fn assemble(heading: Heading, body: Body) -> Message {
    let relation = match subject::relation(&heading.subject) {
        // Some programs answer without `Re:`; who encloses a mail passes that one on.
        Relation::Own if heading.in_reply_to && body.enclosed.is_empty() => Relation::Reply,
        said => said,
    };
    let new = guarded(|| newtext::cut(&body.text, &heading.subject, relation, &body.enclosed));
    let new = new.unwrap_or_else(|| NewText { text: body.text.clone(), ..NewText::default() });
    let circumstances = Circumstances {
        bulk: heading.bulk,
        automatic: heading.automatic || body.report,
        reply: heading.in_reply_to && !new.handed_over && !new.forwarded
            || subject::relation(&heading.subject) == Relation::Reply,
        handed_over: new.handed_over,
        forwarded: new.forwarded,
        private: heading.private,
    };
    let mut links = body.links;
    links::add_of_text(&mut links, &new.text);
    Message {
        message_id: heading.message_id,
        thread: heading.thread,
        from: heading.from,
        reply_to: heading.reply_to,
        recipients: heading.recipients,
        addressed: heading.addressed,
        subject: heading.subject,
        received: heading.received,
        sent: heading.sent,
        text: new.text,
        signature: new.signature,
        attachments: body.attachments,
        pictures: body.pictures,
        left_out: body.left_out,
        links,
        protection: body.protection,
        circumstances,
        authentication: heading.authentication,
    }
}

/// Nothing here is known to panic; should it ever, one mail must not stop the others.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn attached(name: &str) -> Attachment {
    let name = headers::file_name(name);
    Attachment { media_type: media::type_of(&name, ""), name, size: 0 }
}

/// Old Macs end lines in `\r` alone; where no `\n` stands at all, those are the line ends.
fn with_line_feeds(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&b'\n') || !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

/// Drops empty lines and the `From ` line of an mbox file before the header.
fn without_envelope(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii_start();
    if !bytes.starts_with(b"From ") {
        return bytes;
    }
    bytes.iter().position(|byte| *byte == b'\n').and_then(|end| bytes.get(end + 1..)).unwrap_or_default()
}
