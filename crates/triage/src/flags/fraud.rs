//! `verdacht`: signs of fraud that need no reading: who the mail came from, and where its links lead.

use domain::{Authentication, Check, Link, Message};

use super::Mail;
use super::hosts::{belongs, imitates, registered};

/// Gateways that rewrite every link of a mail, and services that count clicks: what they show is never where they lead.
#[rustfmt::skip]
const REWRITERS: [&str; 24] = [
    "safelinks.protection.outlook.com", "urldefense.com", "urldefense.proofpoint.com", "secure-web.cisco.com", "mimecast.com", "mimecastprotect.com",
    "linkprotect.cudasvc.com", "protection.sophos.com", "trendmicro.com", "hornetsecurity.com", "seu.cleverreach.com", "google.com", "facebook.com",
    "t.co", "lnkd.in", "linkedin.com", "office.com", "sendgrid.net", "rapidmail.com", "list-manage.com", "cleverreach.com", "bit.ly",
    "antispamcloud.com", "retarus.com",
];

/// The first sign of fraud.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    let message = mail.message;
    let own = own_domains(mail);
    let sign = unauthentic(message.authentication)
        .map(str::to_owned)
        .or_else(|| false_name(message, &own))
        .or_else(|| false_sender(message, &own))
        .or_else(|| message.links.iter().find_map(|link| false_link(link, message, &own)))?;
    Some(format!("Betrugsverdacht: {sign}"))
}

/// The house's domains: those of its configuration, and those that the mail was sent to.
fn own_domains(mail: &Mail<'_>) -> Vec<String> {
    let recipients = mail.message.recipients.iter().filter_map(|address| address.email.rsplit_once('@'));
    let mut own: Vec<String> = mail.house.own_domains.iter().map(|domain| domain.to_lowercase()).collect();
    for (_, domain) in recipients {
        let domain = domain.to_lowercase();
        if !own.contains(&domain) {
            own.push(domain);
        }
    }
    own
}

/// A sender who failed. Where DMARC passed, or one of the others did, forwarding explains the rest.
fn unauthentic(found: Authentication) -> Option<&'static str> {
    match (found.dmarc, found.spf, found.dkim) {
        (Check::Failed, _, _) => Some("Der Server hält den Absender für gefälscht (DMARC)."),
        (Check::Passed, _, _) => None,
        (_, Check::Failed, dkim) if dkim != Check::Passed => {
            Some("Der Server des Absenders darf nicht für ihn senden (SPF).")
        }
        (_, spf, Check::Failed) if spf != Check::Passed => {
            Some("Die Signatur des Absenders stimmt nicht (DKIM).")
        }
        _ => None,
    }
}

/// A name that shows another's address than the one that sent.
fn false_name(message: &Message, own: &[String]) -> Option<String> {
    let from = message.from.as_ref()?;
    let name = from.name.to_lowercase();
    let word = name.split_whitespace().find(|word| word.contains('@'))?;
    let (_, shown) = word.rsplit_once('@')?;
    let shown = shown.trim_matches(|c: char| !c.is_alphanumeric());
    let email = from.email.to_lowercase();
    let (_, sent) = email.rsplit_once('@')?;
    let listed = name.contains(" via ") || message.circumstances.bulk;
    // A house's own form writes the citizen's address beside its own.
    let ours = own.iter().any(|own| belongs(sent, registered(own)));
    let other = shown.contains('.') && registered(shown) != registered(sent);
    (other && !listed && !ours)
        .then(|| format!("Der Name zeigt die Adresse {shown}, gesendet wurde von {sent}."))
}

/// A sender's domain that passes itself off as one of the house's.
fn false_sender(message: &Message, own: &[String]) -> Option<String> {
    let email = message.from.as_ref()?.email.to_lowercase();
    let (_, domain) = email.rsplit_once('@')?;
    let imitated = imitated(domain, own)?;
    Some(format!("Die Domäne {} des Absenders ahmt {imitated} nach.", short(domain)))
}

/// A link that shows one house and leads to another, or to an imitation of ours.
fn false_link(link: &Link, message: &Message, own: &[String]) -> Option<String> {
    if let Some(imitated) = imitated(&link.target, own) {
        return Some(format!("Ein Link führt zu {}, das {imitated} nachahmt.", short(&link.target)));
    }
    let (shown, target) = (registered(&link.shown), registered(&link.target));
    let rewritten = REWRITERS.iter().any(|host| belongs(&link.target, host));
    let ours = own.iter().any(|own| belongs(&link.target, registered(own)));
    let same_name = shown.split('.').next() == target.split('.').next();
    let other = !link.shown.is_empty() && shown != target && !same_name;
    (other && !rewritten && !ours && !message.circumstances.bulk)
        .then(|| format!("Ein Link zeigt {} und führt zu {}.", short(&link.shown), short(&link.target)))
}

/// Which of the house's domains a host passes itself off as.
fn imitated<'a>(host: &str, own: &'a [String]) -> Option<&'a str> {
    if own.iter().any(|own| belongs(host, registered(own))) {
        return None;
    }
    own.iter().find(|own| imitates(host, own)).map(|own| registered(own))
}

/// A host cut to what fits into a sentence.
fn short(host: &str) -> String {
    host.chars().take(80).collect()
}
