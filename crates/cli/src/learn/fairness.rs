//! The same mails under other names and in other German, judged by one model.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use model::Model;
use model::fairness::{Fairness, Letter, Names, Tally, variants};

use crate::{corpus, progress};

/// The names that come with the program.
const NAMES: &str = include_str!("../../../../data/names.toml");

/// Draws the names: fixed, so that two models are asked the same.
const SEED: u64 = 1;

/// Our names, and those of the files.
///
/// # Errors
/// Naming the file that is no list of names.
pub fn names(files: &[PathBuf]) -> anyhow::Result<Names> {
    let mut names = Names::default();
    names.add(toml::from_str(NAMES).context("data/names.toml is damaged")?);
    for file in files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read the names in {}", file.display()))?;
        names.add(parsed(file, &text).with_context(|| {
            format!(
                "{} is no list of names: use the form of data/names.toml, or JSON with first_female, first_male and last of each origin",
                file.display()
            )
        })?);
    }
    Ok(names)
}

fn parsed(file: &Path, text: &str) -> anyhow::Result<Names> {
    let json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    Ok(if json { serde_json::from_str(text)? } else { toml::from_str(text)? })
}

/// Judges every letter and its variants.
pub fn measure(model: &Model, letters: &[Letter], names: &Names) -> Fairness {
    let bar = progress::bar(letters.len() as u64, "fairness");
    let mut tally = Tally::default();
    for letter in letters {
        let verdict = |letter: &Letter| model.classify(&corpus::composed(letter));
        let changed =
            variants(letter, names, SEED).into_iter().map(|(kind, variant)| (kind, verdict(&variant)));
        tally.add(&letter.id, &verdict(letter), changed);
        bar.inc(1);
    }
    bar.finish_and_clear();
    tally.fairness()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_names_are_many_and_whole() {
        let names = names(&[]).unwrap();
        assert!(names.origins().count() >= 12);
        let letter = Letter { from_name: "Erika Groß".into(), ..Letter::default() };
        let variants = variants(&letter, &names, SEED);
        assert_eq!(variants.len(), 2 * names.origins().count());
        assert!(variants.iter().all(|(_, variant)| variant.from_name.split(' ').count() >= 2));
    }
}
