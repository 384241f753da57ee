//! The framing of server bytes as a pure state machine: lines, literals, caps.
//!
//! ```text
//!            ┌───────────── LF, not the end ───────────┐
//!            ▼                                         │
//!   bytes ─▶ Line ── LF after "{n}" in data ──▶ Literal(n) ── n bytes later ──▶ Line
//!            │
//!            └── LF ──▶ the response is whole: mended and kept, or dropped
//! ```
//!
//! A breach is final: the stream cannot be trusted to be in step any more.

use super::fetch::Fetch;
use super::folders;
use super::mend::{self, Kind};

/// What a server may at most do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Bytes in a line outside literals.
    pub line: usize,
    /// Bytes in literals, whatever a command expects.
    pub octets: Literals,
    /// Literals in one response.
    pub literals: usize,
    /// Parentheses nested in one response.
    pub depth: usize,
    /// Bytes of lines in the reply to one command, all responses together.
    pub text: u64,
}

/// How many bytes the literals of a reply may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literals {
    /// In one response.
    pub response: u64,
    /// In the reply to one command, all responses together, those that nobody uses among them.
    pub command: u64,
}

impl Default for Caps {
    fn default() -> Self {
        let octets = Literals { response: 16 << 20, command: 64 << 20 };
        Self { line: 64 * 1024, octets, literals: 16, depth: 32, text: 32 << 20 }
    }
}

/// Which cap was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// [`Caps::line`].
    #[error("a line that does not end")]
    Line,
    /// [`Literals::response`], or what the command expected.
    #[error("a literal larger than was asked for")]
    Literal,
    /// [`Literals::command`], or what the command expected.
    #[error("more mail than its sizes add up to")]
    Octets,
    /// [`Caps::literals`].
    #[error("too many literals in one response")]
    Literals,
    /// [`Caps::depth`].
    #[error("parentheses nested too deeply")]
    Depth,
    /// [`Caps::text`].
    #[error("more responses than any honest reply has")]
    Text,
    /// A FETCH response that does not end on its line, or is not put together as it must be.
    #[error("a FETCH response that is none")]
    Fetch,
    /// A quoted string is open at the end of a line.
    #[error("a quoted string without an end")]
    Quote,
}

/// Frames a server's bytes, and forgets them as soon as they are handed on.
#[derive(Debug)]
pub struct Framer {
    caps: Caps,
    expected: Literals,
    octets: u64,
    text: u64,
    line: Vec<u8>,
    phase: Phase,
    response: Option<Response>,
    breach: Option<Breach>,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    Line,
    Literal { left: u64 },
}

/// What is known of the response whose first line has been seen.
#[derive(Debug, Clone, Copy)]
struct Response {
    kind: Kind,
    fetch: Fetch,
    /// Whether the literal that follows is handed on.
    used: bool,
    depth: usize,
    literals: usize,
    octets: u64,
}

impl Framer {
    /// A framer at the begin of a stream.
    pub fn new(caps: Caps) -> Self {
        let expected = caps.octets;
        let (line, phase) = (Vec::new(), Phase::Line);
        Self { caps, expected, octets: 0, text: 0, line, phase, response: None, breach: None }
    }

    /// A new command begins: counts anew, and caps its literals at what it expects.
    pub fn expect(&mut self, literals: Literals) {
        let Literals { response, command } = self.caps.octets;
        self.expected =
            Literals { response: literals.response.min(response), command: literals.command.min(command) };
        (self.octets, self.text) = (0, 0);
    }

    /// Whether a response has begun and not ended.
    pub fn is_amid(&self) -> bool {
        !self.line.is_empty() || self.response.is_some()
    }

    /// Takes bytes until something can be handed on, and appends that to `out`. Returns how many it took:
    /// at least one, if there were any.
    ///
    /// # Errors
    /// A [`Breach`], now and ever after.
    pub fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Breach> {
        match self.breach {
            Some(breach) => Err(breach),
            None => self.step(input, out).inspect_err(|breach| self.breach = Some(*breach)),
        }
    }

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Breach> {
        match self.phase {
            Phase::Literal { left } => Ok(self.take_literal(left, input, out)),
            Phase::Line => self.take_line(input, out),
        }
    }

    fn take_literal(&mut self, left: u64, input: &[u8], out: &mut Vec<u8>) -> usize {
        let taken = input.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if self.response.is_some_and(|response| response.used) {
            out.extend_from_slice(&input[..taken]);
        }
        let left = left - taken as u64;
        self.phase = if left == 0 { Phase::Line } else { Phase::Literal { left } };
        taken
    }

    fn take_line(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Breach> {
        let end = input.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(input.len(), |end| end + 1);
        self.text += taken as u64;
        if self.line.len() + end.unwrap_or(taken) > self.caps.line {
            return Err(Breach::Line);
        }
        if self.text > self.caps.text {
            return Err(Breach::Text);
        }
        self.line.extend_from_slice(&input[..taken]);
        if end.is_some() {
            self.end_line(out)?;
        }
        Ok(taken)
    }

    /// The line is whole, with its LF: hand it on, mended and with a proper CRLF, unless nobody uses it.
    fn end_line(&mut self, out: &mut Vec<u8>) -> Result<(), Breach> {
        self.line.pop();
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        let is_first = self.response.is_none();
        let mut response = self.response.unwrap_or_else(|| Response {
            kind: mend::classify(&self.line),
            fetch: Fetch::default(),
            used: false,
            depth: 0,
            literals: 0,
            octets: 0,
        });
        let announced = mend::announced_literal(response.kind, &self.line);
        self.mend_line(&mut response, is_first, announced.is_none(), out)?;
        self.line.clear();
        self.response = None;
        if let Some(size) = announced {
            response.octets = response.octets.saturating_add(size);
            self.octets = self.octets.saturating_add(size);
            if response.octets > self.expected.response {
                return Err(Breach::Literal);
            }
            if self.octets > self.expected.command {
                return Err(Breach::Octets);
            }
            response.literals += 1;
            if response.literals > self.caps.literals {
                return Err(Breach::Literals);
            }
            self.response = Some(response);
            self.phase = if size == 0 { Phase::Line } else { Phase::Literal { left: size } };
        }
        Ok(())
    }

    fn mend_line(
        &self,
        response: &mut Response,
        is_first: bool,
        is_last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Breach> {
        if matches!(response.kind, Kind::Data | Kind::Fetch | Kind::Counts) {
            response.depth = mend::depth(&self.line, response.depth, self.caps.depth)?;
        }
        response.used = match response.kind {
            Kind::Unused => false,
            Kind::Status => {
                mend::status(&self.line, out);
                true
            }
            Kind::Data => {
                mend::data(&self.line, out);
                true
            }
            Kind::Fetch => response.fetch.line(&self.line, !is_last, out).ok_or(Breach::Fetch)?,
            Kind::List => {
                out.extend(folders::list(&self.line).unwrap_or_default());
                // The name that may follow as a literal is not used.
                false
            }
            Kind::Found => {
                mend::search(&self.line, out);
                // Whatever may follow as a literal is not used.
                false
            }
            Kind::Counts if is_first => folders::status(&self.line, is_last, out).is_some(),
            Kind::Counts => {
                folders::rest_of_status(&self.line, out);
                // It is whole now: a literal after it would be read as a response of its own.
                false
            }
        };
        if !response.used && response.kind != Kind::Fetch {
            response.kind = Kind::Unused;
        }
        Ok(())
    }
}
