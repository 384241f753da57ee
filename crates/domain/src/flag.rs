//! Formal traps that a Posteingang must not miss.

use std::fmt;

/// A trap that a rule found in a message. It shows on the page and in `classify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// A threat, or somebody who may harm themselves.
    Gefahr,
    /// A court or a prosecutor writes.
    Gericht,
    /// An objection by plain e-mail, which is no valid form (§ 70 VwGO).
    WiderspruchPerMail,
    /// For one person, or a body whose mail others must not read: nothing but the headers was read.
    Persoenlich,
    /// A member of a parliament or a constitutional body writes (GGO § 14).
    Abgeordnete,
    /// The press asks.
    Presse,
    /// A complaint about staff or treatment.
    Beschwerde,
    /// An attachment is announced and not there.
    FehlendeAnlage,
    /// Signs of fraud.
    Verdacht,
    /// The same text arrived before.
    Dublette,
    /// More than one request in one message.
    MehrereAnliegen,
    /// Sent by a machine or through a list.
    Automatisch,
}

impl Flag {
    /// Every flag, the weightiest first.
    pub const ALL: [Self; 12] = [
        Self::Gefahr,
        Self::Gericht,
        Self::WiderspruchPerMail,
        Self::Persoenlich,
        Self::Abgeordnete,
        Self::Presse,
        Self::Beschwerde,
        Self::FehlendeAnlage,
        Self::Verdacht,
        Self::Dublette,
        Self::MehrereAnliegen,
        Self::Automatisch,
    ];

    /// Stable name, used in JSON, log and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gefahr => "gefahr",
            Self::Gericht => "gericht",
            Self::WiderspruchPerMail => "widerspruch-per-mail",
            Self::Persoenlich => "persoenlich",
            Self::Abgeordnete => "abgeordnete",
            Self::Presse => "presse",
            Self::Beschwerde => "beschwerde",
            Self::FehlendeAnlage => "fehlende-anlage",
            Self::Verdacht => "verdacht",
            Self::Dublette => "dublette",
            Self::MehrereAnliegen => "mehrere-anliegen",
            Self::Automatisch => "automatisch",
        }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Gefahr => "Gefahr",
            Self::Gericht => "Gericht",
            Self::WiderspruchPerMail => "Widerspruch per E-Mail",
            Self::Persoenlich => "Persönlich",
            Self::Abgeordnete => "Abgeordnete",
            Self::Presse => "Presse",
            Self::Beschwerde => "Beschwerde",
            Self::FehlendeAnlage => "Fehlende Anlage",
            Self::Verdacht => "Verdacht",
            Self::Dublette => "Dublette",
            Self::MehrereAnliegen => "Mehrere Anliegen",
            Self::Automatisch => "Automatisch",
        }
    }

    /// The flag of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.name() == name)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
