//! What happens in folders that are not open (RFC 5465, NOTIFY).

use std::collections::{BTreeMap, BTreeSet};

use crate::command::Command;
use crate::error::Error;
use crate::wire::Taken;
use crate::{Connection, names};

/// Flags are told only together with comings and goings (RFC 5465, 5.3).
const EVENTS: &str = "(MessageNew MessageExpunge FlagChange)";

impl Connection {
    /// Has the server report changes in these folders too, until the next call; each ends a wait with
    /// [`Wake::Elsewhere`](crate::Wake::Elsewhere). The open folder need not be among them, but may.
    ///
    /// What happened before is not reported: call this first, then look into each folder. A folder that
    /// does not exist is never reported, and neither is one made later under its name, on some servers.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where there is no NOTIFY; [`Error::Refused`] where these are too many folders.
    #[tracing::instrument(name = "imap.notify", skip_all, fields(count = folders.len()))]
    pub async fn notify(&mut self, folders: &[&str]) -> Result<(), Error> {
        if !self.server().offers("NOTIFY") {
            return Err(self.wire.unsupported("NOTIFY"));
        }
        let watched = watched(folders);
        let mut command = Command::open("NOTIFY");
        command.push(&format!("NOTIFY SET (selected {EVENTS})"));
        if !watched.is_empty() {
            command.push(" (mailboxes (");
            for (at, name) in watched.keys().enumerate() {
                command.push(if at == 0 { "" } else { " " });
                command.push_string(name);
            }
            command.push(&format!(") {EVENTS})"));
        }
        command.push("\r\n");
        // Reports may come before the tagged reply.
        self.wire.elsewhere.watched = watched;
        self.wire.run(command, &mut |_| Taken::Stray).await?;
        Ok(())
    }
}

/// Every name as on the wire, and in UTF-8 too: Dovecot 2.3 takes and tells names in UTF-8 here, against
/// RFC 3501, and keeps silent about those in UTF-7. A name that means no folder does no harm (RFC 5465, 6).
fn watched(folders: &[&str]) -> BTreeMap<String, String> {
    let both = |folder: &str| [names::encoded(names::folded(folder)), names::folded(folder).to_owned()];
    folders.iter().flat_map(|folder| both(folder).map(|name| (name, (*folder).to_owned()))).collect()
}

/// The folders that are watched, and those of them in which something happened.
#[derive(Default)]
pub(crate) struct Elsewhere {
    /// Names as on the wire, and as the caller gave them.
    watched: BTreeMap<String, String>,
    heard: BTreeSet<String>,
}

impl Elsewhere {
    /// Something happened in this folder, named as on the wire; folders nobody watches are of no interest.
    pub fn hear(&mut self, name: &str) {
        if let Some(folder) = self.watched.get(names::folded(name)) {
            self.heard.insert(folder.clone());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.heard.is_empty()
    }

    /// What was heard since the last call.
    pub fn take(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.heard)
    }

    /// The folder was looked at.
    pub fn forget(&mut self, folder: &str) {
        self.heard.retain(|heard| names::folded(heard) != names::folded(folder));
    }
}
