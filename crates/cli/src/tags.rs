//! `langhals tags`: what makes the tags visible in a mail client, in colour, under their German names.
//!
//! ```text
//!   prefix, [tags.ox] ─▶ snippets of the client ─▶ stdout, or files below --out
//! ```
//! Tried in the clients themselves: `tests/tests/clients.rs`, and `cargo xtask screenshots --client …`.

mod ox;
mod palette;
mod roundcube;
mod thunderbird;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::ValueEnum;

use crate::arguments::{Arguments, Client, SnippetForm, TagsOptions};
use crate::output::Usage;
use crate::{output, run};

/// A file that a client, or its server, reads.
struct Snippet {
    /// Where it belongs below `--out`.
    name: &'static str,
    text: String,
}

/// Prints the snippet, or writes the files, for the configuration's prefix and colours if there is one.
pub fn tags(arguments: &Arguments, options: &TagsOptions) -> anyhow::Result<ExitCode> {
    let (prefix, colours) = run::optional_configuration(arguments)?
        .map_or_else(Default::default, |config| (config.prefix, config.ox_colours));
    let whole = options.out.is_some();
    let snippets = match (options.client, options.form) {
        (Client::Thunderbird, None) if whole => {
            vec![thunderbird::policies(&prefix), thunderbird::user_js(&prefix)]
        }
        (Client::Thunderbird, None | Some(SnippetForm::UserJs)) => vec![thunderbird::user_js(&prefix)],
        (Client::Thunderbird, Some(SnippetForm::Policies)) => vec![thunderbird::policies(&prefix)],
        (Client::Ox, None) if whole => vec![ox::sieve(&prefix, &colours), ox::dovecot()],
        (Client::Ox, None | Some(SnippetForm::Sieve)) => vec![ox::sieve(&prefix, &colours)],
        (Client::Ox, Some(SnippetForm::Dovecot)) => vec![ox::dovecot()],
        (Client::Roundcube, None) => roundcube::plugin(&prefix)?,
        (client, Some(form)) => return Err(no_such_form(client, form)),
    };
    match &options.out {
        Some(folder) => write(folder, &snippets)?,
        None => output::print(&printed(&snippets))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn no_such_form(client: Client, form: SnippetForm) -> anyhow::Error {
    let forms = match client {
        Client::Thunderbird => "use user-js or policies",
        Client::Ox => "use sieve or dovecot",
        Client::Roundcube => "leave --form out",
    };
    Usage(format!("--form {} is nothing for {}: {forms}", name(&form), name(&client))).into()
}

/// As it stands on the command line.
fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// One as it stands; several each under its name.
fn printed(snippets: &[Snippet]) -> String {
    match snippets {
        [one] => one.text.clone(),
        several => {
            let each = several.iter().map(|one| format!("==> {} <==\n{}", one.name, one.text));
            each.collect::<Vec<_>>().join("\n")
        }
    }
}

fn write(folder: &Path, snippets: &[Snippet]) -> anyhow::Result<()> {
    for Snippet { name, text } in snippets {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        output::line(&path.display().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::{Tag, TagPrefix};

    use super::*;

    #[test]
    fn every_client_gets_every_tag_under_its_keyword_and_name() {
        let prefix = TagPrefix::new("sort-").unwrap();
        let plugin = roundcube::plugin(&prefix).unwrap();
        for snippet in [thunderbird::user_js(&prefix), thunderbird::policies(&prefix)] {
            for tag in Tag::ALL {
                assert!(snippet.text.contains(&prefix.keyword(tag)), "{}", snippet.text);
                assert!(snippet.text.contains(tag.title()), "{}", snippet.text);
            }
        }
        let plugin = printed(&plugin);
        for tag in Tag::ALL {
            assert!(plugin.contains(&prefix.keyword(tag).to_uppercase()) && plugin.contains(tag.title()));
        }
    }

    #[test]
    fn several_files_are_printed_each_under_its_name() {
        let snippet = |name| Snippet { name, text: format!("of {name}\n") };
        assert_eq!(printed(&[snippet("a")]), "of a\n");
        assert_eq!(printed(&[snippet("a"), snippet("b")]), "==> a <==\nof a\n\n==> b <==\nof b\n");
    }
}
