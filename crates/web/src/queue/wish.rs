//! What somebody wants to see of the queue: the page's address says it all, so a link is a filter.
//!
//! ```text
//!   /?postfach=bauamt&klasse=antrag&prioritaet=hoch&merkmal=presse&unsicher=1&frist=ueberschritten
//!    &zeichen=3+K+1023/22&sortierung=wartezeit&richtung=umgekehrt&seite=2
//! ```
//!
//! Reading it is total: what is nonsense, or not known here, is not wished for.

use std::collections::BTreeSet;

use domain::{Class, Flag, Label as _, Priority, Tag};
use form_urlencoded::Serializer;
use store::{Query, Sort};

/// Rows on one page.
pub(super) const ROWS: usize = 50;
/// Longer search texts are no reference.
const LONGEST: usize = 80;

/// Ways to sort, with their names in addresses; the first one is the usual one.
pub(super) const SORTS: [(Sort, &str); 6] = [
    (Sort::Urgency, "dringlichkeit"),
    (Sort::Deadline, "frist"),
    (Sort::Waiting, "wartezeit"),
    (Sort::Class, "klasse"),
    (Sort::Mailbox, "postfach"),
    (Sort::Confidence, "sicherheit"),
];

/// What is wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    pub mailbox: Option<String>,
    pub class: Option<Class>,
    pub priority: Option<Priority>,
    pub flag: Option<Flag>,
    pub unsure: bool,
    pub overdue: bool,
    pub reference: Option<String>,
    pub sort: usize,
    pub reversed: bool,
    pub page: usize,
}

impl Wish {
    pub fn read(query: Option<&str>) -> Self {
        let mut wish = Self { page: 1, ..Self::default() };
        for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = value.trim();
            match key.as_ref() {
                "postfach" if !value.is_empty() => wish.mailbox = Some(value.to_owned()),
                "klasse" => wish.class = Class::ALL.into_iter().find(|class| of_class(*class) == value),
                "prioritaet" => {
                    wish.priority = Priority::ALL.into_iter().find(|one| of_priority(*one) == value);
                }
                "merkmal" => wish.flag = Flag::from_name(value),
                "unsicher" => wish.unsure = value == "1",
                "frist" => wish.overdue = value == "ueberschritten",
                "zeichen" if !value.is_empty() && value.chars().count() <= LONGEST => {
                    wish.reference = Some(value.to_owned());
                }
                "sortierung" => {
                    wish.sort = SORTS.iter().position(|(_, name)| *name == value).unwrap_or_default();
                }
                "richtung" => wish.reversed = value == "umgekehrt",
                "seite" => wish.page = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        wish
    }

    /// The address that wishes for this.
    pub fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (key, value) in self.parts() {
            query.append_pair(key, &value);
        }
        let query = query.finish();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }

    /// What is wished for beside the usual, as key and value.
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let one = |wished: bool, value: &str| wished.then(|| value.to_owned());
        let sort = (self.sort > 0).then(|| SORTS[self.sort.min(SORTS.len() - 1)].1.to_owned());
        let parts = [
            ("postfach", self.mailbox.clone()),
            ("klasse", self.class.map(|class| of_class(class).to_owned())),
            ("prioritaet", self.priority.map(|priority| of_priority(priority).to_owned())),
            ("merkmal", self.flag.map(|flag| flag.name().to_owned())),
            ("unsicher", one(self.unsure, "1")),
            ("frist", one(self.overdue, "ueberschritten")),
            ("zeichen", self.reference.clone()),
            ("sortierung", sort),
            ("richtung", one(self.reversed, "umgekehrt")),
            ("seite", (self.page > 1).then(|| self.page.to_string())),
        ];
        parts.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// The same on another page.
    pub fn on_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same, sorted so from its first page; the other way round where it is sorted so already.
    pub fn sorted(&self, sort: usize) -> Self {
        Self { sort, reversed: self.sort == sort && !self.reversed, page: 1, ..self.clone() }
    }

    /// Whether anything is left out.
    pub fn filters(&self) -> bool {
        let unfiltered =
            Self { sort: self.sort, reversed: self.reversed, page: self.page, ..Self::default() };
        *self != unfiltered
    }

    /// What the ledger is asked for, within what may be seen.
    pub fn query(&self, allowed: Option<BTreeSet<String>>) -> Query {
        Query {
            allowed,
            mailbox: self.mailbox.clone(),
            class: self.class,
            priority: self.priority,
            unsure: self.unsure,
            flag: self.flag,
            overdue: self.overdue,
            reference: self.reference.clone(),
            sort: SORTS[self.sort.min(SORTS.len() - 1)].0,
            descending: self.reversed,
            offset: (self.page - 1).saturating_mul(ROWS),
            limit: ROWS,
        }
    }
}

/// Classes are called in addresses as their tags are.
pub(super) fn of_class(class: Class) -> &'static str {
    Tag::of_class(class).name()
}

pub(super) fn of_priority(priority: Priority) -> &'static str {
    match priority {
        Priority::High => Tag::Hoch.name(),
        Priority::Normal => "normal",
        Priority::Low => Tag::Niedrig.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_filter_and_back() {
        for address in [
            "/",
            "/?prioritaet=hoch",
            "/?postfach=b%C3%BCrger+b%C3%BCro&klasse=antrag&merkmal=presse&unsicher=1&frist=ueberschritten",
            "/?zeichen=3+K+1023%2F22&sortierung=wartezeit&richtung=umgekehrt&seite=7",
        ] {
            let wish = Wish::read(address.strip_prefix("/?"));
            assert_eq!(wish.address(), address);
        }
        assert!(!Wish::read(Some("seite=3&sortierung=frist")).filters());
        assert!(Wish::read(Some("unsicher=1")).filters());
    }

    #[test]
    fn nonsense_is_not_wished_for() {
        for query in [
            "seite=-1",
            "seite=0",
            "seite=99999999999999999999999",
            "klasse=%3Cscript%3E&prioritaet=&merkmal=x&unsicher=2&frist=morgen&sortierung=&richtung=quer",
            "&&=&%FF",
            "zeichen=",
        ] {
            assert_eq!(Wish::read(Some(query)), Wish { page: 1, ..Wish::default() }, "{query}");
        }
        assert_eq!(Wish::read(Some(&format!("zeichen={}", "1".repeat(200)))).reference, None);
        let far = Wish::read(Some(&format!("seite={}", usize::MAX)));
        assert_eq!(far.query(None).offset, usize::MAX);
    }

    #[test]
    fn a_column_is_sorted_and_then_the_other_way_round() {
        let wish = Wish { page: 3, ..Wish::default() };
        let once = wish.sorted(2);
        assert_eq!((once.sort, once.reversed, once.page), (2, false, 1));
        assert!(once.sorted(2).reversed && !once.sorted(2).sorted(2).reversed);
        assert!(!once.sorted(2).sorted(1).reversed);
    }
}
