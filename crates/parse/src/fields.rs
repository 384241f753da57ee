//! The header lines that mail programs write above an older mail, in a dozen languages.

/// The header lines that a mail program writes above an older mail.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Header<'a> {
    /// How many lines they take.
    pub(crate) lines: usize,
    pub(crate) subject: Option<&'a str>,
    /// All that Outlook writes, in its words and with the time of day: no form and no letterhead looks like that.
    pub(crate) full: bool,
}

/// Reads the header lines at the start of an older mail: a sender and at least one field more, in a row,
/// and a mailbox, a dated subject or a third field among them.
///
/// Long fields may run on over two lines, and HTML mails have empty lines between.
pub(crate) fn header<'a>(lines: &[&'a str]) -> Option<Header<'a>> {
    const MOST: usize = 20;
    let mut seen = Vec::new();
    let mut header = Header::default();
    let mut gap = 0;
    let mut timed = false;
    for (index, line) in lines.iter().take(MOST).enumerate() {
        match field(line) {
            Some((field, value)) if !seen.contains(&field) || field == Field::To => {
                if field == Field::Subject {
                    header.subject = Some(value);
                }
                timed |= field == Field::Sent && has_time(value);
                seen.push(field);
                header.lines = index + 1;
                gap = 0;
            }
            _ if seen.is_empty() || gap >= 2 => break,
            _ if line.is_empty() && seen.contains(&Field::Subject) && seen.contains(&Field::From) => break,
            _ => gap += 1,
        }
    }
    // „Von: Köln“ above „An: Bonn“ is a journey.
    let mailbox = lines.iter().take(header.lines).any(|line| line.contains('@'));
    let has = |field: Field| seen.contains(&field);
    let dated = has(Field::Sent) || has(Field::Date);
    let many = seen.len() >= 3 && (has(Field::Subject) || has(Field::Sent));
    header.full = timed && has(Field::To) && has(Field::Subject);
    let tells = mailbox || header.subject.is_some() && dated || many;
    (has(Field::From) && seen.len() > 1 && tells).then_some(header)
}

/// `9:14`, `09.14 Uhr` and the like.
pub(crate) fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(4)
        .any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit())
        || text.to_lowercase().contains(" uhr")
}

/// Header lines behind a separator, where even a single one tells.
pub(crate) fn header_after_separator<'a>(lines: &[&'a str]) -> Header<'a> {
    let mut found = Header::default();
    for (index, line) in lines.iter().take(20).enumerate() {
        match field(line) {
            Some((kind, value)) => {
                found.lines = index + 1;
                if kind == Field::Subject {
                    found.subject = Some(value);
                }
            }
            None if line.is_empty() && found.lines == 0 => {}
            None => break,
        }
    }
    found
}

/// What a header line above an older mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    From,
    /// When it was sent, in words that only mail programs use.
    Sent,
    /// A date, which forms and letters have too.
    Date,
    To,
    Subject,
}

/// German, English, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Turkish, Russian, Ukrainian.
const FROM: &[&str] =
    &["von", "from", "de", "da", "van", "od", "kimden", "gönderen", "от", "від", "expéditeur"];

const SENT: &[&str] = &[
    "gesendet",
    "gesendet am",
    "sent",
    "envoyé",
    "enviado",
    "enviado el",
    "inviato",
    "verzonden",
    "wysłano",
    "odesláno",
    "gönderilme tarihi",
    "gönderme tarihi",
    "отправлено",
    "надіслано",
];

const DATE: &[&str] = &["datum", "date", "fecha", "data", "tarih", "дата"];

const TO: &[&str] = &[
    "an",
    "to",
    "à",
    "a",
    "para",
    "aan",
    "do",
    "komu",
    "kime",
    "alıcı",
    "кому",
    "cc",
    "bcc",
    "kopie",
    "kopie (cc)",
    "copie",
    "copia",
    "kopia",
    "dw",
    "bilgi",
    "копия",
    "копія",
    "antwort an",
    "reply-to",
    "wichtigkeit",
    "priorität",
    "importance",
    "anlagen",
    "anhänge",
    "attachments",
];

const SUBJECT: &[&str] = &[
    "betreff",
    "subject",
    "objet",
    "asunto",
    "assunto",
    "oggetto",
    "onderwerp",
    "temat",
    "předmět",
    "konu",
    "тема",
];

fn field(line: &str) -> Option<(Field, &str)> {
    const LONGEST: usize = 24;
    let (label, value) = line.trim_start_matches(['*', ' ', '_']).split_once(':')?;
    if label.len() > LONGEST {
        return None;
    }
    let label = label.trim_matches(['*', ' ', '_']).to_lowercase();
    let is_in = |labels: &[&str]| labels.contains(&&*label);
    let field = match () {
        () if is_in(FROM) => Field::From,
        () if is_in(SENT) => Field::Sent,
        () if is_in(DATE) => Field::Date,
        () if is_in(TO) => Field::To,
        () if is_in(SUBJECT) => Field::Subject,
        () => return None,
    };
    Some((field, value.trim_start_matches(['*', ' ']).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_and_little_else_is_no_header() {
        for (text, lines) in [
            ("Von: A\nGesendet: Montag\nAn: B\nBetreff: C\n\nText", Some(4)),
            ("Von: A\nGesendet: Montag\nBetreff: C\nText", Some(3)),
            ("Von: a@example.org\nBetreff: C\n\nText", Some(2)),
            ("Von: Köln\nAn: Bonn", None),
            ("Von: Köln\nAn: Bonn\nDatum: 1.12.2026", None),
            ("Von: 10 Uhr\nBis: 12 Uhr", None),
            ("An: B\nBetreff: C\nDatum: heute", None),
            ("Text", None),
            ("", None),
        ] {
            let found = header(&text.lines().collect::<Vec<_>>());
            assert_eq!(found.map(|header| header.lines), lines, "{text}");
        }
    }

    #[test]
    fn behind_a_separator_a_single_field_tells() {
        let found = header_after_separator(&["", "Betreff: C", "Text"]);
        assert_eq!(found, Header { lines: 2, subject: Some("C"), full: false });
    }
}
