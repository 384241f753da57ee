//! What the fuzzer found so far, again: every configuration of `tests/fuzz/corpus` through the very function that it calls.

#[path = "../../../../tests/fuzz/src/configuration.rs"]
mod configuration;

#[path = "../../../../tests/fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn every_configuration_of_the_corpus_is_refused_with_a_sentence_or_whole() {
    replay("configuration", 90, configuration::run);
}
