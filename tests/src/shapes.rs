//! The MIME shapes that real mail comes in: how a text, its HTML twin, attachments and a signature are put together.
//!
//! ```text
//!   signed ⊃ mixed ⊃ related ⊃ alternative ⊃ plain | flowed | HTML      (each layer only where it is called for)
//! ```

use crate::attachments;
use crate::mime::{self, Charset, Transfer};

/// One MIME entity: header fields about its content, and the encoded content.
#[derive(Clone, Debug)]
pub struct Part {
    /// Complete lines, each ending in CRLF.
    pub header: String,
    /// What follows the empty line.
    pub content: Vec<u8>,
}

/// What kind of client wrote the HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// Word's HTML: a style sheet in a comment, one `MsoNormal` paragraph a line.
    Outlook,
    /// One `div` a line, quotes in `blockquote`.
    Webmail,
    /// Paragraphs with `br`, umlauts as entities.
    Entities,
}

/// How the text itself is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextShape {
    /// `text/plain`.
    Plain(Charset, Transfer),
    /// `text/plain; format=flowed`.
    Flowed,
    /// `text/html` alone.
    Html(Markup, Transfer),
    /// Plain text and HTML.
    Alternative(Markup, Transfer),
    /// Plain text and HTML that shows an inline logo.
    WithLogo(Markup),
}

impl Part {
    /// Header, empty line, content.
    pub fn render(&self) -> Vec<u8> {
        [self.header.as_bytes(), b"\r\n", &self.content].concat()
    }

    /// A multipart of this subtype (with parameters) around other parts.
    pub fn multipart(subtype: &str, boundary: &str, parts: &[Self]) -> Self {
        let mut content = Vec::new();
        if subtype.starts_with("mixed") {
            content.extend_from_slice(b"This is a multi-part message in MIME format.\r\n");
        }
        for part in parts {
            content.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
            content.extend(part.render());
            content.extend_from_slice(b"\r\n");
        }
        content.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let header = format!("Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"\r\n");
        Self { header, content }
    }

    /// A text in that shape; falls back to what can carry it (UTF-8, quoted-printable).
    pub fn text(text: &str, shape: TextShape, boundary: &str) -> Self {
        match shape {
            TextShape::Plain(charset, transfer) => Self::leaf("plain", "", text, charset, transfer),
            TextShape::Flowed if can_flow(text) => {
                let flowed = mime::flowed(text);
                Self::leaf("plain", "; format=flowed", &flowed, Charset::Utf8, Transfer::EightBit)
            }
            TextShape::Flowed => Self::leaf("plain", "", text, Charset::Utf8, Transfer::QuotedPrintable),
            TextShape::Html(markup, transfer) => Self::html(text, markup, transfer),
            TextShape::Alternative(markup, transfer) => {
                let plain = Self::leaf("plain", "", text, Charset::Utf8, transfer);
                let rich = Self::html(text, markup, transfer);
                Self::multipart("alternative", &format!("{boundary}-alt"), &[plain, rich])
            }
            TextShape::WithLogo(markup) => {
                let both = TextShape::Alternative(markup, Transfer::QuotedPrintable);
                let logo = Self::attachment("logo.png", "inline", "Content-ID: <logo@langhals>\r\n", false);
                let subtype = "related; type=\"multipart/alternative\"";
                let parts = [Self::text(text, both, boundary), logo];
                Self::multipart(subtype, &format!("{boundary}-rel"), &parts)
            }
        }
    }

    /// A file with plausible bytes for its name.
    pub fn attachment(name: &str, disposition: &str, more: &str, encoded_word: bool) -> Self {
        let (kind, bytes) = attachments::content(name);
        // A message may not be encoded (RFC 2046, section 5.2.1).
        let transfer = if kind == "message/rfc822" { Transfer::SevenBit } else { Transfer::Base64 };
        let header = format!(
            "Content-Type: {kind}{}\r\nContent-Transfer-Encoding: {}\r\nContent-Disposition: {disposition}{}\r\n{more}",
            mime::parameter("name", name, true),
            transfer.name(),
            mime::parameter("filename", name, encoded_word),
        );
        Self { header, content: transfer.encode(&bytes) }
    }

    /// This entity in a `multipart/signed` with a signature of that file name.
    #[must_use]
    pub fn signed(self, signature: &str, boundary: &str) -> Self {
        let subtype = if attachments::content(signature).0 == "application/pgp-signature" {
            "signed; micalg=pgp-sha512; protocol=\"application/pgp-signature\""
        } else {
            "signed; micalg=sha-256; protocol=\"application/pkcs7-signature\""
        };
        let seal = Self::attachment(signature, "attachment", "", false);
        Self::multipart(subtype, &format!("{boundary}-sig"), &[self, seal])
    }

    fn html(text: &str, markup: Markup, transfer: Transfer) -> Self {
        let page = html_page(text, markup);
        let (charset, page) = match markup {
            Markup::Outlook => (Charset::Windows1252, page),
            Markup::Webmail => (Charset::Utf8, page),
            Markup::Entities => (Charset::Utf8, with_entities(&page)),
        };
        Self::leaf("html", "", &page, charset, transfer)
    }

    fn leaf(subtype: &str, parameters: &str, text: &str, charset: Charset, transfer: Transfer) -> Self {
        let text = text.replace('\n', "\r\n") + "\r\n";
        let (charset, bytes) = match charset.encode(&text) {
            Some(bytes) => (charset, bytes),
            None => (Charset::Utf8, text.into_bytes()),
        };
        let transfer = fitting(transfer, &bytes);
        let header = format!(
            "Content-Type: text/{subtype}; charset={}{parameters}\r\nContent-Transfer-Encoding: {}\r\n",
            charset.name(),
            transfer.name()
        );
        Self { header, content: transfer.encode(&bytes) }
    }
}

/// Unencoded content must be ASCII for 7bit, and its lines at most 998 bytes long (RFC 5322).
fn fitting(transfer: Transfer, bytes: &[u8]) -> Transfer {
    let has_long_lines = bytes.split(|&byte| byte == b'\n').any(|line| line.len() > 990);
    match transfer {
        Transfer::SevenBit | Transfer::EightBit if has_long_lines => Transfer::QuotedPrintable,
        Transfer::SevenBit if !bytes.is_ascii() => Transfer::EightBit,
        Transfer::EightBit if bytes.is_ascii() => Transfer::SevenBit,
        other => other,
    }
}

/// A line that ends in a blank would flow into the next.
fn can_flow(text: &str) -> bool {
    text.split('\n').all(|line| line == "-- " || !line.ends_with(' '))
}

fn html_page(text: &str, markup: Markup) -> String {
    let lines = text.split('\n').map(|line| {
        line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace("  ", "&nbsp; ")
    });
    match markup {
        Markup::Outlook => {
            let paragraphs: Vec<String> = lines.map(|line| outlook_paragraph(&line)).collect();
            format!("{OUTLOOK_HEAD}{}\n</div></body></html>", paragraphs.join("\n"))
        }
        Markup::Webmail => {
            let divs: Vec<String> = lines.map(|line| webmail_line(&line)).collect();
            format!("<div dir=\"ltr\">{}</div>", divs.join("\n")).replace(BETWEEN_QUOTES, "<br>\n")
        }
        Markup::Entities => {
            let body = lines.collect::<Vec<_>>().join("<br>\n").replace("<br>\n<br>\n", "</p>\n<p>");
            format!(
                "<!DOCTYPE html>\n<html><head><title></title>\n{ENTITIES_STYLE}</head>\n<body><p>{body}</p></body></html>"
            )
        }
    }
}

const OUTLOOK_HEAD: &str = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns=\"http://www.w3.org/TR/REC-html40\">\n<head><meta http-equiv=Content-Type content=\"text/html\"><style><!--\n/* Style Definitions */\np.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}\n--></style></head>\n<body lang=DE link=\"#0563C1\"><div class=WordSection1>\n";
const ENTITIES_STYLE: &str =
    "<style type=\"text/css\">body { font-family: sans-serif; } p { margin: 1em 0; }</style>\n";
const BETWEEN_QUOTES: &str = "</blockquote>\n<blockquote type=\"cite\">";

fn outlook_paragraph(line: &str) -> String {
    let shown = if line.is_empty() { "&nbsp;" } else { line };
    format!("<p class=MsoNormal>{shown}<o:p></o:p></p>")
}

fn webmail_line(line: &str) -> String {
    match line.strip_prefix("&gt;") {
        Some(quoted) => format!("<blockquote type=\"cite\">{}</blockquote>", quoted.trim_start()),
        None if line.is_empty() => "<div><br></div>".to_owned(),
        None => format!("<div>{line}</div>"),
    }
}

fn with_entities(page: &str) -> String {
    let names = [
        ('ä', "&auml;"),
        ('ö', "&ouml;"),
        ('ü', "&uuml;"),
        ('Ä', "&Auml;"),
        ('Ö', "&Ouml;"),
        ('Ü', "&Uuml;"),
        ('ß', "&szlig;"),
        ('€', "&euro;"),
        ('§', "&#167;"),
        ('–', "&#x2013;"),
    ];
    names.iter().fold(page.to_owned(), |page, &(c, name)| page.replace(c, name))
}
