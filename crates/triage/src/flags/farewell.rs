//! `gefahr`, continued: people who announce their death often do not name it. They put their things in order,
//! see to the cat, take the blame from everybody, and say that they will not be there.
//!
//! Each of these alone is a removal or a thank-you; several of both kinds together are not.

use super::Mail;
use super::scan::{Cue, Pattern, Scan, pattern};

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::Despair, "nicht mehr da", &["bin|sein|werde"], "zuständig|urlaub|elternzeit|vertretung|öffnungszeiten"),
    pattern(Cue::Despair, "lesen", &["wenn", "das|dies|diese|brief"], "könnten|kann|gern|bitte"),
    pattern(Cue::Despair, "vorwurf|vorwürfe", &["keinen|niemandem|keine"], ""),
    pattern(Cue::Despair, "schuld", &["niemand|keiner|keinen"], "unfall|versicherung"),
    pattern(Cue::Despair, "kann|konnte nicht mehr", &["ich"], "warten|zahlen|kommen|gehen|arbeiten|laufen|anmelden|öffnen|finden|erreichen"),
    pattern(Cue::Despair, "keine kraft mehr", &[], ""),
    pattern(Cue::Despair, "nichts mehr", &["brauche|brauchen|braucht|machen|rechnen"], "anbieten"),
    pattern(Cue::Despair, "niemand mehr", &["kümmern|vermissen|sorgen|mich"], ""),
    pattern(Cue::Despair, "ist schluss", &["heute|nacht|morgen"], "uhr|lustig|feier|feierabend|kasse|ferien|schule"),
    pattern(Cue::Despair, "mir leid", &["tut", "umstände|schulden|allen|alle|euch|mühe"], ""),
    pattern(Cue::Despair, "an ihnen|ihr|euch liegt", &["nicht"], ""),
    pattern(Cue::Despair, "ganz ruhig", &["ich|mir"], ""),
    pattern(Cue::Despair, "immer nett|freundlich|anständig", &["waren|war"], ""),
    pattern(Cue::Despair, "leben sie|ihr wohl", &[], ""),
    pattern(Cue::InOrder, "schlüssel", &["nachbar|nachbarn|nachbarin|hausmeister|topf|kasten|briefkasten|liegt|liegen|bei|stock"], "verloren|wohnungsgeberbestätigung|übergabe"),
    pattern(Cue::InOrder, "katze|kater|hund|vogel|wellensittich", &["nachbar|nachbarn|nachbarin|schwester|bruder|bei|gesorgt|versorgt|kümmert|geht"], "steuer|hundesteuer|anmelden|abmelden|bellt|gebissen|entlaufen|chip"),
    pattern(Cue::InOrder, "geordnet|sortiert|geregelt|aufgeräumt", &["alles|papiere|wohnung|ordner|mappe|habe|hab"], "anbei|beigefügt"),
    pattern(Cue::InOrder, "tabletten|pillen", &["liegen|liegt|reichen|da"], "rezept|arzt|apotheke"),
    pattern(Cue::InOrder, "wohnung", &["leer", "geräumt|ist"], "übergabe|vermieter|kaution|vermietet"),
];

/// Where the second sign stands, if there are enough of them and the mail is meant for somebody.
pub(super) fn of(mail: &Mail<'_>) -> Option<usize> {
    let nameless = mail.asks_nothing() || mail.message.circumstances.bulk;
    sign(mail.scan).filter(|_| !nameless)
}

/// Where the second sign stands, if there are enough of them.
pub(super) fn sign(scan: &Scan) -> Option<usize> {
    let count = |cue| scan.all(cue).count();
    let (despair, in_order) = (count(Cue::Despair), count(Cue::InOrder));
    let enough = despair >= 1 && in_order >= 2 || despair >= 2 && in_order >= 1;
    enough.then(|| scan.all(Cue::Despair).last()).flatten()
}
