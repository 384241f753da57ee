//! Mail files: single mails, directories, Maildirs, mboxes and standard input, one mail after another.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::Timestamp;
use mail_parser::mailbox::mbox::MessageIterator;

/// One mail and where it came from.
pub struct Letter {
    /// The file, `-` for standard input.
    pub path: String,
    /// Position in an mbox, else 0.
    pub index: usize,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The file's time.
    pub time: Timestamp,
}

/// Every file that `paths` name: directories are searched to the bottom, in order of name.
///
/// # Errors
/// Where a path cannot be read.
pub fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(path.clone());
            continue;
        }
        let what = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        if what.is_dir() { collect(path, &mut found)? } else { found.push(path.clone()) }
    }
    Ok(found)
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() {
            collect(&entry.path(), found)?;
        } else if kind.is_file() && !is_index(&name) {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// What mail servers keep beside mails in a Maildir.
fn is_index(name: &str) -> bool {
    name.starts_with("dovecot")
        || name.starts_with("courier")
        || name.starts_with('.')
        || name == "maildirfolder"
}

/// Calls `each` with every mail of a file.
///
/// # Errors
/// Where the file cannot be read, or `each` fails.
pub fn read(
    path: &Path,
    now: Timestamp,
    each: &mut dyn FnMut(Letter) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let shown = path.display().to_string();
    let wrong = || format!("cannot read {shown}");
    if shown == "-" {
        return split(BufReader::new(io::stdin().lock()), &shown, now, each);
    }
    let file = File::open(path).with_context(wrong)?;
    let modified = file.metadata().ok().and_then(|data| data.modified().ok());
    let time = modified.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or(now);
    split(BufReader::new(file), &shown, time, each).with_context(wrong)
}

/// An mbox begins with `From `, which no header does (RFC 4155); anything else is one mail. Calls `each` with every one.
///
/// # Errors
/// Where it cannot be read, or `each` fails.
pub fn split(
    mut reader: BufReader<impl Read>,
    path: &str,
    time: Timestamp,
    each: &mut dyn FnMut(Letter) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let letter = |index, bytes| Letter { path: path.to_owned(), index, bytes, time };
    if reader.fill_buf()?.starts_with(b"From ") {
        for (index, message) in MessageIterator::new(reader).enumerate() {
            let message = message
                .map_err(|error| anyhow::anyhow!("the mbox breaks off after {index} mails: {error:?}"))?;
            each(letter(index, message.unwrap_contents()))?;
        }
        return Ok(());
    }
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    each(letter(0, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_all(bytes: &[u8]) -> Vec<(usize, String)> {
        let mut all = Vec::new();
        split(BufReader::new(bytes), "x", Timestamp::UNIX_EPOCH, &mut |letter| {
            all.push((letter.index, String::from_utf8(letter.bytes).unwrap()));
            Ok(())
        })
        .unwrap();
        all
    }

    #[test]
    fn an_mbox_is_split_and_anything_else_is_one_mail() {
        let mbox = b"From a@b Sat Nov 21 08:00:00 2026\nSubject: 1\n\neins\n>From zwei\n\nFrom c@d Sat Nov 21 08:00:00 2026\nSubject: 2\n\nzwei\n";
        let mails = split_all(mbox);
        assert_eq!(mails.len(), 2);
        assert!(mails[0].1.contains("\nFrom zwei"), "{:?}", mails[0]);
        assert_eq!(mails[1].0, 1);
        assert_eq!(split_all(b"Subject: x\n\nFrom here\n").len(), 1);
        assert_eq!(split_all(b"").len(), 1);
    }
}
