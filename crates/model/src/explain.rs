//! Why a class: every feature's share of the verdict is given back to the words that it came from.

use std::collections::BTreeMap;

use domain::{Class, Label, Message, Reason, Subject, Tag};

use crate::lexicon::Lexicon;
use crate::text::{Chunk, Reading, sources};

/// At most so many words and phrases for the class, besides a sentence: more is no explanation.
const MOST_FOR: usize = 3;

/// At most so many against it.
const MOST_AGAINST: usize = 2;

/// At most so many words in one phrase.
const LONGEST: usize = 4;

/// A sentence has at least so many words; less is a greeting or a phrase.
const FEWEST_WORDS: usize = 4;

/// Characters of a phrase and of a sentence at most.
const LONGEST_PHRASE: usize = 80;
const LONGEST_SENTENCE: usize = 200;

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
    let sentence = strongest_sentence(&fields, &reading.chunks, &shares);
    let mut found: Vec<(String, f64)> = Vec::new();
    // By lower case: where in `found` it stands. A long mail has many phrases, and each would meet every other.
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for phrase in phrases(&fields, &reading.chunks, shares) {
        let spelt =
            spelling(&fields, &reading.chunks[phrase.first], &reading.chunks[phrase.last], LONGEST_PHRASE);
        let place = *places.entry(spelt.to_lowercase()).or_insert(found.len());
        match found.get_mut(place) {
            Some((_, weight)) => *weight += phrase.weight,
            None => found.push((spelt, phrase.weight)),
        }
    }
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let (speak_for, against): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, weight)| *weight > 0.0);
    let title = Tag::of_class(class).title();
    let sentence = sentence
        .map(|(spelt, weight)| reason(format!("Am meisten spricht für {title} der Satz „{spelt}“."), weight));
    let phrases = speak_for.into_iter().take(MOST_FOR).chain(against.into_iter().take(MOST_AGAINST));
    let phrases = phrases.map(|(spelt, weight)| {
        let direction = if weight > 0.0 { "Für" } else { "Gegen" };
        reason(format!("{direction} {title} spricht „{spelt}“."), weight)
    });
    sentence.into_iter().chain(phrases).collect()
}

fn reason(text: String, weight: f64) -> Reason {
    Reason { subject: Subject::Class, text, weight }
}

/// What each chunk contributes to the class's lead over the mean of the others, in log-odds before calibration.
fn shares(
    lexicon: &Lexicon,
    weights: &[[[f32; 3]; 2]],
    message: &Message,
    reading: &Reading,
    class: Class,
) -> Vec<f64> {
    let mut occurrences = Vec::with_capacity(4 * reading.chars.len());
    let counts = lexicon.counted(message, reading, |at, chunks| {
        occurrences.extend(chunks.map(|(first, last)| (at, first, last)));
    });
    let each: Vec<f64> = lexicon
        .weighted(&counts)
        .into_iter()
        .zip(&counts.found)
        .map(|((feature, value), found)| {
            f64::from(value * lead(&weights[feature as usize][0], class)) / f64::from(found.count)
        })
        .collect();
    let mut shares = vec![0.0; reading.chunks.len()];
    for (at, first, last) in occurrences {
        let half = each[at] / 2.0;
        shares[first] += half;
        shares[last] += half;
    }
    shares
}

/// The sentence of subject or text that speaks most for the class, as the mail spells it, and how much.
fn strongest_sentence(fields: &[&str], chunks: &[Chunk], shares: &[f64]) -> Option<(String, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    let mut first = 0;
    while first < chunks.len() && chunks[first].field < 2 {
        let ends =
            |at: &usize| *at + 1 == chunks.len() || ends_sentence(fields, &chunks[*at], &chunks[*at + 1]);
        let last = (first..chunks.len()).find(ends).unwrap_or(chunks.len() - 1);
        let weight: f64 = shares[first..=last].iter().sum();
        if last - first + 1 >= FEWEST_WORDS && best.is_none_or(|(_, _, most)| weight > most) {
            best = Some((first, last, weight));
        }
        first = last + 1;
    }
    let (first, last, weight) = best.filter(|(_, _, weight)| *weight > 0.0)?;
    Some((spelling(fields, &chunks[first], &chunks[last], LONGEST_SENTENCE), weight))
}

/// Whether a sentence ends between two chunks: at its mark (not after „z." or „15."), a blank line, another field.
fn ends_sentence(fields: &[&str], before: &Chunk, after: &Chunk) -> bool {
    let between = fields[before.field].get(before.to..after.from).unwrap_or_default();
    let short = before.to - before.from <= 2;
    before.field != after.field
        || between.contains(['!', '?'])
        || between.contains('.') && !short
        || between.matches('\n').count() > 1
}

fn lead(weights: &[f32; 3], class: Class) -> f32 {
    let own = weights[class.index()];
    let all = weights[0] + weights[1] + weights[2];
    own - (all - own) / 2.0
}

/// The strongest content words with their neighbours, strongest first; each chunk in one phrase only.
fn phrases(fields: &[&str], chunks: &[Chunk], mut shares: Vec<f64>) -> Vec<Phrase> {
    let mut seeds: Vec<usize> = (0..shares.len())
        .filter(|&at| says_something(&spelling(fields, &chunks[at], &chunks[at], LONGEST_PHRASE)))
        .collect();
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
    letters >= 3 && STOP_WORDS.binary_search(&word.to_lowercase().as_str()).is_err()
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
fn spelling(fields: &[&str], first: &Chunk, last: &Chunk, longest: usize) -> String {
    let spelt = fields[first.field].get(first.from..last.to).unwrap_or_default();
    let mut line = String::with_capacity(spelt.len().min(4 * longest));
    for word in spelt.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !c.is_control()));
        if line.chars().count() > longest {
            line = line.chars().take(longest).chain(['…']).collect();
            break;
        }
    }
    line
}

/// German and English words of every mail, in lower case and ascending order: alone they are no reason.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
        assert!(!says_something("über") && !says_something("Und") && says_something("Antrag"));
    }
}
