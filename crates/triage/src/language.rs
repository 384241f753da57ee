//! The main language of a text: ISO 639-1, `de` where nothing speaks against it.

use std::borrow::Cow;
use std::sync::LazyLock;

use whatlang::{Detector, Lang, Script};

use crate::words::{Words, set};

/// Characters read; trigrams of a page say no more than those of its beginning.
const READ: usize = 800;

/// Letters below which only words that every reader knows decide, not trigrams.
const ENOUGH: usize = 60;

/// Letters below which trigrams of the Latin script are guessed.
const GUESSED: usize = 40;

/// Languages of mail to a German authority, with their codes.
const LANGUAGES: [(Lang, &str); 26] = [
    (Lang::Deu, "de"),
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Pol, "pl"),
    (Lang::Tur, "tr"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Ara, "ar"),
    (Lang::Ron, "ro"),
    (Lang::Bul, "bg"),
    (Lang::Srp, "sr"),
    (Lang::Hrv, "hr"),
    (Lang::Por, "pt"),
    (Lang::Pes, "fa"),
    (Lang::Vie, "vi"),
    (Lang::Ell, "el"),
    (Lang::Ces, "cs"),
    (Lang::Hun, "hu"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
    (Lang::Slk, "sk"),
    (Lang::Fin, "fi"),
    (Lang::Kat, "ka"),
];

/// Languages that their script tells, where trigrams need not.
const BY_SCRIPT: [(Script, &str); 21] = [
    (Script::Mandarin, "zh"),
    (Script::Hiragana, "ja"),
    (Script::Katakana, "ja"),
    (Script::Hangul, "ko"),
    (Script::Greek, "el"),
    (Script::Hebrew, "he"),
    (Script::Georgian, "ka"),
    (Script::Armenian, "hy"),
    (Script::Devanagari, "hi"),
    (Script::Bengali, "bn"),
    (Script::Gurmukhi, "pa"),
    (Script::Gujarati, "gu"),
    (Script::Kannada, "kn"),
    (Script::Oriya, "or"),
    (Script::Tamil, "ta"),
    (Script::Telugu, "te"),
    (Script::Malayalam, "ml"),
    (Script::Sinhala, "si"),
    (Script::Thai, "th"),
    (Script::Khmer, "km"),
    (Script::Myanmar, "my"),
];

/// Languages that the detector does not know, with some of their most frequent words.
const BY_WORDS: [(&str, &[&str]); 3] = [
    ("sq", &["një", "për", "është", "dhe", "më", "nuk", "që", "jam", "të"]),
    ("so", &["waxaan", "iyo", "waa", "ku", "inaan", "oo", "aan", "magaalada", "sidee", "fadlan", "ayaan"]),
    (
        "ku",
        &["ez", "ji", "bo", "û", "dixwazim", "hûn", "ev", "dikim", "nav", "heye", "navê", "mala", "dikarim"],
    ),
];

/// The language of `text`, or of `subject` where the text is too short to tell.
pub(crate) fn detect(subject: &str, text: &str) -> &'static str {
    let sample = text.char_indices().nth(READ).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let sample = if has_letters(sample, ENOUGH) {
        Cow::Borrowed(sample)
    } else {
        Cow::Owned(format!("{subject} {sample}"))
    };
    if german_words(&sample) {
        return "de";
    }
    if let Some(code) = by_script(&sample).or_else(|| by_words(&sample)) {
        return code;
    }
    let detector = Detector::with_allowlist(LANGUAGES.iter().map(|(lang, _)| *lang).collect());
    let Some(info) = detector.detect(&sample) else { return "de" };
    let latin = matches!(info.script(), Script::Latin);
    let sure = !latin || info.confidence() > 0.3 && has_letters(&sample, GUESSED);
    let code = LANGUAGES.iter().find(|(lang, _)| *lang == info.lang()).map_or("de", |(_, code)| code);
    if sure { code } else { "de" }
}

fn has_letters(sample: &str, fewest: usize) -> bool {
    sample.chars().filter(|c| c.is_alphabetic()).take(fewest).count() == fewest
}

fn words(sample: &str) -> impl Iterator<Item = &str> {
    sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Whether words that only German has are frequent enough to decide.
fn german_words(sample: &str) -> bool {
    let (mut all, mut german) = (0, 0);
    for word in words(sample) {
        all += 1;
        german += usize::from(GERMAN.has(word.into()));
    }
    german * 6 >= all && german > 0
}

#[rustfmt::skip]
static GERMAN: LazyLock<Words<()>> = LazyLock::new(|| set(&[
    "und", "ich", "nicht", "der", "die", "das", "wir", "Sie", "Ihnen", "Ihre", "Ihren", "bitte", "Bitte",
    "für", "mit", "von", "ist", "ein", "eine", "einen", "auf", "den", "dem", "zu", "zum", "zur", "habe",
    "haben", "wird", "Ich", "Wir", "Die", "Der", "Das", "geehrte", "Damen", "Herren", "im", "bei",
    "auch", "es", "sich", "mein", "meine", "uns", "noch", "aus", "nach", "vom", "Guten", "kein", "keine",
    "oder", "wenn", "kann", "hat", "sind", "wie",
]));

fn by_script(sample: &str) -> Option<&'static str> {
    let script = whatlang::detect_script(sample)?;
    // Japanese writes its nouns like Chinese; Tigrinya has a letter that Amharic hardly uses.
    let kana = sample.contains(|c| matches!(c, '\u{3041}'..='\u{30ff}'));
    match script {
        Script::Mandarin if kana => Some("ja"),
        Script::Ethiopic => Some(if sample.contains('ኣ') { "ti" } else { "am" }),
        _ => BY_SCRIPT.iter().find(|(known, _)| *known == script).map(|(_, code)| *code),
    }
}

fn by_words(sample: &str) -> Option<&'static str> {
    // A word counts once: it is noted as a bit of its language.
    let mut seen = [0u32; BY_WORDS.len()];
    for (language, bit) in words(sample).flat_map(|word| OTHERS.of(word.into())) {
        seen[*language] |= bit;
    }
    let (_, (code, _)) = seen.iter().zip(BY_WORDS).find(|(seen, _)| seen.count_ones() >= 3)?;
    Some(code)
}

/// The words of [`BY_WORDS`]: which language, and a bit of its own.
static OTHERS: LazyLock<Words<(usize, u32)>> = LazyLock::new(|| {
    let each = |(language, (_, words)): (usize, &(_, &'static [&'static str]))| {
        words.iter().zip(0..).map(move |(word, bit)| (*word, (language, 1 << bit)))
    };
    Words::new(BY_WORDS.iter().enumerate().flat_map(each))
});
