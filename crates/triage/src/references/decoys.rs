//! Numbers that look like references and are none: dates, telephones, IBANs, invoices, amounts, plates.

use std::ops::Range;

use super::labels;
use crate::text::Text;

/// A run of tokens under suspicion, with the words before it.
pub(super) struct Decoys<'t> {
    text: &'t Text,
    range: Range<usize>,
    written: &'t str,
}

impl<'t> Decoys<'t> {
    pub fn new(text: &'t Text, range: &Range<usize>) -> Self {
        let written = text.written(text.tokens[range.start].start, text.tokens[range.end - 1].end);
        Self { text, range: range.clone(), written }
    }

    /// What even a label does not make a reference.
    pub fn rule_out_labelled(&self) -> bool {
        self.is_date()
            || self.is_iban()
            || self.is_amount()
            || self.is_address()
            || self.is_invoice()
            || self.is_telephone()
            || self.is_blank()
    }

    /// What a shape alone does not make a reference.
    pub fn rule_out_shaped(&self) -> bool {
        self.rule_out_labelled()
            || self.has_area_code()
            || self.is_announced()
            || self.is_quarter()
            || self.is_postcode()
    }

    /// The word before says what else it is.
    #[rustfmt::skip]
    pub fn is_announced(&self) -> bool {
        let counted = |word: &&str| matches!(*word, "nr" | "no" | "n" | "°" | "id" | ")" | "nummer");
        [
            "kennzeichen", "flurstück", "flurstücke", "flurst", "flst", "flur", "amtliches", "plz", "fgst", "fin",
            "din", "iso", "en", "bv", "drs", "urteil", "dsgvo", "vo", "eu", "ue", "ce", "rundschreiben", "richtlinie",
            "pressemitteilung", "pm", "nfb", "ausgabe", "heft", "kirchenheft", "amtsblatt", "code", "aktionscode",
            "gerät", "isbn", "kostenstelle", "sendung", "kurs", "los", "steuerid", "uhr", "§", "cert",
            "modell", "typ", "ablage", "leitweg", "lieferschein", "zähler", "seriennummer", "artikelnummer", "version",
            "rahmennummer", "chipnummer", "zählernummer", "newsletter", "bekanntmachung", "mitgliederinformation", "pos", "position", "kapitel", "folge", "band", "tarif",
        ]
        .contains(&self.words_before(4).find(|word| !counted(word)).unwrap_or_default())
    }

    /// D-37073.
    fn is_postcode(&self) -> bool {
        let land = matches!(self.text.word(self.range.start), "d" | "a" | "ch" | "l" | "pl" | "nl");
        land && self.range.len() == 3
            && self.count('-') == 1
            && self.text.at(self.range.end - 1).is_some_and(|t| t.is_number() && (4..=5).contains(&t.len()))
    }

    fn before(&self, back: usize) -> &'t str {
        self.text.word_before(self.range.start, back)
    }

    fn numbers(&self) -> Vec<u32> {
        self.range.clone().filter_map(|i| self.text.number(i)).collect()
    }

    fn count(&self, mark: char) -> usize {
        self.written.matches(mark).count()
    }

    /// Dates, school years, times and ranges of them.
    fn is_date(&self) -> bool {
        let year = |n: u32| (1900..2100).contains(&n);
        let stamp = self.written.get(..11).is_some_and(|start| start.ends_with('T')) && self.count(':') > 0;
        if stamp {
            return true;
        }
        if self.range.clone().any(|i| self.text.tokens[i].is_word()) || self.written.contains("//") {
            return false;
        }
        match self.numbers()[..] {
            [y] => self.range.len() == 1 && self.written.len() == 4 && (1950..2036).contains(&y),
            [day, month, y] if self.count('.') >= 2 => {
                day <= 31 && month <= 12 && (y < 100 || year(y) || y > 1900 && y < 2100)
            }
            [y, month, day] if self.count('-') == 2 && year(y) => {
                month <= 12 && day <= 31 && self.written.len() == 10
            }
            [day, month, y] if self.count('/') == 2 => day <= 31 && month <= 12 && year(y),
            [day, other, month] if self.count('.') >= 1 && self.written.contains(['/', '-']) => {
                day <= 31 && other <= 31 && month <= 12
            }
            [y, other] if year(y) => {
                (other < 100
                    && self.written.len() == 7
                    && ((1..=5).any(|years| other == (y + years) % 100)
                        || other <= 12 && self.count('/') == 0))
                    || year(other)
            }
            [a, b] => {
                a <= 31
                    && b <= 59
                    && self.written.len() <= 5
                    && !self.written.contains('-')
                    && (a <= 12 || b <= 12 || b == a + 1 || self.count('/') == 0)
                    || a <= 12 && year(b) && self.before(1) != "." && self.before(2) != "nr"
            }
            [a, b, c, d] if a <= 12 && year(b) && c <= 12 && year(d) => true,
            [a, b, c, d] if a < 25 && b < 60 && c < 25 && d < 60 => self.written.contains(['.', ':']),
            [a, b, c, d] if self.is_quad() => [a, b, c, d].iter().all(|n| *n < 256),
            [a, b, c, d] => {
                self.count('.') >= 2 && a <= 31 && b <= 31 && c <= 31 && d <= 2100 && (b <= 12 || c <= 12)
            }
            [a, b, c, d, ..] => self.count('.') >= 3 && a <= 31 && b <= 31 && c <= 2100 && d <= 31,
            _ => false,
        }
    }

    /// Four short numbers with dots between, as in 192.0.2.14.
    fn is_quad(&self) -> bool {
        let short = |i: usize| self.text.tokens[i].len() <= 3;
        self.count('.') == 3
            && self.range.len() == 7
            && self.range.clone().all(short)
            && self.written.len() >= 8
    }

    /// 0000-0000: what stands where a number was taken out.
    fn is_blank(&self) -> bool {
        !self.written.chars().any(|c| c.is_alphabetic() || c.is_numeric() && c != '0')
    }

    fn is_iban(&self) -> bool {
        let head: Vec<char> = self.written.chars().take(4).collect();
        let iban = head.len() == 4
            && head[..2].iter().all(char::is_ascii_uppercase)
            && head[2..].iter().all(char::is_ascii_digit);
        iban && !self.written.contains(['-', '/', '.'])
            && (self.range.len() == 2)
            && (self.written.len() >= 15 || self.written.len() == 4)
    }

    fn is_amount(&self) -> bool {
        let next = self.text.word(self.range.end);
        let decimals =
            next == "," && self.text.is_glued(self.range.end) && self.text.is_glued(self.range.end + 1);
        let unit = |i: usize| {
            let token = &self.text.tokens[i];
            token.is_word() && (token.len() >= 3 || !token.capital) && is_unit(self.text.word(i))
        };
        let thousands = self.written.ends_with(".000") && self.range.len() == 3;
        self.before(1) == "€"
            || thousands
            || matches!(self.text.word(self.range.start), "eur" | "usd" | "chf" | "euro")
            || self.range.clone().any(unit)
            || self.before(1) == "§"
            || self.range.len() <= 3 && is_unit(next)
            || decimals && self.text.number(self.range.end + 1).is_some()
    }

    /// Parts of mail addresses, links and file names.
    fn is_address(&self) -> bool {
        let next = self.range.end;
        let at = self.text.is_mark(next, '@') && self.text.is_glued(next) || self.before(1) == "@";
        at || ["www.", "://", ".pdf", ".de/", ".org", ".docx", "--"]
            .iter()
            .any(|part| self.written.contains(part))
    }

    #[rustfmt::skip]
    fn is_invoice(&self) -> bool {
        let invoice = self.words_before(3).filter(|word| !matches!(*word, "nr" | "n" | "no" | "°" | "n°")).take(2).any(|word| {
            word.starts_with("rechnung")
                || [
                    "rg", "rechn", "invoice", "matrikelnummer", "personalnummer", "fahrgestellnummer",
                    "zählernummer", "iban", "bic", "idnr", "facture", "factuur", "fattura", "factura", "faktura", "fatura",
                    "inv", "angebot", "chipnummer",
                ]
                .contains(&word)
        });
        invoice || self.written.starts_with("RE-")
    }

    /// The words before, nearest first; dots, hyphens and colons do not count.
    fn words_before(&self, reach: usize) -> impl Iterator<Item = &'t str> {
        labels::words_before(self.text, self.range.start).take(reach)
    }

    #[rustfmt::skip]
    fn is_telephone(&self) -> bool {
        self.words_before(3).take_while(|word| !labels::is_label(word)).any(|word| {
            [
                "tel", "telefon", "fax", "mobil", "handy", "telefax", "phone", "durchwahl", "rufnummer",
                "telefonnummer", "handynummer", "whatsapp", "mobile", "tél", "hotline", "erreichbar", "sms",
                "anrufen", "fon",
            ]
            .contains(&word)
        }) || self.before(1) == "+"
            || self.written.starts_with("01")
                && self.written.len() > 4
                && self.range.len() >= 2
                && self.text.tokens[self.range.start].len() >= 4
                && !self.written.contains(['/', '.', '-'])
    }

    /// 0551/203344, 05544-20177, 0555 8800-21, 0000 / 447-2210.
    fn has_area_code(&self) -> bool {
        let parted = matches!(self.before(1), "/" | "-" | "–" | ")");
        if self.before(1 + usize::from(parted)).starts_with('0') {
            return true;
        }
        let first = &self.text.tokens[self.range.start];
        let last = &self.text.tokens[self.range.end - 1];
        self.written.starts_with('0')
            && !self.written.starts_with("00")
            && self.range.len() == 3
            && (3..=6).contains(&first.len())
            && last.len() >= 4
            && !(1990..2100).contains(&last.value)
            && self.written.contains(['/', '-'])
    }

    /// II/2025, 1/2026.
    fn is_quarter(&self) -> bool {
        let roman = matches!(self.text.word(self.range.start), "i" | "ii" | "iii" | "iv");
        self.range.len() == 3
            && roman
            && self.text.number(self.range.end - 1).is_some_and(|n| (1990..2100).contains(&n))
    }
}

/// Units that make a number a quantity.
#[rustfmt::skip]
pub(super) fn is_unit(word: &str) -> bool {
    [
        "euro", "eur", "€", "%", "uhr", "m", "m²", "qm", "km", "kg", "kwh", "cm", "mm", "ha", "h", "tage",
        "stunden", "jahre", "wochen", "monate", "prozent", "°", "l", "liter",
    ]
    .contains(&word)
}
