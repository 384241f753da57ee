//! What rules, defects and languages are called in the reader's language.

use domain::Defect;

use crate::words::Language;

/// How a deadline was written: `Ende des Monats`.
pub(crate) fn rule(words: Language, rule: &str) -> String {
    words.say(match rule {
        "weekday" => "rule-weekday",
        "today" | "tomorrow" | "day-after-tomorrow" => "rule-receipt",
        "period" => "rule-period",
        "end-of-week" => "rule-week",
        "end-of-month" => "rule-month",
        "end-of-year" => "rule-year",
        "calendar-week" => "rule-calendar-week",
        "feast" => "rule-feast",
        _ => "rule-date",
    })
}

/// What was wrong with the bytes of a mail.
pub(crate) fn defect(words: Language, defect: Defect) -> String {
    words.say(match defect {
        Defect::NoHeaders => "defect-no-headers",
        Defect::NoSender => "defect-no-sender",
        Defect::NoDate => "defect-no-date",
        Defect::RawHeader => "defect-raw-header",
        Defect::Charset => "defect-charset",
        Defect::TooDeep => "defect-too-deep",
        Defect::TooManyParts => "defect-too-many-parts",
        Defect::TextCut => "defect-text-cut",
        Defect::HeaderCut => "defect-header-cut",
        Defect::Partial => "defect-partial",
        Defect::BrokenSigned => "defect-broken-signed",
        Defect::NoText => "defect-no-text",
        Defect::Unreadable => "defect-unreadable",
    })
}

/// The language of a mail by its code (ISO 639-1); the code itself for rarer ones.
pub(crate) fn language(words: Language, code: &str) -> String {
    words.say(match code {
        "de" => "language-de",
        "en" => "language-en",
        "fr" => "language-fr",
        "tr" => "language-tr",
        "ru" => "language-ru",
        "uk" => "language-uk",
        "ar" => "language-ar",
        "pl" => "language-pl",
        "ro" => "language-ro",
        "fa" => "language-fa",
        other => return other.to_owned(),
    })
}

/// `12 KB`, as people count.
pub(crate) fn size(words: Language, octets: usize) -> String {
    match octets {
        0..1_000 => words.counted("size-bytes", octets as u64),
        1_000..1_000_000 => words.counted("size-kilobytes", octets.div_ceil(1_000) as u64),
        _ => words.counted("size-megabytes", octets.div_ceil(1_000_000) as u64),
    }
}
