//! Any text as a configuration, in the file and in the environment: refused with a place and a sentence, or whole.
//!
//! ```text
//!   the file      a line "---"      variables, one a line: LANGHALS_WEB__LISTEN=…
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::Config;

/// Panics where a configuration is neither refused with a sentence nor whole.
pub fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (file, variables) = text.split_once("\n---\n").unwrap_or((text, ""));
    let variable = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment: BTreeMap<String, String> = variables.lines().filter_map(variable).collect();
    match Config::parse("fuzz.toml", file, Path::new("/etc/langhals"), &environment) {
        Ok(config) => {
            assert!(!config.posts.is_empty() && config.state.is_absolute() && config.models.is_absolute());
            assert!(config.posts.iter().all(|post| !post.folders.is_empty()));
        }
        Err(error) => {
            let sentence = error.to_string();
            let place = ["fuzz.toml", "environment"].iter().any(|place| sentence.starts_with(place));
            assert!(place && sentence.contains(": "), "{sentence}");
        }
    }
}
