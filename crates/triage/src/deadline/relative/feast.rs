//! Days with a name: Heiligabend, Ostern, Pfingstmontag.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::found;
use crate::calendar::easter;
use crate::deadline::lexicon::{Feast, Meaning};
use crate::deadline::mention::{Mention, Rule};
use crate::text::Text;

/// The next such day, or the one just over.
pub(super) fn mention(text: &Text, first: usize, meaning: &Meaning, received: Date) -> Option<Mention> {
    let feast = match meaning.feast? {
        Feast::Easter(39) if text.word_before(first, 1) == "mariä" => Feast::Fixed(8, 15),
        feast => feast,
    };
    if !is_a_time(text, first) {
        return None;
    }
    let year = received.year();
    let days = || [year - 1, year, year + 1].into_iter().filter_map(|year| in_year(feast, year));
    let next = days().find(|day| *day >= received)?;
    // "am Karfreitag", a week after it: that one.
    let ahead =
        text.before(first, 3).any(|i| matches!(text.word(i), "bis" | "vor" | "spätestens" | "by" | "before"));
    let recent = days().rfind(|day| *day < received && (received - *day).get_days() <= RECENT);
    Some(found(recent.filter(|_| !ahead).unwrap_or(next), Rule::Feast, first, first))
}

/// So many days after a feast its name still means the last one.
const RECENT: i32 = 42;

fn in_year(feast: Feast, year: i16) -> Option<Date> {
    match feast {
        Feast::Fixed(month, day) => Date::new(year, month, day).ok(),
        Feast::Easter(days) => easter(year).checked_add(days.days()).ok(),
    }
}

/// "vor Ostern", "bis zum Reformationstag"; not "schöne Ostern", "Öffnungszeiten Weihnachten", "nach Ostern".
#[rustfmt::skip]
fn is_a_time(text: &Text, first: usize) -> bool {
    let prepositions = [
        "bis", "vor", "an", "am", "zu", "zum", "über", "tag", "noch", "spätestens", "den", "dem", "by", "before",
        "until", "till", "at", "avant", "à", "prima", "entro", "antes", "voor",
    ];
    let one_evening = matches!(text.word(first), "heiligabend" | "silvester");
    let before = || text.before(first, 3).map(|i| text.word(i));
    before().any(|word| prepositions.contains(&word))
        || one_evening && !before().any(|word| matches!(word, "seit" | "von" | "nach"))
}
