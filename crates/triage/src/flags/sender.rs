//! Who writes, as far as address, name and signature say.

use domain::Message;

/// The sender's address and the lines that may say who it is, in lower case.
pub(super) struct Sender {
    /// The name shown beside the address.
    pub name: String,
    /// What stands before the `@`.
    pub local: String,
    /// What stands behind it.
    pub domain: String,
    /// Signature, or the last lines of a text without one.
    pub lines: Vec<String>,
}

/// Lines of a closing that are read.
const MOST_LINES: usize = 12;

/// Bytes of a line that are read.
const LONGEST: usize = 120;

impl Sender {
    /// Reads the sender of a message.
    pub fn of(message: &Message) -> Self {
        let from = message.from.as_ref();
        let email = from.map(|from| from.email.to_lowercase()).unwrap_or_default();
        let (local, domain) = email.rsplit_once('@').unwrap_or((&email, ""));
        Self {
            name: from.map(|from| from.name.to_lowercase()).unwrap_or_default(),
            local: local.to_owned(),
            domain: domain.to_owned(),
            lines: lines(message),
        }
    }

    /// Whether a label of the domain is, or has among its parts at hyphens, one for which `holds`.
    pub fn domain_has(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.domain.split('.').any(|label| holds(label) || label.split('-').any(&holds))
    }
}

fn lines(message: &Message) -> Vec<String> {
    let signed = !message.signature.trim().is_empty();
    let shown = if signed { message.signature.lines().collect() } else { closing(&message.text) };
    let lines = shown.into_iter().map(str::trim).filter(|line| !line.is_empty() && line.len() <= LONGEST);
    lines.take(MOST_LINES).map(str::to_lowercase).collect()
}

/// The lines from the last greeting of a text on, else a last paragraph that is no sentence.
fn closing(text: &str) -> Vec<&str> {
    #[rustfmt::skip]
    const GREETINGS: [&str; 9] = [
        "mit freundlich", "freundlich", "viele gr", "beste gr", "im auftrag", "i. a.", "gruß", "mfg", "hochacht",
    ];
    const FROM_THE_END: usize = 600;
    let tail =
        text.get(text.ceil_char_boundary(text.len().saturating_sub(FROM_THE_END))..).unwrap_or_default();
    let lines: Vec<&str> = tail.lines().collect();
    let greets = |line: &&str| {
        let start: String = line.trim_start().chars().take(20).collect::<String>().to_lowercase();
        GREETINGS.iter().any(|greeting| start.starts_with(greeting))
    };
    match lines.iter().rposition(greets) {
        Some(at) => lines.into_iter().skip(at).collect(),
        None => last_paragraph(&lines),
    }
}

/// A name and what its bearer is, without greeting: few short lines below an empty one.
fn last_paragraph<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    const MOST: usize = 4;
    const SHORT: usize = 60;
    let Some(empty) = lines.iter().rposition(|line| line.trim().is_empty()) else { return Vec::new() };
    let paragraph = lines.get(empty + 1..).unwrap_or_default();
    let plain = |line: &&str| line.len() <= SHORT && !line.trim_end().ends_with(['.', '!', '?', ':', ',']);
    if paragraph.len() <= MOST && paragraph.iter().all(plain) { paragraph.to_vec() } else { Vec::new() }
}

/// The words of a line, split at everything that is no letter.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> + Clone {
    line.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// Who is named as the sender in a reason: the name, else the address.
pub(super) fn shown(message: &Message) -> String {
    let from = message.from.as_ref();
    let name = from.map(|from| from.name.trim()).filter(|name| !name.is_empty());
    let shown = name.or_else(|| from.map(|from| from.email.as_str())).unwrap_or_default();
    shown.chars().take(80).collect()
}
