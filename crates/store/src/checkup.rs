//! Looking a state over without touching it, also beside a running daemon: everything that can be wrong, a sentence each.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::carry;
use crate::decision_log::{DecisionLog, LogError, Position};
use crate::entry::apply;
use crate::index::{self, Index, IndexError};
use crate::memory::Memory;
use crate::mend;
use crate::survey::{Day, Survey};

/// So many line numbers are said of a damaged file.
const NUMBERS: usize = 10;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Whether it is well.
    pub good: bool,
    /// What was found; where it is not well, also what to do.
    pub sentence: String,
}

impl Statement {
    fn good(sentence: impl Into<String>) -> Self {
        Self { good: true, sentence: sentence.into() }
    }

    fn bad(sentence: impl Into<String>) -> Self {
        Self { good: false, sentence: sentence.into() }
    }
}

/// Looks a state directory over. The index is looked at in a copy under `scratch`, which is gone afterwards:
/// sled writes when it opens.
pub fn checkup(dir: &Path, scratch: &Path) -> Vec<Statement> {
    let mut said = permissions(dir);
    let holder = Holder::of(dir);
    let is_held = matches!(holder, Holder::Daemon);
    match Survey::take(&dir.join("log")) {
        Ok(survey) => {
            let lines_read = lines_read(dir, &survey);
            let readable = lines_read.good;
            said.push(lines_read);
            said.extend(damage(&survey, is_held));
            if readable {
                said.push(match &holder {
                    Holder::Daemon => Statement::good(HELD),
                    Holder::Unknown(error) => Statement::bad(format!(
                        "lock: cannot be looked at ({error}); mend the permissions of {}",
                        dir.join("lock").display()
                    )),
                    Holder::Nobody => match index(dir, scratch, &survey) {
                        // One that started meanwhile changed what was looked at.
                        Statement { good: false, .. } if matches!(Holder::of(dir), Holder::Daemon) => {
                            Statement::good(HELD)
                        }
                        said => said,
                    },
                });
            }
        }
        Err(error) => said.push(Statement::bad(format!("log: {error}"))),
    }
    said.extend(leftovers(dir));
    said
}

/// Who holds the state directory.
enum Holder {
    Daemon,
    Nobody,
    Unknown(io::Error),
}

impl Holder {
    fn of(dir: &Path) -> Self {
        match File::open(dir.join("lock")) {
            Ok(file) => match file.try_lock() {
                // Let go at once: a daemon that starts now must not be kept out.
                Ok(()) => Self::Nobody,
                Err(TryLockError::WouldBlock) => Self::Daemon,
                Err(TryLockError::Error(error)) => Self::Unknown(error),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Nobody,
            Err(error) => Self::Unknown(error),
        }
    }
}

fn permissions(dir: &Path) -> Vec<Statement> {
    let shown = dir.display();
    match fs::metadata(dir) {
        Ok(found) if found.permissions().mode() & 0o007 != 0 => {
            vec![Statement::bad(format!(
                "permissions: everybody may look into {shown}; run `chmod 700 {shown}`"
            ))]
        }
        Ok(_) => vec![Statement::good(format!("permissions: {shown} is closed to others"))],
        Err(error) => vec![Statement::bad(format!("permissions: cannot look into {shown}: {error}"))],
    }
}

fn lines_read(dir: &Path, survey: &Survey) -> Statement {
    let (Some(first), Some(last)) = (survey.days.first(), survey.days.last()) else {
        return Statement::good("log: none yet; `langhals run` begins it");
    };
    let mut unknown = 0;
    let replayed = read_log(dir, &mut |_, _| ()).map(|broken| {
        let damaged: usize = survey.days.iter().map(|day| day.broken.len()).sum();
        unknown = broken.saturating_sub(damaged);
    });
    let days = survey.days.len();
    let (from, to) = (day_of(first), day_of(last));
    match replayed {
        // What is no file is said by name below.
        Err(LogError::Read { .. }) if survey.days.iter().any(|day| day.alien) => {
            Statement::bad("log: cannot be read whole")
        }
        Err(error) => Statement::bad(format!("log: {error}")),
        Ok(()) if unknown > 0 => Statement::bad(format!(
            "log: {unknown} lines are whole but not of a form that this Langhals knows; they are passed over. \
             Install the version that wrote them"
        )),
        Ok(()) => {
            let lines = survey.lines();
            let head = if survey.is_shortened() {
                "; older days were erased, and what still counts of them was carried forward"
            } else {
                survey.head().map_or("", |_| "; older days were deleted")
            };
            Statement::good(format!("log: {lines} whole lines in {days} days, {from} to {to}{head}"))
        }
    }
}

fn read_log(dir: &Path, each: &mut dyn FnMut(crate::event::Line, Position)) -> Result<usize, LogError> {
    let log = DecisionLog::for_reading(&dir.join("log"));
    Ok(log.replay(&Position::default(), each)?.broken)
}

fn day_of(day: &Day) -> &str {
    day.name.strip_suffix(".log").unwrap_or(&day.name)
}

fn damage(survey: &Survey, is_held: bool) -> Vec<Statement> {
    let mut said = Vec::new();
    for (at, day) in survey.days.iter().enumerate() {
        let is_last = at + 1 == survey.days.len();
        let name = &day.name;
        if day.alien {
            said.push(Statement::bad(format!(
                "log/{name}: is no file; the next `langhals run` moves it away"
            )));
        }
        if let Some(first) = day.broken.first() {
            let numbers: Vec<String> = day.broken.iter().take(NUMBERS).map(u64::to_string).collect();
            let more = if day.broken.len() > NUMBERS { ", …" } else { "" };
            let what = if day.broken.len() == 1 {
                format!("line {first} is damaged")
            } else {
                format!("{} lines are damaged ({}{more})", day.broken.len(), numbers.join(", "))
            };
            said.push(Statement::bad(format!("log/{name}: {what}; {MENDED}")));
        }
        // Beside a running daemon the last line may be on its way.
        if day.torn > 0 && !(is_last && is_held) {
            let torn = day.torn;
            said.push(Statement::bad(format!(
                "log/{name}: the last {torn} bytes are no whole line; {MENDED}"
            )));
        }
    }
    let known = |name: &String| survey.days.iter().any(|day| day.name == *name && !day.is_sound());
    for name in survey.lost().iter().filter(|name| !known(name)) {
        said.push(Statement::bad(format!("log/{name}: is missing, or lines at its end are; {MENDED}")));
    }
    said
}

const HELD: &str = "index: a running langhals holds it; not looked at";
const MENDED: &str = "the next start of `langhals run` sets that aside and looks in the mailboxes for what is lost; look after the disk";

fn index(dir: &Path, scratch: &Path, survey: &Survey) -> Statement {
    let path = dir.join("state");
    let rebuilt = "stop langhals if it runs, and run `langhals state rebuild`";
    if path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Statement::good("index: none; the next `langhals run` makes it from the log");
    }
    let copy = match Copy::of(&path, scratch) {
        Ok(copy) => copy,
        Err(error) => return Statement::bad(format!("index: cannot be copied to be looked at: {error}")),
    };
    match compare(dir, &copy.0, survey) {
        Ok(Compared { behind, .. }) if behind == survey.lines() && behind > 0 => {
            Statement::bad(format!("index: is empty, and the log is not; {rebuilt}"))
        }
        Ok(Compared { is_fold: Some(false), .. }) => {
            Statement::bad(format!("index: tells something else than the log; {rebuilt}"))
        }
        Ok(Compared { is_fold: None, .. }) => {
            Statement::good("index: opens; it cannot be compared with the log, whose first days were deleted")
        }
        Ok(Compared { behind: 0, messages, .. }) => {
            Statement::good(format!("index: opens and tells what the log tells; {messages} messages"))
        }
        Ok(Compared { behind, .. }) => Statement::good(format!(
            "index: opens and tells what the log tells, but for its last {behind} lines; the next start follows them"
        )),
        Err(IndexError::Refused { source, .. }) => {
            Statement::bad(format!("index: cannot be looked at: {source}"))
        }
        Err(IndexError::OtherFormat { found, .. }) => Statement::good(format!(
            "index: is of format {found}, which another version made; the next `langhals run` rebuilds it from the log, once"
        )),
        Err(IndexError::Damaged { how, .. }) => Statement::bad(format!("index: {how}; {rebuilt}")),
    }
}

/// What a comparison of index and log found.
struct Compared {
    /// Whether the index is the fold of the log up to its position; `None` where the log lacks its beginning.
    is_fold: Option<bool>,
    /// Lines of the log that the index has not followed yet.
    behind: u64,
    /// Messages that the index knows.
    messages: usize,
}

fn compare(dir: &Path, copy: &Path, survey: &Survey) -> Result<Compared, IndexError> {
    let index = Index::open(copy)?;
    let (position, told) = index.attempt(|index| Ok((index.position()?, index.contents()?)))?;
    let (mut folded, mut behind) = (Memory::default(), 0);
    let read = read_log(dir, &mut |line, end| {
        if end <= position {
            let Ok(()) = apply(&mut folded, &line);
        } else {
            behind += 1;
        }
    });
    let reaches = DecisionLog::for_reading(&dir.join("log")).reaches(&position);
    let is_fold = read.is_ok() && reaches && folded == told;
    let is_fold = survey.head().is_none().then_some(is_fold);
    Ok(Compared { is_fold, behind, messages: told.entries.len() })
}

/// A copy of the index that goes when it is dropped.
struct Copy(PathBuf);

impl Copy {
    fn of(path: &Path, scratch: &Path) -> io::Result<Self> {
        let copy = Self(scratch.join(format!("langhals-state-check-{}", std::process::id())));
        copy_all(path, &copy.0)?;
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // It lies among temporary files: the system clears them as well.
        let _ = fs::remove_dir_all(&self.0).or_else(|_| fs::remove_file(&self.0));
    }
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn leftovers(dir: &Path) -> Vec<Statement> {
    let mut said = Vec::new();
    for (folder, prefix) in
        [(dir.to_owned(), index::ASIDE), (dir.join("log"), mend::ASIDE), (dir.to_owned(), carry::DRAFT)]
    {
        let mut names: Vec<PathBuf> =
            fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        names.sort();
        for path in names {
            let is_left = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
            if is_left {
                said.push(Statement::good(format!(
                    "left over: {} was set aside; delete it when nobody wants to look at it",
                    path.display()
                )));
            }
        }
    }
    said
}
