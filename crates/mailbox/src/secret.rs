//! Passwords and what else is secret: read from a file or from a command's output when it is needed, and never shown.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Where a secret comes from.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// A file that holds nothing else; a line end at its end is ignored.
    File(PathBuf),
    /// A program and its arguments, run without a shell; its output is the secret.
    Command(Vec<String>),
}

/// A password, a client secret, or a token. Shows itself to nobody, and is overwritten when it is no longer needed.
pub struct Secret(Zeroizing<Vec<u8>>);

impl ZeroizeOnDrop for Secret {}

/// Why a secret could not be read; `secret` is what the configuration calls it, e.g. `password`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The file is missing or may not be read.
    #[error("cannot read {secret}_file {}: {reason}; it must exist and be readable by the user that runs langhals", .path.display())]
    File {
        /// Which secret.
        secret: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        reason: io::ErrorKind,
    },
    /// The program could not be started.
    #[error("cannot run {secret}_command {program}: {reason}; give the program's full path")]
    Run {
        /// Which secret.
        secret: &'static str,
        /// Which program.
        program: String,
        /// What the operating system says.
        reason: io::ErrorKind,
    },
    /// The program reported failure.
    #[error("{secret}_command {program} failed ({status}); run it by hand as the user that runs langhals")]
    Failed {
        /// Which secret.
        secret: &'static str,
        /// Which program.
        program: String,
        /// Its exit status.
        status: std::process::ExitStatus,
    },
    /// The program did not come to an end.
    #[error(
        "{secret}_command {program} took longer than {seconds} s and was stopped; it must not ask anything"
    )]
    Slow {
        /// Which secret.
        secret: &'static str,
        /// Which program.
        program: String,
        /// How long was waited.
        seconds: u64,
    },
    /// There was nothing, or nothing but a line end, or more than a secret can be.
    #[error(
        "the {secret} is empty, longer than 64 KiB, or holds a NUL: check {}",
        keys(.secret)
    )]
    Unusable {
        /// Which secret.
        secret: &'static str,
    },
}

/// A refresh token is replaced in its file, so that it cannot come from a command.
fn keys(secret: &str) -> String {
    let file = format!("{secret}_file");
    if secret == "refresh_token" { file } else { format!("{file} or {secret}_command") }
}

/// The longest secret: OAuth tokens reach some kilobytes.
const LONGEST: u64 = 64 * 1024;
/// A line end, and one byte more, by which a longer one is noticed.
const READ_AT_MOST: u64 = LONGEST + 3;
/// Room for all that is read, from the beginning: a vector that grows leaves copies of what it held behind.
const ROOM: usize = 65 * 1024;
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

impl SecretError {
    /// Whether it may go well next time: a secret agent that is busy, not a path that is wrong.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Slow { .. } | Self::Failed { .. })
    }
}

impl SecretSource {
    /// Reads what the configuration calls `secret`, e.g. `password` where its key is `password_file`.
    ///
    /// # Errors
    /// [`SecretError`], whose text says what to do.
    pub async fn read(&self, secret: &'static str) -> Result<Secret, SecretError> {
        let bytes = match self {
            Self::File(path) => {
                let path = path.clone();
                // A disk can be slow; a connection of another mailbox must not wait for it.
                let reading = tokio::task::spawn_blocking(move || read_file(&path, secret));
                reading.await.map_err(|_| SecretError::Unusable { secret })??
            }
            Self::Command(line) => run(line, secret).await?,
        };
        Secret::named(bytes, secret)
    }
}

impl Secret {
    /// Takes a password as it was read, without the line end after it.
    ///
    /// # Errors
    /// [`SecretError::Unusable`] where nothing remains, or where IMAP could not carry it.
    pub fn new(bytes: Vec<u8>) -> Result<Self, SecretError> {
        Self::named(Zeroizing::new(bytes), "password")
    }

    pub(crate) fn named(mut bytes: Zeroizing<Vec<u8>>, name: &'static str) -> Result<Self, SecretError> {
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        let secret = Self(bytes);
        let usable = !secret.0.is_empty() && secret.0.len() as u64 <= LONGEST && !secret.0.contains(&0);
        if usable { Ok(secret) } else { Err(SecretError::Unusable { secret: name }) }
    }

    /// The secret itself: for a request that carries it, and nothing else.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn read_file(path: &Path, secret: &'static str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    use std::io::Read as _;
    let failed = |error: io::Error| SecretError::File { secret, path: path.to_owned(), reason: error.kind() };
    let file = std::fs::File::open(path).map_err(failed)?;
    warn_if_public(path, &file.metadata().map_err(failed)?);
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    file.take(READ_AT_MOST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

#[cfg(unix)]
fn warn_if_public(path: &Path, metadata: &std::fs::Metadata) {
    use std::os::unix::fs::PermissionsExt as _;
    if metadata.permissions().mode() & 0o004 != 0 {
        tracing::warn!(
            path = %path.display(),
            "secret.public: everybody on this machine can read this secret; chmod o-r it"
        );
    }
}

#[cfg(not(unix))]
fn warn_if_public(_: &Path, _: &std::fs::Metadata) {}

async fn run(line: &[String], secret: &'static str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let (program, arguments) = line.split_first().ok_or(SecretError::Unusable { secret })?;
    let slow = |_| SecretError::Slow { secret, program: program.clone(), seconds: COMMAND_LIMIT.as_secs() };
    tokio::time::timeout(COMMAND_LIMIT, run_to_end(program, arguments, secret)).await.map_err(slow)?
}

async fn run_to_end(
    program: &str,
    arguments: &[String],
    secret: &'static str,
) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let failed =
        |error: io::Error| SecretError::Run { secret, program: program.to_owned(), reason: error.kind() };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    if let Some(output) = child.stdout.take() {
        output.take(READ_AT_MOST).read_to_end(&mut bytes).await.map_err(failed)?;
    }
    let status = child.wait().await.map_err(failed)?;
    if status.success() {
        Ok(bytes)
    } else {
        Err(SecretError::Failed { secret, program: program.to_owned(), status })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(source: SecretSource) -> Result<Vec<u8>, String> {
        source
            .read("password")
            .await
            .map(|secret| secret.expose().to_vec())
            .map_err(|error| error.to_string())
    }

    fn command(line: &[&str]) -> SecretSource {
        SecretSource::Command(line.iter().map(ToString::to_string).collect())
    }

    #[tokio::test]
    async fn a_file_without_its_line_end_is_the_password() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("password");
        for (written, read_back) in [("geheim", "geheim"), ("geheim\r\n", "geheim"), (" a b \n", " a b ")] {
            std::fs::write(&path, written).unwrap();
            assert_eq!(read(SecretSource::File(path.clone())).await.unwrap(), read_back.as_bytes());
        }
        for unusable in ["", "\n", "a\0b", &"x".repeat(70_000)] {
            std::fs::write(&path, unusable).unwrap();
            assert!(read(SecretSource::File(path.clone())).await.unwrap_err().contains("empty"));
        }
        let missing = read(SecretSource::File(dir.path().join("missing"))).await.unwrap_err();
        assert!(missing.contains("missing") && missing.contains("must exist"), "{missing}");
    }

    #[tokio::test]
    async fn a_commands_output_is_the_password() {
        assert_eq!(read(command(&["printf", "%s\\n", "a b"])).await.unwrap(), b"a b");
        assert!(read(command(&["false"])).await.unwrap_err().contains("exit status: 1"));
        assert!(read(command(&["/does/not/exist"])).await.unwrap_err().contains("full path"));
        assert!(read(command(&[])).await.is_err());
    }

    #[test]
    fn a_secret_is_overwritten_when_it_goes() {
        fn is_overwritten<T: ZeroizeOnDrop>() {}
        is_overwritten::<Secret>();
        is_overwritten::<Zeroizing<Vec<u8>>>();
    }

    #[test]
    fn what_is_read_never_moves_to_a_larger_place() {
        assert!(ROOM as u64 > READ_AT_MOST);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        std::fs::write(&path, "x".repeat(LONGEST as usize)).unwrap();
        assert_eq!(read_file(&path, "token").unwrap().capacity(), ROOM);
    }

    #[test]
    fn nobody_sees_a_secret() {
        let secret = Secret::new(b"geheim".to_vec()).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
