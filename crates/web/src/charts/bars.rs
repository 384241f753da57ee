//! Two values a row, held against each other: as bars of shares, or as dots beside a zero.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{ChartError, Colour, anchored, drawn};

/// A row of a chart of rows: its name, and a value for each of two series.
#[derive(Debug)]
pub struct Row {
    /// Beside it.
    pub name: String,
    /// First and second series.
    pub values: [f64; 2],
    /// As written.
    pub written: [String; 2],
}

/// Two bars a row, of shares.
///
/// # Errors
/// plotters' own.
pub fn bars(label: &str, rows: &[Row]) -> Result<String, ChartError> {
    drawn(label, 84 * rows.len() as u32 + 16, |area| {
        let mut chart =
            ChartBuilder::on(area).margin(8).build_cartesian_2d(-0.62..1.27, rows.len() as f64..0.0)?;
        for (at, row) in rows.iter().enumerate() {
            let top = at as f64;
            let bar = |nth: usize, colour: Colour| {
                let (from, to) = (top + 0.08 + 0.42 * nth as f64, top + 0.48 + 0.42 * nth as f64);
                Rectangle::new([(0.0, from), (row.values[nth], to)], colour.rgb().filled())
            };
            chart.draw_series([bar(0, Colour::First), bar(1, Colour::Second)])?;
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
pub fn dots(label: &str, rows: &[Row], reach: f64, written: fn(f64) -> String) -> Result<String, ChartError> {
    drawn(label, 46 * rows.len() as u32 + 80, |area| {
        let end = rows.len() as f64;
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .build_cartesian_2d(-2.3 * reach..1.15 * reach, end + 1.2..0.0)?;
        for at in [-reach, 0.0, reach] {
            let colour = if at == 0.0 { Colour::Ink } else { Colour::Grid };
            let upright = PathElement::new([(at, 0.0), (at, end)], colour.rgb().stroke_width(2));
            chart.draw_series([upright])?;
            chart.draw_series([Text::new(written(at), (at, end + 0.6), anchored(HPos::Center))])?;
        }
        for (at, row) in rows.iter().enumerate() {
            let middle = at as f64 + 0.5;
            let ends = [(-reach, middle), (reach, middle)];
            chart.draw_series([PathElement::new(ends, Colour::Grid.rgb().stroke_width(1))])?;
            let name = Text::new(row.name.clone(), (-1.08 * reach, middle), anchored(HPos::Right));
            chart.draw_series([name])?;
            let dot =
                |nth: usize, colour: Colour| Circle::new((row.values[nth], middle), 9, colour.rgb().filled());
            chart.draw_series([dot(0, Colour::First), dot(1, Colour::Second)])?;
        }
        Ok(())
    })
}
