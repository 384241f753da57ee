//! Bars as SVG, light and dark as the reader's screen is, on a card of their own: readable on any page.

use super::finding::Finding;
use super::growth;

/// A picture of the document.
pub struct Chart {
    /// Its name in `docs/bilder`.
    pub file: &'static str,
    /// What it shows, for those who do not see it.
    pub says: String,
    /// The picture.
    pub svg: String,
}

struct Bar {
    name: String,
    value: f64,
    written: String,
    /// Ours, among others'.
    ours: bool,
}

struct Plot {
    title: String,
    /// What the bars are measured in.
    axis: String,
    /// Where the axis begins and ends, and whether by powers of ten.
    range: (f64, f64),
    logarithmic: bool,
    /// Lines across the bars: where, and what stands below.
    ticks: Vec<(f64, String)>,
    bars: Vec<Bar>,
}

const WIDTH: f64 = 880.0;
/// Where the bars begin and end; names stand to the left, values to the right.
const LEFT: f64 = 330.0;
const RIGHT: f64 = 790.0;
const TOP: f64 = 74.0;
const ROW: f64 = 30.0;
const LONGEST_NAME: usize = 46;

const STYLE: &str = "\
text{font:14px system-ui,sans-serif;fill:#1f2328}.title{font-size:17px;font-weight:600}.axis{font-size:12px;fill:#59636e}\
.card{fill:#fff;stroke:#d1d9e0}.grid{stroke:#d1d9e0}.other{fill:#8b949e}.ours{fill:#0b7a5c}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.axis{fill:#9198a1}.card{fill:#0d1117;stroke:#3d444d}\
.grid{stroke:#3d444d}.other{fill:#6e7681}.ours{fill:#3fb68b}}";

/// All that there is something to draw for.
pub fn all(findings: &[Finding]) -> Vec<Chart> {
    [rates(findings), exponents(findings)].into_iter().flatten().collect()
}

/// The rates of the backlog: every row of its first table with a column `mails/s`.
fn rates(findings: &[Finding]) -> Option<Chart> {
    let chapter = findings.iter().find(|finding| finding.name == "backlog")?.chapter.as_ref()?;
    let column = |head: &[String]| head.iter().position(|name| name == "mails/s");
    let (table, column) = chapter.tables.iter().find_map(|table| Some((table, column(&table.head)?)))?;
    let bar = |row: &Vec<String>| {
        let (name, written) = (row.first()?.clone(), row.get(column)?.clone());
        let value = written.replace([',', ' '], "").parse().ok().filter(|rate: &f64| *rate > 0.0)?;
        let ours = name.to_lowercase().starts_with("langhals");
        Some(Bar { name, value, written, ours })
    };
    let bars: Vec<Bar> = table.rows.iter().filter_map(bar).collect();
    let most = bars.iter().map(|bar| bar.value).fold(f64::NAN, f64::max);
    let least = bars.iter().map(|bar| bar.value).fold(f64::NAN, f64::min);
    if bars.len() < 2 {
        return None;
    }
    let first = least.log10().floor() as i32 - i32::from(least.log10().fract() < 0.1);
    let last = most.log10().ceil() as i32;
    let plot = Plot {
        title: "Sorting a backlog: mails a second".to_owned(),
        axis: "each step to the right is ten times as many".to_owned(),
        range: (10f64.powi(first), 10f64.powi(last)),
        logarithmic: true,
        ticks: (first..=last).map(|power| (10f64.powi(power), format!("{}", 10f64.powi(power)))).collect(),
        bars,
    };
    Some(Chart { file: "benchmarks-rates.svg", says: said(&plot), svg: drawn(&plot) })
}

/// How each cost grows.
fn exponents(findings: &[Finding]) -> Option<Chart> {
    let bar = |(series, exponent): (&testbed::chapter::Series, f64)| Bar {
        name: series.what.clone(),
        value: exponent.max(0.0),
        written: format!("{exponent:.2}"),
        ours: true,
    };
    let bars: Vec<Bar> = growth::exponents(findings).into_iter().map(bar).collect();
    let most = bars.iter().map(|bar| bar.value).fold(1.25, f64::max);
    let plot = Plot {
        title: "Growth: cost = a · size to the power of …".to_owned(),
        axis: "0: the same whatever the size · 1: twice the size costs twice as much".to_owned(),
        range: (0.0, most),
        logarithmic: false,
        ticks: vec![(0.0, "0".into()), (0.5, "0.5".into()), (1.0, "1".into())],
        bars,
    };
    (!plot.bars.is_empty()).then(|| Chart {
        file: "benchmarks-growth.svg",
        says: said(&plot),
        svg: drawn(&plot),
    })
}

fn said(plot: &Plot) -> String {
    let bars: Vec<String> = plot.bars.iter().map(|bar| format!("{} {}", bar.name, bar.written)).collect();
    format!("{}: {}", plot.title, bars.join(", ")).replace(['[', ']'], "")
}

fn drawn(plot: &Plot) -> String {
    let bottom = TOP + ROW * plot.bars.len() as f64;
    let height = bottom + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n\
         <rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        escaped(&plot.title),
        WIDTH - 1.0,
        height - 1.0
    );
    svg += &text(20.0, 32.0, "title", "start", &plot.title);
    svg += &text(20.0, 54.0, "axis", "start", &plot.axis);
    for (value, name) in &plot.ticks {
        let x = place(plot, *value);
        svg += &format!("<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\n");
        svg += &text(x, bottom + 18.0, "axis", "middle", name);
    }
    for (number, bar) in plot.bars.iter().enumerate() {
        svg += &row(plot, bar, TOP + ROW * number as f64);
    }
    svg + "</svg>\n"
}

fn row(plot: &Plot, bar: &Bar, y: f64) -> String {
    let end = place(plot, bar.value);
    let class = if bar.ours { "ours" } else { "other" };
    let name: String = bar.name.chars().take(LONGEST_NAME).collect();
    let middle = y + ROW / 2.0 + 5.0;
    let width = (end - LEFT).max(1.5);
    text(LEFT - 12.0, middle, "", "end", &name)
        + &format!(
            "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\" rx=\"2\"/>\n",
            y + 5.0,
            ROW - 10.0
        )
        + &text(LEFT + width + 8.0, middle, "", "start", &bar.written)
}

/// Where a value lies between left and right.
fn place(plot: &Plot, value: f64) -> f64 {
    let (first, last) = plot.range;
    let share = if plot.logarithmic {
        (value / first).ln() / (last / first).ln()
    } else {
        (value - first) / (last - first)
    };
    LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
}

fn text(x: f64, y: f64, class: &str, anchor: &str, words: &str) -> String {
    let words = escaped(words);
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{words}</text>\n")
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use testbed::chapter::{Chapter, Series, Table};

    use super::*;

    fn backlog() -> Finding {
        let row = |name: &str, rate: &str| vec![name.to_owned(), rate.to_owned()];
        let table = Table {
            head: vec![String::new(), "mails/s".into()],
            rows: vec![row("Langhals, maildir", "1,600"), row("isbg <spamd>", "7.6"), row("none", "–")],
            ..Table::default()
        };
        let growth = Series { points: vec![(1.0, 1.0), (10.0, 10.0)], ..Series::default() };
        let chapter = Chapter { tables: vec![table], growth: vec![growth], ..Chapter::default() };
        Finding { name: "backlog".into(), chapter: Some(chapter), ..Finding::default() }
    }

    #[test]
    fn rates_and_exponents_become_bars_and_nothing_else_is_drawn() {
        let charts = all(&[backlog()]);
        assert_eq!(charts.len(), 2);
        assert_eq!(charts[0].svg.matches("class=\"ours\"").count(), 1);
        assert_eq!(charts[0].svg.matches("class=\"other\"").count(), 1);
        assert!(charts[0].svg.contains("isbg &lt;spamd>") && charts[1].svg.contains(">1.00<"));
        assert!(all(&[]).is_empty());
    }
}
