//! Properties of the guard: chunking never changes what comes out, nothing panics, memory stays bounded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::{ModSeq, Uid};
use langhals_mailbox::guard::{Breach, Caps, Framer, Literals};
use langhals_mailbox::{Access, Account, Budget, Secret, SecretSource, Timeouts, Tls, sign_in};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const OCTETS: Literals = Literals { response: 300, command: 1_000 };
const CAPS: Caps = Caps { line: 200, octets: OCTETS, literals: 4, depth: 5, text: 2_000 };

/// Everything that comes out of bytes fed in chunks of these sizes, in turn.
fn frame(input: &[u8], sizes: &[usize]) -> (Vec<u8>, Option<Breach>) {
    let mut framer = Framer::new(CAPS);
    let mut out = Vec::new();
    let mut rest = input;
    let mut sizes = sizes.iter().copied().cycle();
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(rest.len()).clamp(1, rest.len());
        let (mut chunk, after) = rest.split_at(size);
        while !chunk.is_empty() {
            match framer.feed(chunk, &mut out) {
                Ok(used) => {
                    assert!(used > 0);
                    chunk = &chunk[used..];
                }
                Err(breach) => {
                    assert_eq!(framer.feed(chunk, &mut out), Err(breach), "a breach is final");
                    return (out, Some(breach));
                }
            }
        }
        rest = after;
    }
    (out, None)
}

/// Bytes that look like IMAP more often than chance would have it.
fn imapish() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just(b"* ".to_vec()),
        Just(b"* 1 FETCH (UID 1 ".to_vec()),
        Just(b"* OK ".to_vec()),
        Just(b"* X ".to_vec()),
        Just(b"* LIST () ".to_vec()),
        Just(b"* STATUS ".to_vec()),
        Just(b"* VANISHED (EARLIER) 1:9".to_vec()),
        Just(b"OK [COPYUID 1 1:9 2:10] ".to_vec()),
        Just(b"a (MESSAGES 3".to_vec()),
        Just(b"FLAGS (\\Seen)".to_vec()),
        Just(b"INTERNALDATE NIL".to_vec()),
        Just(b"BODY[] ".to_vec()),
        Just(b"X-NEW ".to_vec()),
        Just(b"[ALERT]".to_vec()),
        Just(b"{3}\r\n".to_vec()),
        Just(b"{0}\r\n".to_vec()),
        Just(b"{299}\n".to_vec()),
        Just(b"\"a\\\"b\"".to_vec()),
        Just(b"\"".to_vec()),
        Just(b"(".to_vec()),
        Just(b")".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just("ü".as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..6),
    ];
    proptest::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunking_never_changes_the_output(
        input in imapish(),
        sizes in proptest::collection::vec(1_usize..40, 1..8),
    ) {
        prop_assert_eq!(frame(&input, &sizes), frame(&input, &[usize::MAX]));
    }

    #[test]
    fn what_comes_out_is_safe_for_the_parser(input in imapish()) {
        let (out, _) = frame(&input, &[usize::MAX]);
        // The parser must end on every prefix of responses with a value, an error or "more", never a panic.
        let mut rest: &[u8] = &out;
        while let Ok((after, _)) = async_imap::imap_proto::Response::parse(rest) {
            prop_assert!(after.len() < rest.len());
            rest = after;
        }
        // No more comes out than went in, but for a literal's header and a line end here and there.
        prop_assert!(out.len() <= input.len() * 4 + 4);
    }

    #[test]
    fn random_bytes_never_panic(input in proptest::collection::vec(any::<u8>(), 0..600)) {
        let (out, _) = frame(&input, &[7, 1, 90]);
        let _ = async_imap::imap_proto::Response::parse(&out);
    }
}

/// Responses, each with literals of these sizes, in bodies or in what nobody uses.
fn responses(responses: &[Vec<usize>], name: &str) -> Vec<u8> {
    let literal = |size: &usize| format!("{name} {{{size}}}\r\n{} ", "x".repeat(*size));
    let response = |sizes: &Vec<usize>| {
        format!("* 1 FETCH ({}UID 1)\r\n", sizes.iter().map(literal).collect::<String>())
    };
    responses.iter().map(response).collect::<String>().into_bytes()
}

/// What the guard must say of such responses to a command that expects so many octets.
fn verdict(responses: &[Vec<usize>], expected: Literals) -> Option<Breach> {
    let mut command = 0;
    for sizes in responses {
        let mut response = 0;
        for (at, size) in sizes.iter().enumerate() {
            (response, command) = (response + *size as u64, command + *size as u64);
            if response > expected.response.min(OCTETS.response) {
                return Some(Breach::Literal);
            }
            if command > expected.command.min(OCTETS.command) {
                return Some(Breach::Octets);
            }
            if at + 1 > CAPS.literals {
                return Some(Breach::Literals);
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_budget_of_octets_is_exact_and_every_command_has_its_own(
        commands in proptest::collection::vec(
            (
                proptest::collection::vec(proptest::collection::vec(0_usize..120, 0..6), 0..9),
                (0_u64..500, 0_u64..1_500),
            ),
            1..4,
        ),
        used in any::<bool>(),
    ) {
        let mut framer = Framer::new(Caps { line: 4_000, text: 40_000, ..CAPS });
        for (replies, (response, command)) in commands {
            let expected = Literals { response, command };
            framer.expect(expected);
            let (bytes, mut out, mut fed) = (responses(&replies, if used { "BODY[]" } else { "X" }), Vec::new(), 0);
            let mut breach = None;
            while fed < bytes.len() && breach.is_none() {
                match framer.feed(&bytes[fed..], &mut out) {
                    Ok(taken) => fed += taken,
                    Err(found) => breach = Some(found),
                }
            }
            prop_assert_eq!(breach, verdict(&replies, expected));
            let octets = out.iter().map(|byte| u64::from(*byte == b'x')).sum::<u64>();
            let most = if used { command.min(OCTETS.command) } else { 0 };
            prop_assert!(octets <= most);
            if breach.is_some() {
                break;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_raving_server_never_crashes_the_client(ravings in proptest::collection::vec(imapish(), 10)) {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap()
            .block_on(rave(ravings));
    }
}

/// Signs in, then hears these bytes instead of replies, each followed by a proper one.
async fn rave(ravings: Vec<Vec<u8>>) {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let capability = |tag| format!("* CAPABILITY IMAP4rev1 CONDSTORE IDLE\r\nL{tag} OK\r\n");
        let hello = ["* OK\r\n".to_owned(), capability(1), "L2 OK\r\n".to_owned(), capability(3)].concat();
        theirs.write_all(hello.as_bytes()).await.unwrap();
        for (raving, tag) in ravings.into_iter().zip(4..) {
            let select =
                "* 9 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT 9]\r\n* OK [HIGHESTMODSEQ 9]\r\n";
            let data = if tag == 4 { select } else { "" };
            let reply =
                [raving.as_slice(), b"\r\n", data.as_bytes(), format!("L{tag} OK\r\n").as_bytes()].concat();
            let _ = theirs.write_all(&reply).await;
        }
        let _ = theirs.read_to_end(&mut Vec::new()).await;
    });
    let account = Account {
        name: "post".into(),
        host: "localhost".into(),
        port: 1,
        tls: Tls::None,
        user: "u".into(),
        credential: SecretSource::Command(Vec::new()).into(),
        timeouts: Timeouts::default(),
    };
    let secret = Secret::new(b"secret".to_vec()).unwrap();
    let mut connection = sign_in(Box::new(ours), &account, &secret).await.unwrap();
    let (first, last) = (Uid(1), Uid(5));
    let _ = connection.select("INBOX", Access::ReadWrite).await;
    let all = connection.summaries(first, last).await.unwrap_or_default();
    assert!(all.iter().all(|summary| (first..=last).contains(&summary.uid)));
    let bodies =
        connection.bodies(&[first, last], Budget { each: 100, total: 200 }).await.unwrap_or_default();
    assert!(bodies.len() <= 2 && bodies.iter().all(|mail| mail.bytes.len() <= 100));
    let mails = [first, Uid(3), last];
    let tight = connection.bodies(&mails, Budget { each: 100, total: 150 }).await.unwrap_or_default();
    assert!(tight.iter().map(|mail| mail.bytes.len()).sum::<usize>() <= 150);
    let _ = connection.add_keywords(&[first, last], &["x"], None).await;
    let _ = connection.changes(ModSeq(1), last).await;
    let copied = connection.copy_to(&[first, last], "x").await.unwrap_or_default();
    assert!(copied.len() <= 2);
    let _ = connection.status("a").await;
    let _ = connection.delimiter().await;
    let _ = connection.wait(Timeouts::default().done, Timeouts::default().done).await;
}

#[test]
fn caps_are_exact() {
    let lines = |length: usize| format!("* OK {}\r\n", "a".repeat(length - 6)).into_bytes();
    assert_eq!(frame(&lines(199), &[3]).1, None);
    assert_eq!(frame(&lines(202), &[3]).1, Some(Breach::Line));
    let literal = |size: usize| format!("* 1 FETCH (X {{{size}}}\r\n").into_bytes();
    assert_eq!(frame(&literal(300), &[3]).1, None);
    assert_eq!(frame(&literal(301), &[3]).1, Some(Breach::Literal));
    let halves = b"* 1 FETCH (X {200}\r\n"
        .iter()
        .chain(&[b'x'; 200])
        .chain(b" X {100}\r\n")
        .copied()
        .collect::<Vec<_>>();
    assert_eq!(frame(&halves, &[3]).1, None);
    let whole = [halves.as_slice(), &[b'x'; 100], b")\r\n"].concat();
    assert_eq!(frame(&[whole.as_slice(), b"* X {1}\r\n"].concat(), &[3]).1, None);
    let response = [whole.strip_suffix(b")\r\n").unwrap(), b" X {1}\r\n"].concat();
    assert_eq!(frame(&response, &[3]).1, Some(Breach::Literal));
    let dropped = |count: usize| [b"* X {100}\r\n".as_slice(), &[b'x'; 100], b"\r\n"].concat().repeat(count);
    assert_eq!(frame(&dropped(10), &[3]).1, None);
    assert_eq!(frame(&dropped(11), &[3]).1, Some(Breach::Octets));
    assert_eq!(frame(&b"* OK hm\r\n".repeat(222), &[3]).1, None);
    assert_eq!(frame(&b"* OK hm\r\n".repeat(223), &[3]).1, Some(Breach::Text));
}

#[test]
fn a_literal_after_a_status_is_no_response_of_its_own() {
    let input = b"* STATUS {1}\r\na (MESSAGES 3) {19}\r\n* 1 FETCH (X a\r\n)\r\n\r\n* OK fine\r\n";
    assert_eq!(frame(input, &[1]), (b"* STATUS {1}\r\na (MESSAGES 3)\r\n* OK fine\r\n".to_vec(), None));
}

#[test]
fn literals_of_dropped_responses_are_dropped_whole() {
    let input = b"* X {7}\r\n\r\n* OK \"{3}\r\nabc)\r\n* OK fine\r\n";
    assert_eq!(frame(input, &[1]), (b"* OK fine\r\n".to_vec(), None));
}
