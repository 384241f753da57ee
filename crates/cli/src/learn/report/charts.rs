//! Charts as SVG, drawn by plotters; the page's style sheet gives them their colours.
//!
//! A drawing knows no light or dark: each of its colours is only a name (`#010101`, …) that `report.css` replaces.

use std::ops::Range;

use anyhow::Context as _;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Text and axes.
const INK: RGBColor = RGBColor(1, 1, 1);
/// Grid lines.
const GRID: RGBColor = RGBColor(2, 2, 2);
/// The first of several series.
pub const FIRST: RGBColor = RGBColor(3, 3, 3);
/// The second.
pub const SECOND: RGBColor = RGBColor(4, 4, 4);
/// The third.
pub const THIRD: RGBColor = RGBColor(5, 5, 5);
/// What others are held against.
pub const QUIET: RGBColor = RGBColor(6, 6, 6);

/// Width of every chart in its own units; the page scales it.
const WIDTH: u32 = 720;

/// Of the letters, in the same units.
const LETTERS: u32 = 30;

/// One axis of a line chart.
pub struct Axis {
    /// What it shows.
    pub title: &'static str,
    /// From where to where.
    pub range: Range<f64>,
    /// How a value is written.
    pub written: fn(f64) -> String,
}

/// One line of a line chart.
pub struct Line {
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Which colour.
    pub colour: RGBColor,
    /// Whether each point has a dot.
    pub dots: bool,
}

/// A row of a chart of rows: its name, and a value for each of two series.
pub struct Row {
    /// Beside it.
    pub name: String,
    /// First and second series.
    pub values: [f64; 2],
    /// As written.
    pub written: [String; 2],
}

/// Lines over two axes.
///
/// # Errors
/// plotters' own.
pub fn lines(label: &str, x: &Axis, y: &Axis, lines: &[Line]) -> anyhow::Result<String> {
    drawn(label, 540, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .margin_right(36)
            .x_label_area_size(86)
            .y_label_area_size(124)
            .build_cartesian_2d(x.range.clone(), y.range.clone())?;
        chart
            .configure_mesh()
            .max_light_lines(0)
            .bold_line_style(GRID)
            .axis_style(INK)
            .x_labels(6)
            .y_labels(6)
            .x_desc(x.title)
            .y_desc(y.title)
            .label_style(letters(INK))
            .axis_desc_style(letters(INK))
            .x_label_formatter(&|value| (x.written)(*value))
            .y_label_formatter(&|value| (y.written)(*value))
            .draw()?;
        for line in lines {
            chart.draw_series(LineSeries::new(line.points.iter().copied(), line.colour.stroke_width(4)))?;
            if line.dots {
                chart.draw_series(line.points.iter().map(|at| Circle::new(*at, 7, line.colour.filled())))?;
            }
        }
        Ok(())
    })
}

/// Two bars a row, of shares.
///
/// # Errors
/// plotters' own.
pub fn bars(label: &str, rows: &[Row]) -> anyhow::Result<String> {
    drawn(label, 84 * rows.len() as u32 + 16, |area| {
        let mut chart =
            ChartBuilder::on(area).margin(8).build_cartesian_2d(-0.62..1.27, rows.len() as f64..0.0)?;
        for (at, row) in rows.iter().enumerate() {
            let top = at as f64;
            let bar = |nth: usize, colour: RGBColor| {
                let (from, to) = (top + 0.08 + 0.42 * nth as f64, top + 0.48 + 0.42 * nth as f64);
                Rectangle::new([(0.0, from), (row.values[nth], to)], colour.filled())
            };
            chart.draw_series([bar(0, FIRST), bar(1, SECOND)])?;
            let value = |nth: usize| {
                let at = (row.values[nth] + 0.015, top + 0.3 + 0.42 * nth as f64);
                Text::new(row.written[nth].clone(), at, anchored(HPos::Left))
            };
            let name = Text::new(row.name.clone(), (-0.02, top + 0.5), anchored(HPos::Right));
            chart.draw_series([value(0), value(1), name])?;
        }
        Ok(())
    })
}

/// Two dots a row, left or right of a line at zero; `reach` is the end of the scale to both sides.
///
/// # Errors
/// plotters' own.
pub fn dots(label: &str, rows: &[Row], reach: f64, written: fn(f64) -> String) -> anyhow::Result<String> {
    drawn(label, 46 * rows.len() as u32 + 80, |area| {
        let end = rows.len() as f64;
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .build_cartesian_2d(-2.3 * reach..1.15 * reach, end + 1.2..0.0)?;
        for at in [-reach, 0.0, reach] {
            let colour = if at == 0.0 { INK } else { GRID };
            chart.draw_series([PathElement::new([(at, 0.0), (at, end)], colour.stroke_width(2))])?;
            chart.draw_series([Text::new(written(at), (at, end + 0.6), anchored(HPos::Center))])?;
        }
        for (at, row) in rows.iter().enumerate() {
            let middle = at as f64 + 0.5;
            let guide = PathElement::new([(-reach, middle), (reach, middle)], GRID.stroke_width(1));
            chart.draw_series([guide])?;
            let name = Text::new(row.name.clone(), (-1.08 * reach, middle), anchored(HPos::Right));
            chart.draw_series([name])?;
            let dot =
                |nth: usize, colour: RGBColor| Circle::new((row.values[nth], middle), 9, colour.filled());
            chart.draw_series([dot(0, FIRST), dot(1, SECOND)])?;
        }
        Ok(())
    })
}

type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;

/// What `draw` draws, as an image that is named to those who do not see it.
fn drawn(
    label: &str,
    height: u32,
    draw: impl FnOnce(&Area<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        draw(&area).with_context(|| format!("cannot draw the chart {label}"))?;
        area.present()?;
    }
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Ok(svg.replacen("<svg ", &format!("<svg class=\"chart\" role=\"img\" aria-label=\"{label}\" "), 1))
}

fn letters(colour: RGBColor) -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&colour)
}

fn anchored(side: HPos) -> TextStyle<'static> {
    letters(INK).pos(Pos::new(side, VPos::Center))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_an_image_with_a_name_and_can_do_nothing() {
        let written = |value: f64| format!("{value:.1}");
        let axis = |title| Axis { title, range: 0.0..1.0, written };
        let line = Line { points: vec![(0.1, 0.2), (0.9, 0.8)], colour: FIRST, dots: true };
        let row = Row { name: "<b>".into(), values: [0.5, 1.0], written: ["a".into(), "b".into()] };
        for svg in [
            lines("a \"line\"", &axis("x"), &axis("y"), &[line]).unwrap(),
            bars("bars", std::slice::from_ref(&row)).unwrap(),
            dots("dots", &[row], 1.0, written).unwrap(),
        ] {
            assert!(svg.starts_with("<svg class=\"chart\" role=\"img\" aria-label=\""), "{svg}");
            assert!(svg.trim_end().ends_with("</svg>") && svg.contains("#030303"));
            for harm in ["<script", "href", "style=", "onload", "<b>", "<image", "url("] {
                assert!(!svg.contains(harm), "{harm} in {svg}");
            }
        }
    }
}
