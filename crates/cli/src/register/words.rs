//! How it is set up, in German sentences. Fixed prose stands in the templates.

use domain::Flag;

use super::facts::{LearningFacts, Operation, PageFacts, Retention, TokenFacts, Way};
use super::gaps::check;
use super::german::{self, count, counted};

/// "2 Postfächer mit 3 Ordnern".
pub fn scope(operation: &Operation) -> String {
    let boxes = counted(operation.mailboxes, "Postfach", "Postfächer");
    format!("{boxes} mit {}", counted(operation.folders, "Ordner", "Ordnern"))
}

/// How suggestions come to people, one sentence a way.
pub fn ways(operation: &Operation) -> Vec<String> {
    let prefix = &operation.tag_prefix;
    let keywords = format!("als Schlagwörter ({prefix}antrag, {prefix}hoch …) an der Nachricht");
    let moved = "sicher eingeordnete Nachrichten werden in den Ordner ihrer Art verschoben";
    let flagged = "Nachrichten mit hoher Priorität werden markiert (\\Flagged)";
    let queue = "nur in der Warteschlange von Langhals; im Postfach ändert sich nichts";
    let sentence = |way: &Way| match way {
        Way::Keywords => keywords.clone(),
        Way::KeywordsElseFolders => format!("{keywords}; wo der Server keine behält: {moved}"),
        Way::KeywordsElseFlagged => format!("{keywords}; wo der Server keine behält: {flagged}"),
        Way::KeywordsElseQueue => format!("{keywords}; wo der Server keine behält: {queue}"),
        Way::Folders => moved.to_owned(),
        Way::Flagged => flagged.to_owned(),
        Way::Queue => queue.to_owned(),
    };
    operation.write_back.iter().map(sentence).collect()
}

/// Whether mail may be moved.
pub fn moves(operation: &Operation) -> bool {
    operation.write_back.iter().any(|way| matches!(way, Way::Folders | Way::KeywordsElseFolders))
}

/// What waiting does.
pub fn age(operation: &Operation) -> String {
    match operation.max_age_hours {
        Some(hours) if hours % 24 == 0 => {
            format!("Was länger als {} wartet, steigt in der Warteschlange auf.", counted_days(hours / 24))
        }
        Some(hours) => format!("Was länger als {hours} Stunden wartet, steigt in der Warteschlange auf."),
        None => {
            "Wie lange eine Nachricht wartet, ändert ihre Priorität nicht (max_age = \"off\").".to_owned()
        }
    }
}

/// The same within a sentence of the assessment.
pub fn age_here(operation: &Operation) -> String {
    match operation.max_age_hours {
        Some(hours) if hours % 24 == 0 => format!(
            "Damit nichts liegen bleibt, steigt auf, was länger als {} wartet.",
            counted_days(hours / 24)
        ),
        Some(hours) => {
            format!("Damit nichts liegen bleibt, steigt auf, was länger als {hours} Stunden wartet.")
        }
        None => check(
            "Das Alter zählt hier nicht (max_age = \"off\"). Wer sorgt dafür, dass nichts liegen bleibt?",
        ),
    }
}

fn counted_days(days: i64) -> String {
    counted(usize::try_from(days).unwrap_or_default(), "Tag", "Tage")
}

/// The flags that are raised, as people read them.
pub fn flags(operation: &Operation) -> String {
    let titles: Vec<&str> =
        operation.flags.iter().filter_map(|name| Flag::from_name(name)).map(Flag::title).collect();
    if titles.is_empty() { "keine (alle abgeschaltet)".to_owned() } else { german::list(&titles) }
}

/// Whether personal mail is left unread.
pub fn leaves_personal_unread(operation: &Operation) -> bool {
    operation.flags.contains(&Flag::Persoenlich.name())
}

/// With whom it speaks over the network.
pub fn connections(operation: &Operation) -> String {
    let mut ends = vec!["den eingetragenen Mailservern"];
    if operation.mailboxes_with_oauth > 0 {
        ends.push("deren Token-Servern (OAuth 2)");
    }
    if operation.page.is_some_and(|page| page.identity_provider) {
        ends.push("dem Anmeldedienst der Behörde (OpenID Connect)");
    }
    if operation.traces {
        ends.push("dem Sammler für Betriebsdaten (OpenTelemetry; Zahlen, keine Inhalte)");
    }
    german::list(&ends)
}

/// Who may see the page.
pub fn page(page: Option<&PageFacts>) -> String {
    let Some(page) = page else { return "Eine Seite wird nicht angeboten.".to_owned() };
    let by = match (page.identity_provider, page.local_accounts) {
        (true, true) => "über den Anmeldedienst der Behörde oder mit eigenem Konto",
        (true, false) => "über den Anmeldedienst der Behörde",
        (false, _) => "mit eigenem Konto",
    };
    format!(
        "Die Seite sehen nur Angemeldete ({by}), nach Rollen und Postfächern; Sitzungen enden nach höchstens {}.",
        counted(usize::try_from(page.session_hours).unwrap_or_default(), "Stunde", "Stunden")
    )
}

/// Which programs see something.
pub fn programs(tokens: TokenFacts) -> String {
    if tokens.all == 0 {
        return "Andere Programme haben keinen Zugang.".to_owned();
    }
    format!(
        "Zugang über die Schnittstelle: {}; davon {} mit Absender, Betreff und Begründung, {} mit dem Recht zu berichtigen.",
        counted(tokens.all, "Programm", "Programme"),
        count(tokens.with_content),
        count(tokens.with_write)
    )
}

/// What is learnt of corrections.
pub fn learning(learning: Option<&LearningFacts>) -> String {
    let Some(learning) = learning else {
        return "Aus Berichtigungen wird nicht selbsttätig gelernt; sie werden gezählt und können einem späteren Training dienen."
            .to_owned();
    };
    let at = learning.at.as_deref().unwrap_or_default();
    let when = match learning.every {
        Some("daily") => format!("täglich um {at} Uhr"),
        Some(_) => format!("wöchentlich (sonntags um {at} Uhr)"),
        None => "auf Anordnung".to_owned(),
    };
    format!(
        "Aus Berichtigungen der Beschäftigten wird {when} ein neues Modell gelernt, wenn mindestens {} dazugekommen sind; \
         es wird erst verwendet, wenn ein Mensch es freigibt. Höchstens {} bleiben.",
        count(learning.least_corrections),
        counted(learning.keep, "gelerntes Modell", "gelernte Modelle")
    )
}

/// Models that judge beside.
pub fn challengers(operation: &Operation) -> Option<String> {
    let number = operation.challengers.len();
    (number > 0).then(|| {
        format!(
            "Zum Vergleich {} daneben, ohne etwas ins Postfach zu schreiben.",
            if number == 1 {
                "urteilt ein weiteres Modell".to_owned()
            } else {
                format!("urteilen {number} weitere Modelle")
            }
        )
    })
}

/// How long the decision log is kept.
pub fn log_retention(retention: &Retention) -> String {
    match retention.log_days {
        Some(days) => format!(
            "{}, dann löscht Langhals es selbst; was noch wartet, bleibt bekannt, bis es erledigt ist",
            days_of(days)
        ),
        None => format!(
            "ohne eingebaute Frist; die Tagesdateien löscht die Behörde {}",
            check("Frist festlegen, üblich sind 90 Tage")
        ),
    }
}

/// How long what people decided is kept.
pub fn corrections_retention(retention: &Retention) -> String {
    retention.corrections_days.map_or_else(|| "wie das Entscheidungsprotokoll".to_owned(), days_of)
}

fn days_of(days: u32) -> String {
    counted_days(i64::from(days))
}
