//! Closes the process to others: it leaves no core dump, and nobody but root looks into its memory.
//!
//! Passwords and mail are in there while they are worked with. A core dump would put them on a disk; a debugger of the
//! same user would read them. Children (a `password_command`) leave no core dumps either.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Before anything secret is read. What cannot be closed is said, and the work goes on: mail waits.
pub fn close() {
    let closed = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })
        .and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = closed {
        tracing::warn!(
            name: "run.open",
            error = %io::Error::from(error),
            "core dumps cannot be switched off: what a crash leaves behind may hold passwords and mail; \
             set LimitCORE=0 in the unit, or allow prctl and setrlimit"
        );
    }
}
