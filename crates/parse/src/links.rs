//! Where links lead: the host that a link shows, and the host that a click goes to.

use domain::Link;

use crate::limits;

/// Ends of names that are hosts without `http://` or `www.` before them; `scan.pdf` is none.
const ENDS: [&str; 14] = [
    "de", "com", "org", "net", "eu", "info", "at", "ch", "gov", "bund", "nrw", "bayern", "berlin", "hamburg",
];

/// The link of an anchor, where its address leads to a host.
pub(crate) fn of_anchor(href: &str, shown: &str) -> Option<Link> {
    let target = host_of_address(&href.split_whitespace().collect::<String>())?;
    Some(Link { shown: shown_host(shown).unwrap_or_default(), target })
}

/// Adds the addresses that stand in a plain text.
pub(crate) fn add_of_text(links: &mut Vec<Link>, text: &str) {
    for (at, _) in text.match_indices("://") {
        if links.len() >= limits::LINKS {
            return;
        }
        let schemed =
            text.get(..at).is_some_and(|before| before.ends_with("http") || before.ends_with("https"));
        let target = text.get(at + 3..).filter(|_| schemed).and_then(host);
        if let Some(target) = target {
            add(links, Link { shown: String::new(), target });
        }
    }
}

/// Adds a link that is not there yet, as long as there is room.
pub(crate) fn add(links: &mut Vec<Link>, link: Link) {
    let plain = link.shown.is_empty() || link.shown == link.target;
    let known = |other: &Link| *other == link || plain && other.target == link.target;
    if links.len() < limits::LINKS && !links.iter().any(known) {
        links.push(link);
    }
}

/// `https://user@host:443/path` → `host`.
fn host_of_address(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then(|| host(rest))?
}

/// The host that a reader takes a link's words for.
fn shown_host(words: &str) -> Option<String> {
    let words = words.trim().trim_matches(['<', '>', '(', ')', '"']);
    if words.contains(|c: char| c.is_whitespace() || c == '@') {
        return None;
    }
    if words.contains("://") {
        return host_of_address(words);
    }
    let host = host(words)?;
    let known = host.starts_with("www.") || ENDS.contains(&host.rsplit('.').next().unwrap_or_default());
    known.then_some(host)
}

/// The host at the start of what follows `://`.
fn host(rest: &str) -> Option<String> {
    // RFC 1035, 2.3.4.
    const LONGEST: usize = 253;
    let end = rest
        .find(|c: char| {
            c.is_whitespace() || matches!(c, '/' | '?' | '#' | '\\' | '"' | '<' | '>' | '(' | ')')
        })
        .unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let name = authority.rsplit('@').next()?.split(':').next()?.trim_end_matches(['.', ',', ';', '!']);
    let fits = name.len() <= LONGEST && name.contains('.') && !name.starts_with('.') && !name.contains("..");
    let letters = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    (fits && letters).then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_shows_one_host_and_leads_to_another() {
        for (href, shown, expected) in [
            (
                "https://login.example.net/a",
                "www.amt.example",
                Some(("www.amt.example", "login.example.net")),
            ),
            ("http://EVIL.example:8080/?x", "https://amt.example/b", Some(("amt.example", "evil.example"))),
            ("https://amt.example@evil.example/", "hier klicken", Some(("", "evil.example"))),
            (" ht\ntps://a.example", "amt.de", Some(("amt.de", "a.example"))),
            ("https://a.example", "Antrag.pdf", Some(("", "a.example"))),
            ("mailto:a@b.example", "b.example", None),
            ("#oben", "oben", None),
            ("javascript:alert(1)", "amt.de", None),
        ] {
            let link = of_anchor(href, shown);
            assert_eq!(link.as_ref().map(|link| (&*link.shown, &*link.target)), expected, "{href}");
        }
    }

    #[test]
    fn addresses_in_text_are_links_and_few() {
        let mut links = Vec::new();
        add_of_text(&mut links, "siehe https://amt.example/a. Oder ftp://x.example, http://amt.example/b");
        assert_eq!(links, [Link { shown: String::new(), target: "amt.example".to_owned() }]);
        let many: String = (0..100).map(|n| format!("https://h{n}.example ")).collect();
        add_of_text(&mut links, &many);
        assert_eq!(links.len(), limits::LINKS);
    }
}
