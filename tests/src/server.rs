//! What all servers of the test bed have in common, so that one test can be run over every one of them.

use anyhow::{Result, bail};

use crate::client::Witness;
use crate::dovecot::{password, user};
use crate::{Courier, Cyrus, Dovecot, Format, Hoodiecrow, Options, Pymap};

/// A running mail server; user 1 is always there.
pub trait Server {
    /// The port of plain IMAP.
    fn port(&self) -> u16;

    /// Stops it and starts it on the same port, with the same mail where [`Kind::keeps_mail`].
    ///
    /// # Errors
    /// If it does not come up again.
    fn restart(&mut self) -> Result<()>;

    /// Loses everything about INBOX of user `n` that is not a message, as after a damaged disk, and makes it anew.
    /// What is lost is told at each server's own method; those in memory have nothing to lose.
    ///
    /// # Errors
    /// If there is no index, or the server does not come up again.
    fn lose_indexes(&mut self, n: usize) -> Result<()> {
        bail!("no index of user {n} on disk")
    }

    /// Name and password of user `n`, from 1.
    fn login(&self, n: usize) -> (String, String) {
        (user(n), password(n))
    }

    /// A new connection of the independent client, logged in as user `n` (from 1).
    ///
    /// # Errors
    /// If the server refuses it.
    fn witness(&self, n: usize) -> Result<Witness> {
        let (user, password) = self.login(n);
        Witness::login(self.port(), &user, &password)
    }
}

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Dovecot on maildir.
    Maildir,
    /// Dovecot on mdbox.
    Mdbox,
    /// Cyrus.
    Cyrus,
    /// Courier: no CONDSTORE, no MOVE.
    Courier,
    /// pymap: takes no keywords and says OK.
    Pymap,
    /// Hoodiecrow: in memory.
    Hoodiecrow,
}

impl Kind {
    /// Every server there is.
    pub const ALL: [Self; 6] =
        [Self::Maildir, Self::Mdbox, Self::Cyrus, Self::Courier, Self::Pymap, Self::Hoodiecrow];

    /// Starts one. All have user 1; pymap and Hoodiecrow no other.
    ///
    /// # Errors
    /// If it cannot be had or started; a test that cannot have it says "skipped" and why.
    pub fn start(self) -> Result<Box<dyn Server>> {
        Ok(match self {
            Self::Maildir => Box::new(Dovecot::start(Options::default())?),
            Self::Mdbox => Box::new(Dovecot::start(Options { format: Format::Mdbox, ..Options::default() })?),
            Self::Cyrus => Box::new(Cyrus::start(3)?),
            Self::Courier => Box::new(Courier::start(3)?),
            Self::Pymap => Box::new(Pymap::start()?),
            Self::Hoodiecrow => Box::new(Hoodiecrow::start()?),
        })
    }

    /// Whether new keywords may be set and stay.
    pub fn keeps_keywords(self) -> bool {
        self != Self::Pymap
    }

    /// Whether mail and flags outlive a restart. The others begin anew, under the same UIDVALIDITY or not.
    pub fn keeps_mail(self) -> bool {
        !matches!(self, Self::Pymap | Self::Hoodiecrow)
    }
}

macro_rules! is_a_server {
    ($($server:ty: $port:ident $($loses:ident)?),*) => {$(
        impl Server for $server {
            fn port(&self) -> u16 {
                self.$port
            }

            fn restart(&mut self) -> Result<()> {
                Self::restart(self)
            }

            $(fn $loses(&mut self, n: usize) -> Result<()> {
                Self::$loses(self, n)
            })?
        }
    )*};
}

is_a_server!(
    Dovecot: imap lose_indexes,
    Cyrus: imap lose_indexes,
    Courier: imap lose_indexes,
    Pymap: port,
    Hoodiecrow: port
);
