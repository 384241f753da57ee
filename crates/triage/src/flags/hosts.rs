//! Hosts that want to be taken for another: one letter off, letters that look alike, a name put in front.

use super::punycode;

/// Registries below which names are given out on the second level.
#[rustfmt::skip]
const SECOND_LEVEL: [&str; 8] = ["co.uk", "gov.uk", "ac.uk", "co.at", "gv.at", "com.tr", "gov.tr", "bund.de"];

/// Second levels that many houses share; alike names below them are nobody's fraud.
const SHARED: [&str; 12] = [
    "gmx",
    "web",
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "yahoo",
    "icloud",
    "freenet",
    "t-online",
    "posteo",
    "mailbox",
];

/// The part of a host that somebody registered: `amt-example.de` of `post.amt-example.de`.
pub(super) fn registered(host: &str) -> &str {
    let two = SECOND_LEVEL.iter().any(|end| host.strip_suffix(end).is_some_and(|rest| rest.ends_with('.')));
    let dots = if two { 3 } else { 2 };
    let start = host.rmatch_indices('.').nth(dots - 1).map_or(0, |(at, _)| at + 1);
    host.get(start..).unwrap_or(host)
}

/// Whether `host` is `own` or lies below it.
pub(super) fn belongs(host: &str, own: &str) -> bool {
    host == own || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether `host` passes itself off as `own` without belonging to it. Both in lower case.
pub(super) fn imitates(host: &str, own: &str) -> bool {
    let (theirs, ours) = (registered(host), registered(own));
    if theirs == ours || own.is_empty() {
        return false;
    }
    let (name, own_name) = (first_label(theirs), first_label(ours));
    if SHARED.contains(&own_name.as_str()) || SHARED.contains(&name.as_str()) || own_name.len() < 5 {
        return false;
    }
    if put_in_front(host, ours) {
        return true;
    }
    let (plain, own_plain) = (transcribed(&name), transcribed(&own_name));
    if plain == own_plain {
        return false;
    }
    folded(&name) == folded(&own_name) || one_edit(&plain, &own_plain)
}

/// The name below the registry, with Punycode decoded.
fn first_label(registered: &str) -> String {
    let label = registered.split('.').next().unwrap_or_default();
    label.strip_prefix("xn--").and_then(punycode::decode).unwrap_or_else(|| label.to_owned())
}

/// `amt-example.de.login.xyz`, `amt-example.de-login.com`: the whole name, with another's registry behind it.
fn put_in_front(host: &str, ours: &str) -> bool {
    let begins = |rest: &str| rest.strip_prefix(ours).is_some_and(|rest| rest.starts_with(['.', '-']));
    begins(host) || host.match_indices('.').any(|(at, _)| host.get(at + 1..).is_some_and(begins))
}

/// Umlauts as Germans write them in ASCII: `köln` and `koeln` are the same house.
fn transcribed(name: &str) -> String {
    name.chars().fold(String::new(), |mut plain, letter| {
        match letter {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            other => plain.push(other),
        }
        plain
    })
}

/// The letters as they look: Cyrillic and Greek ones, digits and pairs that pass for Latin letters (UTS 39).
fn folded(name: &str) -> String {
    let single: String = name
        .chars()
        .map(|letter| match letter {
            'а' | 'ɑ' | 'α' | 'á' | 'à' | 'â' | 'ạ' => 'a',
            'е' | 'ё' | 'é' | 'è' | 'ê' | 'ẹ' | 'ė' => 'e',
            'о' | 'ο' | '0' | 'ó' | 'ò' | 'ọ' => 'o',
            'р' | 'ρ' => 'p',
            'с' => 'c',
            'у' | 'ý' => 'y',
            'х' => 'x',
            'і' | 'ı' | 'ï' | 'í' | 'ì' | 'ị' | '1' | 'l' | 'ӏ' => 'i',
            'ѕ' | '5' | 'ş' | 'ś' => 's',
            'к' => 'k',
            'м' => 'm',
            'т' | 'ţ' => 't',
            'ո' | 'п' | 'ñ' | 'ń' => 'n',
            'в' => 'b',
            other => other,
        })
        .collect();
    single.replace("rn", "m").replace("vv", "w")
}

/// Whether one letter is added, dropped or changed, or two neighbours are swapped, in a part long enough that this
/// is no other place's name: `kreis-re` and `kreis-rd` are two districts, `bezirk1` and `bezirk2` two boroughs.
fn one_edit(one: &str, other: &str) -> bool {
    const SHORTEST: usize = 6;
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let longest = a.len().max(b.len());
    let same_end = same_end.min(a.len().min(b.len()) - same_start.min(a.len().min(b.len())));
    let (left_a, left_b) = (a.get(same_start..a.len() - same_end), b.get(same_start..b.len() - same_end));
    let (left_a, left_b) = (left_a.unwrap_or_default(), left_b.unwrap_or_default());
    let swapped = matches!((left_a, left_b), ([a, b], [c, d]) if a == d && b == c);
    let digits = left_a.iter().chain(left_b).any(|letter| letter.is_ascii_digit() || *letter == '-');
    let one_off = left_a.len() <= 1 && left_b.len() <= 1;
    let part = one.split('-').scan(0, |end, part| {
        *end += part.chars().count() + 1;
        Some((*end, part.chars().count()))
    });
    let length = part.into_iter().find(|(end, _)| same_start < *end).map_or(longest, |(_, length)| length);
    longest <= 63 && (one_off || swapped) && !digits && length >= SHORTEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imitations_are_told_from_neighbours() {
        for host in [
            "amt-musterstadtt.de",
            "amt-rnusterstadt.de",
            "amt-mu5terstadt.de",
            "amt-musterstadt.de.login.xyz",
            "x.amt-musterstadt.de.login.xyz",
            "amt-musterstadt.de-login.com",
            "mt-mustterstadt.de",
            "amt-musterstatd.de",
            "post.amt-mustrstadt.de",
            "аmt-musterstadt.de",
        ] {
            let expected = host != "mt-mustterstadt.de";
            assert_eq!(imitates(host, "amt-musterstadt.de"), expected, "{host}");
        }
        for (host, own) in [
            ("amt-musterstadt.de", "amt-musterstadt.de"),
            ("post.amt-musterstadt.de", "amt-musterstadt.de"),
            ("amt-musterstadt.com", "amt-musterstadt.de"),
            ("kreis-rd.de", "kreis-re.de"),
            ("bezirk2.de", "bezirk1.de"),
            ("stadt-köln.de", "stadt-koeln.de"),
            ("gmx.net", "gmx.de"),
            ("gmai1.com", "gmail.com"),
            ("", "amt.de"),
            ("amt.de", ""),
        ] {
            assert!(!imitates(host, own), "{host} {own}");
        }
    }
}
