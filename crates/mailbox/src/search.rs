//! Finding mails by their sender (RFC 3501, 6.4.4). What a server finds is a hint: it compares parts of the header's
//! text, each in its own way; who asks reads the addresses of what was found.

use async_imap::imap_proto::{MailboxDatum, Response};
use domain::Uid;

use crate::Connection;
use crate::command::Command;
use crate::error::Error;
use crate::wire::Taken;

/// UIDs in one command: what they are answered by fits the longest line that is taken.
const AT_ONCE: u32 = 5_000;

impl Connection {
    /// Mails of the open folder below `next` whose `From` has this text in it, ascending. Reads, and marks nothing.
    ///
    /// # Errors
    /// [`Error`].
    #[tracing::instrument(name = "imap.search", skip_all)]
    pub async fn sent_by(&mut self, text: &str, next: Uid) -> Result<Vec<Uid>, Error> {
        let mut found = Vec::new();
        let mut first = 1;
        while first < next.0 {
            let last = first.saturating_add(AT_ONCE - 1).min(next.0 - 1);
            let charset = if text.is_ascii() { "" } else { "CHARSET UTF-8 " };
            let mut command = Command::open("UID SEARCH");
            command.push(&format!("UID SEARCH {charset}UID {first}:{last} FROM "));
            command.push_string(text);
            command.push("\r\n");
            let mut take = |response: &Response<'_>| match response {
                Response::MailboxData(MailboxDatum::Search(uids)) => {
                    let asked = uids.iter().filter(|uid| (first..=last).contains(uid));
                    found.extend(asked.map(|uid| Uid(*uid)));
                    Taken::Mine
                }
                _ => Taken::Stray,
            };
            self.wire.run(command, &mut take).await?;
            first = last + 1;
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}
