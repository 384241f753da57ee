//! `gericht`: a court or a prosecutor writes. Only who they say they are counts: plenty of people mention one.

use super::Mail;
use super::sender::{Sender, shown, words};

/// Kinds of courts and prosecutors, as the end of a word: "Oberlandesgericht".
#[rustfmt::skip]
const COURTS: [&str; 24] = [
    "amtsgericht", "landgericht", "oberlandesgericht", "verwaltungsgericht", "verwaltungsgerichtshof", "oberverwaltungsgericht",
    "sozialgericht", "landessozialgericht", "arbeitsgericht", "landesarbeitsgericht", "finanzgericht", "bundesgerichtshof",
    "bundesverwaltungsgericht", "bundessozialgericht", "bundesarbeitsgericht", "bundesfinanzhof", "bundesverfassungsgericht",
    "verfassungsgerichtshof", "staatsanwaltschaft", "generalstaatsanwaltschaft", "amtsanwaltschaft", "kammergericht",
    "generalbundesanwalt", "staatsgerichtshof",
];

/// Departments of a local court.
#[rustfmt::skip]
const DEPARTMENTS: [&str; 9] = [
    "familiengericht", "nachlassgericht", "betreuungsgericht", "insolvenzgericht", "vollstreckungsgericht", "strafgericht",
    "jugendgericht", "zivilgericht", "grundbuchamt",
];

/// Domains of courts: `ag-koeln.nrw.de`, `sta-nord…`; `vg-` is also a Verbandsgemeinde.
#[rustfmt::skip]
const PREFIXES: [&str; 14] = [
    "ag-", "lg-", "olg-", "sg-", "lsg-", "ovg-", "vgh-", "arbg-", "larbg-", "lag-", "sta-", "gsta-", "fg-", "vg-",
];

/// Words of a line that make the court a firm's register, or that of an appointment.
#[rustfmt::skip]
const NOT_THE_SENDER: [&str; 31] = [
    "hrb", "hra", "vr", "gnr", "register", "registergericht", "handelsregister", "vereinsregister", "geschäftsführer", "zugelassen",
    "bestellt", "bestellte", "ermächtigt", "ermächtigte", "vereidigt", "beeidigt", "sitz", "bezirk", "rechtsanwalt", "rechtsanwältin",
    "notar", "insolvenzverwalter", "pr", "gmbh", "partgmbb", "partner", "inhaber", "ust", "gerichtsvollzieher", "obergerichtsvollzieherin", "steuernummer",
];

/// A court or prosecutor as sender.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    if mail.message.circumstances.bulk {
        return None;
    }
    let sender = &mail.sender;
    // A press office's release is no service of papers.
    if sender.name.contains("presse") || sender.local.contains("presse") {
        return None;
    }
    let named = is_court(&sender.name, 3) || is_court_domain(sender);
    (named || signs(sender))
        .then(|| format!("Absender ist ein Gericht oder eine Staatsanwaltschaft: {}.", shown(mail.message)))
}

/// Whether a signature is a court's: its line begins with the court, and no register or appointment stands around.
fn signs(sender: &Sender) -> bool {
    let firm = || sender.lines.iter().any(|line| is_none(line));
    sender.lines.iter().any(|line| is_court(line, 1) || president(line)) && !firm()
}

/// Whether a line names a firm's register, or an appointment.
fn is_none(line: &str) -> bool {
    words(line).any(|word| NOT_THE_SENDER.contains(&word))
}

/// Whether one of the first words names a court: "Amtsgericht Hohenfurt", "AG Köln Insolvenzgericht", "Vergabekammer und Landessozialgericht Mitte".
fn is_court(line: &str, among: usize) -> bool {
    let mut all = words(line);
    let first = all.clone().next().unwrap_or_default();
    let short =
        matches!(first, "ag" | "lg" | "olg" | "vg" | "ovg" | "sg" | "lsg" | "sta" | "gsta" | "vgh" | "arbg");
    let full = |word: &str| COURTS.contains(&word) || DEPARTMENTS.contains(&word);
    let begins = all.clone().take(among).any(full);
    let chamber = short && all.any(|word| full(word) || word == "kammer" || word == "senat" || word == "abt");
    let named = begins && !line.contains(" am ") && !line.contains(" vom ")
        || chamber
        || short && line.starts_with("sta ");
    // Asked last: hardly any line names a court.
    named && !is_none(line) && !line.contains("gasthaus") && !line.contains("kantine")
}

/// "Der Präsident des Landgerichts Althafen".
fn president(line: &str) -> bool {
    let of_court = |word: &str| {
        COURTS.iter().any(|court| word.strip_prefix(court).is_some_and(|end| matches!(end, "s" | "es" | "")))
    };
    ["der präsident", "die präsidentin", "der direktor", "die direktorin"]
        .iter()
        .any(|head| line.starts_with(head))
        && words(line).any(of_court)
}

/// `amtsgericht` and `amtsgericht-zustellung`.
fn court_name(label: &str) -> bool {
    let named = |court: &&&str| {
        label.strip_prefix(**court).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    COURTS.iter().chain(&DEPARTMENTS).any(|court| named(&court))
}

fn is_court_domain(sender: &Sender) -> bool {
    let label = |label: &str| {
        court_name(label)
            || matches!(label, "bverwg" | "bverfg" | "bgh" | "bsg" | "bag" | "bfh")
            || PREFIXES.iter().any(|prefix| label.starts_with(prefix)) && justice(sender, label)
    };
    sender.domain.split('.').any(label)
}

/// Whether more than two letters speak for a court: the Land's domain of justice, the local part, the name.
fn justice(sender: &Sender, label: &str) -> bool {
    // A Verbandsgemeinde, a Samtgemeinde, a working group, a club and a collecting society share the letters.
    let shared =
        ["vg-", "ag-", "fg-", "lag-", "sg-", "sta-", "lg-"].iter().any(|prefix| label.starts_with(prefix));
    let land = [
        "nrw.de",
        "hessen.de",
        "justiz",
        "bayern.de",
        "sachsen.de",
        "brandenburg.de",
        "berlin.de",
        "mv-justiz",
    ];
    let court_local = |word: &str| {
        DEPARTMENTS.contains(&word)
            || matches!(word, "nachlass" | "geschaeftsstelle" | "betreuung" | "insolvenz" | "grundbuch")
    };
    !shared
        || land.iter().any(|land| sender.domain.contains(land))
        || words(&sender.local).any(court_local)
        || words(&sender.name)
            .any(|word| matches!(word, "kammer" | "senat" | "geschäftsstelle" | "richter" | "richterin"))
}
