//! Metrics as `OpenMetrics` text (1.0), by the Prometheus project's own encoder.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;
use store::{DELAYS, Delays};

/// What it is sent as.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Names and values.
pub(crate) type Labels = Vec<(&'static str, String)>;

/// All series of one name. Counters get `_total` behind it, and an info `_info`.
#[derive(Debug)]
pub(crate) struct Family {
    pub name: &'static str,
    pub help: &'static str,
    pub series: Series,
}

/// The series of a family.
#[derive(Debug)]
pub(crate) enum Series {
    Counter(Vec<(Labels, f64)>),
    Gauge(Vec<(Labels, f64)>),
    Histogram(Vec<(Labels, Delays)>),
    Info(Labels),
}

impl Series {
    fn kind(&self) -> MetricType {
        match self {
            Self::Counter(_) => MetricType::Counter,
            Self::Gauge(_) => MetricType::Gauge,
            Self::Histogram(_) => MetricType::Histogram,
            Self::Info(_) => MetricType::Info,
        }
    }
}

/// The text.
pub(crate) fn text(families: Vec<Family>) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Page(families)));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// What the encoder asks.
#[derive(Debug)]
struct Page(Vec<Family>);

impl Collector for Page {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for Family { name, help, series } in &self.0 {
            let mut metric = encoder.encode_descriptor(name, help, None, series.kind())?;
            match series {
                Series::Counter(rows) => each(&mut metric, rows, |metric, value| {
                    metric.encode_counter::<NoLabelSet, _, f64>(value, None)
                })?,
                Series::Gauge(rows) => each(&mut metric, rows, |metric, value| {
                    // Not as a path: its lifetimes are its own.
                    metric.encode_gauge(value)
                })?,
                Series::Histogram(rows) => each(&mut metric, rows, |metric, delays| {
                    let bounds = DELAYS.into_iter().chain([f64::INFINITY]);
                    let buckets: Vec<(f64, u64)> = bounds.zip(delays.counts).collect();
                    metric.encode_histogram::<NoLabelSet>(delays.sum, delays.count(), &buckets, None)
                })?,
                Series::Info(labels) => metric.encode_info(labels)?,
            }
        }
        Ok(())
    }
}

fn each<T>(
    metric: &mut MetricEncoder<'_>,
    rows: &[(Labels, T)],
    encode: impl Fn(&mut MetricEncoder<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (labels, value) in rows {
        if labels.is_empty() {
            encode(metric, value)?;
        } else {
            encode(&mut metric.encode_family(labels)?, value)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_written_as_openmetrics_wants_it() {
        let labels = || vec![("mailbox", "post".to_owned())];
        let mut delays = Delays { sum: 3.5, ..Delays::default() };
        delays.counts[2] = 2;
        let family = |name, series| Family { name, help: "What it is", series };
        let said = text(vec![
            family("a", Series::Counter(vec![(labels(), 3.0)])),
            family("b", Series::Gauge(vec![(vec![], 0.5)])),
            family("c_seconds", Series::Histogram(vec![(labels(), delays)])),
            family("d", Series::Info(labels())),
        ])
        .unwrap();
        for line in [
            "# TYPE a counter\na_total{mailbox=\"post\"} 3.0\n",
            "# HELP b What it is\n# TYPE b gauge\nb 0.5\n",
            "c_seconds_sum{mailbox=\"post\"} 3.5\nc_seconds_count{mailbox=\"post\"} 2\n",
            "c_seconds_bucket{le=\"1.0\",mailbox=\"post\"} 0\nc_seconds_bucket{le=\"2.0\",mailbox=\"post\"} 2\n",
            "c_seconds_bucket{le=\"+Inf\",mailbox=\"post\"} 2\n",
            "d_info{mailbox=\"post\"} 1\n",
        ] {
            assert!(said.contains(line), "{line}{said}");
        }
        assert!(said.ends_with("# EOF\n"));
    }
}
