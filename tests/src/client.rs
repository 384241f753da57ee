//! The witness: a small blocking IMAP client of our own over plain loopback TCP, and LMTP delivery.
//!
//! It shares no code with the program, so that both cannot be wrong in the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::response::{Response, Value};

const PATIENCE: Duration = Duration::from_mins(1);

/// A logged-in IMAP session.
pub struct Witness {
    stream: BufReader<TcpStream>,
    tag: u32,
    has_multiappend: bool,
}

/// A mail to append.
#[derive(Clone, Debug)]
pub struct Append<'a> {
    /// Flags and keywords it has from the start.
    pub flags: Vec<&'a str>,
    /// INTERNALDATE, e.g. `02-Jul-2025 16:41:08 +0200`; the server's clock where there is none.
    pub internal_date: Option<String>,
    /// The mail.
    pub bytes: &'a [u8],
}

/// What SELECT said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Number of messages.
    pub exists: u32,
    /// UIDVALIDITY.
    pub uid_validity: u32,
    /// UIDNEXT.
    pub uid_next: u32,
    /// Whether the server said `[READ-ONLY]`.
    pub read_only: bool,
    /// Whether new keywords may be set (`PERMANENTFLAGS` with `\*`).
    pub takes_keywords: bool,
}

/// A message as the witness sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its UID.
    pub uid: u32,
    /// Flags and keywords, as the server writes them.
    pub flags: BTreeSet<String>,
    /// The header fields asked for, raw.
    pub header: Vec<u8>,
}

impl Witness {
    /// Connects to a plain port of 127.0.0.1 and logs in.
    ///
    /// # Errors
    /// If there is no server or it refuses the password.
    pub fn login(port: u16, user: &str, password: &str) -> Result<Self> {
        let stream =
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("cannot reach the IMAP server")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut witness = Self { stream: BufReader::new(stream), tag: 0, has_multiappend: false };
        Response::read(&mut witness.stream)?;
        witness.command(&format!("LOGIN {} {}", quote(user), quote(password)))?;
        let capabilities = witness.command("CAPABILITY")?;
        let says = |word: &str| capabilities.iter().any(|line| line.line().to_uppercase().contains(word));
        witness.has_multiappend = says(" LITERAL+") && says(" MULTIAPPEND");
        Ok(witness)
    }

    /// Sends any command and returns the untagged responses.
    ///
    /// # Errors
    /// If the answer is not OK, or the connection is lost.
    pub fn command(&mut self, command: &str) -> Result<Vec<Response>> {
        let tag = self.begin(&format!("{command}\r\n"))?;
        let mut untagged = self.finish(&tag)?;
        untagged.pop();
        Ok(untagged)
    }

    /// Opens a folder for reading and writing.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn select(&mut self, folder: &str) -> Result<Selected> {
        let tag = self.begin(&format!("SELECT {}\r\n", quote(folder)))?;
        let mut selected = Selected::default();
        for response in self.finish(&tag)? {
            let line = response.line();
            let number = |name: &str| after(&line, name).and_then(leading_number);
            selected.uid_validity = number("[UIDVALIDITY ").unwrap_or(selected.uid_validity);
            selected.uid_next = number("[UIDNEXT ").unwrap_or(selected.uid_next);
            selected.read_only |= line.contains("[READ-ONLY]");
            selected.takes_keywords |= line.contains("[PERMANENTFLAGS") && line.contains(r"\*");
            if line.ends_with(" EXISTS") {
                selected.exists = leading_number(line.trim_start_matches("* ")).unwrap_or(0);
            }
        }
        Ok(selected)
    }

    /// Puts one mail into a folder.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn append(&mut self, folder: &str, mail: &Append<'_>) -> Result<()> {
        let tag =
            self.begin(&format!("APPEND {}{} {{{}}}\r\n", quote(folder), mail.head(), mail.bytes.len()))?;
        let answer = Response::read(&mut self.stream)?;
        if !answer.raw.starts_with(b"+") {
            bail!("APPEND was refused: {}", answer.line());
        }
        self.send(mail.bytes)?;
        self.send(b"\r\n")?;
        self.finish(&tag).map(drop)
    }

    /// Puts many mails into a folder, a hundred in one command where the server can (RFC 3502).
    ///
    /// # Errors
    /// If the server refuses one.
    pub fn append_all(&mut self, folder: &str, mails: &[Append<'_>]) -> Result<()> {
        if !self.has_multiappend {
            return mails.iter().try_for_each(|mail| self.append(folder, mail));
        }
        for batch in mails.chunks(100) {
            let tag = self.begin(&format!("APPEND {}", quote(folder)))?;
            for mail in batch {
                self.send(format!("{} {{{}+}}\r\n", mail.head(), mail.bytes.len()).as_bytes())?;
                self.send(mail.bytes)?;
            }
            self.send(b"\r\n")?;
            self.finish(&tag)?;
        }
        Ok(())
    }

    /// Flags and keywords of every message of a folder, by UID; only looks (EXAMINE).
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn flags(&mut self, folder: &str) -> Result<BTreeMap<u32, BTreeSet<String>>> {
        self.command(&format!("EXAMINE {}", quote(folder)))?;
        let seen = self.fetch("1:4294967295", "UID FLAGS")?;
        Ok(seen.into_iter().map(|message| (message.uid, message.flags)).collect())
    }

    /// Flags and the named header fields (e.g. `SUBJECT FROM MESSAGE-ID`) of every message; only looks.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn headers(&mut self, folder: &str, fields: &str) -> Result<Vec<Seen>> {
        self.headers_of(folder, "1:4294967295", fields)
    }

    /// The same for some UIDs, e.g. `17:4294967295`.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn headers_of(&mut self, folder: &str, uids: &str, fields: &str) -> Result<Vec<Seen>> {
        self.command(&format!("EXAMINE {}", quote(folder)))?;
        self.fetch(uids, &format!("UID FLAGS BODY.PEEK[HEADER.FIELDS ({fields})]"))
    }

    /// The whole message with this UID in the open folder, if there is one; does not mark it as read.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn message(&mut self, uid: u32) -> Result<Option<Vec<u8>>> {
        let seen = self.fetch(&uid.to_string(), "UID FLAGS BODY.PEEK[]")?;
        Ok(seen.into_iter().find(|message| message.uid == uid).map(|message| message.header))
    }

    /// Changes flags in the open folder, e.g. `store("3:5", "+FLAGS (triage-antrag)")`.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn store(&mut self, uids: &str, change: &str) -> Result<()> {
        self.command(&format!("UID STORE {uids} {change}")).map(drop)
    }

    /// Deletes these messages of the open folder for good.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn expunge(&mut self, uids: &str) -> Result<()> {
        self.store(uids, r"+FLAGS.SILENT (\Deleted)")?;
        self.command(&format!("UID EXPUNGE {uids}")).map(drop)
    }

    /// Moves messages of the open folder to another (RFC 6851).
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn move_to(&mut self, uids: &str, folder: &str) -> Result<()> {
        self.command(&format!("UID MOVE {uids} {}", quote(folder))).map(drop)
    }

    /// Makes a folder.
    ///
    /// # Errors
    /// If the server refuses it, as it does where the folder is there already.
    pub fn create(&mut self, folder: &str) -> Result<()> {
        self.command(&format!("CREATE {}", quote(folder))).map(drop)
    }

    /// Deletes a folder with everything in it; made anew, it has another UIDVALIDITY.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn delete(&mut self, folder: &str) -> Result<()> {
        self.command(&format!("DELETE {}", quote(folder))).map(drop)
    }

    /// Names of all folders.
    ///
    /// # Errors
    /// If the server refuses it.
    pub fn folders(&mut self) -> Result<BTreeSet<String>> {
        let lines = self.command(r#"LIST "" "*""#)?;
        Ok(lines.iter().filter_map(|line| line.values().last()?.text()).collect())
    }

    /// Fetches from the open folder; the text of `BODY[…]`, if asked for, becomes `header`.
    fn fetch(&mut self, uids: &str, items: &str) -> Result<Vec<Seen>> {
        let responses = self.command(&format!("UID FETCH {uids} ({items})"))?;
        Ok(responses.iter().filter_map(seen).collect())
    }

    fn begin(&mut self, command: &str) -> Result<String> {
        self.tag += 1;
        let tag = format!("w{}", self.tag);
        self.send(format!("{tag} {command}").as_bytes())?;
        Ok(tag)
    }

    /// Everything up to the tagged response, which must be OK and comes last.
    fn finish(&mut self, tag: &str) -> Result<Vec<Response>> {
        let mut responses = Vec::new();
        loop {
            let response = Response::read(&mut self.stream)?;
            let line = response.line();
            let Some(status) = line.strip_prefix(tag).and_then(|rest| rest.strip_prefix(' ')) else {
                responses.push(response);
                continue;
            };
            if !status.starts_with("OK") {
                bail!("the IMAP server answered {status}");
            }
            responses.push(response);
            return Ok(responses);
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.get_mut().write_all(bytes).context("cannot write to the IMAP server")
    }
}

impl Append<'_> {
    /// A mail without flags that arrives now.
    pub fn new(bytes: &[u8]) -> Append<'_> {
        Append { flags: Vec::new(), internal_date: None, bytes }
    }

    fn head(&self) -> String {
        let date = self.internal_date.as_ref().map_or_else(String::new, |date| format!(" \"{date}\""));
        format!(" ({}){date}", self.flags.join(" "))
    }
}

/// A session with an LMTP server (RFC 2033).
pub struct Lmtp {
    stream: BufReader<TcpStream>,
}

impl Lmtp {
    /// Connects to a port of 127.0.0.1.
    ///
    /// # Errors
    /// If there is no server.
    pub fn connect(port: u16) -> Result<Self> {
        let stream =
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("cannot reach the LMTP server")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut lmtp = Self { stream: BufReader::new(stream) };
        lmtp.expect("220")?;
        lmtp.say("LHLO localhost\r\n", "250")?;
        Ok(lmtp)
    }

    /// Delivers one mail; may be called again.
    ///
    /// # Errors
    /// If the server does not take it.
    pub fn deliver(&mut self, from: &str, to: &str, mail: &[u8]) -> Result<()> {
        self.say(&format!("MAIL FROM:<{from}>\r\n"), "250")?;
        self.say(&format!("RCPT TO:<{to}>\r\n"), "250")?;
        self.say("DATA\r\n", "354")?;
        self.stream.get_mut().write_all(&dot_stuffed(mail))?;
        self.expect("250")
    }

    fn say(&mut self, line: &str, expected: &str) -> Result<()> {
        self.stream.get_mut().write_all(line.as_bytes())?;
        self.expect(expected)
    }

    fn expect(&mut self, code: &str) -> Result<()> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the LMTP server closed the connection");
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        if !line.starts_with(code) {
            bail!("the LMTP server answered {}", line.trim());
        }
        Ok(())
    }
}

/// Delivers one mail to an LMTP port of 127.0.0.1.
///
/// # Errors
/// If the server does not take it.
pub fn lmtp_deliver(port: u16, from: &str, to: &str, mail: &[u8]) -> Result<()> {
    Lmtp::connect(port)?.deliver(from, to, mail)
}

fn dot_stuffed(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + 64);
    for line in mail.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

fn seen(response: &Response) -> Option<Seen> {
    let (_, items) = response.fetch()?;
    let value =
        |wanted: &str| items.iter().find(|(name, _)| name.starts_with(wanted)).map(|(_, value)| value);
    let header = match value("BODY[") {
        Some(Value::Text(bytes)) => bytes.clone(),
        _ => Vec::new(),
    };
    let flags = value("FLAGS")?.items().iter().filter_map(Value::text).collect();
    Some(Seen { uid: u32::try_from(value("UID")?.number()?).ok()?, flags, header })
}

/// A quoted string; folder names must come in modified UTF-7 already.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.split_once(word).map(|(_, rest)| rest)
}

fn leading_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
