//! Charts as SVG, drawn by plotters, for the page and for the report of `langhals evaluate`; a style sheet gives
//! them their colours.
//!
//! A drawing knows no light or dark: each of its colours is only a name (`#010101`, …) that `charts.css` and
//! `report.css` replace. It holds no script, no style, no link and no font, so the strictest policy shows it.

mod bars;
mod lines;
mod stacks;

use std::io;

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub use bars::{Row, bars, dots};
pub use lines::{Axis, Line, lines};
pub use stacks::{Band, Column, Scale, bands, columns};

/// Width of every chart in its own units; the page scales it.
const WIDTH: u32 = 720;

/// Of the letters, in the same units; plotters makes them a fifth smaller.
const LETTERS: u32 = 30;

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw the chart \"{label}\": {why}")]
pub struct ChartError {
    label: String,
    why: DrawingError,
}

type DrawingError = DrawingAreaErrorKind<io::Error>;
type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;

/// The name of a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Text and axes.
    Ink,
    /// Grid lines.
    Grid,
    /// The first of several series.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// What others are held against, or what matters less.
    Quiet,
    /// What cannot wait.
    Alarm,
}

impl Colour {
    /// In the drawing.
    fn rgb(self) -> RGBColor {
        let number = self as u8 + 1;
        RGBColor(number, number, number)
    }

    /// In the class of a legend's key: `key--first`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Grid => "grid",
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Quiet => "quiet",
            Self::Alarm => "alarm",
        }
    }
}

/// What `draw` draws, as an image that is named to those who do not see it.
fn drawn(
    label: &str,
    height: u32,
    draw: impl FnOnce(&Area<'_>) -> Result<(), DrawingError>,
) -> Result<String, ChartError> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
    let ended = draw(&area).and_then(|()| area.present());
    drop(area);
    ended.map_err(|why| ChartError { label: label.to_owned(), why })?;
    let label = label.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    Ok(svg.replacen("<svg ", &format!("<svg class=\"chart\" role=\"img\" aria-label=\"{label}\" "), 1))
}

fn letters() -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&Colour::Ink.rgb())
}

fn anchored(side: HPos) -> TextStyle<'static> {
    letters().pos(Pos::new(side, VPos::Center))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_an_image_with_a_name_and_can_do_nothing() {
        let written = |value: f64| format!("{value:.1}");
        let axis = |title| Axis { title, range: 0.0..1.0, written };
        let line = Line { points: vec![(0.1, 0.2), (0.9, 0.8)], colour: Colour::First, dots: true };
        let row = Row { name: "<b>".into(), values: [0.5, 1.0], written: ["a".into(), "b".into()] };
        let column = Column { name: "<b>".into(), values: vec![(3.0, Colour::First)] };
        let band = Band { name: "<b>".into(), values: vec![(3.0, Colour::First)], written: "<b>".into() };
        for svg in [
            lines("a \"line\"", &axis("x"), &axis("y"), &[line]).unwrap(),
            bars("bars", std::slice::from_ref(&row)).unwrap(),
            dots("dots", &[row], 1.0, written).unwrap(),
            columns("columns", &[column], &Scale::counts(3.0), &written).unwrap(),
            bands("bands", &[band]).unwrap(),
        ] {
            assert!(svg.starts_with("<svg class=\"chart\" role=\"img\" aria-label=\""), "{svg}");
            assert!(svg.contains("viewBox=\"0 0 720 "), "{svg}");
            assert!(svg.trim_end().ends_with("</svg>") && svg.contains("#030303"));
            for harm in ["<script", "href", "style=", "<style", "onload", "<b>", "<image", "url("] {
                assert!(!svg.contains(harm), "{harm} in {svg}");
            }
        }
    }
}
