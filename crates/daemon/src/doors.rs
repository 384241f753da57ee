//! The doors of the servers: only a few connections sign in at once, so that hundreds never storm one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use mailbox::{Account, Connection, Error};
use tokio::sync::Semaphore;

/// So many sign in to one server at once.
const AT_ONCE: usize = 4;

/// Host and port.
type Server = (String, u16);

/// One door a server.
#[derive(Clone, Debug, Default)]
pub struct Doors {
    servers: Arc<Mutex<BTreeMap<Server, Arc<Semaphore>>>>,
}

impl Doors {
    /// Connects once it is this account's turn. A slow server delays only its own accounts.
    pub(crate) async fn connect(&self, account: &Account) -> Result<Connection, Error> {
        let door = self.door(account);
        // The semaphore is never closed; without a turn, one would only be early.
        let _turn = door.acquire().await.ok();
        let mut connection = mailbox::connect(account).await?;
        connection.enable_qresync().await?;
        Ok(connection)
    }

    fn door(&self, account: &Account) -> Arc<Semaphore> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let door = servers.entry((account.host.clone(), account.port));
        Arc::clone(door.or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
    }
}
