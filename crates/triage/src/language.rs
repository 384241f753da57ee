//! The main language of a text: ISO 639-1, `de` where nothing speaks against it.

use whatlang::{Detector, Lang};

/// Characters read; trigrams of a page say no more than those of its beginning.
const READ: usize = 800;

/// Letters below which only words that every reader knows decide, not trigrams.
const ENOUGH: usize = 60;

/// Languages of mail to a German authority, with their codes.
const LANGUAGES: [(Lang, &str); 22] = [
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
    (Lang::Kat, "ka"),
];

/// The language of `text`, or of `subject` where the text is too short to tell.
pub(crate) fn detect(subject: &str, text: &str) -> &'static str {
    let sample: String = text.chars().take(READ).collect();
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    let sample = if letters < ENOUGH { format!("{subject} {sample}") } else { sample };
    if german_words(&sample) {
        return "de";
    }
    if let Some(code) = albanian(&sample) {
        return code;
    }
    let detector = Detector::with_allowlist(LANGUAGES.iter().map(|(lang, _)| *lang).collect());
    let Some(info) = detector.detect(&sample) else { return "de" };
    let latin = matches!(info.script(), whatlang::Script::Latin);
    let sure =
        !latin || info.confidence() > 0.3 && sample.chars().filter(|c| c.is_alphabetic()).count() >= 40;
    let code = LANGUAGES.iter().find(|(lang, _)| *lang == info.lang()).map_or("de", |(_, code)| code);
    if sure { code } else { "de" }
}

/// Whether words that only German has are frequent enough to decide.
fn german_words(sample: &str) -> bool {
    let mut words = 0;
    let mut german = 0;
    for word in sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        words += 1;
        german += usize::from(is_german(word));
    }
    german * 6 >= words && german > 0
}

fn is_german(word: &str) -> bool {
    [
        "und", "ich", "nicht", "der", "die", "das", "wir", "Sie", "Ihnen", "Ihre", "Ihren", "bitte", "Bitte",
        "für", "mit", "von", "ist", "ein", "eine", "einen", "auf", "den", "dem", "zu", "zum", "zur", "habe",
        "haben", "wird", "Ich", "Wir", "Die", "Der", "Das", "geehrte", "Damen", "Herren", "im", "bei",
        "auch", "es", "sich", "mein", "meine", "uns", "noch", "aus", "nach", "vom", "Guten", "kein", "keine",
        "oder", "wenn", "kann", "hat", "sind", "wie",
    ]
    .contains(&word)
}

/// Languages that the detector does not know: Albanian by its most frequent words.
fn albanian(sample: &str) -> Option<&'static str> {
    let known = ["një", "për", "është", "dhe", "më", "nuk", "që", "jam", "të"];
    let words = sample.split(|c: char| !c.is_alphabetic()).filter(|word| known.contains(word)).count();
    (words >= 3).then_some("sq")
}
