//! Which branch of law a mail is about, by its words: it decides on the court, and with it on the period.

use std::sync::LazyLock;

use crate::text::Text;
use crate::words::Words;

/// The procedural law that governs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matter {
    /// Administrative courts: VwVfG and VwGO.
    General,
    /// Taxes of a municipality: VwGO, but notice is given under the AO (§ 1 II AO).
    LocalTax,
    /// Social courts: SGB X and SGG.
    Social,
    /// Tax offices and Familienkassen: AO and FGO.
    Tax,
    /// Fines: `OWiG`.
    Fine,
}

/// What a mail is about, it says on its first page.
const READ: usize = 600;

const GENERAL: u16 = 1;
const LOCAL_TAX: u16 = 2;
const SOCIAL: u16 = 4;
const TAX: u16 = 8;
const FINE: u16 = 16;
/// An objection of this name is one to a tax or a fine, where the rest fits.
const EINSPRUCH: u16 = 32;
const TRAFFIC: u16 = 64;

#[rustfmt::skip]
const GROUPS: [(u16, &[&str]); 7] = [
    (GENERAL, &["wohngeld*", "bafög*", "unterhaltsvorschuss*", "aufenthalt*", "visum*", "einbürger*", "gewerbeanmeldung*", "gewerbeuntersagung*", "baugenehmigung*", "bauantrag*", "bauvoranfrage*", "nutzungsuntersagung*", "kita*", "kindertages*", "führerschein*", "fahrerlaubnis*", "sondernutzung*", "rundfunkbeitrag*", "jugendamt*", "jugendhilfe*", "abschlepp*", "melderegister*", "reisepass*", "personalausweis*"]),
    (LOCAL_TAX, &["grundsteuer", "grundsteuerbescheid*", "gewerbesteuer", "gewerbesteuerbescheid*"]),
    (SOCIAL, &["jobcenter*", "bürgergeld*", "grundsicherung*", "sozialhilfe*", "schwerbehinde*", "gdb", "merkzeichen*", "pflegegrad*", "pflegekasse*", "altersrente*", "erwerbsminderungsrente*", "rentenbescheid*", "rentenversicherung*", "elterngeld*", "arbeitslosengeld*", "asylblg", "asylbewerberleistung*", "berufsgenossenschaft*", "eingliederungshilfe*", "bedarfsgemeinschaft*", "hartz*", "alg", "sgg"]),
    (TAX, &["finanzamt*", "einkommensteuer*", "umsatzsteuer*", "lohnsteuer*", "kindergeld*", "familienkasse*", "erbschaftsteuer*", "schenkungsteuer*", "kraftfahrzeugsteuer*", "kfzsteuer*", "hauptzollamt*", "grundsteuerwert*", "grundsteuermess*", "gewerbesteuermess*", "steuerbescheid*", "körperschaftsteuer*"]),
    (FINE, &["bußgeld*", "bussgeld*", "owi*", "ordnungswidrig*", "verwarnungsgeld*", "geblitzt", "blitzer*", "knöllchen*", "strafzettel*"]),
    (EINSPRUCH, &["einspruch*"]),
    (TRAFFIC, &["fahrverbot*", "punkte", "betroffene*", "verkehrsverstoß*", "parkverstoß*", "geparkt", "falschpark*", "verwarnung*", "geschwindigkeit*", "rotlicht*", "messfoto*", "tatvorwurf*", "parken", "fahrer", "fahrerin", "gefahren"]),
];

static WORDS: LazyLock<Words<u16>> = LazyLock::new(|| {
    Words::new(GROUPS.iter().flat_map(|(group, words)| words.iter().map(|word| (*word, *group))))
});

/// The matter of a text. Papers of other offices come along as evidence, so tax and traffic need a word more.
pub(super) fn of(text: &Text) -> Matter {
    let mut seen = 0;
    for index in 0..text.tokens.len().min(READ) {
        let groups = WORDS.of(text.known(index)).fold(0, |bits, group| bits | group) | code(text, index);
        let evidence = groups & SOCIAL != 0 && !is_at_issue(text, index);
        seen |= if evidence { groups & !SOCIAL } else { groups };
    }
    let has = |group| seen & group != 0;
    let elsewhere = has(GENERAL) || has(SOCIAL);
    if has(FINE) || has(EINSPRUCH) && has(TRAFFIC) && !has(TAX) {
        Matter::Fine
    } else if has(LOCAL_TAX) {
        Matter::LocalTax
    } else if has(TAX) && (has(EINSPRUCH) || !elsewhere) {
        Matter::Tax
    } else if has(SOCIAL) && !has(GENERAL) {
        Matter::Social
    } else {
        Matter::General
    }
}

/// "SGB II"; but "SGB VIII", youth welfare, is for the administrative courts.
fn code(text: &Text, index: usize) -> u16 {
    match (text.word(index), text.word(index + 1)) {
        ("sgb", "viii" | "8") => GENERAL,
        ("sgb", _) => SOCIAL,
        _ => 0,
    }
}

/// Whether a benefit is what the mail is about: named in the subject, or beside what is applied for or decided.
/// Who encloses a disability pass with another application only shows it.
fn is_at_issue(text: &Text, index: usize) -> bool {
    const ABOUT: [&str; 7] =
        ["antrag", "beantrag", "weiterbewillig", "bescheid", "ablehn", "abgelehnt", "widerspr"];
    let about = |at| {
        ABOUT.iter().any(|begin| text.word(at).starts_with(begin)) || text.word(at).ends_with("bescheid")
    };
    text.tokens[index].sentence == 0 || text.before(index, 8).chain(text.after(index, 8)).any(about)
}
