//! Whether the new text hands an earlier mail over, as rule 4 of the labelling guide asks.

use std::sync::LazyLock;

use crate::phrases::Phrases;

/// Words that only offices use among themselves; they hold whatever the subject says.
static TRANSFER: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::of(&[
        "zuständigkeitshalber",
        "zustaendigkeitshalber",
        "zuständigkeits halber",
        "in eigener zuständigkeit",
        "abgabenachricht",
        "gehört zu euch",
        "gehört zu ihnen",
        "gehört wohl zu",
        "gehört aber zu",
        "gehört eher zu",
    ])
});
/// Words that pass the work on where a mail is passed on; elsewhere a citizen's „mit der Bitte um Bearbeitung“
/// means the new text itself.
static ASKING: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::of(&[
        "zur weiteren bearbeitung",
        "zur weiteren veranlassung",
        "zur weiteren verwendung",
        "zur weiteren erledigung",
        "zur bearbeitung",
        "zur erledigung",
        "zur übernahme",
        "zur beantwortung",
        "zur direkten beantwortung",
        "z. w. v.",
        "z.w.v.",
        "zwv",
        "bitte um übernahme",
        "bitte um uebernahme",
        "bitte um bearbeitung",
        "bitte um weitere bearbeitung",
        "bitte um erledigung",
        "bitte um beantwortung",
        "bitte um weitere veranlassung",
        "m.d.b. um",
        "m. d. b. um",
        "m.d.b.u.",
        "mdb um",
        "mdbu",
        "bitte übernehmen",
        "bitte uebernehmen",
        "bitte bearbeiten",
        "bitte von dort",
        "macht ihr bitte weiter",
        "for further processing",
        "for further action",
        "please process",
        "please handle",
        "please take over",
        "pour suite à donner",
        "para su tramitación",
        "per competenza",
        "ter afhandeling",
        "gereği için",
    ])
});
/// Words that point to what is below, or say whose it is; they hold where a mail is passed on.
static POINTING: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::of(&[
        "s. u.",
        "s.u.",
        "s. unten",
        "siehe unten",
        "siehe untenstehend",
        "unten stehend",
        "untenstehend",
        "unten steht",
        "nachstehend",
        "nachfolgende",
        "die folgende anfrage",
        "die folgende mail",
        "folgende anfrage",
        "folgende e-mail",
        "see below",
        "voir ci-dessous",
        "ver abajo",
        "vedi sotto",
        "zie onder",
    ])
});
/// Words that say there is nothing to do; they undo all others.
static NOTHING_TO_DO: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::of(&[
        "nichts zu veranlassen",
        "nichts zu tun",
        "nichts tun",
        "nichts veranlassen",
        "nichts machen",
        "nix machen",
        "kein handlungsbedarf",
        "nur zur kenntnis",
        "nur zur info",
        "nur zu eurer kenntnis",
        "nur zu ihrer kenntnis",
        "nur zu deiner kenntnis",
        "nur z. k",
        "nur z.k",
        "for your information only",
        "no action",
    ])
});

/// Words that ask whether the mail below is genuine: then the question is what was written.
static DOUBTING: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::of(&[
        "von ihnen?",
        "von euch?",
        "echt?",
        "echt ist",
        "betrug",
        "phishing",
        "abzocke",
        "gefälscht",
        "genuine",
        "is this real",
        "scam",
    ])
});

/// What the new text says of the mail below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handover {
    /// One office passes the work on to another.
    Transfer,
    /// Work is passed on, or the older text is pointed to.
    Asked,
    /// Nothing is handed over.
    None,
}

/// Reads the new text and the subject.
pub(crate) fn read(new: &str, subject: &str) -> Handover {
    let text = flat(new);
    let subject = flat(subject);
    if says(&text, &NOTHING_TO_DO) {
        Handover::None
    } else if says(&text, &TRANSFER) || says(&subject, &TRANSFER) {
        Handover::Transfer
    } else if says(&text, &ASKING)
        || says(&subject, &ASKING)
        || says(&text, &POINTING) && !says(&text, &DOUBTING)
    {
        Handover::Asked
    } else {
        Handover::None
    }
}

/// Whether the sender says that the answers stand inside the older text, where no mark shows them.
pub(crate) fn answers_inside(new: &str) -> bool {
    static INSIDE: LazyLock<Phrases> = LazyLock::new(|| {
        Phrases::of(&[
            "in rot",
            "in blau",
            "in grün",
            "rot markiert",
            "unter ihre punkte",
            "unter ihren punkten",
            "unter ihre fragen",
            "unter den jeweiligen",
            "direkt in ihre mail",
            "direkt in der mail",
            "unten im text",
            "inline",
            "in red",
            "in blue",
        ])
    });
    let text = flat(new);
    (text.contains("antwort") || text.contains("answer") || text.contains("anmerkung"))
        && says(&text, &INSIDE)
}

/// In lower case, with single blanks; who hands over is brief, so the first words will do.
fn flat(text: &str) -> String {
    const WORDS: usize = 1_000;
    format!(" {} ", text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ").to_lowercase())
}

/// Whether one of the phrases stands there, from the begin of a word on.
fn says(text: &str, phrases: &Phrases) -> bool {
    phrases.within(text).any(|at| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handing_over_is_said_in_so_many_words() {
        for (new, expected) in [
            ("Zuständigkeitshalber weitergeleitet.", Handover::Transfer),
            ("zur weiteren\nBearbeitung", Handover::Asked),
            ("mit der Bitte um Übernahme", Handover::Asked),
            ("s. u., bitte der Familie direkt antworten", Handover::Asked),
            ("untenstehende E-Mail ging ein", Handover::Asked),
            ("FYI", Handover::None),
            ("Zur Kenntnis, ihr müsst nix machen", Handover::None),
            ("zuständigkeitshalber nur zur Kenntnis", Handover::None),
            ("Ist die Mail da unten echt?", Handover::None),
            ("aus.u. Grund", Handover::None),
            ("", Handover::None),
        ] {
            assert_eq!(read(new, ""), expected, "{new}");
        }
        assert_eq!(read("Grüße", "WG: Antrag – zuständigkeitshalber"), Handover::Transfer);
    }
}
