//! Short mails that tell of a harm, and as many that only sound like it.

use super::*;

fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "home" => Kind::Home,
        "supply" => Kind::Supply,
        "food" => Kind::Food,
        "treatment" => Kind::Treatment,
        "child" => Kind::Child,
        "freedom" => Kind::Freedom,
        "danger" => Kind::Danger,
        "violence" => Kind::Violence,
        "selfharm" => Kind::SelfHarm,
        "leak" => Kind::Leak,
        _ => return None,
    })
}

fn found(text: &str) -> Option<Harm> {
    let text = Text::new("", text);
    find(&text, &Scan::of(&text))
}

/// Lines of `kind|text`; `-` where nothing threatens.
fn cases() -> impl Iterator<Item = (Option<Kind>, &'static str)> {
    include_str!("cases.txt")
        .lines()
        .filter_map(|line| line.split_once('|'))
        .map(|(kind, text)| (kind_of(kind), text))
}

#[test]
fn three_harms_in_four_are_found() {
    let told: Vec<_> = cases().filter(|(kind, _)| kind.is_some()).collect();
    let missed: Vec<_> = told.iter().filter(|(_, text)| found(text).is_none()).collect();
    assert!(missed.len() * 4 <= told.len(), "{} of {}: {missed:#?}", missed.len(), told.len());
}

#[test]
fn most_harms_are_called_by_their_name() {
    let found: Vec<_> = cases().filter_map(|(kind, text)| Some((kind?, found(text)?.kind, text))).collect();
    let wrong: Vec<_> = found.iter().filter(|(wanted, got, _)| wanted != got).collect();
    assert!(wrong.len() * 6 <= found.len(), "{} of {}: {wrong:#?}", wrong.len(), found.len());
}

#[test]
fn what_only_sounds_like_a_harm_is_none() {
    let quiet: Vec<_> = cases().filter(|(kind, _)| kind.is_none()).collect();
    let alarmed: Vec<_> = quiet.iter().filter_map(|(_, text)| Some((found(text)?, text))).collect();
    assert!(alarmed.len() * 20 <= quiet.len(), "{} of {}: {alarmed:#?}", alarmed.len(), quiet.len());
}

#[test]
fn the_reason_quotes_the_words_that_tell_it() {
    let text =
        Text::new("Heizung", "Seit vier Tagen ist sie ausgefallen, das Baby friert. Mit freundlichen Grüßen");
    let harm = find(&text, &Scan::of(&text)).unwrap();
    assert_eq!(harm.kind, Kind::Supply);
    assert_eq!(
        harm.why(&text),
        "Hinweis auf fehlende Heizung, Energie oder fehlendes Wasser: „Heizung Seit vier Tagen ist sie \
         ausgefallen, das Baby friert.“."
    );
}

#[test]
fn no_text_tells_no_harm() {
    assert_eq!(found(""), None);
}

#[test]
fn a_set_has_room_for_every_rule() {
    assert!(RULES.len() <= 128);
}
