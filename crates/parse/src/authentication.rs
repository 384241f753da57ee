//! What the receiving server found out about the sender: `Authentication-Results` (RFC 8601).

use domain::{Authentication, Check};

/// Reads the value of one such header. A method that passed once has passed: mails may bear several signatures.
pub(crate) fn read(value: &str) -> Authentication {
    // Real ones are a few hundred characters long.
    const LONGEST: usize = 8_000;
    let value: String = without_comments(value.chars().take(LONGEST));
    let mut found = Authentication::default();
    for result in value.split(';').skip(1) {
        let Some((method, rest)) = result.trim().split_once('=') else { continue };
        let check = match rest.split_whitespace().next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "pass" => Check::Passed,
            "fail" => Check::Failed,
            _ => continue,
        };
        // A version may follow: `dkim/1`.
        let method = method.split('/').next().unwrap_or_default().trim().to_ascii_lowercase();
        let place = match method.as_str() {
            "spf" => &mut found.spf,
            "dkim" => &mut found.dkim,
            "dmarc" => &mut found.dmarc,
            _ => continue,
        };
        if *place != Check::Passed {
            *place = check;
        }
    }
    found
}

/// Drops comments, which may stand within one another and hold anything (RFC 5322, 3.2.2).
fn without_comments(value: impl Iterator<Item = char>) -> String {
    let mut depth = 0usize;
    let mut kept = String::new();
    for letter in value {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_by_method() {
        use Check::{Failed, Passed, Unknown};
        for (value, spf, dkim, dmarc) in [
            ("mx.amt.example; spf=fail smtp.mailfrom=x; dkim=pass; dmarc=FAIL", Failed, Passed, Failed),
            ("mx.amt.example 1; dkim=fail (spf=pass; x) header.d=a; dkim/1=pass", Unknown, Passed, Unknown),
            ("mx.amt.example; none", Unknown, Unknown, Unknown),
            ("mx.amt.example; spf=softfail; dmarc=none; dkim=temperror", Unknown, Unknown, Unknown),
            ("spf=fail", Unknown, Unknown, Unknown),
            ("a; spf = fail x", Failed, Unknown, Unknown),
            ("", Unknown, Unknown, Unknown),
        ] {
            assert_eq!(read(value), Authentication { spf, dkim, dmarc }, "{value}");
        }
    }
}
