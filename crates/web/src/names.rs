//! What classes, priorities and flags are called in the reader's language.

use domain::{Class, Flag, Priority, Tag};

use crate::words::Language;

/// `Antrag`.
pub(crate) fn class(words: Language, class: Class) -> String {
    words.say(match class {
        Class::Application => "class-application",
        Class::Inquiry => "class-inquiry",
        Class::Other => "class-other",
    })
}

/// `Eilig`.
pub(crate) fn priority(words: Language, priority: Priority) -> String {
    words.say(match priority {
        Priority::High => "priority-high",
        Priority::Normal => "priority-normal",
        Priority::Low => "priority-low",
    })
}

/// `Frist`.
pub(crate) fn tag(words: Language, tag: Tag) -> String {
    match tag {
        Tag::Antrag => class(words, Class::Application),
        Tag::Rueckfrage => class(words, Class::Inquiry),
        Tag::Sonstiges => class(words, Class::Other),
        Tag::Hoch => priority(words, Priority::High),
        Tag::Niedrig => priority(words, Priority::Low),
        Tag::Unsicher => words.say("tag-unsure"),
        Tag::Frist => words.say("tag-deadline"),
        Tag::Verschluesselt => words.say("tag-encrypted"),
    }
}

/// `Fehlende Anlage`.
pub(crate) fn flag(words: Language, flag: Flag) -> String {
    words.say(match flag {
        Flag::Gefahr => "flag-danger",
        Flag::Gericht => "flag-court",
        Flag::WiderspruchPerMail => "flag-objection",
        Flag::Persoenlich => "flag-personal",
        Flag::Abgeordnete => "flag-parliament",
        Flag::Presse => "flag-press",
        Flag::Beschwerde => "flag-complaint",
        Flag::FehlendeAnlage => "flag-attachment",
        Flag::Verdacht => "flag-suspicious",
        Flag::Dublette => "flag-duplicate",
        Flag::MehrereAnliegen => "flag-several",
        Flag::Automatisch => "flag-automatic",
    })
}
