//! `fehlende-anlage`: an attachment is announced and nothing is attached.

use super::Mail;
use super::scan::{Cue, Pattern, asks, is_any, near, pattern, quote};
use crate::text::Text;

/// What follows "in der Anlage" where that is not a place or a numbered annex.
const HANDS_OVER: &str = "erhalten|finden|finde|findest|sende|senden|übersende|übersenden|schicke|schicken|übermittle|übermitteln|überlasse\
    |befinden|befindet|erbetene|gewünschte|gewünschten|erbetenen|geforderten|angeforderten|kopie|nachweise|anbei|sehen|lege|füge";

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::Attached, "anbei|anliegend|beiliegend|beigefügt|beigefügte|beigefügten|beifügt|angehängt|angehangen|angehängte|angehängten|beigelegt", &[], ""),
    pattern(Cue::Attached, "im|in|als anhang|anhänge", &[], ""),
    pattern(Cue::Attached, "siehe|s|vgl|sh anhang|anlage|anlagen|anhänge", &[], ""),
    pattern(Cue::Attached, "der anlage|anlagen", &[HANDS_OVER], "heizung|photovoltaik|betrieb|betreiben"),
    pattern(Cue::Attached, "als anlage|anlagen", &[], "errichtet|betrieben|genehmigt"),
    pattern(Cue::Attached, "füge|lege|legen|hänge|häng|hängen|hängt", &["bei|an"], ""),
    pattern(Cue::Attached, "liegt|liegen", &["bei", "mail|email|schreiben|nachricht|e"], ""),
    pattern(Cue::Attached, "attached|enclosed", &[], "your|you|sent|house|garage|building|everything|account"),
    pattern(Cue::Attached, "ci", &["joint|jointe|joints|jointes"], ""),
    pattern(Cue::Attached, "ektedir|ekteki|ekte|ektedirler", &[], ""),
    pattern(Cue::Attached, "во|у|в вложении|вкладенні|приложении|додатку", &[], ""),
    pattern(Cue::Attached, "прикрепляю|прилагаю|додаю|прикріплюю", &[], ""),
    pattern(Cue::Attached, "w załączeniu|załączniku|załącznikach", &[], ""),
    pattern(Cue::Attached, "załączam|przesyłam", &["załączam|załączniku|załączeniu|załącznik"], ""),
    pattern(Cue::Attached, "in allegato", &[], ""),
    pattern(Cue::Attached, "adjunto|adjuntos|adjunta|allego", &[], ""),
    pattern(Cue::Attached, "المرفق|مرفق|المرفقات|مرفقا|مرفقة", &[], ""),
    pattern(Cue::Attached, "in|de bijlage", &[], ""),
    pattern(Cue::Attached, "atașat|atasat|anexez", &[], ""),
    pattern(Cue::Elsewhere, "link|downloadlink|cloud|wetransfer|dropbox|hochgeladen|nextcloud|upload", &[], ""),
];

/// An announced attachment that is not there.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    let message = mail.message;
    let circumstances = message.circumstances;
    // Who passes a mail on announces what hung on that one.
    let passes_on = circumstances.handed_over || circumstances.forwarded;
    if !message.attachments.is_empty()
        || passes_on
        || circumstances.bulk
        || circumstances.automatic
        || mail.asks_nothing()
    {
        return None;
    }
    if mail.scan.has(Cue::Elsewhere) {
        return None;
    }
    let index = mail.scan.all(Cue::Attached).find(|index| announces(mail, *index))?;
    Some(format!("Eine Anlage ist angekündigt und hängt nicht an: „{}“.", quote(mail.text, index)))
}

/// Whether the sentence says that this mail has something attached.
fn announces(mail: &Mail<'_>, index: usize) -> bool {
    let text = mail.text;
    let has = |words: &str| near(text, index, 20, words);
    let pictured =
        mail.message.pictures > 0 && has("foto|fotos|bild|bilder|screenshot|scan|aufnahme|photo|picture");
    !pictured
        && !asks(text, index)
        && !is_split_otherwise(text, index)
        && !is_theirs(text, index)
        && !is_numbered(text, index)
        && !near(text, index, 8, NOT_NOW)
        && is_attached(text, index)
        && !has(
            "post|portal|briefkasten|fax|gefaxt|einschreiben|elster|postweg|persönlich|brief|paket|online",
        )
}

/// Later, elsewhere, wished for, forgotten, or not to be opened.
const NOT_NOW: &str = "nachreichen|reiche|nachgereicht|folgt|folgen|später|morgen|vergessen|fehlt|fehlte|fehlten|fehlen|kein|keine|keinen|nicht\
    |muss|müssen|soll|sollte|sollten|musste|welche|ob|wenn|falls|zurück|werde|werden|könnte|kann|öffnen|sobald|wurde|wurden\
    |danke|dank|hatte|hatten|damals|letzten|letzte|brauche|nachher|would|could|not|didn|couldn|forgot|tomorrow|würde";

/// "Receipt attached.", "My card is attached to this mail"; not "the attached house".
fn is_attached(text: &Text, index: usize) -> bool {
    if !matches!(text.word(index), "attached" | "enclosed") {
        return true;
    }
    let ends = !text.at(index + 1).is_some_and(crate::text::Token::is_word);
    ends || near(text, index, 4, "please|find|have|is|are|see")
}

/// "füge … bei", "hänge … an": the verb's other half ends the clause; "lege Widerspruch ein" has another.
fn is_split_otherwise(text: &Text, index: usize) -> bool {
    let half = match text.word(index) {
        "füge" | "lege" | "legen" | "liegt" | "liegen" => "bei",
        "hänge" | "häng" | "hängen" | "hängt" => "an",
        _ => return false,
    };
    let ends = |at: usize| {
        let same = text.at(at + 1).map(|token| token.sentence) == text.at(at).map(|token| token.sentence);
        !same
            || !text.at(at + 1).is_some_and(crate::text::Token::is_word)
            || is_any(text.word(at + 1), "und|sowie|wie|damit")
    };
    !text.after(index, 20).any(|at| text.word(at) == half && ends(at))
}

/// "Im Anhang Ihrer Mail", "das Ihrem Schreiben beigefügte Formular": what the authority sent.
fn is_theirs(text: &Text, index: usize) -> bool {
    let yours = |at: usize| {
        is_any(text.word(at), "ihr|ihre|ihrem|ihrer|ihres|deiner|deinem|your|dem|der")
            && is_any(
                text.word(at + 1),
                "mail|email|e|schreiben|brief|nachricht|bescheid|anhang|anlage|post|letzten|antrag|formular|satzung",
            )
    };
    text.before(index, 4).chain(text.after(index, 3)).any(|at| yours(at) && !is_this(text, at))
        || is_any(text.word_before(index, 1), "die|ihre") && text.word(index).starts_with("anliegende")
}

/// "dieser Mail" is the one at hand.
fn is_this(text: &Text, index: usize) -> bool {
    is_any(text.word(index), "dem|der") && is_any(text.word(index + 1), "anlage|anhang|antrag|formular")
}

/// "siehe Anlage 2 der Satzung": an annex of a statute or form, or a garden.
fn is_numbered(text: &Text, index: usize) -> bool {
    let next = index + 1;
    let numbered = text.number(next).is_some();
    let annex =
        text.at(next).is_some_and(|token| token.capital && token.len() <= 3) && !text.is_mark(next, '.');
    text.word(index).starts_with("anlage")
        && (numbered || annex || is_any(text.word(next), "am|zum|zur|hinter|neben|des"))
}
