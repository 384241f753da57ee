//! Which mentioned day is a deadline: the words around it, weighed and added up.
//!
//! A mention counts where its sum is positive; the weights are log-odds. Groups of words, their reach and the
//! constants are set by hand; of the weights some were fitted on the training files and rounded, others set by
//! hand for wordings that those files hardly have. Each group is one piece of evidence, however many of its
//! words occur.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::mention::{Mention, Rule};
use super::numeric;
use crate::text::Text;
use crate::words::Words;

/// Where a group of words must stand to count.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// At most so many tokens before the day, in its sentence.
    Before(usize),
    /// At most so many tokens after it.
    After(usize),
    /// At most so many tokens before or after it.
    Near(usize),
}

/// Words that speak for or against a deadline; a word ending in `*` stands for all that begin so.
struct Cue {
    /// What it is evidence of; for people who read or fit the table.
    #[cfg_attr(not(test), expect(dead_code, reason = "only people and tests read it"))]
    name: &'static str,
    place: Place,
    weight: f64,
    words: &'static [&'static str],
}

/// The farthest that any cue is looked for, in tokens.
const REACH: usize = 9;

static WORDS: LazyLock<Words<u16>> = LazyLock::new(|| {
    let pairs =
        CUES.iter().zip(0u16..).flat_map(|(cue, number)| cue.words.iter().map(move |word| (*word, number)));
    Words::new(pairs)
});

/// What a mention has before any cue is seen.
const START: f64 = -0.6;

/// Who names the day in the subject, names what it is about.
const SUBJECT: f64 = 1.5;

/// A far day written with its year is far on purpose.
const FAR_ON_PURPOSE: f64 = 2.3;

#[rustfmt::skip]
const CUES: &[Cue] = &[
    Cue { name: "until", place: Place::Before(3), weight: 0.9, words: &["bis", "spätestens", "by", "until", "till", "до", "do", "hasta", "entro", "tot", "jusqu", "längstens", "vor", "before", "avant", "przed", "antes", "prima", "voor", "قبل", "حتى", "până", "trước", "d’ici", "ici", "к", "jusque", "jusqu’à", "aufs", "spät", "hạn", "din", "înainte", "vóór", "uiterlijk", "prije", "преди", "към", "μέχρι", "έως", "πριν", "deri", "para", "đến", "най-късно", "najpóźniej", "más", "tardar", "au", "tard", "plus"] },
    Cue { name: "until-after", place: Place::After(3), weight: 3.3, words: &["kadar", "spätestens", "dienstschluss", "tarihine", "önce"] },
    Cue { name: "latest", place: Place::Near(6), weight: 0.9, words: &["spätestens", "latest", "längstens", "dahin", "fristende", "ansonsten", "andernfalls", "sonst", "dienstschluss", "otherwise"] },
    Cue { name: "of", place: Place::Before(2), weight: -1.4, words: &["vom", "v", "datum", "geb", "geboren", "born", "dated", "né", "née", "gesendet", "date", "sent", "nata", "nato", "verst", "gest", "verstorben"] },
    Cue { name: "since", place: Place::Before(2), weight: -0.7, words: &["seit", "since", "depuis", "от", "від", "desde", "dal", "sinds", "nach", "od"] },
    Cue { name: "from", place: Place::Before(2), weight: -2.0, words: &["ab", "from", "à", "partir"] },
    Cue { name: "to", place: Place::Before(2), weight: -0.3, words: &["zum", "per"] },
    Cue { name: "demand", place: Place::Near(9), weight: 0.9, words: &["bitte", "bitten", "gebeten", "erbitten", "erbeten", "antwort*", "erledigung", "mitteilung", "auskunft", "stellungnahme", "beantwort*", "rückmeldung", "übersend*", "teilen", "vorlage", "vorzulegen", "vorlegen", "rücklauf", "benötig*", "brauch*", "reply", "answer", "send", "please", "need", "entgegen", "verbunden", "dankbar", "mitzuteilen", "réponse", "zuleitung", "rückäußerung", "répondre", "réponse*", "répondez", "veuillez", "merci", "besoin", "confirmer", "envoyer", "cevap", "yanıt", "lütfen", "bildirin*", "gönderin*", "gerekiyor", "lazım", "ihtiyac*", "odpowied*", "prosz*", "prosimy", "potrzebuj*", "odpisać", "відповід*", "ласка", "надішл*", "потріб*", "ответ*", "пожалуйста", "прошу", "пришл*", "нуж*", "يرجى", "الرد", "ارجو", "أرجو", "نحتاج", "أحتاج", "من", "فضلك", "rispond*", "risposta", "preghiamo", "prego", "bisogno", "inviare", "respond*", "respuesta", "favor", "necesit*", "enviar", "răspund*", "răspuns*", "rugăm", "rog", "nevoie", "trimite*", "antwoord*", "alstublieft", "graag", "nodig", "sturen", "trả", "lời", "vui", "lòng", "cần", "gửi", "отговор*", "моля", "нужда", "изпрат*", "odgovor*", "molim*", "treba*", "poslat*", "απάντ*", "παρακαλ*", "χρειάζ*"] },
    Cue { name: "expiry", place: Place::Before(8), weight: 1.2, words: &["läuft", "laufen", "endet", "enden", "fällig*", "ablauf*", "abläuft", "verfällt", "expir*", "ends", "runs", "befristet", "zahlbar", "zahlungsziel", "erlischt", "auslauf*", "ausläuft", "expire*", "échéance", "termine", "kończy", "upływa", "wygasa", "bitiyor", "doluyor", "sona", "закінчу*", "истекает", "заканчивается", "scade*", "scadenza", "vence", "caduca", "expiră", "verloopt", "eindigt", "hết", "изтича", "ističe", "تنتهي", "ينتهي"] },
    Cue { name: "expiry-after", place: Place::After(6), weight: 0.6, words: &["ab", "aus", "endet", "fällig*", "abläuft", "ablaufen", "verfällt", "expires", "erlischt", "ausläuft", "abgelaufen", "bitiyor", "doluyor", "dolacak", "закінчується", "истекает", "scade", "vence", "verloopt", "تنتهي"] },
    Cue { name: "journey", place: Place::Near(9), weight: 1.3, words: &["flug*", "flieg*", "fliegen", "reise*", "maschine", "abflug", "flight", "fly", "travel*", "vol", "fähre", "überführ*", "uçağ*", "uçuş*", "lot", "рейс", "abreise", "urlaub", "kreuzfahrt", "fahren", "reisen", "voyage*", "avion", "départ", "yolculuk", "wylot*", "podróż*", "виліт", "летим", "летим*", "летимо", "вылет*", "поїзд*", "volo", "viaggio", "partenza", "vuelo", "viaje", "zbor*", "plec*", "vlucht", "reis", "chuyến", "bay", "полет*", "putuje*", "let", "سفر", "رحلة", "نسافر"] },
    Cue { name: "health", place: Place::Near(9), weight: 1.1, words: &["op", "operation", "operiert", "operieren", "operacja", "entlassen", "entlassung", "kaiserschnitt", "klinik*", "krankenhaus*", "aufnahme", "chemo*", "dialyse", "entbindung", "geburtstermin", "medikament*", "surgery", "hospital", "reha", "insulin", "opération", "hôpital", "ameliyat*", "hastane*", "operację", "szpital*", "операці*", "лікарн*", "операци*", "больниц*", "operazione", "ospedale", "operación", "spital*", "operație", "ziekenhuis", "operatie", "phẫu", "viện", "болниц*", "bolnic*", "عملية", "مستشفى"] },
    Cue { name: "eviction", place: Place::Near(9), weight: 0.8, words: &["räum*", "zwangsräumung", "gerichtsvollzieher*", "sperr*", "stromsperr*", "gassperr*", "abgestellt", "abstell*", "abgeklemmt", "abklemm*", "abdreh*", "abgedreht", "stromabstellung", "abschieb*", "rückführ*", "ausreise*", "raus", "rausgeworfen", "eviction", "evict*", "auszieh*", "kündig*", "verhaftung", "haftantritt", "versteiger*", "abschalt*", "einstell*", "strom", "obdachlos", "straße", "expulsion", "tahliye", "eksmisj*", "виселен*", "выселен*", "sfratto", "desahucio", "evacuare", "ontruiming", "أخلي", "طرد", "elektrik", "prąd", "світло", "свет", "corrente", "luz"] },
    Cue { name: "hearing", place: Place::Near(9), weight: 0.3, words: &["verhandlung*", "anhörung*", "gericht*", "hearing", "prüfung*", "sitzung*", "ausschuss*", "rat", "rates", "stadtrat*", "notartermin", "notar*", "standesamt*", "trauung*", "hochzeit*", "heirat*", "beerdig*", "bestatt*", "beisetz*", "burial", "funeral", "wedding", "examen", "probe*", "vorstellungsgespräch", "arbeitsbeginn", "umzug*"] },
    Cue { name: "feast", place: Place::Near(9), weight: 0.2, words: &["fest*", "sommerfest", "straßenfest", "feuerwerk*", "flohmarkt*", "konzert*", "demo*", "versammlung*", "kundgebung*", "aufzug*", "halteverbot*", "schwertransport*", "container*", "gerüst*", "kran*", "dreh*", "lauf*", "markt*", "feier*", "turnier*", "ausschank*", "feiern"] },
    Cue { name: "must", place: Place::Near(7), weight: 0.6, words: &["muss", "muß", "müssen", "müsste*", "must", "soll", "sollen", "dürfen", "will", "wollen", "wird", "werde", "werden", "kommt", "kommen", "geht", "doit", "have", "möchte*", "werd", "steht"] },
    Cue { name: "past-words", place: Place::Near(5), weight: -0.8, words: &["habe", "hab", "hatte*", "war", "waren", "wurde", "wurden", "hat", "haben", "kam", "kamen", "bin", "gestern", "bekommen", "erhalten", "geschickt", "gestellt", "abgegeben", "eingereicht", "beantragt", "gemeldet", "überwiesen", "verstorben", "gestorben", "worden", "lag", "lagen", "ging", "stand", "gab", "fand", "was", "were", "had"] },
    Cue { name: "living", place: Place::Near(3), weight: -0.6, words: &["geb", "geboren", "geburtsdatum", "born", "geburtstag", "verstorben", "gestorben", "gesendet", "schrieb", "wrote", "unterschrift", "utc", "mesz"] },
    Cue { name: "past-next", place: Place::After(2), weight: -1.0, words: &["war", "waren", "hat", "haben", "habe", "wurde", "wurden", "kam", "kamen", "ging", "bekam", "bekommen", "stand", "hatte", "hatten", "hab", "gab", "fand", "rief", "erhielt"] },
    Cue { name: "question", place: Place::Before(8), weight: -0.6, words: &["wann", "wer", "ob", "gibt", "wie", "warum", "kann"] },
    Cue { name: "quote", place: Place::Before(3), weight: -1.5, words: &[">", "[", "|"] },
    Cue { name: "hour", place: Place::After(4), weight: 0.8, words: &["uhr", "früh", "mittag", "morgens", "h", "pm"] },
    Cue { name: "start", place: Place::Near(6), weight: -0.5, words: &["einziehen", "einzug", "beginn*", "beginnt", "anfangen", "starten", "gültig", "anmelden", "abmelden", "ummelden", "umgezogen", "eröffn*", "öffnungszeiten", "geöffnet", "geschlossen", "wirkung", "gekündigt", "arbeite", "eingezogen", "anstell*", "lohnt", "rückwirkend", "bewilligt", "zeitraum", "stand"] },
    Cue { name: "bis-noch", place: Place::Before(3), weight: 0.6, words: &["bis", "noch", "endet", "läuft", "spätestens", "ende"] },
    Cue { name: "offer", place: Place::Near(6), weight: -0.8, words: &["ginge", "passt", "passen", "recht", "außer", "oder", "alternativ", "jeder", "jederzeit", "könnte", "ersatzweise", "egal", "lieber", "ganz"] },
    Cue { name: "late", place: Place::Near(7), weight: 3.3, words: &["abgelaufen", "verstrichen", "verfristet", "versäumt", "verpasst", "überschritten", "expired"] },
    Cue { name: "tonight", place: Place::After(1), weight: 1.1, words: &["abend", "mittag", "nachmittag", "noch", "um", "bis", "24", "mitternacht", "endet"] },
    Cue { name: "if", place: Place::Near(7), weight: 0.7, words: &["falls", "wenn", "sofern", "bevor", "damit", "sobald", "ohne", "if"] },
];

/// The weight of how a day was written.
fn of_rule(rule: Rule) -> f64 {
    match rule {
        Rule::Date | Rule::DayAfterTomorrow => 0.2,
        Rule::DayOfMonth => -2.2,
        Rule::Weekday => -1.2,
        Rule::Today => 0.4,
        Rule::Tomorrow => -1.0,
        Rule::Period => 0.6,
        Rule::EndOfWeek => -0.5,
        Rule::EndOfMonth => -0.8,
        Rule::EndOfYear => 0.1,
        Rule::CalendarWeek => -1.7,
        Rule::Feast => -1.3,
    }
}

/// The weight of how far away a day is: deadlines are near, dates of letters are past.
fn of_distance(days: i32) -> f64 {
    match days {
        ..=-1 => -3.3,
        0 => -1.2,
        1..=7 => 1.5,
        8..=40 => 0.8,
        41..=150 => 0.0,
        151..=400 => -2.8,
        _ => -2.6,
    }
}

/// A day of the last weeks with "bis" directly before it: the deadline has passed, it is not a letter's date.
const JUST_PASSED: f64 = -0.5;

/// The sum of the evidence that a mention is a deadline.
pub(super) fn weight(text: &Text, mention: &Mention, received: Date) -> f64 {
    let seen = seen(text, mention);
    let cues: f64 =
        CUES.iter().enumerate().filter(|(cue, _)| seen & (1 << cue) != 0).map(|(_, cue)| cue.weight).sum();
    let days = (mention.date - received).get_days();
    let subject = if text.tokens[mention.first].sentence == 0 { SUBJECT } else { 0.0 };
    let far = if days > 150 && has_year(text, mention) { FAR_ON_PURPOSE } else { 0.0 };
    let just_passed = numeric::may_have_just_passed(text, mention.first, days);
    let distance = if just_passed { JUST_PASSED } else { of_distance(days) };
    START + cues + of_rule(mention.rule) + distance + subject + far
}

/// The cues that stand where they count, as bits.
fn seen(text: &Text, mention: &Mention) -> u64 {
    let before = text.before(mention.first, REACH).map(|i| (i, Side::Before, mention.first - i));
    let after = text.after(mention.last, REACH).map(|i| (i, Side::After, i - mention.last));
    let mut seen = 0;
    for (index, side, distance) in before.chain(after) {
        for &cue in WORDS.of(text.known(index)) {
            if CUES[usize::from(cue)].place.reaches(side, distance) {
                seen |= 1 << cue;
            }
        }
    }
    seen
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl Place {
    fn reaches(self, side: Side, distance: usize) -> bool {
        match self {
            Self::Before(reach) => side == Side::Before && distance <= reach,
            Self::After(reach) => side == Side::After && distance <= reach,
            Self::Near(reach) => distance <= reach,
        }
    }
}

/// Whether the year was written: then a far day is meant to be far.
fn has_year(text: &Text, mention: &Mention) -> bool {
    mention.rule == Rule::Date && text.number(mention.last).is_some_and(|year| year > 1900)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_fit_into_their_bits_and_their_reach() {
        assert!(CUES.len() <= 64);
        for cue in CUES {
            let (Place::Before(reach) | Place::After(reach) | Place::Near(reach)) = cue.place;
            assert!(reach <= REACH, "{}", cue.name);
        }
    }
}
