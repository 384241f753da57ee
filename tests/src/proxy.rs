//! A loopback proxy between program and server: counts bytes, and at a chosen byte or command kills, cuts, ends,
//! stalls or flips; it can also pass everything on in tiny pieces.
//!
//! ```text
//!   program ──up──▶ Proxy ──up──▶ server        a Trigger fires once, when its count is reached:
//!           ◀─down─       ◀─down─               exactly that many bytes were passed on before
//! ```
//! "Kill -9 at N random moments" becomes a number of bytes instead of a time: nothing sleeps.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
mod commands;
mod pump;

pub use commands::At;
use commands::Commands;

/// Which bytes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// From the program to the server.
    Up,
    /// From the server to the program.
    Down,
    /// Both ways.
    Both,
}

/// What happens to the connection after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It goes on.
    Continue,
    /// It is cut: the bytes beyond the trigger never arrive.
    Cut,
}

/// What to do at that byte.
pub enum Act {
    /// Run this, e.g. kill the program; the line stands still meanwhile.
    Call(Box<dyn FnOnce() -> After + Send>),
    /// Reset both sides (RST).
    Cut,
    /// Close both sides cleanly (FIN), in the middle of whatever was said.
    Eof,
    /// Pass nothing on any more in this direction, but stay connected.
    Stall,
    /// Turn one bit of the next byte in this direction over.
    Flip,
}

/// Something that happens once, at a byte count over all connections since the proxy's start.
pub struct Trigger {
    /// Which bytes count.
    pub count: Count,
    /// After how many of them.
    pub at: u64,
    /// What to do.
    pub act: Act,
}

/// In which pieces bytes are passed on.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// At most so many bytes at once.
    pub piece: usize,
    /// And then so long nothing: a slow line.
    pub pause: Duration,
}

/// A running proxy; dropping it resets all its connections.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: SocketAddr,
    closed: AtomicBool,
    traffic: Mutex<Traffic>,
    released: Condvar,
}

#[derive(Default)]
struct Traffic {
    up: u64,
    down: u64,
    connections: u64,
    triggers: Vec<Trigger>,
    commands: Commands,
    pace: Option<Pace>,
    live: Vec<Weak<Connection>>,
}

struct Connection {
    program: TcpStream,
    server: TcpStream,
    is_cut: AtomicBool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1 and passes everything on to `target` there.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start(target: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen on loopback")?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            target: (Ipv4Addr::LOCALHOST, target).into(),
            closed: AtomicBool::new(false),
            traffic: Mutex::default(),
            released: Condvar::new(),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || pump::accept(&listener, &accepting));
        Ok(Self { port, shared })
    }

    /// Where to connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Bytes passed on so far, to the server and from it.
    pub fn counts(&self) -> (u64, u64) {
        let traffic = self.shared.traffic();
        (traffic.up, traffic.down)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.traffic().connections
    }

    /// Sets a trigger; it fires at the next byte if its count has been passed already.
    pub fn arm(&self, count: Count, at: u64, act: Act) {
        self.shared.traffic().trigger(count, at, act);
    }

    /// Has something happen at the `nth` command (from 1) from now on whose line holds `verb`. Plain text only.
    pub fn arm_at(&self, verb: &'static str, nth: usize, at: At, act: Act) {
        self.shared.traffic().commands.set(verb, nth, at, act);
    }

    /// How many command lines with `verb` in them have passed. Plain text only.
    pub fn commands(&self, verb: &str) -> usize {
        self.shared.traffic().commands.count(verb)
    }

    /// The command lines that have passed, to show where a test fails. Plain text only.
    pub fn sent(&self) -> Vec<String> {
        self.shared.traffic().commands.lines().to_vec()
    }

    /// What was armed and has not happened.
    pub fn waiting(&self) -> usize {
        let traffic = self.shared.traffic();
        traffic.triggers.len() + traffic.commands.waiting()
    }

    /// Passes everything on in such pieces from now on; `None`: as it comes.
    pub fn pace(&self, pace: Option<Pace>) {
        self.shared.traffic().pace = pace;
    }

    /// Takes all triggers back that have not fired.
    pub fn disarm(&self) {
        let mut traffic = self.shared.traffic();
        traffic.triggers.clear();
        traffic.commands.clear();
    }

    /// Resets all connections; new ones are welcome.
    pub fn cut_all(&self) {
        // Under the lock, so that no stalled pump misses it between looking and waiting.
        let mut traffic = self.shared.traffic();
        for connection in std::mem::take(&mut traffic.live).iter().filter_map(Weak::upgrade) {
            connection.cut();
        }
        self.shared.released.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        self.cut_all();
        // Wakes the accepting thread, which then sees that it is over.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Shared {
    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Traffic {
    fn trigger(&mut self, count: Count, at: u64, act: Act) {
        self.triggers.push(Trigger { count, at, act });
    }

    fn counted(&self, count: Count) -> u64 {
        match count {
            Count::Up => self.up,
            Count::Down => self.down,
            Count::Both => self.up + self.down,
        }
    }

    /// How many of the next `n` bytes may pass before a trigger fires, and that trigger.
    fn admit(&mut self, direction: Direction, n: usize) -> (usize, Option<Act>) {
        let left =
            |traffic: &Self, trigger: &Trigger| trigger.at.saturating_sub(traffic.counted(trigger.count));
        let concerns = |trigger: &Trigger| {
            matches!(
                (trigger.count, direction),
                (Count::Both, _) | (Count::Up, Direction::Up) | (Count::Down, Direction::Down)
            )
        };
        let next = (0..self.triggers.len())
            .filter(|&i| concerns(&self.triggers[i]) && left(self, &self.triggers[i]) <= n as u64)
            .min_by_key(|&i| left(self, &self.triggers[i]));
        let passed = next.map_or(n, |i| left(self, &self.triggers[i]) as usize);
        match direction {
            Direction::Up => self.up += passed as u64,
            Direction::Down => self.down += passed as u64,
        }
        (passed, next.map(|i| self.triggers.swap_remove(i).act))
    }
}
