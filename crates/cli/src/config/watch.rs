//! `[watch]`: where machines may ask how the daemon is, and where its traces go.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use oauth2::url::Url;

use super::Problem;
use super::check::{absolute, is_loopback};
use super::raw;

/// What machines see, as the configuration has it.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Where metrics are served; nowhere without it.
    pub listen: Option<SocketAddr>,
    /// Where traces go; nowhere without it.
    pub traces: Option<Collector>,
}

/// A collector of traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector {
    /// The whole address that spans are sent to.
    pub endpoint: String,
    /// Its own authority; without it those of the operating system.
    pub ca_file: Option<PathBuf>,
}

pub(crate) fn watch(raw: &raw::Watch, base: &Path) -> Result<Watch, Problem> {
    let listen = match raw.listen.as_deref().unwrap_or_default() {
        "" => None,
        given => Some(given.parse().map_err(|_| {
            let text = format!(
                "\"{given}\" is no address with a port: use e.g. \"127.0.0.1:9465\", or \"\" for no metrics"
            );
            Problem::new("watch.listen", text)
        })?),
    };
    let ca_file = match raw.traces_ca_file.as_deref() {
        Some(file) => Some(absolute(base, file, "watch.traces_ca_file")?),
        None => None,
    };
    let traces = match raw.traces.as_deref().unwrap_or_default() {
        "" => None,
        given => Some(Collector { endpoint: endpoint(given)?, ca_file }),
    };
    Ok(Watch { listen, traces })
}

/// The address of spans at a collector's address, as OTLP has it.
fn endpoint(given: &str) -> Result<String, Problem> {
    let wrong = |text: &str| Problem::new("watch.traces", text);
    let no_address =
        || wrong("is no address of a collector: use e.g. \"http://127.0.0.1:4318\", or \"\" for no traces");
    let mut url = Url::parse(given).map_err(|_| no_address())?;
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    match url.scheme() {
        "https" if !host.is_empty() => {}
        "http" if is_loopback(host) => {}
        "http" => {
            return Err(wrong(
                "would go over the network in the clear: use https, or a collector on this machine",
            ));
        }
        _ => return Err(no_address()),
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(wrong(
            "must hold no user, password, \"?\" or \"#\": use the bare address of the collector",
        ));
    }
    if url.path() == "/" {
        url.set_path("/v1/traces");
    }
    Ok(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_collector_leads_to_its_spans() {
        for (given, expected) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://[::1]:4318/", "http://[::1]:4318/v1/traces"),
            ("https://otel.amt.example", "https://otel.amt.example/v1/traces"),
            ("https://otel.amt.example/langhals/v1/traces", "https://otel.amt.example/langhals/v1/traces"),
        ] {
            assert_eq!(endpoint(given).ok().as_deref(), Some(expected));
        }
        for given in
            ["otel:4317", "http://otel.amt.example:4318", "https://a:b@otel.amt.example", "https://otel/?x=1"]
        {
            assert!(endpoint(given).is_err(), "{given}");
        }
    }
}
