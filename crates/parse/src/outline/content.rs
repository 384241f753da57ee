//! What of a part's content is wanted: of a text, an enclosed mail, a signed container; of a file nothing.

use crate::headers::Part;
use crate::{body, limits};

/// Encoded octets of an attached text that are fetched, for a mail that has no other; of an enclosed mail, its text comes first.
const ATTACHED: usize = 256 << 10;
/// Of a signed container, which holds a whole mail.
const CONTAINER: usize = 2 << 20;
/// No less than this is asked for: where there is no room for more, the text is cut.
const LEAST: usize = 4 << 10;

/// A part's content, as far as it is known.
#[derive(Debug)]
pub(super) enum Content {
    /// As much of it as is wanted.
    Read { most: usize, bytes: Vec<u8>, ended: bool },
    /// A picture that may belong to the text: is it as small as a logo? Nothing of it is fetched but one octet.
    Picture { logo: usize, large: Option<bool> },
    /// Nobody reads it.
    LeftOut,
}

impl Content {
    pub fn of(part: &Part) -> Self {
        let read = |most| Self::Read { most, bytes: Vec::new(), ended: false };
        let is_named = part.attached || !part.name.is_empty();
        match part.media_type.as_str() {
            _ if body::is_smime(part) => read(CONTAINER),
            "message/rfc822" | "message/global" => read(ATTACHED),
            "" | "text/plain" | "text/html" | "text/enriched" if is_named => read(ATTACHED),
            "" | "text/plain" | "text/html" | "text/enriched" => read(limits::ENCODED_TEXT),
            kind if kind.starts_with("image/") && part.content_id => {
                Self::Picture { logo: body::logo_octets(part.transfer), large: None }
            }
            _ => Self::LeftOut,
        }
    }

    pub fn is_left_out(&self) -> bool {
        !matches!(self, Self::Read { .. })
    }

    /// At least so many octets were left out.
    pub fn least_left_out(&self) -> usize {
        match self {
            Self::Picture { logo, large: Some(true) } => logo + 1,
            _ => 0,
        }
    }

    /// Whether there is more of it than was wanted.
    pub fn is_cut(&self) -> bool {
        matches!(self, Self::Read { ended: false, .. })
    }

    pub fn bytes(&self) -> &[u8] {
        if let Self::Read { bytes, .. } = self { bytes } else { &[] }
    }

    pub fn is_open(&self) -> bool {
        match self {
            Self::Read { most, bytes, ended } => !ended && bytes.len() < *most,
            Self::Picture { large, .. } => large.is_none(),
            Self::LeftOut => false,
        }
    }

    /// From which octet on how many are wanted, where each may have a share.
    pub fn wants(&self, share: usize) -> Option<(usize, usize)> {
        match self {
            Self::Read { most, bytes, .. } if self.is_open() && share >= LEAST => {
                Some((bytes.len(), share.min(*most - bytes.len())))
            }
            Self::Picture { logo, large: None } => Some((*logo, 1)),
            _ => None,
        }
    }

    /// What came of so many octets that were wanted from one on.
    pub fn learn(&mut self, at: usize, wanted: usize, found: &[u8]) {
        match self {
            Self::Read { bytes, ended, .. } if at == bytes.len() => {
                bytes.extend_from_slice(found);
                *ended = found.len() < wanted;
            }
            Self::Picture { large, .. } => *large = Some(!found.is_empty()),
            Self::Read { .. } | Self::LeftOut => {}
        }
    }
}
