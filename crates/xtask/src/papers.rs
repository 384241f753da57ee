//! What a package carries besides the program: configuration, man page, licences, and the bill of materials.
//!
//! All of it is made from what is there (the example configuration, `--help`, Cargo's own graph of crates), so that none of
//! it can grow stale; and the same commit gives the same bytes.

#[cfg(test)]
mod allowed;
mod bill;
mod crates;
mod licences;
mod man;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use testbed::corpus::repo_root;

pub use self::bill::hex;
use self::crates::Crates;
use crate::chores::succeed;

/// Writes them all into a folder; `binary` is asked for its help, `epoch` is the commit's time.
pub fn write_all(folder: &Path, binary: &Path, epoch: i64) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let crates = Crates::of("langhals-cli")?;
    let example = fs::read_to_string(repo_root().join("deploy/langhals.toml"))?;
    let licence = fs::read_to_string(repo_root().join("LICENSE"))?;
    for (name, text) in [
        ("langhals.toml", configuration(&example)?),
        ("langhals.1", man::page(binary, epoch)?),
        ("copyright", copyright(&licence)),
        ("THIRD-PARTY.md", licences::list(&crates)?),
        ("langhals.cdx.json", bill::of_materials(&crates, epoch)?),
    ] {
        fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    // As Debian wants man pages; without name and time, so that the same page gives the same bytes.
    succeed(Command::new("gzip").args(["--best", "--no-name", "--force"]).arg(folder.join("langhals.1")))
}

/// The bill of materials alone, and the licences: for whoever wants them without a package.
pub fn bill(folder: &Path, epoch: i64) -> Result<()> {
    fs::create_dir_all(folder)?;
    let crates = Crates::of("langhals-cli")?;
    fs::write(folder.join("langhals.cdx.json"), bill::of_materials(&crates, epoch)?)?;
    fs::write(folder.join("THIRD-PARTY.md"), licences::list(&crates)?)?;
    println!("{}: langhals.cdx.json, THIRD-PARTY.md", folder.display());
    Ok(())
}

/// The example configuration as a package installs it: paths as the unit has them, and no mailbox yet, so that a start
/// before anybody has edited it says so instead of trying strange servers.
pub fn configuration(example: &str) -> Result<String> {
    let mut text = example.to_owned();
    for (from, to) in [
        (
            "dir = \"models\"                     # the folder",
            "dir = \"/var/lib/langhals/models\"   # the folder",
        ),
        (
            "password_file = \"poststelle.password\"      # readable for langhals only",
            "password_file = \"credentials/poststelle\"   # readable for root only, who hands it to the service (LoadCredential= in its unit)",
        ),
    ] {
        ensure!(text.matches(from).count() == 1, "deploy/langhals.toml has not, or not once: {from}");
        text = text.replace(from, to);
    }
    let (general, mailbox) =
        text.split_once("\n[[mailbox]]\n").context("deploy/langhals.toml has no [[mailbox]]")?;
    let (mailbox, rest) = mailbox.split_once("\n\n").unwrap_or((mailbox, ""));
    let commented = |line: &str| if line.starts_with('#') { line.to_owned() } else { format!("# {line}") };
    let mailbox: Vec<String> = mailbox.lines().map(commented).collect();
    Ok(format!(
        "{general}\n# The first thing to do: say which mailbox. Take the # away from these lines, as many times as you have mailboxes.\n\
         # [[mailbox]]\n{}\n\n{rest}",
        mailbox.join("\n")
    ))
}

/// Debian's machine-readable form: our licence whole, the crates' by reference.
fn copyright(licence: &str) -> String {
    let indented = |line: &str| if line.trim().is_empty() { " .".to_owned() } else { format!(" {line}") };
    let text: Vec<String> = licence.lines().map(indented).collect();
    format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
         Upstream-Name: langhals\n\
         Comment: The program is linked with the libraries listed, with their licences, in THIRD-PARTY.md beside this file;\n \
         langhals.cdx.json lists them for machines.\n\
         \nFiles: *\nCopyright: the Langhals authors\nLicense: EUPL-1.2\n\
         \nLicense: EUPL-1.2\n{}\n",
        text.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packaged_configuration_is_the_example_without_a_mailbox() {
        let example = fs::read_to_string(repo_root().join("deploy/langhals.toml")).unwrap();
        let packaged = configuration(&example).unwrap();
        let table: toml::Table = toml::from_str(&packaged).unwrap();
        assert_eq!(table["model"]["dir"].as_str(), Some("/var/lib/langhals/models"));
        assert!(!table.contains_key("mailbox"), "the packaged configuration names a mailbox");
        // Taking the # away gives the example again.
        let edited = packaged.replace("\n# [[mailbox]]\n", "\n[[mailbox]]\n");
        let (head, tail) = edited.split_once("\n[[mailbox]]\n").unwrap();
        let (mailbox, rest) = tail.split_once("\n\n").unwrap();
        let keys: Vec<&str> = mailbox.lines().filter_map(|line| line.strip_prefix("# ")).collect();
        let table: toml::Table =
            toml::from_str(&format!("{head}\n[[mailbox]]\n{}\n\n{rest}", keys.join("\n"))).unwrap();
        let mailbox = &table["mailbox"][0];
        assert_eq!(mailbox["password_file"].as_str(), Some("credentials/poststelle"));
        assert_eq!(mailbox["host"].as_str(), Some("imap.amt.example"));
    }

    #[test]
    fn the_copyright_file_keeps_the_licence_whole() {
        let text = copyright("First.\n\n  Second.\n");
        assert!(text.ends_with("License: EUPL-1.2\n First.\n .\n   Second.\n"));
    }
}
