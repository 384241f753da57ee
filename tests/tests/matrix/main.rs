//! Server × fault: whatever happens, the end is that of a run without it. The table stands in `docs/faults.md`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what a test needs and does not get is a failure"
)]

mod cell;
mod clock;
mod line;
mod server;
mod storm;
mod table;
mod thousands;

/// One test a cell: `cyrus_ok_lost: ok_lost(Cyrus);`.
macro_rules! cells {
    ($($name:ident: $fault:ident($kind:ident);)+) => {$(
        #[test]
        fn $name() {
            $fault(langhals_tests::Kind::$kind);
        }
    )+};
}
pub(crate) use cells;
