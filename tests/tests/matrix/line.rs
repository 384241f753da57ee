//! What can happen to the line between us and the server.
//!
//! Each fault comes twice: in the middle of the fetch, and at one of the STOREs.

use std::time::Duration;

use langhals_tests::{Act, At, Kind, Pace};

use crate::cell::{Cell, FETCH, RUNS, STORE};
use crate::cells;

/// The line breaks so: in the fetch, and there in a STORE.
#[track_caller]
fn breaks(kind: Kind, fault: &str, at: At, act: impl Fn() -> Act) {
    let Some(mut cell) = Cell::start(kind, fault) else { return };
    cell.arm(at, act);
    cell.runs_until_it_succeeds();
    cell.was_hit();
    cell.ends_right();
}

/// Half a STORE has reached the server when both sides are reset.
fn cut(kind: Kind) {
    breaks(kind, "cut", At::Half, || Act::Cut);
}

/// The server says good-bye in the middle of its answer.
fn eof(kind: Kind) {
    breaks(kind, "eof", At::Within(1), || Act::Eof);
}

/// The answer never comes, but the connection stands.
fn stall(kind: Kind) {
    let Some(mut cell) = Cell::start(kind, "stall") else { return };
    cell.arm(At::Within(0), || Act::Stall);
    // Long enough for a sign-in on a busy machine.
    cell.patience(3);
    for _ in 0..RUNS {
        if cell.proxy.waiting() > 0 {
            cell.run();
        }
    }
    cell.was_hit();
    cell.patience(20);
    cell.runs_until_it_succeeds();
    cell.ends_right();
}

/// The STORE has been sent, and before any answer both sides are reset: nobody knows whether it was done.
fn rst_mid_store(kind: Kind) {
    let Some(mut cell) = Cell::start(kind, "rst") else { return };
    let nth = cell.random.usize(1..=2);
    for nth in [nth, nth + 1] {
        cell.proxy.arm_at(STORE, nth, At::Sent, Act::Cut);
    }
    cell.runs_until_it_succeeds();
    cell.was_hit();
    cell.ends_right();
}

/// It was done, and the OK that says so is lost; three times.
fn ok_lost(kind: Kind) {
    let Some(cell) = Cell::start(kind, "ok lost") else { return };
    for nth in 1..=3 {
        cell.proxy.arm_at(STORE, nth, At::Answer, Act::Cut);
    }
    cell.runs_until_it_succeeds();
    cell.was_hit();
    cell.ends_right();
}

/// A bit of a tagged answer is turned over: the answer is to a command that nobody sent.
fn flip(kind: Kind) {
    let Some(cell) = Cell::start(kind, "flip") else { return };
    cell.proxy.arm_at(FETCH, 1, At::Answer, Act::Flip);
    if kind.keeps_keywords() {
        cell.proxy.arm_at(STORE, 2, At::Answer, Act::Flip);
    }
    cell.runs_until_it_succeeds();
    cell.was_hit();
    cell.ends_right();
}

/// Through TLS a bit may be turned over anywhere.
fn flip_under_tls(kind: Kind) {
    let mut cell = Cell::start_tls(kind, "flip");
    for _ in 0..4 {
        let (_, down) = cell.proxy.counts();
        cell.proxy.arm(langhals_tests::Count::Down, down + cell.random.u64(1_000..40_000), Act::Flip);
        cell.run();
    }
    cell.runs_until_it_succeeds();
    cell.ends_right();
}

/// Everything comes in pieces of a few bytes, as over a bad line.
fn chop(kind: Kind) {
    paced(kind, "chop", |random| Pace { piece: random.usize(1..=7), pause: Duration::ZERO });
}

/// Some bytes at a time with pauses between: slow, but not dead.
fn dribble(kind: Kind) {
    paced(kind, "dribble", |random| Pace { piece: random.usize(100..=200), pause: Duration::from_millis(4) });
}

#[track_caller]
fn paced(kind: Kind, fault: &str, pace: impl Fn(&mut fastrand::Rng) -> Pace) {
    let Some(mut cell) = Cell::start(kind, fault) else { return };
    cell.proxy.pace(Some(pace(&mut cell.random)));
    assert_eq!(cell.runs_until_it_succeeds(), 1, "a slow line is no loss");
    cell.ends_right();
}

cells! {
    dovecot_maildir_cut: cut(Maildir);
    dovecot_mdbox_cut: cut(Mdbox);
    cyrus_cut: cut(Cyrus);
    courier_cut: cut(Courier);
    pymap_cut: cut(Pymap);
    hoodiecrow_cut: cut(Hoodiecrow);
    dovecot_maildir_eof: eof(Maildir);
    dovecot_mdbox_eof: eof(Mdbox);
    cyrus_eof: eof(Cyrus);
    courier_eof: eof(Courier);
    pymap_eof: eof(Pymap);
    hoodiecrow_eof: eof(Hoodiecrow);
    dovecot_maildir_stall: stall(Maildir);
    dovecot_mdbox_stall: stall(Mdbox);
    cyrus_stall: stall(Cyrus);
    courier_stall: stall(Courier);
    pymap_stall: stall(Pymap);
    hoodiecrow_stall: stall(Hoodiecrow);
    dovecot_maildir_dribble: dribble(Maildir);
    dovecot_mdbox_dribble: dribble(Mdbox);
    cyrus_dribble: dribble(Cyrus);
    courier_dribble: dribble(Courier);
    pymap_dribble: dribble(Pymap);
    hoodiecrow_dribble: dribble(Hoodiecrow);
    dovecot_maildir_chop: chop(Maildir);
    dovecot_mdbox_chop: chop(Mdbox);
    cyrus_chop: chop(Cyrus);
    courier_chop: chop(Courier);
    pymap_chop: chop(Pymap);
    hoodiecrow_chop: chop(Hoodiecrow);
    cyrus_flip: flip(Cyrus);
    courier_flip: flip(Courier);
    pymap_flip: flip(Pymap);
    hoodiecrow_flip: flip(Hoodiecrow);
    dovecot_maildir_flip: flip_under_tls(Maildir);
    dovecot_mdbox_flip: flip_under_tls(Mdbox);
    dovecot_maildir_rst_mid_store: rst_mid_store(Maildir);
    dovecot_mdbox_rst_mid_store: rst_mid_store(Mdbox);
    cyrus_rst_mid_store: rst_mid_store(Cyrus);
    courier_rst_mid_store: rst_mid_store(Courier);
    hoodiecrow_rst_mid_store: rst_mid_store(Hoodiecrow);
    dovecot_maildir_ok_lost: ok_lost(Maildir);
    dovecot_mdbox_ok_lost: ok_lost(Mdbox);
    cyrus_ok_lost: ok_lost(Cyrus);
    courier_ok_lost: ok_lost(Courier);
    hoodiecrow_ok_lost: ok_lost(Hoodiecrow);
}
