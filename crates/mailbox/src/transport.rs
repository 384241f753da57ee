//! From a host name to a TCP connection.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Error, Peer};
use crate::{Account, Tls};

/// A stream to a server: TCP, TLS over it, or a pipe in a test.
pub trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// Resolves and connects, address after address, within one time limit.
pub(crate) async fn dial(account: &Account, server: &Peer) -> Result<TcpStream, Error> {
    if matches!(account.tls, Tls::None) && !names_loopback(&account.host) {
        return Err(Error::PlainRefused { server: server.clone() });
    }
    let seconds = account.timeouts.connect.as_secs();
    timeout(account.timeouts.connect, resolve_and_connect(account, server))
        .await
        .map_err(|_| Error::ConnectTimeout { server: server.clone(), seconds })?
}

async fn resolve_and_connect(account: &Account, server: &Peer) -> Result<TcpStream, Error> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((account.host.as_str(), account.port))
        .await
        .map_err(|_| Error::Resolve { server: server.clone() })?
        .collect();
    // "localhost" is only a name: it must also lead to this machine.
    if matches!(account.tls, Tls::None) && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(Error::PlainRefused { server: server.clone() });
    }
    let mut reason = io::ErrorKind::AddrNotAvailable;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Commands are small and each waits for its answer; a failure here only costs speed.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => reason = error.kind(),
        }
    }
    Err(Error::Connect { server: server.clone(), reason })
}

fn names_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
