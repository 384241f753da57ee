//! What holds for any input: no panic, clean results, and the same message from a record and from its mail.

use langhals_parse::{self as parse, Draft, composed};
use proptest::prelude::*;
use std::fmt::Write as _;

const SEEDS: [&str; 5] = [
    include_str!("fixtures/signed-opaque-ber.eml"),
    include_str!("fixtures/signed-clear.eml"),
    "From: =?utf-8?Q?M=C3?= =?utf-8?Q?=BCller?= <m@example.org>\nReferences: <a@x> <b@x>\nReceived: from a by b; Mon, 2 Mar 2026 09:14:00 +0100\nSubject: WG: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n<p style='display:none'>a</p><blockquote>b &uuml;</blockquote><!-- c -->d\n--b\nContent-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b.pdf\nContent-Transfer-Encoding: base64\n\nQUJD\n--b\nContent-Type: message/rfc822\n\nSubject: y\n\nz\n--b--\n",
    "Subject: Re: x\nContent-Type: text/plain; format=flowed; delsp=yes\nContent-Transfer-Encoding: quoted-printable\n\nneu =C3=BC \nAm 2.3.2026 um 9:14 schrieb A <a@x>:\n> alt\n-- \nTel. 030 12345\n",
    "Subject: WG: x\n\ns. u.\n\nVon: A\nGesendet: Montag\nAn: B\nBetreff: WG: y\n\nalt\n\n-----Original Message-----\nFrom: C\nSubject: z\n\n>> älter\n",
];

/// Lines that mails are made of, so that random bodies meet the rules.
fn body() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        3 => "[a-zäöüßA-Z0-9 ,.?]{0,60}",
        1 => Just(String::new()),
        1 => "> [a-z ]{0,20}",
        1 => prop::sample::select(vec![
            "Mit freundlichen Grüßen", "-- ", "Tel. 030 123456", "Az. 12-345", "Von: A <a@example.org>", "Gesendet: Montag",
            "An: Amt", "Betreff: WG: Antrag", "-----Original Message-----", "Am 2.3.2026 um 9:14 schrieb A <a@example.org>:",
            "zuständigkeitshalber", "s. u.", "nur zur Kenntnis", "Gesendet von meinem iPhone", "PS: Danke",
            "Diese E-Mail enthält vertrauliche Informationen.", "Anfang der weitergeleiteten Nachricht:",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(line, 0..20).prop_map(|lines| lines.join("\n"))
}

fn subject() -> impl Strategy<Value = String> {
    ("(Re: |WG: |AW: |Fwd: )?", "[a-zA-ZäöüÄÖÜß0-9 ,.?–„“]{0,70}").prop_map(|(prefix, rest)| prefix + &rest)
}

/// A record as the mail that its sender's program would have made of it.
fn mail(draft: &Draft<'_>) -> String {
    let word = |text: &str| format!("=?utf-8?Q?{}?=", quoted(text));
    let mut mail = format!(
        "From: {} <{}>\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
        word(draft.from_name),
        draft.from_addr,
        word(draft.subject),
        draft.body.lines().map(quoted).collect::<Vec<_>>().join("\r\n"),
    );
    for name in draft.attachments {
        let _ = write!(
            mail,
            "--=_b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n\r\n"
        );
    }
    mail + "--=_b--\r\n"
}

fn quoted(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes()
        .map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("={byte:02X}") })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let (message, _) = parse::message(&bytes);
        prop_assert!(!message.text.contains(|c: char| c.is_control() && c != '\n'));
    }

    #[test]
    fn mutated_mails_do_no_harm(
        seed in prop::sample::select(SEEDS.to_vec()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..30),
    ) {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match kind {
                0 if !bytes.is_empty() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 if bytes.len() > 1 => { bytes.remove(at); }
                _ => { let tail = bytes.split_off(at); bytes.extend_from_slice(&tail[tail.len() / 3..]); bytes.extend(tail); bytes.truncate(50_000); }
            }
        }
        let (message, defects) = parse::message(&bytes);
        prop_assert!(!message.subject.contains(char::is_control));
        prop_assert!(!message.text.contains(|c: char| c.is_control() && c != '\n'));
        prop_assert!(!defects.contains(&domain::Defect::Unreadable));
    }

    #[test]
    fn a_record_and_its_mail_are_the_same_message(
        from_name in "[a-zA-ZäöüÄÖÜß ]{0,30}",
        subject in subject(),
        body in body(),
        attachments in prop::collection::vec("[a-zA-Z0-9_äöü-]{1,20}\\.(pdf|jpg|docx)", 0..4),
    ) {
        let draft = Draft { from_name: &from_name, from_addr: "max@example.org", subject: &subject, body: &body, attachments: &attachments, received: None };
        let known = composed(&draft);
        let (parsed, _) = parse::message(mail(&draft).as_bytes());
        prop_assert_eq!(&parsed.from, &known.from);
        prop_assert_eq!(&parsed.subject, &known.subject);
        prop_assert_eq!(&parsed.text, &known.text);
        prop_assert_eq!(&parsed.signature, &known.signature);
        prop_assert_eq!(parsed.circumstances, known.circumstances);
        let files = |message: &domain::Message| message.attachments.iter().map(|file| (file.name.clone(), file.media_type.clone())).collect::<Vec<_>>();
        prop_assert_eq!(files(&parsed), files(&known));
    }
}
