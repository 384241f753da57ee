//! Runs what the fuzzers found so far through a target once more, on the stable compiler; tests of four crates include it.

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

/// Every input of a target's corpus, of which there are so many at least.
#[track_caller]
pub fn replay(target: &str, least: usize, run: fn(&[u8])) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus =
        here.ancestors().map(|folder| folder.join("tests/fuzz/corpus")).find(|corpus| corpus.is_dir());
    let corpus = corpus.expect("the corpus is gone").join(target);
    let mut replayed = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let input = fs::read(&path).unwrap();
        assert!(catch_unwind(|| run(&input)).is_ok(), "{} fails (see above)", path.display());
        replayed += 1;
    }
    assert!(replayed >= least, "the corpus is gone");
}
