//! The proxy's threads: one for each connection and direction.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::{Act, After, Connection, Direction, Pace, Shared};

impl Connection {
    /// Both pumps end, and the last one to let go of the sockets resets them.
    pub(super) fn cut(&self) {
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

pub(super) fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
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
    let mut flips = false;
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        shared.traffic().look(direction, &buffer[..n]);
        let mut start = 0;
        while start < n {
            if std::mem::take(&mut flips) {
                buffer[start] ^= 0b100;
            }
            let (passed, act) = shared.traffic().admit(direction, n - start);
            if send(&mut to, &buffer[start..start + passed], shared).is_err() {
                return connection.end();
            }
            start += passed;
            flips = matches!(act, Some(Act::Flip));
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

/// Passes bytes on, in the pieces that are wanted.
fn send(to: &mut impl Write, bytes: &[u8], shared: &Shared) -> io::Result<()> {
    let pace = shared.traffic().pace.unwrap_or(Pace { piece: usize::MAX, pause: Duration::ZERO });
    for piece in bytes.chunks(pace.piece.max(1)) {
        to.write_all(piece)?;
        if !pace.pause.is_zero() && !shared.closed.load(Ordering::SeqCst) {
            thread::sleep(pace.pause);
        }
    }
    Ok(())
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
        // The pump does it: it has the bytes.
        Act::Flip => return After::Continue,
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
