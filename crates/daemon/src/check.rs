//! Checking a mailbox without changing anything: does it connect, what can it do, do tags stick.

use mailbox::{Access, Error, Server};

use crate::post::{Post, WriteBack};
use domain::TagPrefix;

/// What one folder said.
#[derive(Debug)]
pub struct FolderCheck {
    /// Its name.
    pub folder: String,
    /// Messages in it, and what suggestions come to; or why it cannot be opened.
    pub result: Result<(u32, WriteBack), Error>,
}

/// Connects to a mailbox and looks at each of its folders. Changes nothing.
///
/// # Errors
/// [`Error`] where the server cannot be reached or refuses the sign-in.
pub async fn check(post: &Post, prefix: &TagPrefix) -> Result<(Server, Vec<FolderCheck>), Error> {
    let mut connection = mailbox::connect(&post.account).await?;
    let server = connection.server().clone();
    let mut folders = Vec::new();
    for folder in &post.folders {
        // SELECT, not EXAMINE: only it tells which keywords would be kept.
        let result = connection.select(folder, Access::ReadWrite).await;
        let lost = result
            .as_ref()
            .is_err_and(|error| !matches!(error, Error::Refused { .. } | Error::FolderMissing { .. }));
        let result =
            result.map(|selected| (selected.exists, post.write.in_folder(&selected, &server, prefix)));
        folders.push(FolderCheck { folder: folder.clone(), result });
        if lost {
            return Ok((server, folders));
        }
    }
    connection.logout().await;
    Ok((server, folders))
}
