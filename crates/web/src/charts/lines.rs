//! Lines over two axes.

use std::ops::Range;

use plotters::prelude::*;

use super::{ChartError, Colour, drawn, letters};

/// One axis of a line chart.
#[derive(Debug)]
pub struct Axis<'t> {
    /// What it shows.
    pub title: &'t str,
    /// From where to where.
    pub range: Range<f64>,
    /// How a value is written.
    pub written: fn(f64) -> String,
}

/// One line of a line chart.
#[derive(Debug)]
pub struct Line {
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Which colour.
    pub colour: Colour,
    /// Whether each point has a dot.
    pub dots: bool,
}

/// Lines over two axes.
///
/// # Errors
/// plotters' own.
pub fn lines(label: &str, x: &Axis<'_>, y: &Axis<'_>, lines: &[Line]) -> Result<String, ChartError> {
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
            .bold_line_style(Colour::Grid.rgb())
            .axis_style(Colour::Ink.rgb())
            .x_labels(6)
            .y_labels(6)
            .x_desc(x.title)
            .y_desc(y.title)
            .label_style(letters())
            .axis_desc_style(letters())
            .x_label_formatter(&|value| (x.written)(*value))
            .y_label_formatter(&|value| (y.written)(*value))
            .draw()?;
        for line in lines {
            let colour = line.colour.rgb();
            chart.draw_series(LineSeries::new(line.points.iter().copied(), colour.stroke_width(4)))?;
            if line.dots {
                chart.draw_series(line.points.iter().map(|at| Circle::new(*at, 7, colour.filled())))?;
            }
        }
        Ok(())
    })
}
