//! Tags, threshold and reasons of the suggestion, against the contract.

mod support;

use domain::{Circumstances, Decision, Flag, History, Message, Priority, Protection, Subject, Tag};
use jiff::civil::date;
use langhals_triage::{House, Land, Policy, decide, extract, prioritise};
use support::{mail, noon, verdict};

fn decided(message: &Message, class: [f64; 3], priority: [f64; 3]) -> Decision {
    let received = noon(date(2026, 3, 11));
    let verdict = verdict(class, priority);
    let facts = extract(message, &verdict, received, &House::new(Land::NW), History::default());
    let assessment = prioritise(message, &verdict, &facts, received);
    decide(message, verdict, assessment, facts, History::default(), &Policy::default())
}

const APPLICATION: [f64; 3] = [0.9, 0.06, 0.04];
const NORMAL: [f64; 3] = [0.1, 0.8, 0.1];

#[test]
fn a_sure_class_is_a_tag_and_normal_has_none() {
    let decision = decided(&mail("Antrag", "Hiermit beantrage ich Wohngeld."), APPLICATION, NORMAL);
    assert_eq!(decision.tags, [Tag::Antrag]);
    assert!(!decision.unsure && !decision.encrypted);
    assert!(decision.reasons.iter().all(|reason| reason.subject == Subject::Deadline));
}

#[test]
fn a_statutory_period_is_a_weaker_reason_than_a_stated_deadline() {
    let decision = decided(&mail("", "Hiermit beantrage ich Wohngeld."), APPLICATION, NORMAL);
    let rules: Vec<&str> = decision.facts.periods.iter().map(|period| period.rule.as_str()).collect();
    assert_eq!(rules, ["zwischennachricht", "antrag"]);
    let about_time = decision.reasons.iter().filter(|reason| reason.subject == Subject::Deadline);
    assert!(about_time.clone().all(|reason| reason.weight < 1.0));
    assert_eq!(about_time.count(), 2);
}

#[test]
fn below_the_threshold_a_person_decides() {
    let decision = decided(&mail("", "Hallo."), [0.74, 0.2, 0.06], NORMAL);
    assert!(decision.unsure);
    assert_eq!(decision.tags, [Tag::Unsicher]);
    let at_it = decided(&mail("", "Hallo."), [0.75, 0.2, 0.05], NORMAL);
    assert_eq!(at_it.tags, [Tag::Antrag]);
}

#[test]
fn a_near_deadline_makes_high_and_says_why() {
    let decision = decided(&mail("", "Bitte antworten Sie bis zum 13.03.2026."), APPLICATION, NORMAL);
    assert_eq!(decision.tags, [Tag::Antrag, Tag::Hoch, Tag::Frist]);
    assert_eq!(decision.priority.best(), Priority::High);
    let deadline = decision.reasons.iter().find(|reason| reason.subject == Subject::Deadline).unwrap();
    assert_eq!(
        deadline.text,
        "Frist am 13.03.2026 (genanntes Datum), laut „Bitte antworten Sie bis zum 13.03.2026.“."
    );
    let priority = decision.reasons.iter().find(|reason| reason.subject == Subject::Priority).unwrap();
    assert_eq!(priority.text, "Die Frist endet 2 Tage nach dem Eingang (13.03.2026).");
}

#[test]
fn a_later_deadline_leaves_normal() {
    let decision = decided(&mail("", "Bitte antworten Sie bis zum 10.04.2026."), APPLICATION, NORMAL);
    assert_eq!(decision.tags, [Tag::Antrag, Tag::Frist]);
}

#[test]
fn what_asks_for_nothing_sets_no_deadline() {
    let decision = decided(&mail("", "Bitte bis Freitag antworten."), [0.02, 0.02, 0.96], [0.02, 0.08, 0.9]);
    assert_eq!(decision.facts.deadline, None);
    assert_eq!(decision.tags, [Tag::Sonstiges, Tag::Niedrig]);
}

#[test]
fn an_encrypted_mail_is_for_a_person() {
    let message = Message { protection: Protection::Encrypted, ..mail("Frist bis 12.03.", "") };
    let decision = decided(&message, APPLICATION, [0.1, 0.2, 0.7]);
    assert!(decision.unsure && decision.encrypted);
    assert_eq!(decision.tags, [Tag::Unsicher, Tag::Hoch, Tag::Frist, Tag::Verschluesselt]);
    let plain =
        decided(&Message { subject: "Unterlagen".to_owned(), ..message }, APPLICATION, [0.0, 0.1, 0.9]);
    assert_eq!(plain.tags, [Tag::Unsicher, Tag::Verschluesselt]);
}

#[test]
fn a_personal_mail_is_for_a_person_and_nothing_of_its_text_counts() {
    let open = mail("Persönlich: Frau Weber", "Bitte antworten Sie bis zum 12.03., Az. 7654/8.");
    let message = langhals_triage::unopened(open, &House::new(Land::NW));
    let decision = decided(&message, APPLICATION, NORMAL);
    assert_eq!(decision.tags, [Tag::Unsicher]);
    assert!(decision.facts.deadline.is_none() && decision.facts.references.is_empty());
    assert_eq!(decision.facts.flags[0].flag, Flag::Persoenlich);
    assert_eq!(
        decision.reasons[0].text,
        "Bitte sichten: Die Nachricht ist persönlich oder vertraulich, ihr Text wurde nicht gelesen."
    );
}

#[test]
fn a_mail_with_nothing_but_an_attachment_is_for_a_person() {
    let attachments = vec![domain::Attachment { name: "Scan.pdf".to_owned(), ..Default::default() }];
    let message = Message { attachments, ..mail("", " \n") };
    assert_eq!(decided(&message, APPLICATION, [0.0, 0.05, 0.95]).priority.best(), Priority::Normal);
}

#[test]
fn a_near_or_passed_deadline_is_high_and_no_deadline_is_low() {
    for (text, learnt, expected) in [
        ("Bitte antworten Sie bis zum 13.03.", [0.01, 0.98, 0.01], Priority::High),
        ("Bitte antworten Sie bis zum 09.03.", [0.01, 0.98, 0.01], Priority::High),
        ("Bitte antworten Sie bis zum 10.04.", [0.0, 0.3, 0.7], Priority::Normal),
        ("Bitte antworten Sie bis zum 10.04.", [0.1, 0.8, 0.1], Priority::Normal),
    ] {
        let decision = decided(&mail("", text), APPLICATION, learnt);
        assert_eq!(decision.priority.best(), expected, "{text}");
        assert!(decision.tags.contains(&Tag::Frist), "{text}");
    }
}

#[test]
fn below_the_threshold_one_reason_names_the_two_best_classes() {
    let decision = decided(&mail("", "Hallo."), [0.4, 0.52, 0.08], NORMAL);
    let why: Vec<_> = decision.reasons.iter().filter(|reason| reason.subject == Subject::Class).collect();
    assert_eq!(why.len(), 1);
    assert_eq!(why[0].text, "Bitte sichten: am ehesten Rückfrage (52 %), sonst Antrag (40 %).");
}

#[test]
fn machines_are_flagged_and_low() {
    let circumstances = Circumstances { automatic: true, ..Circumstances::default() };
    let message = Message { circumstances, ..mail("Abwesend", "Ich bin bis Freitag nicht da.") };
    let decision = decided(&message, [0.05, 0.05, 0.9], [0.1, 0.5, 0.4]);
    assert_eq!(decision.facts.flags[0].flag, Flag::Automatisch);
    assert_eq!(decision.tags, [Tag::Sonstiges, Tag::Niedrig]);
    assert_eq!(decision.reasons.len(), 1);
    assert_eq!(decision.reasons[0].subject, Subject::Flag("automatisch".to_owned()));
}

#[test]
fn the_third_contact_and_an_announced_lawsuit_are_high() {
    for text in [
        "Dies ist meine dritte Erinnerung.",
        "Ich schreibe Ihnen nun zum dritten Mal.",
        "3. Erinnerung an meinen Antrag",
        "Andernfalls erheben wir Untätigkeitsklage.",
        "Eine Untätigkeitsklage behalte ich mir vor.",
        "Dies ist meine letzte Erinnerung.",
    ] {
        assert_eq!(
            decided(&mail("", text), APPLICATION, [0.2, 0.7, 0.1]).priority.best(),
            Priority::High,
            "{text}"
        );
    }
    for text in [
        "Danke für Ihre letzte Mail.",
        "Meine letzte Anfrage war im Mai.",
        "Auf Ihre dritte Erinnerung antworte ich hiermit.",
        "Letzte Mahnung: Unsere Rechnung 4711 ist offen.",
        "Was ist eine Untätigkeitsklage?",
        "Wie viele Untätigkeitsklagen sind anhängig?",
        "Werden Sie im Seminar auch die Untätigkeitsklage behandeln?",
    ] {
        let decision = decided(&mail("", text), APPLICATION, [0.2, 0.7, 0.1]);
        assert_eq!(decision.priority.best(), Priority::Normal, "{text}");
    }
    let first = decided(&mail("", "Ich erinnere an meinen Antrag."), APPLICATION, [0.2, 0.7, 0.1]);
    assert_eq!(first.priority.best(), Priority::Normal);
}

#[test]
fn the_language_is_told_from_little() {
    let cases = [
        ("de", "", "Hallo"),
        ("de", "Anmeldung", "ok, danke"),
        ("de", "", "Sehr geehrte Damen und Herren, anbei die Unterlagen."),
        ("de", "", ""),
        ("en", "Registration", "Dear Sir or Madam, how can I register my new address with you?"),
        ("fr", "", "Bonjour, je voudrais savoir quels documents il faut pour la carte de séjour."),
        ("tr", "", "Merhaba, oturma iznimin uzatılması için hangi belgeler gerekiyor? Teşekkür ederim."),
        ("pl", "", "Dzień dobry, proszę o informację, jakie dokumenty są potrzebne do zameldowania."),
        ("uk", "", "Доброго дня, підкажіть, будь ласка, які документи потрібні для реєстрації."),
        ("ru", "", "Здравствуйте, подскажите, пожалуйста, какие документы нужны для регистрации."),
        ("ar", "", "مرحبا، أريد أن أعرف ما هي الوثائق المطلوبة للتسجيل."),
        ("es", "", "Buenos días, quisiera saber qué documentos necesito para la inscripción."),
        ("it", "", "Buongiorno, vorrei sapere quali documenti servono per la residenza."),
        ("zh", "", "我想申请住房补贴，请告诉我需要哪些文件。"),
        ("ja", "", "住宅手当を申請したいのですが、必要な書類を教えてください。"),
        ("hi", "", "मैं आवास भत्ते के लिए आवेदन करना चाहता हूँ।"),
        ("ti", "", "ሰላም፣ ናይ መንበሪ ገዛ ሓገዝ ከመልክት ደልየ ኣለኹ።"),
        ("el", "", "Με την παρούσα υποβάλλω αίτηση για επίδομα στέγασης."),
        (
            "da",
            "",
            "Goddag, jeg vil gerne vide, hvilke papirer jeg skal bruge for at blive tilmeldt adressen.",
        ),
        ("sk", "", "Dobrý deň, chcel by som sa opýtať, aké doklady potrebujem na prihlásenie pobytu."),
        ("so", "", "Salaan, waxaan rabaa inaan codsado guri iyo lacag, fadlan ii sheeg sidee."),
        ("ku", "", "Silav, ez dixwazim ji bo malbata xwe alîkariya xanî daxwaz bikim û belge bişînim."),
        (
            "nl",
            "",
            "Goedemorgen, ik zou graag willen weten welke papieren ik nodig heb voor de inschrijving.",
        ),
    ];
    for (language, subject, text) in cases {
        let facts = extract(
            &mail(subject, text),
            &verdict([1.0; 3], [1.0; 3]),
            noon(date(2026, 3, 11)),
            &House::new(Land::NW),
            History::default(),
        );
        assert_eq!(facts.language, language, "{text}");
    }
}
