//! One large mail: what `run --once` receives of it, how long it takes, and what it takes in memory.
//!
//! ```text
//!   witness ─ APPEND ─▶ Dovecot ◀─ plain IMAP ─ Proxy (counts octets) ◀─ langhals run --once
//! ```

use anyhow::{Result, bail};
use langhals_tests::bench::{mib, mib_cell, say, seconds_cell};
use langhals_tests::chapter::{Goal, Series, Table};
use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach};
use langhals_tests::meter::{self, Whole};
use langhals_tests::mime::base64_lines;
use langhals_tests::{Dovecot, Options, Proxy};

/// How it is measured.
pub const METHOD: &str = "*A large mail*: a mailbox with one mail, whose text of 1 KiB stands before, or after, a PDF in \
    base64 of the stated size. What Langhals receives is counted between it and the server, on a plain-text port: all \
    octets of the session, protocol included.";

/// Protocol, headers and a page of text.
const SLACK: u64 = 64 * 1024;
const TEXT: &str = "Sehr geehrte Damen und Herren,\r\n\r\nhiermit beantrage ich eine Baugenehmigung f=C3=BCr ein \
    Carport auf meinem Grundst=C3=BCck, Flurst=C3=BCck 44/1. Die Bauzeichnungen liegen bei. Bitte entscheiden Sie =C3=BCber \
    meinen Antrag und teilen Sie mir das Aktenzeichen mit.\r\n\r\nMit freundlichen Gr=C3=BC=C3=9Fen\r\nErika Muster\r\n";

/// Where the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    TextFirst,
    TextLast,
}

/// What one mail took.
pub struct Large {
    megabytes: usize,
    shape: Shape,
    octets: u64,
    received: u64,
    whole: Whole,
    tags: String,
}

/// Measures mails of these sizes in MB, in both shapes.
pub fn measure(megabytes: &[usize]) -> Result<Vec<Large>> {
    let cases: Vec<(usize, Shape)> = [Shape::TextFirst, Shape::TextLast]
        .into_iter()
        .flat_map(|shape| megabytes.iter().map(move |mb| (*mb, shape)))
        .collect();
    let server = Dovecot::start(Options { users: cases.len(), ..Options::default() })?;
    cases.into_iter().enumerate().map(|(at, (mb, shape))| one(&server, at + 1, mb, shape)).collect()
}

fn one(server: &Dovecot, user: usize, megabytes: usize, shape: Shape) -> Result<Large> {
    let mail = mail(megabytes * 1_000_000, shape);
    let mut witness = server.witness(user)?;
    witness.append("INBOX", &Append::new(&mail))?;
    let proxy = Proxy::start(server.imap)?;
    let mut langhals = Langhals::new()?;
    langhals.mailbox("post", server, user, Reach::Plain(proxy.port()), "")?;
    let whole = meter::whole(&mut langhals.command(&["run", "--once"])?)?;
    if !whole.status.success() {
        bail!("langhals run --once on a mail of {megabytes} MB: {}", whole.status);
    }
    let tags: Vec<String> =
        witness.flags("INBOX")?.into_values().flatten().filter(|flag| flag.starts_with("triage-")).collect();
    let (_, received) = proxy.counts();
    say(&format!(
        "size: {megabytes} MB, {shape:?}: {received} octets received, {:.1} MiB at most",
        mib(whole.peak)
    ));
    Ok(Large { megabytes, shape, octets: mail.len() as u64, received, whole, tags: tags.join(" ") })
}

/// A mail with a PDF so large that the mail has about so many octets.
fn mail(octets: usize, shape: Shape) -> Vec<u8> {
    // Four octets of base64 for three, and a line end for every 76 of them.
    let file: Vec<u8> =
        (0..octets / 78 * 57).map(|n| (n as u32).wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let text = format!(
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{TEXT}\r\n"
    );
    let file = [
        b"--b\r\nContent-Type: application/pdf; name=\"scan0001.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
          Content-Disposition: attachment; filename=\"scan0001.pdf\"\r\n\r\n"
            .as_slice(),
        &base64_lines(&file),
        b"\r\n",
    ]
    .concat();
    let parts = match shape {
        Shape::TextFirst => [text.into_bytes(), file],
        Shape::TextLast => [file, text.into_bytes()],
    };
    let head = "From: Erika Muster <erika@example.org>\r\nTo: poststelle@stadt.example.org\r\nSubject: Ihr Schreiben\r\n\
        Date: Mon, 02 Nov 2026 09:00:00 +0100\r\nMessage-ID: <gross@example.org>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";
    [head.as_bytes(), &parts.concat(), b"--b--\r\n"].concat()
}

/// The figures as they are printed.
pub fn table(found: &[Large]) -> Table {
    let head = ["mail MB", "text", "received KiB", "of the mail %", "s", "peak MiB", "tags"];
    let mut table = Table::new("One large mail, `run --once`", &head);
    table.rows = found
        .iter()
        .map(|large| {
            let place = if large.shape == Shape::TextFirst { "before the file" } else { "behind the file" };
            vec![
                large.megabytes.to_string(),
                place.to_owned(),
                format!("{:.0}", large.received as f64 / 1024.0),
                format!("{:.2}", 100.0 * large.received as f64 / large.octets as f64),
                seconds_cell(large.whole.took),
                mib_cell(large.whole.peak),
                large.tags.clone(),
            ]
        })
        .collect();
    table
}

/// What was asked for.
pub fn goals(found: &[Large]) -> Vec<Goal> {
    let of = |shape: Shape| found.iter().filter(move |large| large.shape == shape);
    let (Some(least), Some(most)) = (of(Shape::TextFirst).next(), of(Shape::TextFirst).next_back()) else {
        return Vec::new();
    };
    let received = found.iter().map(|large| large.received).max().unwrap_or_default();
    let behind = of(Shape::TextLast).map(|large| large.tags.as_str()).find(|tags| *tags != most.tags);
    vec![
        Goal::at_most(
            &format!("peak memory of a mail of {} MB, beside one of {} MB", most.megabytes, least.megabytes),
            1.1,
            most.whole.peak as f64 / least.whole.peak as f64,
            "",
        ),
        Goal::at_most(
            "of a large mail, received beyond its text parts, at most",
            SLACK as f64 / 1024.0,
            received.saturating_sub(TEXT.len() as u64) as f64 / 1024.0,
            "KiB",
        ),
        Goal {
            what: "tags of a mail whose text stands behind the file".to_owned(),
            asked: most.tags.clone(),
            seen: behind.unwrap_or(&most.tags).to_owned(),
            met: behind.is_none(),
        },
    ]
}

/// By size of the mail, its text first.
pub fn growth(found: &[Large]) -> Vec<Series> {
    let series = |what: &str, unit: &str, cost: fn(&Large) -> f64| {
        let first = found.iter().filter(|large| large.shape == Shape::TextFirst);
        Series::new(what, "MB", unit, first.map(|large| (large.megabytes as f64, cost(large))).collect())
    };
    vec![
        series("octets received of a large mail", "KiB", |large| large.received as f64 / 1024.0),
        series("memory for a large mail", "MiB", |large| mib(large.whole.peak)),
        series("`run --once` on a large mail", "s", |large| large.whole.took.as_secs_f64()),
    ]
}

/// What is to be known beside the figures.
pub fn remarks(found: &[Large]) -> Vec<String> {
    let bare = found.iter().map(|large| large.received).min().unwrap_or_default();
    vec![format!(
        "Of a mail from 128 KiB on Langhals asks for its header, the MIME headers of its parts and the texts, never for \
         BODYSTRUCTURE, whose parser a sender could break; the smallest session above took {:.0} KiB.",
        bare as f64 / 1024.0
    )]
}
