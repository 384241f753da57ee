//! A reading room without a mailbox: plausible senders and subjects, and hostile ones.

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::{
    Attachment, Class, Deadline, Decision, Defect, Distribution, Facts, Flag, History, ModelId, Period,
    Priority, Raised, Reason, Subject, Tag,
};
use jiff::civil::date;
use langhals_web::{Answer, Explanation, Letterhead, ReadingRoom, Refused, Why};
use store::Key;

/// What the mailbox would say; a test changes what it needs.
#[derive(Debug, Default)]
pub struct Room {
    /// Whether no mailbox answers.
    pub closed: bool,
    /// Whether nothing can be written there.
    pub read_only: bool,
    /// Whether everything that a message says is meant to do harm.
    pub hostile: bool,
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

fn reason(subject: Subject, text: &str, weight: f64) -> Reason {
    Reason { subject, text: text.to_owned(), weight }
}

/// A message with something of everything.
pub fn explanation(uid: u32) -> Explanation {
    let flag = Subject::Flag(Flag::FehlendeAnlage.name().to_owned());
    let reasons = vec![
        reason(Subject::Class, "Wörter wie „beantrage“, „Antrag“ und „bewilligen“.", 2.41),
        reason(Subject::Class, "Wörter wie „Frage“ und „bitte um Auskunft“.", -0.83),
        reason(Subject::Priority, "Frist in 3 Tagen.", 1.5),
        reason(
            Subject::Deadline,
            "Frist am 24.11.2026 (genanntes Datum), laut „bis zum 24. November“.",
            0.92,
        ),
        reason(flag, "Der Text kündigt eine Anlage an, und es ist keine da.", 1.0),
    ];
    let facts = Facts {
        deadline: Some(Deadline {
            date: date(2026, 11, 24),
            rule: "date".to_owned(),
            phrase: "Ich bitte um Ihre Antwort bis zum 24. November 2026.".to_owned(),
            weight: 0.92,
        }),
        references: vec!["32-12/0417".to_owned(), "4 K 211/26".to_owned()],
        language: "de".to_owned(),
        flags: vec![Raised {
            flag: Flag::FehlendeAnlage,
            why: "Der Text kündigt eine Anlage an, und es ist keine da.".to_owned(),
        }],
        signs: vec![],
        periods: vec![Period {
            rule: "antrag".to_owned(),
            until: date(2027, 2, 21),
            why: "Bis 21.02.2027 über den Antrag entscheiden (§ 75 VwGO): 3 Monate ab Eingang.".to_owned(),
        }],
    };
    let attachment = |name: &str, media_type: &str, size: usize| Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size,
    };
    Explanation {
        letterhead: letterhead(uid),
        received: super::now() - jiff::SignedDuration::from_hours(26),
        present: vec![],
        decision: Decision {
            class: Distribution::<Class>::from_weights([0.93, 0.05, 0.02]),
            priority: Distribution::<Priority>::from_weights([0.8, 0.15, 0.05]),
            unsure: false,
            encrypted: false,
            facts,
            tags: vec![Tag::Antrag, Tag::Hoch, Tag::Frist],
            reasons: vec![],
            model: ModelId("standard-2026-11".to_owned()),
        },
        reasons,
        history: History { earlier: 2, applied: true, repeated: false },
        defects: vec![Defect::RawHeader],
        attachments: vec![
            attachment("Lageplan.pdf", "application/pdf", 1_480_000),
            attachment("Vollmacht.docx", "application/msword", 23_000),
        ],
    }
}

/// The same from somebody who means harm.
pub fn hostile() -> Explanation {
    let script = "<script>alert(1)</script>\u{202e}\" onerror=\"alert(2)";
    let mut explanation = explanation(8);
    explanation.letterhead = Letterhead { from: script.to_owned(), subject: script.repeat(400) };
    explanation.reasons =
        vec![reason(Subject::Class, script, f64::INFINITY), reason(Subject::Class, script, f64::NAN)];
    let facts = &mut explanation.decision.facts;
    facts.references = vec![script.to_owned(); 900];
    "\"><script>".clone_into(&mut facts.language);
    script.clone_into(&mut facts.periods[0].why);
    facts.deadline.as_mut().unwrap().phrase = script.repeat(90);
    let attachment = Attachment { name: script.to_owned(), media_type: script.to_owned(), size: usize::MAX };
    explanation.attachments = vec![attachment; 900];
    explanation
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

    fn explain(&self, key: Key) -> Answer<'_, Explanation> {
        Box::pin(async move {
            self.refused()?;
            let chosen = self.corrected.lock().unwrap().iter().rev().find(|(one, _)| *one == key).cloned();
            let explanation = if self.hostile { hostile() } else { explanation(key.uid.0) };
            let present = chosen.map_or(Tag::Antrag, |(_, class)| Tag::of_class(class));
            Ok(Explanation { present: vec![present, Tag::Hoch, Tag::Frist], ..explanation })
        })
    }

    fn correct(&self, key: Key, class: Class) -> Answer<'_, ()> {
        Box::pin(async move {
            self.refused()?;
            if self.read_only {
                let sentence = "poststelle/INBOX: the folder is read-only for this user".to_owned();
                return Err(Refused { why: Why::Impossible, sentence });
            }
            self.corrected.lock().unwrap().push((key, class));
            Ok(())
        })
    }
}
