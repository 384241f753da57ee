//! Lines: over two axes, or small and without any.

use std::ops::Range;

use plotters::prelude::*;

use super::{ChartError, Colour, WIDTH, drawn, letters};

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

/// How something went, at a glance: a line from zero up, without axes, its last value marked.
///
/// # Errors
/// plotters' own.
pub fn spark(label: &str, values: &[f64], colour: Colour) -> Result<String, ChartError> {
    const HEIGHT: u32 = 160;
    let highest = values.iter().copied().fold(1.0, f64::max);
    let (left, right) = (16.0, f64::from(WIDTH) - 16.0);
    let (top, bottom) = (20.0, f64::from(HEIGHT) - 12.0);
    let steps = values.len().saturating_sub(1).max(1) as f64;
    let place = |(at, value): (usize, &f64)| {
        let x = left + (right - left) * at as f64 / steps;
        (x as i32, (bottom - (bottom - top) * value / highest) as i32)
    };
    let points: Vec<(i32, i32)> = values.iter().enumerate().map(place).collect();
    drawn(label, HEIGHT, |area| {
        let ground = vec![(left as i32, bottom as i32), (right as i32, bottom as i32)];
        area.draw(&PathElement::new(ground, Colour::Grid.rgb().stroke_width(2)))?;
        if let Some(last) = points.last().copied() {
            area.draw(&PathElement::new(points, colour.rgb().stroke_width(6)))?;
            area.draw(&Circle::new(last, 12, colour.rgb().filled()))?;
        }
        Ok(())
    })
}
