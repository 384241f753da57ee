//! What the thread says of the class: documents for a known application carry it forward (`data/LABELLING.md`).

use domain::{Class, Distribution, History, Label as _, Message, Reason, Subject};

use crate::text::Text;

/// What documents add to the log-odds of an application: one that the text alone gives one chance in five is
/// then as likely as not 65 %, and one in twenty stays below a third. Set by hand: no corpus has threads.
const DOCUMENTS: f64 = 2.0;
/// What words alone add, where nothing is attached: the documents may come by post.
const WORDS: f64 = 1.0;
/// A learnt certainty is never so certain that nothing could move it.
const LEAST: f64 = 1e-4;
/// Words that hand something over start like these.
const HANDING_OVER: [&str; 8] =
    ["nachreich", "nachgereicht", "anbei", "beigefügt", "angehängt", "attached", "enclosed", "unterlage"];

/// The class, moved by what came before in the thread; with why, where it was moved.
///
/// What a machine sent carries nothing forward: its class stays as it was learnt.
pub(crate) fn carried_forward(
    class: Distribution<Class>,
    message: &Message,
    history: History,
) -> (Distribution<Class>, Option<Reason>) {
    let Some(weight) = weight(message, history) else { return (class, None) };
    let mut weights = class.probabilities().map(|probability| probability.max(LEAST));
    weights[Class::Application.index()] *= weight.exp();
    let text = "Gehört zu einem bereits eingegangenen Antrag und bringt Unterlagen nach.".to_owned();
    let reason = Reason { subject: Subject::Class, text, weight };
    (Distribution::from_weights(weights), Some(reason))
}

fn weight(message: &Message, history: History) -> Option<f64> {
    let machine = message.circumstances.automatic || message.circumstances.bulk;
    if !history.applied || machine {
        None
    } else if !message.attachments.is_empty() {
        Some(DOCUMENTS)
    } else {
        hands_over(message).then_some(WORDS)
    }
}

/// "reiche ich nach", "anbei"; not "Welche Unterlagen fehlen?".
fn hands_over(message: &Message) -> bool {
    let text = Text::new(&message.subject, &message.text);
    (0..text.tokens.len()).any(|index| {
        let word = text.word(index);
        let stem = HANDING_OVER.iter().any(|stem| word.starts_with(stem));
        stem && !text.after(index, 40).any(|near| text.is_mark(near, '?'))
            || word == "reiche" && text.after(index, 15).any(|near| text.word(near) == "nach")
    })
}

#[cfg(test)]
mod tests {
    use domain::{Attachment, Circumstances};

    use super::*;

    const APPLIED: History = History { earlier: 1, applied: true, repeated: false };

    fn mail(text: &str, attachments: usize) -> Message {
        let attachments = vec![Attachment::default(); attachments];
        Message { text: text.to_owned(), attachments, ..Message::default() }
    }

    #[track_caller]
    fn check(learnt: [f64; 3], message: &Message, history: History, application: (f64, f64), reason: bool) {
        let (class, why) = carried_forward(Distribution::from_weights(learnt), message, history);
        let found = class.of(Class::Application);
        assert!((application.0..=application.1).contains(&found), "{found}");
        assert_eq!(why.is_some(), reason);
    }

    #[test]
    fn documents_for_a_known_application_carry_it_forward() {
        let doubtful = [0.3, 0.3, 0.4];
        check(doubtful, &mail("siehe Anhang", 1), APPLIED, (0.7, 0.8), true);
        check(
            doubtful,
            &mail("Die Meldebescheinigung reiche ich hiermit nach.", 0),
            APPLIED,
            (0.5, 0.6),
            true,
        );
        check(doubtful, &mail("Anbei die Nachweise.", 0), APPLIED, (0.5, 0.6), true);
    }

    #[test]
    fn without_an_application_or_documents_nothing_moves() {
        let doubtful = [0.3, 0.3, 0.4];
        let (attached, asks) = (mail("siehe Anhang", 1), mail("Welche Unterlagen fehlen Ihnen noch?", 0));
        check(doubtful, &attached, History { applied: false, ..APPLIED }, (0.3, 0.3), false);
        check(doubtful, &asks, APPLIED, (0.3, 0.3), false);
    }

    #[test]
    fn a_machines_mail_stays_what_it_is() {
        let automatic = Circumstances { automatic: true, ..Circumstances::default() };
        let reply = Message { circumstances: automatic, ..mail("Ich bin im Urlaub.", 1) };
        check([0.3, 0.3, 0.4], &reply, APPLIED, (0.3, 0.3), false);
    }

    #[test]
    fn a_confident_other_class_is_not_overruled() {
        check([0.01, 0.02, 0.97], &mail("danke", 1), APPLIED, (0.0, 0.1), true);
    }
}
