//! The overview's figures: each a chart, and the same numbers as a table.

use domain::{Class, Label as _, Priority, Tag};
use jiff::civil::Date;
use store::AgeBand;

use super::mailboxes::longest_first;
use super::tallied::Tallied;
use crate::charts::{self, Band, Colour, Column, Scale};
use crate::figure::{Cell, Figure, Table};
use crate::frame::Frame;
use crate::words::{self, Language};
use crate::{names, stranger};

/// Of the classes, and of what was left to people.
const CLASSES: [Colour; 4] = [Colour::First, Colour::Second, Colour::Third, Colour::Quiet];
/// Of the ways in which people decide otherwise.
const CORRECTIONS: [Colour; 3] = [Colour::Second, Colour::First, Colour::Third];
const PRIORITIES: [Colour; 3] = [Colour::Alarm, Colour::First, Colour::Quiet];
/// Mailboxes in the picture of those that wait longest; the table has all.
const OLDEST: usize = 8;
/// Letters of a mailbox's name that stand beside its bar.
const NAME: usize = 15;

/// All of them, in the order of a morning: what waits, what is due, what comes, how well it is sorted.
pub(super) fn all(frame: &Frame, tallied: &Tallied) -> Vec<Figure> {
    let words = frame.words;
    vec![
        waiting(words, tallied),
        deadlines(frame, tallied),
        oldest(frame, tallied),
        incoming(words, tallied),
        shares(words, tallied),
        corrections(words, tallied),
    ]
}

fn waiting(words: Language, tallied: &Tallied) -> Figure {
    let title = words.say("overview-waiting");
    let ages = AgeBand::ALL.into_iter().map(|band| age(words, band));
    let sums = tallied.ages.map(|counts| counts.iter().sum::<u64>());
    let rows: Vec<Band> = ages
        .clone()
        .zip(tallied.ages)
        .zip(sums)
        .map(|((name, counts), sum)| Band {
            name,
            values: coloured(&counts, &PRIORITIES),
            written: words.number(sum),
        })
        .collect();
    let heads = Priority::ALL.map(|priority| {
        let address = match priority {
            Priority::High => "/?prioritaet=hoch",
            Priority::Normal => "/?prioritaet=normal",
            Priority::Low => "/?prioritaet=niedrig",
        };
        Cell::to(names::priority(words, priority), address)
    });
    let table = ages.zip(tallied.ages).map(|(name, counts)| counted(words, Cell::new(name), &counts));
    Figure {
        id: "wartend",
        svg: Figure::drawing(tallied.waiting > 0, || charts::bands(&title, &rows)),
        title,
        lead: words.say("overview-waiting-lead"),
        legend: legend(&PRIORITIES, Priority::ALL.map(|priority| names::priority(words, priority))),
        table: Table { head: heads_of(words, "overview-age", heads), rows: table.collect() },
    }
}

fn age(words: Language, band: AgeBand) -> String {
    words.say(match band {
        AgeBand::UnderOneDay => "overview-age-day",
        AgeBand::UnderThreeDays => "overview-age-three",
        AgeBand::UnderOneWeek => "overview-age-week",
        AgeBand::UnderTwoWeeks => "overview-age-fortnight",
        AgeBand::Older => "overview-age-older",
    })
}

fn deadlines(frame: &Frame, tallied: &Tallied) -> Figure {
    let words = frame.words;
    let title = words.say("overview-deadlines");
    let today = words::day(frame.now);
    let overdue = Column {
        name: words.say("overview-deadlines-before"),
        values: vec![(tallied.overdue as f64, Colour::Alarm)],
    };
    let ahead = tallied.deadlines.iter().enumerate().map(|(at, (day, count))| Column {
        name: if at % 3 == 2 { words.short_date(*day) } else { String::new() },
        values: vec![(*count as f64, if *day == today { Colour::Second } else { Colour::First })],
    });
    let columns: Vec<Column> = std::iter::once(overdue).chain(ahead).collect();
    let before = Cell::to(words.say("overview-deadlines-overdue"), "/?frist=ueberschritten");
    let mut rows = vec![counted(words, before, &[tallied.overdue])];
    rows[0].truncate(2);
    rows.extend(tallied.deadlines.iter().map(|(day, count)| {
        let left = words.left(words::days_until(today, *day));
        let named = Cell::to(format!("{} ({left})", words.date(*day)), "/?sortierung=frist");
        vec![named, Cell::new(words.number(*count))]
    }));
    let meanings = ["overview-deadlines-overdue", "overview-deadlines-today", "overview-deadlines-ahead"];
    let anything = tallied.overdue + tallied.due_next() > 0;
    Figure {
        id: "fristen",
        svg: Figure::drawing(anything, || drawn(words, &title, &columns)),
        title,
        lead: words.say("overview-deadlines-lead"),
        legend: legend(&[Colour::Alarm, Colour::Second, Colour::First], meanings.map(|name| words.say(name))),
        table: Table {
            head: ["overview-day", "overview-messages"].map(|name| Cell::new(words.say(name))).to_vec(),
            rows,
        },
    }
}

/// Since when the oldest message of each mailbox waits.
fn oldest(frame: &Frame, tallied: &Tallied) -> Figure {
    let words = frame.words;
    let title = words.say("overview-oldest");
    let trays = tallied.mailboxes.iter().filter_map(|(name, tray)| Some((tray.oldest?, name)));
    let mut trays: Vec<_> = trays.collect();
    trays.sort();
    let days = |since| words::days_until(words::day(since), words::day(frame.now)).max(0) as f64;
    let bands: Vec<Band> = trays
        .iter()
        .take(OLDEST)
        .map(|(since, name)| {
            let colour =
                if AgeBand::of(*since, frame.now) == AgeBand::Older { Colour::Alarm } else { Colour::First };
            let name = stranger::shown(name, NAME);
            Band { name, values: vec![(days(*since), colour)], written: short_wait(words, days(*since)) }
        })
        .collect();
    let rows = trays.iter().map(|(since, name)| {
        let named = Cell::to(stranger::shown(name, 60), longest_first(name));
        vec![named, Cell::new(words.moment(*since)), Cell::new(words.waited(*since, frame.now))]
    });
    Figure {
        id: "aelteste",
        svg: Figure::drawing(!bands.is_empty(), || charts::bands(&title, &bands)),
        title,
        lead: words.counted("overview-oldest-lead", OLDEST as u64),
        legend: Vec::new(),
        table: Table {
            head: ["overview-mailbox", "overview-since", "overview-waited"]
                .map(|name| Cell::new(words.say(name)))
                .to_vec(),
            rows: rows.collect(),
        },
    }
}

/// `12 T.`: beside a bar there is little room.
fn short_wait(words: Language, days: f64) -> String {
    words.fill("overview-days-short", &[("shown", words.number((days as i64).unsigned_abs()).into())])
}

fn incoming(words: Language, tallied: &Tallied) -> Figure {
    let title = words.say("overview-incoming");
    let last = tallied.incoming.len().saturating_sub(1);
    let columns: Vec<Column> = tallied
        .incoming
        .iter()
        .enumerate()
        .map(|(at, (day, counts))| Column {
            name: if (last - at).is_multiple_of(3) { words.short_date(*day) } else { String::new() },
            values: coloured(counts, &CLASSES),
        })
        .collect();
    let [a, b, c] = Class::ALL.map(|class| names::class(words, class));
    let kinds = [a, b, c, names::tag(words, Tag::Unsicher)];
    let heads = kinds.clone().map(Cell::new);
    let rows = tallied.incoming.iter();
    let rows = rows.map(|(day, counts)| counted(words, Cell::new(words.date(*day)), counts));
    Figure {
        id: "eingang",
        svg: Figure::drawing(columns.iter().any(is_there), || drawn(words, &title, &columns)),
        title,
        lead: words.say("overview-incoming-lead"),
        legend: legend(&CLASSES, kinds),
        table: Table { head: heads_of(words, "overview-day", heads), rows: rows.collect() },
    }
}

fn shares(words: Language, tallied: &Tallied) -> Figure {
    let title = words.say("overview-shares");
    let of = |counts: &[u64; 2], nth: usize| counts[nth] as f64 / (counts[0] + counts[1]).max(1) as f64;
    let columns: Vec<Column> = tallied
        .shares
        .iter()
        .map(|(week, counts)| Column {
            name: week_number(*week),
            values: vec![(of(counts, 0), Colour::First), (of(counts, 1), Colour::Second)],
        })
        .collect();
    let meanings = ["overview-shares-sorted", "overview-shares-left"].map(|name| words.say(name));
    let heads = meanings.clone().into_iter().chain([words.say("overview-shares-share")]).map(Cell::new);
    let rows = tallied.shares.iter().map(|(week, counts)| {
        let share = if counts[0] + counts[1] == 0 { "–".to_owned() } else { words.percent(of(counts, 0)) };
        let numbers = counts.iter().map(|count| words.number(*count)).chain([share]).map(Cell::new);
        std::iter::once(Cell::new(week_of(words, *week))).chain(numbers).collect()
    });
    Figure {
        id: "anteil",
        svg: Figure::drawing(columns.iter().any(is_there), || {
            charts::columns(&title, &columns, &Scale::shares(), &|share| words.percent(share))
        }),
        title,
        lead: words.say("overview-shares-lead"),
        legend: legend(&[Colour::First, Colour::Second], meanings),
        table: Table {
            head: std::iter::once(Cell::new(words.say("overview-week"))).chain(heads).collect(),
            rows: rows.collect(),
        },
    }
}

fn corrections(words: Language, tallied: &Tallied) -> Figure {
    let title = words.say("overview-corrections");
    let columns: Vec<Column> = tallied
        .corrections
        .iter()
        .map(|(week, counts)| Column { name: week_number(*week), values: coloured(counts, &CORRECTIONS) })
        .collect();
    let kinds = ["overview-corrected-class", "overview-corrected-given", "overview-corrected-priority"];
    let kinds = kinds.map(|name| words.say(name));
    let rows = tallied.corrections.iter();
    let rows = rows.map(|(week, counts)| counted(words, Cell::new(week_of(words, *week)), counts));
    Figure {
        id: "korrekturen",
        svg: Figure::drawing(columns.iter().any(is_there), || drawn(words, &title, &columns)),
        title,
        lead: words.say("overview-corrections-lead"),
        legend: legend(&CORRECTIONS, kinds.clone()),
        table: Table { head: heads_of(words, "overview-week", kinds.map(Cell::new)), rows: rows.collect() },
    }
}

fn drawn(words: Language, title: &str, columns: &[Column]) -> Result<String, charts::ChartError> {
    let sum = |column: &Column| column.values.iter().map(|(value, _)| value).sum::<f64>();
    let highest = columns.iter().map(sum).fold(0.0, f64::max);
    charts::columns(title, columns, &Scale::counts(highest), &|value| {
        words.number((value as i64).unsigned_abs())
    })
}

fn is_there(column: &Column) -> bool {
    column.values.iter().any(|(value, _)| *value > 0.0)
}

fn coloured(counts: &[u64], colours: &[Colour]) -> Vec<(f64, Colour)> {
    counts.iter().zip(colours).map(|(count, colour)| (*count as f64, *colour)).collect()
}

fn legend<const N: usize>(colours: &[Colour; N], meanings: [String; N]) -> Vec<(Colour, String)> {
    colours.iter().copied().zip(meanings).collect()
}

/// The first column, one for each part, and their sum.
fn heads_of<const N: usize>(words: Language, first: &str, parts: [Cell; N]) -> Vec<Cell> {
    let first = Cell::new(words.say(first));
    std::iter::once(first).chain(parts).chain([Cell::new(words.say("overview-sum"))]).collect()
}

/// A row: its name, each count, and their sum.
fn counted(words: Language, name: Cell, counts: &[u64]) -> Vec<Cell> {
    let sum = counts.iter().sum();
    let numbers = counts.iter().copied().chain([sum]).map(|count| Cell::new(words.number(count)));
    std::iter::once(name).chain(numbers).collect()
}

/// `47`.
fn week_number(monday: Date) -> String {
    monday.iso_week_date().week().to_string()
}

/// `KW 47, ab Mo, 16.11.2026`.
fn week_of(words: Language, monday: Date) -> String {
    let values = [("week", week_number(monday).into()), ("date", words.date(monday).into())];
    words.fill("overview-week-of", &values)
}
