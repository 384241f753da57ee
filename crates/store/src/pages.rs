//! The lines of one day as they stand and as they are read, for what writes the log anew: it must know every one.

use std::fs;
use std::path::Path;

use crate::decision_log::LogError;
use crate::event::Line;
use crate::forget::ForgetError;
use crate::frame::{Unreadable, unframe};

/// Every whole line of a day's file. A last one without its end never counted.
///
/// # Errors
/// [`ForgetError::Damaged`] where a line cannot be read: nobody knows what it says.
pub(crate) fn lines_of(folder: &Path, name: &str) -> Result<Vec<(Vec<u8>, Line)>, ForgetError> {
    let path = folder.join(name);
    let bytes = fs::read(&path).map_err(|source| LogError::Read { path: path.clone(), source })?;
    let mut lines = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
        match unframe(line) {
            Ok(read) => lines.push((line.to_vec(), read)),
            Err(Unreadable::Blank) => {}
            Err(Unreadable::Newer(found)) => return Err(LogError::Newer { path, found }.into()),
            Err(Unreadable::Broken) => return Err(ForgetError::Damaged { path }),
        }
    }
    Ok(lines)
}
