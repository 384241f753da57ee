//! Whole mails: what the parts of a mail come to, from bytes to message.

use domain::{Attachment, Defect, Message, Protection};
use langhals_parse as parse;

const HEAD: &str = "From: Max <max@example.org>\r\nDate: Mon, 2 Mar 2026 09:14:00 +0100\r\nSubject: Test\r\n";

fn parse(rest: &str) -> (Message, Vec<Defect>) {
    parse::message(format!("{HEAD}{rest}").replace("\r\n", "\n").as_bytes())
}

#[track_caller]
fn check_text(rest: &str, text: &str) {
    assert_eq!(parse(rest).0.text, text, "{rest}");
}

fn names(message: &Message) -> Vec<&str> {
    message.attachments.iter().map(|attachment| attachment.name.as_str()).collect()
}

#[test]
fn plain_text_is_preferred_unless_it_is_a_stub() {
    let both = |plain: &str, html: &str| {
        format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
        )
    };
    check_text(&both("plain", "<p>rich"), "plain\n");
    check_text(&both("", "<p>rich"), "rich\n");
    check_text(&both("Ihr Mailprogramm unterstützt kein HTML.", "<p>rich"), "rich\n");
    check_text(&both("See html part", "<p>rich"), "rich\n");
    check_text(&both("See html part", ""), "See html part\n");
}

#[test]
fn html_alone_is_text_too() {
    check_text("Content-Type: text/html; charset=utf-8\n\n<ul><li>eins<li>zwei</ul>", "eins\nzwei\n");
    check_text(
        "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\nHallo <img src=cid:1>\n--b\nContent-Type: image/png; name=logo.png\nContent-ID: <1>\n\nx\n--b--\n",
        "Hallo\n",
    );
}

#[test]
fn inline_texts_are_joined_in_order() {
    check_text(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\neins\n--b\nContent-Type: text/plain\n\nzwei\n--b\nContent-Type: text/plain; name=c.txt\n\ndrei\n--b--\n",
        "eins\nzwei\n",
    );
}

#[test]
fn flowed_lines_are_joined() {
    check_text(
        "Content-Type: text/plain; format=flowed\n\nIch \nbeantrage\nWohngeld.",
        "Ich beantrage\nWohngeld.\n",
    );
}

#[test]
fn transfer_encodings_are_undone() {
    check_text(
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=\n=C3=9Fe",
        "Grüße\n",
    );
    check_text(
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nR3LDvMOf\nZQ==",
        "Grüße\n",
    );
}

#[test]
fn html_quotes_are_cut_like_plain_ones() {
    for html in [
        "<p>neu</p><div class=gmail_quote><div>Am Mo., 2. März 2026 um 09:14 Uhr schrieb Max &lt;<a>m@example.org</a>&gt;:<br></div><blockquote>alt</blockquote></div>",
        "<p>neu</p><div id=divRplyFwdMsg><hr><b>Von:</b> Max<br><b>Gesendet:</b> Montag<br><b>An:</b> Amt<br><b>Betreff:</b> Test</div><div>alt</div>",
        "<p class=MsoNormal>neu</p><div><p class=MsoNormal><b>From:</b> Max<br><b>Sent:</b> Monday<br><b>To:</b> Amt<br><b>Subject:</b> Test</p></div><p class=MsoNormal>alt</p>",
        "<p>neu<div class=moz-cite-prefix>Am 02.03.26 um 09:14 schrieb Max:</div><blockquote type=cite>alt</blockquote>",
    ] {
        check_text(&format!("In-Reply-To: <1@example.org>\nContent-Type: text/html\n\n{html}"), "neu\n");
    }
}

#[test]
fn an_enclosed_mail_counts_where_it_is_handed_over() {
    let mail = |subject: &str, new: &str| {
        let bytes = format!(
            "From: a@example.org\nSubject: {subject}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{new}\n--b\nContent-Type: message/rfc822\n\nFrom: b@example.org\nSubject: Antrag\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nIch beantrage Wohngeld.\n--c\nContent-Type: application/pdf; name=x.pdf\n\nx\n--c--\n--b--\n"
        );
        parse::message(bytes.as_bytes()).0
    };
    let handed = mail("WG: Antrag", "zuständigkeitshalber");
    assert_eq!(handed.text, "zuständigkeitshalber\n\nAntrag\n\nIch beantrage Wohngeld.\n");
    assert!(handed.circumstances.handed_over && !handed.circumstances.forwarded);
    assert_eq!(names(&handed), ["", "x.pdf"]);
    assert!(mail("WG: Antrag", "").circumstances.handed_over);
    let copy = mail("WG: Antrag", "Nur zur Kenntnis.");
    assert_eq!(copy.text, "Nur zur Kenntnis.\n");
    assert!(copy.circumstances.forwarded && !copy.circumstances.handed_over);
}

#[test]
fn an_enclosed_mail_says_nothing_of_the_outer_one() {
    for inner in [
        "Content-Type: multipart/encrypted; boundary=c\n\n--c\n\nx\n--c--",
        "\n-----BEGIN PGP MESSAGE-----\n\nabc",
        "Content-Type: multipart/report; boundary=c\n\n--c\n\nx\n--c--",
        "Content-Type: multipart/signed; boundary=c\n\n--c\n\nx\n--c--",
    ] {
        let (message, _) = parse(&format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nWas ist das?\n--b\nContent-Type: message/rfc822\n\nSubject: y\n{inner}\n--b--\n"
        ));
        assert_eq!((message.protection, &*message.text), (Protection::Open, "Was ist das?\n"), "{inner}");
        assert!(!message.circumstances.automatic, "{inner}");
    }
}

#[test]
fn attachment_names_are_decoded() {
    for (header, name) in [
        ("Content-Disposition: attachment; filename=Antrag.pdf", "Antrag.pdf"),
        ("Content-Disposition: attachment; filename=\"=?utf-8?Q?Antr=C3=A4ge.pdf?=\"", "Anträge.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''Antr%C3%A4ge.pdf", "Anträge.pdf"),
        (
            "Content-Disposition: attachment; filename*0*=iso-8859-1''Antr%E4; filename*1*=ge; filename*2=.pdf",
            "Anträge.pdf",
        ),
        ("Content-Disposition: attachment; filename=\"Anträge.pdf\"", "Anträge.pdf"),
        ("Content-Disposition: attachment; filename=\"C:\\\\Scans\\\\a.pdf\"", "a.pdf"),
        ("Content-Disposition: attachment;\n filename=\"a\n b.pdf\"", "a b.pdf"),
    ] {
        let (message, _) = parse(&format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/pdf\n{header}\nContent-Transfer-Encoding: base64\n\nQUJD\n--b--\n"
        ));
        let expected =
            Attachment { name: name.to_owned(), media_type: "application/pdf".to_owned(), size: 3 };
        assert_eq!(message.attachments, [expected], "{header}");
    }
}

#[test]
fn broken_headers_are_read() {
    for (header, subject) in [
        ("Subject: Gr\u{fc}\u{df}e".as_bytes().to_vec(), "Grüße"),
        (b"Subject: Gr\xfc\xdfe".to_vec(), "Grüße"),
        (b"Subject: =?utf-8?Q?M=C3?= =?utf-8?Q?=BCller?=".to_vec(), "Müller"),
        (b"Subject: =?uft-8?B?TcO8bGxlcg==?=".to_vec(), "Müller"),
        (b"Subject: =?iso-8859-1?Q?M=C3=BCller?=".to_vec(), "Müller"),
        (b"Subject: a\rBcc: b\x00c".to_vec(), "a Bcc: b c"),
        (b"Subject: =?utf-8?Q?a=0D=0ABcc:_b=00?=".to_vec(), "a Bcc: b"),
        (b"Subject: a\n b\n\tc".to_vec(), "a b c"),
        (b"subject:x".to_vec(), "x"),
        (b"Subject: =?utf-7?Q?Gr+APwA3w-e?=".to_vec(), "Grüße"),
    ] {
        let mail = [b"From: a@example.org\n".as_slice(), &header, b"\n\nText"].concat();
        assert_eq!(parse::message(&mail).0.subject, subject, "{}", String::from_utf8_lossy(&header));
    }
}

#[test]
fn who_sent_is_read_off_the_topmost_result_and_who_is_addressed_off_to() {
    let mail = "Authentication-Results: mx.amt.example; dmarc=fail (p=none) header.from=a.example;\n spf=pass\nAuthentication-Results: forged; dmarc=pass\nSensitivity: Company-Confidential\nFrom: a@a.example\nTo: b@amt.example, c@amt.example\nCc: d@amt.example\nSubject: x\n\nhttps://amt.example/x";
    let (message, _) = parse::message(mail.as_bytes());
    assert_eq!(message.authentication.dmarc, domain::Check::Failed);
    assert_eq!(message.authentication.spf, domain::Check::Passed);
    assert!(message.circumstances.private);
    assert_eq!((message.addressed, message.recipients.len()), (2, 3));
    assert_eq!(message.links.len(), 1);
    assert_eq!(message.links[0].target, "amt.example");
    let (usual, _) = parse::message(b"Sensitivity: Normal\nFrom: a@a.example\n\nText");
    assert!(!usual.circumstances.private && usual.links.is_empty() && usual.addressed == 0);
}

#[test]
fn addresses_and_ids_are_read() {
    let (message, defects) = parse::message(
        "Received: from a by b; Tue, 3 Mar 2026 10:00:00 +0100\nReceived: from c by a; Mon, 2 Mar 2026 10:00:00 +0100\nFrom: \"=?utf-8?Q?M=C3=BCller,_Max?=\" <max@example.org>\nReply-To: other@example.org\nTo: A <a@example.org>, b@example.org\nCc: Gruppe: c@example.org;\nMessage-ID: <1@x>\nReferences: <a@x> <b@x>\nIn-Reply-To: <b@x>\nDate: Mon, 2 Mar 2026 09:14:00 +0100\nSubject: x\n\nText"
            .as_bytes(),
    );
    assert_eq!(defects, []);
    assert_eq!(
        message.from.as_ref().map(|from| (&*from.name, &*from.email)),
        Some(("Müller, Max", "max@example.org"))
    );
    assert_eq!(message.reply_to.map(|reply| reply.email).as_deref(), Some("other@example.org"));
    assert_eq!(
        message.recipients.iter().map(|to| &*to.email).collect::<Vec<_>>(),
        ["a@example.org", "b@example.org", "c@example.org"]
    );
    assert_eq!(message.message_id.as_deref(), Some("1@x"));
    assert_eq!(message.thread, ["a@x", "b@x"]);
    assert_eq!(
        message.received.map(|received| received.to_string()).as_deref(),
        Some("2026-03-03T09:00:00Z")
    );
    assert_eq!(message.sent.map(|sent| sent.to_string()).as_deref(), Some("2026-03-02T08:14:00Z"));
    assert!(message.circumstances.reply);
}

#[test]
fn circumstances_are_read_off_the_header() {
    for (header, bulk, automatic, reply) in [
        ("X: y", false, false, false),
        ("List-Id: <l.example.org>", true, false, false),
        ("List-Unsubscribe: <mailto:x@example.org>", true, false, false),
        ("Precedence: Bulk", true, false, false),
        ("Precedence: first-class", false, false, false),
        ("Auto-Submitted: auto-replied; x=y", false, true, false),
        ("Auto-Submitted: no", false, false, false),
        ("Return-Path: <>", false, true, false),
        ("Return-Path: <a@example.org>", false, false, false),
        ("In-Reply-To: <a@x>", false, false, true),
    ] {
        let found = parse(&format!("{header}\n\nText")).0.circumstances;
        assert_eq!((found.bulk, found.automatic, found.reply), (bulk, automatic, reply), "{header}");
    }
}

#[test]
fn a_delivery_report_is_automatic_and_hands_nothing_over() {
    let (message, _) = parse(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNicht zustellbar.\n--b\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\nSubject: Antrag\n\nIch beantrage Wohngeld.\n--b--\n",
    );
    assert!(message.circumstances.automatic && !message.circumstances.handed_over);
    assert_eq!(message.text, "Nicht zustellbar.\n");
}

#[test]
fn protection_is_recognised() {
    for (mail, protection, text) in [
        (
            include_str!("fixtures/signed-opaque-der.eml"),
            Protection::Signed,
            "Hiermit beantrage ich Wohngeld.\nErika Muster\n",
        ),
        (
            include_str!("fixtures/signed-opaque-ber.eml"),
            Protection::Signed,
            "Hiermit beantrage ich Wohngeld.\nErika Muster\n",
        ),
        (
            include_str!("fixtures/signed-twice.eml"),
            Protection::Signed,
            "Hiermit beantrage ich Wohngeld.\nErika Muster\n",
        ),
        (
            include_str!("fixtures/signed-clear.eml"),
            Protection::Signed,
            "Hiermit beantrage ich Wohngeld.\nErika Muster\n",
        ),
        (include_str!("fixtures/encrypted.eml"), Protection::Encrypted, ""),
        (include_str!("fixtures/encrypted-gcm.eml"), Protection::Encrypted, ""),
        (include_str!("fixtures/certs-only.eml"), Protection::Open, ""),
        (
            "Subject: x\nContent-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n\nx\n--b--",
            Protection::Encrypted,
            "",
        ),
        ("Subject: x\n\nHallo\n\n-----BEGIN PGP MESSAGE-----\n\nabc", Protection::Encrypted, ""),
        ("Subject: x\n\n> -----BEGIN PGP MESSAGE-----\nneu", Protection::Open, "neu\n"),
        (
            "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHallo\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n",
            Protection::Signed,
            "Hallo\n",
        ),
    ] {
        let (message, defects) = parse::message(mail.as_bytes());
        assert_eq!((message.protection, &*message.text), (protection, text), "{mail}");
        assert_eq!(
            defects.contains(&Defect::NoText),
            protection == Protection::Open && text.is_empty(),
            "{mail}"
        );
        assert!(!defects.contains(&Defect::BrokenSigned));
    }
}

#[test]
fn a_broken_container_is_an_attachment() {
    let (message, defects) = parse("Content-Type: application/pkcs7-mime; name=smime.p7m\n\nnonsense");
    assert_eq!(names(&message), ["smime.p7m"]);
    assert!(defects.contains(&Defect::BrokenSigned));
}

#[test]
fn defects_are_noted() {
    for (mail, expected) in [
        (b"".as_slice(), vec![Defect::NoHeaders, Defect::NoSender, Defect::NoDate, Defect::NoText]),
        (b"Nur Text.", vec![Defect::NoHeaders, Defect::NoSender, Defect::NoDate]),
        (b"Subject: x\n\nText", vec![Defect::NoSender, Defect::NoDate]),
        (
            b"From: a@example.org\nDate: Mon, 2 Mar 2026 09:14:00 +0100\nSubject: \xfc\n\n\xfc",
            vec![Defect::RawHeader, Defect::Charset],
        ),
    ] {
        assert_eq!(parse::message(mail).1, expected, "{}", String::from_utf8_lossy(mail));
    }
}

#[test]
fn a_mail_without_headers_is_text() {
    assert_eq!(parse::message(b"Nur Text.\n\nUnd noch einer.").0.text, "Nur Text.\n\nUnd noch einer.\n");
    assert_eq!(parse::message(b"From: a@example.org\rSubject: alt\r\rMac").0.text, "Mac\n");
    assert_eq!(parse::message(b"From a@example.org Mon Mar 2\nSubject: mbox\n\nText").0.subject, "mbox");
}

#[test]
fn encryption_is_seen_behind_a_banner() {
    const ENVELOPED: &str = "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQA=";
    const PGP: &str = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\nx";
    for (text, part, protection) in [
        ("[EXTERNE E-MAIL]", ENVELOPED, Protection::Encrypted),
        ("Achtung, externe Mail. Ich beantrage Wohngeld.", ENVELOPED, Protection::Open),
        ("Anbei die Unterlagen.", ENVELOPED, Protection::Open),
        ("", PGP, Protection::Encrypted),
    ] {
        let (message, _) = parse(&format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}\n--b\n{part}\n--b--\n"
        ));
        assert_eq!(message.protection, protection, "{text}");
        assert_eq!(message.text.is_empty(), protection == Protection::Encrypted, "{text}");
    }
    let html = "Content-Type: text/html\n\n<pre>-----BEGIN PGP MESSAGE-----<br>abc</pre>";
    assert_eq!(parse(html).0.protection, Protection::Encrypted);
}

#[test]
fn decoration_is_no_attachment() {
    for (kind, part, expected) in [
        ("related", "Content-Type: image/png; name=logo.png\nContent-ID: <1>", &[][..]),
        ("related", "Content-Type: image/png; name=scan.png", &["scan.png"]),
        (
            "mixed",
            "Content-Type: image/png; name=logo.png\nContent-ID: <1>\nContent-Disposition: inline",
            &[],
        ),
        ("mixed", "Content-Type: image/png; name=scan.png\nContent-Disposition: inline", &["scan.png"]),
        ("alternative", "Content-Type: text/calendar; method=REQUEST", &[]),
        ("mixed", "Content-Type: text/calendar; name=termin.ics", &["termin.ics"]),
    ] {
        let (message, _) = parse(&format!(
            "Content-Type: multipart/{kind}; boundary=b\n\n--b\nContent-Type: text/html\n\nHallo\n--b\n{part}\n\nx\n--b--\n"
        ));
        assert_eq!(names(&message), expected, "{part}");
    }
}

#[test]
fn an_attached_text_is_read_where_there_is_no_other() {
    let mail = |body: &str| {
        let rest = format!(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{body}\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=mail.txt\n\nIch beantrage Wohngeld.\n--b--\n"
        );
        parse(&rest).0
    };
    assert_eq!(mail("").text, "Ich beantrage Wohngeld.\n");
    assert_eq!(mail("Anbei.").text, "Anbei.\n");
    assert_eq!(names(&mail("")), ["mail.txt"]);
}

#[test]
fn unusual_dates_are_read() {
    for header in [
        "Received: from a by b; 18 Nov 2026 09:00 +0100",
        "Received: from a by b;\n Wed, 18 Nov 2026 09:00:00 +0100 (CET)",
        "Date: 2026-11-18T09:00:00+01:00",
    ] {
        let (message, defects) = parse::message(format!("From: a@example.org\n{header}\n\nText").as_bytes());
        let date = message.received.or(message.sent).map(|date| date.to_string());
        assert_eq!((date.as_deref(), defects), (Some("2026-11-18T08:00:00Z"), vec![]), "{header}");
    }
}

#[test]
fn an_answer_without_prefix_is_known_by_its_header() {
    let body =
        "Danke!\n\nVon: Amt <amt@example.org>\nBetreff: Ihr Antrag\n\nBitte reichen Sie alle Unterlagen ein.";
    check_text(&format!("In-Reply-To: <1@x>\n\n{body}"), "Danke!\n");
    check_text(&format!("\n{body}"), &format!("{body}\n"));
}
