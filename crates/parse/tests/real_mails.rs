//! 4,700 real and tortured mails, where the collection lies beside the repository: none may do harm.

use langhals_parse as parse;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn real_mails_are_read() {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/eml/corpus.tar.xz");
    if !archive.exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").arg("xf").arg(&archive).arg("-C").arg(folder.path()).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        return;
    }
    let mails = files_below(folder.path());
    assert!(mails.len() > 1_000);
    for path in mails {
        let bytes = std::fs::read(&path).unwrap();
        let (message, defects) = parse::message(&bytes);
        let fields = [&message.subject, &message.from.unwrap_or_default().name];
        assert!(fields.iter().all(|field| !field.contains(char::is_control)), "{}", path.display());
        assert!(!message.text.contains(|c: char| c.is_control() && c != '\n'), "{}", path.display());
        assert!(message.text.len() <= 600 << 10, "{}", path.display());
        assert!(defects.is_sorted_by(|one, next| one < next), "{}", path.display());
        assert!(!defects.contains(&domain::Defect::Unreadable), "{}", path.display());
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => files.push(path),
        }
    }
    files.sort();
    files
}
