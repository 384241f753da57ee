//! PGP inside a text (RFC 9580, 6 and 7): what is encrypted, and what a clear signature wraps.

/// What an armour around or in a text means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Armour {
    /// There is none.
    None,
    /// A clear signature, not verified; the text without its armour.
    Signed(String),
    /// An encrypted block.
    Encrypted,
}

/// Looks for armour lines; quoted ones (`> -----BEGIN …`) do not count.
pub(crate) fn armour(text: &str) -> Armour {
    let has = |wanted: &str| text.lines().any(|line| line.trim_end() == wanted);
    if has("-----BEGIN PGP MESSAGE-----") {
        Armour::Encrypted
    } else if has("-----BEGIN PGP SIGNED MESSAGE-----") {
        Armour::Signed(without_armour(text))
    } else {
        Armour::None
    }
}

fn without_armour(text: &str) -> String {
    enum At {
        Outside,
        ArmourHeader,
        Text,
        Signature,
    }
    let mut at = At::Outside;
    let mut inner = String::with_capacity(text.len());
    for line in text.lines() {
        match (&at, line.trim_end()) {
            (_, "-----BEGIN PGP SIGNED MESSAGE-----") => at = At::ArmourHeader,
            (At::ArmourHeader, "") => at = At::Text,
            (At::Text | At::Outside, "-----BEGIN PGP SIGNATURE-----") => at = At::Signature,
            (At::Signature, "-----END PGP SIGNATURE-----") => at = At::Outside,
            (At::ArmourHeader | At::Signature, _) => {}
            (At::Text, _) => push(&mut inner, line.strip_prefix("- ").unwrap_or(line)),
            (At::Outside, _) => push(&mut inner, line),
        }
    }
    inner
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_signature_is_taken_off() {
        let text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHallo\n- -- \nMax\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\nFuß";
        assert_eq!(armour(text), Armour::Signed("Hallo\n-- \nMax\nFuß\n".to_owned()));
    }

    #[test]
    fn an_encrypted_block_is_seen_unless_quoted() {
        assert_eq!(armour("x\n-----BEGIN PGP MESSAGE-----\nabc"), Armour::Encrypted);
        assert_eq!(armour("> -----BEGIN PGP MESSAGE-----\nabc"), Armour::None);
    }
}
