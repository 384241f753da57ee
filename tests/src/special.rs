//! Mails that are no corpus records: what cannot be read, what is hardly there, and what can be found again anywhere.

use crate::mime::{self, Charset, Word};
use crate::samples::RECIPIENT;
use crate::shapes::{Part, TextShape};

/// Every special mail with its name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("encrypted S/MIME", encrypted_smime()),
        ("PGP/MIME", encrypted_pgp()),
        ("empty", empty()),
        ("long subject", long_subject()),
        ("only an attachment", only_an_attachment()),
    ]
}

/// `application/pkcs7-mime` with enveloped-data (RFC 8551): headers only can be read.
pub fn encrypted_smime() -> Vec<u8> {
    // ContentInfo { enveloped-data, [0] { version 0, … } }: recognisable, not decryptable.
    let der = b"\x30\x14\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x07\x30\x05\x02\x01\x00\x31\x00";
    let header = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\r\n\
                  Content-Transfer-Encoding: base64\r\n\
                  Content-Disposition: attachment; filename=\"smime.p7m\"\r\n";
    let entity = Part { header: header.to_owned(), content: mime::base64_lines(der) };
    mail("Vertraulich: Unterlagen", "smime", &entity)
}

/// `multipart/encrypted` (RFC 3156).
pub fn encrypted_pgp() -> Vec<u8> {
    let version = Part {
        header: "Content-Type: application/pgp-encrypted\r\n".to_owned(),
        content: b"Version: 1\r\n".to_vec(),
    };
    let secret = Part {
        header: "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n".to_owned(),
        content: b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA2xhbmdoYWxzAQf/\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n".to_vec(),
    };
    let subtype = "encrypted; protocol=\"application/pgp-encrypted\"";
    mail("...", "pgp", &Part::multipart(subtype, "pgp-boundary", &[version, secret]))
}

/// A sender and nothing else: no subject, no text, no MIME.
pub fn empty() -> Vec<u8> {
    format!("From: leer@example.org\r\nTo: {RECIPIENT}\r\nMessage-ID: <leer@example.org>\r\n\r\n")
        .into_bytes()
}

/// A subject of 10,000 characters.
pub fn long_subject() -> Vec<u8> {
    let subject: String = "Rückfrage zum Bescheid ".chars().cycle().take(9_999).chain(['x']).collect();
    let text = Part::text("Bitte um Rückruf.", PLAIN, "");
    mail(&subject, "lang", &text)
}

/// No text part at all: a scan sent by a copier.
pub fn only_an_attachment() -> Vec<u8> {
    mail("Scan", "scan", &Part::attachment("Antrag_Wohngeld.pdf", "attachment", "", false))
}

/// A mail that carries `mark` in subject, text, sender name and address, attachment name and Message-ID:
/// whoever looks for the mark in logs and state afterwards must not find it.
///
/// `mark` is letters and digits.
pub fn marked_mail(mark: &str) -> Vec<u8> {
    let text = format!(
        "Guten Tag,\n\nhiermit beantrage ich {mark}. Frist ist der 24.12.2026, Aktenzeichen {mark}-1/26.\n\n{mark}"
    );
    let text = Part::text(&text, PLAIN, "");
    let file = Part::attachment(&format!("{mark}.pdf"), "attachment", "", false);
    let entity = Part::multipart("mixed", "marked-boundary", &[text, file]);
    let header = format!(
        "From: {}\r\nTo: {RECIPIENT}\r\nSubject: Antrag {mark}\r\n\
         Date: Sat, 21 Nov 2026 09:00:00 +0100\r\nMessage-ID: <{mark}@example.org>\r\nMIME-Version: 1.0\r\n",
        mime::mailbox(&format!("Erika {mark}"), &format!("{}@example.org", mark.to_lowercase()), Word::Raw),
    );
    [header.as_bytes(), &entity.render()].concat()
}

const PLAIN: TextShape = TextShape::Plain(Charset::Utf8, mime::Transfer::QuotedPrintable);

fn mail(subject: &str, id: &str, entity: &Part) -> Vec<u8> {
    let header = format!(
        "From: Erika Beispiel <erika@example.org>\r\nTo: {RECIPIENT}\r\nSubject: {}\r\n\
         Date: Sat, 21 Nov 2026 09:00:00 +0100\r\nMessage-ID: <{id}@example.org>\r\nMIME-Version: 1.0\r\n",
        mime::unstructured(subject, Word::B(Charset::Utf8)),
    );
    [header.as_bytes(), &entity.render()].concat()
}
