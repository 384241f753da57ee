//! Scripted protocol dialogs: `tests/dialogs/*.txt` are played by a server in this process against the real client.
//!
//! ```text
//!   caps: IMAP4rev1 IDLE    the server signs the client in, and offers this
//!   user: / password:       who signs in (u, secret)
//!   token: auto             the password is an access token, and shown by this mechanism
//!   do: select INBOX        the client does this …
//!   = validity 7 …          … and this comes of it
//!   C: L4 SELECT "INBOX"    the server demands this line
//!   S: * 3 EXISTS           the server sends this line
//!   R: * OK \xfc\r\n        the server sends these bytes
//!   N: 5000 text            the server sends these bytes so many times
//!   D: 90 text              the server sends these bytes one at a time, so many times, a second apart
//!   K: 200 text             the server sends these bytes 2,048 times a second, for so many seconds
//!   E:                      the server ends the stream; where the script ends, it falls silent instead
//! ```
//!
//! Time is virtual: a minute of silence takes none.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;
use std::time::Duration;

use langhals_mailbox::*;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use domain::{ModSeq, Uid};

#[derive(Default)]
struct Dialog {
    name: String,
    caps: Option<String>,
    user: String,
    password: String,
    token: Option<String>,
    server: VecDeque<(char, String)>,
    client: Vec<(String, String)>,
}

fn read(path: &Path) -> Dialog {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut dialog = Dialog { name, user: "u".into(), password: "secret".into(), ..Dialog::default() };
    for line in fs::read_to_string(path).unwrap().lines().filter(|line| !line.starts_with('#')) {
        let (key, rest) = line.split_at(line.find([':', '=']).map_or(line.len(), |at| at + 1));
        let rest = rest.strip_prefix(' ').unwrap_or(rest).to_owned();
        match key {
            "" => {}
            "caps:" => dialog.caps = Some(rest),
            "user:" => dialog.user = rest,
            "password:" => dialog.password = rest,
            "token:" => dialog.token = Some(rest),
            "do:" => dialog.client.push((rest, String::new())),
            "=" => dialog.client.last_mut().unwrap().1 = rest,
            "C:" | "S:" | "R:" | "N:" | "D:" | "K:" | "E:" => {
                dialog.server.push_back((key.chars().next().unwrap(), rest));
            }
            other => panic!("{}: what is {other}", dialog.name),
        }
    }
    if let Some(caps) = &dialog.caps {
        let sign_in = [
            ('S', "* OK ready".to_owned()),
            ('C', "L1 CAPABILITY".to_owned()),
            ('S', format!("* CAPABILITY {caps}")),
            ('S', "L1 OK done".to_owned()),
            ('C', format!("L2 LOGIN \"{}\" \"{}\"", dialog.user, dialog.password)),
            ('S', "L2 OK welcome".to_owned()),
            ('C', "L3 CAPABILITY".to_owned()),
            ('S', format!("* CAPABILITY {caps}")),
            ('S', "L3 OK done".to_owned()),
        ];
        sign_in.into_iter().rev().for_each(|step| dialog.server.push_front(step));
    }
    dialog
}

async fn serve(name: String, script: VecDeque<(char, String)>, stream: DuplexStream) {
    let mut stream = BufReader::new(stream);
    for (step, text) in script {
        let bytes = match step {
            'C' => {
                let mut line = Vec::new();
                stream.read_until(b'\n', &mut line).await.unwrap();
                let line = String::from_utf8_lossy(&line).into_owned();
                assert_eq!(line.trim_end_matches("\r\n"), text, "{name}: the client said something else");
                continue;
            }
            'S' => format!("{text}\r\n").into_bytes(),
            'R' => unescape(&text),
            'N' => {
                let (count, text) = text.split_once(' ').unwrap();
                unescape(text).repeat(count.parse().unwrap())
            }
            'D' => {
                let (count, text) = text.split_once(' ').unwrap();
                for byte in unescape(text).repeat(count.parse().unwrap()) {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
                continue;
            }
            'K' => {
                let (count, text) = text.split_once(' ').unwrap();
                for _ in 0..count.parse().unwrap() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    if stream.write_all(&unescape(text).repeat(2048)).await.is_err() {
                        return;
                    }
                }
                continue;
            }
            _ => return,
        };
        // A client that has had enough may be gone.
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    let rest = String::from_utf8_lossy(&rest).into_owned();
    assert!(rest.is_empty(), "{name}: the client went on with {rest:?}");
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match (byte, byte == b'\\').1.then(|| bytes.next().unwrap()) {
            None => byte,
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b'x') => {
                let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
            }
            Some(other) => other,
        });
    }
    out
}

async fn act(connection: &mut Connection, what: &str) -> String {
    let words: Vec<&str> = what.split(' ').collect();
    let number = |at: usize| words[at].parse::<u32>().unwrap();
    let uids = |at: usize| words[at].split(',').map(|uid| Uid(uid.parse().unwrap())).collect::<Vec<_>>();
    let since = |at: usize| words.get(at).map(|modseq| ModSeq(modseq.parse().unwrap()));
    let seconds = |at: usize| Duration::from_secs(number(at).into());
    match words[0] {
        "select" => show(connection.select(words[1], Access::ReadWrite).await, show_selected),
        "examine" => show(connection.select(words[1], Access::ReadOnly).await, show_selected),
        "summaries" => {
            show(connection.summaries(Uid(number(1)), Uid(number(2))).await, |all| list(&all, show_summary))
        }
        "flags" => show(connection.flags(&uids(1)).await, |all| list(&all, show_flags)),
        "qresync" => show(connection.enable_qresync().await, |enabled| enabled.to_string()),
        "changes" => show(connection.changes(since(1).unwrap(), Uid(number(2))).await, |changes| {
            show_changes(&changes)
        }),
        "bodies" => {
            let each = words.get(2).map_or(1 << 20, |_| number(2));
            let total = words.get(3).map_or(1 << 22, |_| number(3).into());
            show(connection.bodies(&uids(1), Budget { each, total }).await, |all| list(&all, show_message))
        }
        "sections" => {
            let wanted: Vec<_> = words[4..].iter().map(|word| (section(word), number(2))).collect();
            show(connection.sections(&uids(1), &wanted, number(3).into()).await, |all| show_pieces(&all))
        }
        "delimiter" => show(connection.delimiter().await, |delimiter| format!("{delimiter:?}")),
        "create" => show(connection.create(words[1]).await, |()| "done".to_owned()),
        "status" => show(connection.status(words[1]).await, |status| format!("{status:?}")),
        "move" => show(connection.move_to(&uids(1), words[2]).await, |all| list(&all, show_copied)),
        "copy" => show(connection.copy_to(&uids(1), words[2]).await, |all| list(&all, show_copied)),
        "expunge" => show(connection.expunge(&uids(1)).await, |()| "done".to_owned()),
        "notify" => show(connection.notify(&words[1..]).await, |()| "done".to_owned()),
        "headers" => show(connection.headers(&uids(1)).await, |all| list(&all, show_message)),
        "add" => show(
            connection.add_keywords(&uids(2), &words[1].split('+').collect::<Vec<_>>(), since(3)).await,
            |stored| format!("{stored:?}"),
        ),
        "remove" => show(connection.remove_keyword(&uids(2), words[1], since(3)).await, |stored| {
            format!("{stored:?}")
        }),
        "wait" => show(connection.wait(seconds(1), seconds(2)).await, |wake| format!("{wake:?}")),
        other => panic!("what is {other}"),
    }
}

fn show<T>(result: Result<T, Error>, show: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => show(value),
        Err(error) if error.is_temporary() => format!("temporary: {error}"),
        Err(error) => format!("error: {error}"),
    }
}

fn show_selected(selected: Selected) -> String {
    let Selected { uid_validity, uid_next, uid_next_told: _, highest_modseq, exists, read_only, keywords } =
        selected;
    let modseq = highest_modseq.map_or("none".to_owned(), |modseq| modseq.to_string());
    let access = if read_only { "read-only" } else { "read-write" };
    let any = if keywords.any_new { " any" } else { "" };
    format!(
        "validity {uid_validity} next {uid_next} modseq {modseq} exists {exists} {access} {:?}{any}",
        keywords.known
    )
}

fn list<T>(all: &[T], show: fn(&T) -> String) -> String {
    all.iter().map(show).collect::<Vec<_>>().join("; ")
}

fn show_summary(summary: &Summary) -> String {
    let arrived = summary.arrived.map_or("never".to_owned(), |at| at.to_string());
    let modseq = summary.modseq.map_or("-".to_owned(), |modseq| modseq.to_string());
    format!("{} {:?} {modseq} {} {arrived}", summary.uid, summary.flags, summary.size)
}

fn show_flags(state: &FlagState) -> String {
    let modseq = state.modseq.map_or("-".to_owned(), |modseq| modseq.to_string());
    format!("{} {:?} {modseq}", state.uid, state.flags)
}

fn show_changes(changes: &Changes) -> String {
    let changed = changes.changed.as_ref().map_or("too many".to_owned(), |all| list(all, show_flags));
    format!("{changed} | vanished {:?}", changes.vanished)
}

fn show_copied(copied: &Copied) -> String {
    format!("{} to {} of {}", copied.from, copied.to, copied.validity)
}

/// `HEADER`, `1.MIME`, `1.2<0>`
fn section(word: &str) -> Section {
    let path = |text: &str| text.split('.').map(|number| number.parse().unwrap()).collect();
    match (word.strip_suffix(".MIME"), word.strip_suffix('>').and_then(|word| word.split_once('<'))) {
        (Some(part), _) => Section::Mime(path(part)),
        (None, Some((part, from))) => Section::Content(path(part), from.parse().unwrap()),
        (None, None) => Section::Header,
    }
}

fn show_pieces(all: &BTreeMap<Uid, Pieces>) -> String {
    let piece = |(section, bytes): (&Section, &Option<Vec<u8>>)| {
        format!("{section:?} {:?}", bytes.as_deref().map(String::from_utf8_lossy))
    };
    let one = |(uid, pieces): (&Uid, &Pieces)| {
        format!("{uid} {}", pieces.iter().map(piece).collect::<Vec<_>>().join(", "))
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn show_message(message: &RawMessage) -> String {
    if message.bytes.len() > 1000 {
        return format!("{} {} bytes", message.uid, message.bytes.len());
    }
    let more = if message.partial { "…" } else { "" };
    format!("{} {:?}{more}", message.uid, String::from_utf8_lossy(&message.bytes))
}

fn account(user: &str) -> Account {
    Account {
        name: "post".into(),
        host: "imap.example".into(),
        port: 993,
        tls: Tls::None,
        user: user.into(),
        credential: SecretSource::File("/unused".into()).into(),
        timeouts: Timeouts::default(),
    }
}

/// Its token server is never asked: the token is given to [`sign_in`].
fn oauth(mechanism: &str) -> OAuth {
    OAuth::new(OAuthSettings {
        token_url: TokenUrl::parse("https://unused.example/").unwrap(),
        ca_file: None,
        client_id: "unused".into(),
        client_secret: None,
        scopes: Vec::new(),
        grant: Grant::ClientCredentials,
        mechanism: if mechanism == "auto" { Mechanism::Auto } else { Mechanism::OAuthBearer },
    })
}

async fn play(dialog: Dialog) -> Vec<String> {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(serve(dialog.name.clone(), dialog.server, theirs));
    let secret = Secret::new(dialog.password.clone().into_bytes()).unwrap();
    let mut differences = Vec::new();
    let mut compare = |what: &str, expected: &str, is: String| {
        if is != expected {
            differences.push(format!("{}: {what}\n  expected {expected}\n  got      {is}", dialog.name));
        }
    };
    let mut account = account(&dialog.user);
    if let Some(mechanism) = &dialog.token {
        account.credential = oauth(mechanism).into();
    }
    let connected = sign_in(Box::new(ours), &account, &secret).await;
    let mut actions = dialog.client.into_iter();
    match connected {
        Err(error) => {
            let (what, expected) = actions.next().unwrap_or_default();
            assert!(what == "connect", "{}: {error}", dialog.name);
            compare(&what, &expected, show(Err::<(), _>(error), |()| String::new()));
        }
        Ok(mut connection) => {
            for (what, expected) in actions {
                let is = match what.as_str() {
                    "connect" => format!("{:?} {:?}", connection.server().greeting, connection.server().name),
                    what => act(&mut connection, what).await,
                };
                compare(&what, &expected, is);
            }
        }
    }
    server.await.unwrap();
    differences
}

#[tokio::test(start_paused = true)]
async fn every_dialog_ends_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogs");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 40, "only {} dialogs", paths.len());
    let mut differences = Vec::new();
    for path in paths {
        differences.extend(play(read(&path)).await);
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_future_leaves_the_connection_unusable() {
    let script = "caps: IMAP4rev1\nC: L4 NOOP\n";
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dropped.txt");
    fs::write(&path, script).unwrap();
    let dialog = read(&path);
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(serve(dialog.name, dialog.server, theirs));
    let secret = Secret::new(b"secret".to_vec()).unwrap();
    let mut connection = sign_in(Box::new(ours), &account("u"), &secret).await.unwrap();
    let second = Duration::from_secs(1);
    assert!(tokio::time::timeout(second * 2, connection.wait(second, second)).await.is_err());
    let again = connection.flags(&[Uid(1)]).await.unwrap_err();
    assert!(matches!(again, Error::Lost { .. }), "{again}");
}

/// Signs in to a server that then says `* OK hm` a hundred times a second, whatever it is told; `first` precedes it.
async fn with_a_server_that_never_pauses(first: &'static [u8]) -> Connection {
    let dialog = Dialog { caps: Some("IMAP4rev1 IDLE".into()), ..Dialog::default() };
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let hello = format!(
            "* OK\r\n* CAPABILITY {0}\r\nL1 OK\r\nL2 OK\r\n* CAPABILITY {0}\r\nL3 OK\r\n",
            dialog.caps.unwrap()
        );
        theirs.write_all(hello.as_bytes()).await.unwrap();
        theirs.write_all(first).await.unwrap();
        while theirs.write_all(b"* OK hm\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let secret = Secret::new(b"secret".to_vec()).unwrap();
    sign_in(Box::new(ours), &account("u"), &secret).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_pauses_meets_the_time_limit() {
    let mut connection = with_a_server_that_never_pauses(b"").await;
    let begin = tokio::time::Instant::now();
    let error = connection.flags(&[Uid(1)]).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    let (took, limit) = (begin.elapsed(), Timeouts::default().command);
    assert!((limit..limit + Duration::from_secs(1)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_pauses_ends_no_idle_late() {
    let mut connection = with_a_server_that_never_pauses(b"+ idling\r\n").await;
    let begin = tokio::time::Instant::now();
    let minute = Duration::from_mins(1);
    let error = connection.wait(minute, minute).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    let (took, limit) = (begin.elapsed(), minute + Timeouts::default().done);
    assert!((limit..limit + Duration::from_secs(1)).contains(&took), "{took:?}");
}

#[test]
fn connections_move_between_threads() {
    fn is_send(_: impl Send) {}
    is_send(|account: Account| is_send(connect(&account)));
    is_send(|connection: Connection| is_send(a_session(connection)));
}

async fn a_session(mut connection: Connection) {
    let _ = connection.select("INBOX", Access::ReadWrite).await;
    let _ = connection.summaries(Uid(1), Uid(2)).await;
    let _ = connection.bodies(&[Uid(1)], Budget { each: 1, total: 1 }).await;
    let _ = connection.move_to(&[Uid(1)], "x").await;
    let _ = connection.changes(ModSeq(1), Uid(1)).await;
    let _ = connection.notify(&["x"]).await;
    let _ = connection.add_keywords(&[Uid(1)], &["x"], None).await;
    let _ = connection.wait(Duration::ZERO, Duration::ZERO).await;
    connection.logout().await;
}
