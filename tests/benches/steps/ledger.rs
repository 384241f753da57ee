//! The ledger's part: on a disk, where an operator waits for two fsyncs a batch, and in memory, where it costs itself alone.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;

use anyhow::Result;
use langhals_tests::install;
use langhals_tests::steps::{Figures, Mails, Program};

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// What the ledger takes.
pub struct Ledger {
    /// µs a mail below `target`, on whatever disk that is.
    pub disk: Figures,
    /// µs a mail in memory; none where the system has no such place.
    pub memory: Option<Figures>,
    /// Instructions a mail.
    pub instructions: BTreeMap<String, u64>,
}

/// Runs it on disk, in memory, and under callgrind.
pub fn measure(mails: &Mails, rounds: usize) -> Result<Ledger> {
    let program = Program::Ledger.build()?;
    let disk = install::testbed_dir()?;
    let memory = Path::new(MEMORY);
    Ok(Ledger {
        disk: within(&disk, |state| mails.figures(&program, &[state], rounds))?,
        memory: memory
            .is_dir()
            .then(|| within(memory, |state| mails.figures(&program, &[state], rounds)))
            .transpose()?,
        instructions: within(&disk, |state| mails.instructions(&program, &[state]))?,
    })
}

/// In a new folder in that place.
fn within<T>(place: &Path, work: impl FnOnce(&OsStr) -> Result<T>) -> Result<T> {
    let dir = tempfile::Builder::new().prefix("langhals-ledger-").tempdir_in(place)?;
    work(dir.path().join("state").as_os_str())
}
