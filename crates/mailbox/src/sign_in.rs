//! From nothing to a signed-in connection.
//!
//! ```text
//!   TCP ─▶ TLS ─▶ greeting ─▶ CAPABILITY ─▶ LOGIN or AUTHENTICATE ─▶ CAPABILITY ─▶ ID
//!   TCP ─▶ greeting ─▶ CAPABILITY ─▶ STARTTLS ─▶ TLS ─▶ CAPABILITY ─▶ … (nothing said before TLS is believed)
//! ```

use std::collections::BTreeSet;

use async_imap::imap_proto::{Capability, Response, Status};
use zeroize::Zeroizing;

use crate::closing::Closing;
use crate::command::Command;
use crate::error::{Error, Peer, is_passing, quotable};
use crate::wire::{Taken, Wire};
use crate::{
    Account, Connection, Credential, OAuth, Secret, Server, Tls, Transport, Trust, bearer, tls, transport,
};

/// Connects and signs in.
///
/// # Errors
/// [`Error`], whose text says what happened and what to do.
#[tracing::instrument(name = "imap.connect", skip_all, fields(mailbox = %account.name))]
pub async fn connect(account: &Account) -> Result<Connection, Error> {
    let server = Peer::new(&account.host, account.port);
    let connection = match &account.credential {
        Credential::Password(source) => {
            let read = source.read("password").await;
            let password = read.map_err(|reason| Error::Secret { server: server.clone(), reason })?;
            reach(account, &server, &password).await?
        }
        Credential::OAuth(oauth) => connect_by_token(account, &server, oauth).await?,
    };
    tracing::debug!(capabilities = connection.server().capabilities.len(), "imap.connected");
    Ok(connection)
}

/// A token may be withdrawn before its time: one that is refused is renewed once, unless it is new.
async fn connect_by_token(account: &Account, server: &Peer, oauth: &OAuth) -> Result<Connection, Error> {
    let no_token = |reason| Error::Token { server: server.clone(), reason };
    let token = oauth.token().await.map_err(no_token)?;
    match reach(account, server, token.secret()).await {
        Err(Error::TokenRefused { temporary: false, .. }) if oauth.give_up(&token).await => {
            let token = oauth.token().await.map_err(no_token)?;
            reach(account, server, token.secret()).await
        }
        outcome => outcome,
    }
}

async fn reach(account: &Account, server: &Peer, secret: &Secret) -> Result<Connection, Error> {
    let tcp = transport::dial(account.target(), server).await?;
    match &account.tls {
        Tls::Implicit(trust) => {
            let stream = tls::over_tcp(tcp, trust, account.target(), server).await?;
            sign_in(stream, account, secret).await
        }
        Tls::StartTls(trust) => {
            let stream = start_tls(Box::new(tcp), trust, account, server).await?;
            let wire = Wire::new(stream, server.clone(), account.timeouts);
            greeted(wire, account, secret, String::new(), false).await
        }
        Tls::None => sign_in(Box::new(tcp), account, secret).await,
    }
}

/// Signs in over a stream that is already protected, as far as it will be: for tests and tunnels.
/// The secret is the password or the access token, as the account's credential has it.
///
/// # Errors
/// As [`connect`].
pub async fn sign_in(
    stream: Box<dyn Transport>,
    account: &Account,
    secret: &Secret,
) -> Result<Connection, Error> {
    let server = Peer::new(&account.host, account.port);
    let mut wire = Wire::new(stream, server, account.timeouts);
    let (greeting, signed_in) = greeting(&mut wire).await?;
    greeted(wire, account, secret, greeting, signed_in).await
}

/// Speaks in the clear exactly as long as STARTTLS needs (RFC 3501, 6.2.1), and hands back the TLS stream.
pub(crate) async fn start_tls(
    stream: Box<dyn Transport>,
    trust: &Trust,
    account: &Account,
    server: &Peer,
) -> Result<Box<dyn Transport>, Error> {
    let no = |reason| Error::StartTls { server: server.clone(), reason };
    let mut wire = Wire::new(stream, server.clone(), account.timeouts);
    let (_, signed_in) = greeting(&mut wire).await?;
    if signed_in {
        return Err(no("the server signs us in before TLS"));
    }
    if !capabilities(&mut wire).await?.contains("STARTTLS") {
        return Err(no("the server does not offer it"));
    }
    wire.run(Command::new("STARTTLS", "STARTTLS"), &mut |_| Taken::Mine).await?;
    // What came in the clear after the OK would be read as if it had come over TLS (CVE-2011-0411).
    let stream = wire.into_stream().ok_or_else(|| no("something was injected before TLS began"))?;
    Ok(Box::new(tls::handshake(stream, trust, account.target(), server).await?))
}

async fn greeted(
    mut wire: Wire,
    account: &Account,
    secret: &Secret,
    greeting: String,
    signed_in: bool,
) -> Result<Connection, Error> {
    let mut known = capabilities(&mut wire).await?;
    if !signed_in {
        match &account.credential {
            Credential::Password(_) => log_in(&mut wire, account, secret, &known).await?,
            Credential::OAuth(oauth) => {
                bearer::authenticate(&mut wire, account, oauth.mechanism(), secret, &known).await?;
            }
        }
        known = capabilities(&mut wire).await?;
    }
    let name = if known.contains("ID") { identify(&mut wire).await? } else { None };
    Ok(Connection::new(wire, Server { greeting, name, capabilities: known }))
}

/// The greeting's text, and whether it says that we are signed in already (RFC 3501, 7.1.4).
async fn greeting(wire: &mut Wire) -> Result<(String, bool), Error> {
    let mut greeting = None;
    let mut take = |response: &Response<'_>| {
        if let Response::Data { status: status @ (Status::Ok | Status::PreAuth), outcome } = response {
            let text = outcome.information.as_deref().unwrap_or_default();
            greeting = Some((quotable(text), *status == Status::PreAuth));
        }
        Taken::Mine
    };
    let deadline = wire.deadline();
    let server = wire.server.clone();
    let refused = |text: String| Error::Greeting { server, text };
    match wire.receive("the greeting", deadline, &mut take).await {
        Err(Error::Lost { farewell, .. }) if !farewell.is_empty() => return Err(refused(farewell)),
        other => other?,
    };
    greeting.ok_or_else(|| refused("this is no greeting of an IMAP server; check host and port".to_owned()))
}

async fn capabilities(wire: &mut Wire) -> Result<BTreeSet<String>, Error> {
    let mut known = BTreeSet::new();
    let mut take = |response: &Response<'_>| match response {
        Response::Capabilities(listed) => {
            known = listed.iter().map(capability).collect();
            Taken::Mine
        }
        _ => Taken::Stray,
    };
    wire.run(Command::new("CAPABILITY", "CAPABILITY"), &mut take).await?;
    Ok(known)
}

fn capability(capability: &Capability<'_>) -> String {
    match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(name) => name.to_ascii_uppercase(),
    }
}

async fn log_in(
    wire: &mut Wire,
    account: &Account,
    secret: &Secret,
    known: &BTreeSet<String>,
) -> Result<(), Error> {
    let (login, plain) = (!known.contains("LOGINDISABLED"), known.contains("AUTH=PLAIN"));
    // LOGIN says nothing about the encoding of a name or password, PLAIN says UTF-8.
    let ascii = account.user.is_ascii() && secret.expose().is_ascii();
    let command = match (login, plain) {
        (true, false) => Command::login(&account.user, secret.expose()),
        (true, true) if ascii => Command::login(&account.user, secret.expose()),
        (_, true) => Command::authenticate_plain(&account.user, secret.expose()),
        (false, false) => return Err(Error::LoginUnavailable { server: wire.server.clone() }),
    };
    let closing = wire.exchange(command, &mut |_| Taken::Mine).await?;
    if closing.status == Status::Ok { Ok(()) } else { Err(refused(wire, account, secret, closing)) }
}

fn refused(wire: &Wire, account: &Account, secret: &Secret, closing: Closing) -> Error {
    Error::LoginRefused {
        server: wire.server.clone(),
        user: account.user.clone(),
        temporary: is_passing(&closing.code),
        text: unquoting(secret, closing.text),
    }
}

/// A server that quotes the command in its refusal quotes the secret: such words are not passed on.
pub(crate) fn unquoting(secret: &Secret, text: String) -> String {
    let secret = Zeroizing::new(String::from_utf8_lossy(secret.expose()).into_owned());
    let quotes = text.contains(secret.as_str()) || text.split(' ').any(|word| word.len() > 40);
    if quotes { String::new() } else { text }
}

/// Tells the server who we are and asks who it is (RFC 2971); a refusal does not matter.
async fn identify(wire: &mut Wire) -> Result<Option<String>, Error> {
    let mut name = None;
    let mut take = |response: &Response<'_>| match response {
        Response::Id(Some(fields)) => {
            name = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case("name")).map(|(_, v)| quotable(v));
            Taken::Mine
        }
        _ => Taken::Stray,
    };
    wire.exchange(Command::new("ID", "ID (\"name\" \"Langhals\")"), &mut take).await?;
    Ok(name)
}
