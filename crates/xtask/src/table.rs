//! Prints what became of the demo's mailbox: the sorted mails, how many of each tag, how often it was right.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{ContentArrangement, Table, presets};
use domain::{Class, Tag};

use crate::letters::Letter;

const PREFIX: &str = "triage-";

/// One row an arrived mail, grouped by tags, in order of arrival.
pub fn print_mailbox(sorted: &[(&Letter, BTreeSet<Tag>)]) {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["Absender", "Betreff", "Tags", "Warum"]);
    let mut rows: Vec<&(&Letter, BTreeSet<Tag>)> = sorted.iter().collect();
    rows.sort_by_key(|(_, tags)| order(tags));
    for (letter, tags) in rows {
        table.add_row([
            shortened(&letter.record.from_name, 24),
            shortened(&letter.record.subject, 44),
            titles(tags),
            shortened(&letter.why, 90),
        ]);
    }
    println!("{table}");
}

/// Urgent before the rest, and within each the class tags in their own order.
fn order(tags: &BTreeSet<Tag>) -> (u8, Option<Tag>) {
    let urgency = match (tags.contains(&Tag::Hoch), tags.contains(&Tag::Niedrig)) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    };
    (urgency, tags.first().copied())
}

/// How many mails carry each tag, and how that compares with the labels.
pub fn print_figures(sorted: &[(&Letter, BTreeSet<Tag>)]) {
    let mut counts: BTreeMap<Tag, usize> = BTreeMap::new();
    sorted.iter().flat_map(|(_, tags)| tags).for_each(|&tag| *counts.entry(tag).or_default() += 1);
    let counts: Vec<String> = counts.iter().map(|(tag, n)| format!("{} {n}", tag.title())).collect();
    println!("\n{} mails: {}", sorted.len(), counts.join(" · "));

    let classed: Vec<(&str, &str)> = sorted
        .iter()
        .filter_map(|(letter, tags)| Some((tags.iter().find_map(|tag| tag.class())?, letter)))
        .map(|(class, letter)| (class_name(class), letter.record.class.as_str()))
        .collect();
    let right = classed.iter().filter(|(found, label)| found == label).count();
    let prioritised =
        sorted.iter().filter(|(letter, tags)| priority_name(tags) == letter.record.priority).count();
    println!(
        "Measured against their labels (authors the default model has not learnt from): \
         class right {right} of {} tagged ({}), {} left to a person as \"{}\"; priority right {prioritised} of {} ({}).",
        classed.len(),
        percent(right, classed.len()),
        sorted.len() - classed.len(),
        Tag::Unsicher.title(),
        sorted.len(),
        percent(prioritised, sorted.len()),
    );
}

/// The German titles, with commas.
pub fn titles(tags: &BTreeSet<Tag>) -> String {
    let titles: Vec<&str> = tags.iter().map(|tag| tag.title()).collect();
    titles.join(", ")
}

/// Langhals' own tags among a message's flags.
pub fn own_tags(flags: &BTreeSet<String>) -> BTreeSet<Tag> {
    let names = flags.iter().map(|flag| flag.to_ascii_lowercase());
    names.filter_map(|flag| Tag::from_name(flag.strip_prefix(PREFIX)?)).collect()
}

/// At most `most` characters, with an ellipsis where something is left out.
pub fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Application => "application",
        Class::Inquiry => "inquiry",
        Class::Other => "other",
    }
}

fn priority_name(tags: &BTreeSet<Tag>) -> &'static str {
    match (tags.contains(&Tag::Hoch), tags.contains(&Tag::Niedrig)) {
        (true, _) => "high",
        (false, true) => "low",
        (false, false) => "normal",
    }
}
