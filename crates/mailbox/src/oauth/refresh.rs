//! The refresh token: read from its file at each use, and replaced there when the server gives a new one.
//!
//! Many servers withdraw the old one with its use. So the new one goes to the disk before anything else
//! is done; where that fails, it is kept in memory, and the operator is told loudly.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::{Secret, SecretError, SecretSource};

const NAME: &str = "refresh_token";

/// What is not in the file, though it should be.
#[derive(Default)]
pub(super) struct Refresh {
    unsaved: Option<Unsaved>,
}

struct Unsaved {
    token: Secret,
    /// What stands in the file instead; anything else there is newer.
    replaces: Secret,
}

impl Refresh {
    /// The refresh token that counts.
    pub async fn read(&mut self, file: &Path) -> Result<Secret, SecretError> {
        let in_file = SecretSource::File(file.to_owned()).read(NAME).await;
        let Some(unsaved) = &self.unsaved else { return in_file };
        match in_file {
            // Somebody signed in anew.
            Ok(token) if token.expose() != unsaved.replaces.expose() => {
                self.unsaved = None;
                Ok(token)
            }
            _ => copy(&unsaved.token),
        }
    }

    /// Tries again to write down what could not be written before.
    pub async fn save(&mut self, file: &Path, used: Secret) {
        if let Some(unsaved) = &self.unsaved
            && let Ok(token) = copy(&unsaved.token)
        {
            self.replace(file, used, token).await;
        }
    }

    /// Keeps the server's new refresh token, which was given for the `used` one.
    pub async fn replace(&mut self, file: &Path, used: Secret, new: Secret) {
        if used.expose() == new.expose() && self.unsaved.is_none() {
            return;
        }
        let (path, line) = (file.to_owned(), Zeroizing::new([new.expose(), b"\n"].concat()));
        let writing = tokio::task::spawn_blocking(move || write_durably(&path, line));
        let outcome = writing.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()));
        let Err(error) = outcome else {
            self.unsaved = None;
            return;
        };
        tracing::error!(
            path = %file.display(),
            reason = %error.kind(),
            "oauth.refresh_token_unsaved: the token server gave a new refresh token that cannot be written, and that a restart would lose; make refresh_token_file and its folder writable for the user that runs langhals"
        );
        let replaces = self.unsaved.take().map_or(used, |unsaved| unsaved.replaces);
        self.unsaved = Some(Unsaved { token: new, replaces });
    }
}

fn copy(secret: &Secret) -> Result<Secret, SecretError> {
    Secret::named(Zeroizing::new(secret.expose().to_vec()), NAME)
}

/// All of it or nothing: a new file beside the old one takes its place when it is on the disk.
fn write_durably(path: &Path, line: Zeroizing<Vec<u8>>) -> io::Result<()> {
    // A link stays a link.
    let path = fs::canonicalize(path)?;
    let beside = beside(&path);
    let written = write_new(&beside, &line).and_then(|()| fs::rename(&beside, &path));
    drop(line);
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    // Without this the rename itself may be lost with the power.
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

fn write_new(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        // Left by a crash.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)?
        }
        opened => opened?,
    };
    file.write_all(line)?;
    file.sync_all()
}
