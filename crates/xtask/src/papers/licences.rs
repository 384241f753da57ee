//! `THIRD-PARTY.md`: whose work the program is made of, and under which terms, each text once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use testbed::corpus::repo_root;

use super::crates::{Crate, Crates};

const HEAD: &str = "# Third-party software in Langhals\n\n\
    Langhals is linked with these libraries. \"builds\" marks what only helps to build: nothing of it is in the program.\n\n\
    | crate | version | licence | |\n| --- | --- | --- | --- |\n";

/// What the page carries besides crates, and where its terms stand.
const ASSETS: [(&str, &str); 3] = [
    ("idiomorph (the page's script)", "idiomorph/LICENSE.txt"),
    ("KERN UX (the page's style)", "kern/LICENSE.md"),
    ("Fira Sans (the page's fonts)", "kern/OFL-FiraSans.txt"),
];

/// The list, then every text with those that it holds for.
pub fn list(crates: &Crates) -> Result<String> {
    let mut text = HEAD.to_owned();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for krate in sorted(crates) {
        let licence = krate.licence.as_deref().unwrap_or("see its file");
        let builds = if krate.only_builds { "builds" } else { "" };
        text += &format!("| {} | {} | {licence} | {builds} |\n", krate.name, krate.version);
        if !krate.only_builds {
            for licence in texts_of(&krate.folder)? {
                texts.entry(licence).or_default().push(format!("{} {}", krate.name, krate.version));
            }
        }
    }
    for (name, file) in ASSETS {
        let licence = fs::read_to_string(repo_root().join("crates/web/assets").join(file))?;
        texts.entry(licence.trim().to_owned()).or_default().push(name.to_owned());
    }
    let mut by_holders: Vec<(Vec<String>, String)> =
        texts.into_iter().map(|(licence, holders)| (holders, licence)).collect();
    by_holders.sort();
    for (holders, licence) in by_holders {
        text += &format!("\n## {}\n\n```text\n{}\n```\n", holders.join(", "), licence.replace("```", "'''"));
    }
    Ok(text)
}

fn sorted(crates: &Crates) -> Vec<&Crate> {
    let mut foreign: Vec<&Crate> = crates.foreign().collect();
    foreign.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    foreign
}

/// The licence and notice files at the top of a crate.
fn texts_of(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        let told = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
        if path.is_file() && told.iter().any(|start| name.starts_with(start)) {
            files.push(path);
        }
    }
    files.sort();
    let text = |path| -> Result<String> { Ok(String::from_utf8_lossy(&fs::read(path)?).trim().to_owned()) };
    files.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_is_listed_and_a_shared_text_stands_there_once() {
        let crates = Crates::of("langhals-cli").unwrap();
        let text = list(&crates).unwrap();
        assert!(text.contains("| sled | 0.34.7 | MIT OR Apache-2.0 |  |"));
        for krate in crates.foreign() {
            assert!(text.contains(&format!("| {} | {} |", krate.name, krate.version)));
        }
        let apache = text.matches("TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION").count();
        assert!(text.contains("SIL OPEN FONT LICENSE"));
        assert!(apache < 40, "the Apache licence stands there {apache} times");
    }
}
