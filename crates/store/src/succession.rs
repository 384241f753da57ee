//! Which model judges from when on: switches of the models folder, written into the decision log once the
//! program has taken them over. Beside a running daemon nobody else may write the log.

use jiff::Timestamp;

use crate::event::{Event, Line};
use crate::ledger::{Ledger, LedgerError};
use crate::promotion::{Promoted, Switch, SwitchedBy};
use crate::threshold::Chosen;

impl Ledger {
    /// Notes that a model judges from now on, and by which threshold where one was chosen, with every switch in
    /// `promoted` that is not in the log yet. One durable write, or none where all is noted already. Returns what was noted.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing has changed then.
    pub fn note_model(
        &self,
        promoted: &Promoted,
        in_use: &str,
        chosen: Option<Chosen>,
        at: Timestamp,
    ) -> Result<Vec<Switch>, LedgerError> {
        let noted = self.read(at, crate::index::Index::model)?;
        let due = due(promoted, (in_use, chosen), noted.as_ref(), at);
        let line = |switch: &Switch| Line::of_the_log(at, Event::ModelSwitched { switch: switch.clone() });
        self.append(&due.iter().map(line).collect::<Vec<Line>>(), at)?;
        Ok(due)
    }
}

/// The switches that the log lacks for this model and threshold.
fn due(
    promoted: &Promoted,
    (in_use, chosen): (&str, Option<Chosen>),
    noted: Option<&Switch>,
    at: Timestamp,
) -> Vec<Switch> {
    let history = &promoted.history;
    let mut due: Vec<Switch> = match noted {
        // A log that begins now is told the last one only.
        None => history.last().cloned().into_iter().collect(),
        Some(noted) => match history.iter().rposition(|switch| is_same(switch, noted)) {
            Some(known) => history.iter().skip(known + 1).cloned().collect(),
            None => history.iter().filter(|switch| switch.at > noted.at).cloned().collect(),
        },
    };
    let last = due.last().or(noted).map(|switch| switch.to.clone());
    if last.as_deref() != Some(in_use) {
        let found = promoted.id.as_deref() == Some(in_use);
        let by = if found { SwitchedBy::Found } else { SwitchedBy::Fallback };
        due.push(Switch::new(at, by, last.as_deref(), in_use));
    }
    match due.last_mut() {
        Some(last) => last.threshold = chosen,
        None if noted.is_some_and(|noted| noted.threshold != chosen) => {
            let at = chosen.map_or(at, |chosen| chosen.at);
            let plain = Switch::new(at, SwitchedBy::Threshold, Some(in_use), in_use);
            due.push(Switch { threshold: chosen, ..plain });
        }
        None => {}
    }
    due
}

/// Whether this is that switch, whatever threshold counted when it was noted.
fn is_same(switch: &Switch, noted: &Switch) -> bool {
    *switch == Switch { threshold: None, ..noted.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threshold::Wanted;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn promote(second: i64, from: &str, to: &str) -> Switch {
        let overruled = vec!["it is worse".to_owned()];
        Switch { forced: true, overruled, ..Switch::new(at(second), SwitchedBy::Promote, Some(from), to) }
    }

    fn promoted(id: &str, history: &[Switch]) -> Promoted {
        Promoted { id: Some(id.to_owned()), history: history.to_vec() }
    }

    #[test]
    fn each_switch_is_noted_once_and_the_log_always_names_the_model_in_use() {
        use SwitchedBy::{Fallback, Found, Promote};
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), at(0)).unwrap();
        let note = |promoted: &Promoted, in_use: &str, second: i64| -> Vec<(SwitchedBy, String)> {
            let noted = ledger.note_model(promoted, in_use, None, at(second)).unwrap();
            noted.into_iter().map(|switch| (switch.by, switch.to)).collect()
        };
        let to = |by, id: &str| (by, id.to_owned());
        assert_eq!(note(&promoted("a", &[]), "a", 1), [to(Found, "a")]);
        assert_eq!(note(&promoted("a", &[]), "a", 2), []);
        let history = [promote(3, "a", "b"), promote(4, "b", "c")];
        assert_eq!(note(&promoted("c", &history), "c", 5), [to(Promote, "b"), to(Promote, "c")]);
        assert_eq!(note(&promoted("c", &history), "c", 6), []);
        assert_eq!(
            note(&promoted("c", &history), "b", 7),
            [to(Fallback, "b")],
            "the promoted one is damaged"
        );
        assert_eq!(note(&promoted("c", &history), "b", 8), []);
        assert_eq!(note(&promoted("c", &history), "c", 9), [to(Found, "c")], "it was mended");
        drop(ledger);
        let again = Ledger::open(dir.path(), at(10)).unwrap();
        assert_eq!(again.note_model(&promoted("c", &history), "c", None, at(10)).unwrap(), []);
    }

    #[test]
    fn a_log_that_begins_is_told_the_last_switch_and_not_all_of_history() {
        let history = [promote(3, "a", "b"), promote(4, "b", "c")];
        assert_eq!(due(&promoted("c", &history), ("c", None), None, at(5)), history[1..]);
    }

    #[test]
    fn another_threshold_is_noted_once_and_so_is_its_end() {
        use SwitchedBy::{Promote, Threshold};
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), at(0)).unwrap();
        let chosen = |second: i64| Some(Chosen { wanted: Wanted::MostWrong(0.02), at: at(second) });
        let note = |history: &[Switch], in_use: &str, chosen: Option<Chosen>, second: i64| {
            let noted = ledger.note_model(&promoted(in_use, history), in_use, chosen, at(second)).unwrap();
            noted.into_iter().map(|switch| (switch.by, switch.threshold)).collect::<Vec<_>>()
        };
        let first = [promote(1, "a", "b")];
        assert_eq!(note(&first, "b", None, 2), [(Promote, None)]);
        assert_eq!(note(&first, "b", chosen(3), 4), [(Threshold, chosen(3))]);
        assert_eq!(note(&first, "b", chosen(3), 5), []);
        let second = [promote(1, "a", "b"), promote(6, "b", "c")];
        assert_eq!(note(&second, "c", chosen(3), 7), [(Promote, chosen(3))]);
        assert_eq!(note(&second, "c", chosen(3), 8), []);
        assert_eq!(note(&second, "c", None, 9), [(Threshold, None)]);
        assert_eq!(note(&second, "c", None, 10), []);
    }
}
