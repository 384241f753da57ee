//! What watches the program: somebody who reads its metrics, a collector of traces, systemd's socket, and promtool.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::unpack;

/// The status and body of an address on this machine.
///
/// # Errors
/// If nobody answers, or not in HTTP.
pub fn get(port: u16, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").context("an answer without an end of its head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("not HTTP")?;
    Ok((status, body.to_owned()))
}

/// The sum of a metric's series whose labels hold all of these, e.g. `mailbox="post"`; nothing where there is none.
pub fn figure(metrics: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let series = metrics.lines().filter_map(|line| {
        let (series, value) = line.rsplit_once(' ')?;
        let (found, held) = series.split_once('{').unwrap_or((series, ""));
        let fits = found == name && labels.iter().all(|label| held.contains(label));
        fits.then(|| value.parse::<f64>().ok()).flatten()
    });
    series.fold(None, |sum, value| Some(sum.unwrap_or(0.0) + value))
}

/// The names of ours in any text: letters and `_` behind `langhals_`, without what histograms put behind them.
pub fn names_in(text: &str) -> std::collections::BTreeSet<String> {
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    let bare = |name: &str| {
        let ending = ["_bucket", "_sum", "_count"].into_iter().find_map(|ending| name.strip_suffix(ending));
        ending.unwrap_or(name).to_owned()
    };
    parts.filter(|part| part.starts_with("langhals_")).map(bare).collect()
}

/// A collector of traces that keeps what it is sent, and takes everything.
#[derive(Clone, Debug)]
pub struct Collector {
    /// Where it listens.
    pub port: u16,
    bodies: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Starts one.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let collector = Self { port: listener.local_addr()?.port(), bodies: Arc::default() };
        let bodies = Arc::clone(&collector.bodies);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // One that breaks off sends no traces.
                let _ = take(stream, &bodies);
            }
        });
        Ok(collector)
    }

    /// All that it was sent: heads and bodies, one behind the other.
    pub fn got(&self) -> Vec<u8> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn take(stream: TcpStream, bodies: &Mutex<Vec<u8>>) -> Result<()> {
    let mut answer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            bail!("it ended in its head");
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        head += &line;
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    answer.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    bodies.lock().unwrap_or_else(PoisonError::into_inner).extend([head.as_bytes(), &body].concat());
    Ok(())
}

/// The socket on which systemd listens.
#[derive(Debug)]
pub struct ServiceManager(UnixDatagram);

impl ServiceManager {
    /// Listens there.
    ///
    /// # Errors
    /// If there is something already.
    pub fn listen(at: &Path) -> Result<Self> {
        let socket = UnixDatagram::bind(at)?;
        socket.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self(socket))
    }

    /// What it is told next.
    ///
    /// # Errors
    /// If nothing is told for a minute.
    pub fn told(&self) -> Result<String> {
        let mut buffer = [0; 4_096];
        let length = self.0.recv(&mut buffer).context("systemd was told nothing")?;
        Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
    }
}

/// Prometheus' own checker, from Debian's package.
///
/// # Errors
/// If Debian's archive is out of reach.
pub fn ensure_promtool() -> Result<PathBuf> {
    let installed = Path::new("/usr/bin/promtool");
    if installed.exists() {
        return Ok(installed.to_owned());
    }
    let program = unpack::unpack("prometheus", &["prometheus"])?.path("usr/bin/promtool");
    if !program.exists() {
        bail!("prometheus was unpacked, but {} is not there", program.display());
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_names_are_read_off_the_text() {
        let text = "# TYPE langhals_a counter\nlanghals_a_total{mailbox=\"x\",class=\"y\"} 2.0\nlanghals_a_total{mailbox=\"z\",class=\"y\"} 3\nlanghals_b 1\n";
        assert_eq!(figure(text, "langhals_a_total", &["class=\"y\""]), Some(5.0));
        assert_eq!(figure(text, "langhals_a_total", &["mailbox=\"x\"", "class=\"y\""]), Some(2.0));
        assert_eq!(figure(text, "langhals_b", &[]), Some(1.0));
        assert_eq!(figure(text, "langhals_c", &[]), None);
        let names = names_in("sum(langhals_a_bucket{x=\"1\"}) / langhals:a:ratio + langhals_b_total");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["langhals_a", "langhals_b_total"]);
    }
}
