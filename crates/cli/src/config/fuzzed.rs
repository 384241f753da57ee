//! What the fuzzer found so far, again: every configuration of `tests/fuzz/corpus` through the very function that it calls.

#[path = "../../../../tests/fuzz/src/configuration.rs"]
mod configuration;

#[track_caller]
fn replay(target: &str, least: usize, run: fn(&[u8])) {
    let corpus =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz/corpus").join(target);
    let mut replayed = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let input = std::fs::read(&path).unwrap();
        assert!(std::panic::catch_unwind(|| run(&input)).is_ok(), "{} fails (see above)", path.display());
        replayed += 1;
    }
    assert!(replayed >= least, "the corpus is gone");
}

#[test]
fn every_configuration_of_the_corpus_is_refused_with_a_sentence_or_whole() {
    replay("configuration", 90, configuration::run);
}
