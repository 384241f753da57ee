//! A header block to what it says: repaired first, then read by mail-parser.
//!
//! ```text
//! bytes ─▶ split ─▶ repair (line ends, 8-bit, encoded words) ─▶ mail-parser ─▶ Heading, Part
//! ```

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{Address, Authentication, Defect};
use jiff::Timestamp;
use mail_parser::{ContentType, DateTime, Header, HeaderName, HeaderValue, MessageParser};

use crate::transfer::Transfer;
use crate::{authentication, charset, limits, text, words};

/// What the header of a mail says about it.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a header, not a state")]
pub(crate) struct Heading {
    pub(crate) message_id: Option<String>,
    pub(crate) thread: Vec<String>,
    pub(crate) from: Option<Address>,
    pub(crate) reply_to: Option<Address>,
    pub(crate) recipients: Vec<Address>,
    /// How many of the recipients stand in `To:`.
    pub(crate) addressed: usize,
    pub(crate) subject: String,
    pub(crate) received: Option<Timestamp>,
    pub(crate) sent: Option<Timestamp>,
    pub(crate) bulk: bool,
    pub(crate) automatic: bool,
    pub(crate) in_reply_to: bool,
    pub(crate) private: bool,
    pub(crate) authentication: Authentication,
}

/// What the header of a MIME part says about its content (RFC 2045, RFC 2183).
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a header, not a state")]
pub(crate) struct Part {
    /// Lower case, e.g. `text/plain`; empty where none is given.
    pub(crate) media_type: String,
    pub(crate) charset: Option<String>,
    pub(crate) boundary: Option<String>,
    pub(crate) flowed: bool,
    pub(crate) delsp: bool,
    pub(crate) attached: bool,
    pub(crate) inline: bool,
    /// Other parts can point to it (RFC 2392).
    pub(crate) content_id: bool,
    pub(crate) name: String,
    pub(crate) transfer: Transfer,
    /// How many octets it has, decoded, as the sender says (RFC 2183, 2.7).
    pub(crate) said: Option<usize>,
    pub(crate) left_out: Option<LeftOut>,
}

/// What was left out of a part, by the field that `outline` adds. Where a sender writes it, it says nothing but that
/// an empty part is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Encoded octets.
    pub(crate) octets: usize,
    /// Whether it may be more.
    pub(crate) at_least: bool,
}

/// The field that says so.
pub(crate) const LEFT_OUT: &str = "X-Langhals-Left-Out";

impl LeftOut {
    fn of(value: &str) -> Option<Self> {
        let value = value.trim();
        let octets = value.strip_suffix('+').unwrap_or(value).parse().ok()?;
        Some(Self { octets, at_least: value.ends_with('+') })
    }
}

/// Cuts an entity into header block and body at the first empty line (RFC 5322, 2.1).
pub(crate) fn split(entity: &[u8]) -> (&[u8], &[u8]) {
    if let Some(body) = entity.strip_prefix(b"\n").or_else(|| entity.strip_prefix(b"\r\n")) {
        return (&[], body);
    }
    let mut from = 0;
    while let Some(offset) = entity[from..].iter().position(|byte| *byte == b'\n') {
        from += offset + 1;
        let rest = &entity[from..];
        if let Some(body) = rest.strip_prefix(b"\n").or_else(|| rest.strip_prefix(b"\r\n")) {
            return (&entity[..from], body);
        }
    }
    (entity, &[])
}

/// A header block after repair: UTF-8, `\n` at line ends, one encoded word where there was a run of them.
#[derive(Debug, Default)]
pub(crate) struct Block(String);

impl Block {
    /// Repairs a header block, and notes what was wrong with it.
    pub(crate) fn repair(head: &[u8], defects: &mut BTreeSet<Defect>) -> Self {
        let head = match head.get(..limits::HEADER) {
            Some(cut) => {
                defects.insert(Defect::HeaderCut);
                cut
            }
            None => head,
        };
        if !head.is_ascii() {
            defects.insert(Defect::RawHeader);
        }
        let (mut block, mended) = words::join(&one_line_end(&charset::either(head)));
        if mended {
            defects.insert(Defect::Charset);
        }
        // mail-parser drops a header that no line end follows.
        block.push_str("\n\n");
        Self(block)
    }

    /// The headers as mail-parser reads them; the second value says whether it gave up on any.
    fn headers(&self) -> (Vec<Header<'_>>, bool) {
        let parse = |block: &'_ str| {
            let mail = MessageParser::new().parse_headers(block)?;
            Some(
                mail.parts
                    .into_iter()
                    .next()?
                    .headers
                    .into_iter()
                    .map(Header::into_owned)
                    .collect::<Vec<_>>(),
            )
        };
        // It is not known to panic; if it ever does, the mail still has its other headers.
        if let Ok(headers) = catch_unwind(AssertUnwindSafe(|| parse(&self.0))) {
            return (headers.unwrap_or_default(), false);
        }
        let single = |field: &str| catch_unwind(AssertUnwindSafe(|| parse(field))).ok().flatten();
        (fields(&self.0).iter().filter_map(|field| single(field)).flatten().collect(), true)
    }
}

/// The fields of a block, each with its continuation lines and an empty line behind.
fn fields(block: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        match fields.last_mut() {
            Some(field) if line.starts_with([' ', '\t']) => field.push_str(line),
            _ => fields.push(line.to_owned()),
        }
    }
    fields.iter().map(|field| format!("{field}\n\n")).collect()
}

/// Line ends as `\n`; bare `\r`, NUL and other controls become spaces, or they could forge fields.
fn one_line_end(head: &str) -> String {
    let unix = head.replace("\r\n", "\n");
    unix.chars()
        .map(|c| if c != '\n' && c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// Reads the header of a mail.
pub(crate) fn heading(block: &Block, defects: &mut BTreeSet<Defect>) -> Heading {
    let (headers, gave_up) = block.headers();
    if gave_up {
        defects.insert(Defect::Unreadable);
    }
    if !headers.iter().any(|header| is_of_mail(&header.name)) {
        defects.insert(Defect::NoHeaders);
    }
    let first = |name: HeaderName<'static>| {
        headers
            .iter()
            .filter(|header| header.name == name)
            .map(|header| &header.value)
            .find(|value| !value.is_empty())
    };
    let from = first(HeaderName::From).and_then(|value| addresses(value).next());
    let reply_to = first(HeaderName::ReplyTo).and_then(|value| addresses(value).next());
    let heading = Heading {
        message_id: first(HeaderName::MessageId).and_then(|value| ids(value).next()),
        thread: thread(first(HeaderName::References), first(HeaderName::InReplyTo)),
        reply_to: reply_to.filter(|reply_to| from.as_ref().is_none_or(|from| !same_mailbox(from, reply_to))),
        from,
        recipients: recipients(&headers),
        addressed: of_name(&headers, HeaderName::To).take(limits::RECIPIENTS).count(),
        subject: first(HeaderName::Subject)
            .and_then(HeaderValue::as_text)
            .map(text::field)
            .unwrap_or_default(),
        received: headers
            .iter()
            .find(|header| header.name == HeaderName::Received)
            .and_then(received)
            .or_else(|| lenient_date(&block.0, "received")),
        sent: first(HeaderName::Date)
            .and_then(HeaderValue::as_datetime)
            .and_then(timestamp)
            .or_else(|| lenient_date(&block.0, "date")),
        bulk: headers.iter().any(is_bulk),
        automatic: headers.iter().any(is_automatic) || has_empty_return_path(&block.0),
        in_reply_to: first(HeaderName::InReplyTo).is_some(),
        private: headers.iter().any(is_private),
        authentication: first_named(&headers, "authentication-results")
            .map(authentication::read)
            .unwrap_or_default(),
    };
    note_what_is_missing(&heading, defects);
    heading
}

/// Reads the header of a MIME part.
pub(crate) fn part(block: &Block) -> Part {
    let headers = block.headers().0;
    let value = |name: &HeaderName<'_>| {
        headers.iter().find(|header| header.name == *name).map(|header| &header.value)
    };
    let content = value(&HeaderName::ContentType).and_then(HeaderValue::as_content_type);
    let disposition = value(&HeaderName::ContentDisposition).and_then(HeaderValue::as_content_type);
    let parameter = |name: &str| content.and_then(|content| content.attribute(name));
    let is_yes = |value: Option<&str>, yes: &str| value.is_some_and(|value| value.eq_ignore_ascii_case(yes));
    let transfer = value(&HeaderName::ContentTransferEncoding).and_then(HeaderValue::as_text);
    let name =
        disposition.and_then(|disposition| disposition.attribute("filename")).or_else(|| parameter("name"));
    Part {
        media_type: content.map(media_type).unwrap_or_default(),
        charset: parameter("charset").map(str::to_owned),
        boundary: parameter("boundary").map(str::to_owned).filter(|boundary| !boundary.is_empty()),
        flowed: is_yes(parameter("format"), "flowed"),
        delsp: is_yes(parameter("delsp"), "yes"),
        attached: disposition.is_some_and(ContentType::is_attachment),
        inline: disposition.is_some_and(ContentType::is_inline),
        content_id: value(&HeaderName::ContentId).is_some(),
        name: name.map(file_name).unwrap_or_default(),
        transfer: transfer.map(Transfer::of).unwrap_or_default(),
        said: disposition
            .and_then(|disposition| disposition.attribute("size"))
            .and_then(|size| size.parse().ok()),
        left_out: first_named(&headers, LEFT_OUT).and_then(LeftOut::of),
    }
}

fn media_type(content: &ContentType<'_>) -> String {
    match content.subtype() {
        Some(subtype) => text::field(&format!("{}/{subtype}", content.ctype())).to_ascii_lowercase(),
        None => String::new(),
    }
}

/// A file name without the path that some old clients send along.
pub(crate) fn file_name(raw: &str) -> String {
    let clean = text::field(raw);
    clean.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
}

/// Fields that hardly any text begins with by chance.
fn is_of_mail(name: &HeaderName<'_>) -> bool {
    matches!(
        name,
        HeaderName::From
            | HeaderName::To
            | HeaderName::Subject
            | HeaderName::Date
            | HeaderName::Received
            | HeaderName::MessageId
            | HeaderName::ContentType
            | HeaderName::MimeVersion
            | HeaderName::ReturnPath
            | HeaderName::Sender
            | HeaderName::ReplyTo
            | HeaderName::Cc
    )
}

fn note_what_is_missing(heading: &Heading, defects: &mut BTreeSet<Defect>) {
    if heading.from.as_ref().is_none_or(|from| from.email.is_empty()) {
        defects.insert(Defect::NoSender);
    }
    if heading.received.is_none() && heading.sent.is_none() {
        defects.insert(Defect::NoDate);
    }
    if heading.subject.chars().count() >= limits::FIELD {
        defects.insert(Defect::HeaderCut);
    }
}

fn addresses<'a>(value: &'a HeaderValue<'_>) -> impl Iterator<Item = Address> + 'a {
    value.as_address().into_iter().flat_map(mail_parser::Address::iter).map(|one| Address {
        name: text::field(one.name().unwrap_or_default()),
        email: text::field(one.address().unwrap_or_default()).replace(' ', ""),
    })
}

fn same_mailbox(one: &Address, other: &Address) -> bool {
    one.email.eq_ignore_ascii_case(&other.email)
}

fn recipients(headers: &[Header<'_>]) -> Vec<Address> {
    let all = of_name(headers, HeaderName::To).chain(of_name(headers, HeaderName::Cc));
    all.take(limits::RECIPIENTS).collect()
}

/// The addresses of all fields of a name.
fn of_name<'a>(headers: &'a [Header<'_>], name: HeaderName<'static>) -> impl Iterator<Item = Address> + 'a {
    let fields = headers.iter().filter(move |header| header.name == name);
    fields.flat_map(|header| addresses(&header.value)).filter(|address| !address.email.is_empty())
}

/// The value of the topmost field of a name that mail-parser has no constant for.
fn first_named<'a>(headers: &'a [Header<'_>], name: &str) -> Option<&'a str> {
    headers.iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name))?.value.as_text()
}

fn ids<'a>(value: &'a HeaderValue<'_>) -> impl Iterator<Item = String> + 'a {
    let all = value.as_text_list().unwrap_or_default().iter().map(AsRef::as_ref);
    let one = value.as_text().filter(|_| value.as_text_list().is_none_or(<[_]>::is_empty));
    all.chain(one).map(|id| text::field(id).replace(' ', "")).filter(|id| !id.is_empty())
}

/// The thread oldest first: `References`, then `In-Reply-To` where that adds one (RFC 5322, 3.6.4).
fn thread(references: Option<&HeaderValue<'_>>, in_reply_to: Option<&HeaderValue<'_>>) -> Vec<String> {
    let mut thread: Vec<String> = Vec::new();
    for id in references.into_iter().chain(in_reply_to).flat_map(ids) {
        if thread.len() < limits::THREAD && !thread.contains(&id) {
            thread.push(id);
        }
    }
    thread
}

/// When the last server took the mail over: the date behind the last `;` (RFC 5321, 4.4).
fn received(header: &Header<'_>) -> Option<Timestamp> {
    match &header.value {
        HeaderValue::Received(received) => received.date().as_ref().and_then(timestamp),
        other => {
            let date = format!("{}\n", other.as_text()?.rsplit(';').next()?);
            DateTime::parse_rfc822(&date).as_ref().and_then(timestamp)
        }
    }
}

/// The date of the first field of this name where it leaves the seconds out, or is in the form of ISO 8601.
fn lenient_date(block: &str, name: &str) -> Option<Timestamp> {
    let fields = fields(block);
    let of_name = |field: &&String| {
        field.split_once(':').is_some_and(|(found, _)| found.trim().eq_ignore_ascii_case(name))
    };
    let (_, value) = fields.iter().find(of_name)?.split_once(':')?;
    let value = value.rsplit(';').next()?.trim();
    if let Ok(date) = value.parse() {
        return Some(date);
    }
    let with_seconds = |word: &str| match word.as_bytes() {
        [.., b':', _, _] if word.matches(':').count() == 1 => format!("{word}:00"),
        _ => word.to_owned(),
    };
    let words: Vec<String> = value.split_whitespace().map(with_seconds).collect();
    DateTime::parse_rfc822(&format!("{}\n", words.join(" "))).as_ref().and_then(timestamp)
}

fn timestamp(date: &DateTime) -> Option<Timestamp> {
    date.is_valid().then(|| Timestamp::from_second(date.to_timestamp()).ok())?
}

fn is_bulk(header: &Header<'_>) -> bool {
    match &header.name {
        HeaderName::ListId | HeaderName::ListUnsubscribe => true,
        name if name.as_str().eq_ignore_ascii_case("precedence") => {
            let value = header.value.as_text().unwrap_or_default().trim();
            ["list", "bulk", "junk"].iter().any(|bulk| value.eq_ignore_ascii_case(bulk))
        }
        _ => false,
    }
}

/// RFC 3834, 5: anything but `no` (parameters may follow).
fn is_automatic(header: &Header<'_>) -> bool {
    header.name.as_str().eq_ignore_ascii_case("auto-submitted") && {
        let value = header.value.as_text().unwrap_or_default();
        !value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("no")
    }
}

/// RFC 2156, 5.3.4.
fn is_private(header: &Header<'_>) -> bool {
    header.name.as_str().eq_ignore_ascii_case("sensitivity") && {
        let value = header.value.as_text().unwrap_or_default().trim();
        ["personal", "private", "company-confidential"]
            .iter()
            .any(|private| value.eq_ignore_ascii_case(private))
    }
}

/// `Return-Path: <>` marks reports, which nobody may answer (RFC 5321, 4.5.5).
fn has_empty_return_path(block: &str) -> bool {
    block.lines().any(|line| {
        let field = line.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case("return-path"));
        field.is_some_and(|(_, value)| value.split_ascii_whitespace().eq(["<>"]))
    })
}
