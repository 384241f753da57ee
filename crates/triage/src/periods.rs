//! Statutory periods that begin with a mail: suggestions beside the stated date, each with its rule.
//!
//! ```text
//! verdict, text ─▶ what the mail does (requests) ─┐
//!              ─▶ the branch of law (matter)     ─┼▶ rule, event, length ─▶ § 188 BGB ─▶ next working day
//!              ─▶ when the decision was given    ─┘
//! ```
//!
//! Never a legal fact: who reads it knows the file, this room knows one mail.

mod matter;
mod notice;
mod requests;
mod settings;
mod stated;
mod wording;

pub use settings::{Length, PeriodRule, Periods};

use domain::{Class, Deadline, History, Message, Period, Verdict};
use jiff::civil::{Date, DateTime};

use crate::House;
use crate::text::Text;
use matter::Matter;
use notice::{Means, Notice};

/// A class that is surer than this stands.
const SURE: f64 = 0.5;

/// Below it, plain words alone do not make an application.
const LIKELY: f64 = 0.25;

/// A mail as this room reads it.
pub(crate) struct Letter<'a> {
    pub message: &'a Message,
    pub text: &'a Text,
    pub language: &'a str,
    pub verdict: &'a Verdict,
    pub received: DateTime,
    pub history: History,
    /// The date that the text states.
    pub deadline: Option<&'a Deadline>,
}

/// A period before it is counted: what began it, and the law behind it.
#[derive(Clone, Copy, Debug)]
struct Term {
    rule: PeriodRule,
    matter: Matter,
    /// The day that does not count (§ 187 I BGB).
    event: Date,
    /// How that day was found, where the mail's arrival is not the event.
    means: Option<Means>,
}

/// The periods of a mail, the earliest first. None for what machines and lists send, nor for what asks
/// neither for a decision nor for an answer; none that was over before the mail came.
pub(crate) fn find(letter: &Letter<'_>, house: &House) -> Vec<Period> {
    let circumstances = letter.message.circumstances;
    let asks = letter.verdict.class.best() != Class::Other;
    if circumstances.automatic || circumstances.bulk || !asks {
        return Vec::new();
    }
    let counted = terms(letter, house).into_iter().filter_map(|term| term.count(house));
    let stated = letter.deadline.and_then(|deadline| stated::shifted(deadline, house));
    let mut periods: Vec<Period> = counted.chain(stated).collect();
    periods.retain(|period| period.until >= letter.received.date());
    periods.sort_by(|a, b| (a.until, &a.rule).cmp(&(b.until, &b.rule)));
    periods
}

/// What the mail sets going.
fn terms(letter: &Letter<'_>, house: &House) -> Vec<Term> {
    let application = letter.verdict.class.of(Class::Application);
    let received = letter.received.date();
    let begins = |rule, matter| Term { rule, matter, event: received, means: None };
    let mut terms = vec![begins(PeriodRule::Zwischennachricht, Matter::General)];
    if application < LIKELY {
        return terms;
    }
    let requests = requests::find(letter.text, letter.language, application >= SURE);
    let applies = letter.verdict.class.best() == Class::Application && application >= SURE;
    let follows = letter.message.circumstances.reply || letter.history.applied;
    if requests.objection {
        let matter = matter::of(letter.text);
        terms.extend(decision(matter).map(|rule| begins(rule, matter)));
        terms.extend(form(letter, house, matter));
    }
    let of_information = [
        (PeriodRule::Ifg, requests.ifg),
        (PeriodRule::Uig, requests.uig),
        (PeriodRule::Vig, requests.vig),
        (PeriodRule::Dsgvo, requests.dsgvo),
    ];
    terms.extend(
        of_information.iter().filter(|(_, asked)| *asked).map(|(rule, _)| begins(*rule, Matter::General)),
    );
    if applies && requests.is_none() && !follows {
        let matter = matter::of(letter.text);
        terms.extend(application_rule(matter).map(|rule| begins(rule, matter)));
    }
    terms
}

/// The rule by which an objection must be decided; a fine goes to court without one.
fn decision(matter: Matter) -> Option<PeriodRule> {
    match matter {
        Matter::General | Matter::LocalTax | Matter::Social => Some(PeriodRule::Widerspruch),
        Matter::Tax => Some(PeriodRule::Einspruch),
        Matter::Fine => None,
    }
}

/// The rule by which an application must be decided; tax law has no such period.
fn application_rule(matter: Matter) -> Option<PeriodRule> {
    match matter {
        Matter::General | Matter::LocalTax | Matter::Fine => Some(PeriodRule::Antrag),
        Matter::Social => Some(PeriodRule::AntragSozial),
        Matter::Tax => None,
    }
}

/// Until when the objection itself can still be mended, where the mail says when the decision was given.
fn form(letter: &Letter<'_>, house: &House, matter: Matter) -> Option<Term> {
    let rule = match matter {
        Matter::General | Matter::LocalTax | Matter::Social => PeriodRule::WiderspruchForm,
        Matter::Tax => PeriodRule::EinspruchFrist,
        Matter::Fine => PeriodRule::BussgeldForm,
    };
    let notice = Notice::read(letter.text, letter.received, letter.language);
    let (event, means) = notice.given(matter, &house.periods, house.calendar)?;
    Some(Term { rule, matter, event, means: Some(means) })
}

impl Term {
    /// Its last day, and the sentence that says why; nothing where the house has switched the rule off.
    fn count(self, house: &House) -> Option<Period> {
        let length = house.periods.of(self.rule)?;
        let end = length.after(self.event);
        let until = house.calendar.next_working_day(end);
        let why = wording::why(self, length, end, until, house.calendar);
        Some(Period { rule: self.rule.name().to_owned(), until, why })
    }
}
