//! Reading single pieces of mails, `BODY.PEEK[1.2.MIME]` and the like, so that attachments stay on the server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use domain::Uid;

use crate::command::Command;
use crate::error::Error;
use crate::fetch::uid_of;
use crate::uids::sets;
use crate::wire::Taken;
use crate::{Budget, Connection};

/// A piece of a mail (RFC 3501, 6.4.5).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The mail's header.
    Header,
    /// The MIME header of the part with these numbers.
    Mime(Vec<u32>),
    /// The content of that part, as it is encoded, from an octet on.
    Content(Vec<u32>, u32),
}

/// Pieces of a mail, as far as they came; `None` where the server says that there is no such piece.
pub type Pieces = BTreeMap<Section, Option<Vec<u8>>>;

impl Connection {
    /// The same pieces of these mails, each cut to so many octets, read without marking the mails as read. Mails that
    /// are gone are absent. The guard lets fifteen pieces pass, and so many octets of a mail as are asked for.
    ///
    /// # Errors
    /// [`Error`]; among them [`Error::Refused`] where the server does not know how, and [`Error::Limit`] where it sends
    /// more than was asked for.
    #[tracing::instrument(name = "imap.sections", skip_all, fields(count = uids.len(), pieces = wanted.len()))]
    pub async fn sections(
        &mut self,
        uids: &[Uid],
        wanted: &[(Section, u32)],
        total: u64,
    ) -> Result<BTreeMap<Uid, Pieces>, Error> {
        let items: String = wanted.iter().map(|(section, octets)| section.asked(*octets)).collect();
        let each = wanted.iter().map(|(_, octets)| *octets).fold(0, u32::saturating_add);
        let budget = Budget { each, total };
        let mut found = BTreeMap::<Uid, Pieces>::new();
        for set in sets(uids) {
            let left = budget.total.saturating_sub(octets(&found));
            let text = format!("UID FETCH {} (UID{items})", set.text);
            let command = Command::new("UID FETCH", &text).with_literals(budget.each, left);
            let take =
                &mut |response: &Response<'_>| take(&mut found, response, &|uid| set.contains(uid), wanted);
            self.wire.run(command, take).await?;
        }
        Ok(found)
    }
}

fn octets(found: &BTreeMap<Uid, Pieces>) -> u64 {
    found.values().flat_map(BTreeMap::values).flatten().map(|bytes| bytes.len() as u64).sum()
}

/// Keeps what was asked for, each piece once.
fn take(
    found: &mut BTreeMap<Uid, Pieces>,
    response: &Response<'_>,
    asked: &dyn Fn(Uid) -> bool,
    wanted: &[(Section, u32)],
) -> Taken {
    let Response::Fetch(_, attributes) = response else { return Taken::Stray };
    let Some(uid) = uid_of(attributes).filter(|uid| asked(*uid)) else { return Taken::Stray };
    let pieces = found.entry(uid).or_default();
    for (section, data) in attributes.iter().filter_map(Section::of) {
        if let Some((_, octets)) = wanted.iter().find(|(one, _)| *one == section) {
            let cut = |bytes: &[u8]| bytes.get(..*octets as usize).unwrap_or(bytes).to_vec();
            pieces.insert(section, data.map(cut));
        }
    }
    // Flags were not asked for: they are a change by somebody else.
    let has_flags = attributes.iter().any(|attribute| matches!(attribute, AttributeValue::Flags(_)));
    if has_flags { Taken::Stray } else { Taken::Mine }
}

impl Section {
    /// ` BODY.PEEK[1.2.MIME]<0.4096>`
    fn asked(&self, octets: u32) -> String {
        match self {
            Self::Header => format!(" BODY.PEEK[HEADER]<0.{octets}>"),
            Self::Mime(path) => format!(" BODY.PEEK[{}.MIME]<0.{octets}>", dotted(path)),
            Self::Content(path, from) => format!(" BODY.PEEK[{}]<{from}.{octets}>", dotted(path)),
        }
    }

    /// Which piece a server sends, and what there is of it.
    fn of<'a>(attribute: &'a AttributeValue<'_>) -> Option<(Self, Option<&'a [u8]>)> {
        let AttributeValue::BodySection { section: Some(section), index, data } = attribute else {
            return None;
        };
        let section = match section {
            SectionPath::Full(MessageSection::Header) => Self::Header,
            SectionPath::Part(path, Some(MessageSection::Mime)) => Self::Mime(path.clone()),
            SectionPath::Part(path, None) => Self::Content(path.clone(), index.unwrap_or(0)),
            SectionPath::Full(_) | SectionPath::Part(..) => return None,
        };
        Some((section, data.as_deref()))
    }
}

/// `1.2`
fn dotted(path: &[u32]) -> String {
    let mut text = String::new();
    for number in path {
        let dot = if text.is_empty() { "" } else { "." };
        // Writing to a String cannot fail.
        let _ = write!(text, "{dot}{number}");
    }
    text
}
