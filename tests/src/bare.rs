//! A bare, blocking IMAP client over TLS that keeps nothing of what it reads: what a mailbox can do at best.
//!
//! ```text
//!   command ─▶ line, octets of a literal, line … ─▶ tagged OK
//! ```

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const PATIENCE: Duration = Duration::from_mins(1);
/// As much as several TLS records hold.
const BUFFER: usize = 256 * 1024;

/// A logged-in session.
pub struct Bare {
    stream: BufReader<StreamOwned<ClientConnection, TcpStream>>,
    tag: u32,
    line: Vec<u8>,
}

impl Bare {
    /// Connects to a port of 127.0.0.1 with implicit TLS, trusting this authority, and logs in.
    ///
    /// # Errors
    /// If there is no server, or it is not trusted, or it refuses the password.
    pub fn login(port: u16, ca_file: &Path, user: &str, password: &str) -> Result<Self> {
        let socket =
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("cannot reach the IMAP server")?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_nodelay(true)?;
        let connection = ClientConnection::new(trusting(ca_file)?, ServerName::try_from("localhost")?)?;
        let stream = BufReader::with_capacity(BUFFER, StreamOwned::new(connection, socket));
        let mut bare = Self { stream, tag: 0, line: Vec::new() };
        bare.read_line()?;
        bare.run(&format!("LOGIN {user} {password}"))?;
        Ok(bare)
    }

    /// Runs a command whose answers are only read; returns how many octets of literals they held.
    ///
    /// # Errors
    /// If the answer is not OK, or the connection is lost.
    pub fn run(&mut self, command: &str) -> Result<u64> {
        self.ask(command, |_| {})
    }

    /// Runs a command and looks at each line of its answers.
    ///
    /// # Errors
    /// As [`Bare::run`].
    pub fn ask(&mut self, command: &str, mut look: impl FnMut(&[u8])) -> Result<u64> {
        let tag = self.begin(command)?;
        let mut octets = 0;
        loop {
            self.read_line()?;
            if let Some(status) = self.line.strip_prefix(tag.as_bytes()) {
                if !status.starts_with(b"OK") {
                    bail!("the IMAP server answered {}", String::from_utf8_lossy(status).trim_end());
                }
                return Ok(octets);
            }
            look(&self.line);
            if let Some(size) = literal(&self.line) {
                self.skip(size)?;
                octets += size;
            }
        }
    }

    /// Begins to wait for news (RFC 2177); returns once the server says that it does.
    ///
    /// # Errors
    /// As [`Bare::run`].
    pub fn idle(&mut self) -> Result<()> {
        self.begin("IDLE")?;
        while !self.line.starts_with(b"+") {
            self.read_line()?;
        }
        Ok(())
    }

    /// While it waits: the number of messages, as soon as the server says one.
    ///
    /// # Errors
    /// If the connection is lost, or nothing is said for a minute.
    pub fn exists(&mut self) -> Result<u32> {
        loop {
            self.read_line()?;
            let line = String::from_utf8_lossy(&self.line);
            let count = line.trim_end().strip_suffix(" EXISTS").and_then(|line| line.strip_prefix("* "));
            if let Some(count) = count {
                return Ok(count.parse()?);
            }
        }
    }

    /// Ends the waiting.
    ///
    /// # Errors
    /// As [`Bare::run`].
    pub fn done(&mut self) -> Result<()> {
        self.send(b"DONE\r\n")?;
        let tag = format!("b{} ", self.tag);
        while !self.line.starts_with(tag.as_bytes()) {
            self.read_line()?;
        }
        Ok(())
    }

    fn begin(&mut self, command: &str) -> Result<String> {
        self.tag += 1;
        self.line.clear();
        self.send(format!("b{} {command}\r\n", self.tag).as_bytes())?;
        Ok(format!("b{} ", self.tag))
    }

    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.get_mut().write_all(bytes).context("cannot write to the IMAP server")
    }

    fn read_line(&mut self) -> Result<()> {
        self.line.clear();
        if self.stream.read_until(b'\n', &mut self.line)? == 0 {
            bail!("the IMAP server closed the connection");
        }
        Ok(())
    }

    fn skip(&mut self, octets: u64) -> Result<()> {
        let skipped = std::io::copy(&mut self.stream.by_ref().take(octets), &mut std::io::sink())?;
        if skipped < octets {
            bail!("the IMAP server closed the connection within a literal");
        }
        Ok(())
    }
}

fn trusting(ca_file: &Path) -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca_file)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// The size of the literal that a line announces at its end.
fn literal(line: &[u8]) -> Option<u64> {
    let rest = line.strip_suffix(b"}\r\n")?;
    let begin = rest.iter().rposition(|byte| *byte == b'{')?;
    std::str::from_utf8(&rest[begin + 1..]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_announced_at_the_end_of_a_line() {
        assert_eq!(literal(b"* 1 FETCH (UID 1 BODY[] {2336}\r\n"), Some(2336));
        for none in [&b")\r\n"[..], b"{7} a\r\n", b"a}\r\n", b"{x}\r\n", b""] {
            assert_eq!(literal(none), None);
        }
    }
}
