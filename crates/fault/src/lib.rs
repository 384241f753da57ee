//! Fault points: where a test stops the program as a crash would, to see it resume.
//!
//! ```text
//!   point("log.write") ─▶ write, fsync ─▶ point("log.written")
//!   point("imap.send") ─▶ send ─▶ point("imap.sent") ─▶ tagged reply ─▶ point("imap.answered")
//! ```
//!
//! One stands before and after every durable write and every network send. In a build with debug assertions,
//! `LANGHALS_STOP_AT=n` aborts the process at the n-th one that it reaches. A release build has none.

/// A place where a test may stop the program.
#[inline]
pub fn point(name: &'static str) {
    #[cfg(debug_assertions)]
    armed::reached(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
mod armed {
    use std::io::Write as _;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static STOP_AT: LazyLock<Option<u64>> = LazyLock::new(stop_at);
    static REACHED: AtomicU64 = AtomicU64::new(0);

    #[expect(clippy::disallowed_methods, reason = "every room has fault points, and no release has any")]
    fn stop_at() -> Option<u64> {
        std::env::var("LANGHALS_STOP_AT").ok()?.parse().ok()
    }

    pub(crate) fn reached(name: &'static str) {
        let Some(stop_at) = *STOP_AT else { return };
        if REACHED.fetch_add(1, Ordering::SeqCst) + 1 == stop_at {
            // Nobody is left to whom a failure to write this could be told.
            let _ = writeln!(std::io::stderr(), "stopped at fault point {stop_at}: {name}");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_the_variable_a_point_is_nothing() {
        (0..1_000).for_each(|_| super::point("test"));
    }
}
