//! Erasing beside a running daemon, which holds the state directory: it is asked by a file, and answers by one.
//!
//! ```text
//!   langhals forget                      daemon, every two seconds
//!   forget/1234-5.request  ────────────▶ erased ─▶ forget/1234-5.answer, the request is removed
//!   the answer is read and removed ◀─────┘
//! ```
//!
//! A request holds hashes and places, never an address or a Message-ID; an answer holds counts. A request that nobody
//! waits for any more is carried out all the same; one that is carried out twice does no harm.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::disk;
use crate::erase::Demand;
use crate::event::Erased;
use crate::forget::ForgetError;
use crate::ledger::{Ledger, OpenError};

/// The folder in the state directory.
pub(crate) const FOLDER: &str = "forget";
const REQUEST: &str = "request";
const ANSWER: &str = "answer";
/// Version of a request's form.
const VERSION: u32 = 1;
/// How often an answer is looked for, and how often between that the lock is tried.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const LOOKS_A_TRY: u32 = 10;
/// So often the lock is tried: some ten minutes with the pauses of [`Ledger::open`].
const TRIES: u64 = 240;
const MINUTES: u64 = 10;
/// An answer that nobody came for goes.
const ANSWER_KEPT: SignedDuration = SignedDuration::from_hours(1);

#[derive(Serialize, Deserialize)]
struct Request {
    v: u32,
    demand: Demand,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Erased(Erased),
    Refused(String),
}

/// Erases what a demand says from a state directory: at once where nobody has it, else by asking who does.
///
/// # Errors
/// [`ForgetError`].
pub fn erase(dir: &Path, demand: &Demand, at: Timestamp) -> Result<Erased, ForgetError> {
    let mut asked: Option<Petition> = None;
    for _ in 0..TRIES {
        match Ledger::open(dir, at) {
            Ok(ledger) => {
                let erased = ledger.erase(demand, at);
                if let Some(petition) = asked {
                    petition.withdraw();
                }
                return erased;
            }
            Err(OpenError::InUse { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let petition = match asked.take() {
            Some(petition) => petition,
            None => Petition::hand_in(dir, demand, at).map_err(cannot(dir))?,
        };
        for _ in 0..LOOKS_A_TRY {
            if let Some(answer) = petition.answer().map_err(cannot(dir))? {
                petition.withdraw();
                return match answer {
                    Answer::Erased(erased) => Ok(erased),
                    Answer::Refused(sentence) => Err(ForgetError::Refused(sentence)),
                };
            }
            std::thread::sleep(LOOK_EVERY);
        }
        asked = Some(petition);
    }
    Err(ForgetError::Silent { minutes: MINUTES })
}

fn cannot(dir: &Path) -> impl Fn(io::Error) -> ForgetError {
    let path = dir.join(FOLDER);
    move |source| ForgetError::Disk { path: path.clone(), source }
}

/// A request that was handed in.
struct Petition {
    request: PathBuf,
}

impl Petition {
    fn hand_in(dir: &Path, demand: &Demand, at: Timestamp) -> io::Result<Self> {
        let folder = dir.join(FOLDER);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let owner = fs::metadata(dir)?;
        give(&folder, &owner)?;
        let name = format!("{}-{}", std::process::id(), at.as_nanosecond());
        let request = folder.join(name).with_extension(REQUEST);
        let draft = request.with_extension("draft");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec(&Request { v: VERSION, demand: demand.clone() })?)?;
        file.sync_all()?;
        give(&draft, &owner)?;
        fs::rename(&draft, &request)?;
        disk::sync_folder_of(&request)?;
        Ok(Self { request })
    }

    fn answer(&self) -> io::Result<Option<Answer>> {
        match fs::read(self.request.with_extension(ANSWER)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            bytes => Ok(serde_json::from_slice(&bytes?).ok()),
        }
    }

    /// Nobody asks any more.
    fn withdraw(self) {
        // What stays is carried out once more, or removed an hour later.
        let _ = fs::remove_file(&self.request);
        let _ = fs::remove_file(self.request.with_extension(ANSWER));
    }
}

/// Whoever asks may be root: the daemon must be able to read and remove it.
fn give(path: &Path, owner: &fs::Metadata) -> io::Result<()> {
    let found = fs::metadata(path)?;
    if found.uid() == owner.uid() { Ok(()) } else { chown(path, Some(owner.uid()), Some(owner.gid())) }
}

impl Ledger {
    /// Carries out what was asked for by files, and says for each what was erased, or why not.
    pub fn answer_petitions(&self, at: Timestamp) -> Vec<Result<Erased, ForgetError>> {
        let folder = self.dir().join(FOLDER);
        let mut done = Vec::new();
        for path in fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match path.extension().and_then(|ending| ending.to_str()) {
                Some(REQUEST) => done.push(self.answer_petition(&path, at)),
                Some(ANSWER) => forget_answer(&path, at),
                _ => {}
            }
        }
        done
    }

    fn answer_petition(&self, path: &Path, at: Timestamp) -> Result<Erased, ForgetError> {
        let erased = read(path).and_then(|demand| self.erase(&demand, at));
        let answer = match &erased {
            Ok(erased) => Answer::Erased(*erased),
            Err(error) => Answer::Refused(error.to_string()),
        };
        let answered = serde_json::to_vec(&answer)
            .map_err(io::Error::from)
            .and_then(|bytes| disk::replace(&path.with_extension(ANSWER), &bytes))
            .and_then(|()| fs::remove_file(path))
            .and_then(|()| File::open(path.parent().unwrap_or(path))?.sync_all());
        answered.map_err(cannot(self.dir()))?;
        erased
    }
}

fn read(path: &Path) -> Result<Demand, ForgetError> {
    let refused = |what: &str| ForgetError::Refused(format!("the request {what}"));
    let bytes = fs::read(path).map_err(|error| refused(&format!("cannot be read: {error}")))?;
    match serde_json::from_slice::<Request>(&bytes) {
        Ok(Request { v: VERSION, demand }) => Ok(demand),
        _ => Err(refused("is not of a form that this version knows: use the same version of langhals")),
    }
}

fn forget_answer(path: &Path, at: Timestamp) {
    let written = fs::metadata(path).and_then(|found| found.modified()).ok();
    let written = written.and_then(|written| Timestamp::try_from(written).ok());
    if written.is_none_or(|written| at.duration_since(written) > ANSWER_KEPT) {
        // It holds counts alone; the next look tries again.
        let _ = fs::remove_file(path);
    }
}
