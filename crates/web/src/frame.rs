//! What every page has around it: title, navigation, the time it tells, who made it.

use jiff::Timestamp;
use store::ModelHealth;

use crate::Page;
use crate::visitor::{Theme, Visitor};
use crate::words::Language;

/// Where in the navigation a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// What waits.
    Queue,
    /// The house in pictures.
    Overview,
    /// What judges.
    School,
    /// How Langhals is.
    Health,
    /// None of them.
    Elsewhere,
}

/// What every page has around it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) place: Place,
    /// When the page was made.
    pub(crate) now: Timestamp,
    pub(crate) version: &'static str,
    pub(crate) model: ModelHealth,
    /// Who reads it.
    pub(crate) visitor: Visitor,
    /// In which language it is written: `frame.words.say("skip")`.
    pub(crate) words: Language,
}

impl Frame {
    pub(crate) fn new(page: &Page, visitor: Visitor, place: Place) -> Self {
        let words = visitor.language;
        Self { place, now: (page.clock)(), version: page.version, model: page.board.model(), visitor, words }
    }

    /// A link of the navigation: address, its words, whether the page is there.
    pub(crate) fn places(&self) -> Vec<(&'static str, String, bool)> {
        let oversees = self.visitor.rights.oversees();
        let all = [
            (Place::Queue, "/", "place-queue", true),
            (Place::Overview, "/ueberblick", "place-overview", oversees),
            (Place::School, "/modell", "place-school", oversees),
            (Place::Health, "/zustand", "place-health", true),
        ];
        let shown = all.into_iter().filter(|(.., shown)| *shown && self.is_signed_in());
        shown.map(|(place, address, name, _)| (address, self.words.say(name), place == self.place)).collect()
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        !self.visitor.rights.grants.is_empty()
    }

    pub(crate) fn languages(&self) -> [(Language, bool); 2] {
        Language::ALL.map(|language| (language, language == self.words))
    }

    pub(crate) fn themes(&self) -> [(Theme, String, bool); 3] {
        Theme::ALL.map(|theme| {
            let name = match theme {
                Theme::Auto => "theme-auto",
                Theme::Light => "theme-light",
                Theme::Dark => "theme-dark",
            };
            (theme, self.words.say(name), theme == self.visitor.theme)
        })
    }

    /// Light or dark, where the reader chose.
    pub(crate) fn theme(&self) -> Option<&'static str> {
        (self.visitor.theme != Theme::Auto).then_some(self.visitor.theme.code())
    }

    pub(crate) fn time(&self) -> String {
        self.words.moment(self.now)
    }
}
