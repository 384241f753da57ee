//! Learning from the project's own corpus: reproducible, better than guessing, and bounded in what it says.

mod corpus;

use std::collections::BTreeMap;

use corpus::{artifact, examples, model, params, trained};
use domain::{Attachment, Class, Label, Message, Priority};
use langhals_model::{TrainError, TrainParams, compare, evaluate, train};
use proptest::prelude::*;

#[test]
fn the_same_mails_give_the_same_bytes_in_any_order() {
    let mut reversed = examples(0);
    reversed.reverse();
    let again = train(&reversed, &params(), &mut |_| {}).unwrap();
    assert!(again.artifact == *artifact());
}

#[test]
fn unseen_mails_are_sorted_far_better_than_by_guessing() {
    let unseen = evaluate(model(), &examples(1));
    assert!(unseen.class.accuracy > 0.8, "{}", unseen.class.accuracy);
    assert!(unseen.priority.accuracy > 0.65, "{}", unseen.priority.accuracy);
    let held_out = &trained().out_of_fold;
    assert_eq!(held_out.records, examples(0).len());
    assert!(held_out.class.accuracy > 0.65, "{}", held_out.class.accuracy);
    assert!(held_out.class.ece < 0.12, "{}", held_out.class.ece);
}

#[test]
fn a_model_is_no_worse_than_itself() {
    let comparison = compare(model(), model(), &examples(1));
    assert!(!comparison.is_worse() && !comparison.is_clearly_worse());
    assert!((comparison.class.p_value - 1.0).abs() < 1e-12);
}

#[test]
fn the_manifest_says_what_was_learnt_and_nothing_of_what_was_written() {
    let manifest = model().manifest();
    assert_eq!(manifest.corpus.records, examples(0).len());
    assert_eq!(manifest.corpus.groups, 4);
    assert_eq!(manifest.corpus.class.values().sum::<usize>(), manifest.corpus.records);
    assert_eq!(manifest.params, params());
    assert!(artifact().manifest.len() < 12_000 && artifact().weights.len() < 4_000_000);
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    let (name, version) = manifest.learner.split_once(' ').unwrap();
    assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")));
}

#[test]
fn progress_is_told_step_by_step_and_ends_complete() {
    let mut last = BTreeMap::new();
    train(&examples(2), &params(), &mut |p| {
        last.insert(p.step, (p.done, p.total));
    })
    .unwrap();
    assert_eq!(last.keys().copied().collect::<Vec<_>>(), ["design", "features", "folds", "model"]);
    assert!(["design", "folds", "model"].iter().all(|step| last[step].0 == last[step].1));
}

#[test]
fn more_mails_than_landmarks_are_learnt_as_well() {
    let few = TrainParams { landmarks: 150, ..params() };
    let held_out = train(&examples(0), &few, &mut |_| {}).unwrap().out_of_fold;
    assert!(held_out.class.accuracy > 0.6, "{}", held_out.class.accuracy);
}

#[test]
fn a_corpus_without_some_label_is_refused_with_a_sentence() {
    let refusal = |keep: fn(&langhals_model::Example) -> bool| {
        let some: Vec<_> = examples(0).into_iter().filter(keep).collect();
        train(&some, &params(), &mut |_| {}).err().map(|error: TrainError| error.to_string())
    };
    assert_eq!(
        refusal(|example| example.class != Class::Inquiry).as_deref(),
        Some("cannot train: the corpus has 0 mails labelled `inquiry`, it needs at least 2")
    );
    assert!(refusal(|example| example.priority != Priority::High).is_some());
    assert!(refusal(|_| false).is_some());
}

#[test]
fn a_handful_of_mails_in_one_group_can_be_learnt() {
    let mut some: Vec<_> = examples(0).into_iter().take(40).collect();
    for example in &mut some {
        example.group = "corrections".into();
    }
    assert!(train(&some, &params(), &mut |_| {}).is_ok());
}

#[test]
fn reasons_are_the_mails_own_words() {
    for example in examples(1).iter().take(60) {
        let verdict = model().classify(&example.message);
        let reasons = model().explain(&example.message, verdict.class.best());
        assert!(reasons.len() <= 6);
        let mail = format!("{}\n{}", example.message.subject, example.message.text);
        let names: Vec<&str> = example.message.attachments.iter().map(|a| a.name.as_str()).collect();
        let mail = format!("{mail}\n{}", names.join("\n")).split_whitespace().collect::<Vec<_>>().join(" ");
        for reason in &reasons {
            let (_, quoted) = reason.text.split_once('„').unwrap();
            let quoted = quoted.strip_suffix("“.").unwrap().trim_end_matches('…');
            assert!(mail.contains(quoted), "{}: {}", example.id, reason.text);
            let word = reason.text.starts_with(if reason.weight > 0.0 { "Für " } else { "Gegen " });
            assert!(word || reason.text.starts_with("Am meisten spricht für ") && reason.weight > 0.0);
        }
        let (sentences, words): (Vec<_>, Vec<_>) =
            reasons.into_iter().partition(|reason| reason.text.contains(" der Satz „"));
        assert!(sentences.len() <= 1);
        let reasons = words;
        let speak_for = reasons.iter().take_while(|reason| reason.weight > 0.0).count();
        let (speak_for, against) = reasons.split_at(speak_for);
        assert!(
            speak_for.len() <= 3 && against.len() <= 2 && against.iter().all(|reason| reason.weight < 0.0)
        );
        for some in [speak_for, against] {
            assert!(some.windows(2).all(|pair| pair[0].weight.abs() >= pair[1].weight.abs()));
        }
    }
}

#[test]
fn what_applies_is_named_as_the_reason() {
    let text = "Guten Tag,\n\nhiermit beantrage ich Wohngeld für meine Familie.".into();
    let message = Message { subject: "Wohngeld".into(), text, ..Message::default() };
    assert_eq!(model().classify(&message).class.best(), Class::Application);
    let reasons = model().explain(&message, Class::Application);
    assert_eq!(
        reasons[0].text,
        "Am meisten spricht für Antrag der Satz „hiermit beantrage ich Wohngeld für meine Familie“."
    );
    assert!(reasons[1].text.starts_with("Für Antrag spricht „"), "{}", reasons[1].text);
    assert!(reasons[1].text.contains("beantrage"), "{}", reasons[1].text);
}

#[test]
fn stop_words_are_no_reasons_and_a_phrase_ends_with_its_sentence() {
    let text = "Guten Tag,\nSie haben das und die.\nHiermit beantrage ich Wohngeld. Antrag\nanbei";
    let message = Message { text: text.into(), ..Message::default() };
    for class in Class::ALL {
        for reason in model().explain(&message, class) {
            let noise = ["„Sie haben“", "„das“", "„und“", "„die“", "Wohngeld. Antrag", "Antrag anbei"];
            assert!(!noise.iter().any(|noise| reason.text.contains(noise)), "{}", reason.text);
        }
    }
}

#[test]
fn what_is_unlike_anything_learnt_is_never_sure() {
    for text in [
        "我想申请住房补贴，请告诉我需要哪些文件。",
        "住宅手当を申請したいのですが、必要な書類を教えてください。",
        "मैं आवास भत्ते के लिए आवेदन करना चाहता हूँ।",
        "Με την παρούσα υποβάλλω αίτηση για επίδομα στέγασης.",
        "🎉🎉🎉 🚗",
        "xqzvw jjkkq",
        "",
    ] {
        let message = Message { text: text.into(), ..Message::default() };
        let verdict = model().classify(&message);
        assert!(verdict.class.confidence() < 0.6, "{text}: {:?}", verdict.class);
        assert!(verdict.priority.confidence() < 0.75, "{text}: {:?}", verdict.priority);
    }
    let empty = model().classify(&Message::default());
    assert!(empty.class.confidence() < 0.34);
    // Nothing known is no reason to hurry, nor to put it last.
    assert_eq!(empty.priority.best(), Priority::Normal);
    assert!((empty.priority.confidence() - 0.5).abs() < 1e-9);
}

#[test]
fn nothing_written_is_judged_without_confidence_in_a_reason() {
    let empty = Message::default();
    let verdict = model().classify(&empty);
    assert!(verdict.class.confidence() < 0.9);
    assert!(model().explain(&empty, verdict.class.best()).is_empty());
}

proptest! {
    #[test]
    fn every_message_gets_a_verdict(subject: String, text in ".{0,400}|(\\PC{0,40}\\s){0,20}", name: String) {
        let attachments = vec![Attachment { name, ..Attachment::default() }];
        let message = Message { subject, text, attachments, ..Message::default() };
        let verdict = model().classify(&message);
        let total: f64 = Class::ALL.iter().map(|class| verdict.class.of(*class)).sum();
        prop_assert!((total - 1.0).abs() < 1e-9);
        for class in Class::ALL {
            prop_assert!(model().explain(&message, class).iter().all(|reason| reason.weight.is_finite()));
        }
    }
}
