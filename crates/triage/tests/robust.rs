//! No text makes it panic, cost grows with length only, and urgency never lowers priority.

mod support;

use domain::{Address, Deadline, Facts, History, Link, Message, Priority};
use jiff::ToSpan as _;
use jiff::civil::date;
use langhals_triage::{House, Land, Policy, decide, extract, prioritise, unopened};
use proptest::prelude::*;
use support::{mail, noon, verdict};

fn whole(message: &Message) -> domain::Decision {
    let received = noon(date(2026, 3, 11));
    let verdict = verdict([0.4, 0.3, 0.3], [0.2, 0.6, 0.2]);
    let facts = extract(message, &verdict, received, &House::new(Land::SN), History::default());
    let assessment = prioritise(message, &verdict, &facts, received);
    decide(message, verdict, assessment, facts, History::default(), &Policy::default())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(subject in any::<String>(), text in any::<String>()) {
        whole(&mail(&subject, &text));
    }

    #[test]
    fn no_text_of_dates_and_numbers_makes_it_panic(text in "([0-9]{1,5}|[./:-]|bis|am|ende|kw|Az|\\s|des|Monats|morgen|in|innerhalb|Tage|März|K|\n){0,60}") {
        whole(&mail("", &text));
    }

    #[test]
    fn no_words_of_flags_make_it_panic_and_reasons_stay_short(
        subject in "(persönlich|p/c|vertraulich|[:/() ]|Widerspruch|Anlage){0,6}",
        text in "(ich|bringe|um|auf|ab|mich|euch|Widerspruch|lege|ein|anbei|Anlage|2|hänge|an|Beschwerde|Mitarbeiter|Bombe|außerdem|beantrage|Wohngeld|Reisepass|wenn|als|Abgeordneter|[?.:,-]|\\s|\n){0,80}",
        email in "(xn--)?[a-zäа0-9.-]{0,70}(@[a-zа0-9.-]{0,70})?",
        name in any::<String>(), host in "(xn--)?[a-zа0-9.-]{0,70}", private in any::<bool>(),
    ) {
        let mut message = mail(&subject, &text);
        message.from = Some(Address { name: name.clone(), email: email.clone() });
        message.recipients = vec![Address { name, email: format!("post@{host}") }];
        message.addressed = 1;
        message.links = vec![Link { shown: host.clone(), target: email }, Link { shown: String::new(), target: host }];
        message.circumstances.private = private;
        let unopened = unopened(message.clone(), &House::new(Land::SN));
        for message in [message, unopened] {
            for raised in whole(&message).facts.flags {
                prop_assert!(raised.why.chars().count() < 500 && !raised.why.contains('\n'), "{}", raised.why);
            }
        }
    }

    #[test]
    fn a_nearer_deadline_never_lowers_the_priority(
        near in -400i64..400, further in 0i64..800,
        class in [0.01f64..1.0, 0.01f64..1.0, 0.01f64..1.0], priority in [0.0f64..1.0, 0.0f64..1.0, 0.01f64..1.0],
        bulk in any::<bool>(),
    ) {
        let mut message = mail("", "");
        message.circumstances.bulk = bulk;
        let received = date(2026, 3, 11);
        let verdict = verdict(class, priority);
        let high = |days: Option<i64>| {
            let deadline = days.map(|days| Deadline {
                date: received.saturating_add(days.days()), rule: "date".to_owned(), phrase: String::new(), weight: 1.0,
            });
            let facts = Facts { deadline, ..Facts::default() };
            let probabilities = prioritise(&message, &verdict, &facts, noon(received)).probabilities;
            (probabilities.of(Priority::High), 1.0 - probabilities.of(Priority::Low))
        };
        let (soon, later, none) = (high(Some(near)), high(Some(near + further)), high(None));
        prop_assert!(soon.0 >= later.0 - 1e-12 && soon.1 >= later.1 - 1e-12, "{soon:?} {later:?}");
        prop_assert!(later.1 >= none.1 - 1e-12, "{later:?} {none:?}");
    }
}

/// Were the cost quadratic, this would not end before the runner's time limit (`.config/nextest.toml`).
#[test]
fn a_megabyte_of_digits_and_dots_is_judged() {
    for piece in [
        "1.",
        "1.2.",
        "12-",
        "a1/",
        "Az. ",
        "bis 1.1. ",
        "§",
        "1 2 ",
        "K 1 ",
        "anbei ",
        "bringe um ",
        "Widerspruch ",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        whole(&mail("", &text));
    }
}
