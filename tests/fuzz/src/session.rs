//! A whole session with a server that says anything, in virtual time.
//!
//! ```text
//!   first byte: how the server is (below)      the rest: what it says, whatever it is asked
//!
//!   sign_in ─▶ qresync ─▶ select ─▶ summaries ─▶ flags ─▶ headers ─▶ bodies ─▶ changes ─▶ status ─▶ delimiter ─▶
//!   add, copy, move ─▶ notify ─▶ wait, twice ─▶ examine ─▶ logout
//! ```

use std::time::Duration;

use domain::{ModSeq, Uid};
use langhals_mailbox::{
    Access, Account, Budget, Connection, Error, Secret, SecretSource, Timeouts, Tls, sign_in,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

/// The server hangs up in the end; else it falls silent.
const HANGS_UP: u8 = 1;
/// It signs in properly before it says what the fuzzer wants.
const SIGNS_IN: u8 = 2;
/// It sends one byte a second, for half an hour.
const DRIPS: u8 = 4;
/// Its stream holds only a few bytes at once.
const NARROW: u8 = 8;
/// It opens the folder properly too.
const OPENS: u8 = 16;

const FEATURES: &str = "IMAP4rev1 CONDSTORE QRESYNC ENABLE IDLE NOTIFY MOVE UIDPLUS ID";
/// Every command has ten minutes, every wait fifteen seconds here.
const LONGEST: Duration = Duration::from_hours(5);

/// Panics where the client does not keep its promises.
pub fn run(input: &[u8]) {
    let [manner, words @ ..] = input else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let Ok(runtime) = runtime else { return };
    let capacity = if manner & NARROW == 0 { 1 << 16 } else { 7 };
    let (ours, theirs) = tokio::io::duplex(capacity);
    let (manner, words) = (*manner, words.to_vec());
    let ended = runtime.block_on(async move {
        tokio::spawn(serve(theirs, manner, words));
        tokio::time::timeout(LONGEST, converse(ours)).await
    });
    assert!(ended.is_ok(), "the session never ended");
}

async fn serve(stream: DuplexStream, manner: u8, words: Vec<u8>) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let listening = tokio::spawn(async move {
        let mut heard = [0; 4096];
        while reader.read(&mut heard).await.is_ok_and(|count| count > 0) {}
    });
    let mut said = Vec::new();
    if manner & SIGNS_IN != 0 {
        said.extend(format!("* OK\r\n* CAPABILITY {FEATURES}\r\nL1 OK\r\nL2 OK\r\n").into_bytes());
        said.extend(format!("* CAPABILITY {FEATURES}\r\nL3 OK\r\nL4 OK\r\n").into_bytes());
        if manner & OPENS != 0 {
            said.extend_from_slice(b"* ENABLED QRESYNC\r\nL5 OK\r\n* 9 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n");
            said.extend_from_slice(b"* OK [UIDNEXT 9]\r\n* OK [HIGHESTMODSEQ 9]\r\nL6 OK\r\n");
        }
    }
    // A client that has had enough is gone.
    let _ = writer.write_all(&said).await;
    if manner & DRIPS != 0 {
        for byte in words.iter().take(1_800) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let _ = writer.write_all(&[*byte]).await;
        }
    } else {
        let _ = writer.write_all(&words).await;
    }
    if manner & HANGS_UP != 0 {
        let _ = writer.shutdown().await;
    }
    let _ = listening.await;
}

async fn converse(stream: DuplexStream) {
    let account = Account {
        name: "post".into(),
        host: "localhost".into(),
        port: 1,
        tls: Tls::None,
        user: "u".into(),
        credential: SecretSource::Command(Vec::new()).into(),
        timeouts: Timeouts::default(),
    };
    let Ok(secret) = Secret::new(b"secret".to_vec()) else { return };
    let connection = sign_in(Box::new(stream), &account, &secret).await;
    let Some(mut connection) = said(connection) else { return };
    let c = &mut connection;
    let (first, last, asked) = (Uid(1), Uid(5), [Uid(5), Uid(1), Uid(3)]);
    let enabled = c.enable_qresync().await;
    settled(c, enabled);
    let selected = c.select("INBOX", Access::ReadWrite).await;
    settled(c, selected);
    let summaries = c.summaries(first, last).await;
    for summary in settled(c, summaries).unwrap_or_default() {
        assert!((first..=last).contains(&summary.uid), "a summary nobody asked for");
    }
    let flags = c.flags(&asked).await;
    let flags = settled(c, flags).unwrap_or_default();
    assert!(flags.iter().all(|state| asked.contains(&state.uid)), "flags nobody asked for");
    let headers = c.headers(&asked).await;
    let headers = settled(c, headers).unwrap_or_default();
    assert!(headers.iter().all(|mail| mail.bytes.len() <= 8 << 10), "a header beyond its budget");
    let bodies = c.bodies(&asked, Budget { each: 100, total: 200 }).await;
    let bodies = settled(c, bodies).unwrap_or_default();
    assert!(
        bodies.iter().all(|mail| mail.bytes.len() <= 100 && asked.contains(&mail.uid)),
        "beyond the budget"
    );
    let changes = c.changes(ModSeq(1), last).await;
    settled(c, changes);
    let status = c.status("a").await;
    settled(c, status);
    let delimiter = c.delimiter().await;
    settled(c, delimiter);
    let stored = c.add_keywords(&asked, &["x", "y"], Some(ModSeq(9))).await;
    settled(c, stored);
    for copied in [c.copy_to(&asked, "x").await, c.move_to(&asked, "x").await] {
        assert!(settled(c, copied).unwrap_or_default().len() <= asked.len(), "copies nobody asked for");
    }
    let notified = c.notify(&["a", "Entwürfe"]).await;
    settled(c, notified);
    for _ in 0..2 {
        let woken = c.wait(Duration::from_secs(15), Duration::from_secs(15)).await;
        settled(c, woken);
    }
    let selected = c.select("a", Access::ReadOnly).await;
    settled(c, selected);
    connection.logout().await;
}

/// What the call brought, if the connection is as its outcome says it must be.
fn settled<T>(connection: &Connection, outcome: Result<T, Error>) -> Option<T> {
    let broken = matches!(
        outcome,
        Err(Error::Lost { .. } | Error::Timeout { .. } | Error::Limit { .. } | Error::Malformed { .. })
    );
    assert!(!(broken && connection.is_sound()), "a broken connection says that it is sound");
    assert!(outcome.is_err() || connection.is_sound(), "a success on a broken connection");
    said(outcome)
}

/// Every error is a line that can be shown.
fn said<T>(outcome: Result<T, Error>) -> Option<T> {
    if let Err(error) = &outcome {
        let text = error.to_string();
        assert!(text.len() < 1_000 && !text.contains(char::is_control), "unfit to be shown: {text:?}");
    }
    outcome.ok()
}
