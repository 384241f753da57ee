//! Why a class: every feature's share of the verdict is given back to the words that it came from.

use domain::{Class, Label, Message, Reason, Subject, Tag};

use crate::features::{self, Feature};
use crate::lexicon::Lexicon;
use crate::text::{Chunk, Reading, sources};

/// At most so many reasons: more is no explanation.
const MOST: usize = 6;

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
    for phrase in phrases(&reading, shares) {
        let spelt = spelling(&fields, &reading.chunks[phrase.first], &reading.chunks[phrase.last]);
        match found.iter_mut().find(|(other, _)| other.to_lowercase() == spelt.to_lowercase()) {
            Some((_, weight)) => *weight += phrase.weight,
            None => found.push((spelt, phrase.weight)),
        }
    }
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    found.truncate(MOST);
    found.into_iter().map(|(spelt, weight)| reason(&spelt, weight, class)).collect()
}

fn reason(spelt: &str, weight: f64, class: Class) -> Reason {
    let direction = if weight >= 0.0 { "für" } else { "gegen" };
    let title = Tag::of_class(class).title();
    Reason { subject: Subject::Class, text: format!("spricht {direction} {title}: ‚{spelt}‘"), weight }
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

/// The strongest chunks with their neighbours, strongest first; each chunk in one phrase only.
fn phrases(reading: &Reading, mut shares: Vec<f64>) -> Vec<Phrase> {
    for (share, chunk) in shares.iter_mut().zip(&reading.chunks) {
        if chunk.to < chunk.from + 3 {
            *share = 0.0;
        }
    }
    let mut seeds: Vec<usize> = (0..shares.len()).collect();
    seeds.sort_by(|&a, &b| shares[b].abs().total_cmp(&shares[a].abs()).then(a.cmp(&b)));
    let faintest = seeds.first().map_or(0.0, |&seed| shares[seed].abs() * FAINTEST).max(1e-6);
    let mut phrases = Vec::new();
    for seed in seeds {
        if shares[seed].abs() < faintest || phrases.len() == 2 * MOST {
            continue;
        }
        let phrase = grow(reading, &shares, seed);
        shares[phrase.first..=phrase.last].fill(0.0);
        phrases.push(phrase);
    }
    phrases
}

/// Takes in neighbours that say the same, nearly as strongly.
fn grow(reading: &Reading, shares: &[f64], seed: usize) -> Phrase {
    let mut phrase = Phrase { first: seed, last: seed, weight: shares[seed] };
    let belongs = |at: usize| {
        reading.chunks[at].field == reading.chunks[seed].field && shares[at] / shares[seed] >= COMPANION
    };
    while phrase.last - phrase.first + 1 < LONGEST {
        if phrase.last + 1 < shares.len() && belongs(phrase.last + 1) {
            phrase.last += 1;
            phrase.weight += shares[phrase.last];
        } else if phrase.first > 0 && belongs(phrase.first - 1) {
            phrase.first -= 1;
            phrase.weight += shares[phrase.first];
        } else {
            break;
        }
    }
    phrase
}

/// The words as the mail spells them, on one line and of bounded length.
fn spelling(fields: &[&str], first: &Chunk, last: &Chunk) -> String {
    let spelt = fields[first.field].get(first.from..last.to).unwrap_or_default();
    let words: Vec<&str> = spelt.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(80).collect()
}
