//! What is said of corrections that were learnt: counts, never who wrote what.

use daemon::{SENDER, Schoolbook};
use model::{Evaluation, Slice};

/// What the group of all corrected mails is called in figures.
const ALL_SENDERS: &str = "corrections";

/// One sentence on what could be learnt, and what could not.
pub fn sentence(book: &Schoolbook) -> String {
    let learnt = book.examples.len();
    let missing = [
        (book.gone, "gone from the mailbox"),
        (book.unreadable, "cannot be read"),
        (book.unreached, "in a mailbox that could not be reached"),
        (book.undecided, "without a class that a person set or left standing"),
        (book.left_out, "more than memory allows"),
    ];
    let all = learnt + missing.iter().map(|(count, _)| count).sum::<usize>();
    let missing: Vec<String> = missing
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
    if all == 0 {
        return "People have changed nothing yet: there are no corrections to learn.".to_owned();
    }
    let not =
        if missing.is_empty() { String::new() } else { format!("; not learnt: {}", missing.join(", ")) };
    format!("{learnt} of {all} corrections are learnt{not}")
}

/// Senders stand together in figures: how well one of them is judged is nobody's business.
pub fn without_senders(evaluation: &mut Evaluation) {
    let groups = std::mem::take(&mut evaluation.by_group);
    let (senders, mut groups): (std::collections::BTreeMap<_, _>, _) =
        groups.into_iter().partition(|(name, _)| name.starts_with(SENDER));
    if let Some(together) = together(senders.values()) {
        groups.insert(ALL_SENDERS.to_owned(), together);
    }
    evaluation.by_group = groups;
}

fn together<'s>(slices: impl Iterator<Item = &'s Slice>) -> Option<Slice> {
    let mut sum = Slice::default();
    for slice in slices {
        let records = slice.records as f64;
        sum.records += slice.records;
        sum.class_accuracy += records * slice.class_accuracy;
        sum.priority_accuracy += records * slice.priority_accuracy;
    }
    let records = sum.records as f64;
    (sum.records > 0).then(|| Slice {
        records: sum.records,
        class_accuracy: sum.class_accuracy / records,
        priority_accuracy: sum.priority_accuracy / records,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_learnt_is_said() {
        let book = Schoolbook::default();
        assert_eq!(sentence(&book), "People have changed nothing yet: there are no corrections to learn.");
        let book = Schoolbook { gone: 2, undecided: 1, ..Schoolbook::default() };
        assert_eq!(
            sentence(&book),
            "0 of 3 corrections are learnt; not learnt: 2 gone from the mailbox, 1 without a class that a person set or left standing"
        );
    }

    #[test]
    fn figures_name_no_single_sender() {
        let slice = |records, class_accuracy| Slice { records, class_accuracy, priority_accuracy: 1.0 };
        let slices = [slice(3, 1.0), slice(1, 0.0)];
        let together = together(slices.iter()).unwrap();
        assert_eq!(together, slice(4, 0.75));
    }
}
