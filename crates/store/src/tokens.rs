//! Tokens for machines: of each only its SHA-256 is kept, beside the state, and read anew when the file changes.
//!
//! A token is 256 random bits, so a plain hash is enough: there is nothing to guess. Looking it up by its hash takes
//! the same time whatever is presented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::disk;

/// Version of the file's format.
const VERSION: u32 = 1;

/// Bits of the file's mode that let others read, or anybody but its owner write.
const TOO_OPEN: u32 = 0o027;

/// What every token begins with, so that it is recognised where it should not be.
const PREFIX: &str = "lh_";

/// Longest name of a token.
const LONGEST_NAME: usize = 64;

/// A fresh token. Shown once, kept nowhere, and overwritten when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The token of these random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        let random = Zeroizing::new(random);
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(random.as_slice()));
        Self(Zeroizing::new([PREFIX, text.as_str()].concat()))
    }

    /// As it is shown to whoever asked for it.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    /// Never what it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl ZeroizeOnDrop for Secret {}

/// What a token allows beyond reading what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// What is kept: never a sender, a subject or a quoted word. Every token has it.
    Read,
    /// Senders, subjects and reasons, read from the mailbox.
    Content,
    /// Setting a message's class.
    Write,
}

impl Scope {
    /// As it is written in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Content => "content",
            Self::Write => "write",
        }
    }
}

/// What is kept of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Which machine uses it, as the operator calls it.
    pub name: String,
    /// SHA-256 of the token, in hex.
    sha256: String,
    /// What it allows.
    pub scopes: BTreeSet<Scope>,
    /// In these mailboxes; in every one where there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailboxes: Option<BTreeSet<String>>,
    /// When it was made.
    pub created: Timestamp,
}

impl Token {
    /// What is kept of this secret. Reading is always allowed.
    pub fn new(
        name: &str,
        secret: &Secret,
        scopes: impl IntoIterator<Item = Scope>,
        mailboxes: Option<BTreeSet<String>>,
        created: Timestamp,
    ) -> Self {
        let scopes = scopes.into_iter().chain([Scope::Read]).collect();
        Self { name: name.to_owned(), sha256: hashed(secret.text()), scopes, mailboxes, created }
    }

    /// Whether it allows this in that mailbox.
    pub fn covers(&self, mailbox: &str) -> bool {
        self.mailboxes.as_ref().is_none_or(|mailboxes| mailboxes.contains(mailbox))
    }
}

/// Why tokens cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// Nothing that a name should be.
    #[error(
        "`{0}` is no name for a token: use up to {LONGEST_NAME} letters, digits, dots, hyphens and underscores"
    )]
    Name(String),
    /// There is one of that name.
    #[error("there is a token `{0}` already: remove it first, or choose another name")]
    Taken(String),
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}. Repair it, or remove it and make new tokens")]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A newer Langhals wrote it.
    #[error(
        "{path} is of format {found}, this Langhals reads up to {VERSION}: install the newer version again; \
         until then no token opens anything"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Too many may read or write it.
    #[error("the tokens in {path} can be read or written by others: chmod 600 it")]
    TooOpen {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The file of tokens.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    known: Mutex<Known>,
}

/// What was read last, and of which file.
#[derive(Clone, Debug, Default)]
struct Known {
    of: Option<Seen>,
    by_hash: BTreeMap<String, Arc<Token>>,
}

/// Tells one file from the next: each is renamed into place, so it is another inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    inode: u64,
    length: u64,
    mode: u32,
    changed: [(i64, i64); 2],
}

/// Read first, so that a newer file is called newer and not unreadable.
#[derive(Deserialize)]
struct Versioned {
    v: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    v: u32,
    tokens: Vec<Token>,
}

impl Tokens {
    /// The tokens of a state directory.
    pub fn of(state: &Path) -> Self {
        Self { path: state.join("tokens.json"), known: Mutex::default() }
    }

    /// The token that was presented, if it is one of ours.
    ///
    /// # Errors
    /// [`TokensError::Read`]: then nobody is let in.
    pub fn find(&self, presented: &str) -> Result<Option<Arc<Token>>, TokensError> {
        let hash = hashed(presented);
        Ok(self.known()?.by_hash.get(&hash).cloned())
    }

    /// Whether a token that was found before still holds, and allows the same.
    pub fn still(&self, token: &Arc<Token>) -> bool {
        self.known().is_ok_and(|known| known.by_hash.get(&token.sha256) == Some(token))
    }

    /// Every token, by name.
    ///
    /// # Errors
    /// [`TokensError::Read`].
    pub fn all(&self) -> Result<Vec<Token>, TokensError> {
        let mut tokens = self.read()?;
        tokens.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tokens)
    }

    /// Keeps one more.
    ///
    /// # Errors
    /// Where its name is nonsense or taken, or the file cannot be read or written.
    pub fn add(&self, token: Token) -> Result<(), TokensError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if token.name.is_empty() || token.name.len() > LONGEST_NAME || !token.name.chars().all(plain) {
            return Err(TokensError::Name(token.name));
        }
        let _turn = self.turn()?;
        let mut tokens = self.read()?;
        if tokens.iter().any(|other| other.name == token.name) {
            return Err(TokensError::Taken(token.name));
        }
        tokens.push(token);
        self.write(tokens)
    }

    /// Forgets one; from then on it is refused. Says whether there was one of that name.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub fn remove(&self, name: &str) -> Result<bool, TokensError> {
        let _turn = self.turn()?;
        let mut tokens = self.read()?;
        let before = tokens.len();
        tokens.retain(|token| token.name != name);
        if tokens.len() == before {
            return Ok(false);
        }
        self.write(tokens)?;
        Ok(true)
    }

    /// One writer at a time; held until it is dropped.
    fn turn(&self) -> Result<File, TokensError> {
        let path = self.path.with_extension("lock");
        let locked = || -> io::Result<File> {
            let file = self.lock_file(&path)?;
            file.lock()?;
            Ok(file)
        };
        locked().map_err(|source| TokensError::Write { path: path.clone(), source })
    }

    /// What the file holds, read anew where it has changed.
    fn known(&self) -> Result<MutexGuard<'_, Known>, TokensError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.seen()?;
        if known.of != now {
            let tokens = self.read()?.into_iter().map(|token| (token.sha256.clone(), Arc::new(token)));
            *known = Known { of: now, by_hash: tokens.collect() };
        }
        Ok(known)
    }

    fn seen(&self) -> Result<Option<Seen>, TokensError> {
        match fs::metadata(&self.path) {
            Ok(data) => Ok(Some(Seen {
                inode: data.ino(),
                length: data.len(),
                mode: data.mode(),
                changed: [(data.mtime(), data.mtime_nsec()), (data.ctime(), data.ctime_nsec())],
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    fn read(&self) -> Result<Vec<Token>, TokensError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.unreadable(&error)),
        };
        if file.metadata().map_err(|error| self.unreadable(&error))?.mode() & TOO_OPEN != 0 {
            return Err(TokensError::TooOpen { path: self.path.clone() });
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|error| self.unreadable(&error))?;
        if let Ok(Versioned { v: found }) = serde_json::from_slice(&text)
            && found > VERSION
        {
            return Err(TokensError::Newer { path: self.path.clone(), found });
        }
        let kept: Kept = serde_json::from_slice(&text).map_err(|error| self.unreadable(&error))?;
        if kept.v != VERSION {
            return Err(self.unreadable(&format!("its format is {}, known is {VERSION}", kept.v)));
        }
        Ok(kept.tokens)
    }

    fn unreadable(&self, reason: &dyn std::fmt::Display) -> TokensError {
        TokensError::Read { path: self.path.clone(), reason: reason.to_string() }
    }

    fn write(&self, tokens: Vec<Token>) -> Result<(), TokensError> {
        let written = || -> io::Result<()> {
            let text = serde_json::to_vec_pretty(&Kept { v: VERSION, tokens })?;
            let draft = self.path.with_extension("draft");
            // One of a run that broke off, or one that somebody laid there: it is not written into.
            match fs::remove_file(&draft) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            self.belong_to_the_daemon(&file)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&draft, &self.path)?;
            disk::sync_folder_of(&self.path)
        };
        written().map_err(|source| TokensError::Write { path: self.path.clone(), source })
    }

    /// Root locks it too, in a folder where the daemon's user may lay links to what is not theirs: none is followed.
    fn lock_file(&self, path: &Path) -> io::Result<File> {
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
        let file = options.open(path)?;
        let data = file.metadata()?;
        if !data.is_file() || data.nlink() != 1 {
            return Err(io::Error::other("it is no plain file of one name; remove it"));
        }
        self.belong_to_the_daemon(&file)?;
        Ok(file)
    }

    /// A file for nobody but the owner of the state, also where root makes it.
    fn belong_to_the_daemon(&self, file: &File) -> io::Result<()> {
        let owner = fs::metadata(self.path.parent().unwrap_or(Path::new(".")))?;
        if owner.uid() == file.metadata()?.uid() {
            return Ok(());
        }
        fchown(file, Some(owner.uid()), Some(owner.gid()))
    }
}

fn hashed(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn token(name: &str, number: u8) -> (Secret, Token) {
        let secret = Secret::new([number; 32]);
        let token = Token::new(name, &secret, [Scope::Write], None, Timestamp::UNIX_EPOCH);
        (secret, token)
    }

    #[test]
    fn a_token_is_found_by_nothing_but_itself() {
        let dir = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(dir.path());
        let (secret, kept) = token("e-akte", 7);
        assert_eq!(secret.text().len(), 46);
        assert_eq!(tokens.find(secret.text()).unwrap(), None);
        tokens.add(kept.clone()).unwrap();
        assert_eq!(tokens.find(secret.text()).unwrap().as_deref(), Some(&kept));
        let longer = format!("{}A", secret.text());
        for wrong in ["", "lh_", &longer, &secret.text().to_lowercase(), &kept.sha256] {
            assert_eq!(tokens.find(wrong).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn what_another_process_adds_or_removes_counts_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let (daemon, command) = (Tokens::of(dir.path()), Tokens::of(dir.path()));
        let (first, kept) = token("a", 1);
        let (second, other) = token("b", 2);
        command.add(kept).unwrap();
        let found = daemon.find(first.text()).unwrap().unwrap();
        assert!(daemon.still(&found));
        command.add(other).unwrap();
        assert!(daemon.still(&found) && daemon.find(second.text()).unwrap().is_some());
        assert!(command.remove("a").unwrap() && !command.remove("a").unwrap());
        assert!(!daemon.still(&found));
        assert_eq!(daemon.find(first.text()).unwrap(), None);
        assert_eq!(command.all().unwrap().len(), 1);
    }

    #[test]
    fn the_file_is_private_and_holds_no_token() {
        let dir = tempfile::tempdir().unwrap();
        let (secret, kept) = token("e-akte", 7);
        Tokens::of(dir.path()).add(kept).unwrap();
        let path = dir.path().join("tokens.json");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("e-akte") && !text.contains(secret.text()), "{text}");
        assert!(!format!("{secret:?}").contains(secret.text()));
    }

    #[test]
    fn a_file_that_others_may_read_or_write_lets_nobody_in() {
        let dir = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(dir.path());
        let (secret, kept) = token("a", 1);
        tokens.add(kept).unwrap();
        let found = tokens.find(secret.text()).unwrap().unwrap();
        let path = dir.path().join("tokens.json");
        for (mode, open) in [(0o640, false), (0o644, true), (0o660, true), (0o600, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let refused = matches!(tokens.find(secret.text()), Err(TokensError::TooOpen { .. }));
            assert_eq!((refused, tokens.still(&found)), (open, !open), "{mode:o}");
        }
    }

    #[test]
    fn links_that_somebody_laid_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (state, other) = (dir.path().join("state"), dir.path().join("other"));
        fs::create_dir(&state).unwrap();
        fs::write(&other, "theirs").unwrap();
        let tokens = Tokens::of(&state);
        let (lock, draft) = (state.join("tokens.lock"), state.join("tokens.draft"));
        std::os::unix::fs::symlink(&other, &lock).unwrap();
        assert!(matches!(tokens.add(token("a", 1).1), Err(TokensError::Write { .. })));
        fs::remove_file(&lock).unwrap();
        fs::hard_link(&other, &lock).unwrap();
        assert!(matches!(tokens.add(token("a", 1).1), Err(TokensError::Write { .. })));
        fs::remove_file(&lock).unwrap();
        std::os::unix::fs::symlink(&other, &draft).unwrap();
        tokens.add(token("a", 1).1).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "theirs");
        assert!(fs::symlink_metadata(state.join("tokens.json")).unwrap().is_file());
    }

    #[test]
    fn names_are_plain_and_taken_once() {
        let dir = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(dir.path());
        for name in ["", "a b", "ä", "../x", &"a".repeat(65)] {
            assert!(matches!(tokens.add(token(name, 1).1), Err(TokensError::Name(_))), "{name}");
        }
        tokens.add(token("a", 1).1).unwrap();
        assert!(matches!(tokens.add(token("a", 2).1), Err(TokensError::Taken(_))));
    }

    #[test]
    fn a_damaged_file_lets_nobody_in() {
        let dir = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(dir.path());
        let (secret, kept) = token("a", 1);
        tokens.add(kept).unwrap();
        let found = tokens.find(secret.text()).unwrap().unwrap();
        for broken in ["", "[]", "{\"v\":0,\"tokens\":[]}", "{\"v\":1,\"tokens\":[],\"more\":1}"] {
            fs::write(dir.path().join("tokens.json"), broken).unwrap();
            assert!(matches!(tokens.find(secret.text()), Err(TokensError::Read { .. })), "{broken}");
            assert!(!tokens.still(&found));
        }
        fs::write(dir.path().join("tokens.json"), "{\"v\":2,\"kept\":[]}").unwrap();
        assert!(matches!(tokens.find(secret.text()), Err(TokensError::Newer { found: 2, .. })));
        assert!(!tokens.still(&found));
    }
}
