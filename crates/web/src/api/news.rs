//! What stands in an event.

use domain::{Flag, Folder, TagPrefix, Uid, UidValidity};
use serde::Serialize;
use store::{Key, News, NewsKind};
use utoipa::ToSchema;

use super::names::{ClassName, ClosingName, PriorityName};
use super::shapes::{Place, keywords, rfc3339};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EventKind {
    /// A message was judged, or came with tags of Langhals'. May come again: the last word counts.
    Decided,
    /// A person has decided. Without who.
    Corrected,
    /// It left the queue and is still there.
    Closed,
    /// It waits again.
    Reopened,
    /// It lies here now; `from` is where it lay, where that is known.
    Moved,
    /// It is not here any more.
    Gone,
    /// The server numbers the folder anew: no `id` of this folder under another `uid_validity` means anything now.
    Renumbered,
    /// Another model judges from here on.
    ModelSwitched,
}

impl EventKind {
    /// As the stream calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Corrected => "corrected",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Moved => "moved",
            Self::Gone => "gone",
            Self::Renumbered => "renumbered",
            Self::ModelSwitched => "model_switched",
        }
    }
}

/// An event's data. What does not belong to its kind, or is not known, is not there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventBody {
    pub(super) kind: EventKind,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The message's name in addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The mailbox; not with `model_switched`.
    #[serde(skip_serializing_if = "Option::is_none")]
    mailbox: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid_validity: Option<u32>,
    /// Which message; not with `renumbered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<u32>,
    /// `decided`: the best guess. `corrected`: what a person chose, where they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<ClassName>,
    /// `decided`: how probable the best guess is.
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
    /// `decided`: what is suggested. `corrected`: what a person chose, where they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<PriorityName>,
    /// `decided`: a person has to choose the class.
    #[serde(skip_serializing_if = "Option::is_none")]
    unsure: Option<bool>,
    /// `decided`: where the text states one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    deadline: Option<String>,
    /// `decided`: formal traps.
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Vec<&'static str>>,
    /// `decided`: the suggested keywords.
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    /// `closed`: how it left the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<ClosingName>,
    /// `moved`: where it lay.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Place>,
    /// `model_switched`: the model that judges now.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

impl EventBody {
    pub(super) fn new(news: &News, prefix: &TagPrefix) -> Self {
        let of = |kind| Self::of(kind, news);
        match &news.what {
            NewsKind::Decided { class, confidence, priority, unsure, deadline, flags, tags } => Self {
                class: Some((*class).into()),
                confidence: Some(*confidence),
                priority: Some((*priority).into()),
                unsure: Some(*unsure),
                deadline: deadline.map(|date| date.to_string()),
                flags: Some(flags.iter().copied().map(Flag::name).collect()),
                tags: Some(keywords(tags, prefix)),
                ..of(EventKind::Decided)
            },
            NewsKind::Corrected { class, priority, .. } => Self {
                class: class.map(Into::into),
                priority: priority.map(Into::into),
                ..of(EventKind::Corrected)
            },
            NewsKind::Closed { how } => Self { how: Some((*how).into()), ..of(EventKind::Closed) },
            NewsKind::Reopened => of(EventKind::Reopened),
            NewsKind::Moved { from } => Self { from: from.as_ref().map(Place::from), ..of(EventKind::Moved) },
            NewsKind::Gone => of(EventKind::Gone),
            NewsKind::Renumbered => Self { id: None, uid: None, ..of(EventKind::Renumbered) },
            NewsKind::ModelSwitched { to } => Self {
                model: Some(to.clone()),
                id: None,
                mailbox: None,
                folder: None,
                uid_validity: None,
                uid: None,
                ..of(EventKind::ModelSwitched)
            },
        }
    }

    /// Something that happened to this message.
    fn of(kind: EventKind, news: &News) -> Self {
        let folder = Folder { mailbox: news.mailbox.clone(), name: news.folder.clone() };
        let key = Key { folder, validity: UidValidity(news.validity), uid: Uid(news.uid) };
        let Place { id, mailbox, folder, uid_validity, uid } = Place::from(&key);
        Self {
            kind,
            at: rfc3339(news.at),
            id: Some(id),
            mailbox: Some(mailbox),
            folder: Some(folder),
            uid_validity: Some(uid_validity),
            uid: Some(uid),
            class: None,
            confidence: None,
            priority: None,
            unsure: None,
            deadline: None,
            flags: None,
            tags: None,
            how: None,
            from: None,
            model: None,
        }
    }
}
