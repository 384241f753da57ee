//! The three texts: fixed prose in `templates/register`, and what depends on the facts in between.

use askama::Template;
use triage::PeriodRule;

use super::facts::{Facts, ModelFacts, Scores};
use super::gaps::{Known, check, known, open};
use super::german::{self, count, counted, decimal};
use super::{land, measured, words};

/// The texts, in Markdown.
pub struct Documents {
    /// The entry for the register.
    pub entry: String,
    /// The note under Art. 6 AI Act.
    pub assessment: String,
    /// The notice under Art. 13 DSGVO.
    pub notice: String,
}

#[derive(Template)]
#[template(path = "register/entry.md")]
struct Entry<'f> {
    known: &'f Known,
    model: &'f ModelFacts,
    version: &'static str,
    scope: String,
    scope_short: String,
    in_use_since: Option<String>,
    age: String,
    flags: String,
    periods: usize,
    all_periods: usize,
    land: &'f str,
    ways: Vec<String>,
    challengers: Option<String>,
    threshold: String,
    unread: bool,
    check_personal: String,
    connections: String,
    page: String,
    programs: String,
    features: String,
    mails: String,
    authors: String,
    classes: String,
    priorities: String,
    origin: String,
    learning: String,
    judged: String,
    quality: [Row; 2],
    card: Vec<String>,
    observed: String,
    check_human: String,
    letterheads: u64,
    log_retention: String,
    corrections_retention: String,
    departed: i64,
    threads: i64,
    energy: String,
}

/// A line of the table of quality.
struct Row {
    question: &'static str,
    right: String,
    macro_f1: String,
    calibration_error: String,
    recall: String,
}

#[derive(Template)]
#[template(path = "register/assessment.md")]
struct Assessment<'f> {
    known: &'f Known,
    model: &'f ModelFacts,
    version: &'static str,
    today: String,
    scope: String,
    check_annex: String,
    age_here: String,
    moves: bool,
    check_moves: String,
    check_result: String,
    check_provider: String,
    check_training: String,
    check_time: String,
    provider: String,
    submitter: String,
    signature: String,
}

#[derive(Template)]
#[template(path = "register/notice.md")]
struct Notice<'f> {
    known: &'f Known,
    today: String,
    unread: bool,
    check_human: String,
    log_retention: String,
    threads: i64,
    programs: Option<String>,
    check_programs: String,
    connections: String,
    check_hosting: String,
    learns: bool,
    fewest_mails: u32,
    check_learning: String,
    check_duty: String,
}

#[derive(Template)]
#[template(path = "register/page.md")]
struct Page<'f> {
    today: String,
    version: &'static str,
    entry: &'f str,
    assessment: &'f str,
    notice: &'f str,
}

/// The texts that follow from the facts.
///
/// # Errors
/// Where a template cannot be filled.
pub fn documents(facts: &Facts) -> askama::Result<Documents> {
    let known = known(facts);
    Ok(Documents {
        entry: entry(facts, &known).render()?,
        assessment: assessment(facts, &known).render()?,
        notice: notice(facts, &known).render()?,
    })
}

/// All of them in one.
///
/// # Errors
/// Where the template cannot be filled.
pub fn page(facts: &Facts, documents: &Documents) -> askama::Result<String> {
    let Documents { entry, assessment, notice } = documents;
    Page { today: german::day_of(facts.generated), version: facts.version, entry, assessment, notice }
        .render()
}

fn entry<'f>(facts: &'f Facts, known: &'f Known) -> Entry<'f> {
    let Facts { operation, model, retention, .. } = facts;
    Entry {
        known,
        model,
        version: facts.version,
        scope: words::scope(operation),
        scope_short: in_boxes(facts),
        in_use_since: model.in_use_since.map(german::day_of),
        age: words::age(operation),
        flags: words::flags(operation),
        periods: operation.periods.len(),
        all_periods: PeriodRule::ALL.len(),
        land: land::law(operation.land).map_or(operation.land, |law| law.name),
        ways: words::ways(operation),
        challengers: words::challengers(operation),
        threshold: measured::threshold(&facts.threshold),
        unread: words::leaves_personal_unread(operation),
        check_personal: check("ist das gewollt?"),
        connections: words::connections(operation),
        page: words::page(operation.page.as_ref()),
        programs: words::programs(operation.tokens),
        features: count(model.features),
        mails: count(model.mails),
        authors: count(model.authors),
        classes: measured::labels(&model.classes),
        priorities: measured::labels(&model.priorities),
        origin: measured::origin(model),
        learning: words::learning(operation.learning.as_ref()),
        judged: count(model.quality.mails),
        quality: [
            row("Art des Anliegens", &model.quality.class),
            row("Priorität, gelernter Teil ohne Regeln", &model.quality.priority),
        ],
        card: measured::card(&model.card),
        observed: measured::observed(facts.observed.as_ref()),
        check_human: check_human(),
        letterheads: retention.letterheads_minutes,
        log_retention: words::log_retention(retention),
        corrections_retention: words::corrections_retention(retention),
        departed: retention.departed_days,
        threads: retention.threads_days,
        energy: measured::energy(&facts.energy),
    }
}

fn row(question: &'static str, scores: &Scores) -> Row {
    Row {
        question,
        right: scores.right.as_ref().map_or_else(|| "–".to_owned(), measured::short),
        macro_f1: decimal(scores.macro_f1, 2),
        calibration_error: decimal(scores.calibration_error, 3),
        recall: measured::recall(scores),
    }
}

fn assessment<'f>(facts: &'f Facts, known: &'f Known) -> Assessment<'f> {
    let own = facts.model.learnt_here || facts.operation.learning.is_some();
    let provider = if own {
        "wer Anbieter ist. Langhals wird hier mit eigenen Daten weitergelernt; nimmt die Behörde ein solches Modell unter eigenem Namen in \
         Betrieb, kann sie selbst Anbieter sein"
    } else {
        "wer Anbieter ist; nimmt die Behörde das System unter eigenem Namen in Betrieb, kann sie es selbst sein"
    };
    Assessment {
        known,
        model: &facts.model,
        version: facts.version,
        today: german::day_of(facts.generated),
        scope: in_boxes(facts),
        check_annex: check("gehört eines der Postfächer zu einer dieser Aufgaben?"),
        age_here: words::age_here(&facts.operation),
        moves: words::moves(&facts.operation),
        check_moves: check(
            "Nachrichten können in Ordner verschoben werden. Wer stellt sicher, dass jeder Ordner bearbeitet wird?",
        ),
        check_result: check("trifft das auf die Nutzung in der Behörde zu?"),
        check_provider: check(provider),
        check_training: check("geltende Fassung; wer weist ein, wann?"),
        check_time: check(
            "geltende Fassung; auch, ob sie die Registrierung nach Art. 49 Abs. 2 und Anhang VIII Abschnitt B unverändert lässt",
        ),
        provider: open("Anbieter mit Anschrift und Kontakt"),
        submitter: open("Person, falls abweichend"),
        signature: open("Name und Unterschrift"),
    }
}

fn notice<'f>(facts: &'f Facts, known: &'f Known) -> Notice<'f> {
    let operation = &facts.operation;
    Notice {
        known,
        today: german::day_of(facts.generated),
        unread: words::leaves_personal_unread(operation),
        check_human: check_human(),
        log_retention: words::log_retention(&facts.retention),
        threads: facts.retention.threads_days,
        programs: (operation.tokens.all > 0).then(|| count(operation.tokens.all)),
        check_programs: check("welche Programme, und was sie damit speichern"),
        connections: words::connections(operation),
        check_hosting: check("Wer betreibt Server und Postfächer? Auftragsverarbeiter nennen"),
        learns: operation.learning.is_some() || facts.model.corrected_mails.is_some_and(|mails| mails > 0),
        fewest_mails: facts.model.fewest_mails,
        check_learning: check("Rechtsgrundlage für das Lernen aus eigener Post"),
        check_duty: check("trifft das für alle Anliegen zu?"),
    }
}

/// "in 3 Postfächern".
fn in_boxes(facts: &Facts) -> String {
    counted(facts.operation.mailboxes, "Postfach", "Postfächern")
}

fn check_human() -> String {
    check(
        "Dass jede Nachricht von Menschen bearbeitet wird, regelt die Behörde; das Programm verhindert es nirgends",
    )
}
