//! The test equipment tested: servers start side by side, every sample is accepted, the proxy counts right.
#![expect(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::samples::{self, sample_mailbox};
use langhals_tests::{Act, After, Count, Dovecot, Format, Lmtp, Options, Proxy, Pymap, special};

fn dovecot(options: Options) -> Dovecot {
    Dovecot::start(options).unwrap()
}

#[test]
fn two_servers_run_side_by_side_and_keep_flags() {
    let formats = [Format::Maildir, Format::Mdbox];
    let servers =
        formats.map(|format| thread::spawn(move || dovecot(Options { format, ..Options::default() })));
    for mut server in servers.map(|starting| starting.join().unwrap()) {
        let mut witness = server.witness(1).unwrap();
        let mails = [
            Append { flags: vec!["triage-antrag", r"\Seen"], ..Append::new(b"Subject: a\r\n\r\na\r\n") },
            Append::new(b"Subject: {3}\r\n\r\nb\r\n"),
        ];
        witness.append_all("INBOX", &mails).unwrap();
        assert_eq!(witness.select("INBOX").unwrap().exists, 2);
        witness.store("2", "+FLAGS.SILENT (triage-hoch)").unwrap();
        let expected = BTreeSet::from([r"\Seen".to_owned(), "triage-antrag".to_owned()]);
        let without_recent = |flags: &BTreeSet<String>| -> BTreeSet<String> {
            flags.iter().filter(|flag| *flag != r"\Recent").cloned().collect()
        };
        let flags = witness.flags("INBOX").unwrap();
        assert_eq!(without_recent(&flags[&1]), expected);
        assert_eq!(without_recent(&flags[&2]), BTreeSet::from(["triage-hoch".to_owned()]));

        server.restart().unwrap();
        assert_eq!(server.witness(1).unwrap().flags("INBOX").unwrap().len(), 2);
        server.stop();
        assert!(server.witness(1).is_err());
    }
}

#[test]
fn folders_messages_and_moves() {
    let server = dovecot(Options::default());
    let mut witness = server.witness(2).unwrap();
    witness.create("INBOX/Antrag").unwrap();
    assert!(witness.folders().unwrap().contains("INBOX/Antrag"));
    server.deliver(2, b"Subject: ein\r\n langer\r\n\r\n.\r\n..punkt\r\n").unwrap();
    let before = witness.select("INBOX").unwrap();
    assert!(before.takes_keywords && !before.read_only && before.uid_validity > 0 && before.uid_next == 2);
    assert!(witness.message(1).unwrap().unwrap().ends_with(b"\r\n\r\n.\r\n..punkt\r\n"));
    witness.move_to("1", "INBOX/Antrag").unwrap();
    let moved = witness.headers("INBOX/Antrag", "SUBJECT").unwrap();
    assert_eq!(moved[0].header, b"Subject: ein\r\n langer\r\n\r\n");
    witness.select("INBOX/Antrag").unwrap();
    witness.expunge("1").unwrap();
    assert!(witness.flags("INBOX/Antrag").unwrap().is_empty());
    witness.select("INBOX").unwrap();
    witness.delete("INBOX/Antrag").unwrap();
    assert!(witness.select("INBOX/Antrag").is_err());
}

#[test]
fn a_folder_can_be_read_only() {
    for format in [Format::Maildir, Format::Mdbox] {
        let read_only = vec![("u1".to_owned(), "INBOX".to_owned())];
        let server = dovecot(Options { format, read_only, ..Options::default() });
        server.deliver(2, b"Subject: x\r\n\r\nx\r\n").unwrap();
        assert!(server.witness(1).unwrap().select("INBOX").unwrap().read_only, "{format:?}");
        assert!(!server.witness(2).unwrap().select("INBOX").unwrap().read_only, "{format:?}");
    }
}

#[test]
fn every_sample_is_accepted_by_append_and_lmtp() {
    let server = dovecot(Options { format: Format::Mdbox, ..Options::default() });
    let samples = sample_mailbox(580).unwrap();
    let special = special::all();
    let marked = special::marked_mail("Zebrafink77");
    let mut mails: Vec<Append<'_>> = samples
        .iter()
        .map(|(record, bytes)| Append {
            internal_date: samples::internal_date(record).ok(),
            ..Append::new(bytes)
        })
        .collect();
    mails.extend(special.iter().map(|(_, bytes)| Append::new(bytes)).chain([Append::new(&marked)]));

    let mut witness = server.witness(1).unwrap();
    witness.append_all("INBOX", &mails).unwrap();
    let kept = witness.headers("INBOX", "MESSAGE-ID SUBJECT").unwrap();
    assert_eq!(kept.len(), mails.len());
    for ((record, bytes), seen) in samples.iter().zip(&kept) {
        let header = String::from_utf8_lossy(&seen.header);
        assert!(header.contains(&samples::message_id(record)), "{}: {header}", record.id);
        assert!(std::str::from_utf8(bytes).is_err() || !bytes.contains(&0), "{}", record.id);
    }
    witness.select("INBOX").unwrap();
    assert_eq!(witness.message(1).unwrap().unwrap(), mails[0].bytes);

    let mut lmtp = Lmtp::connect(server.lmtp).unwrap();
    mails.iter().try_for_each(|mail| lmtp.deliver("absender@example.org", "u2", mail.bytes)).unwrap();
    assert_eq!(server.witness(2).unwrap().flags("INBOX").unwrap().len(), mails.len());
}

#[test]
fn pymap_keeps_no_keywords() {
    let server = match Pymap::start() {
        Ok(server) => server,
        Err(why) => return println!("skipped: {why:#}"),
    };
    let mut witness = server.witness().unwrap();
    assert!(!witness.select("INBOX").unwrap().takes_keywords);
    let uid = *witness.flags("INBOX").unwrap().first_key_value().unwrap().0;
    witness.select("INBOX").unwrap();
    witness.store(&uid.to_string(), "+FLAGS (triage-antrag)").unwrap();
    assert!(!witness.flags("INBOX").unwrap()[&uid].contains("triage-antrag"));
}

#[test]
fn the_certificate_is_what_was_asked_for() {
    for (expired_certificate, verdict) in
        [(false, "Verify return code: 0 (ok)"), (true, "certificate has expired")]
    {
        let server = dovecot(Options { expired_certificate, ..Options::default() });
        let address = format!("127.0.0.1:{}", server.imaps);
        let Ok(out) = Command::new("openssl")
            .args(["s_client", "-connect", &address, "-verify_hostname", "localhost", "-CAfile"])
            .arg(server.ca_file())
            .stdin(std::process::Stdio::null())
            .output()
        else {
            println!("skipped: openssl is not installed");
            return;
        };
        let said = String::from_utf8_lossy(&out.stdout);
        assert!(said.contains(verdict), "{said}");
    }
}

#[test]
fn samples_are_always_the_same_and_lines_end_in_crlf() {
    let samples = sample_mailbox(580).unwrap();
    let again = sample_mailbox(60).unwrap();
    for ((record, bytes), (_, same)) in samples.iter().zip(&again) {
        assert_eq!(bytes, same, "{}", record.id);
    }
    for (record, bytes) in &samples {
        let lone = bytes.windows(2).any(|pair| pair[1] == b'\n' && pair[0] != b'\r');
        let longest = bytes.split(|&byte| byte == b'\n').map(<[u8]>::len).max().unwrap_or(0);
        assert!(!lone && longest <= 999, "{}: bare line feed, or a line of {longest}", record.id);
    }
    let classes: BTreeSet<&str> = samples[..6].iter().map(|(record, _)| record.class.as_str()).collect();
    assert_eq!(classes.len(), 3, "any beginning must be a fair sample");
}

/// A server that sends back everything in upper case.
fn shouting_server() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().filter_map(Result::ok) {
            thread::spawn(move || {
                let mut buffer = [0; 1024];
                while let Ok(n @ 1..) = stream.read(&mut buffer) {
                    if stream.write_all(&buffer[..n].to_ascii_uppercase()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

/// Sends `text` through a proxy with that trigger; returns what came back before the connection ended, and how.
fn through(proxy: &Proxy, text: &[u8]) -> (Vec<u8>, Option<std::io::ErrorKind>) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(text).unwrap();
    let mut back = Vec::new();
    let mut buffer = [0; 1024];
    while back.len() < text.len() {
        match stream.read(&mut buffer) {
            Ok(0) => return (back, None),
            Ok(n) => back.extend_from_slice(&buffer[..n]),
            Err(error) => return (back, Some(error.kind())),
        }
    }
    (back, None)
}

#[test]
fn the_proxy_counts_both_ways_over_all_connections() {
    let proxy = Proxy::start(shouting_server()).unwrap();
    for _ in 0..2 {
        assert_eq!(through(&proxy, b"hallo").0, b"HALLO");
    }
    assert_eq!((proxy.counts(), proxy.connections()), ((10, 10), 2));
}

#[test]
fn the_proxy_ends_connections_at_the_byte() {
    use std::io::ErrorKind::ConnectionReset;
    for (act, ending) in [(Act::Eof, None), (Act::Cut, Some(ConnectionReset))] {
        let proxy = Proxy::start(shouting_server()).unwrap();
        proxy.arm(Count::Down, 3, act);
        let (back, how) = through(&proxy, b"hallo");
        // A reset may overtake what was sent before it.
        assert!(back == b"HAL" || (how == Some(ConnectionReset) && back.is_empty()), "{back:?}");
        assert_eq!((how, proxy.counts()), (ending, (5, 3)));
        assert_eq!(through(&proxy, b"nochmal").0, b"NOCHMAL", "a trigger fires once");
    }
}

#[test]
fn the_proxy_stalls_at_the_byte_until_it_is_cut() {
    let proxy = Proxy::start(shouting_server()).unwrap();
    proxy.arm(Count::Down, 3, Act::Stall);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).unwrap();
    stream.write_all(b"hallo").unwrap();
    let mut back = [0; 3];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"HAL");
    stream.set_nonblocking(true).unwrap();
    assert_eq!(stream.read(&mut back).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    proxy.cut_all();
    assert!(!matches!(stream.read(&mut back), Ok(1..)));
}

#[test]
fn the_proxy_calls_at_the_byte_and_goes_on() {
    let proxy = Proxy::start(shouting_server()).unwrap();
    let (say, heard) = std::sync::mpsc::channel();
    let call = move || {
        say.send(()).unwrap();
        After::Continue
    };
    proxy.arm(Count::Both, 7, Act::Call(Box::new(call)));
    assert_eq!(through(&proxy, b"hallo").0, b"HALLO");
    heard.try_recv().unwrap();
    assert_eq!(through(&proxy, b"hallo").0, b"HALLO");
}
