//! `bench`: runs the benchmarks one after another, and writes what they found to `docs/benchmarks.md`.
//!
//! ```text
//! cargo bench --bench NAME ─▶ a chapter, as one line of JSON ─▶ target/benchmarks/NAME.json ┐
//!                                                             those of earlier runs, too ───┴▶ docs/benchmarks.md, charts
//! ```

mod chart;
mod document;
mod finding;
mod growth;
mod machine;
mod runner;

use std::fs;

use anyhow::{Result, bail};
use testbed::corpus::repo_root;

use crate::chores;
use finding::Finding;

/// In the order of the document.
const BENCHES: [&str; 8] = ["backlog", "latency", "breadth", "size", "steps", "judging", "learning", "state"];

/// What is wanted.
#[derive(Debug, Default)]
pub struct Options {
    /// The short form, for a first look: nothing is kept or written.
    pub quick: bool,
    /// Nothing is measured: what was found before is written anew.
    pub again: bool,
    /// Which; all where none is named.
    pub names: Vec<String>,
}

/// Runs them; what fails is said in the document, and by the exit code.
pub fn run(options: &Options) -> Result<()> {
    if options.again {
        return publish(&known()?);
    }
    let names = chosen(&options.names)?;
    let binary = chores::release_binary()?;
    let mut fresh = Vec::new();
    for (done, name) in names.iter().enumerate() {
        eprintln!("== {name} ({} of {})", done + 1, names.len());
        let finding = runner::run(name, options.quick, &binary)?;
        match &finding.failure {
            Some(why) => eprintln!("== {name} failed: {why}"),
            None => eprintln!("== {name} done in {:.0} s", finding.seconds),
        }
        if !options.quick {
            finding.keep()?;
        }
        fresh.push(finding);
    }
    let failed: Vec<String> = fresh
        .iter()
        .filter(|finding| finding.failure.is_some())
        .map(|finding| finding.name.clone())
        .collect();
    if options.quick {
        println!("{}", document::written(&fresh, &[])?);
    } else {
        publish(&known()?)?;
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}

/// Writes the document and its charts.
fn publish(findings: &[Finding]) -> Result<()> {
    let docs = repo_root().join("docs");
    let charts = chart::all(findings);
    for chart in &charts {
        fs::write(docs.join("bilder").join(chart.file), &chart.svg)?;
    }
    fs::write(docs.join("benchmarks.md"), document::written(findings, &charts)?)?;
    println!("{}", document::summary(findings));
    println!("docs/benchmarks.md is written");
    Ok(())
}

/// What was found by this run or an earlier one, in the order of the document.
fn known() -> Result<Vec<Finding>> {
    let read = BENCHES.iter().map(|name| Finding::kept(name));
    Ok(read.collect::<Result<Vec<Option<Finding>>>>()?.into_iter().flatten().collect())
}

fn chosen(names: &[String]) -> Result<Vec<&'static str>> {
    if let Some(unknown) = names.iter().find(|name| !BENCHES.contains(&name.as_str())) {
        bail!("there is no benchmark {unknown}: there are {}", BENCHES.join(", "));
    }
    let is_chosen = |name: &&str| names.is_empty() || names.iter().any(|chosen| chosen == name);
    Ok(BENCHES.into_iter().filter(is_chosen).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_or_those_that_are_named_in_the_documents_order() {
        assert_eq!(chosen(&[]).unwrap(), BENCHES);
        assert_eq!(chosen(&["state".into(), "size".into()]).unwrap(), ["size", "state"]);
        assert!(chosen(&["speed".into()]).is_err());
    }
}
