//! The sender's signature block and legal boilerplate, told from what is said: when in doubt, a line stays.
//!
//! ```text
//! Mit freundlichen Grüßen      stays
//! Erika Muster                 stays
//! Amt für Beispiele            goes
//! Az. 12-345                   stays: a file number is content wherever it stands
//! Tel. 030 12345               goes
//! PS: Bitte bis Freitag!       stays
//! ```

use crate::boilerplate::{holds_disclaimer, without_boilerplate};
use crate::contact::{has_digits, has_file_number, is_bare_contact, is_contact, is_label_like, is_said};

/// A text without its signature, and the signature.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Signed<'a> {
    pub(crate) text: Vec<&'a str>,
    pub(crate) signature: Vec<&'a str>,
}

/// Takes signature, disclaimers and advertising of mail programs off the end of a text.
pub(crate) fn cut<'a>(lines: &[&'a str]) -> Signed<'a> {
    let lines = without_boilerplate(lines);
    let mut signed = match border(&lines) {
        Border::Delimiter(at) => below_delimiter(&lines, at),
        Border::Formula(at) => below_formula(&lines, at),
        Border::None => Signed { text: lines, signature: Vec::new() },
    };
    cut_contact_tail(&mut signed);
    trim(&mut signed.text);
    trim(&mut signed.signature);
    signed
}

/// Whether the lines say no more than a greeting and a name, so that a forwarded mail speaks for itself.
pub(crate) fn is_bare_closing(lines: &[&str]) -> bool {
    let said: Vec<&str> = lines.iter().copied().filter(|line| !line.is_empty()).collect();
    said.first().is_none_or(|first| is_formula(first))
        && said.len() <= 3
        && said.iter().skip(1).all(|line| is_label_like(line))
}

enum Border {
    /// The line of a `-- ` (RFC 3676, 4.3).
    Delimiter(usize),
    /// The line of a closing formula.
    Formula(usize),
    None,
}

fn border(lines: &[&str]) -> Border {
    const LONGEST_SIGNATURE: usize = 30;
    let last = lines.len().saturating_sub(LONGEST_SIGNATURE);
    let delimiter =
        lines.iter().skip(last).position(|line| *line == "--" || *line == "-- ").map(|at| last + at);
    if let Some(at) = delimiter
        && !is_opening(&lines[..at])
    {
        return Border::Delimiter(at);
    }
    match lines.iter().rposition(|line| is_formula(line)) {
        // „Viele Grüße vorab!“ opens a mail.
        Some(at) if is_opening(&lines[..at]) && is_more_than_formula(lines[at]) => Border::None,
        Some(at) => Border::Formula(at),
        None => Border::None,
    }
}

/// Everything below the delimiter is the signature, but for file numbers; what stands above may have a formula.
fn below_delimiter<'a>(lines: &[&'a str], at: usize) -> Signed<'a> {
    let mut signed = match lines[..at].iter().rposition(|line| is_formula(line)) {
        Some(formula) => below_formula(&lines[..at], formula),
        None => Signed { text: lines[..at].to_vec(), signature: Vec::new() },
    };
    let mut after_gap = false;
    let mut said_on = false;
    for line in &lines[at + 1..] {
        // Some answer below their own signature, which a program put above the quote.
        said_on = said_on || after_gap && is_said(line) && !holds_disclaimer(line) || names_request(line);
        after_gap = line.is_empty();
        let stays = said_on || has_file_number(line) || is_postscript(line);
        if stays { &mut signed.text } else { &mut signed.signature }.push(line);
    }
    signed
}

/// Formula and name stay; then only lines that are contact data or labels go.
fn below_formula<'a>(lines: &[&'a str], at: usize) -> Signed<'a> {
    let mut signed = Signed { text: lines[..=at].to_vec(), signature: Vec::new() };
    let mut named = formula_has_name(lines[at]);
    let mut said_on = false;
    let mut ruled_off = false;
    for line in &lines[at + 1..] {
        said_on = said_on || is_postscript(line) || names_request(line);
        said_on = said_on || is_said(line) && !ruled_off && !holds_disclaimer(line);
        if line.is_empty() {
            signed.text.push(line);
        } else if holds_disclaimer(line) {
            signed.signature.push(line);
        } else if is_rule(line) {
            ruled_off = true;
            signed.signature.push(line);
        } else if has_file_number(line) || said_on && !is_contact(line) {
            signed.text.push(line);
        } else if !named && !is_contact(line) && !ruled_off {
            signed.text.push(line);
            named = !is_order(line);
        } else if is_contact(line) || ruled_off || is_label_like(line) {
            signed.signature.push(line);
        } else {
            signed.text.push(line);
        }
    }
    signed
}

/// Telephone numbers and the like as last lines, without any formula.
fn cut_contact_tail(signed: &mut Signed<'_>) {
    const MOST: usize = 8;
    for _ in 0..MOST {
        trim(&mut signed.text);
        let above = signed.text.len().saturating_sub(1);
        let Some(last) = signed.text.last() else { return };
        if above == 0 || !is_bare_contact(last) || has_file_number(last) {
            return;
        }
        signed.signature.insert(0, last);
        signed.text.pop();
    }
}

const FORMULAS: &[&str] = &[
    "mit freundlichen gr",
    "mit freundlichem gr",
    "freundliche gr",
    "mit besten gr",
    "beste gr",
    "mit herzlichen gr",
    "herzliche gr",
    "viele gr",
    "liebe gr",
    "schöne gr",
    "schoene gr",
    "sonnige gr",
    "kollegiale gr",
    "mit kollegialen gr",
    "mit vielen gr",
    "mit lieben gr",
    "lieben gruß",
    "lieben gruss",
    "vielen dank und",
    "freundlichen gruß",
    "mit freundl",
    "gruß",
    "gruss",
    "grüße",
    "grüsse",
    "mfg",
    "m.f.g",
    "vg",
    "lg",
    "bg",
    "hochachtungsvoll",
    "mit vorzüglicher hochachtung",
    "mit hochachtung",
    "es grüßt",
    "mit gruß",
    "im auftrag",
    "in vertretung",
    "i. a.",
    "i.a.",
    "i. v.",
    "best regards",
    "kind regards",
    "kindest regards",
    "warm regards",
    "regards",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "yours truly",
    "best wishes",
    "many thanks and",
    "cordialement",
    "bien à vous",
    "bien cordialement",
    "salutations",
    "veuillez agréer",
    "saludos",
    "un saludo",
    "atentamente",
    "cordiali saluti",
    "distinti saluti",
    "cordialmente",
    "met vriendelijke groet",
    "vriendelijke groet",
    "groeten",
    "z poważaniem",
    "pozdrawiam",
    "z wyrazami szacunku",
    "saygılarımla",
    "saygılarımızla",
    "saygilarimla",
    "iyi çalışmalar",
    "с уважением",
    "з повагою",
    "cu respect",
    "cu stimă",
    "s pozdravem",
    "s poštovanjem",
    "me respekt",
    "مع التحية",
    "با احترام",
];

/// A closing formula: a short line that begins like one and is no sentence about anything else.
fn is_formula(line: &str) -> bool {
    const LONGEST: usize = 70;
    if line.is_empty() || line.len() > LONGEST {
        return false;
    }
    let flat = line.trim().to_lowercase();
    let begins = |start: &&str| {
        flat.strip_prefix(*start)
            .is_some_and(|rest| start.ends_with("gr") || !rest.starts_with(char::is_alphanumeric))
    };
    // „BG 123//456“ is a file number, „Im Auftrag meiner Mutter beantrage ich …“ a sentence.
    FORMULAS.iter().any(begins)
        && !has_digits(&flat, 3)
        && !flat.contains('?')
        && !flat.ends_with(':')
        && !is_statement(&flat)
}

/// Whether nothing was said yet but a salutation.
fn is_opening(lines: &[&str]) -> bool {
    const MOST_WORDS: usize = 8;
    const SALUTATIONS: &[&str] =
        &["sehr geehrte", "guten", "hallo", "liebe", "moin", "servus", "grüß", "hi", "dear", "hello"];
    lines.iter().filter(|line| !line.is_empty()).all(|line| {
        let flat = line.to_lowercase();
        SALUTATIONS.iter().any(|start| flat.starts_with(start))
            && flat.split_whitespace().count() <= MOST_WORDS
    })
}

fn is_more_than_formula(line: &str) -> bool {
    line.ends_with('!') || line.split_whitespace().count() > 3
}

/// Whether a line names what a mail to an authority is about, which no signature does.
fn names_request(line: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric()).any(|word| {
        matches!(
            word,
            "Antrag" | "Anträge" | "Widerspruch" | "Einspruch" | "Frist" | "Bescheid" | "Kündigung"
        )
    })
}

/// Whether somebody says what they do, which no formula has.
fn is_statement(flat: &str) -> bool {
    let mut words = flat.split(|c: char| !c.is_alphanumeric());
    words.any(|word| matches!(word, "ich" | "wir" | "uns" | "hiermit") || word.starts_with("beantrag"))
}

/// Whether a name follows on the formula's own line: „Viele Grüße, Erika Muster“.
fn formula_has_name(line: &str) -> bool {
    let after = line.split_once(',').map_or("", |(_, after)| after);
    after.split_whitespace().any(|word| word.starts_with(char::is_uppercase))
}

/// „Im Auftrag“ stands between formula and name.
fn is_order(line: &str) -> bool {
    let flat = line.to_lowercase();
    ["im auftrag", "in vertretung", "i. a.", "i.a.", "i. v.", "i.v.", "gez."]
        .iter()
        .any(|order| flat.trim() == *order)
        || is_formula(line)
}

fn is_postscript(line: &str) -> bool {
    let flat = line.trim_start().to_lowercase();
    [
        "ps", "p.s", "p. s", "nb:", "n.b.", "nachtrag", "anlage", "anlagen", "anhang", "anbei", "anm.",
        "hinweis:", "zusatz",
    ]
    .iter()
    .any(|start| flat.strip_prefix(start).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
}

fn is_rule(line: &str) -> bool {
    line.len() >= 2 && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '–' | '—' | '~' | '#' | ' '))
}

/// Drops empty lines at both ends and rules at the end.
fn trim(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.is_empty() || is_rule(line)) {
        lines.pop();
    }
    let start = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    lines.drain(..start);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second column is the text, the third the signature.
    #[track_caller]
    fn check(whole: &str, text: &str, signature: &str) {
        let lines: Vec<&str> = whole.lines().collect();
        let signed = cut(&lines);
        assert_eq!((&*signed.text.join("\n"), &*signed.signature.join("\n")), (text, signature), "{whole}");
    }

    #[test]
    fn a_delimiter_begins_the_signature() {
        check("Text\n-- \nErika Muster\nTel. 1", "Text", "Erika Muster\nTel. 1");
        check("Text\n--\nErika\nAz. 12/345", "Text\nAz. 12/345", "Erika");
        check("--\nText", "--\nText", "");
        let ruled = "Guten Tag,\n--\nbitte senden Sie mir das Formular.\nEs eilt.";
        check(ruled, ruled, "");
        check("Text\n--\nErika\nMein Antrag liegt bei.", "Text\nMein Antrag liegt bei.", "Erika");
        check(
            "Text\n--\nErika\n\nUnd noch etwas: ich habe eine Frage.",
            "Text\nUnd noch etwas: ich habe eine Frage.",
            "Erika",
        );
    }

    #[test]
    fn formula_and_name_stay_and_contact_data_go() {
        check(
            "Text.\n\nMit freundlichen Grüßen\nErika Muster\nAmt für Beispiele\nTel. 030 12345\nwww.example.org",
            "Text.\n\nMit freundlichen Grüßen\nErika Muster",
            "Amt für Beispiele\nTel. 030 12345\nwww.example.org",
        );
        check("Text.\nMfG\nIm Auftrag\nMeier\nReferat 3", "Text.\nMfG\nIm Auftrag\nMeier", "Referat 3");
        check("Text.\nViele Grüße, Erika Muster\nFirma X", "Text.\nViele Grüße, Erika Muster", "Firma X");
        check("Text\nErika\n+49 152 0000 8719", "Text\nErika", "+49 152 0000 8719");
    }

    #[test]
    fn what_is_said_below_a_greeting_stays() {
        for text in [
            "Text\nGruß\nMax\n\nPS: Bitte bis Freitag!",
            "Text\nGruß\nMax\nBitte rufen Sie mich an, Tel. 0152 1234567",
            "Text\nViele Grüße\nMax\n\nAnlage: Antrag.pdf",
            "Text\nGruß\nMax\nich habe noch etwas vergessen: die Rechnung",
            "Viele Grüße aus Rom, uns geht es gut\nText",
            "Im Auftrag meiner Mutter beantrage ich:\nWohngeld\nRente\nHeizkosten",
            "Text\nGruß\nMax\nBG 12345//678",
            "Text\nGruß\nMax\nKassenzeichen 12.345",
            "Text\nGruß\nMax\nPersonalaktenzeichen: 1.4-P-30778",
            "Text\nGruß\nMax\n21-0140/26",
            "Meine neue IBAN:\nDE02 1203 0000 0000 2020 51",
            "BG 12345//678",
            "Guten Tag,\n\nIm Auftrag der Familie Müller:\n\nAntrag auf Wohngeld\nKopie Mietvertrag",
            "Viele Grüße vorab!\n\nAntrag Wohngeld\nNachweis Miete",
            "Im Auftrag meiner Mandantin\n\nWiderspruch gegen den Bescheid vom 2.11.2026\nAkteneinsicht",
            "Text\nLG Max\n\nAntrag auf Wohngeld\nHeizkostenzuschuss",
            "Bitte prüfen Sie, ob diese Kosten übernommen werden.",
            "Text\n\nDiese E-Mail und die Unterlagen reiche ich zu meinem Antrag nach.",
            "Text\n\nInformationen zur Verarbeitung Ihrer Auftragsverarbeiter verlange ich.",
            "Gesendet mit der Post habe ich am 10.11. den Antrag NEU-2026/21.\nIst er da?",
        ] {
            check(text, text, "");
        }
    }

    #[test]
    fn boilerplate_goes() {
        check("Text\n\nGesendet von meinem iPhone", "Text", "");
        check(
            "Text\n\nDiese E-Mail enthält vertrauliche Informationen.\nSie dürfen nicht.\n\nNoch Text",
            "Text\n\n\nNoch Text",
            "",
        );
        check(
            "Falls Sie nicht der richtige Ansprechpartner sind: An wen wende ich mich?",
            "Falls Sie nicht der richtige Ansprechpartner sind: An wen wende ich mich?",
            "",
        );
        check("This e-mail may contain confidential stuff", "This e-mail may contain confidential stuff", "");
        check("Von meinem iPhone gesendet", "", "");
        check("Text\nGesendet mit der Telekom Mail App", "Text", "");
        check(
            "Diese E-Mail kann vertrauliche Informationen enthalten\nIch beantrage Wohngeld\nGruß",
            "Ich beantrage Wohngeld\nGruß",
            "",
        );
    }

    #[test]
    fn a_bare_closing_says_nothing() {
        for (text, bare) in [
            ("", true),
            ("Gruß\nMax", true),
            ("VG\nMax\nReferat 3", true),
            ("Antrag\nMax", false),
            ("Gruß\nbitte prüfen Sie das", false),
        ] {
            assert_eq!(is_bare_closing(&text.lines().collect::<Vec<_>>()), bare, "{text}");
        }
    }
}
