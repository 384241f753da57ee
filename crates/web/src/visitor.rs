//! Who asks: what they may see and do, and how they like it shown.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::words::Language;

/// What somebody is to the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Works through the inbox: sees the queue with senders and subjects, corrects.
    Team,
    /// Oversees it: what the team may, and the overview and the model.
    Supervisor,
    /// Runs Langhals: health, training, promotion; sees no sender, subject or quoted word.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Team, Self::Supervisor, Self::Operator];

    /// In configuration, account file and log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Supervisor => "supervisor",
            Self::Operator => "operator",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A role in some mailboxes, or in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// In these mailboxes; in every one where there is nothing.
    pub mailboxes: Option<BTreeSet<String>>,
}

impl Grant {
    /// A role in every mailbox.
    pub fn everywhere(role: Role) -> Self {
        Self { role, mailboxes: None }
    }

    fn covers(&self, mailbox: &str) -> bool {
        self.mailboxes.as_ref().is_none_or(|mailboxes| mailboxes.contains(mailbox))
    }
}

/// Everything somebody may do: what one of their grants allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// The grants.
    pub grants: Vec<Grant>,
}

impl Rights {
    /// Whether they see what waits in this mailbox.
    pub fn sees(&self, mailbox: &str) -> bool {
        self.grants.iter().any(|grant| grant.covers(mailbox))
    }

    /// The mailboxes of which they see what waits; every one where there is nothing.
    pub fn seen(&self) -> Option<BTreeSet<String>> {
        let mut seen = BTreeSet::new();
        for grant in &self.grants {
            seen.extend(grant.mailboxes.clone()?);
        }
        Some(seen)
    }

    /// Whether they read senders, subjects and quoted words of this mailbox, and may correct there.
    pub fn reads(&self, mailbox: &str) -> bool {
        self.grants.iter().any(|grant| grant.role != Role::Operator && grant.covers(mailbox))
    }

    /// Whether they see overview and model.
    pub fn oversees(&self) -> bool {
        self.grants.iter().any(|grant| grant.role != Role::Team)
    }

    /// Whether they train, promote and roll back.
    pub fn operates(&self) -> bool {
        self.grants.iter().any(|grant| grant.role == Role::Operator)
    }
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// In cookie and form.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// Who asks. Their name is shown to themselves; it is never logged and never written down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visitor {
    /// As they are called; empty before the sign-in.
    pub(crate) name: String,
    pub(crate) rights: Rights,
    /// What each form of theirs carries, against forms of other pages; empty before the sign-in.
    pub(crate) form_token: String,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    /// The address of the page they look at: where they come back to after a change of settings.
    pub(crate) address: String,
}

/// Put into the request by the door (`people`); a route that is reached without it is a defect of ours.
impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(grants: &[(Role, Option<&str>)]) -> Rights {
        let mailboxes =
            |names: Option<&str>| names.map(|names| names.split(' ').map(str::to_owned).collect());
        let grants = grants.iter().map(|(role, names)| Grant { role: *role, mailboxes: mailboxes(*names) });
        Rights { grants: grants.collect() }
    }

    #[test]
    fn each_role_may_what_it_needs_and_no_more() {
        let nobody = Rights::default();
        assert!(!nobody.sees("a") && !nobody.reads("a") && !nobody.oversees() && !nobody.operates());
        assert_eq!(nobody.seen(), Some(BTreeSet::new()));
        let team = rights(&[(Role::Team, Some("a b"))]);
        assert!(team.sees("a") && team.reads("b") && !team.reads("c") && !team.sees("c") && !team.oversees());
        let supervisor = rights(&[(Role::Supervisor, None)]);
        assert!(supervisor.reads("c") && supervisor.oversees() && !supervisor.operates());
        assert_eq!(supervisor.seen(), None);
        let operator = rights(&[(Role::Operator, None)]);
        assert!(operator.sees("a") && !operator.reads("a") && operator.oversees() && operator.operates());
        let both = rights(&[(Role::Operator, None), (Role::Team, Some("a"))]);
        assert!(both.reads("a") && !both.reads("b") && both.operates());
    }
}
