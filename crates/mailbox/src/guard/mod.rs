//! The guard between TLS and the parser: no byte of a server reaches async-imap unframed, uncapped or unmended.
//!
//! ```text
//!   TLS ──▶ raw 16 KiB ──▶ Framer::feed ──▶ out ──▶ async-imap
//!   TLS ◀────────────────────────────────────────── async-imap
//! ```
//!
//! At most one line or one raw buffer's worth of literal is handed over a read, so that the parser never
//! looks twice at a line that fits its block, and nothing of a second response hides in its buffer
//! when STARTTLS changes the stream.
//!
//! Memory of a connection, whatever its server does:
//!
//! ```text
//!   here             raw buffer, one line, one line mended                                  0.4 MiB
//!   async-imap       one response: one mail's octets and 17 mended lines (2.1 MiB),
//!                    thrice over while its buffer grows            3 × (2 + 2.1) MiB =  12.3 MiB
//!   the collector    the budget of mail, and 1 MiB of small literals            33 + 1 =  34 MiB
//!                    what is kept of at most 32 MiB of text                               32 MiB
//!   bodies, with the daemon's 2 MiB a mail and 33 MiB a batch                  at worst   79 MiB
//! ```
//!
//! Pieces of mails ([`sections`](crate::Connection::sections)) need less: the daemon asks for 2 MiB at once.
//! An honest server's fullest batch needs some 40 MiB. Of replies that may name any number of messages, 65,536 are
//! kept ([`MOST_MESSAGES`](crate::MOST_MESSAGES)): at most the 32 MiB of their text and 20 MiB around it.

mod fetch;
mod folders;
mod framer;
mod mend;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub use framer::{Breach, Caps, Framer, Literals};

const RAW: usize = 16 * 1024;

/// Wraps a stream to a server; writes pass through untouched.
pub struct Guard<S> {
    stream: S,
    framer: Framer,
    raw: Box<[u8]>,
    unread: std::ops::Range<usize>,
    out: Vec<u8>,
    handed_over: usize,
    received: u64,
}

impl<S> Guard<S> {
    /// Guards a stream with these caps.
    pub fn new(stream: S, caps: Caps) -> Self {
        Self {
            stream,
            framer: Framer::new(caps),
            raw: vec![0; RAW].into(),
            unread: 0..0,
            out: Vec::new(),
            handed_over: 0,
            received: 0,
        }
    }

    /// A new command begins: its reply may hold such literals.
    pub fn expect(&mut self, literals: Literals) {
        self.framer.expect(literals);
    }

    /// How many bytes the server sent so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Whether the server sent more than was asked for: before STARTTLS, that is an attack.
    pub fn holds_more(&self) -> bool {
        !self.unread.is_empty() || self.handed_over < self.out.len() || self.framer.is_amid()
    }

    /// The stream without its guard.
    pub fn into_inner(self) -> S {
        self.stream
    }

    /// Frames until something can be handed over; `false` where more raw bytes are needed.
    fn frame(&mut self) -> Result<bool, Breach> {
        self.out.clear();
        self.handed_over = 0;
        while self.out.is_empty() && !self.unread.is_empty() {
            let used = self.framer.feed(&self.raw[self.unread.clone()], &mut self.out)?;
            self.unread.start += used;
        }
        Ok(!self.out.is_empty())
    }

    fn hand_over(&mut self, buf: &mut ReadBuf<'_>) {
        let waiting = &self.out[self.handed_over..];
        let fitting = &waiting[..waiting.len().min(buf.remaining())];
        buf.put_slice(fitting);
        self.handed_over += fitting.len();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.handed_over < this.out.len() || this.frame().map_err(io::Error::other)? {
                this.hand_over(buf);
                return Poll::Ready(Ok(()));
            }
            let mut raw = ReadBuf::new(&mut this.raw);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut raw))?;
            let filled = raw.filled().len();
            if filled == 0 {
                return Poll::Ready(Ok(()));
            }
            this.unread = 0..filled;
            this.received += filled as u64;
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for Guard<S> {
    /// async-imap wants a Debug; it must never show what was read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("received", &self.received).finish_non_exhaustive()
    }
}
