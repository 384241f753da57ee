//! Mails that these tests write themselves.

use langhals_tests::mime::{self, Charset, Transfer, Word};
use langhals_tests::samples::RECIPIENT;
use langhals_tests::shapes::{Part, TextShape};

const PLAIN: TextShape = TextShape::Plain(Charset::Utf8, Transfer::Base64);

/// A mail of this subject and text from somebody harmless.
pub fn letter(subject: &str, text: &str) -> Vec<u8> {
    stranger("Erika Beispiel", subject, text, None)
}

/// A mail whose sender's name, subject, text and attachment's name are as a stranger wants them.
pub fn stranger(name: &str, subject: &str, text: &str, file: Option<&str>) -> Vec<u8> {
    let word = Word::B(Charset::Utf8);
    let id = fastrand::u64(..);
    let text = Part::text(text, PLAIN, "");
    let entity = match file {
        Some(file) => {
            let file = Part::attachment(file, "attachment", "", true);
            Part::multipart("mixed", "letter-boundary", &[text, file])
        }
        None => text,
    };
    let header = format!(
        "From: {}\r\nTo: {RECIPIENT}\r\nSubject: {}\r\nDate: Sat, 21 Nov 2026 09:00:00 +0100\r\n\
         Message-ID: <{id:016x}@example.org>\r\nMIME-Version: 1.0\r\n",
        mime::mailbox(name, "erika@example.org", word),
        mime::unstructured(subject, word),
    );
    [header.as_bytes(), &entity.render()].concat()
}
