//! From a host name to a TCP connection.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Error, Peer};

/// A stream to a server: TCP, TLS over it, or a pipe in a test.
pub trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// Where a connection goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub host: &'a str,
    pub port: u16,
    /// Whether there will be no TLS: then it must be this machine.
    pub plain: bool,
    /// For name resolution and TCP together, then again for the TLS handshake.
    pub limit: Duration,
}

/// Resolves and connects, address after address, within one time limit.
pub(crate) async fn dial(target: Target<'_>, server: &Peer) -> Result<TcpStream, Error> {
    if target.plain && !names_loopback(target.host) {
        return Err(Error::PlainRefused { server: server.clone() });
    }
    let seconds = target.limit.as_secs();
    timeout(target.limit, resolve_and_connect(target, server))
        .await
        .map_err(|_| Error::ConnectTimeout { server: server.clone(), seconds })?
}

async fn resolve_and_connect(target: Target<'_>, server: &Peer) -> Result<TcpStream, Error> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((target.host, target.port))
        .await
        .map_err(|_| Error::Resolve { server: server.clone() })?
        .collect();
    // "localhost" is only a name: it must also lead to this machine.
    if target.plain && !addresses.iter().all(|address| address.ip().is_loopback()) {
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

pub(crate) fn names_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
