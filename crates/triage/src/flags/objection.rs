//! `widerspruch-per-mail`: an objection by plain e-mail, which does not keep the form (§ 70 `VwGO`, § 84 SGG, § 67 `OWiG`).
//!
//! Only where this mail itself lodges it: not where it asks how, recalls one, or announces one. An Einspruch under
//! the tax code may come by e-mail (§ 357 AO). Whether a signature is a qualified one is not known: signed
//! mails and files are left alone.

use domain::{Class, Protection};

use super::Mail;
use super::scan::{Cue, Pattern, asks, conditional, is_any, near, pattern, quote};
use crate::text::Text;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::Objection, "widerspruch|wiederspruch|widersprüche|einspruch", &[], SOMETHING_ELSE),
    pattern(Cue::Objection, "objection|appeal", &["file|lodge|hereby", "against|decision|i|we"], "how|can|court"),
    pattern(Cue::Object, "widerspreche|widersprechen|wiederspreche", &[], SOMETHING_ELSE),
];

/// Objections to the use of one's data (Art. 21 DSGVO, § 50 BMG) need no form; nor do those of private law.
const SOMETHING_ELSE: &str = "daten|datenübermittlung|datenübermittlungen|datenweitergabe|weitergabe|übermittlung|übermittlungen\
    |übermittlungssperre|werbung|werbezwecken|werbezwecke|adressbuchverlage|dsgvo|parteien|bundeswehr|verarbeitung|veröffentlichung\
    |preiserhöhung|rechnung|mieterhöhung|mahnbescheid|lastschrift|seminar|newsletter|protokoll";

/// The tokens around the word that are read.
const REACH: usize = 40;

/// An objection that this mail lodges, without a form that would keep it.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    if mail.message.protection != Protection::Open || keeps_form(mail) || mail.message.circumstances.bulk {
        return None;
    }
    if mail.verdict.class.of(Class::Other) > 0.6 {
        return None;
    }
    let text = mail.text;
    let lodged = mail.scan.all(Cue::Objection).find(|index| lodges(text, *index));
    let index = lodged
        .or_else(|| mail.scan.all(Cue::Object).find(|index| objects(text, *index)))
        .or_else(|| by_subject(mail))?;
    if is_tax(text, text.word(index)) || goes_by_other_way(text) {
        return None;
    }
    let scanned = if mail.message.attachments.is_empty() {
        ""
    } else {
        " Auch ein eingescanntes Schreiben im Anhang ändert daran nichts."
    };
    let quote = quote(text, index);
    Some(format!(
        "Widerspruch per einfacher E-Mail: „{quote}“. Das wahrt die Schriftform in der Regel nicht (§ 70 VwGO, § 84 SGG); heilbar, solange die Frist läuft.{scanned}"
    ))
}

/// De-Mail, the authority's own mailbox, and files or mails that bear a signature.
fn keeps_form(mail: &Mail<'_>) -> bool {
    let signed = |name: &str| {
        let name = name.to_lowercase();
        [".p7s", ".p7m", ".p7c", ".asics", ".asice"].iter().any(|end| name.ends_with(end))
            || name.contains("signed")
            || name.contains("signiert")
    };
    let sender = mail.message.from.as_ref().map(|from| from.email.to_lowercase()).unwrap_or_default();
    mail.message.attachments.iter().any(|attachment| signed(&attachment.name))
        || sender.ends_with("de-mail.de")
        || sender.contains("egvp")
        || sender.contains("bebpo")
}

/// "Vorab per E-Mail, Original über beBPo".
fn goes_by_other_way(text: &Text) -> bool {
    (0..text.tokens.len()).any(|index| matches!(text.word(index), "bebpo" | "egvp" | "ebo"))
}

/// Whether the sentence around "Widerspruch" lodges one now.
fn lodges(text: &Text, index: usize) -> bool {
    let has = |words: &str| near(text, index, REACH, words);
    if text.word(index).is_ascii() && matches!(text.word(index), "objection" | "appeal") {
        return !asks(text, index) && !conditional(text, index);
    }
    if asks(text, index) || conditional(text, index) || is_denied(text, index) {
        return false;
    }
    let past = has("habe|hatte|hatten|haben|hat")
        && has("eingelegt|erhoben|eingereicht|geschickt|geschrieben|gesendet");
    let future = has("werde|werden|überlege|beabsichtige|erwäge|behalte")
        && has("einlegen|erheben|einzulegen|einreichen|vor");
    if past || future {
        return false;
    }
    let by_verb = has("lege|leg|erhebe") || has("legen|erheben|reichen") && has("wir");
    let by_wish =
        has("möchte|möchten|will|wollen|muss") && has("einlegen|erheben|einreichen") && has("hiermit|gegen");
    let passive = has("wird|werden") && has("eingelegt|erhoben");
    let taken = text.word_before(index, 1) == "als"
        && (has("betrachten|werten|gilt|verstehen|ansehen|behandeln|gelten|aufzufassen|zu"));
    let handed = is_any(text.word_before(index, 1), "mein|meinen|unser|unseren|der|den")
        && has("anbei|anhang|anlage|beigefügt|beigefügten|sende|übersende|schicke")
        && !has("vom");
    by_verb || by_wish || passive || taken || handed
}

/// "keinen Widerspruch", "nehme meinen Widerspruch zurück", "Begründung meines Widerspruchs".
fn is_denied(text: &Text, index: usize) -> bool {
    is_any(text.word_before(index, 1), "kein|keinen|auf|im|ohne|zum")
        || near(text, index, 3, "nicht|niemand")
        || near(text, index, 12, "zurück") && near(text, index, 12, "nehme|nehmen|ziehen")
        || text.before(index, 6).any(|at| text.word(at) == "wie" && text.word(at + 1) != "folgt")
        || near(
            text,
            index,
            REACH,
            "zurückgenommen|zurückzunehmen|ziehe|verzichte|verzichten|erledigt|begründe|abgewiesen",
        )
}

/// "Ich widerspreche Ihrem Bescheid".
fn objects(text: &Text, index: usize) -> bool {
    let first_person = text.word(index).ends_with("spreche") || near(text, index, REACH, "wir");
    let ruling =
        text.before(index, REACH).chain(text.after(index, REACH)).any(|near| is_ruling(text.word(near)));
    let before = near(text, index, 3, "dem|diesem|hiermit|hiergegen")
        && (0..text.tokens.len()).any(|at| is_ruling(text.word(at)));
    first_person && (ruling || before) && !asks(text, index) && !conditional(text, index)
}

/// What an authority rules by, in compounds too: "Hundesteuerbescheid".
fn is_ruling(word: &str) -> bool {
    const ENDS: [&str; 4] = ["bescheid", "bescheids", "bescheides", "bescheide"];
    #[rustfmt::skip]
    let rulings = "entscheidung|verfügung|festsetzung|kürzung|ablehnung|einstufung|rückforderung|anordnung|rückforderung|aufhebung|zurückweisung|ausweisung";
    ENDS.iter().any(|end| word.ends_with(end)) || is_any(word, rulings)
}

/// "Widerspruch gegen den Bescheid vom …" as subject, where the text only gives reasons.
fn by_subject(mail: &Mail<'_>) -> Option<usize> {
    let text = mail.text;
    let index = mail.scan.all(Cue::Objection).next()?;
    let in_subject = text.at(index)?.sentence == 0 && text.at(0)?.sentence == 0;
    let named = text.after(index, 6).any(|near| is_ruling(text.word(near)));
    let once = mail.scan.all(Cue::Objection).nth(1).is_none();
    let own = mail.message.circumstances.reply || mail.message.circumstances.forwarded;
    let begins = index <= 1 && is_any(text.word(index + 1), "gegen");
    let asks = mail.message.text.contains('?');
    let settled = mail.verdict.class.best() == Class::Application;
    (in_subject && named && once && begins && !own && !asks && settled).then_some(index)
}

/// Whether the tax code governs it: an Einspruch in tax matters, whatever it is called before the tax office.
fn is_tax(text: &Text, word: &str) -> bool {
    #[rustfmt::skip]
    const FEDERAL: [&str; 13] = [
        "finanzamt", "einkommensteuer", "umsatzsteuer", "lohnsteuer", "körperschaftsteuer", "erbschaftsteuer", "kindergeld",
        "familienkasse", "kfz-steuer", "kraftfahrzeugsteuer", "grunderwerbsteuer", "messbescheid", "messbetrag",
    ];
    let words = || (0..text.tokens.len()).map(|index| text.word(index));
    let federal = words()
        .any(|word| FEDERAL.iter().any(|tax| word.starts_with(tax)) || word.starts_with("grundsteuerwert"));
    federal || word == "einspruch" && words().any(|word| word.contains("steuer"))
}
