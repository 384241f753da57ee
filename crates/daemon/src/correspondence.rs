//! What a sender wrote, as far as it still lies in the mailboxes: found by search, compared by address, never kept.
//!
//! ```text
//!   each folder: open (EXAMINE) ─▶ UID SEARCH FROM ─▶ the address of each ─▶ fingerprint, Message-ID, place
//! ```
//!
//! Langhals keeps no sender, so this is the only way to say which messages are theirs.

use std::collections::BTreeMap;

use domain::{Folder, Uid};
use mailbox::{Access, Connection, Error};
use store::{Key, Messages, fingerprint};

use crate::known::message_id;
use crate::letters::BATCH;
use crate::post::Post;

/// What was found of a sender's, and where it could not be looked.
#[derive(Debug)]
pub struct Correspondence {
    /// Hashes and places; no address.
    pub messages: Messages,
    /// How many mails in how many folders were theirs.
    pub mails: usize,
    /// Folders that were searched.
    pub folders: usize,
    /// What went wrong with mailboxes and folders, in sentences for the operator.
    pub troubles: Vec<String>,
}

/// Looks for everything that an address has written, in every folder that Langhals looks after. Changes nothing.
pub async fn correspondence(posts: &[Post], address: &str) -> Correspondence {
    let messages = Messages::of_sender();
    let mut found = Correspondence { messages, mails: 0, folders: 0, troubles: Vec::new() };
    for post in posts {
        let mut connection = match mailbox::connect(&post.account).await {
            Ok(connection) => connection,
            Err(error) => {
                found.troubles.push(format!("{}: {error}", post.account.name));
                continue;
            }
        };
        for name in folders(post) {
            let folder = post.folder(&name);
            match found.search(&mut connection, &folder, address).await {
                Ok(()) => found.folders += 1,
                // The folders of the classes are made when they are needed.
                Err(Error::FolderMissing { .. }) if !post.folders.contains(&name) => {}
                Err(error) => found.troubles.push(format!("{folder}: {error}")),
            }
            if !connection.is_sound() {
                break;
            }
        }
        if connection.is_sound() {
            connection.logout().await;
        }
    }
    found
}

/// Those that are watched, and those that messages are moved into.
fn folders(post: &Post) -> Vec<String> {
    let mut names = post.folders.clone();
    if post.write.may_move() {
        let classes = post.folders.iter().flat_map(|name| post.class_folders_of(name));
        names.extend(classes.map(|folder| folder.name));
    }
    names
}

impl Correspondence {
    async fn search(
        &mut self,
        connection: &mut Connection,
        folder: &Folder,
        address: &str,
    ) -> Result<(), Error> {
        let selected = connection.select(&folder.name, Access::ReadOnly).await?;
        let hints = connection.sent_by(address, selected.uid_next).await?;
        for chunk in hints.chunks(BATCH) {
            let theirs = those_of(connection, chunk, address).await?;
            let ids = message_ids(connection, &theirs).await?;
            for summary in connection.summaries_of(&theirs).await? {
                let id = ids.get(&summary.uid).and_then(Option::as_deref);
                let print = fingerprint(id, summary.size, summary.arrived).to_string();
                let place = Key { folder: folder.clone(), validity: selected.uid_validity, uid: summary.uid };
                self.messages.add(id, print, place);
                self.mails += 1;
            }
        }
        Ok(())
    }
}

/// Those whose sender has exactly this address.
async fn those_of(connection: &mut Connection, uids: &[Uid], address: &str) -> Result<Vec<Uid>, Error> {
    let letterheads = connection.letterheads(uids).await?;
    let is_theirs = |header: &[u8]| {
        let from = parse::message(header).0.from;
        from.is_some_and(|from| from.email.to_lowercase() == address.to_lowercase())
    };
    Ok(letterheads.into_iter().filter(|head| is_theirs(&head.bytes)).map(|head| head.uid).collect())
}

async fn message_ids(
    connection: &mut Connection,
    uids: &[Uid],
) -> Result<BTreeMap<Uid, Option<String>>, Error> {
    let headers = connection.headers(uids).await?;
    Ok(headers.into_iter().map(|header| (header.uid, message_id(&header.bytes))).collect())
}
