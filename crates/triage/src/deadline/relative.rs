//! Days that only make sense from the day of receipt: today, weekdays, periods, ends of weeks and months.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

use super::lexicon::{self, Unit};
use super::mention::{Mention, Moment, Rule};
use crate::text::Text;

/// The day that begins with the token at `first`, if one does.
pub(super) fn mention(text: &Text, first: usize, moment: Moment<'_>) -> Option<Mention> {
    near(text, first, moment)
        .or_else(|| end_of(text, first, moment.received))
        .or_else(|| calendar_week(text, first, moment.received))
        .or_else(|| this_week(text, first, moment.received))
        .or_else(|| period(text, first, moment))
        .or_else(|| weekday(text, first, moment.received))
        .or_else(|| feast(text, first, moment.received))
}

fn found(date: Date, rule: Rule, first: usize, last: usize) -> Mention {
    Mention { date, rule, first, last }
}

/// heute, morgen, übermorgen; not "heute früh" and "seit heute", which are over when the mail arrives.
fn near(text: &Text, first: usize, moment: Moment<'_>) -> Option<Mention> {
    if matches!(text.word(first + 1), "früh" | "morgen" | "vormittag") && text.word(first).starts_with("heut")
        || text.word_before(first, 1) == "seit"
    {
        return None;
    }
    let german = moment.language == "de" || moment.language == "nl";
    let (days, rule) = match text.word(first) {
        "heute" | "heut" | "aujourd" | "today" | "tonight" | "bugün" | "dzisiaj" | "dziś" | "сьогодні"
        | "сегодня" | "hoy" | "oggi" | "vandaag" | "astăzi" | "اليوم" | "امروز" => {
            (0, Rule::Today)
        }
        "morgen" if german && is_tomorrow(text, first) => (1, Rule::Tomorrow),
        "tomorrow" | "demain" | "yarın" | "jutro" | "завтра" | "domani" | "mâine" | "غدا" | "غداً"
        | "فردا" | "утре" | "nesër" => (1, Rule::Tomorrow),
        "mañana" if !matches!(text.word_before(first, 1), "la" | "de") => (1, Rule::Tomorrow),
        "übermorgen" | "uebermorgen" | "pojutrze" | "послезавтра" | "післязавтра" | "overmorgen" => {
            (2, Rule::DayAfterTomorrow)
        }
        _ => return None,
    };
    Some(found(moment.received.saturating_add(days.days()), rule, first, first))
}

/// "morgen" the day, not "Guten Morgen", "heute Morgen", "jeden Morgen", "am Morgen".
#[rustfmt::skip]
fn is_tomorrow(text: &Text, first: usize) -> bool {
    let begins = first == 0 || text.tokens[first - 1].sentence != text.tokens[first].sentence;
    let noon = [
        "guten", "schönen", "heute", "jeden", "am", "gestern", "diesen", "der", "den", "nächsten", "dem",
        "einen", "goede", "guter", "moin", "n",
    ]
    .contains(&text.word_before(first, 1));
    let named = lexicon::weekday(text.word(first + 2)).is_some();
    let greeting = text.tokens[first].capital && begins && text.is_mark(first + 1, ',') && !named;
    !noon && !greeting && (!text.tokens[first].capital || begins)
}

/// Ende des Monats, Monatsende, Ende März, Ende der Woche, Ende nächster Woche, Jahresende, end of the month.
fn end_of(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let one = |date, rule| Some(found(date, rule, first, first));
    match text.word(first) {
        "monatsende" | "monatsletzten" | "ultimo" => return one(received.last_of_month(), Rule::EndOfMonth),
        "jahresende" => return one(received.last_of_year(), Rule::EndOfYear),
        "wochenende" if matches!(text.word_before(first, 1), "zum" | "vorm" | "dem") => {
            return one(this_or_next(received, Weekday::Friday), Rule::EndOfWeek);
        }
        "ende" | "end" | "fin" | "fine" | "ausgang" => {}
        _ => return None,
    }
    let mut next = first + 1;
    let mut later = false;
    while next < first + 5 {
        match text.word(next) {
            "nächster" | "nächsten" | "kommender" | "kommenden" | "next" => later = true,
            "des" | "der" | "dieser" | "dieses" | "diesen" | "of" | "the" | "this" | "laufenden" | "du"
            | "de" | "la" | "del" | "mes" => {}
            _ => break,
        }
        next += 1;
    }
    let week = this_or_next(received, Weekday::Friday);
    let (date, rule) = match text.word(next) {
        "woche" | "week" | "semaine" | "semana" | "settimana" if later => {
            (next_week(received, Weekday::Friday), Rule::EndOfWeek)
        }
        "woche" | "week" | "semaine" | "semana" | "settimana" => (week, Rule::EndOfWeek),
        "monats" | "monat" | "month" | "mois" | "mese" if later => {
            (received.saturating_add(1.month()).last_of_month(), Rule::EndOfMonth)
        }
        "monats" | "monat" | "month" | "mois" | "mese" => (received.last_of_month(), Rule::EndOfMonth),
        "jahres" | "year" => (received.last_of_year(), Rule::EndOfYear),
        name => (end_of_month(text, name, next, received)?, Rule::EndOfMonth),
    };
    Some(found(date, rule, first, next))
}

fn end_of_month(text: &Text, name: &str, index: usize, received: Date) -> Option<Date> {
    let month = lexicon::month(name)?;
    let year = match text.number(index + 1).filter(|year| (1900..2100).contains(year)) {
        Some(year) => i16::try_from(year).ok()?,
        None => received.year() + i16::from(month < received.month()),
    };
    Some(Date::new(year, month, 1).ok()?.last_of_month())
}

/// KW 12, 12. KW, Kalenderwoche 12: its Friday after "bis", else its Monday.
fn calendar_week(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let is_week = |i| matches!(text.word(i), "kw" | "kalenderwoche" | "cw");
    let (week, last) = if is_week(first) {
        (text.number(first + 1)?, first + 1)
    } else {
        let name = first + 1 + usize::from(text.is_mark(first + 1, '.'));
        (text.number(first).filter(|_| is_week(name))?, name)
    };
    let until = matches!(text.word_before(first, 1), "bis" | "ende" | "spätestens" | "by");
    let day = if until { Weekday::Friday } else { Weekday::Monday };
    let week = i8::try_from(week).ok()?;
    let in_year =
        |year| jiff::civil::ISOWeekDate::new(year, week, day).ok().map(jiff::civil::ISOWeekDate::date);
    let date =
        in_year(received.year()).filter(|date| *date >= received).or_else(|| in_year(received.year() + 1))?;
    Some(found(date, Rule::CalendarWeek, first, last))
}

/// noch diese Woche, noch in dieser Woche: its Friday.
fn this_week(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let this = first + 1 + usize::from(text.word(first + 1) == "in");
    let named = matches!(text.word(this), "diese" | "dieser") && text.word(this + 1) == "woche";
    let date = this_or_next(received, Weekday::Friday);
    (text.word(first) == "noch" && named).then(|| found(date, Rule::EndOfWeek, first, this + 1))
}

/// binnen zwei Wochen, innerhalb von 14 Tagen, in 3 Tagen, within two weeks, 14 Tage ab heute, Monatsfrist.
#[rustfmt::skip]
fn period(text: &Text, first: usize, moment: Moment<'_>) -> Option<Mention> {
    let received = moment.received;
    if text.word(first) == "monatsfrist" {
        return Some(found(received.saturating_add(1.month()), Rule::Period, first, first));
    }
    if matches!(text.word(first), "in" | "innerhalb" | "binnen" | "within" | "innert")
        && text.word(first + 1) == "monatsfrist"
    {
        return Some(found(received.saturating_add(1.month()), Rule::Period, first, first + 1));
    }
    if !opens_period(text, first) {
        return None;
    }
    let mut next = first;
    if !text.at(first)?.is_number() && lexicon::number(text.word(first)).is_none() {
        next += 1;
    }
    while [
        "von", "der", "den", "nächsten", "kommenden", "the", "next", "of", "spätestens", "längstens",
        "maximal", "ca", "les", "un", "délai", "de", "ungefähr", "nur", "noch",
    ]
    .contains(&text.word(next))
        && next < first + 5
        && lexicon::number(text.word(next)).is_none()
    {
        next += 1;
    }
    let counted = text.number(next).or_else(|| lexicon::number(text.word(next)));
    let (count, mut last) = match counted {
        Some(count) => (count, next + 1),
        // "innerhalb der Woche"
        None => return None,
    };
    // "zwei (2) Wochen", "14-tägig" stays out.
    if text.is_mark(last, '(') && text.number(last + 1).is_some() && text.is_mark(last + 2, ')') {
        last += 3;
    }
    last += usize::from(matches!(text.word(last), "vollen" | "ganzen" | "weiteren"));
    let date = after(moment, count, lexicon::unit(text.word(last))?)?;
    last += if text.word(last + 1) == "ab" && text.word(last + 2) == "heute" { 2 } else { 0 };
    Some(found(date, Rule::Period, first, last))
}

/// Words before which a length of time is a period, and phrases in which the length itself opens it.
fn opens_period(text: &Text, first: usize) -> bool {
    match text.word(first) {
        "binnen" | "innerhalb" | "innert" | "within" | "sous" | "entro" | "протягом" | "în" => true,
        "in" | "dans" | "en" | "за" | "через" | "w" | "ciągu" | "fra" | "tra" => {
            text.number(first + 1).is_some()
                || lexicon::number(text.word(first + 1)).is_some()
                || text.word(first + 1) == "den"
        }
        "frist" | "zahlungsziel" | "zahlbar" => {
            text.is_mark(first + 1, ':') || text.number(first + 1).is_some() || text.word(first + 1) == "von"
        }
        _ => {
            let starts = text.at(first).is_some_and(|t| t.is_number() && !t.glued)
                || lexicon::number(text.word(first)).is_some();
            let begins_at = (2..4).any(|i| {
                matches!(text.word(first + i), "ab" | "nach")
                    && matches!(
                        text.word(first + i + 1),
                        "heute"
                            | "erhalt"
                            | "eingang"
                            | "zugang"
                            | "rechnungsdatum"
                            | "zustellung"
                            | "rechnungserhalt"
                            | "dato"
                    )
            });
            let noted =
                (2..4).any(|i| matches!(text.word(first + i), "zeit" | "frist" | "notiert" | "netto"));
            let framed = matches!(text.word_before(first, 1), "noch" | "frist" | "nur");
            starts && (begins_at || (noted && (text.word(first + 2) != "zeit" || framed)))
        }
    }
}

/// The day on which a period ends that runs from receipt (§ 187 I, § 188 BGB); hours run from its hour.
fn after(moment: Moment<'_>, count: u32, unit: Unit) -> Option<Date> {
    let day = moment.received;
    let count = i64::from(count.min(3000));
    let span: Span = match unit {
        Unit::Hour => return Some(day.to_datetime(moment.time).checked_add(count.hours()).ok()?.date()),
        Unit::Day => count.days(),
        Unit::Workday => return working_days_after(day, count),
        Unit::Week => count.weeks(),
        Unit::Month => count.min(240).months(),
        Unit::Year => count.min(20).years(),
    };
    day.checked_add(span).ok()
}

/// Monday to Friday only; the Land's holidays belong to the statutory shift, which is shown beside.
fn working_days_after(day: Date, count: i64) -> Option<Date> {
    let mut date = day;
    let mut left = count.min(60);
    while left > 0 {
        date = date.tomorrow().ok()?;
        left -= i64::from(!matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    Some(date)
}

/// Freitag, kommenden Donnerstag, nächste Woche Dienstag, Montag in einer Woche.
fn weekday(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let day = text.at(first).filter(|t| t.is_word()).and_then(|_| lexicon::weekday(text.word(first)))?;
    if text.is_mark(first + 1, '-') && text.is_glued(first + 1) && text.is_glued(first + 2) {
        return None;
    }
    let around =
        [text.word_before(first, 1), text.word_before(first, 2), text.word(first + 1), text.word(first + 2)];
    let past = |word: &str| {
        ["letzten", "letzter", "vergangenen", "vorigen", "last", "dernier", "jeden", "every", "seit", "since"]
            .contains(&word)
    };
    if past(around[0]) || past(around[2]) {
        return None;
    }
    let weeks = |word: &str| matches!(word, "woche" | "week");
    let nexts = |word: &str| {
        matches!(word, "nächste" | "nächster" | "kommende" | "kommender" | "kommenden" | "nächsten" | "next")
    };
    let next_week_named = (weeks(around[0]) && nexts(around[1])) || (nexts(around[2]) && weeks(around[3]));
    if next_week_named {
        return Some(found(next_week(received, day), Rule::Weekday, first, first));
    }
    let next = strictly_next(received, day);
    match lexicon::number(around[3]).filter(|_| around[2] == "in" && is_week(text.word(first + 3))) {
        Some(weeks) => Some(found(
            next.saturating_add(i64::from(weeks.min(60)).weeks()),
            Rule::Weekday,
            first,
            first + 3,
        )),
        None => Some(found(next, Rule::Weekday, first, first)),
    }
}

fn is_week(word: &str) -> bool {
    lexicon::unit(word) == Some(Unit::Week)
}

/// Heiligabend, Silvester, and "am Tag vor …".
fn feast(text: &Text, first: usize, received: Date) -> Option<Mention> {
    let (month, day) = lexicon::feast(text.word(first))?;
    let this = Date::new(received.year(), month, day).ok()?;
    let date = if this >= received { this } else { Date::new(received.year() + 1, month, day).ok()? };
    let eve = text.word_before(first, 1) == "vor" && text.word_before(first, 2) == "tag";
    Some(found(if eve { date.yesterday().ok()? } else { date }, Rule::Feast, first, first))
}

fn strictly_next(received: Date, day: Weekday) -> Date {
    received.nth_weekday(1, day).unwrap_or(received)
}

fn this_or_next(received: Date, day: Weekday) -> Date {
    if received.weekday() == day { received } else { strictly_next(received, day) }
}

/// That weekday in the week after the one of receipt, weeks beginning on Monday.
fn next_week(received: Date, day: Weekday) -> Date {
    let monday = strictly_next(received, Weekday::Monday);
    monday.saturating_add(i64::from(day.to_monday_zero_offset()).days())
}
