//! Folder names: UTF-8 for our callers, modified UTF-7 on the wire (RFC 3501, 5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

use crate::command;

/// How letters beyond ASCII stand in folder names.
const MUTF7: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A folder's name as a quoted string in modified UTF-7; no byte of it can break a command.
pub(crate) fn quoted(name: &str) -> String {
    command::quoted(encoded(name).as_bytes())
}

/// A folder's name in modified UTF-7.
pub(crate) fn encoded(name: &str) -> String {
    let mut ascii = String::with_capacity(name.len());
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            shift(&mut ascii, &mut wide);
            ascii.push(c);
            if c == '&' {
                ascii.push('-');
            }
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| wide.extend(unit.to_be_bytes()));
        }
    }
    shift(&mut ascii, &mut wide);
    ascii
}

/// Writes what is waiting in UTF-16 as `&…-`.
fn shift(ascii: &mut String, wide: &mut Vec<u8>) {
    if !wide.is_empty() {
        ascii.push('&');
        ascii.push_str(&MUTF7.encode(&wide));
        ascii.push('-');
        wide.clear();
    }
}

/// The one way to write a name from the wire: INBOX is the same in every case (RFC 3501, 5.1).
pub(crate) fn folded(name: &str) -> &str {
    if name.eq_ignore_ascii_case("INBOX") { "INBOX" } else { name }
}

/// Whether a name from the wire means this folder. Some servers say it in UTF-8 where it should be UTF-7.
pub(crate) fn means(on_the_wire: &str, folder: &str) -> bool {
    let (said, meant) = (folded(on_the_wire), folded(folder));
    said == meant || said == encoded(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_folder(name: &str, expected: &str) {
        assert_eq!(quoted(name), expected);
    }

    #[test]
    fn folder_names_are_modified_utf7_and_quoted() {
        check_folder("INBOX", r#""INBOX""#);
        check_folder("Entwürfe", r#""Entw&APw-rfe""#);
        check_folder("A&B", r#""A&-B""#);
        check_folder("~peter/mail/台北/日本語", r#""~peter/mail/&U,BTFw-/&ZeVnLIqe-""#);
        check_folder(r#"a"b\c"#, r#""a\"b\\c""#);
        check_folder("x\r\ny", r#""x&AA0ACg-y""#);
        check_folder("😀", r#""&2D3eAA-""#);
        check_folder("", r#""""#);
    }

    #[test]
    fn a_name_is_known_in_either_encoding() {
        assert!(means("Entw&APw-rfe", "Entwürfe") && means("Entwürfe", "Entwürfe"));
        assert!(means("inbox", "INBOX") && means("INBOX", "Inbox"));
        assert!(!means("other", "Other") && !means("INBOX/a", "INBOX"));
    }
}
