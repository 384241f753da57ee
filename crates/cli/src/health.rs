//! `langhals health`: whether a daemon runs by this configuration, for whoever watches a container in which there is nothing
//! else to ask with.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::arguments::Arguments;
use crate::config::Config;
use crate::output::{self, Usage};
use crate::run;

/// A daemon that is well answers at once.
const PATIENCE: Duration = Duration::from_secs(3);
/// More than a status line is not looked at.
const ENOUGH: u64 = 64;

/// Asks the daemon's own listener; nothing is written, and no mail server is asked.
pub fn health(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = run::configuration(arguments)?;
    let Some(listener) = listener(&config) else {
        let text = "nothing listens by this configuration: set [watch] listen or [web] listen, so that the daemon can be asked";
        return Err(Usage(text.to_owned()).into());
    };
    ask(reached_at(listener))?;
    output::line("well")?;
    Ok(ExitCode::SUCCESS)
}

/// Both answer `/healthz`; the machines' own one first.
fn listener(config: &Config) -> Option<SocketAddr> {
    config.watch.listen.or(config.page.listen)
}

/// Who listens everywhere listens here, too.
fn reached_at(listener: SocketAddr) -> SocketAddr {
    let here = match listener.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(here, listener.port())
}

fn ask(address: SocketAddr) -> anyhow::Result<()> {
    let said = answer(address).with_context(|| {
        format!("no daemon answers on {address}: is `langhals run` started, and its log well?")
    })?;
    let well = said.split_whitespace().nth(1) == Some("200");
    if !well {
        bail!("the daemon on {address} does not call itself well: see its log");
    }
    Ok(())
}

fn answer(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // In one piece: who listens may look at what comes first only.
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut said = Vec::new();
    stream.take(ENOUGH).read_to_end(&mut said)?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// What is said of a listener that gives this answer.
    fn said_of(answer: &'static str) -> Result<(), String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 256];
            let read = stream.read(&mut request).unwrap();
            assert!(request[..read].starts_with(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:"));
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let said = ask(address).map_err(|error| error.to_string());
        server.join().unwrap();
        said
    }

    #[test]
    fn only_a_daemon_that_says_200_is_well() {
        assert!(said_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").is_ok());
        for other in ["HTTP/1.1 503 Service Unavailable\r\n\r\n", "SSH-2.0-other 2000\r\n", ""] {
            assert!(said_of(other).unwrap_err().contains("does not call itself well"), "{other}");
        }
    }

    #[test]
    fn without_a_daemon_it_says_what_to_look_at() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        assert!(ask(address).unwrap_err().to_string().contains("is `langhals run` started"));
    }

    #[test]
    fn a_listener_on_every_address_is_asked_on_this_machine() {
        for (listens, asked) in
            [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("192.0.2.1:1", "192.0.2.1:1")]
        {
            assert_eq!(reached_at(listens.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
