//! Every bound that holds on any mail, in one place.

/// Bytes of one header block that are read.
pub(crate) const HEADER: usize = 256 << 10;
/// Characters of a subject, a name, an address, a file name.
pub(crate) const FIELD: usize = 1_000;
/// Message-IDs of a thread.
pub(crate) const THREAD: usize = 100;
/// Addresses of `To:` and `Cc:`.
pub(crate) const RECIPIENTS: usize = 50;
/// MIME parts of a mail, enclosed mails included.
pub(crate) const PARTS: usize = 1_000;
/// Levels of multiparts, enclosed mails and signed containers within one another.
pub(crate) const DEPTH: usize = 20;
/// Attachments that are listed.
pub(crate) const ATTACHMENTS: usize = 100;
/// Encoded bytes of one plain text part that are decoded; quoted-printable takes three for one.
pub(crate) const ENCODED_TEXT: usize = 1 << 20;
/// The same for HTML, which needs some 20 bytes for one of text.
pub(crate) const ENCODED_HTML: usize = 4 << 20;
/// Bytes of text of a mail.
pub(crate) const TEXT: usize = 256 << 10;
/// Mails forwarded within forwarded mails.
pub(crate) const FORWARDS: usize = 4;
/// Elements of BER within one another.
pub(crate) const BER_DEPTH: usize = 16;
/// Elements of BER that are looked at.
pub(crate) const BER_ELEMENTS: usize = 1_000_000;
/// Links of a mail.
pub(crate) const LINKS: usize = 20;
/// Bytes of a link's address, and of the words that it shows.
pub(crate) const LINK: usize = 2_000;
