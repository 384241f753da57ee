//! A message as the features see it: lower case, umlauts folded, things masked, every word traceable to the mail.
//!
//! ```text
//! subject ┐
//! text    ├─▶ chunks (between white space) ─▶ mask ─▶ fold ─▶ " beantrage hiermit wohngeld ! "
//! names   ┘                                                     └ words, chunks: spans of the mail's own spelling
//! ```

use domain::Message;

use crate::mask::Mask;

/// The rest of a longer chunk is not looked at: no word is that long, only a line of a script without spaces,
/// or rubbish.
const LONGEST_CHUNK: usize = 256;

/// A message, normalised. One buffer for all of it; words and chunks are spans.
#[derive(Default)]
pub(crate) struct Reading {
    /// Folded characters; a space before, between and after chunks.
    pub(crate) chars: Vec<char>,
    /// Runs between white space, in order.
    pub(crate) chunks: Vec<Chunk>,
    /// Runs of letters and digits (at least two characters) and masks, in order.
    pub(crate) words: Vec<Word>,
}

/// A run between white space.
#[derive(Clone, Copy)]
pub(crate) struct Chunk {
    /// Span in [`Reading::chars`], without the spaces around it.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Which source it comes from: 0 the subject, 1 the text, then the attachments' names.
    pub(crate) field: usize,
    /// Byte span in that source, without surrounding punctuation.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Its sentence ends in a question mark.
    pub(crate) asked: bool,
}

/// A word within a chunk.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    /// Span in [`Reading::chars`].
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Index into [`Reading::chunks`].
    pub(crate) chunk: usize,
}

impl Reading {
    /// Reads subject, new text and attachment names. Sender and recipients are never features.
    pub(crate) fn of(message: &Message) -> Self {
        let mut reading = Self::default();
        let length: usize = sources(message).map(str::len).sum();
        reading.chars.reserve(length + length / 8 + 16);
        reading.chars.push(' ');
        let mut writer = Writer { names: names_of(message), reading: &mut reading, addressed: false };
        for (field, source) in sources(message).enumerate() {
            writer.source(field, source);
        }
        reading.mark_questions();
        reading
    }

    /// A word in a question says something else than the same word in a statement.
    fn mark_questions(&mut self) {
        let mut ending = ' ';
        let mut field = 0;
        for chunk in self.chunks.iter_mut().rev() {
            if chunk.field != field {
                (field, ending) = (chunk.field, ' ');
            }
            let last = self.chars[chunk.end - 1];
            if matches!(last, '.' | '?' | '!' | ':') {
                ending = last;
            }
            chunk.asked = ending == '?';
        }
    }
}

/// What is read of a message, in the order of [`Chunk::field`].
pub(crate) fn sources(message: &Message) -> impl Iterator<Item = &str> {
    let attachments = message.attachments.iter().map(|attachment| attachment.name.as_str());
    [message.subject.as_str(), message.text.as_str()].into_iter().chain(attachments)
}

/// The words of the sender's shown name, folded: masked wherever they occur.
fn names_of(message: &Message) -> Vec<Vec<char>> {
    let name = message.from.as_ref().map_or("", |from| from.name.as_str());
    let words = name.split(|c: char| !c.is_alphabetic()).map(|word| {
        let mut folded = Vec::new();
        word.chars().for_each(|c| fold(c, &mut folded));
        folded
    });
    words.filter(|word| word.len() >= 3).collect()
}

/// Appends to a reading.
struct Writer<'a> {
    reading: &'a mut Reading,
    names: Vec<Vec<char>>,
    /// The last word was „Herr" or „Frau": a name follows.
    addressed: bool,
}

impl Writer<'_> {
    fn source(&mut self, field: usize, source: &str) {
        let mut rest = source;
        self.addressed = false;
        while let Some(begin) = rest.find(|c: char| !c.is_whitespace()) {
            let (_, from) = rest.split_at(begin);
            let (chunk, after) = from.split_at(from.find(char::is_whitespace).unwrap_or(from.len()));
            self.chunk(field, source.len() - from.len(), chunk);
            rest = after;
        }
    }

    /// Writes one chunk; `offset` is its byte position in its source.
    fn chunk(&mut self, field: usize, offset: usize, chunk: &str) {
        let tail = chunk.trim_start_matches(|c| !is_alphanumeric(c));
        let core = tail.trim_end_matches(|c| !is_alphanumeric(c));
        let begin = chunk.len() - tail.len();
        let (head, _) = chunk.split_at(begin);
        let (_, end) = tail.split_at(core.len());

        let start = self.reading.chars.len();
        self.plain(head);
        match Mask::of(core) {
            Some(mask) => self.mask(mask),
            None => self.words(core),
        }
        self.plain(end);
        let (from, to) = (offset + begin, offset + begin + core.len());
        self.reading.chunks.push(Chunk {
            start,
            end: self.reading.chars.len(),
            field,
            from,
            to,
            asked: false,
        });
        self.reading.chars.push(' ');
    }

    fn plain(&mut self, punctuation: &str) {
        punctuation.chars().take(LONGEST_CHUNK).for_each(|c| fold(c, &mut self.reading.chars));
    }

    fn mask(&mut self, mask: Mask) {
        let start = self.reading.chars.len();
        self.reading.chars.push(mask.symbol());
        self.reading.words.push(Word { start, end: start + 1, chunk: self.reading.chunks.len() });
        self.addressed = false;
    }

    /// The words of a chunk and what stands between them („Antrag/Verlängerung").
    fn words(&mut self, core: &str) {
        let mut start = self.reading.chars.len();
        let mut capital = false;
        let mut digits = 0;
        for c in core.chars().take(LONGEST_CHUNK) {
            if !is_alphanumeric(c) {
                self.end_word(start, capital);
                fold(c, &mut self.reading.chars);
                start = self.reading.chars.len();
                digits = 0;
                continue;
            }
            if self.reading.chars.len() == start {
                capital = c.is_uppercase();
            }
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
            self.letter(c, digits);
        }
        self.end_word(start, capital);
    }

    /// A run of three digits or more becomes one zero: which number it is does not matter.
    fn letter(&mut self, c: char, digits: usize) {
        let chars = &mut self.reading.chars;
        match digits {
            3 => {
                chars.truncate(chars.len() - 2);
                chars.push('0');
            }
            4.. => {}
            _ => fold(c, chars),
        }
    }

    /// Closes the word that began at `start`; a person's name becomes a mask.
    fn end_word(&mut self, start: usize, capital: bool) {
        let word = &self.reading.chars[start..];
        if word.is_empty() {
            return;
        }
        let name = capital && (self.addressed || self.names.iter().any(|name| name == word));
        let titled =
            word.len() <= LONGEST_TITLE && TITLES.iter().any(|title| title.chars().eq(word.iter().copied()));
        if name && !titled {
            self.reading.chars.truncate(start);
            self.mask(Mask::Name);
            return;
        }
        self.addressed = titled;
        let end = self.reading.chars.len();
        if end - start >= 2 {
            self.reading.words.push(Word { start, end, chunk: self.reading.chunks.len() });
        }
    }
}

/// After these, a capital letter begins a person's name.
const TITLES: [&str; 6] = ["herr", "herrn", "frau", "hr", "fr", "dr"];
const LONGEST_TITLE: usize = 5;

/// The umlauts are asked for first: the table of all scripts takes ten times as long.
fn is_alphanumeric(c: char) -> bool {
    matches!(c, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ') || c.is_alphanumeric()
}

/// Lower case without diacritics: „ä" and „ae" are the same letter to a learner, „é" and „e" nearly so.
fn fold(c: char, out: &mut Vec<char>) {
    match c {
        '\0'..='\x7f' => return out.push(c.to_ascii_lowercase()),
        // The letters of German need no table of all scripts.
        'ä' | 'Ä' => return out.extend(['a', 'e']),
        'ö' | 'Ö' => return out.extend(['o', 'e']),
        'ü' | 'Ü' => return out.extend(['u', 'e']),
        'ß' => return out.extend(['s', 's']),
        _ => {}
    }
    for lower in c.to_lowercase() {
        match lower {
            'æ' => out.extend(['a', 'e']),
            'œ' => out.extend(['o', 'e']),
            'ß' => out.extend(['s', 's']),
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ă' | 'ą' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => out.push('e'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' => out.push('i'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ø' | 'ő' => out.push('o'),
            'ú' | 'ù' | 'û' | 'ů' | 'ű' => out.push('u'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ñ' | 'ń' | 'ň' => out.push('n'),
            'ş' | 'ș' | 'ś' | 'š' => out.push('s'),
            'ž' | 'ź' | 'ż' => out.push('z'),
            'ğ' => out.push('g'),
            'ł' => out.push('l'),
            'ț' | 'ţ' => out.push('t'),
            'ý' => out.push('y'),
            'ř' => out.push('r'),
            '„' | '“' | '”' | '«' | '»' => out.push('"'),
            '’' | '‘' | '‚' | '´' => out.push('\''),
            '–' | '—' => out.push('-'),
            // A dot above that lower-casing „İ" leaves behind, zero-width characters, our own masks.
            '\u{307}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' | '\u{e000}'..='\u{f8ff}' => {}
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Address, Attachment};

    use super::*;

    fn message(subject: &str, text: &str) -> Message {
        let from = Some(Address { name: "Erika Jäger".into(), email: String::new() });
        Message { subject: subject.into(), text: text.into(), from, ..Message::default() }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let reading = Reading::of(&message("", text));
        assert_eq!(reading.chars.iter().collect::<String>().trim(), expected);
    }

    #[test]
    fn text_is_folded_and_masked() {
        check("Größe ÄNDERN, für Élodie!", "groesse aendern, fuer elodie!");
        check("bis 24.12.2026?", "bis \u{e004}?");
        check("an a@example.org", "an \u{e001}");
        check("Antrag_20241122.pdf", "antrag_0.pdf");
        check("nach Art. 15 DSGVO", "nach art. 15 dsgvo");
        check("a\u{e004}b", "ab");
    }

    #[test]
    fn names_are_masked_the_senders_and_after_a_title() {
        check("Mein Name ist Erika Jäger", "mein name ist \u{e007} \u{e007}");
        check("Frau Dr. Özdemir, guten Tag", "frau dr. \u{e007}, guten tag");
        check("die Frau hat", "die frau hat");
        check("der Jäger und der jäger", "der \u{e007} und der jaeger");
    }

    #[test]
    fn questions_reach_from_the_mark_back_to_the_last_sentence() {
        let reading = Reading::of(&message("Wann?", "Guten Tag. Wo gibt es das? Danke"));
        let asked: Vec<bool> = reading.chunks.iter().map(|chunk| chunk.asked).collect();
        assert_eq!(asked, [true, false, false, true, true, true, true, false]);
    }

    #[test]
    fn every_chunk_leads_back_to_the_mails_own_spelling() {
        let mut message = message("»Wohngeld«", "Ich beantrage\n(hiermit) Größeres!");
        message.attachments.push(Attachment { name: "Antrag Wohngeld.pdf".into(), ..Attachment::default() });
        let reading = Reading::of(&message);
        let all: Vec<&str> = sources(&message).collect();
        let spelt: Vec<_> = reading.chunks.iter().map(|c| all[c.field].get(c.from..c.to).unwrap()).collect();
        assert_eq!(spelt, ["Wohngeld", "Ich", "beantrage", "hiermit", "Größeres", "Antrag", "Wohngeld.pdf"]);
    }
}
