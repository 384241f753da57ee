//! A reading room without a mailbox: plausible senders and subjects, and hostile ones.

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::Class;
use langhals_web::{Answer, Explanation, Letterhead, ReadingRoom, Refused, Why};
use store::Key;

/// What the mailbox would say; a test changes what it needs.
#[derive(Debug, Default)]
pub struct Room {
    /// Whether no mailbox answers.
    pub closed: bool,
    /// What people chose on the page.
    pub corrected: Mutex<Vec<(Key, Class)>>,
}

/// Sender and subject, by UID.
const LETTERHEADS: [(&str, &str); 14] = [
    ("Sabine Kröger <s.kroeger@example.org>", "Antrag auf Wohngeld, Ihr Schreiben vom 3. November"),
    ("Mehmet Yıldız <m.yildiz@example.net>", "Rückfrage zu Aktenzeichen 32-12/0417"),
    (
        "Rechtsanwälte Voß & Partner <kanzlei@voss.example>",
        "Widerspruch gegen den Bescheid vom 2. Oktober 2026",
    ),
    ("Baubetreuung Nordpfeil GmbH <bau@nordpfeil.example>", "Bauantrag Flurstück 118/4: fehlende Unterlagen"),
    ("Ingrid Petersen <ingrid.petersen@example.org>", "Wann kann ich meinen Personalausweis abholen?"),
    (
        "Lokalanzeiger Redaktion <redaktion@lokalanzeiger.example>",
        "Presseanfrage, Antwort bitte bis Dienstag 12 Uhr",
    ),
    ("Verwaltungsgericht <poststelle@vg.example>", "Az. 4 K 211/26: Frist zur Stellungnahme"),
    ("Tobias Lindner <t.lindner@example.com>", "Wohnberechtigungsschein, zweite Nachfrage"),
    // What strangers try.
    (
        "<script>alert(1)</script> <x@evil.example>",
        "<script>document.title='gestohlen'</script><img src=x onerror=alert(1)>",
    ),
    (
        "\u{202e}tmaznanif\u{202c} <amt@evil.example>",
        "Rechnung \u{202e}fdp.exe\u{202c}\r\nBcc: alle@evil.example",
    ),
    ("\"' onmouseover=alert(1) x='\" <q@evil.example>", "{{ 7 * 7 }} ${7*7} &lt;b&gt; --> ]]> </title>"),
    ("Zalgo <z@evil.example>", "H\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}ilfe"),
    ("", ""),
    (
        "Martina Schulte-Overbeck <schulte@example.org>",
        "Kündigung der Wohnung zum Monatsende, ich brauche dringend Hilfe",
    ),
];

/// Nobody sends one so long by accident.
pub fn endless() -> String {
    "Sehr wichtig ".repeat(770)
}

pub fn letterhead(uid: u32) -> Letterhead {
    let (from, subject) = LETTERHEADS[uid as usize % LETTERHEADS.len()];
    let subject = if uid % 31 == 30 { endless() } else { subject.to_owned() };
    Letterhead { from: from.to_owned(), subject }
}

impl Room {
    fn refused(&self) -> Result<(), Refused> {
        let sentence = "cannot reach imap.amt.example:993: no answer within 30 s".to_owned();
        if self.closed { Err(Refused { why: Why::Unreachable, sentence }) } else { Ok(()) }
    }
}

impl ReadingRoom for Room {
    fn letterheads(&self, keys: Vec<Key>) -> Answer<'_, BTreeMap<Key, Letterhead>> {
        Box::pin(async move {
            self.refused()?;
            let known = |key: Key| {
                let letterhead = letterhead(key.uid.0);
                (key, letterhead)
            };
            // One mailbox does not answer today.
            Ok(keys.into_iter().filter(|key| key.folder.mailbox != "sozialamt").map(known).collect())
        })
    }

    fn explain(&self, _: Key) -> Answer<'_, Explanation> {
        Box::pin(async move {
            self.refused()?;
            Err(Refused { why: Why::Gone, sentence: "there is no such message any more".to_owned() })
        })
    }

    fn correct(&self, key: Key, class: Class) -> Answer<'_, ()> {
        Box::pin(async move {
            self.refused()?;
            self.corrected.lock().unwrap().push((key, class));
            Ok(())
        })
    }
}
