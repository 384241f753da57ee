//! A loopback proxy between program and server: counts bytes, and at a chosen byte kills, cuts, ends or stalls.
//!
//! ```text
//!   program ──up──▶ Proxy ──up──▶ server        a Trigger fires once, when its count is reached:
//!           ◀─down─       ◀─down─               exactly that many bytes were passed on before
//! ```
//! "Kill -9 at N random moments" becomes a number of bytes instead of a time: nothing sleeps.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use socket2::SockRef;

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
        thread::spawn(move || accept(&listener, &accepting));
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
        self.shared.traffic().triggers.push(Trigger { count, at, act });
    }

    /// Takes all triggers back that have not fired.
    pub fn disarm(&self) {
        self.shared.traffic().triggers.clear();
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

impl Connection {
    /// Both pumps end, and the last one to let go of the sockets resets them.
    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for side in [&self.program, &self.server] {
            let _ = SockRef::from(side).set_linger(Some(Duration::ZERO));
            // This only wakes our own reader; it sends nothing.
            let _ = side.shutdown(Shutdown::Read);
        }
    }

    fn end(&self) {
        for side in [&self.program, &self.server] {
            let _ = side.shutdown(Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for program in listener.incoming().filter_map(Result::ok) {
        if shared.closed.load(Ordering::SeqCst) {
            return;
        }
        let Ok(server) = TcpStream::connect(shared.target) else {
            // Nobody there: the program must see a refusal as well.
            let _ = SockRef::from(&program).set_linger(Some(Duration::ZERO));
            continue;
        };
        let _ = (program.set_nodelay(true), server.set_nodelay(true));
        let connection = Arc::new(Connection { program, server, is_cut: AtomicBool::new(false) });
        let mut traffic = shared.traffic();
        traffic.connections += 1;
        traffic.live.retain(|old| old.strong_count() > 0);
        traffic.live.push(Arc::downgrade(&connection));
        drop(traffic);
        for direction in [Direction::Up, Direction::Down] {
            let (connection, shared) = (Arc::clone(&connection), Arc::clone(shared));
            thread::spawn(move || pump(&connection, direction, &shared));
        }
    }
}

/// Passes bytes on in one direction until one side ends or a trigger ends it.
fn pump(connection: &Connection, direction: Direction, shared: &Shared) {
    let (mut from, mut to) = match direction {
        Direction::Up => (&connection.program, &connection.server),
        Direction::Down => (&connection.server, &connection.program),
    };
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        let mut rest = &buffer[..n];
        while !rest.is_empty() {
            let (passed, act) = shared.traffic().admit(direction, rest.len());
            let (now, later) = rest.split_at(passed);
            if to.write_all(now).is_err() {
                return connection.end();
            }
            rest = later;
            if let Some(act) = act
                && perform(act, connection, shared) == After::Cut
            {
                return;
            }
        }
    }
    if !connection.is_cut.load(Ordering::SeqCst) {
        let _ = to.shutdown(Shutdown::Write);
    }
}

fn perform(act: Act, connection: &Connection, shared: &Shared) -> After {
    match act {
        Act::Call(call) => {
            let after = call();
            if after == After::Cut {
                connection.cut();
            }
            return after;
        }
        Act::Cut => connection.cut(),
        Act::Eof => connection.end(),
        Act::Stall => {
            let over = || connection.is_cut.load(Ordering::SeqCst);
            let mut traffic = shared.traffic();
            while !over() && !shared.closed.load(Ordering::SeqCst) {
                traffic = shared.released.wait(traffic).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
    After::Cut
}
