//! From the text of a mail to what its sender wrote now, plus what is handed over with it.
//!
//! ```text
//! text ─▶ divide (history) ─▶ cut signature ─▶ handed over? ─▶ + forwarded mail, divided and cut likewise
//! ```

use crate::handover::{self, Handover};
use crate::subject::{Relation, relation};
use crate::{fields, history, limits, signature};

/// A mail that another one encloses as a part (`message/rfc822`).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Enclosed {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// What was written now, and how the mail relates to older ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NewText {
    pub(crate) text: String,
    pub(crate) signature: String,
    /// The mail passes an older one on, and hands it over.
    pub(crate) handed_over: bool,
    /// The mail passes an older one on, but does not hand it over.
    pub(crate) forwarded: bool,
}

/// Cuts a text (in the form of [`crate::text::lines`]) down to what is new.
pub(crate) fn cut(body: &str, subject: &str, relation: Relation, enclosed: &[Enclosed]) -> NewText {
    let lines: Vec<&str> = body.lines().collect();
    let mut divided = history::divide(&lines, relation != Relation::Own);
    if is_doubtful(&divided) && handover::read(&joined(&divided.new), subject) == Handover::None {
        divided = history::Divided { new: lines.clone(), ..history::Divided::default() };
    }
    let signed = signature::cut(&divided.new);
    let older = !divided.history.is_empty() || !divided.quoted.is_empty() || !enclosed.is_empty();
    let new = joined(&signed.text);

    let passes_on = match relation {
        Relation::Forward => true,
        Relation::Reply => divided.says_forwarded,
        Relation::Own => divided.says_forwarded || !enclosed.is_empty(),
    };
    let silent =
        signature::is_bare_closing(&signed.text) && (relation == Relation::Forward || !enclosed.is_empty());
    let handed_over = older
        && match handover::read(&new, subject) {
            Handover::Transfer => passes_on || relation == Relation::Own,
            Handover::Asked => passes_on,
            Handover::None => passes_on && silent,
        };

    let mut text = new;
    if handed_over {
        append_older(&mut text, &divided, enclosed, relation == Relation::Reply);
    } else if !divided.history.is_empty() && handover::answers_inside(&text) {
        // Coloured answers cannot be told from the questions, so both are read.
        append(&mut text, &forwarded(&divided.history, 0));
    }
    if text.is_empty() && !is_only_history(&divided, relation) {
        text = unmarked(&lines);
    }
    let forwarded = passes_on && !handed_over && (older || relation == Relation::Forward);
    NewText { text, signature: joined(&signed.signature), handed_over, forwarded }
}

/// Whether most of the text would go as history although nothing but its look says that it is one: a request that
/// came through a form or as a pasted letter, rather.
fn is_doubtful(divided: &history::Divided<'_>) -> bool {
    const MUCH: usize = 8;
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    !divided.certain && length(&divided.history) > MUCH * length(&divided.new)
}

/// Puts the mail that is handed over behind the new text. A reply's quoted lines never count.
fn append_older(text: &mut String, divided: &history::Divided<'_>, enclosed: &[Enclosed], reply: bool) {
    let quoted = if reply || !divided.history.is_empty() { &[][..] } else { &divided.quoted };
    for older in [&divided.history[..], quoted] {
        append(text, &forwarded(older, limits::FORWARDS));
    }
    for mail in enclosed {
        append(text, &mail.subject);
        let lines: Vec<&str> = mail.text.lines().collect();
        append(text, &forwarded(&lines, limits::FORWARDS));
    }
}

/// An older mail without header lines, quotes and signature; its subject stays as a line.
/// What it passes on itself was handed over with it.
fn forwarded(lines: &[&str], levels: usize) -> String {
    let start = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let lines = &lines[start..];
    let header = fields::header(lines).unwrap_or_else(|| fields::header_after_separator(lines));
    let mut text = String::new();
    append(&mut text, header.subject.unwrap_or_default());

    let divided = history::divide(&lines[header.lines..], true);
    let said = signature::cut(&divided.new).text;
    append(&mut text, &joined(&said));
    let passes_on = divided.says_forwarded
        || header.subject.is_some_and(|subject| relation(subject) == Relation::Forward);
    if levels > 0 && (passes_on || said.is_empty()) {
        let older = if divided.history.is_empty() { &divided.quoted } else { &divided.history };
        append(&mut text, &forwarded(older, levels - 1));
    }
    text
}

/// Whether nothing was written now: a reply or forward of older text alone.
fn is_only_history(divided: &history::Divided<'_>, relation: Relation) -> bool {
    let older = !divided.history.is_empty() || !divided.quoted.is_empty();
    older && relation != Relation::Own
}

/// The whole body without quotation marks, for a mail in which nothing else would be left.
fn unmarked(lines: &[&str]) -> String {
    let plain: Vec<&str> = lines.iter().map(|line| line.trim_start_matches(['>', ' '])).collect();
    let text = joined(&plain);
    if text.trim().is_empty() { String::new() } else { text }
}

fn append(text: &mut String, more: &str) {
    let more = more.trim_matches('\n');
    if more.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
    text.push('\n');
}

/// Lines with `\n` behind each and never two empty ones in a row.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        if !line.is_empty() || !text.is_empty() && !text.ends_with("\n\n") {
            text.push_str(line);
            text.push('\n');
        }
    }
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}
