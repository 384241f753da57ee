//! Test equipment: private mail servers, an independent IMAP client, samples, and a proxy that breaks lines.
//!
//! ```text
//!   samples ─▶ Witness ─▶ Dovecot, Cyrus, Courier, pymap, Hoodiecrow ◀─ Proxy ◀─ langhals
//!                 └────────── looks at what became of them
//! ```
#![expect(clippy::print_stderr, reason = "test equipment says on stderr what it installs and builds")]
#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "an allocation is nothing beside a server"
)]

pub mod api;
pub mod attachments;
pub mod axe;
pub mod bare;
pub mod bench;
pub mod browser;
pub mod callgrind;
pub mod certificates;
pub mod chapter;
pub mod chromium;
pub mod client;
pub mod corpus;
pub mod courier;
pub mod cyrus;
pub mod dovecot;
pub mod faketime;
pub mod helm;
pub mod hoodiecrow;
pub mod hostile;
pub mod install;
pub mod langhals;
pub mod meter;
pub mod mime;
pub mod oidc;
pub mod proxy;
pub mod pymap;
pub mod refusing;
pub mod response;
pub mod roundcube;
pub mod samples;
pub mod server;
pub mod shapes;
pub mod special;
pub mod steps;
pub mod system;
pub mod thunderbird;
pub mod token_server;
pub mod unpack;
pub mod watching;
pub mod words;

pub use api::Machine;
pub use bare::Bare;
pub use browser::Browser;
pub use chromium::Chromium;
pub use client::{Lmtp, Witness};
pub use corpus::Record;
pub use courier::Courier;
pub use cyrus::Cyrus;
pub use dovecot::{Dovecot, Format, Options};
pub use helm::Helm;
pub use hoodiecrow::Hoodiecrow;
pub use hostile::{Attack, Hostile};
pub use langhals::{Langhals, wait_for};
pub use oidc::Oidc;
pub use proxy::{Act, After, At, Count, Pace, Proxy, Trigger};
pub use pymap::Pymap;
pub use refusing::{Refusal, Refusing};
pub use roundcube::Roundcube;
pub use server::{Kind, Server};
pub use thunderbird::Thunderbird;
pub use token_server::TokenServer;
pub use words::Words;
