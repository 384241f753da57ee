//! The document: goals and charts on the first screen, then machine and versions, then a chapter a benchmark.

use anyhow::Result;
use testbed::chapter::{Chapter, Series, Table};

use super::chart::Chart;
use super::finding::Finding;
use super::{growth, machine};

const HEAD: &str = "\
# Benchmarks

`cargo xtask bench` measures and writes this; every figure is of the runs named below. Comparisons are with what ran in
the same run on the same machine, so ratios carry over to other machines, and times do not.";

/// What the machine-readable chapters do not hold.
const MORE: &str = "\
## Also there

| | says |
| --- | --- |
| `cargo xtask bench --quick [NAME…]` | the same in short, on the terminal |
| `cargo xtask guard` | whether any step of the core takes other instructions than written down; part of `cargo xtask ci` |
| `cargo bench -p langhals-tests --bench figures` | how good model and rules are together |
| `cargo bench -p langhals-tests --bench listeners` | what 200 open pages or programs cost, and how soon the last one hears |
| `cargo bench -p langhals-store` | what a page of the queue costs with 100 and with 100,000 waiting messages |";

/// All of it, as Markdown.
pub fn written(findings: &[Finding], charts: &[Chart]) -> Result<String> {
    let mut parts = vec![HEAD.to_owned(), summary(findings)];
    parts.extend(charts.iter().map(|chart| format!("![{}](bilder/{})", chart.says, chart.file)));
    parts.push("## Machine and versions".to_owned());
    let facts = machine::facts()?;
    let rows: Vec<Vec<String>> =
        facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    parts.push(table(&[String::new(), String::new()], &rows));
    parts.extend(findings.iter().flat_map(chapter));
    parts.push(MORE.to_owned());
    Ok(parts.join("\n\n") + "\n")
}

/// Goals: asked, seen, met.
pub fn summary(findings: &[Finding]) -> String {
    let mut rows = Vec::new();
    for finding in findings {
        let goals = finding.chapter.iter().flat_map(|chapter| &chapter.goals);
        rows.extend(goals.map(|goal| row(&finding.name, &goal.what, &goal.asked, &goal.seen, met(goal.met))));
        if finding.failure.is_some() {
            rows.push(row(&finding.name, "the benchmark itself", "", "", "**failed**"));
        }
    }
    let growth = growth::goal(findings);
    rows.extend(growth.map(|goal| row("all", &goal.what, &goal.asked, &goal.seen, met(goal.met))));
    table(&["", "what", "asked", "seen", "met"].map(str::to_owned), &rows)
}

fn row(name: &str, what: &str, asked: &str, seen: &str, met: &str) -> Vec<String> {
    [name, what, asked, seen, met].map(str::to_owned).to_vec()
}

fn met(met: bool) -> &'static str {
    if met { "yes" } else { "**no**" }
}

/// The paragraphs of one benchmark.
fn chapter(finding: &Finding) -> Vec<String> {
    let Finding { commit, date, load, machine, seconds, .. } = finding;
    let mut parts = vec![
        format!("## {}", finding.title()),
        format!(
            "_`{}`, {date} UTC, commit {commit}, {machine}, load before {load}; took {seconds:.0} s._",
            finding.name
        ),
    ];
    parts.extend(finding.failure.iter().map(|why| format!("**Failed:** {why}")));
    parts.extend(finding.chapter.iter().flat_map(body));
    parts
}

fn body(chapter: &Chapter) -> Vec<String> {
    let mut parts = chapter.method.clone();
    for Table { caption, head, rows } in &chapter.tables {
        parts.extend((!caption.is_empty()).then(|| caption.clone()));
        parts.push(table(head, rows));
    }
    if !chapter.growth.is_empty() {
        parts.push(
            "How the cost grows with the size: cost = a · size to the power of the exponent; 1 is linear."
                .to_owned(),
        );
        let head = ["", "by", "cost", "exponent"].map(str::to_owned);
        let rows: Vec<Vec<String>> = chapter.growth.iter().map(grown).collect();
        parts.push(table(&head, &rows));
    }
    parts.extend(chapter.remarks.iter().cloned());
    parts
}

fn grown(series: &Series) -> Vec<String> {
    let points: Vec<String> =
        series.points.iter().map(|(size, cost)| format!("{}: {}", short(*size), short(*cost))).collect();
    let exponent = series.exponent().map_or("–".to_owned(), |exponent| format!("{exponent:.2}"));
    vec![series.what.clone(), series.of.clone(), format!("{} {}", points.join(" · "), series.unit), exponent]
}

/// Three digits that count, with commas between thousands.
fn short(number: f64) -> String {
    if number.abs() < 100.0 {
        let digits = if number.abs() < 1.0 {
            3
        } else if number.abs() < 10.0 {
            2
        } else {
            1
        };
        let text = format!("{number:.digits$}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let digits = format!("{number:.0}");
    let (minus, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |digits| ("-", digits));
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{minus}{text}")
}

/// A table; columns of numbers stand to the right.
fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> =
            cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        format!("| {} |", cells.join(" | "))
    };
    let is_number = |cell: &String| {
        cell.is_empty() || cell.starts_with(|c: char| c.is_ascii_digit() || "–<≤-".contains(c))
    };
    let right = |column: usize| column > 0 && rows.iter().filter_map(|row| row.get(column)).all(is_number);
    let rule: Vec<&str> = (0..head.len()).map(|column| if right(column) { "---:" } else { "---" }).collect();
    let mut lines = vec![line(head), format!("| {} |", rule.join(" | "))];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use testbed::chapter::Goal;

    use super::*;

    #[test]
    fn a_missed_goal_and_a_failed_benchmark_stand_in_the_first_table() {
        let goal = Goal { what: "a|b".into(), asked: "≤ 1".into(), seen: "2".into(), met: false };
        let chapter = Chapter { title: "Backlog".into(), goals: vec![goal], ..Chapter::default() };
        let findings = [
            Finding { name: "backlog".into(), chapter: Some(chapter), ..Finding::default() },
            Finding { name: "size".into(), failure: Some("no disk".into()), ..Finding::default() },
        ];
        let text = written(&findings, &[]).unwrap();
        assert!(text.contains("| backlog | a\\|b | ≤ 1 | 2 | **no** |"), "{text}");
        assert!(text.contains("| size | the benchmark itself |  |  | **failed** |"), "{text}");
        assert!(text.contains("**Failed:** no disk"), "{text}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(1_234_567.4), "1,234,567");
        assert_eq!(short(999.6), "1,000");
        assert_eq!(short(12.34), "12.3");
        assert_eq!(short(2.0), "2");
        assert_eq!(short(0.1234), "0.123");
    }
}
