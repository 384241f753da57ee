//! The only crate that speaks IMAP: connect, select, fetch, tag, wait. It never takes silence for "nothing there".
//!
//! ```text
//!   Connection          select, changes, bodies, add_keywords, move_to, notify, wait …
//!       │
//!     Wire              one executor: send, read, demand the tagged OK, or be unusable
//!       │
//!   async-imap          framing of responses and their grammar; none of its commands
//!       │
//!     Guard             caps and mends the server's bytes before a parser sees them
//!       │
//!   TLS / TCP           rustls with ring; pinned, own authority, or the system's
//! ```
//!
//! async-imap's commands are not used: they swallow a tagged NO, take a lost connection for an empty
//! mailbox, and print passwords into the trace log. Its parser is sound once the guard stands before it.
//!
//! After any error other than [`Error::Refused`] and its like, and after a dropped future, a connection
//! is unusable and says so ([`Error::Lost`]): drop it and connect anew.

mod account;
mod bearer;
mod changes;
mod closing;
mod command;
mod connection;
mod error;
mod fetch;
mod flags;
mod folders;
pub mod guard;
mod https;
mod moves;
mod names;
mod notify;
mod oauth;
mod search;
mod secret;
mod sections;
mod select;
mod sign_in;
mod store;
mod tls;
mod transport;
mod uids;
mod wait;
mod wire;

pub use account::{Account, Credential, Timeouts, Tls, Trust};
pub use changes::Changes;
pub use connection::{Connection, Server};
pub use error::{Error, Peer};
pub use fetch::{Budget, FlagState, LONGEST_HEADER, MOST_MESSAGES, RawMessage, Summary};
pub use flags::Flags;
pub use folders::FolderStatus;
pub use https::{HttpError, exchange};
pub use moves::Copied;
pub use oauth::{Grant, Mechanism, OAuth, OAuthSettings, TokenError, TokenUrl, TokenUrlError};
pub use secret::{Secret, SecretError, SecretSource};
pub use sections::{Pieces, Section};
pub use select::{Access, Keywords, Selected};
pub use sign_in::{connect, sign_in};
pub use store::Stored;
pub use tls::Distrust;
pub use transport::Transport;
pub use wait::Wake;
