//! A machine that uses the API over a plain socket, as an e-Akte would, and shares no code with the program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::Langhals;

/// Longest silence: the stream speaks every 15 seconds.
const SILENCE: Duration = Duration::from_mins(1);

/// A token, and where it is used.
#[derive(Clone, Debug)]
pub struct Machine {
    port: u16,
    token: String,
}

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its position.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its data.
    pub data: Value,
}

/// An open stream of events.
#[derive(Debug)]
pub struct Following {
    lines: BufReader<TcpStream>,
    /// The position that was given last.
    pub position: String,
}

impl Machine {
    /// A machine with a token of its own; `rights` are e.g. `&["--write"]`.
    ///
    /// # Errors
    /// If no token is made.
    pub fn new(langhals: &Langhals, name: &str, rights: &[&str]) -> Result<Self> {
        let made = langhals.run(&[&["token", "add", name], rights].concat())?;
        if !made.status.success() {
            bail!("langhals token add: {}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(Self { port: langhals.page, token: String::from_utf8(made.stdout)?.trim().to_owned() })
    }

    /// Asks once, and says status and JSON.
    ///
    /// # Errors
    /// If nobody answers, or not in HTTP.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Result<(u16, Value)> {
        let more = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        let mut answer = self.send(method, path, &more, body)?;
        let mut text = String::new();
        answer.read_to_string(&mut text)?;
        let (head, json) = text.split_once("\r\n\r\n").context("an answer without an end of its head")?;
        Ok((status(head)?, serde_json::from_str(json).unwrap_or(Value::Null)))
    }

    /// Follows what happens, from a position or from now on.
    ///
    /// # Errors
    /// If the stream is refused.
    pub fn follow(&self, after: Option<&str>) -> Result<Following> {
        let resumed = after.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let stream = self.send("GET", "/api/v1/events", &resumed, "")?;
        stream.set_read_timeout(Some(SILENCE))?;
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if lines.read_line(&mut head)? == 0 {
                bail!("the stream ended in its head: {head}");
            }
        }
        match status(&head)? {
            200 => Ok(Following { lines, position: String::new() }),
            other => bail!("the stream is refused: {other}"),
        }
    }

    fn send(&self, method: &str, path: &str, more: &str, body: &str) -> Result<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let Self { port, token } = self;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
        );
        stream.write_all(format!("{head}{more}\r\n{body}").as_bytes())?;
        Ok(stream)
    }
}

impl Following {
    /// The next event.
    ///
    /// # Errors
    /// If the stream ends, or says nothing for a minute.
    pub fn wait(&mut self) -> Result<Event> {
        let (mut id, mut kind, mut data) = (None, None, None);
        loop {
            let line = self.line()?;
            if let Some(value) = line.strip_prefix("id: ") {
                value.clone_into(&mut self.position);
                id = Some(value.to_owned());
            } else if let Some(value) = line.strip_prefix("event: ") {
                kind = Some(value.to_owned());
            } else if let Some(value) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(value)?);
            }
            if let (Some(id), Some(kind), Some(data)) = (&id, &kind, &data) {
                return Ok(Event {
                    id: String::clone(id),
                    kind: String::clone(kind),
                    data: Value::clone(data),
                });
            }
        }
    }

    /// Waits for the position that a stream without a past begins with.
    ///
    /// # Errors
    /// If the stream ends, or says nothing for a minute.
    pub fn greeted(&mut self) -> Result<()> {
        while self.position.is_empty() {
            if let Some(value) = self.line()?.strip_prefix("id: ") {
                value.clone_into(&mut self.position);
            }
        }
        Ok(())
    }

    /// Each chunk holds whole lines, so the lines of the chunks' sizes stand between them.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            bail!("the stream ended");
        }
        Ok(line.trim_end().to_owned())
    }
}

fn status(head: &str) -> Result<u16> {
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("not HTTP")
}
