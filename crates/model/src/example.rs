//! A labelled mail to learn from or to be measured on, and the order and folds that labelled mails stand in.

use std::collections::BTreeMap;

use domain::{Class, Label, Message, Priority};
use sha2::{Digest, Sha256};

use crate::text::sources;

/// A labelled mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Unique in its corpus; the only trace of a mail in figures and error lists.
    pub id: String,
    /// The mail.
    pub message: Message,
    /// What the authority must do with it.
    pub class: Class,
    /// How soon somebody should look.
    pub priority: Priority,
    /// Author file: never split across folds.
    pub group: String,
    /// `easy`, `medium`, `hard`; only for figures.
    pub difficulty: String,
    /// ISO 639-1 code; only for figures.
    pub language: String,
}

impl Example {
    /// What is learnt of it: labels and whatever features may read.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut sha = Sha256::new();
        let mut part = |text: &str| {
            sha.update((text.len() as u64).to_le_bytes());
            sha.update(text.as_bytes());
        };
        [self.id.as_str(), self.group.as_str(), self.class.name(), self.priority.name()]
            .into_iter()
            .for_each(&mut part);
        part(self.message.from.as_ref().map_or("", |from| from.name.as_str()));
        sources(&self.message).for_each(&mut part);
        let c = &self.message.circumstances;
        sha.update([c.bulk, c.automatic, c.reply, c.handed_over, c.forwarded].map(u8::from));
        sha.finalize().into()
    }
}

/// Examples in the order in which they are learnt, whatever order they came in; and the corpus' hash.
pub(crate) fn in_order(examples: &[Example]) -> (Vec<&Example>, String) {
    let mut keyed: Vec<_> = examples.iter().map(|example| (&example.id, example.digest(), example)).collect();
    keyed.sort_by_key(|(id, digest, _)| (*id, *digest));
    let mut sha = Sha256::new();
    for (_, digest, _) in &keyed {
        sha.update(digest);
    }
    (keyed.into_iter().map(|(_, _, example)| example).collect(), hex(&sha.finalize()))
}

/// Which fold each example is held out in, in `0..folds`: whole groups, the biggest first into the smallest fold.
/// Fewer groups than two cannot be held apart: then single examples are.
pub(crate) fn folds(examples: &[&Example], folds: usize, seed: u64) -> Vec<usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for example in examples {
        *sizes.entry(&example.group).or_default() += 1;
    }
    let apart = sizes.len() >= 2;
    if !apart {
        sizes = examples.iter().map(|example| (example.id.as_str(), 1)).collect();
    }
    let mut names: Vec<(&str, usize)> = sizes.into_iter().collect();
    names.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), lot(seed, name)));

    let mut filled = vec![0; folds.min(names.len()).max(1)];
    let mut fold_of = BTreeMap::new();
    for (name, size) in names {
        let smallest = (0..filled.len()).min_by_key(|&fold| filled[fold]).unwrap_or(0);
        filled[smallest] += size;
        fold_of.insert(name, smallest);
    }
    examples.iter().map(|e| fold_of[if apart { e.group.as_str() } else { e.id.as_str() }]).collect()
}

/// A number drawn for a name: the same for the same seed, on every machine.
pub(crate) fn lot(seed: u64, name: &str) -> u64 {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(name).finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

/// An example without content, for tests of what goes by id and group.
#[cfg(test)]
pub(crate) fn example(id: &str, group: &str) -> Example {
    Example {
        id: id.into(),
        message: Message::default(),
        class: Class::Other,
        priority: Priority::Low,
        group: group.into(),
        difficulty: "easy".into(),
        language: "de".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_they_came_in_does_not_matter() {
        let (a, b) = (example("1", "x"), example("2", "x"));
        assert_eq!(in_order(&[a.clone(), b.clone()]).1, in_order(&[b.clone(), a.clone()]).1);
        assert_ne!(in_order(&[a.clone(), b]).1, in_order(&[a.clone(), a]).1);
    }

    #[test]
    fn a_group_is_never_split() {
        let examples: Vec<Example> = (0..60).map(|i| example(&i.to_string(), &(i % 7).to_string())).collect();
        let all: Vec<&Example> = examples.iter().collect();
        let folds = folds(&all, 5, 1);
        assert!((0..60).all(|i| folds[i] == folds[i % 7]));
        assert!((0..5).all(|fold| folds.contains(&fold)));
    }

    #[test]
    fn a_single_group_is_split_by_mail() {
        let examples: Vec<Example> = (0..20).map(|i| example(&i.to_string(), "x")).collect();
        let all: Vec<&Example> = examples.iter().collect();
        assert!((0..5).all(|fold| folds(&all, 5, 1).contains(&fold)));
    }
}
