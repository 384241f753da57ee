//! Setting and removing keywords. An OK proves little: the caller reads the flags back.

use async_imap::imap_proto::{Response, Status};
use domain::{ModSeq, Uid};

use crate::Connection;
use crate::closing::Closing;
use crate::command::Command;
use crate::error::Error;
use crate::fetch::uid_of;
use crate::uids::{UidSet, ranges, sets};
use crate::wire::Taken;

/// What a STORE did not do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Left alone because somebody changed them meanwhile (RFC 7162, 3.1.3, MODIFIED).
    pub modified: Vec<Uid>,
    /// The server stopped at a limit of its own (MESSAGELIMIT, LIMIT): some are not stored.
    pub incomplete: bool,
}

impl Connection {
    /// Sets keywords on these messages, all by one command, unless they changed after `unchanged_since`.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] before anything is sent: Dovecot would say OK and forget.
    #[tracing::instrument(name = "imap.add_keywords", skip_all, fields(count = uids.len(), ?keywords))]
    pub async fn add_keywords(
        &mut self,
        uids: &[Uid],
        keywords: &[&str],
        unchanged_since: Option<ModSeq>,
    ) -> Result<Stored, Error> {
        self.store(uids, "+FLAGS.SILENT", keywords, unchanged_since).await
    }

    /// Removes a keyword from these messages, unless they changed after `unchanged_since`.
    ///
    /// # Errors
    /// As [`Connection::add_keywords`].
    #[tracing::instrument(name = "imap.remove_keyword", skip_all, fields(count = uids.len(), keyword))]
    pub async fn remove_keyword(
        &mut self,
        uids: &[Uid],
        keyword: &str,
        unchanged_since: Option<ModSeq>,
    ) -> Result<Stored, Error> {
        self.store(uids, "-FLAGS.SILENT", &[keyword], unchanged_since).await
    }

    async fn store(
        &mut self,
        uids: &[Uid],
        item: &str,
        keywords: &[&str],
        unchanged_since: Option<ModSeq>,
    ) -> Result<Stored, Error> {
        self.must_be_writable()?;
        if let Some(bad) = keywords.iter().find(|keyword| !is_keyword(keyword)) {
            return Err(Error::Keyword { keyword: (*bad).to_owned() });
        }
        let keywords = keywords.join(" ");
        let condition = match unchanged_since {
            None => String::new(),
            Some(modseq) if self.modseq() => format!(" (UNCHANGEDSINCE {modseq})"),
            Some(_) => return Err(self.wire.unsupported("CONDSTORE")),
        };
        let mut stored = Stored::default();
        for set in sets(uids) {
            let text = format!("UID STORE {}{condition} {item} ({keywords})", set.text);
            self.store_set(Command::new("UID STORE", &text), &set, &mut stored).await?;
        }
        Ok(stored)
    }

    async fn store_set(&mut self, command: Command, set: &UidSet, stored: &mut Stored) -> Result<(), Error> {
        // With CONDSTORE, a server reports the new MODSEQ of our own change in spite of `.SILENT`.
        let mut take = |response: &Response<'_>| match response {
            Response::Fetch(_, attributes) if uid_of(attributes).is_some_and(|uid| set.contains(uid)) => {
                Taken::Mine
            }
            _ => Taken::Stray,
        };
        let closing = self.wire.exchange(command, &mut take).await?;
        let modified = modified(&closing, set);
        match closing.status {
            Status::Ok => {}
            // A NO with MODIFIED did what it could (RFC 7162, 3.1.3, example 10).
            _ if modified.is_some() => {}
            _ => return Err(self.wire.refused("UID STORE", closing)),
        }
        stored.modified.extend(modified.unwrap_or_default());
        stored.incomplete |= matches!(closing.code.as_str(), "MESSAGELIMIT" | "LIMIT");
        Ok(())
    }
}

/// Which of the messages asked for the server left alone; `None` where it does not say MODIFIED.
fn modified(closing: &Closing, set: &UidSet) -> Option<Vec<Uid>> {
    if closing.code != "MODIFIED" {
        return None;
    }
    // A set that cannot be read may mean any of them.
    let Some(ranges) = ranges(&closing.argument) else { return Some(set.uids.clone()) };
    let names = |uid: &Uid| ranges.iter().any(|range| range.contains(&uid.0));
    Some(set.uids.iter().copied().filter(names).collect())
}

/// An atom (RFC 3501, 9), or a system flag.
fn is_keyword(text: &str) -> bool {
    let name = text.strip_prefix('\\').unwrap_or(text);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && !b"(){%*\"\\]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_atoms_are_keywords() {
        assert!(is_keyword("triage-antrag") && is_keyword("\\Flagged") && is_keyword("$x"));
        for bad in ["", "\\", "a b", "a)", "a\r\nL9 LOGOUT", "ä", "a]", "\\*", "\\\\a"] {
            assert!(!is_keyword(bad), "{bad}");
        }
    }
}
