//! Why a class: every feature's share of the verdict is given back to the words that it came from.

use domain::{Class, Label, Message, Reason, Subject, Tag};

use crate::features::{self, Feature};
use crate::lexicon::Lexicon;
use crate::text::{Chunk, Reading, sources};

/// At most so many reasons for the class: more is no explanation.
const MOST_FOR: usize = 4;

/// At most so many against it.
const MOST_AGAINST: usize = 2;

/// At most so many words in one phrase.
const LONGEST: usize = 4;

/// A word beside a strong one belongs to its phrase from this share of its strength on.
const COMPANION: f64 = 0.3;

/// Reasons weaker than this share of the strongest are noise.
const FAINTEST: f64 = 0.1;

/// A run of chunks and what it contributes.
struct Phrase {
    first: usize,
    last: usize,
    weight: f64,
}

/// See [`Model::explain`](crate::Model::explain).
pub(crate) fn reasons(
    lexicon: &Lexicon,
    weights: &[[[f32; 3]; 2]],
    message: &Message,
    class: Class,
) -> Vec<Reason> {
    let reading = Reading::of(message);
    let shares = shares(lexicon, weights, message, &reading, class);
    let fields: Vec<&str> = sources(message).collect();
    let mut found: Vec<(String, f64)> = Vec::new();
    for phrase in phrases(&fields, &reading.chunks, shares) {
        let spelt = spelling(&fields, &reading.chunks[phrase.first], &reading.chunks[phrase.last]);
        match found.iter_mut().find(|(other, _)| other.to_lowercase() == spelt.to_lowercase()) {
            Some((_, weight)) => *weight += phrase.weight,
            None => found.push((spelt, phrase.weight)),
        }
    }
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let (speak_for, against): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, weight)| *weight > 0.0);
    let chosen = speak_for.into_iter().take(MOST_FOR).chain(against.into_iter().take(MOST_AGAINST));
    chosen.map(|(spelt, weight)| reason(&spelt, weight, class)).collect()
}

fn reason(spelt: &str, weight: f64, class: Class) -> Reason {
    let direction = if weight > 0.0 { "Für" } else { "Gegen" };
    let title = Tag::of_class(class).title();
    Reason { subject: Subject::Class, text: format!("{direction} {title} spricht „{spelt}“."), weight }
}

/// What each chunk contributes to the class's lead over the mean of the others, in log-odds before calibration.
fn shares(
    lexicon: &Lexicon,
    weights: &[[[f32; 3]; 2]],
    message: &Message,
    reading: &Reading,
    class: Class,
) -> Vec<f64> {
    let counts = lexicon.counts(message, reading);
    let mut each = vec![0.0_f32; lexicon.len()];
    for (feature, value) in lexicon.weighted(&counts) {
        let at = feature as usize;
        each[at] = value * lead(&weights[at][0], class) / f32::from(counts.of[at]);
    }
    let mut shares = vec![0.0; reading.chunks.len()];
    features::each(message, reading, |Feature { key, chunks }| {
        if let (Some((first, last)), Some(feature)) = (chunks, lexicon.find(key)) {
            let half = f64::from(each[feature as usize]) / 2.0;
            shares[first] += half;
            shares[last] += half;
        }
    });
    shares
}

fn lead(weights: &[f32; 3], class: Class) -> f32 {
    let own = weights[class.index()];
    let all = weights[0] + weights[1] + weights[2];
    own - (all - own) / 2.0
}

/// The strongest content words with their neighbours, strongest first; each chunk in one phrase only.
fn phrases(fields: &[&str], chunks: &[Chunk], mut shares: Vec<f64>) -> Vec<Phrase> {
    let mut seeds: Vec<usize> =
        (0..shares.len()).filter(|&at| says_something(&spelling(fields, &chunks[at], &chunks[at]))).collect();
    seeds.sort_by(|&a, &b| shares[b].abs().total_cmp(&shares[a].abs()).then(a.cmp(&b)));
    let faintest = seeds.first().map_or(0.0, |&seed| shares[seed].abs() * FAINTEST).max(1e-6);
    let mut phrases = Vec::new();
    for seed in seeds {
        if shares[seed].abs() < faintest {
            continue;
        }
        let phrase = grow(fields, chunks, &shares, seed);
        shares[phrase.first..=phrase.last].fill(0.0);
        phrases.push(phrase);
    }
    phrases
}

/// Whether a word is a reason by itself: not too short, and not one that every mail has.
fn says_something(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3 && !STOP_WORDS.contains(&word.to_lowercase().as_str())
}

/// Takes in neighbours in the same sentence and line that say the same, nearly as strongly.
fn grow(fields: &[&str], chunks: &[Chunk], shares: &[f64], seed: usize) -> Phrase {
    let mut phrase = Phrase { first: seed, last: seed, weight: shares[seed] };
    let belongs = |at: usize| shares[at] / shares[seed] >= COMPANION;
    while phrase.last - phrase.first + 1 < LONGEST {
        let (first, last) = (phrase.first, phrase.last);
        if last + 1 < chunks.len() && belongs(last + 1) && continues(fields, &chunks[last], &chunks[last + 1])
        {
            phrase.last += 1;
            phrase.weight += shares[phrase.last];
        } else if first > 0 && belongs(first - 1) && continues(fields, &chunks[first - 1], &chunks[first]) {
            phrase.first -= 1;
            phrase.weight += shares[phrase.first];
        } else {
            break;
        }
    }
    phrase
}

/// Whether nothing but spaces, hyphens or quotes stands between two chunks of one field.
fn continues(fields: &[&str], before: &Chunk, after: &Chunk) -> bool {
    let between = fields[after.field].get(before.to..after.from);
    before.field == after.field
        && between.is_some_and(|between| !between.contains(['\n', '.', '!', '?', ':', ';', ',', '(', ')']))
}

/// The words as the mail spells them, on one line and of bounded length.
fn spelling(fields: &[&str], first: &Chunk, last: &Chunk) -> String {
    let spelt = fields[first.field].get(first.from..last.to).unwrap_or_default();
    let words: Vec<&str> = spelt.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(80).collect()
}

/// German and English words of every mail, in lower case: alone they are no reason.
#[rustfmt::skip]
const STOP_WORDS: [&str; 246] = [
    "aber", "about", "all", "alle", "allem", "allen", "aller", "alles", "als", "also", "and",
    "andere", "anderen", "ans", "any", "are", "auch", "auf", "aus", "been", "bei", "beim",
    "bereits", "bin", "bis", "bist", "bitte", "but", "can", "could", "dabei", "dadurch", "dafür",
    "damals", "damen", "damit", "danach", "dans", "daran", "darauf", "darüber", "das", "dass",
    "davon", "dazu", "dear", "dein", "deine", "dem", "den", "denn", "der", "deren", "des",
    "deshalb", "dessen", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses", "doch",
    "dort", "durch", "ein", "eine", "einem", "einen", "einer", "eines", "einfach", "est", "etwa",
    "etwas", "euch", "euer", "eure", "for", "frau", "freundliche", "freundlichen", "from", "für",
    "gar", "geehrte", "geehrten", "geehrter", "gegen", "gibt", "ging", "gruß", "grüße", "grüßen",
    "gut", "gute", "guten", "hab", "habe", "haben", "had", "hallo", "has", "hat", "hatte", "hatten",
    "have", "her", "herr", "herren", "hier", "hin", "his", "how", "hätte", "ich", "ihm", "ihn",
    "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "immer", "ins", "ist", "its", "jede",
    "jedem", "jeden", "jeder", "jetzt", "kann", "kein", "keine", "keinen", "konnte", "können",
    "könnte", "les", "liebe", "lieben", "lieber", "mal", "man", "mehr", "mein", "meine", "meinem",
    "meinen", "meiner", "mfg", "mich", "mir", "mit", "moin", "muss", "müssen", "nach", "nicht",
    "nichts", "noch", "not", "nun", "nur", "oder", "ohne", "our", "please", "pour", "que", "schon",
    "sehr", "seid", "sein", "seine", "seinem", "seinen", "seiner", "seit", "selbst", "she", "sich",
    "sie", "sind", "sollte", "sondern", "sonst", "sowie", "tag", "that", "the", "their", "them",
    "there", "they", "this", "und", "une", "uns", "unser", "unsere", "unserem", "unseren",
    "unserer", "unter", "viel", "viele", "vielen", "vom", "von", "vor", "vous", "war", "waren",
    "was", "wegen", "weil", "wenn", "wer", "werde", "werden", "were", "what", "when", "which",
    "who", "wie", "wieder", "will", "wir", "wird", "with", "would", "wurde", "wurden", "wäre",
    "you", "your", "zum", "zur", "zwar", "zwischen", "über",
];
