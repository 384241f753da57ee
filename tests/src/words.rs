//! The page's own words, read from its locales: tests name what they look for as the page does, however it is worded.

use std::fs;

use anyhow::{Context, Result};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

use crate::corpus::repo_root;

/// All words of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// `de` or `en`.
    ///
    /// # Errors
    /// If its files cannot be read.
    pub fn read(language: &str) -> Result<Self> {
        let mut bundle = FluentBundle::new(vec![language.parse()?]);
        bundle.set_use_isolating(false);
        let folder = repo_root().join("crates/web/locales").join(language);
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            // What does not parse is missing; the page's own tests say so.
            let resource = FluentResource::try_new(fs::read_to_string(entry?.path())?);
            bundle.add_resource_overriding(resource.unwrap_or_else(|(resource, _)| resource));
        }
        Ok(Self { bundle })
    }

    /// The words of that name.
    ///
    /// # Panics
    /// Where there are none.
    #[track_caller]
    pub fn say(&self, name: &str) -> String {
        self.fill(name, &[])
    }

    /// The words of that name with these values in it.
    ///
    /// # Panics
    /// Where there are none.
    #[track_caller]
    pub fn fill(&self, name: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let pattern = self.bundle.get_message(name).and_then(|message| message.value());
        assert!(pattern.is_some(), "the page has no words called {name}");
        let arguments: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let said =
            pattern.map(|pattern| self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()));
        // Names of elements are compared with plain blanks.
        said.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_both_languages() {
        let said = ["de", "en"].map(|language| Words::read(language).unwrap().say("class-inquiry"));
        assert_eq!(said, ["Rückfrage", "Inquiry"]);
    }
}
