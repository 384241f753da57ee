//! `[references]`: the house's own shapes of file numbers, and its own decoys.

use triage::Shapes;

use super::Problem;
use super::raw::References as Raw;

pub(super) fn shapes(raw: &Raw) -> Result<Shapes, Problem> {
    let given = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    Shapes::new(&given(&raw.patterns), &given(&raw.ignore)).map_err(|error| {
        let list = if error.of_ignored { "ignore" } else { "patterns" };
        Problem::new(format!("references.{list}[{}]", error.index), error.problem)
    })
}
