//! The model card: what people should know before they let a model sort their mail (after Mitchell et al., *Model Cards
//! for Model Reporting*, 2019). The same model gives the same bytes: no date, no path.

use std::collections::BTreeMap;

use crate::fairness::{Change, Fairness};
use crate::{Evaluation, Manifest, Scores, Slice, TrainParams};

/// What it is for and not for.
const PURPOSE: &str = "\
## For and not for

For: suggesting class (application, inquiry, other) and priority of mail to a German public authority, as tags that
people check. Below the threshold the tag is \"Bitte sichten\", and a person decides.

Not for: deciding anything about a person; refusing, answering or deleting mail; ranking senders; mail that nobody reads
afterwards; other languages or other kinds of organisation without measuring first.
";

/// What it cannot do.
const LIMITS: &str = "\
## Limits

- The mails it learnt from were written for this purpose, not received: fewer typos, quotes and attachments than real
  mail, and classes of about the same size. Measure it on your own labelled mail before you trust the figures
  (`langhals evaluate --model … --corpus …`).
- The figures are of authors that the model had not seen, but of the same kind of corpus. Mail unlike it should come
  out unsure; that is a design goal, not a guarantee.
- It reads subject, new text and names of attachments; an attached text, or a mail handed over, where the mail itself has
  no text. It reads no other attachment, no picture and no encrypted text.
- Sender and recipients are no features, and names are masked where they are recognised as such; what is left of them is
  measured above.
- Whoever knows the model can write a mail that it takes for something else.
";

/// How a model judges mails that it has not learnt from.
#[derive(Clone, Debug)]
pub struct HeldOut {
    /// Its figures.
    pub evaluation: Evaluation,
    /// How alike it judges.
    pub fairness: Fairness,
}

/// The card of the model `id`: its manifest, how its kind judged mails whose authors it had not seen, and how it judges
/// mails that were held out, if there were any.
pub fn card(id: &str, manifest: &Manifest, unseen: &Evaluation, held_out: Option<&HeldOut>) -> String {
    let parts = [
        format!("# Model card: {id}\n"),
        PURPOSE.to_owned(),
        data(manifest, unseen),
        learning(manifest),
        figures(unseen, held_out),
        held_out.map_or_else(unmeasured, |held_out| alike(&held_out.fairness)),
        LIMITS.to_owned(),
        rest(manifest),
    ];
    parts.join("\n")
}

fn data(manifest: &Manifest, unseen: &Evaluation) -> String {
    let corpus = &manifest.corpus;
    let counts = |counts: &BTreeMap<String, usize>| {
        counts.iter().map(|(label, mails)| format!("{label} {mails}")).collect::<Vec<_>>().join(", ")
    };
    let slices = |slices: &BTreeMap<String, Slice>| {
        slices.iter().map(|(name, slice)| format!("{name} {}", slice.records)).collect::<Vec<_>>().join(", ")
    };
    format!(
        "## Data\n\n\
         {} mails by {} authors (corrected mails: by sender), labelled by hand. Every person, number and address in the project's own\n\
         corpus is invented (`data/README.md`); corrections of an authority's own people, where it was trained with them, are\n\
         read anew from its mailboxes and kept nowhere.\n\n\
         | | |\n| --- | --- |\n| Class | {} |\n| Priority | {} |\n| Difficulty | {} |\n| Language | {} |\n| SHA-256 | {} |\n",
        corpus.records,
        corpus.groups,
        counts(&corpus.class),
        counts(&corpus.priority),
        slices(&unseen.by_difficulty),
        slices(&unseen.by_language),
        corpus.sha256
    )
}

fn learning(manifest: &Manifest) -> String {
    format!(
        "## Learning\n\n\
         Multinomial logistic regression ({}) over {} features of words and characters (feature version {}); probabilities\n\
         are calibrated on mails whose authors had not been seen. No feature occurs in fewer mails than `fewest_mails`.\n\n\
         | parameter | value |\n| --- | --- |\n{}",
        manifest.learner,
        manifest.features,
        manifest.feature_version,
        parameters(&manifest.params)
    )
}

fn parameters(params: &TrainParams) -> String {
    // Cannot fail: numbers only.
    let params = serde_json::to_value(params).unwrap_or_default();
    let params = params.as_object().into_iter().flatten();
    params.map(|(name, value)| format!("| {name} | {value} |\n")).collect()
}

fn figures(unseen: &Evaluation, held_out: Option<&HeldOut>) -> String {
    let mut text = format!(
        "## Figures\n\n\
         {} mails, each judged by a model that had not seen its author (cross-validation by author file).\n\n\
         | | macro-F1 | right | calibration error (15 bins) | recall |\n| --- | --- | --- | --- | --- |\n",
        unseen.records
    );
    text += &scores_row("Class", &unseen.class);
    text += &scores_row("Priority", &unseen.priority);
    if let Some(HeldOut { evaluation, .. }) = held_out {
        text += &scores_row(&format!("Class, {} mails held out", evaluation.records), &evaluation.class);
        text +=
            &scores_row(&format!("Priority, {} mails held out", evaluation.records), &evaluation.priority);
    }
    text += "\n| wrong among the sorted, at most | mails sorted | from confidence |\n| --- | --- | --- |\n";
    for best in &unseen.at_most_wrong {
        let threshold =
            best.threshold.map_or_else(|| "none".to_owned(), |threshold| format!("{threshold:.3}"));
        text += &format!("| {} | {} | {threshold} |\n", percent(best.most_wrong), percent(best.coverage));
    }
    text += "\nThat is what was counted; `[triage] most_wrong` is more careful and allows for how few mails were counted.\n\
             \n| kind of mail | mails | right class | right priority |\n| --- | --- | --- | --- |\n";
    for (kind, slices) in [("difficulty", &unseen.by_difficulty), ("language", &unseen.by_language)] {
        for (name, slice) in slices {
            let [class, priority] = [slice.class_accuracy, slice.priority_accuracy].map(percent);
            text += &format!("| {kind} {name} | {} | {class} | {priority} |\n", slice.records);
        }
    }
    text
}

fn scores_row(name: &str, scores: &Scores) -> String {
    let (right, recall) = (percent(scores.accuracy), recall(scores));
    format!("| {name} | {:.3} | {right} | {:.3} | {recall} |\n", scores.macro_f1, scores.ece)
}

fn recall(scores: &Scores) -> String {
    let recall = scores.labels.iter().map(|label| format!("{} {}", label.label, percent(label.recall)));
    recall.collect::<Vec<_>>().join(", ")
}

fn alike(fairness: &Fairness) -> String {
    let row = |name: &str, change: &Change| {
        let [class, priority] =
            [change.class_changed, change.priority_changed].map(|share| format!("{:.2} %", share * 100.0));
        format!(
            "| {name} | {} | {class} | {priority} | {:+.4} |\n",
            change.variants, change.confidence_change
        )
    };
    let mut text = format!(
        "## Fairness\n\n\
         {} mails that it has not learnt from, each again under names of other origins and genders, in other spellings, and in\n\
         learners' German. The aim for names is at most 0.5 %. Where a confidence moves one way for an origin, that is its direction.\n\n\
         | changed | variants | other class | other priority | mean change of confidence |\n| --- | --- | --- | --- | --- |\n",
        fairness.mails
    );
    text += &row("names, all", &fairness.names);
    for kind in &fairness.kinds {
        let name = match (&kind.origin, kind.gender) {
            (Some(origin), Some(gender)) => format!("names, {origin} {gender:?}").to_lowercase(),
            _ => kind.kind.replace('_', " "),
        };
        text += &row(&name, &kind.change);
    }
    text
}

fn unmeasured() -> String {
    "## Fairness\n\nNot measured, as no mails were held out: `langhals evaluate --fairness` does, or `train --held-out`.\n".to_owned()
}

fn rest(manifest: &Manifest) -> String {
    format!(
        "## Licence\n\nEUPL-1.2, as the program; the project's own corpus is CC0.\n\n\
         ## How to make it again\n\n\
         `langhals train --corpus … --seed {} --out …` with a corpus of the SHA-256 above: the same bytes on the same kind of\n\
         processor, the same verdicts anywhere (`cargo xtask train` for the model that comes with the program).\n\n\
         Weights: SHA-256 {}, format {}.\n",
        manifest.params.seed, manifest.weights_sha256, manifest.format
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_says_what_is_known() {
        let mut manifest: serde_json::Value =
            serde_json::from_str(include_str!("card/manifest.json")).unwrap();
        let params = TrainParams::default();
        manifest["params"] = serde_json::to_value(&params).unwrap();
        let manifest = serde_json::from_value(manifest).unwrap();
        let unseen: Evaluation = serde_json::from_str(include_str!("card/unseen.json")).unwrap();
        let fairness = serde_json::from_str(include_str!("card/fairness.json")).unwrap();
        let held_out = HeldOut { evaluation: unseen.clone(), fairness };
        let golden = include_str!("card/golden.md").replace("{parameters}\n", &parameters(&params));
        assert_eq!(card("golden-1", &manifest, &unseen, Some(&held_out)), golden);
        assert!(
            card("golden-1", &manifest, &unseen, None).contains("Not measured, as no mails were held out")
        );
    }
}
