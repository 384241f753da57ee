//! Any bytes as the file of accounts: refused with a sentence, or read, and written so that it reads the same.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use langhals_web::Accounts;

/// Panics where a file is believed that should not be.
pub fn run(input: &[u8]) {
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let dir = dir.expect("there is room for a folder");
    let path = dir.path().join("accounts.json");
    fs::write(&path, input).expect("there is room for a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let Ok(read) = Accounts::read(&path) else { return };
    Accounts::change(&path, |_| Ok(())).expect("what was read can be written");
    let again = Accounts::read(&path).expect("what was written can be read");
    assert_eq!(read.all(), again.all());
    for account in read.all() {
        assert!(read.find(&account.name).is_some_and(|found| found == account), "one name, two accounts");
        assert!(!account.rights.grants.is_empty());
    }
}
