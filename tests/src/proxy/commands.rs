//! Which command is on its way, so that a fault can be put at a STORE instead of at a byte.
//!
//! ```text
//!   A7 UID STORE 1:3 +FLAGS.SILENT (triage-antrag)␍␊ ──▶        ◀── * 1 FETCH (…)␍␊ A7 OK done␍␊
//!   └────── Half ──────┘                          └ Sent          └─ Within(n) ─┘  └ Answer
//! ```
//! It reads what passes in plain text; through TLS it sees nothing.

use super::{Act, Count, Direction, Traffic};

/// Where in a command something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Half of the command has reached the server.
    Half,
    /// All of it has; what the server makes of it nobody knows.
    Sent,
    /// So many bytes of the answer have come.
    Within(u64),
    /// The tagged answer is about to come: the server has done it.
    Answer,
}

/// Something that happens at a command.
struct Trap {
    verb: &'static str,
    /// How many of these commands still pass before it is this one's turn.
    after: usize,
    at: At,
    act: Act,
}

/// The commands that passed, and what waits for some of them.
#[derive(Default)]
pub(super) struct Commands {
    lines: Vec<String>,
    traps: Vec<Trap>,
    /// The beginning of the tagged line that is waited for.
    answer: Option<(Vec<u8>, Act)>,
}

impl Commands {
    pub fn set(&mut self, verb: &'static str, nth: usize, at: At, act: Act) {
        self.traps.push(Trap { verb, after: nth.saturating_sub(1), at, act });
    }

    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    pub fn count(&self, verb: &str) -> usize {
        self.lines.iter().filter(|line| line.contains(verb)).count()
    }

    pub fn waiting(&self) -> usize {
        self.traps.len() + usize::from(self.answer.is_some())
    }

    pub fn clear(&mut self) {
        self.traps.clear();
        self.answer = None;
    }

    /// The traps whose turn it is at this line.
    fn sprung(&mut self, line: &str) -> Vec<Trap> {
        let is_next = |trap: &mut Trap| {
            let meant = line.contains(trap.verb);
            let sprung = meant && trap.after == 0;
            trap.after -= usize::from(meant && !sprung);
            sprung
        };
        self.traps.extract_if(.., is_next).collect()
    }
}

impl Traffic {
    /// Looks at what was read and is about to be passed on; turns traps into triggers.
    pub(super) fn look(&mut self, direction: Direction, chunk: &[u8]) {
        match direction {
            Direction::Up => self.look_up(chunk),
            Direction::Down => self.look_down(chunk),
        }
    }

    fn look_up(&mut self, chunk: &[u8]) {
        let mut passed = self.up;
        for line in chunk.split_inclusive(|&byte| byte == b'\n') {
            let text = String::from_utf8_lossy(line).into_owned();
            for Trap { at, act, .. } in self.commands.sprung(&text) {
                let tag = line.split_inclusive(|&byte| byte == b' ').next().unwrap_or_default();
                match at {
                    At::Half => self.trigger(Count::Up, passed + line.len() as u64 / 2, act),
                    At::Sent => self.trigger(Count::Up, passed + line.len() as u64, act),
                    At::Within(bytes) => self.trigger(Count::Down, self.down + bytes, act),
                    At::Answer => self.commands.answer = Some((tag.to_vec(), act)),
                }
            }
            passed += line.len() as u64;
            self.commands.lines.push(text);
        }
    }

    fn look_down(&mut self, chunk: &[u8]) {
        let Some((tag, act)) = self.commands.answer.take() else { return };
        let mut passed = self.down;
        for line in chunk.split_inclusive(|&byte| byte == b'\n') {
            if line.starts_with(&tag) {
                return self.trigger(Count::Down, passed, act);
            }
            passed += line.len() as u64;
        }
        self.commands.answer = Some((tag, act));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_waits_for_its_command_and_for_the_answer_to_that() {
        let mut traffic = Traffic::default();
        traffic.commands.set("UID STORE", 2, At::Answer, Act::Cut);
        for line in [&b"A1 UID STORE 1 x\r\n"[..], b"A2 NOOP\r\n", b"A3 UID STORE 2 y\r\n"] {
            traffic.look(Direction::Up, line);
        }
        assert_eq!(traffic.commands.count("UID STORE"), 2);
        traffic.look(Direction::Down, b"* 1 FETCH (UID 1)\r\nA1 OK\r\n");
        assert!(traffic.triggers.is_empty());
        traffic.look(Direction::Down, b"* 2 EXISTS\r\nA3 OK\r\n");
        assert_eq!((traffic.triggers[0].count, traffic.triggers[0].at), (Count::Down, 12));
        assert_eq!(traffic.commands.waiting(), 0);
    }
}
