//! Turns corpus records into raw mail, each in a shape that its id decides: the same record always gives the same bytes.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use jiff::civil::DateTime;
use jiff::{SignedDuration, fmt::strtime};

use crate::corpus::{self, Record, Split};
use crate::mime::{self, Charset, Transfer, Word};
use crate::shapes::{Markup, Part, TextShape};

/// Whom all samples are for.
pub const RECIPIENT: &str = "poststelle@stadt.example.org";

/// `n` samples of the authors that the default model has not learnt from, with classes and authors interleaved.
///
/// # Errors
/// If the corpus cannot be read or holds fewer.
pub fn sample_mailbox(n: usize) -> Result<Vec<(Record, Vec<u8>)>> {
    let records = interleaved(corpus::read(&Split::read()?.test)?);
    if records.len() < n {
        bail!("there are {} sample mails, not {n}", records.len());
    }
    records.into_iter().take(n).map(|record| raw(&record).map(|bytes| (record, bytes))).collect()
}

/// `n` mails of all authors, for measuring: in an order that is the same each time and mixes authors and classes. Past the
/// last record they all come again under other ids, and so with other Message-IDs and in other shapes.
///
/// # Errors
/// If the corpus cannot be read.
pub fn many(n: usize) -> Result<Vec<Vec<u8>>> {
    let Split { train, test, .. } = Split::read()?;
    let mut records = corpus::read(&[test, train].concat())?;
    records.sort_by_key(|record| crc32fast::hash(record.id.as_bytes()));
    let again = |round: usize| {
        records.iter().map(move |record| match round {
            0 => record.clone(),
            _ => Record { id: format!("{}.{round}", record.id), ..record.clone() },
        })
    };
    let rounds = n.div_ceil(records.len().max(1));
    (0..rounds).flat_map(again).take(n).map(|record| raw(&record)).collect()
}

/// The record as it would come over the wire, lines ending in CRLF.
///
/// # Errors
/// If `received` is no date.
pub fn raw(record: &Record) -> Result<Vec<u8>> {
    let entity = entity(record);
    let header = format!("{}MIME-Version: 1.0\r\n", header(record)?);
    Ok([header.as_bytes(), &entity.render()].concat())
}

/// The Message-ID, as in the header.
pub fn message_id(record: &Record) -> String {
    let domain = record.from_addr.split_once('@').map_or("example.org", |(_, domain)| domain);
    format!("<{}.{:08x}@{domain}>", record.id, crc32fast::hash(record.id.as_bytes()))
}

/// The record's date as APPEND wants it.
///
/// # Errors
/// If `received` is no date.
pub fn internal_date(record: &Record) -> Result<String> {
    let (date, offset) = received(record)?;
    Ok(format!("{} {offset}", strtime::format("%d-%b-%Y %H:%M:%S", date)?))
}

/// Spreads every author's classes evenly, so that any beginning of the list is a fair sample.
fn interleaved(records: Vec<Record>) -> Vec<Record> {
    let mut groups: BTreeMap<(String, String), Vec<Record>> = BTreeMap::new();
    for record in records {
        groups.entry((record.author().to_owned(), record.class.clone())).or_default().push(record);
    }
    let mut placed: Vec<(usize, Record)> = Vec::new();
    for group in groups.into_values() {
        let size = group.len();
        placed
            .extend(group.into_iter().enumerate().map(|(i, record)| ((2 * i + 1) * 100_000 / size, record)));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, record)| record).collect()
}

fn header(record: &Record) -> Result<String> {
    let (date, offset) = received(record)?;
    let stamp = |seconds_before: i64| -> Result<String> {
        let date = date.checked_sub(SignedDuration::from_secs(seconds_before))?;
        Ok(format!("{} {offset}", strtime::format("%a, %-d %b %Y %H:%M:%S", date)?))
    };
    let queue_id = crc32fast::hash(record.id.as_bytes());
    let domain = record.from_addr.split_once('@').map_or("example.org", |(_, domain)| domain);
    let word = header_word(record);
    let mut header = format!(
        "Received: from mx1.example.net (mx1.example.net [192.0.2.10])\r\n\tby mail.stadt.example.org (Postfix) with ESMTPS id {queue_id:08X}\r\n\tfor <{RECIPIENT}>; {}\r\n\
         Received: from mail.{domain} (mail.{domain} [198.51.100.{}])\r\n\tby mx1.example.net with ESMTP; {}\r\n\
         From: {}\r\nTo: Poststelle <{RECIPIENT}>\r\n",
        stamp(0)?,
        queue_id % 250 + 1,
        stamp(2)?,
        mime::mailbox(&record.from_name, &record.from_addr, word),
    );
    // Some senders leave an empty subject out, others send the bare field.
    if !record.subject.is_empty() || pick(record, "empty subject", 2) == 0 {
        header += &format!("Subject: {}\r\n", mime::unstructured(&record.subject, word));
    }
    header += &format!("Date: {}\r\nMessage-ID: {}\r\n", stamp(5)?, message_id(record));
    if ["re:", "aw:", "antw:"].iter().any(|prefix| record.subject.to_lowercase().starts_with(prefix)) {
        header += &format!("In-Reply-To: <{queue_id:08x}@stadt.example.org>\r\n");
    }
    Ok(header + PROGRAMS[pick(record, "program", PROGRAMS.len())] + automatic(record))
}

const PROGRAMS: [&str; 6] = [
    "",
    "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdrP2lEvQm9sbHdlcms=\r\nContent-Language: de-DE\r\n",
    "User-Agent: Mozilla Thunderbird\r\nContent-Language: de-DE\r\n",
    "X-Mailer: iPhone Mail (21F90)\r\n",
    "X-Mailer: Open-Xchange Mailer v7.10.6\r\nX-Priority: 3\r\nImportance: Normal\r\n",
    "X-Mailer: WEB.DE Webmail\r\nX-UI-Sender-Class: 01bb95c1\r\n",
];

/// What machines say about themselves; it follows from the kind of mail, as in real life.
fn automatic(record: &Record) -> &'static str {
    match record.domain.as_str() {
        "newsletter" | "werbung" | "pressemitteilung" => {
            "List-Id: <rundbrief.example.org>\r\nList-Unsubscribe: <mailto:abmelden@example.org>\r\nPrecedence: bulk\r\n"
        }
        "abwesenheit" | "eingangsbestaetigung" => {
            "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\nPrecedence: auto_reply\r\n"
        }
        "systemmail" | "zustellbericht" | "system" | "it-system" => "Auto-Submitted: auto-generated\r\n",
        _ => "",
    }
}

fn entity(record: &Record) -> Part {
    let boundary = format!("----=_Langhals_{:08X}", crc32fast::hash(record.id.as_bytes()));
    let is_seal = |name: &&String| matches!(name.as_str(), "smime.p7s" | "signature.asc");
    let seal = record.attachments.iter().find(is_seal).map(String::as_str);
    let files: Vec<&String> = record.attachments.iter().filter(|name| !is_seal(name)).collect();
    let text = Part::text(&record.body, text_shape(record), &boundary);
    let content = if files.is_empty() {
        text
    } else {
        let encoded_word = pick(record, "file name", 3) == 0;
        let files = files.iter().map(|name| Part::attachment(name, "attachment", "", encoded_word));
        let parts: Vec<Part> = std::iter::once(text).chain(files).collect();
        Part::multipart("mixed", &boundary, &parts)
    };
    match seal.or((pick(record, "seal", 25) == 0).then_some("smime.p7s")) {
        Some(seal) => content.signed(seal, &boundary),
        None => content,
    }
}

fn text_shape(record: &Record) -> TextShape {
    use Charset::{Latin1, Utf8, Windows1252};
    use Transfer::{Base64, EightBit, QuotedPrintable, SevenBit};
    const SHAPES: [TextShape; 16] = [
        TextShape::Plain(Utf8, SevenBit),
        TextShape::Plain(Utf8, EightBit),
        TextShape::Plain(Utf8, QuotedPrintable),
        TextShape::Plain(Utf8, Base64),
        TextShape::Plain(Latin1, QuotedPrintable),
        TextShape::Plain(Latin1, EightBit),
        TextShape::Plain(Windows1252, EightBit),
        TextShape::Plain(Windows1252, Base64),
        TextShape::Flowed,
        TextShape::Alternative(Markup::Outlook, QuotedPrintable),
        TextShape::Alternative(Markup::Webmail, QuotedPrintable),
        TextShape::Alternative(Markup::Entities, Base64),
        TextShape::Html(Markup::Outlook, QuotedPrintable),
        TextShape::Html(Markup::Webmail, Base64),
        TextShape::Html(Markup::Entities, EightBit),
        TextShape::WithLogo(Markup::Outlook),
    ];
    SHAPES[pick(record, "text", SHAPES.len())]
}

fn header_word(record: &Record) -> Word {
    let words = [
        Word::B(Charset::Utf8),
        Word::Q(Charset::Utf8),
        Word::Q(Charset::Latin1),
        Word::B(Charset::Windows1252),
        Word::Raw,
    ];
    words[pick(record, "header", words.len())]
}

/// A choice among `n` that depends on nothing but the record's id.
pub fn pick(record: &Record, aspect: &str, n: usize) -> usize {
    crc32fast::hash(format!("{aspect}/{}", record.id).as_bytes()) as usize % n
}

/// Local date and time, and the offset as mail writes it (`+0200`).
fn received(record: &Record) -> Result<(DateTime, String)> {
    let local = record.received.get(..19).and_then(|text| text.parse().ok());
    let offset = record.received.get(19..).filter(|offset| offset.len() == 6);
    let (local, offset) = local.zip(offset).with_context(|| format!("{}: no date with offset", record.id))?;
    Ok((local, offset.replace(':', "")))
}
