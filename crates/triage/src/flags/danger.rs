//! `gefahr`: somebody threatens, or may harm themselves.
//!
//! Who is harmed weighs more than a false alarm: this flag prefers to be raised. Idioms ("bringt mich noch um",
//! "todlangweilig") and what a fire inspection or a hunter writes are left out nevertheless.
//! Understood: German and English, and plain words in Turkish, Russian, Ukrainian, Arabic, Polish and French.

use super::Mail;
use super::farewell;
use super::scan::{Cue, Pattern, Scan, is_any, near, pattern, quote};
use crate::text::Text;

/// Whom a threat is aimed at.
const WHOM: &str = "den|mich|dich|euch|sie|ihn|uns|sich|alle|jemanden|jeden|kind|kinder|kindern|frau|familie";

/// Who or what is no victim of a person's threat.
const HARMLESS: &str = "hund|hunde|hunden|wolf|wölfe|tier|tiere|fuchs|marder|hühner|katze|schafe|krimi|buch|film|roman\
    |weltkrieg|gedenken|gedenktafel|keime|bakterien|viren|unkraut|ungeziefer|ratten|wespen|tauben";

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Against themselves.
    pattern(Cue::Danger, "umbringen|umbringe|umzubringen|umbringt", &["mich|dich|euch|sie|ihn|sich|uns|alle|kind|kinder|jemanden"], "noch"),
    pattern(Cue::Danger, "mich umbringen|umbringe", &["ich"], ""),
    pattern(Cue::SplitVerb, "bringe|bring|bringt", &["um"], ""),
    pattern(Cue::SplitVerb, "hänge|häng", &["auf"], ""),
    pattern(Cue::SplitVerb, "knalle|knall|steche|stech", &["ab"], ""),
    pattern(Cue::Danger, "mir|sich|uns das leben", &["nehme|nehmen|nimmt|nimm|genommen|nähme"], ""),
    pattern(Cue::Danger, "nicht mehr|länger leben|weiterleben", &["will|möchte|kann|mag|wollen|wollte|möchten|können"], "von|davon|euro|zusammen|getrennt"),
    pattern(Cue::Danger, "nicht weiterleben", &["will|möchte|kann|mag"], ""),
    pattern(Cue::DangerNamed, "suizid|suizidal*|suizidgefähr*|suizidgedanken|suizidversuch*|suizidabsicht*|suizidandrohung|selbstmord|selbstmordgedanken|selbstmordversuch|selbstmordgefähr*|selbsttötung|lebensmüde", &[],
        "prävention|vortrag|fachtag|fachtagung|tagung|seminar|statistik|literatur|fortbildung|netzwerk|begangen|beging|verstorben|verstarb|assistiert*|beihilfe"),
    pattern(Cue::Danger, "sterben", &["will|möchte|wollte|wünsche", "ich|nur|endlich"], "nicht|neugier|langeweile|vor|würde|hause"),
    pattern(Cue::Danger, "nicht mehr aufwachen", &["mag|will|möchte"], ""),
    pattern(Cue::Danger, "strick", &["hängt|nehme|bereit|hals|scheune|dachboden"], "kurs|nadel"),
    pattern(Cue::Danger, "abschiedsbrief*|selbstverletz*|pulsadern", &[], ""),
    pattern(Cue::Danger, "antun|antue|antut|anzutun", &["mir|sich", "etwas|was"], ""),
    pattern(Cue::Danger, "springe|spring|springen|stürze|stürzen", &["brücke|dach|hochhaus|balkon|fenster|zug|gleise|gleis|bahn", "ich|mich"], "darf|dürfen"),
    pattern(Cue::Danger, "werfe|werfen|schmeiße|lege|legen", &["zug|gleise|bahn", "mich|sich"], ""),
    pattern(Cue::Danger, "tabletten|schlaftabletten|pillen", &["gesammelt|schlucke|schlucken|überdosis|bereit|reichen|da"], "verschrieben|rezept|rezepte|arzt|ärztin|apotheke|krankenkasse|abholen"),
    pattern(Cue::Danger, "erhänge|erhängen|erhängt", &["mich|sich"], "hat|wurde"),
    pattern(Cue::Danger, "übergieße|übergießen|übergossen|übergießt", &["benzin|spiritus|brennspiritus"], ""),
    pattern(Cue::Danger, "keinen|kein ausweg mehr", &[], ""),
    pattern(Cue::Danger, "ausweg", &["keinen|kein", "sehe|weiß|finde", "leben|mehr|sterben"], ""),
    pattern(Cue::Danger, "dem|allem ein ende", &["mach*|setze|setzen|bereite|bereiten"], "lärm|spuk|zustand"),
    pattern(Cue::Danger, "schluss", &["leben|allem", "mache|mach|machen"], "heute"),
    pattern(Cue::Danger, "besser|lieber tot", &[], ""),
    pattern(Cue::Danger, "dem leben", &["scheide|scheiden|scheidet"], ""),
    pattern(Cue::Danger, "ritze|ritzt|geritzt", &["mich|sich"], ""),
    // English.
    pattern(Cue::Danger, "kill|killing", &["myself|yourself|you|me|him|her|them|us|everyone|himself|herself"], "deadline|time"),
    pattern(Cue::Danger, "suicide|suicidal", &[], "prevention|training|conference|workshop"),
    pattern(Cue::Danger, "end my life", &[], ""),
    pattern(Cue::Danger, "want|wanted|wants to die", &[], "don"),
    pattern(Cue::Danger, "to live|living", &["don|not|no", "want|wish|reason", "anymore|longer|more|reason"], "here|there|in|house|flat|apartment|together"),
    pattern(Cue::Danger, "hurt|harm|hang|cut myself", &[], ""),
    // Turkish.
    pattern(Cue::Danger, "öldürece*|öldürürüm|öldürücem|öldürmek", &[], ""),
    pattern(Cue::Danger, "intihar", &[], "önleme"),
    pattern(Cue::Danger, "yaşamak|ölmek istiyor*|istemiyor*", &[], "burada|almanya|ev|evde"),
    pattern(Cue::Danger, "canıma", &["kıy*"], ""),
    // Russian and Ukrainian.
    pattern(Cue::Danger, "покончу|покончить|покончит с собой|жизнью", &[], ""),
    pattern(Cue::Danger, "самоубийств*|самогубств*|суицид*|суїцид*|повешусь|повішуся", &[], "профилактик*|профілактик*"),
    pattern(Cue::Danger, "жить|жити", &["не", "хочу|хочется|хочеться", "больше|більше|уже|вже"], "здесь|тут|с|в|у"),
    pattern(Cue::Danger, "умереть|померти|вмерти", &["хочу"], "не"),
    pattern(Cue::Danger, "убью|убьем|убьём|застрелю|зарежу|заріжу|взорву|підірву|сожгу|спалю|покінчу", &[], ""),
    pattern(Cue::Danger, "убить|вбити|убити", &["себя|вас|меня|нас|себе|мене"], ""),
    pattern(Cue::Danger, "вб|уб", &["ю|ють|є"], ""),
    // Arabic.
    pattern(Cue::Danger, "سأقتل|ساقتل|سأقتلكم|سأقتلك|أقتل|اقتل|سأنتحر|سانتحر|أنتحر|انتحر|انتحار|الانتحار", &[], ""),
    pattern(Cue::Danger, "أعيش|اعيش|العيش|الحياة", &["لا", "أريد|اريد"], "هنا|في"),
    pattern(Cue::Danger, "أموت|اموت|الموت", &["أريد|اريد"], "لا"),
    // Polish.
    pattern(Cue::Danger, "zabiję|zabije|zabić|zabijemy", &["się|was|cię|ich|wszystkich|siebie|mnie|nas"], "czas"),
    pattern(Cue::Danger, "samobójstw*", &[], "zapobieganie|profilaktyka"),
    pattern(Cue::Danger, "żyć", &["nie", "chcę|chce", "już|więcej|dłużej"], "tu|tutaj|w|z"),
    pattern(Cue::Danger, "umrzeć", &["chcę"], "nie"),
    pattern(Cue::Danger, "sobie życie", &["odbiorę|odebrać"], ""),
    // French.
    pattern(Cue::Danger, "me|se|vous|te|les tuer|suicider|pendre", &[], "prévention"),
    pattern(Cue::Danger, "mourir", &["veux|envie"], "pas"),
    pattern(Cue::Danger, "mes jours", &["fin", "mettre|mets"], ""),
    pattern(Cue::Danger, "vivre", &["veux|envie", "plus"], "ici|dans|avec"),
    // With threats.rs: what is done to others.
    pattern(Cue::Danger, "erschieße|erschieß|erschießen|erschiesse|erschiessen|erstechen|erschlage|erschlagen|abstechen|abknallen|abschlachten|kaltmachen|totschlagen|vergasen|lynchen|köpfen|töte|töten|ermorden", &[WHOM], HARMLESS),
    pattern(Cue::Danger, "aufhängen", &["mich|euch|dich"], "plakat|foto|fotos|bild|bilder|wäsche|zettel"),
];

/// A threat, or somebody who may harm themselves.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    let text = mail.text;
    let named = named(mail.scan).filter(|_| !mail.asks_nothing());
    let index = said(text, mail.scan).into_iter().chain(named).min().or_else(|| farewell::of(mail))?;
    Some(format!("Hinweis auf eine Gefahr für Menschen: „{}“.", quote(text, index)))
}

/// Where it is said in words that leave little doubt.
pub(super) fn said(text: &Text, scan: &Scan) -> Option<usize> {
    scan.all(Cue::Danger).chain(scan.all(Cue::SplitVerb).filter(|index| splits(text, *index))).min()
}

/// Where it is only named, as lectures and reports do too.
pub(super) fn named(scan: &Scan) -> Option<usize> {
    scan.all(Cue::DangerNamed).next()
}

/// "Ich bringe euch um", "häng ich mich auf": the verb's other half ends the clause, and there is a victim between.
fn splits(text: &Text, index: usize) -> bool {
    let half = match text.word(index).chars().next() {
        Some('b') => "um",
        Some('h') => "auf",
        _ => "ab",
    };
    let ends = |at: usize| {
        let next = text.word(at + 1);
        let same = text.at(at + 1).map(|token| token.sentence) == text.at(at).map(|token| token.sentence);
        let goes_on = same && text.at(at + 1).is_some_and(|token| token.is_word() || token.is_number());
        !goes_on || is_any(next, "wenn|falls|und|oder|weil|bevor|sobald|ihr|du")
    };
    let third = text.word(index) == "bringt";
    if third && near(text, index, 10, "noch|uhr") {
        return false;
    }
    let who = if third { "er|mann|freund|vater|exmann|sohn|bruder" } else { "ich" };
    let me = text.before(index, 5).chain(text.after(index, 3)).any(|near| is_any(text.word(near), who));
    let whom = |near: usize| {
        is_any(text.word(near), "mich|dich|euch|sie|ihn|alle") || text.at(near).is_some_and(|t| t.capital)
    };
    let victim = text.before(index, 4).chain(text.after(index, 5)).any(whom);
    let parted = text.after(index, 8).any(|at| text.word(at) == half && ends(at));
    parted && victim && (me || half != "um" || text.word(index) == "bring")
}
