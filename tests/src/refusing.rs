//! A front on loopback before a server that knows a command less: it answers BAD itself to lines that hold a word.
//!
//! ```text
//!   program ──▶ Refusing ── a7 UID FETCH … ──▶ server
//!           ◀── a8 BAD ─┘  (a8 UID FETCH … n.MIME …)
//! ```
//! Each command must wait for the answer to the one before it, as this program's do.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};

/// What becomes of a line with the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// BAD.
    Bad,
    /// The connection ends without a word.
    HangUp,
}

/// A running front; its connections end with their clients.
pub struct Refusing {
    port: u16,
    refused: Arc<AtomicUsize>,
}

impl Refusing {
    /// Listens on a free port of 127.0.0.1 before the server at `target` there.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(target: u16, word: &'static str, refusal: Refusal) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on loopback")?;
        let port = listener.local_addr()?.port();
        let refused = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&refused);
        // Ends with the test's process: a blocked accept can only be left by a connection.
        thread::spawn(move || {
            for program in listener.incoming().filter_map(Result::ok) {
                let counter = Arc::clone(&counter);
                thread::spawn(move || pass(program, target, word, refusal, &counter));
            }
        });
        Ok(Self { port, refused })
    }

    /// Where to connect, without TLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many lines were refused.
    pub fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }
}

fn pass(
    program: TcpStream,
    target: u16,
    word: &str,
    refusal: Refusal,
    refused: &AtomicUsize,
) -> io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, target))?;
    let (mut answers, mut back) = (server.try_clone()?, program.try_clone()?);
    thread::spawn(move || {
        // Either side may have had enough.
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let (mut reader, mut writer) = (BufReader::new(program.try_clone()?), program);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        if text.contains(word) {
            refused.fetch_add(1, Ordering::SeqCst);
            if refusal == Refusal::HangUp {
                break;
            }
            let tag = text.split(' ').next().unwrap_or_default();
            writer.write_all(format!("{tag} BAD what is that?\r\n").as_bytes())?;
        } else {
            server.write_all(&line)?;
        }
        line.clear();
    }
    server.shutdown(Shutdown::Both)
}
