//! What is seen of a mention: one function for judging and for fitting.
//!
//! ```text
//! rule × days    how the day was written, how far away it is
//! b0 b1 b2       the words before it: the nearest, the next, those around; likewise a0 a1 a2 after it
//! s p n          words of its sentence, of the one before, of the one after
//! h              the sum of the cues that are known by hand
//! po pl ph …     what the verdict says of the mail, crossed with the above
//! ```

use domain::{Class, Label as _, Priority, Verdict};
use jiff::civil::Date;

use super::mention::Mention;
use super::{bulk, cues};
use crate::text::Text;

/// A feature's parts, joined by the reader, and its value.
pub(super) type Emit<'e> = dyn FnMut(&[&str], f32) + 'e;

/// Words of a sentence that are read on either side of a mention.
const SENTENCE: usize = 60;
/// A number's digits as its shape shows them.
const NINES: &str = "9999999999999999";
/// Words read of the sentences beside it.
const BESIDE: usize = 25;

/// What all mentions of a mail share.
#[derive(Debug)]
pub(super) struct Page<'p> {
    pub text: &'p Text,
    pub verdict: &'p Verdict,
    pub received: Date,
    pub language: &'p str,
    pub mentions: &'p [Mention],
    /// The hand-made weight of each mention.
    hands: Vec<f64>,
    bulk: f64,
}

impl<'p> Page<'p> {
    pub fn new(
        text: &'p Text,
        verdict: &'p Verdict,
        received: Date,
        language: &'p str,
        mentions: &'p [Mention],
    ) -> Self {
        let hands = mentions.iter().map(|mention| cues::weight(text, mention, received)).collect();
        // Most mail mentions no day, and then nobody asks.
        let bulk = if mentions.is_empty() { 0.0 } else { bulk::weight(text) };
        Self { text, verdict, received, language, mentions, hands, bulk }
    }

    /// Every feature of the mention at `at`.
    pub fn each(&self, at: usize, emit: &mut Emit<'_>) {
        let Some((mention, hand)) = self.mentions.get(at).zip(self.hands.get(at)) else { return };
        self.notation(mention, emit);
        self.words(mention, emit);
        self.beside(mention, emit);
        self.place(at, mention, emit);
        self.verdict(mention, *hand, emit);
        self.others(mention, *hand, emit);
    }

    fn days(&self, mention: &Mention) -> i32 {
        (mention.date - self.received).get_days()
    }

    fn notation(&self, mention: &Mention, emit: &mut Emit<'_>) {
        let (rule, days) = (mention.rule.name(), bucket(self.days(mention)));
        emit(&["rule", rule], 1.0);
        emit(&["days", days], 1.0);
        emit(&["rule,days", rule, days], 1.0);
        let mut shape = vec!["shape"];
        shape.extend((mention.first..=mention.last).map(|index| match self.text.at(index) {
            Some(token) if token.is_number() => NINES.get(..token.len()).unwrap_or(NINES),
            _ => self.text.word(index),
        }));
        emit(&shape, 1.0);
    }

    fn words(&self, mention: &Mention, emit: &mut Emit<'_>) {
        let text = self.text;
        let mut seen: Vec<&str> = Vec::with_capacity(40);
        let mut question = false;
        let [mut before, mut after] = [[""; 2]; 2];
        for (near, index) in text.before(mention.first, SENTENCE).enumerate() {
            let word = text.word(index);
            if near < 6 {
                emit(&[["b0", "b1", "b2"][near.min(2)], word], 1.0);
            }
            if let Some(slot) = before.get_mut(near) {
                *slot = word;
            }
            seen.push(word);
        }
        for (near, index) in text.after(mention.last, SENTENCE).enumerate() {
            let word = text.word(index);
            if near < 6 {
                emit(&[["a0", "a1", "a2"][near.min(2)], word], 1.0);
            }
            if let Some(slot) = after.get_mut(near) {
                *slot = word;
            }
            question |= word == "?";
            seen.push(word);
        }
        for (kind, first, second) in
            [("bb", before[1], before[0]), ("aa", after[0], after[1]), ("ba", before[0], after[0])]
        {
            if !first.is_empty() && !second.is_empty() {
                emit(&[kind, first, second], 1.0);
            }
        }
        if before[0].is_empty() {
            emit(&["opens"], 1.0);
        }
        if after[0].is_empty() {
            emit(&["closes"], 1.0);
        }
        if question {
            emit(&["question"], 1.0);
        }
        each_once(&mut seen, |word| emit(&["s", word], 1.0));
    }

    /// Words of the sentences before and after.
    fn beside(&self, mention: &Mention, emit: &mut Emit<'_>) {
        let text = self.text;
        let sentence = |index: usize| text.at(index).map(|token| token.sentence);
        let (own, closing) = (sentence(mention.first), sentence(mention.last));
        let before = (0..mention.first).rev().skip_while(|index| sentence(*index) == own);
        let mut before = before.peekable();
        let of = before.peek().and_then(|index| sentence(*index));
        let mut words: Vec<&str> =
            before.take_while(|index| sentence(*index) == of).map(|index| text.word(index)).collect();
        // Its first words, as they were read.
        words.reverse();
        words.truncate(BESIDE);
        each_once(&mut words, |word| emit(&["p", word], 0.5));

        let after = (mention.last + 1..text.tokens.len()).skip_while(|index| sentence(*index) == closing);
        let mut after = after.peekable();
        let of = after.peek().and_then(|index| sentence(*index));
        let mut words: Vec<&str> = after
            .take_while(|index| sentence(*index) == of)
            .take(BESIDE)
            .map(|index| text.word(index))
            .collect();
        each_once(&mut words, |word| emit(&["n", word], 0.5));
    }

    fn place(&self, at: usize, mention: &Mention, emit: &mut Emit<'_>) {
        let count = self.mentions.len();
        if self.text.at(mention.first).is_some_and(|token| token.sentence == 0) {
            emit(&["subject"], 1.0);
        }
        emit(&["count", COUNTS[count.min(4)]], 1.0);
        if at == 0 {
            emit(&["first"], 1.0);
        }
        if at + 1 == count {
            emit(&["last"], 1.0);
        }
        emit(&["position"], mention.first as f32 / self.text.tokens.len().max(1) as f32);
        emit(&["language", self.language], 1.0);
    }

    fn verdict(&self, mention: &Mention, hand: f64, emit: &mut Emit<'_>) {
        for class in Class::ALL {
            emit(&["class", class.name()], log(self.verdict.class.of(class)));
        }
        for priority in Priority::ALL {
            emit(&["priority", priority.name()], log(self.verdict.priority.of(priority)));
        }
        emit(&["hand"], (hand / 3.0) as f32);
        emit(&["bulk"], (self.bulk / 3.0) as f32);
        let (days, rule) = (bucket(self.days(mention)), mention.rule.name());
        let steps = [
            ("pa", share(self.verdict.class.of(Class::Application))),
            ("po", share(self.verdict.class.of(Class::Other))),
            ("pl", share(self.verdict.priority.of(Priority::Low))),
            ("ph", share(self.verdict.priority.of(Priority::High))),
        ];
        let hand = step(hand);
        emit(&["h", hand], 1.0);
        emit(&["h,days", hand, days], 1.0);
        emit(&["h,rule", hand, rule], 1.0);
        for (kind, probable) in steps {
            emit(&[kind, probable], 1.0);
            emit(&[kind, probable, days], 1.0);
            emit(&[kind, probable, "h", hand], 1.0);
        }
        let nothing = self.verdict.class.of(Class::Other) + self.verdict.priority.of(Priority::Low);
        emit(&["pol", share(nothing / 2.0)], 1.0);
        emit(&["ph,rule", steps[3].1, rule], 1.0);
    }

    /// How it stands to the mail's other days.
    fn others(&self, mention: &Mention, hand: f64, emit: &mut Emit<'_>) {
        let others = || {
            let all = self.mentions.iter().zip(&self.hands);
            all.filter(|(other, _)| other.date != mention.date)
        };
        let future = |other: &Mention| other.date >= self.received;
        let any = |holds: &dyn Fn(&Mention, f64) -> bool| others().any(|(other, hand)| holds(other, *hand));
        if any(&|other, _| future(other) && other.date < mention.date) {
            emit(&["earlier"], 1.0);
        }
        if any(&|other, _| future(other) && other.date > mention.date) {
            emit(&["later"], 1.0);
        }
        let relation =
            usize::from(any(&|other, hand| future(other) && other.date < mention.date && hand > 0.0))
                | usize::from(any(&|other, hand| other.date > mention.date && hand > 0.0)) << 1
                | usize::from(any(&|_, other| other > hand)) << 2;
        emit(&["rel", RELATIONS[relation]], 1.0);
        emit(&["rel", RELATIONS[relation], "h", step(hand)], 1.0);
    }
}

const COUNTS: [&str; 5] = ["0", "1", "2", "3", "4+"];
/// Whether another day, likely by hand, is earlier; later; likelier.
const RELATIONS: [&str; 8] = ["---", "e--", "-l-", "el-", "--s", "e-s", "-ls", "els"];

/// Each word once, in any order.
fn each_once<'w>(words: &mut Vec<&'w str>, mut emit: impl FnMut(&'w str)) {
    words.sort_unstable();
    words.dedup();
    for word in words {
        emit(word);
    }
}

fn log(probability: f64) -> f32 {
    probability.max(1e-3).ln() as f32
}

/// A probability in steps.
fn share(probability: f64) -> &'static str {
    match probability {
        p if p > 0.9 => "6",
        p if p > 0.75 => "5",
        p if p > 0.5 => "4",
        p if p > 0.25 => "3",
        p if p > 0.1 => "2",
        p if p > 0.03 => "1",
        _ => "0",
    }
}

/// A hand-made weight in steps.
fn step(weight: f64) -> &'static str {
    match weight.floor() {
        w if w < -4.0 => "-5",
        w if w < -3.0 => "-4",
        w if w < -2.0 => "-3",
        w if w < -1.0 => "-2",
        w if w < 0.0 => "-1",
        w if w < 1.0 => "0",
        w if w < 2.0 => "1",
        w if w < 3.0 => "2",
        w if w < 4.0 => "3",
        _ => "4",
    }
}

/// Days from receipt in steps, named by their last.
fn bucket(days: i32) -> &'static str {
    match days {
        ..=-400 => "-400",
        -399..=-60 => "-60",
        -59..=-15 => "-15",
        -14..=-8 => "-8",
        -7..=-1 => "-1",
        0 => "0",
        1 => "1",
        2..=3 => "3",
        4..=7 => "7",
        8..=14 => "14",
        15..=40 => "40",
        41..=100 => "100",
        101..=150 => "150",
        151..=400 => "400",
        _ => "more",
    }
}
