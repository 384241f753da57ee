//! A figure: a chart with its legend, and the same as a table for those who do not see it, or want the numbers.
//!
//! Templates include `figure.html`, which shows the `figure` in scope.

use crate::charts::{ChartError, Colour};

/// A chart and its table.
#[derive(Debug)]
pub(crate) struct Figure {
    /// Names it within the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What it shows, in a sentence.
    pub(crate) lead: String,
    /// What each colour means; nothing where there is one only.
    pub(crate) legend: Vec<(Colour, String)>,
    /// The drawing; `None` where there is nothing to draw.
    pub(crate) svg: Option<String>,
    pub(crate) table: Table,
}

impl Figure {
    /// The drawing, where there is anything to draw. What cannot be drawn is in the table.
    pub(crate) fn drawing(
        anything: bool,
        drawn: impl FnOnce() -> Result<String, ChartError>,
    ) -> Option<String> {
        if !anything {
            return None;
        }
        let failed = |error: &ChartError| {
            tracing::error!(name: "web.chart", %error, "a chart is missing; its table is there");
        };
        drawn().inspect_err(failed).ok()
    }
}

/// A table whose first column names the rows.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) head: Vec<Cell>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) address: Option<String>,
}

impl Cell {
    /// A text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), address: None }
    }

    /// A link.
    pub(crate) fn to(text: impl Into<String>, address: impl Into<String>) -> Self {
        Self { text: text.into(), address: Some(address.into()) }
    }
}
