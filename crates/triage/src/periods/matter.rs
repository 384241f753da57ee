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
    (SOCIAL, &["jobcenter*", "bürgergeld*", "grundsicherung*", "sozialhilfe*", "schwerbehinde*", "gdb", "merkzeichen*", "pflegegrad*", "pflegekasse*", "krankenkasse*", "altersrente*", "erwerbsminderungsrente*", "rentenbescheid*", "rentenversicherung*", "elterngeld*", "arbeitslosengeld*", "asylblg", "asylbewerberleistung*", "berufsgenossenschaft*", "eingliederungshilfe*", "bedarfsgemeinschaft*", "hartz*", "alg", "sgg"]),
    (TAX, &["finanzamt*", "einkommensteuer*", "umsatzsteuer*", "lohnsteuer*", "kindergeld*", "familienkasse*", "erbschaftsteuer*", "schenkungsteuer*", "kraftfahrzeugsteuer*", "kfzsteuer*", "hauptzollamt*", "grundsteuerwert*", "grundsteuermess*", "gewerbesteuermess*", "steuerbescheid*", "körperschaftsteuer*"]),
    (FINE, &["bußgeld*", "bussgeld*", "owi*", "ordnungswidrig*", "verwarnungsgeld*", "geblitzt", "blitzer*", "knöllchen*", "strafzettel*"]),
    (EINSPRUCH, &["einspruch*"]),
    (TRAFFIC, &["fahrverbot*", "punkte", "betroffene*", "verkehrsverstoß*", "parkverstoß*", "geparkt", "falschpark*", "verwarnung*", "geschwindigkeit*", "rotlicht*", "messfoto*", "tatvorwurf*", "parken", "fahrer", "fahrerin", "gefahren"]),
];

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(GROUPS.iter().flat_map(|(group, words)| words.iter().map(|word| (*word, *group))))
});

/// The matter of a text. Papers of other offices come along as evidence, so tax and traffic need a word more.
pub(super) fn of(text: &Text) -> Matter {
    let mut seen = 0;
    for index in 0..text.tokens.len().min(READ) {
        seen |= WORDS.of(text.word(index)).fold(0, |bits, group| bits | group) | social_code(text, index);
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

/// "SGB II", but not "SGB VIII": youth welfare is for the administrative courts.
fn social_code(text: &Text, index: usize) -> u16 {
    let next = text.word(index + 1);
    if text.word(index) == "sgb" && !matches!(next, "viii" | "8") { SOCIAL } else { 0 }
}
