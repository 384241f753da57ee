//! Local accounts: one JSON file, written by `langhals user`, read anew when it changes.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};

use super::password::{self, Password, UnfitPassword};
use super::secret::{self, Mark};
use crate::visitor::{Grant, Rights, Role};

const VERSION: u32 = 1;
/// Bits of the file's mode that let others read, or anybody but its owner write.
const TOO_OPEN: u32 = 0o027;
/// Longer names are none.
const LONGEST_NAME: usize = 64;

/// Everybody who may sign in here by a password.
#[derive(Debug, Default)]
pub struct Accounts(Vec<Account>);

/// Somebody who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// As they are called.
    pub name: String,
    /// What they may.
    pub rights: Rights,
    /// The password's hash.
    hash: String,
}

/// Why accounts cannot be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountsError {
    /// The file cannot be read.
    #[error("cannot read the accounts in {}: {reason}; mend its permissions, it belongs to the user that runs langhals", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the accounts to {}: {reason}", .path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// Too many may read or write it.
    #[error("the accounts in {} can be read or written by others: chmod 600 it", .path.display())]
    TooOpen {
        /// Which file.
        path: PathBuf,
    },
    /// A newer Langhals wrote it.
    #[error(
        "{} is of format {found}, this Langhals reads up to {VERSION}: install the newer version again; until then \
         nobody signs in by a password", .path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// It is no file of accounts.
    #[error("{} holds no accounts ({problem}): write it by `langhals user add`", .path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong; never what it says there.
        problem: String,
    },
    /// The name is none.
    #[error(
        "this is no name for an account: use letters, digits, \"-\", \"_\", \".\" and \"@\", at most {LONGEST_NAME}"
    )]
    Name,
    /// Somebody is called so already.
    #[error(
        "there is an account of that name: choose another, or give it a new password by `langhals user password`"
    )]
    Taken,
    /// Nobody is called so.
    #[error("there is no account of that name: `langhals user list` shows all")]
    Unknown,
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] UnfitPassword),
}

/// Read first, so that a newer file is called newer and not malformed.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    accounts: Vec<WrittenAccount>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenAccount {
    name: String,
    password: String,
    grants: Vec<WrittenGrant>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WrittenGrant {
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mailboxes: Option<BTreeSet<String>>,
}

impl Accounts {
    /// Reads the file; without one there are no accounts.
    ///
    /// # Errors
    /// [`AccountsError`], whose text says what to do.
    pub fn read(path: &Path) -> Result<Self, AccountsError> {
        let failed = |reason| AccountsError::Read { path: path.to_owned(), reason };
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(failed(error)),
            Ok(metadata) if metadata.mode() & TOO_OPEN != 0 => {
                return Err(AccountsError::TooOpen { path: path.to_owned() });
            }
            Ok(_) => {}
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        if let Ok(Versioned { version: found }) = serde_json::from_str(&text)
            && found > VERSION
        {
            return Err(AccountsError::Newer { path: path.to_owned(), found });
        }
        Self::parse(&text).map_err(|problem| AccountsError::Malformed { path: path.to_owned(), problem })
    }

    /// Reads, changes and writes the file, one program at a time.
    ///
    /// # Errors
    /// [`AccountsError`]; then nothing has changed.
    pub fn change(
        path: &Path,
        change: impl FnOnce(&mut Self) -> Result<(), AccountsError>,
    ) -> Result<(), AccountsError> {
        let failed = |reason| AccountsError::Write { path: path.to_owned(), reason };
        let turn = lock_file(path).map_err(failed)?;
        turn.lock().map_err(failed)?;
        let mut accounts = Self::read(path)?;
        change(&mut accounts)?;
        accounts.write(path).map_err(failed)
    }

    /// All of them, by name.
    pub fn all(&self) -> &[Account] {
        &self.0
    }

    /// One more.
    ///
    /// # Errors
    /// [`AccountsError`] where name or password are not taken.
    pub fn add(&mut self, name: &str, rights: Rights, password: &Password) -> Result<(), AccountsError> {
        if !is_name(name) {
            return Err(AccountsError::Name);
        }
        if self.find(name).is_some() {
            return Err(AccountsError::Taken);
        }
        let hash = hashed(password)?;
        self.0.push(Account { name: name.to_owned(), rights, hash });
        self.0.sort_by_key(|account| account.name.to_lowercase());
        Ok(())
    }

    /// One less.
    ///
    /// # Errors
    /// [`AccountsError::Unknown`].
    pub fn remove(&mut self, name: &str) -> Result<(), AccountsError> {
        let before = self.0.len();
        self.0.retain(|account| !account.is_called(name));
        if self.0.len() < before { Ok(()) } else { Err(AccountsError::Unknown) }
    }

    /// A new password for one.
    ///
    /// # Errors
    /// [`AccountsError`] where nobody is called so, or the password is not taken.
    pub fn set_password(&mut self, name: &str, password: &Password) -> Result<(), AccountsError> {
        let account = self.0.iter_mut().find(|account| account.is_called(name));
        account.ok_or(AccountsError::Unknown)?.hash = hashed(password)?;
        Ok(())
    }

    /// The account of that name, in any case of its letters.
    pub fn find(&self, name: &str) -> Option<&Account> {
        self.0.iter().find(|account| account.is_called(name))
    }

    fn parse(text: &str) -> Result<Self, String> {
        // The error's place is told, never its text: that could hold a hash.
        let at = |error: serde_json::Error| format!("line {}, column {}", error.line(), error.column());
        let written: Written = serde_json::from_str(text).map_err(at)?;
        if written.version != VERSION {
            return Err(format!("version {} is unknown here", written.version));
        }
        let mut accounts = Self::default();
        for (number, written) in written.accounts.into_iter().enumerate() {
            let account = Account::read(written).ok_or_else(|| format!("account {number} is none"))?;
            if accounts.find(&account.name).is_some() {
                return Err(format!("account {number} has the name of another"));
            }
            accounts.0.push(account);
        }
        Ok(accounts)
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let accounts = self.0.iter().map(Account::written).collect();
        let text = serde_json::to_string_pretty(&Written { version: VERSION, accounts })?;
        let draft = path.with_extension("draft");
        // Another's draft, or one of a run that broke off, must not lend its permissions.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = File::create_new(&draft)?;
        file.set_permissions(Permissions::from_mode(0o600))?;
        belong_to_the_daemon(&file, path)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        File::open(folder_of(path))?.sync_all()
    }
}

/// Root locks it too, in a folder where the daemon's user may lay links to what is not theirs: none is followed.
fn lock_file(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
    let lock = path.with_extension("lock");
    let file = options.open(&lock)?;
    let data = file.metadata()?;
    if !data.is_file() || data.nlink() != 1 {
        let sentence = format!("{} is no plain file of one name; remove it", lock.display());
        return Err(io::Error::other(sentence));
    }
    belong_to_the_daemon(&file, path)?;
    Ok(file)
}

/// Root writes for the user that runs langhals: the file's owner so far, else the folder's.
fn belong_to_the_daemon(file: &File, path: &Path) -> io::Result<()> {
    let owner = fs::metadata(path).or_else(|_| fs::metadata(folder_of(path)))?;
    if owner.uid() == file.metadata()?.uid() {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_.@".contains(c);
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(plain)
}

fn hashed(password: &Password) -> Result<String, AccountsError> {
    password.check()?;
    let failed = |reason| AccountsError::Write { path: PathBuf::from("the account"), reason };
    password.hashed().map_err(failed)
}

impl Account {
    /// Whether this is their password.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// Stands for what the account is now: another password or other rights make another.
    pub(crate) fn mark(&self) -> Mark {
        secret::mark(&format!("{} {:?} {}", self.name, self.rights, self.hash))
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }

    fn read(written: WrittenAccount) -> Option<Self> {
        let grant = |grant: WrittenGrant| {
            Some(Grant { role: Role::from_name(&grant.role)?, mailboxes: grant.mailboxes })
        };
        let grants: Vec<Grant> = written.grants.into_iter().map(grant).collect::<Option<_>>()?;
        let usable = is_name(&written.name) && password::is_hash(&written.password) && !grants.is_empty();
        usable.then_some(Self { name: written.name, rights: Rights { grants }, hash: written.password })
    }

    fn written(&self) -> WrittenAccount {
        let grant = |grant: &Grant| WrittenGrant {
            role: grant.role.name().to_owned(),
            mailboxes: grant.mailboxes.clone(),
        };
        WrittenAccount {
            name: self.name.clone(),
            password: self.hash.clone(),
            grants: self.rights.grants.iter().map(grant).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned())
    }

    fn rights(role: Role, mailboxes: &[&str]) -> Rights {
        let named = mailboxes.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        Rights { grants: vec![Grant { role, mailboxes: (!named.is_empty()).then_some(named) }] }
    }

    fn add(path: &Path, name: &str, text: &str) -> Result<(), String> {
        let added = Accounts::change(path, |accounts| {
            accounts.add(name, rights(Role::Team, &["post", "bau"]), &password(text))
        });
        added.map_err(|error| error.to_string())
    }

    #[test]
    fn accounts_are_added_changed_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("accounts.json");
        assert!(Accounts::read(&path).unwrap().all().is_empty());
        add(&path, "Özlem.K", "zwölf Zeichen").unwrap();
        add(&path, "anna@amt", "zwölf Zeichen").unwrap();
        assert!(add(&path, "ANNA@amt", "zwölf Zeichen").unwrap_err().contains("of that name"));
        assert!(add(&path, "a b", "zwölf Zeichen").unwrap_err().contains("no name"));
        assert!(add(&path, "berta", "kurz").unwrap_err().contains("fewer than 12"));
        let accounts = Accounts::read(&path).unwrap();
        assert_eq!(accounts.all().len(), 2);
        let before = accounts.find("özlem.k").unwrap().clone();
        assert_eq!(before.rights, rights(Role::Team, &["bau", "post"]));
        assert!(password("zwölf Zeichen").fits(Some(before.hash())));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        Accounts::change(&path, |accounts| accounts.set_password("Özlem.K", &password("anderes Passwort")))
            .unwrap();
        let accounts = Accounts::read(&path).unwrap();
        assert_ne!(accounts.find("Özlem.K").unwrap().mark(), before.mark());
        Accounts::change(&path, |accounts| accounts.remove("Anna@Amt")).unwrap();
        assert!(Accounts::change(&path, |accounts| accounts.remove("anna@amt")).is_err());
        assert_eq!(Accounts::read(&path).unwrap().all().len(), 1);
    }

    #[test]
    fn links_that_somebody_laid_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, lock) = (dir.path().join("accounts.json"), dir.path().join("accounts.lock"));
        let other = dir.path().join("other");
        fs::write(&other, "theirs").unwrap();
        let change = || Accounts::change(&path, |_| Ok(()));
        std::os::unix::fs::symlink(&other, &lock).unwrap();
        assert!(matches!(change(), Err(AccountsError::Write { .. })));
        fs::remove_file(&lock).unwrap();
        fs::hard_link(&other, &lock).unwrap();
        assert!(matches!(change(), Err(AccountsError::Write { .. })));
        fs::remove_file(&lock).unwrap();
        change().unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "theirs");
    }

    #[test]
    fn what_cannot_be_trusted_is_refused_with_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("accounts.json");
        let refused = |text: &str, mode: u32| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            Accounts::read(&path).unwrap_err().to_string()
        };
        let account = |hash: &str, role: &str| {
            format!(r#"{{"name":"a","password":"{hash}","grants":[{{"role":"{role}"}}]}}"#)
        };
        let file = |accounts: &[String]| format!(r#"{{"version":1,"accounts":[{}]}}"#, accounts.join(","));
        let good = account(&password("zwölf Zeichen").hashed().unwrap(), "team");
        for mode in [0o604, 0o660, 0o622] {
            assert!(refused(&file(std::slice::from_ref(&good)), mode).contains("chmod 600"), "{mode:o}");
        }
        for (text, said) in [
            (String::new(), "line 1"),
            (file(&[good.clone(), good.clone()]), "account 1 has the name of another"),
            (file(&[account("geheim", "team")]), "account 0 is none"),
            (file(&[good.replace("team", "king")]), "account 0 is none"),
            (file(&[]).replace(":1", ":2"), "is of format 2, this Langhals reads up to 1"),
        ] {
            let sentence = refused(&text, 0o600);
            assert!(sentence.contains(said) && !sentence.contains("geheim"), "{sentence}");
        }
    }
}
