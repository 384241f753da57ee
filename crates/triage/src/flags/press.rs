//! `presse`: the press asks. Releases, newsletters, advertising and bills are not its questions.

use domain::Class;

use super::Mail;
use super::scan::{Cue, Pattern, pattern, quote};
use super::sender::{Sender, shown, words};

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::PressAsks, "presseanfrage|medienanfrage|drehanfrage|presseauskunft", &[], "zuständig|wer|statistik|anzahl|keine"),
    pattern(Cue::PressAsks, "interviewanfrage|drehgenehmigung", &["redaktion|sender|radio|fernsehen|journalist|journalistin|reporter|beitrag|sendung|drehen"], "masterarbeit|bachelorarbeit|studium|hochzeit|werbefilm|spielfilm"),
    pattern(Cue::PressAsks, "landespressegesetz|pressegesetz|landespressegesetzes|pressegesetzes|landesmediengesetz|landespresse", &[], ""),
    pattern(Cue::PressAsks, "journalist|journalistin|reporter|reporterin|redakteur|redakteurin|volontär|volontärin", &["ich|als|bin|i", "recherchiere|recherche|fragen|frage|anfrage|berichte|beitrag|bericht|artikel|story|gespräch|interview|schreibe|arbeite|podcast|drehen"], "gewerbeanmeldung|gewerbe|bewerbe|gearbeitet|künstlersozialkasse|tätig|ruhestand|ehemaliger|chronik"),
    pattern(Cue::PressAsks, "recherchiere|recherchieren", &["zu|zum|zur|über|für"], "studium|masterarbeit|bachelorarbeit|hausarbeit|familie|vorfahren|ahnen|großvater|dissertation"),
    pattern(Cue::PressAsks, "bericht|beitrag|artikel|berichterstattung|ausgabe|sendung|podcast|reportage|story", &["für|rahmen|im", "unsere|unseren|unserer|einen|meinen|morgige|morgigen|heutige|unser", "bitte|bitten|fragen|frage|stellungnahme|auskunft|recherche|gespräch|questions"], "verwendungsnachweis|kreistag|ausschuss|rat|stadtrat|jahresbericht|verein|vereinszeitung|kämmerei|haushalt"),
    pattern(Cue::PressAsks, "redaktionsschluss", &["uhr|heute|morgen|ist|bis"], "heft|mitgliederheft|anzeigenschluss|amtsblatt|gemeindeblatt|mitteilungsblatt|mediadaten"),
    pattern(Cue::PressAsks, "schülerzeitung|zeitung", &["schreiben|schreibe|redaktion", "fragen|interview|anfrage"], "gelesen|stand"),
    pattern(Cue::PressTells, "pressemitteilung|presseinformation|pressemeldung|presseeinladung|pressekonferenz|pm|medieninformation", &[], ""),
    pattern(Cue::PressTells, "newsletter|abonnement|abo|mediadaten|anzeigenschluss|rechnung|gewinnspiel|leserumfrage|veröffentlichung|abbestellen|rechnungsnummer|sonderheft", &[], ""),
];

/// Titles in a name or a signature.
#[rustfmt::skip]
const TITLES: [&str; 22] = [
    "redakteur", "redakteurin", "journalist", "journalistin", "reporter", "reporterin", "redaktion", "lokalredaktion", "stadtredaktion",
    "chefredakteur", "chefredakteurin", "newsdesk", "volontär", "volontärin", "kreisredaktion", "korrespondent", "korrespondentin",
    "onlineredaktion", "nachrichtenredaktion", "sportredaktion", "chefredaktion", "wirtschaftsredaktion",
];

/// Houses that publish, as a whole label of a domain.
#[rustfmt::skip]
const HOUSES: [&str; 52] = [
    "spiegel", "zeit", "faz", "sueddeutsche", "sz", "taz", "bild", "welt", "axelspringer", "ndr", "wdr", "mdr", "br", "swr", "rbb", "hr",
    "sr", "radiobremen", "ard", "zdf", "deutschlandradio", "deutschlandfunk", "dlf", "dpa", "afp", "reuters", "rtl", "n-tv", "stern", "focus",
    "tagesspiegel", "tagesschau", "madsack", "rnd", "waz", "nrz", "noz", "mopo", "ksta", "rp-online", "rheinische-post", "correctiv",
    "netzpolitik", "heise", "golem", "sat1", "prosieben", "funkemedien", "nordkurier", "br24", "rbb24", "mdr-aktuell",
];

/// What the names of papers and stations end in or begin with.
#[rustfmt::skip]
const PAPERS: [&str; 18] = [
    "zeitung", "tageblatt", "tagblatt", "anzeiger", "rundschau", "redaktion", "freiepresse", "abendblatt", "wochenblatt", "morgenpost", "kreisbote",
    "tagesbote", "stadtbote", "rundfunk", "fernsehen", "radio", "nachrichten", "volksstimme",
];

/// The press with a question.
pub(super) fn rule(mail: &Mail<'_>) -> Option<String> {
    let circumstances = mail.message.circumstances;
    if circumstances.bulk || circumstances.automatic || mail.scan.has(Cue::PressTells) {
        return None;
    }
    if mail.verdict.class.of(Class::Other) > 0.5 {
        return None;
    }
    if let Some(index) = mail.scan.all(Cue::PressAsks).next() {
        return Some(format!("Anfrage der Presse: „{}“.", quote(mail.text, index)));
    }
    let sender = &mail.sender;
    (is_press(sender) && wants(mail))
        .then(|| format!("Anfrage der Presse: Absender ist {}.", shown(mail.message)))
}

/// Whether name, address or signature are those of a newsroom, and not of its sales or subscriptions.
fn is_press(sender: &Sender) -> bool {
    #[rustfmt::skip]
    const SALES: [&str; 13] = [
        "anzeigen", "abo", "leserservice", "vertrieb", "buchhaltung", "rechnung", "newsletter", "marketing", "mediaberatung", "kundenservice",
        "anzeigenabteilung", "noreply", "bewerbung",
    ];
    let sells = words(&sender.local).chain(words(&sender.name)).any(|word| SALES.contains(&word));
    let titled = |line: &str| line.len() < 80 && words(line).any(|word| TITLES.contains(&word));
    let papers = |label: &str| PAPERS.iter().any(|paper| label.ends_with(paper) || label.starts_with(paper));
    !sells
        && (titled(&sender.name)
            || words(&sender.name).any(papers)
            || words(&sender.local).any(|word| TITLES.contains(&word))
            || sender.lines.iter().any(|line| titled(line))
            || sender.domain.split('.').any(|label| HOUSES.contains(&label))
            || sender.domain_has(papers))
}

/// Whether anything is asked for, and not only thanked.
fn wants(mail: &Mail<'_>) -> bool {
    let message = mail.message;
    let question = message.text.contains('?') || message.subject.contains('?');
    let thanks = message.text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("danke"));
    question || !thanks && mail.verdict.class.of(Class::Other) < 0.4
}
