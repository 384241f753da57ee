//! `mehrere-anliegen`: clearly separate requests in one mail, so that one of them is not left lying.
//!
//! Two different procedures, each with words that ask for it, the second set off by "außerdem", "zweitens" or a
//! number; or the sender says so. Enclosures, deadlines and questions about the same matter are no second request.

use domain::Class;

use super::Mail;
use super::scan::{Cue, Pattern, asks, is_any, near, pattern, quote};
use crate::text::Text;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::Procedure(1), "personalausweis*|perso|ausweisverlängerung", &[], "kopie|scan"),
    pattern(Cue::Procedure(2), "reisepass*|reisepässe*|kinderreisepass|passport", &[], "kopie|scan"),
    pattern(Cue::Procedure(3), "führerschein*|fahrerlaubnis|fahrerlaubnisbehörde", &[], "kopie"),
    pattern(Cue::Procedure(4), "wohngeld*|mietzuschuss|lastenzuschuss", &[], ""),
    pattern(Cue::Procedure(5), "kindergeld*|kinderzuschlag", &[], "bezieht|bekommen|erhalten|beziehe"),
    pattern(Cue::Procedure(6), "elterngeld*", &[], "bezieht|beziehe"),
    pattern(Cue::Procedure(7), "bildung und teilhabe", &[], ""),
    pattern(Cue::Procedure(8), "geburtsurkunde*|heiratsurkunde*|eheurkunde*|sterbeurkunde*", &[], "anbei|kopie|beigefügt|original"),
    pattern(Cue::Procedure(9), "meldebescheinigung*|aufenthaltsbescheinigung", &[], "anbei|kopie|beigefügt"),
    pattern(Cue::Procedure(10), "ummelden|anmelden|ummeldung|melde|melden", &["mich|uns|tochter|sohn|frau|mann|wohnsitz|straße|gartenstraße|wohnung|um", "um|ummelden|anmelden|ummeldung"], "hund|auto|gewerbe|kfz|kita|rückmelden|firma"),
    pattern(Cue::Procedure(11), "gewerbe|gewerbeanmeldung|gewerbeummeldung|gewerbeabmeldung|gewerbeschein", &[], ""),
    pattern(Cue::Procedure(12), "hundesteuer|hund", &["anmelden|abmelden|melde|hundesteuer|ummelden|anmeldung|abmeldung|an|ab"], ""),
    pattern(Cue::Procedure(13), "auto|kfz|fahrzeug|pkw|wagen|motorrad|car", &["anmelden|abmelden|ummelden|zulassen|zulassung|melde|melden|register|stilllegen"], ""),
    pattern(Cue::Procedure(14), "parkausweis*|bewohnerparkausweis*|anwohnerparkausweis*|parkgenehmigung|anwohnerparken|bewohnerparken", &[], ""),
    pattern(Cue::Procedure(15), "baugenehmigung|bauantrag|bauvoranfrage|carport", &[], "akte"),
    pattern(Cue::Procedure(16), "fällung|baumfällung|baumfällgenehmigung|baumschutzsatzung", &[], ""),
    pattern(Cue::Procedure(17), "sperrmüll*", &[], ""),
    pattern(Cue::Procedure(18), "biotonne|restmülltonne|papiertonne|tonne|mülltonne", &[], "geleert|voll"),
    pattern(Cue::Procedure(19), "kita|kitaplatz|kindergartenplatz|krippenplatz|kindergarten", &["anmelden|anmeldung|platz|beantrage|kitaplatz|kindergartenplatz|krippenplatz"], ""),
    pattern(Cue::Procedure(20), "schülerbeförderung|schülerfahrkarte|schulbusfahrkarte|schülerticket", &[], ""),
    pattern(Cue::Procedure(21), "schankerlaubnis|gestattung|gaststättenerlaubnis|ausschankgenehmigung", &[], ""),
    pattern(Cue::Procedure(22), "sperrung|straßensperrung|halteverbot|halteverbotszone", &[], "strom|gas"),
    pattern(Cue::Procedure(23), "aufenthaltserlaubnis|aufenthaltstitel|residence permit", &[], "kopie"),
    pattern(Cue::Procedure(24), "einbürgerung", &[], ""),
    pattern(Cue::Procedure(25), "melderegister|melderegisterauskunft", &[], ""),
    pattern(Cue::Procedure(26), "führungszeugnis*", &[], "anbei"),
    pattern(Cue::Procedure(27), "schwerbehindertenausweis*|schwerbehinderung", &[], "kopie|anbei"),
    pattern(Cue::Procedure(28), "grundsteuer|stundung", &[], ""),
    pattern(Cue::Procedure(29), "akteneinsicht", &["bauakte|ausländerakte|meine"], ""),
    pattern(Cue::Procedure(30), "gebührenbescheid|abwasserbescheid|bußgeldbescheid|beitragsbescheid", &["widerspruch|einspruch"], ""),
    pattern(Cue::Procedure(31), "rundfunkbeitrag*", &[], ""),
    pattern(Cue::Procedure(32), "unterhaltsvorschuss|sozialhilfe|grundsicherung|bürgergeld", &[], "beziehe|bezieht|bekomme|erhalte"),
    pattern(Cue::SeveralAnnounced, "zwei|drei|vier|mehrere dinge|sachen|bitten|anträge|punkte", &["mail|email|aufwasch|brief|einmal|zettel|abwasch"], "dazu|unklar|verstehe|verstehen|aufgefallen|geschickt|finde|fragen"),
    pattern(Cue::SeveralAnnounced, "zwei|drei|vier|mehrere|verschiedene anliegen", &[], "bearbeitet|bürger"),
];

/// Words that ask for something.
const ASKING: &str = "beantrage|bitte|bitten|möchte|möchten|will|wollen|brauche|brauch|benötige|melde|stelle|können|könnten|lege|beantragt|hiermit\
    |wann|apply|want|like|need|please|request";

/// Words that ask for something where "wir" stands beside them.
const WE_ASK: &str = "beantragen|melden|stellen|benötigen|brauchen";

/// Words that set a second request off.
const FURTHER: &str = "außerdem|ausserdem|zusätzlich|zudem|ferner|weiterhin|gleichzeitig|ebenso|daneben|zweitens|zweites|desweiteren|weiteren\
    |darüber|anderen|anderes|zweite|second|furthermore|additionally|also|weiteres|nebenbei|drittens";

/// Words of a sentence that only hands in, reports or asks what the first one costs.
const ANCILLARY: &str = "lege|füge|anbei|beigefügt|kostet|kosten|dauert|frage|nachweis|bescheinigung|kopie|besitze|habe|hatte|hat|beziehe";

/// More than one request.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    let message = mail.message;
    if message.circumstances.bulk
        || message.circumstances.automatic
        || mail.verdict.class.of(Class::Other) > 0.5
    {
        return None;
    }
    let announced = mail.scan.all(Cue::SeveralAnnounced).next();
    let index = second(mail).or(announced)?;
    Some(format!("Mehr als ein Anliegen in einer Nachricht: „{}“.", quote(mail.text, index)))
}

/// The place where another procedure is asked for than before.
fn second(mail: &Mail<'_>) -> Option<usize> {
    let text = mail.text;
    let body = |index: usize| text.at(index).is_some_and(|token| token.sentence > 0);
    let asked: Vec<(u8, usize)> =
        mail.scan.procedures().filter(|(_, index)| body(*index) && is_asked(text, *index)).collect();
    let (first, at) = *asked.first()?;
    let others = asked.iter().filter(|(number, index)| *number != first && *index > at);
    others.map(|(_, index)| *index).find(|index| set_off(text, *index) && !is_ancillary(text, *index))
}

/// Whether the sentence around a procedure asks for it.
fn is_asked(text: &Text, index: usize) -> bool {
    let has = |words: &str| near(text, index, 12, words);
    has(ASKING) || has(WE_ASK) && has("wir|ich") || asks(text, index) && has("wie|wo|was")
}

/// Whether the request at `index` is set off from the one before: by a word of its sentence, or by a number or mark.
fn set_off(text: &Text, index: usize) -> bool {
    let first = text.before(index, 20).last().unwrap_or(index);
    let listed = text.number(first).is_some_and(|number| (2..=9).contains(&number))
        || text.is_mark(first, '-')
        || text.is_mark(first, '•')
        || text.is_mark(first, '*')
        // "Zweitens:" and "2." may be sentences of their own.
        || first.checked_sub(1).is_some_and(|before| {
            is_any(text.word(before), FURTHER) || text.is_mark(before, ':') || text.is_mark(before, '.')
                && text.number(before.saturating_sub(1)).is_some_and(|number| (2..=9).contains(&number))
        });
    listed || text.before(index, 20).any(|near| is_any(text.word(near), FURTHER))
}

fn is_ancillary(text: &Text, index: usize) -> bool {
    near(text, index, 20, ANCILLARY)
        && !near(text, index, 20, "beantrage|beantragen|möchte|bitte|widerspruch")
}
