//! What makes waiting harmful without any date: a third contact, an announced lawsuit, a harm that threatens.

use domain::{History, Sign};

use crate::flags::Scan;
use crate::text::Text;
use crate::{contacts, harm};

// Log-odds after a logistic regression on mails whose authors the model had not seen (`tests/benches/figures`), rounded.
const THIRD_CONTACT: f64 = 2.3;
const LAWSUIT: f64 = 3.5;
/// What a harm speaks for is fitted by itself; the model has learnt part of it from the same words. Set by hand.
const NOT_YET_LEARNT: f64 = 0.5;

/// Tokens quoted on either side of what was found.
const AROUND: usize = 3;

/// The signs of a text and its thread, contacts first.
pub(crate) fn read(text: &Text, scan: &Scan, history: History) -> Vec<Sign> {
    let harm = harm::find(text, scan)
        .map(|harm| Sign { weight: NOT_YET_LEARNT * harm.strength, why: harm.why(text) });
    contact(text, history).into_iter().chain(harm).collect()
}

/// The third contact in the same matter, by the text or by the thread, or an announced Untätigkeitsklage.
fn contact(text: &Text, history: History) -> Option<Sign> {
    let found = contacts::of(text);
    let quoted = |first: usize, last: usize| {
        text.phrase(first, last, AROUND).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let in_thread = usize::try_from(history.earlier).map_or(usize::MAX, |earlier| earlier.saturating_add(1));
    if let Some(at) = found.and_then(|found| found.lawsuit) {
        let why = format!("Eine Untätigkeitsklage wird angekündigt: „{}“.", quoted(at, at));
        return Some(Sign { weight: LAWSUIT, why });
    }
    let said = found.and_then(|found| found.said).filter(|said| said.count >= in_thread);
    let why = match said {
        Some(said) => {
            let words = quoted(said.first, said.last);
            format!("Es ist mindestens der dritte Kontakt in derselben Sache: „{words}“.")
        }
        None if in_thread >= contacts::THIRD => {
            format!("Es ist die {in_thread}. Nachricht in derselben Sache.")
        }
        None => return None,
    };
    Some(Sign { weight: THIRD_CONTACT, why })
}
