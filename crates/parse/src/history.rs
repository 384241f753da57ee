//! Where a text stops being new: quoted lines, reply history, forwarded mails.
//!
//! ```text
//! new line        │ > quoted line            │ -----Ursprüngliche Nachricht-----
//! new line        │ Am … schrieb …:          │ Von: …  Gesendet: …  Betreff: …
//!     └─ new ─┘   │   └─ quoted, goes on ─┘  │   └─ history, up to the end ─┘
//! ```

use crate::attribution::attribution;
use crate::fields::{header, header_after_separator};

/// A text divided into what is new and what is older.
#[derive(Debug, Default)]
pub(crate) struct Divided<'a> {
    /// Lines written now, answers between quotes included.
    pub(crate) new: Vec<&'a str>,
    /// Quoted lines without one level of their marks.
    pub(crate) quoted: Vec<&'a str>,
    /// Lines behind a separator or a header block, up to the end.
    pub(crate) history: Vec<&'a str>,
    /// A separator says that the older text was passed on.
    pub(crate) says_forwarded: bool,
    /// Something besides the look of the older text says that there is some.
    pub(crate) certain: bool,
}

/// Divides a text. Where neither the mail itself (`related`) nor a separator, a rule or an attribution says that it
/// answers or passes on another, marked lines below a colon are the sender's own list, and a header block must be
/// Outlook's: web forms and letterheads write `Von:`, `Datum:` and `Betreff:` above what is new.
pub(crate) fn divide<'a>(lines: &[&'a str], related: bool) -> Divided<'a> {
    let mut divided = Divided { certain: related, ..Divided::default() };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = &lines[at..];
        if let Some(content) = unquoted(lines, at).filter(|_| divided.certain || !is_announced(&divided.new))
        {
            divided.quoted.push(content);
            at += 1;
        } else if let Some(separator) = Separator::of(rest) {
            divided.certain = true;
            divided.says_forwarded |= separator == Separator::Forwarded;
            at += 1;
            if !is_quoted_next(&lines[at..]) {
                divided.history = lines[at..].to_vec();
                break;
            }
        } else if let Some(header) = header(rest)
            && (divided.certain || header.full || ends_in_rule(&divided.new))
        {
            divided.certain |= ends_in_rule(&divided.new);
            divided.history = rest.to_vec();
            break;
        } else if let Some(length) = attribution(rest) {
            at += length;
            if !is_quoted_next(&lines[at..]) {
                divided.history = lines[at..].to_vec();
                break;
            }
            divided.certain = true;
        } else {
            divided.new.push(line);
            at += 1;
        }
    }
    trim_rules(&mut divided.new);
    divided
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Forwarded,
    Original,
}

const FORWARDED: &[&str] = &[
    "weitergeleitet",
    "anfang der weitergeleiteten",
    "begin forwarded",
    "forwarded",
    "message transféré",
    "message réexpédié",
    "début du message transféré",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "mensagem encaminhada",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "doorgestuurd",
    "begin doorgestuurd",
    "wiadomość przekazana",
    "przekazana wiadomość",
    "treść przekazanej",
    "přeposlaná zpráva",
    "iletilen",
    "yönlendirilmiş",
    "пересылаемое",
    "начало переадресованного",
    "переслане",
    "переслано",
];
const ORIGINAL: &[&str] = &[
    "ursprüngliche",
    "urspruengliche",
    "originalnachricht",
    "original",
    "message d'origine",
    "mensaje original",
    "mensagem original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "původní zpráva",
    "orijinal",
    "özgün ileti",
    "исходное сообщение",
    "оригінальне повідомлення",
];

impl Separator {
    /// A line such as `-----Original Message-----` or `Anfang der weitergeleiteten Nachricht:`.
    ///
    /// A rule in front is not enough, or „-- Originalbescheid“ in a list would be one: the line must also end in a rule,
    /// or header lines follow.
    fn of(lines: &[&str]) -> Option<Self> {
        const LONGEST: usize = 100;
        let (line, below) = lines.split_first()?;
        if line.len() > LONGEST {
            return None;
        }
        let line = line.trim();
        let rule = ["--", "__", "=="].into_iter().find(|rule| line.starts_with(rule));
        let closed = |rule: &str| line.ends_with(rule) || header_after_separator(below).lines > 0;
        let ruled = rule.is_some_and(closed);
        let announced = line.ends_with(':') && line.split_whitespace().count() <= 6;
        if !ruled && !announced {
            return None;
        }
        let core = line.trim_matches(['-', '_', '=', ' ', ':']).to_lowercase();
        let begins = |with: &[&str]| with.iter().any(|start| core.starts_with(start));
        if ruled && begins(FORWARDED) || announced && is_announcement(&core) {
            Some(Self::Forwarded)
        } else if ruled && begins(ORIGINAL) {
            Some(Self::Original)
        } else {
            None
        }
    }
}

/// Apple Mail announces a forwarded mail in a line of its own, without rules.
fn is_announcement(core: &str) -> bool {
    const ANNOUNCED: &[&str] = &[
        "anfang der",
        "begin forwarded",
        "début du",
        "inicio del",
        "inizio messaggio",
        "begin doorgestuurd",
        "начало переадресованного",
    ];
    ANNOUNCED.iter().any(|start| core.starts_with(start))
        && FORWARDED.iter().any(|start| core.starts_with(start))
}

/// The content of a quoted line, `None` if it is not quoted.
fn unquoted<'a>(lines: &[&'a str], at: usize) -> Option<&'a str> {
    let line = lines.get(at)?;
    if let Some(content) = line.trim_start().strip_prefix('>') {
        // mbox files write ">From " at a line's start, and advertising ">> Jetzt klicken <<".
        let escaped = content.starts_with("From ") && !is_marked(lines.get(at + 1), '>');
        let arrows = content.trim_end().ends_with('<') && content.trim_start().starts_with('>');
        return (!escaped && !arrows).then(|| content.strip_prefix(' ').unwrap_or(content));
    }
    // A bar alone may be a table's or a signature's: two in a row, and none at the end.
    let bar = |at: usize| {
        lines.get(at).and_then(|line| line.strip_prefix("| ")).filter(|content| !content.contains('|'))
    };
    let beside = bar(at + 1).is_some() || at.checked_sub(1).is_some_and(|before| bar(before).is_some());
    bar(at).filter(|_| beside)
}

fn is_marked(line: Option<&&str>, mark: char) -> bool {
    line.is_some_and(|line| line.trim_start().starts_with(mark))
}

/// Whether the next line that is not empty is quoted.
pub(crate) fn is_quoted_next(lines: &[&str]) -> bool {
    let next = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    next <= 2 && unquoted(lines, next).is_some()
}

/// Whether the marked lines that follow were announced as the sender's own („Ich beantrage:“).
fn is_announced(lines: &[&str]) -> bool {
    const QUOTING: &[&str] = &["nachricht", "mail", "schr", "message", "wrote"];
    let mut said = lines.iter().rev().filter(|line| !line.is_empty() && !is_marked(Some(line), '>'));
    said.next().is_some_and(|line| {
        let flat = line.to_lowercase();
        flat.ends_with(':') && !QUOTING.iter().any(|word| flat.contains(word))
    })
}

/// Whether the last line that is not empty is a rule, as programs draw it above the older mail.
fn ends_in_rule(lines: &[&str]) -> bool {
    const SHORTEST: usize = 5;
    let last = lines.iter().rev().find(|line| !line.is_empty());
    last.is_some_and(|line| {
        let drawn = line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | ' '));
        line.len() >= SHORTEST && (drawn || line.starts_with("---") && line.ends_with("---"))
    })
}

/// Drops empty lines and rules that were the border to the history.
fn trim_rules(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | ' '))) {
        lines.pop();
    }
    let start = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    lines.drain(..start);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, new: &str) {
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(divide(&lines, false).new.join("\n"), new, "{text}");
    }

    #[track_caller]
    fn check_answer(text: &str, new: &str) {
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(divide(&lines, true).new.join("\n"), new, "{text}");
    }

    #[test]
    fn quoted_lines_go_and_answers_between_them_stay() {
        check_answer("neu\n\n> alt\n>> älter", "neu");
        check_answer("> 1. Wann?\nam 2.5.\n> 2. Wo?\nhier", "am 2.5.\nhier");
        check("Am 1.2. schrieb Amt:\n> alt\n\nneu", "neu");
        check_answer("| alt\n| alt\nneu", "neu");
    }

    #[test]
    fn what_only_looks_quoted_stays() {
        check(">> JETZT VERLÄNGERN <<", ">> JETZT VERLÄNGERN <<");
        check("| a | b |\n| c | d |", "| a | b |\n| c | d |");
        check("Tel. 1 | Fax 2", "Tel. 1 | Fax 2");
        check(">From here on\nnew", ">From here on\nnew");
    }

    #[test]
    fn attributions_end_the_new_text_in_many_languages() {
        for attribution in [
            "Am 02.03.2026 um 09:14 schrieb Max Muster <m@example.org>:",
            "Am Mo., 2. März 2026 um 09:14 Uhr schrieb Max Muster:",
            "Max Muster <m@example.org> schrieb am Mo., 2. März 2026, 09:14:",
            "On Mon, Mar 2, 2026 at 9:14 AM Max Muster <m@example.org> wrote:",
            "On Mon, Mar 2, 2026 at 9:14 AM Max Muster\n<m@example.org> wrote:",
            "Le lun. 2 mars 2026 à 09:14, Max Muster <m@example.org> a écrit :",
            "El lun, 2 mar 2026 a las 9:14, Max Muster (<m@example.org>) escribió:",
            "Il giorno lun 2 mar 2026 alle ore 09:14 Max Muster <m@example.org> ha scritto:",
            "Op ma 2 mrt. 2026 om 09:14 schreef Max Muster <m@example.org>:",
            "pon., 2 mar 2026 o 09:14 Max Muster <m@example.org> napisał(a):",
            "Max Muster <m@example.org>, 2 Mar 2026 Pzt, 09:14 tarihinde şunu yazdı:",
            "пн, 2 мар. 2026 г. в 09:14, Max Muster <m@example.org>:\n> alt",
            "Понедельник, 2 марта 2026, 9:14 от Max Muster <m@example.org> написал:",
            "пн, 2 бер. 2026 р. о 09:14 Max Muster <m@example.org> пише:",
        ] {
            if attribution.ends_with("alt") {
                continue;
            }
            check(&format!("neu\n\n{attribution}\n\nalt\nalt"), "neu");
            check(&format!("neu\n{attribution}\n> alt"), "neu");
        }
    }

    #[test]
    fn header_blocks_end_the_new_text_in_many_languages() {
        for block in [
            "Von: A <a@example.org>\nGesendet: Montag\nAn: B\nBetreff: C",
            "*Von:* A\n*Gesendet:* Montag\n*An:* B\n*Betreff:* C",
            "From: A\nSent: Monday\nTo: B\nSubject: C",
            "De : A\nEnvoyé : lundi\nÀ : B\nObjet : C",
            "De: A\nEnviado el: lunes\nPara: B\nAsunto: C",
            "Da: A\nInviato: lunedì\nA: B\nOggetto: C",
            "Van: A\nVerzonden: maandag\nAan: B\nOnderwerp: C",
            "Od: A\nWysłano: poniedziałek\nDo: B\nTemat: C",
            "Kimden: A\nGönderilme Tarihi: Pazartesi\nKime: B\nKonu: C",
            "От: A\nОтправлено: понедельник\nКому: B\nТема: C",
            "Від: A\nНадіслано: понеділок\nКому: B\nТема: C",
            "Von: A\nGesendet: Montag\nAn: viele, viele,\nnoch viel mehr; und einer\nBetreff: C",
        ] {
            check(&format!("neu\n________________________________\n{block}\n\nalt"), "neu");
            let lines: Vec<&str> = block.lines().collect();
            let found = header(&lines).map(|header| (header.lines, header.subject));
            assert_eq!(found, Some((lines.len(), Some("C"))), "{block}");
        }
    }

    #[test]
    fn separators_end_the_new_text() {
        for separator in [
            "-----Ursprüngliche Nachricht-----",
            "-----Original Message-----",
            "-------- Weitergeleitete Nachricht --------",
            "Anfang der weitergeleiteten Nachricht:",
            "Begin forwarded message:",
            "---------- Forwarded message ---------",
        ] {
            check(&format!("neu\n\n{separator}\nalt"), "neu");
        }
    }

    #[test]
    fn a_full_header_ends_the_new_text_by_itself() {
        let block = "Von: A\nGesendet: Montag, 16. November 2026 10:00\nAn: B\nBetreff: C\n\nalt";
        check(&format!("neu\n\n{block}"), "neu");
        check_answer("neu\n\nVon: a@example.org\nBetreff: C\n\nalt", "neu");
        check_answer(
            "neu\n\nVon: Köln\nAn: Bonn\nDatum: 1.12.\n\nneu",
            "neu\n\nVon: Köln\nAn: Bonn\nDatum: 1.12.\n\nneu",
        );
        check("neu\n\n--- Original Message\nFrom: A\n\nalt", "neu");
    }

    #[test]
    fn what_only_looks_like_history_stays() {
        for text in [
            "Am 3. schrieb mir Frau Vu Folgendes:\nSie müssen zahlen.",
            "Von: Berlin\nNach: Köln",
            "Betreff: Mein Antrag\nich bitte um Antwort",
            "Ihre Nachricht\n\n   An: Amt\n   Betreff: B\n   Gesendet: Mittwoch\n\nwurde gelesen.",
            "Ich habe weitergeleitet:\nnichts",
            "Datum: 3.5.\nOrt: Rathaus",
            "Aus dem Postfach\nBetreff: Eilt\nAbsender: Gericht\nEmpfänger: Amt\n\nText",
            "Kontaktformular\nVon: Max <m@example.org>\nBetreff: Frage\n\nText",
            "---\nForwarding is great\n---\nx",
            "Ich beantrage:\n> Verlängerung\n> Reiseausweis\nGruß",
            "-- Original Mietvertrag\n-- Originalbescheid Az. 12/345\nIch beantrage Wohngeld.",
            "Nachricht:\n\nDatum: 18.11.2026 08:55\nVon: E <e@example.org>\nBetreff: Wohngeld\n\nIch beantrage Wohngeld.",
            "hier mein Schreiben:\n\nVon: Erika\nAn: Stadt\nDatum: 18.11.2026\nBetreff: Widerspruch\n\nHiermit",
            "Fahrtkosten:\nVon: Köln\nAn: Bonn\nDatum: 16.11.2026\nKosten 20 Euro",
        ] {
            check(text, text);
        }
    }
}
