//! Opens S/MIME containers as far as that needs no key (RFC 8551, RFC 5652): which kind, and what a signed one holds.
//!
//! ```text
//! ContentInfo ::= SEQUENCE { contentType OID, content [0] SignedData }
//! SignedData  ::= SEQUENCE { version, digestAlgorithms SET, encapContentInfo SEQUENCE { OID, [0] OCTET STRING }, … }
//! ```
//!
//! The signature is not verified. BER with indefinite lengths and octet strings in pieces is what Outlook sends.

use crate::limits;

/// What a CMS container is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// Signed-data with the MIME entity that it wraps.
    Signed(Vec<u8>),
    /// Enveloped-data in one of its forms: unreadable without a key.
    Encrypted,
    /// Signed-data that holds only certificates.
    Empty,
}

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
const AUTH_ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23];

const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const CONSTRUCTED: u8 = 0x20;
const CONTEXT_0: u8 = 0xa0;

/// Opens a container; `None` if it is none, or is too broken to tell.
pub(crate) fn open(ber: &[u8]) -> Option<Container> {
    let mut budget = limits::BER_ELEMENTS;
    let mut info = Reader::new(ber).enter(SEQUENCE, &mut budget)?;
    let kind = info.element(&mut budget)?;
    match kind.content {
        _ if kind.tag != OID => None,
        ENVELOPED_DATA | ENCRYPTED_DATA | AUTH_ENVELOPED_DATA => Some(Container::Encrypted),
        SIGNED_DATA => signed(&mut info, &mut budget),
        _ => None,
    }
}

fn signed(info: &mut Reader<'_>, budget: &mut usize) -> Option<Container> {
    let mut data = info.enter(CONTEXT_0, budget)?.enter(SEQUENCE, budget)?;
    data.element(budget)?; // version
    data.element(budget)?; // digestAlgorithms
    let mut content_info = data.enter(SEQUENCE, budget)?;
    content_info.element(budget)?; // eContentType
    if content_info.is_at_end() {
        return Some(Container::Empty);
    }
    let wrapped = content_info.element(budget).filter(|element| element.tag == CONTEXT_0)?;
    let mut content = Vec::new();
    let octets = Reader::new(wrapped.content).element(budget)?;
    gather(&octets, limits::BER_DEPTH, budget, &mut content)?;
    Some(Container::Signed(content))
}

/// Joins the pieces of a constructed OCTET STRING (X.690, 8.7.3).
fn gather(octets: &Element<'_>, depth: usize, budget: &mut usize, content: &mut Vec<u8>) -> Option<()> {
    if octets.tag == OCTET_STRING {
        content.extend_from_slice(octets.content);
        return Some(());
    }
    if octets.tag != OCTET_STRING | CONSTRUCTED || depth == 0 {
        return None;
    }
    let mut pieces = Reader::new(octets.content);
    while let Some(piece) = pieces.element(budget) {
        gather(&piece, depth - 1, budget, content)?;
    }
    Some(())
}

/// One element of BER (X.690, 8.1) with its content, end-of-contents octets left out.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    fn is_at_end(&self) -> bool {
        self.rest.is_empty() || self.rest.starts_with(&[0, 0])
    }

    /// Goes into the next element without looking for its end, which is why nesting costs nothing here.
    fn enter(&mut self, tag: u8, budget: &mut usize) -> Option<Reader<'a>> {
        *budget = budget.checked_sub(1)?;
        let (head, length) = head(self.rest)?;
        if *self.rest.first()? != tag {
            return None;
        }
        let content = self.rest.get(head..)?;
        Some(Self::new(length.and_then(|length| content.get(..length)).unwrap_or(content)))
    }

    /// The next element; `None` at the end or where it is broken. A cut-off one gives what is there.
    fn element(&mut self, budget: &mut usize) -> Option<Element<'a>> {
        *budget = budget.checked_sub(1)?;
        let tag = *self.rest.first()?;
        let (head, length) = head(self.rest)?;
        let content = self.rest.get(head..)?;
        let (content, rest) = match length {
            Some(0) if tag == 0 => return None,
            Some(length) => content.split_at_checked(length).unwrap_or((content, &[])),
            None => {
                let end = end_of_contents(content, budget)?;
                (&content[..end], content.get(end + 2..).unwrap_or_default())
            }
        };
        self.rest = rest;
        Some(Element { tag, content })
    }
}

/// Length of tag and length octets, and the content's length (`None`: indefinite).
fn head(ber: &[u8]) -> Option<(usize, Option<usize>)> {
    const LONG_TAG: u8 = 0x1f;
    if ber.first()? & LONG_TAG == LONG_TAG {
        return None;
    }
    let first = *ber.get(1)?;
    match first {
        0x80 => Some((2, None)),
        0..0x80 => Some((2, Some(usize::from(first)))),
        _ => {
            let octets = ber.get(2..2 + usize::from(first & 0x7f))?;
            let length = octets.iter().try_fold(0_usize, |length, octet| {
                length.checked_mul(256)?.checked_add(usize::from(*octet))
            })?;
            Some((2 + octets.len(), Some(length)))
        }
    }
}

/// Where the two zero octets stand that end an indefinite length, with those of inner elements passed over.
fn end_of_contents(content: &[u8], budget: &mut usize) -> Option<usize> {
    let mut at = 0;
    let mut open = 0_usize;
    loop {
        *budget = budget.checked_sub(1)?;
        let rest = content.get(at..)?;
        if rest.is_empty() {
            // Cut off: all there is belongs to it.
            return Some(content.len());
        }
        let (head, length) = head(rest)?;
        match length {
            Some(0) if rest[0] == 0 && open == 0 => return Some(at),
            Some(0) if rest[0] == 0 => {
                open -= 1;
                at += 2;
            }
            Some(length) => at = at.checked_add(head)?.checked_add(length)?.min(content.len()),
            None => {
                open += 1;
                at += head;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &[u8] = &[OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    const ENVELOPED: &[u8] = &[OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
    const VERSION_AND_DIGESTS: &[u8] = &[2, 1, 1, 0x31, 0];
    const DATA: &[u8] = &[OID, 1, 1];

    fn definite(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
        let content = contents.concat();
        let mut element = vec![tag, 0x82, (content.len() >> 8) as u8, content.len() as u8];
        element.extend(content);
        element
    }

    fn indefinite(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
        [&[tag, 0x80], &*contents.concat(), &[0, 0]].concat()
    }

    fn container(form: fn(u8, &[&[u8]]) -> Vec<u8>, wrapped: &[u8]) -> Vec<u8> {
        let info = form(SEQUENCE, &[DATA, wrapped]);
        let data = form(SEQUENCE, &[VERSION_AND_DIGESTS, &info]);
        form(SEQUENCE, &[SIGNED, &form(CONTEXT_0, &[&data])])
    }

    #[test]
    fn signed_content_is_found_in_every_encoding() {
        for form in [definite, indefinite] {
            let whole = form(CONTEXT_0, &[&definite(OCTET_STRING, &[b"text"])]);
            assert_eq!(open(&container(form, &whole)), Some(Container::Signed(b"text".to_vec())));
            let inner = form(
                OCTET_STRING | CONSTRUCTED,
                &[&definite(OCTET_STRING, &[b"ex"]), &definite(OCTET_STRING, &[b"t"])],
            );
            let pieces = form(OCTET_STRING | CONSTRUCTED, &[&definite(OCTET_STRING, &[b"t"]), &inner]);
            assert_eq!(
                open(&container(form, &form(CONTEXT_0, &[&pieces]))),
                Some(Container::Signed(b"text".to_vec()))
            );
            assert_eq!(open(&container(form, &[])), Some(Container::Empty));
        }
    }

    #[test]
    fn encrypted_content_is_known_by_its_type() {
        assert_eq!(open(&definite(SEQUENCE, &[ENVELOPED])), Some(Container::Encrypted));
        assert_eq!(open(&indefinite(SEQUENCE, &[ENVELOPED, &[0xa0, 0x80]])), Some(Container::Encrypted));
    }

    #[test]
    fn nonsense_is_no_container() {
        for ber in [
            &b""[..],
            b"0",
            b"\x30\x80",
            b"\x30\xff\x01",
            b"nonsense",
            &[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert_eq!(open(ber), None, "{ber:?}");
        }
        let deep = [0x24, 0x80].repeat(100);
        assert_eq!(open(&container(indefinite, &indefinite(CONTEXT_0, &[&deep]))), None);
    }
}
