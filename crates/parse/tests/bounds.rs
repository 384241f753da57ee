//! Mails that are built to hurt: nested, endless, huge. Each must be read, within bounds that do not grow with it.

use std::fmt::Write as _;

use domain::Defect;
use langhals_parse as parse;

const HEAD: &str = "From: a@example.org\nDate: Mon, 2 Mar 2026 09:14:00 +0100\n";

#[track_caller]
fn check(mail: &str, expected: &[Defect]) {
    let (message, defects) = parse::message(mail.as_bytes());
    for defect in expected {
        assert!(defects.contains(defect), "{defect} is not among {defects:?}");
    }
    assert!(message.text.len() <= 600 << 10);
    assert!(message.attachments.len() <= 100);
}

#[test]
fn nesting_is_bounded() {
    let mut multiparts = String::new();
    for level in 0..100_000 {
        let _ = write!(multiparts, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    }
    check(&format!("{HEAD}{multiparts}\nHallo"), &[Defect::TooDeep]);
    check(&format!("{HEAD}{}", "Content-Type: message/rfc822\n\n".repeat(100_000)), &[Defect::TooDeep]);
    check(
        &format!("{HEAD}{}", "Content-Type: multipart/digest; boundary=b\n\n--b\n\n".repeat(100_000)),
        &[Defect::TooManyParts],
    );
}

#[test]
fn parts_are_bounded() {
    check(
        &format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nHallo\n".repeat(100_000)),
        &[Defect::TooManyParts],
    );
    let file = "--b\nContent-Type: application/pdf\n\nx\n";
    check(
        &format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{}", file.repeat(500)),
        &[Defect::TooManyParts],
    );
}

#[test]
fn texts_and_headers_are_bounded() {
    check(&format!("{HEAD}\n{}", "Wort ".repeat(200_000)), &[Defect::TextCut]);
    check(&format!("{HEAD}Subject: {}\n\nx", "lang ".repeat(200_000)), &[Defect::HeaderCut]);
    check(&format!("{HEAD}Subject: {}\n\nx", "=?utf-8?q?a?= ".repeat(50_000)), &[Defect::HeaderCut]);
}

#[test]
fn hostile_html_is_linear() {
    for html in [
        "<div>".repeat(100_000),
        "<".repeat(1_000_000),
        "<a \"".repeat(200_000),
        "<!--".repeat(200_000),
        "<a \">\" ".repeat(100_000),
        "&a".repeat(200_000),
        "<p style=display:none>".repeat(50_000),
        "<blockquote>x".repeat(50_000),
    ] {
        check(&format!("{HEAD}Content-Type: text/html\n\n{html}"), &[]);
    }
}

#[test]
fn hostile_history_is_linear() {
    for text in
        ["Von:\n", "-----Original Message-----\nVon: a\nBetreff: WG: b\n", "> ", "am 1. schrieb\n", "| \n"]
    {
        check(&format!("{HEAD}Subject: WG: x\n\n{}", text.repeat(30_000)), &[]);
    }
}

#[test]
fn hostile_containers_are_bounded() {
    let mut mail = format!("{HEAD}Content-Type: application/pkcs7-mime\n\n").into_bytes();
    mail.extend([
        0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 0xa0, 0x80, 0x30, 0x80, 2, 1, 1, 0x31,
        0,
    ]);
    mail.extend([0x30, 0x80, 6, 1, 1, 0xa0, 0x80]);
    mail.extend([0x24, 0x80].repeat(1_000_000));
    assert!(parse::message(&mail).1.contains(&Defect::BrokenSigned));
}
