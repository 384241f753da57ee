//! What is put together of a mail's pieces reads as the whole mail does.

use std::fmt::Write as _;

use domain::Message;

use super::*;
use crate::multipart;
use crate::transfer::to_base64;

/// A server that has this mail: what it says to a want, as RFC 3501 (6.4.5) wishes.
fn answer(mail: &[u8], want: &Want) -> Option<Vec<u8>> {
    let (mut head, mut content) = headers::split(mail);
    for at in &want.path {
        let part = part_of(head, false);
        let boundary = part.boundary.filter(|_| part.media_type.starts_with("multipart/"))?;
        let entity = *multipart::parts(content, boundary.as_bytes(), 1_000).0.get(*at as usize - 1)?;
        (head, content) = headers::split(entity);
    }
    let (bytes, from) = match want.piece {
        Piece::Header => ([head, b"\r\n"].concat(), 0),
        Piece::Content { from } => (content.to_vec(), from),
    };
    Some(bytes.into_iter().skip(from).take(want.octets).collect())
}

/// What a server makes of a want and of the right answer to it.
type Lie<'l> = dyn Fn(Want, Option<Vec<u8>>) -> Option<(Want, Option<Vec<u8>>)> + 'l;

/// What comes of asking for what is wanted, and how many octets that took.
fn gathered(mail: &[u8]) -> (Option<Gathered>, usize) {
    gathered_with(mail, 2 << 20, |want, answer| Some((want, answer)))
}

fn gathered_with<'m>(
    mail: &'m [u8],
    room: usize,
    lie: impl Fn(Want, Option<Vec<u8>>) -> Option<(Want, Option<Vec<u8>>)> + 'm,
) -> (Option<Gathered>, usize) {
    let mut octets = 0;
    let mut ask = |wants: Vec<Want>| -> Vec<(Want, Option<Vec<u8>>)> {
        assert!(wants.len() <= 15, "a response holds no more");
        let answers = wants.into_iter().filter_map(|want| {
            let found = answer(mail, &want);
            lie(want, found)
        });
        let answers: Vec<_> = answers.collect();
        octets += answers.iter().map(|(_, answer)| answer.as_ref().map_or(0, Vec::len)).sum::<usize>();
        answers
    };
    let mut answers = ask(Outline::first()).into_iter();
    let header = answers.next().and_then(|(_, answer)| answer).unwrap_or_default();
    let Some(mut outline) = Outline::new(&header, mail.len(), room) else { return (None, octets) };
    answers.for_each(|(want, answer)| outline.learn(&want, answer.as_deref()));
    for _ in 0..100 {
        let wants = outline.wants();
        if wants.is_empty() {
            return (outline.mail(), octets);
        }
        for (want, answer) in ask(wants) {
            outline.learn(&want, answer.as_deref());
        }
    }
    panic!("it never has enough");
}

const TOP: &str = "From: Erika Beispiel <e@example.org>\r\nTo: amt@example.org\r\nSubject: Antrag\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n";
const TEXT: &str = "Content-Type: text/plain; charset=utf-8\r\n\r\nBitte antworten Sie bis zum 24.12.2026, Az. 12-345/26.\r\n";
const HTML: &str = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Gr=C3=BC=\r\n=C3=9Fe vom <b>Amt</b></p>\r\n";

fn multi(subtype: &str, boundary: &str, parts: &[&str]) -> String {
    let mut out =
        format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\nFor old programs.\r\n");
    for part in parts {
        let _ = write!(out, "\r\n--{boundary}\r\n{part}");
    }
    out + &format!("\r\n--{boundary}--\r\n")
}

fn base64(header: &str, octets: usize) -> String {
    let lines = to_base64(&vec![b'x'; octets]);
    let lines: Vec<&str> =
        lines.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("{header}Content-Transfer-Encoding: base64\r\n\r\n{}", lines.join("\r\n"))
}

fn file(kind: &str, name: &str, octets: usize) -> String {
    let header = format!(
        "Content-Type: {kind}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n"
    );
    base64(&header, octets)
}

fn picture(disposition: &str, octets: usize) -> String {
    let header = format!(
        "Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: {disposition}; filename=bild.png\r\n"
    );
    base64(&header, octets)
}

/// As it is read, without sizes.
fn sizeless(bytes: &[u8]) -> Message {
    let (mut message, _) = crate::message(bytes);
    message.left_out = 0;
    message.attachments.iter_mut().for_each(|attachment| attachment.size = 0);
    message
}

#[track_caller]
fn check(entity: &str) -> Message {
    let mail = format!("{TOP}{entity}");
    let (gathered, octets) = gathered(mail.as_bytes());
    let gathered = gathered.expect("it fits together");
    let read = sizeless(&gathered.bytes);
    assert_eq!(read, sizeless(mail.as_bytes()), "{}", String::from_utf8_lossy(&gathered.bytes));
    assert!(!gathered.cut);
    assert!(octets < 100_000, "{octets} octets of {}", mail.len());
    read
}

#[test]
fn texts_are_found_wherever_they_stand() {
    let pdf = file("application/pdf", "Antrag.pdf", 900_000);
    let both = multi("alternative", "alt", &[TEXT, HTML]);
    for entity in [
        multi("mixed", "b", &[TEXT, &pdf]),
        multi("mixed", "b", &[&pdf, TEXT]),
        multi("mixed", "b", &[TEXT, &pdf, HTML, &pdf]),
        multi("mixed", "b", &[&both, &pdf]),
        multi("mixed", "b", &[&pdf, &both]),
        multi("mixed", "b", &[&multi("related", "r", &[&both, &picture("inline", 20_000)]), &pdf]),
        multi("alternative", "a", &[TEXT, &multi("mixed", "m", &[HTML, &pdf])]),
    ] {
        let read = check(&entity);
        assert!(
            !read.text.is_empty() && !read.attachments.is_empty() || entity.contains("related"),
            "{read:?}"
        );
    }
    let deep = multi(
        "signed",
        "1",
        &[&multi("mixed", "2", &[&multi("alternative", "3", &[TEXT, HTML]), &pdf]), &pdf],
    );
    assert_eq!(check(&deep).attachments.len(), 1);
}

#[test]
fn attached_texts_mails_and_containers_are_read_as_before() {
    let pdf = file("application/pdf", "Bescheid.pdf", 400_000);
    let spare = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nBitte um Rückruf.";
    assert_eq!(check(&multi("mixed", "b", &[&pdf, spare])).text.trim_end(), "Bitte um Rückruf.");
    let enclosed = format!("Content-Type: message/rfc822\r\n\r\n{TOP}{TEXT}");
    check(&multi("mixed", "b", &[&enclosed, &pdf]));
    check(&multi("digest", "b", &[&format!("\r\n{TOP}{TEXT}"), &pdf]));
    let report = "Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n";
    assert!(
        check(&multi("report; report-type=delivery-status", "b", &[TEXT, report, &pdf]))
            .circumstances
            .automatic
    );
    let sealed =
        multi("encrypted", "b", &["Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", &pdf]);
    assert_eq!(check(&sealed).protection, domain::Protection::Encrypted);
    let calendar = base64("Content-Type: text/calendar\r\n", 300_000);
    assert!(check(&multi("mixed", "b", &[TEXT, &calendar])).attachments.is_empty());
    let signed = include_str!("../../tests/fixtures/signed-opaque-der.eml").replace('\n', "\r\n");
    let signed = signed.find("Content-Type:").and_then(|at| signed.get(at..)).unwrap();
    check(&multi("mixed", "b", &[signed, &pdf]));
}

#[test]
fn small_pictures_are_decoration_and_large_ones_files() {
    let related =
        |octets| multi("related", "r", &[HTML, &picture("inline", octets), &file("image/png", "b", 90_000)]);
    for (octets, files) in [(50_000, 1), (102_400, 1), (102_403, 2), (300_000, 2)] {
        assert_eq!(check(&related(octets)).attachments.len(), files, "{octets}");
    }
}

#[test]
fn a_file_as_the_whole_mail_is_its_header() {
    assert_eq!(check(&file("application/pdf", "Scan.pdf", 500_000)).attachments[0].name, "Scan.pdf");
}

#[test]
fn sizes_are_told_where_they_are_known() {
    let sizes = |parts: &[&str]| {
        let mail = format!("{TOP}{}", multi("mixed", "b", parts));
        let read = crate::message(&gathered(mail.as_bytes()).0.unwrap().bytes).0;
        (read.attachments.iter().map(|attachment| attachment.size).collect::<Vec<_>>(), read.left_out)
    };
    let one = file("application/pdf", "a.pdf", 900_000);
    let (of_one, left_out) = sizes(&[TEXT, &one]);
    assert!(of_one[0].abs_diff(900_000) < 100 && left_out > 1_200_000, "{of_one:?} {left_out}");
    let said = one.replace("attachment;", "attachment; size=900000;");
    let (of_two, left_out) = sizes(&[TEXT, &said, &one]);
    assert_eq!(of_two, [900_000, 0]);
    assert!(left_out > 2_400_000);
    assert_eq!(sizes(&[TEXT, TEXT]).1, 0);
}

#[test]
fn too_long_a_text_is_cut_and_that_is_said() {
    let long = format!("Content-Type: text/plain\r\n\r\n{}", "Wort und Wort.\r\n".repeat(200_000));
    let attached = long.replacen("plain", "plain; name=a.txt", 1);
    for (parts, most) in [(vec![long.as_str()], 1 << 20), (vec![TEXT, &attached], 256 << 10)] {
        let mail = format!("{TOP}{}", multi("mixed", "b", &parts));
        let (gathered, octets) = gathered(mail.as_bytes());
        assert!(gathered.unwrap().cut);
        assert!((most..most + 4_000).contains(&octets), "{octets}");
    }
    let many: Vec<&str> = std::iter::repeat_n(long.get(..200_000).unwrap(), 40).collect();
    let mail = format!("{TOP}{}", multi("mixed", "b", &many));
    let (gathered, octets) = gathered(mail.as_bytes());
    assert!(gathered.unwrap().cut && octets <= (2 << 20) + 40_000, "{octets}");
}

#[track_caller]
fn is_left_alone(mail: &str) {
    assert_eq!(gathered(mail.as_bytes()).0, None);
}

#[test]
fn what_does_not_fit_together_is_left_alone() {
    is_left_alone(&format!("{TOP}{TEXT}"));
    is_left_alone(&format!("{TOP}Content-Type: multipart/mixed\r\n\r\n{TEXT}"));
    is_left_alone(&format!("{TOP}Content-Type: multipart/mixed; boundary=b\r\n\r\nno part"));
    is_left_alone("\r\nno header");
    is_left_alone(&format!("{TOP}X: {}\r\n{}", "x".repeat(70_000), multi("mixed", "b", &[TEXT, HTML])));
    let long = format!("X: {}\r\n{TEXT}", "x".repeat(5_000));
    is_left_alone(&format!("{TOP}{}", multi("mixed", "b", &[&long, HTML])));
    let many: Vec<&str> = std::iter::repeat_n(TEXT, 64).collect();
    is_left_alone(&format!("{TOP}{}", multi("mixed", "b", &many)));
    let nest = |levels| {
        (0..levels).fold(TEXT.to_owned(), |inner, at| multi("mixed", &format!("b{at}"), &[&inner, HTML]))
    };
    is_left_alone(&format!("{TOP}{}", nest(5)));
    is_left_alone(&format!("{TOP}{}", nest(500)));
    check(&nest(4));
}

#[test]
fn a_server_that_tells_less_or_more_is_not_believed() {
    let pdf = file("application/pdf", "Antrag.pdf", 900_000);
    let mail = format!("{TOP}{}", multi("mixed", "b", &[TEXT, &pdf, HTML]));
    let with = |lie: &Lie<'_>| gathered_with(mail.as_bytes(), 2 << 20, lie).0;
    let header = |want: &Want, at| want.path == [at] && want.piece == Piece::Header;
    assert!(with(&|want, found| Some((want, found))).is_some());
    // An empty header for one in the middle, for the first, and for the last, whose content betrays it.
    for at in 1..=3 {
        assert_eq!(
            with(&|want, found| {
                let found = if header(&want, at) { Some(Vec::new()) } else { found };
                Some((want, found))
            }),
            None
        );
    }
    // A text that does not come.
    assert_eq!(
        with(&|want, found| {
            let found = found.filter(|_| want.piece == Piece::Header);
            Some((want, found))
        }),
        None
    );
    // Parts without an end.
    let endless = |want: Want, found: Option<Vec<u8>>| {
        Some((want, Some(found.unwrap_or_else(|| TEXT.as_bytes().to_vec()))))
    };
    assert_eq!(with(&endless), None);
    // More octets than were asked for.
    let more = |want: Want, found: Option<Vec<u8>>| Some((want, found.map(|_| vec![b'x'; 9_000_000])));
    assert_eq!(with(&more), None);
}
