//! Amounts that add up: as columns over time, or as rows of bands.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{Area, ChartError, Colour, DrawingError, LETTERS, WIDTH, anchored, drawn, letters};

/// Height of a chart of columns.
const HEIGHT: u32 = 400;
/// Left of the columns, for the scale.
const SCALE: i32 = 92;
/// Below the columns, for their names.
const NAMES: i32 = 44;
/// Above them, so that the highest number is not cut.
const AIR: i32 = 20;

/// Height of a row of bands, and what of it is left free.
const ROW: i32 = 76;
const GAP: i32 = 24;
/// Left of the bands, for their names; right of them, for their sums.
const BESIDE: i32 = 214;
const AFTER: i32 = 84;

/// One column: parts from the ground up.
#[derive(Debug)]
pub struct Column {
    /// Below it; empty where every name would be too many.
    pub name: String,
    /// Its parts and their colours.
    pub values: Vec<(f64, Colour)>,
}

/// How high columns may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    top: f64,
    step: f64,
}

impl Scale {
    /// Of whole numbers: up to the highest of them, in round steps of which there are at most five.
    pub fn counts(highest: f64) -> Self {
        let mut step = 1.0;
        for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
            if highest <= 5.0 * step || step >= 1e15 {
                break;
            }
            step *= factor;
        }
        Self { top: (highest / step).ceil().max(1.0) * step, step }
    }

    /// Of shares: from nothing to everything.
    pub fn shares() -> Self {
        Self { top: 1.0, step: 0.25 }
    }
}

/// Columns side by side over a scale, which `written` writes.
///
/// # Errors
/// plotters' own.
pub fn columns(
    label: &str,
    columns: &[Column],
    scale: &Scale,
    written: &dyn Fn(f64) -> String,
) -> Result<String, ChartError> {
    drawn(label, HEIGHT, |area| {
        let (ground, right) = (HEIGHT.cast_signed() - NAMES, WIDTH.cast_signed() - 8);
        let height = |value: f64| ground - (f64::from(ground - AIR) * value / scale.top) as i32;
        grid(area, scale, right, &height, written)?;
        let wide = f64::from(right - SCALE) / columns.len().max(1) as f64;
        for (at, column) in columns.iter().enumerate() {
            let from = f64::from(SCALE) + wide * at as f64;
            let (left, right) = ((from + wide * 0.13) as i32, (from + wide * 0.87) as i32);
            let mut below = 0.0;
            for (value, colour) in column.values.iter().filter(|(value, _)| *value > 0.0) {
                let ends = [(left, height(below + value)), (right, height(below))];
                area.draw(&Rectangle::new(ends, colour.rgb().filled()))?;
                below += value;
            }
            let middle = ((from + wide / 2.0) as i32, ground + 10);
            let style = letters().pos(Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(column.name.clone(), middle, style))?;
        }
        let ends = vec![(SCALE, ground), (right, ground)];
        area.draw(&PathElement::new(ends, Colour::Ink.rgb().stroke_width(2)))
    })
}

/// The scale's lines and what they stand for.
fn grid(
    area: &Area<'_>,
    scale: &Scale,
    right: i32,
    height: &dyn Fn(f64) -> i32,
    written: &dyn Fn(f64) -> String,
) -> Result<(), DrawingError> {
    let steps = (scale.top / scale.step).round() as i32;
    for value in (0..=steps).map(|nth| f64::from(nth) * scale.step) {
        let y = height(value);
        area.draw(&PathElement::new(vec![(SCALE, y), (right, y)], Colour::Grid.rgb().stroke_width(1)))?;
        area.draw(&Text::new(written(value), (SCALE - 12, y), anchored(HPos::Right)))?;
    }
    Ok(())
}

/// One row of bands: parts from left to right.
#[derive(Debug)]
pub struct Band {
    /// Beside it.
    pub name: String,
    /// Its parts and their colours.
    pub values: Vec<(f64, Colour)>,
    /// What they add up to, as written at its end.
    pub written: String,
}

/// Rows of bands, the longest over the whole width.
///
/// # Errors
/// plotters' own.
pub fn bands(label: &str, rows: &[Band]) -> Result<String, ChartError> {
    let sum = |row: &Band| row.values.iter().map(|(value, _)| value).sum::<f64>();
    let longest = rows.iter().map(sum).fold(1.0, f64::max);
    let unit = f64::from(WIDTH.cast_signed() - BESIDE - AFTER) / longest;
    let ground = ROW * (rows.len() as u32).cast_signed();
    drawn(label, ground.unsigned_abs() + 2, |area| {
        for (at, row) in (0..).zip(rows) {
            let (top, bottom) = (ROW * at + GAP / 2, ROW * (at + 1) - GAP / 2);
            let middle = i32::midpoint(top, bottom);
            area.draw(&Text::new(row.name.clone(), (BESIDE - 14, middle), anchored(HPos::Right)))?;
            let mut from = f64::from(BESIDE);
            for (value, colour) in row.values.iter().filter(|(value, _)| *value > 0.0) {
                let to = from + value * unit;
                let ends = [(from as i32, top), (to as i32, bottom)];
                area.draw(&Rectangle::new(ends, colour.rgb().filled()))?;
                from = to;
            }
            let end = (from as i32 + LETTERS.cast_signed() / 3, middle);
            area.draw(&Text::new(row.written.clone(), end, anchored(HPos::Left)))?;
        }
        let upright = vec![(BESIDE, 0), (BESIDE, ground)];
        area.draw(&PathElement::new(upright, Colour::Ink.rgb().stroke_width(2)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_go_in_round_steps_and_hold_the_highest() {
        for (highest, top, step) in [
            (0.0, 1.0, 1.0),
            (1.0, 1.0, 1.0),
            (5.0, 5.0, 1.0),
            (6.0, 6.0, 2.0),
            (11.0, 15.0, 5.0),
            (42.0, 50.0, 10.0),
            (99.0, 100.0, 20.0),
            (101.0, 150.0, 50.0),
            (123_456.0, 150_000.0, 50_000.0),
        ] {
            assert_eq!(Scale::counts(highest), Scale { top, step }, "{highest}");
        }
    }
}
