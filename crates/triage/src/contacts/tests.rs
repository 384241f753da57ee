//! Sentences that say how often their writer has been in touch, and sentences that only look like it.

use super::{Contacts, Text, of};

/// The lines of a table, without its comments.
fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What a body says; ` | ` separates paragraphs.
fn read(body: &str) -> Option<Contacts> {
    of(&Text::new("Wohngeld", &body.replace(" | ", "\n\n")))
}

#[test]
fn a_third_contact_is_found() {
    let missed: Vec<_> = lines(include_str!("third.txt"))
        .filter(|body| read(body).is_none_or(|found| found.said.is_none()))
        .collect();
    assert!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
}

#[test]
fn what_only_looks_like_a_third_contact_is_none() {
    let wrong: Vec<_> = lines(include_str!("fewer.txt"))
        .filter(|body| read(body).is_some_and(|found| found.said.is_some()))
        .collect();
    assert!(wrong.is_empty(), "wrong:\n{}", wrong.join("\n"));
}

#[test]
fn a_lawsuit_is_found_where_it_is_announced() {
    let announced = |body: &&str| read(body).is_some_and(|found| found.lawsuit.is_some());
    let (yes, no): (Vec<_>, Vec<_>) =
        lines(include_str!("lawsuit.txt")).partition(|line| line.starts_with("+ "));
    let missed: Vec<_> = yes.into_iter().filter(|body| !announced(body)).collect();
    let wrong: Vec<_> = no.into_iter().filter(announced).collect();
    assert!(missed.is_empty() && wrong.is_empty(), "missed: {missed:?}\nwrong: {wrong:?}");
}

#[test]
fn contacts_are_counted_over_sentences() {
    let counts = [
        ("Das ist meine dritte Mail.", 3),
        ("Dies ist die dritte Erinnerung.", 4),
        ("Am 1.3. beantragt. Am 4.4. nachgefragt. Am 5.5. angerufen.", 4),
        ("Ich habe drei Mails und zwei Anrufe gemacht, alles ohne Antwort.", 6),
    ];
    for (body, count) in counts {
        assert_eq!(read(body).and_then(|found| found.said).map(|said| said.count), Some(count), "{body}");
    }
}
