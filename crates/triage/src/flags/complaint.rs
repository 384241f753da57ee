//! `beschwerde`: somebody complains about the authority's people or how they treated them (GGO: to the superior).

use super::Mail;
use super::scan::{Cue, Pattern, asks, conditional, is_any, near, pattern, quote};
use crate::text::Text;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::FormalComplaint, "dienstaufsichtsbeschwerde|fachaufsichtsbeschwerde|aufsichtsbeschwerde|dienst-|fachaufsichts-", &[], "wie|zahl|anzahl|sachstand|stand|beraten|seminar|ob|was|habe|hatte|keine|formular|werde|würde|behalte"),
    pattern(Cue::Complaint, "beschwerde|beschwere|beschweren|complain|complaint", &[], NOT_HERE),
    pattern(Cue::Mistreated, "angeschrien|angebrüllt|angeschnauzt|angemotzt|ausgelacht|beleidigt|beleidigte|beschimpft|geduzt|schikaniert|schikanieren|diskriminiert|gedemütigt|bloßgestellt|abgewimmelt|angepöbelt|ausfallend|angefahren|rude", &[], NOT_HERE),
    pattern(Cue::Mistreated, "unfreundlich*|unhöflich*|unverschämt*|respektlos*|herablassend*|rassistisch*|patzig*|pampig|pampige|arrogant*|schnippisch*|einschüchternd*|schroff*|ruppig*|inakzeptabel*|frechheit|unmöglich*|unangemessen*", &[], NOT_HERE),
    pattern(Cue::Mistreated, "von oben herab", &[], NOT_HERE),
];

/// Who is none of the authority's people.
const NOT_HERE: &str = "lärm|nachbar|nachbarn|nachbarin|nachbars|vermieter|vermieters|vermieterin|hund|krankenkasse|verkehrsbetriebe|busfahrer|restaurant|lokal\
    |küche|chef|arbeitgeber|trotz|blieb|gar|keinesfalls|keineswegs|klasse|mitschüler|lehrer|lehrerin|händler|firma|gesundheitliche";

/// The authority's people.
#[rustfmt::skip]
const STAFF: &str = "mitarbeiter|mitarbeiterin|mitarbeitern|mitarbeiters|mitarbeiterinnen|mitarbeitenden|sachbearbeiter|sachbearbeiterin|sachbearbeiters\
    |sachbearbeitung|kollege|kollegen|kollegin|kolleginnen|beamter|beamte|beamten|beamtin|angestellte|angestellten|personal|politesse|politessen\
    |standesbeamtin|standesbeamte|standesbeamten|vollzugsbeamte|vollzugsbeamten|vollzugsdienst|dame|schalter|amtsleiter|amtsleiterin|abteilungsleiter\
    |abteilungsleiterin|fahrer|müllmänner|kontrolleur|kontrolleure|employee|officer|clerk|staff|bediensteten|bedienstete|sicherheitsdienst|pförtner";

/// A person by name, where something is complained about.
const NAMED: &str = "frau|herrn|herr";

/// What is complained about, besides people.
const TREATMENT: &str = "verhalten|behandlung|behandelt|umgang|auftreten|vorgehen|ton|tonfall|umgangston|arbeitsweise|willkür|schikane";

/// A complaint about staff or treatment.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    if mail.message.circumstances.bulk || mail.message.circumstances.automatic || mail.asks_nothing() {
        return None;
    }
    let text = mail.text;
    let formal = mail.scan.all(Cue::FormalComplaint).find(|at| is_lodged(text, *at));
    let index = formal.or_else(|| complaint(mail)).or_else(|| mistreated(mail))?;
    Some(format!("Beschwerde über Beschäftigte oder Behandlung: „{}“.", quote(text, index)))
}

/// Lodged here; not asked about, threatened, or counted.
fn is_lodged(text: &Text, index: usize) -> bool {
    !asks(text, index) && !conditional(text, index)
}

/// "Ich möchte mich über das Verhalten Ihrer Mitarbeiterin beschweren", "Beschwerde über Frau L.".
fn complaint(mail: &Mail<'_>) -> Option<usize> {
    let text = mail.text;
    let mistreated = mail.scan.has(Cue::Mistreated);
    mail.scan.all(Cue::Complaint).find(|index| {
        let has = |words: &str| near(text, *index, 16, words);
        let person = has("gegen|über|about")
            && has(NAMED)
            && is_any(text.word(*index), "beschwerde|beschwere|beschweren");
        let about = has(STAFF)
            || has(TREATMENT) && has("ihr|ihre|ihrer|ihres|ihrem|ihren|amt|bürgeramt|behörde|your|hause")
            || person;
        let subject = text.at(*index).is_some_and(|token| token.sentence == 0) && mistreated;
        let denied =
            has("nicht|not|any|keine|gericht|amtsgericht|beschluss|wo|wie|wen|wem") && !has("hiermit");
        (about || subject) && !denied && !asks(text, *index)
    })
}

/// "Ihr Mitarbeiter hat mich angeschrien": bad treatment by the authority's people, in one sentence.
fn mistreated(mail: &Mail<'_>) -> Option<usize> {
    let text = mail.text;
    mail.scan.all(Cue::Mistreated).find(|index| {
        let has = |words: &str| near(text, *index, 14, words);
        let treats = is_any(text.word(*index), "inakzeptabel*|unmöglich*|unangemessen*|frechheit");
        let people = has(STAFF) || treats && has("sachbearbeiters|mitarbeiterin|mitarbeiters");
        let denied = has("nicht|nie|keineswegs|weder") && !has("worden|ernst");
        people && !denied && !asks(text, *index)
    })
}
