//! The accounts as they are now: the file is read anew when it changes.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::accounts::Accounts;

/// By what a change is noticed; one file replaced by another has another number.
type Stamp = Option<(u64, u64, i64, i64, u32)>;

pub(crate) struct Book {
    path: PathBuf,
    read: Mutex<Option<(Stamp, Arc<Accounts>)>>,
}

impl Book {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, read: Mutex::default() }
    }

    /// Everybody who may sign in now; nobody where the file cannot be trusted, which the log says once.
    pub(crate) fn accounts(&self) -> Arc<Accounts> {
        let stamp = self.stamp();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, accounts)) = read.as_ref()
            && *of == stamp
        {
            return Arc::clone(accounts);
        }
        let accounts = Accounts::read(&self.path).unwrap_or_else(|error| {
            tracing::error!(name: "web.accounts", %error, "nobody can sign in by a password");
            Accounts::default()
        });
        let accounts = Arc::new(accounts);
        *read = Some((stamp, Arc::clone(&accounts)));
        accounts
    }

    fn stamp(&self) -> Stamp {
        let stamp =
            |file: fs::Metadata| (file.ino(), file.size(), file.ctime(), file.ctime_nsec(), file.mode());
        let metadata: io::Result<fs::Metadata> = fs::metadata(&self.path);
        metadata.ok().map(stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::password::Password;
    use crate::visitor::{Grant, Rights, Role};

    #[test]
    fn what_changes_in_the_file_counts_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("accounts.json");
        let book = Book::new(path.clone());
        assert!(book.accounts().all().is_empty());
        let rights = Rights { grants: vec![Grant::everywhere(Role::Team)] };
        let password = Password::new("zwölf Zeichen".to_owned());
        Accounts::change(&path, |accounts| accounts.add("a", rights, &password)).unwrap();
        assert_eq!(book.accounts().all().len(), 1);
        Accounts::change(&path, |accounts| accounts.remove("a")).unwrap();
        assert!(book.accounts().all().is_empty());
        fs::write(&path, "broken").unwrap();
        assert!(book.accounts().all().is_empty());
    }
}
