//! A server on loopback that signs in properly and then attacks: with endless lines, floods, lies about sizes.
//!
//! ```text
//!   greeting ─▶ LOGIN ─▶ SELECT ─▶ UID FETCH (sizes) ─▶ UID FETCH (bodies) ─▶ IDLE ─▶ SELECT ─▶ CHANGEDSINCE
//!      └ drip     └ honest              └─────────── an Attack strikes at one of these ──────────────┘
//! ```

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

/// What the server does to its client, on every connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// A line without an end, where sizes are asked for.
    EndlessLine,
    /// A literal of 4 GiB, announced and sent, where a body is asked for.
    HugeLiteral,
    /// Bodies of 2 MiB each, for hundreds of messages whose sizes were small.
    ManyLiterals,
    /// EXISTS, EXPUNGE and FETCH without an end, where sizes are asked for.
    FloodInFetch,
    /// The same during IDLE.
    FloodInIdle,
    /// One byte a second, from the greeting on.
    DripGreeting,
    /// One byte a second, where sizes are asked for.
    DripFetch,
    /// Parentheses without an end, where sizes are asked for.
    Parentheses,
    /// A folder of 4,294,967,295 messages, which come half a million at once, and have no bodies.
    HugeListing,
    /// Changes of more than half a million messages.
    ManyChanges,
}

/// A running server; its connections end with their clients.
pub struct Hostile {
    port: u16,
    struck: Arc<AtomicU64>,
}

/// Messages that the folder seems to hold.
const MESSAGES: u32 = 500;
/// Messages in a reply that is as large as the guard lets it be.
const CROWD: u32 = 500_000;
/// 4 GiB.
const HUGE: u64 = 1 << 32;

impl Hostile {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(attack: Attack) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on loopback")?;
        let port = listener.local_addr()?.port();
        let struck = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&struck);
        // Ends with the test's process: a blocked accept can only be left by a connection.
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let counter = Arc::clone(&counter);
                // A client that has had enough hangs up, in the middle of whatever is sent.
                thread::spawn(move || Session::new(stream, attack, &counter).and_then(|mut one| one.run()));
            }
        });
        Ok(Self { port, struck })
    }

    /// Where to connect, without TLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How often the attack was led to its end: until the client hung up or was through with it.
    pub fn struck(&self) -> u64 {
        self.struck.load(Ordering::SeqCst)
    }
}

struct Session<'c> {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    attack: Attack,
    struck: &'c AtomicU64,
    selected: u32,
    /// Whether a crowd of messages was sent; it is digested when the next command comes.
    crowded: bool,
}

impl<'c> Session<'c> {
    fn new(stream: TcpStream, attack: Attack, struck: &'c AtomicU64) -> io::Result<Self> {
        let reader = BufReader::new(stream.try_clone()?);
        Ok(Self { reader, writer: stream, attack, struck, selected: 0, crowded: false })
    }

    fn run(&mut self) -> io::Result<()> {
        if self.attack == Attack::DripGreeting {
            return self.drip(b"* OK ");
        }
        self.writer.write_all(b"* OK ready\r\n")?;
        let mut line = String::new();
        while self.reader.read_line(&mut line)? > 0 {
            let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
            let (tag, command) = (tag.to_owned(), command.to_owned());
            self.answer(&command)?;
            self.writer.write_all(format!("{tag} OK\r\n").as_bytes())?;
            line.clear();
        }
        Ok(())
    }

    fn answer(&mut self, command: &str) -> io::Result<()> {
        if std::mem::take(&mut self.crowded) {
            self.struck.fetch_add(1, Ordering::SeqCst);
        }
        let verb = command.split(' ').next().unwrap_or_default();
        match verb {
            "CAPABILITY" => self.writer.write_all(b"* CAPABILITY IMAP4rev1 IDLE CONDSTORE\r\n"),
            "SELECT" | "EXAMINE" => self.select(),
            "IDLE" => self.idle(),
            "UID" if command.contains("CHANGEDSINCE") => self.crowd("MODSEQ (9) FLAGS ()", 1),
            "UID" if command.contains("INTERNALDATE") => self.sizes(command),
            "UID" if command.contains("BODY.PEEK[]") => self.bodies(),
            _ => Ok(()),
        }
    }

    fn select(&mut self) -> io::Result<()> {
        self.selected += 1;
        let (exists, next) = match self.attack {
            Attack::HugeListing => (u32::MAX, u32::MAX),
            // A client that has nothing to fetch goes on to wait.
            Attack::FloodInIdle => (0, 1),
            Attack::ManyChanges => (0, CROWD + 1),
            _ => (MESSAGES, MESSAGES + 1),
        };
        let modseq = self.selected;
        let reply = format!(
            "* {exists} EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT {next}]\r\n* OK [HIGHESTMODSEQ {modseq}]\r\n\
             * OK [PERMANENTFLAGS (\\*)]\r\n"
        );
        self.writer.write_all(reply.as_bytes())
    }

    fn sizes(&mut self, command: &str) -> io::Result<()> {
        match self.attack {
            Attack::EndlessLine => self.endless(b"* 1 FETCH (UID 1 FLAGS (", b"aaaaaaaa"),
            Attack::Parentheses => self.endless(b"* 1 FETCH ", b"("),
            Attack::FloodInFetch => self.flood(),
            Attack::DripFetch => self.drip(b"* 1 FETCH (UID 1 FLAGS ("),
            Attack::HugeListing if width(command) < CROWD => Ok(()),
            Attack::HugeListing => self.crowd("FLAGS () RFC822.SIZE 1", first(command)),
            Attack::ManyChanges => Ok(()),
            _ => {
                let one = |uid| format!("* {uid} FETCH (UID {uid} FLAGS () MODSEQ (1) RFC822.SIZE 9)\r\n");
                let all: String = (1..=MESSAGES).map(one).collect();
                self.writer.write_all(all.as_bytes())
            }
        }
    }

    fn bodies(&mut self) -> io::Result<()> {
        match self.attack {
            Attack::HugeLiteral => {
                let head = format!("* 1 FETCH (UID 1 RFC822.SIZE {HUGE} BODY[]<0> {{{HUGE}}}\r\n");
                self.endless(head.as_bytes(), b"x")
            }
            Attack::ManyLiterals => self.struck_by(|session| {
                let body = vec![b'x'; 2 << 20];
                (1..=MESSAGES).try_for_each(|uid| {
                    let head =
                        format!("* {uid} FETCH (UID {uid} RFC822.SIZE 9 BODY[]<0> {{{}}}\r\n", body.len());
                    session.writer.write_all(head.as_bytes())?;
                    session.writer.write_all(&body)?;
                    session.writer.write_all(b")\r\n")
                })
            }),
            Attack::HugeListing => self.writer.write_all(b"* BYE enough\r\n"),
            _ => Ok(()),
        }
    }

    fn idle(&mut self) -> io::Result<()> {
        self.writer.write_all(b"+ idling\r\n")?;
        if self.attack == Attack::FloodInIdle {
            self.flood()
        } else {
            self.writer.write_all(b"* 1 EXISTS\r\n")?;
            self.reader.read_line(&mut String::new()).map(drop)
        }
    }

    /// As many messages as the guard lets through, each with these attributes.
    fn crowd(&mut self, attributes: &str, first: u32) -> io::Result<()> {
        let one = |uid| format!("* 1 FETCH (UID {uid} {attributes})\r\n");
        let all: String = (first..first.saturating_add(CROWD)).map(one).collect();
        self.crowded = true;
        self.writer.write_all(all.as_bytes())
    }

    fn flood(&mut self) -> io::Result<()> {
        self.endless(b"", b"* 1 EXISTS\r\n* 2 EXISTS\r\n* 2 EXPUNGE\r\n* 1 FETCH (FLAGS (\\Seen))\r\n")
    }

    /// The same for ever.
    fn endless(&mut self, begin: &[u8], again: &[u8]) -> io::Result<()> {
        self.struck_by(|session| {
            session.writer.write_all(begin)?;
            let block = again.repeat(64 * 1024 / again.len());
            loop {
                session.writer.write_all(&block)?;
            }
        })
    }

    fn drip(&mut self, begin: &[u8]) -> io::Result<()> {
        self.struck.fetch_add(1, Ordering::SeqCst);
        for byte in begin.iter().chain(std::iter::repeat(&b'a')) {
            self.writer.write_all(&[*byte])?;
            thread::sleep(Duration::from_secs(1));
        }
        Ok(())
    }

    fn struck_by(&mut self, attack: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        let outcome = attack(self);
        self.struck.fetch_add(1, Ordering::SeqCst);
        outcome
    }
}

/// The first UID of `UID FETCH a:b …`.
fn first(command: &str) -> u32 {
    range(command).map_or(1, |(first, _)| first)
}

/// How many UIDs `UID FETCH a:b …` asks for.
fn width(command: &str) -> u32 {
    range(command).map_or(1, |(first, last)| last.saturating_sub(first))
}

fn range(command: &str) -> Option<(u32, u32)> {
    let (first, last) = command.split(' ').nth(2)?.split_once(':')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}
