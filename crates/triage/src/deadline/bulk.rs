//! Mail whose dates bind nobody: advertising, newsletters, invitations, automatic replies, fraud.
//!
//! Only what is plain from the words; the verdict, which knows better, is weighed beside it.

use std::sync::LazyLock;

use crate::text::Text;
use crate::words::Words;

/// Words of mail that asks nobody for anything, of one kind.
struct Kind {
    /// Log-odds of one, of two and of four or more different words of the kind: counted on the training
    /// files, rounded and evened out by hand; which words are a kind was chosen by hand.
    weights: [f64; 3],
    words: &'static [&'static str],
}

/// Before anything is seen: most mail to an authority is meant.
const START: f64 = -1.6;

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind { weights: [1.8, 2.8, 4.0], words: &["automatische", "automatisch", "automatisierte", "automatischer", "abwesenheit*", "abwesend", "eingangsbestätigung", "undelivered", "returned", "mailbox", "delivered", "noreply", "zugestellt", "erzeugt*", "systemnachricht", "autoreply", "delivery", "lesebestätigung", "recipients", "gelesen"] },
    Kind { weights: [0.9, 2.6, 3.5], words: &["newsletter", "abbestellen", "abmelden", "unsubscribe", "gratis", "kostenlos*", "rabatt*", "angebot*", "aktion", "sparen", "sichern", "webinar*", "seminar*", "schulung*", "impressum", "exklusiv", "kaufen", "preis*", "gutschein", "testen", "%", "tarif*", "sponsor*"] },
    Kind { weights: [0.6, 1.8, 3.0], words: &["klicken", "klick", "bestätigen", "verifizieren", "link", "gesperrt", "account", "password", "passwort", "kennwort", "urgent", "gewinn*", "transfer", "bitcoin", "wallet", "auszahlung", "überprüfung", "kontodaten"] },
    Kind { weights: [0.8, 1.2, 3.0], words: &["nachrichtlich", "rundschreiben", "rundbrief", "infobrief", "verteiler", "intranet", "kolleginnen", "kollegen", "dienststelle", "beschäftigten", "mitarbeitende", "personalrat", "hausmitteilung*"] },
    Kind { weights: [0.6, 3.0, 4.0], words: &["du", "dich", "dir", "dein", "deine", "deinen", "euch", "eure", "euer", "freunde", "lieben", "hast", "kannst", "musst", "servus", "lust", "küsse", "bring", "frohe"] },
    Kind { weights: [0.6, 1.8, 3.0], words: &["einladung*", "einladen", "eingeladen", "veranstaltung*", "treffen", "programm", "eintritt", "teilnahme", "tagesordnung", "besprechung", "mitbringen", "videokonferenz", "plätze", "jubiläum*"] },
    Kind { weights: [0.8, 1.4, 1.4], words: &["pressemitteilung", "bürger", "kommunen", "anträge", "fristen", "städte", "förder*", "gemeinden", "nachrichten"] },
    // Who asks, or names a file, wants something of the authority.
    Kind { weights: [-0.5, -0.8, -2.0], words: &["bitte", "bitten", "gebeten", "beantrage", "beantragen", "möchte", "möchten", "brauche", "brauchen", "benötig*", "erbitten", "please"] },
    Kind { weights: [-0.5, -1.2, -2.5], words: &["mandant*", "bescheid", "az", "aktenzeichen", "kassenzeichen", "§", "abs", "gz", "geschäftszeichen", "zeichen"] },
    Kind { weights: [-0.3, -0.8, -1.2], words: &["mein", "meine", "meinen", "meiner", "meinem", "mir", "mich", "ich"] },
    Kind { weights: [-0.2, -0.4, -2.0], words: &["wohnung", "kind", "kinder", "tochter", "sohn", "klinik", "arzt", "mann", "frau", "mutter", "vater", "krankenhaus", "miete", "strom"] },
];

/// Words read: what a text is, it is on its first page.
const READ: usize = 600;

/// Each word with its place in [`KINDS`]: the kind above, the position within below.
static WORDS: LazyLock<Words<u16>> = LazyLock::new(|| {
    let positions = |kind: &'static Kind| kind.words.iter().zip(0u16..);
    let pairs = KINDS
        .iter()
        .zip(0u16..)
        .flat_map(move |(kind, at)| positions(kind).map(move |(word, position)| (*word, at << 8 | position)));
    Words::new(pairs)
});

/// How much the words say that no date in this text binds anybody: log-odds.
pub(super) fn weight(text: &Text) -> f64 {
    // A word counts once: it is noted as a bit of its kind.
    let mut seen = [0u32; KINDS.len()];
    for index in 0..text.tokens.len().min(READ) {
        for known in WORDS.of(text.known(index)) {
            seen[usize::from(known >> 8)] |= 1 << (known & 0xff);
        }
    }
    START + KINDS.iter().zip(seen).map(|(kind, seen)| kind.weight(seen.count_ones())).sum::<f64>()
}

impl Kind {
    fn weight(&self, count: u32) -> f64 {
        match count {
            0 => 0.0,
            1 => self.weights[0],
            2 | 3 => self.weights[1],
            _ => self.weights[2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_kind_fit_into_its_bits() {
        assert!(KINDS.iter().all(|kind| kind.words.len() <= 32));
    }
}
