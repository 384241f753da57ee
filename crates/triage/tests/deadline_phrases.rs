//! Some six hundred ways of stating a day, each in a sentence that plainly sets a deadline. The table
//! `phrases.tsv` holds language, hour of receipt, the day meant (`null` where none is) and the phrase; that each
//! is recognised at all, whatever is made of it, is tested beside the recogniser.

#![expect(clippy::unwrap_used, reason = "clippy.toml allows it in tests, but does not see that this is one")]

mod support;

use domain::History;
use jiff::Timestamp;
use jiff::civil::DateTime;
use langhals_triage::{House, Land, extract};

/// A sentence that asks for an answer by the day, in the phrase's own language.
fn asking(language: &str, phrase: &str) -> String {
    let frame = match language {
        "de" => "Bitte antworten Sie uns {}, wir benötigen Ihre Auskunft dringend.",
        "fr" => "Veuillez nous répondre {}, s'il vous plaît.",
        "tr" => "Lütfen bize {} cevap verin.",
        "pl" => "Prosimy o odpowiedź {}, bardzo dziękujemy.",
        "uk" => "Будь ласка, дайте нам відповідь {}, дуже дякуємо.",
        "ru" => "Пожалуйста, ответьте нам {}, большое спасибо.",
        "ar" => "يرجى الرد علينا {} وشكرا لكم.",
        "it" => "Vi preghiamo di rispondere {}, grazie mille.",
        "es" => "Por favor, respóndanos {}, muchas gracias.",
        "ro" => "Vă rugăm să ne răspundeți {}, vă mulțumim.",
        "nl" => "Wilt u ons alstublieft {} antwoorden?",
        "vi" => "Xin vui lòng trả lời chúng tôi {}, xin cảm ơn.",
        "bg" => "Моля, отговорете ни {}, много благодарим.",
        "hr" => "Molimo da nam odgovorite {}, puno hvala.",
        _ => "Please send us your answer {}, we need it urgently.",
    };
    frame.replace("{}", phrase)
}

fn stated(text: &str, received: &str) -> Option<String> {
    let received: Timestamp =
        received.parse::<DateTime>().unwrap().in_tz("Europe/Berlin").unwrap().timestamp();
    let verdict = support::request();
    let house = House::new(Land::NW);
    let facts = extract(&support::mail("", text), &verdict, received, &house, History::default());
    facts.deadline.map(|deadline| deadline.date.to_string())
}

/// So many of the phrases may be recognised, but not taken for a deadline: days far ahead without a year, and bare
/// days in languages whose words of asking are not known. Only ever to be lowered.
const SILENT: usize = 20;

#[test]
fn a_day_by_which_an_answer_is_asked_for_is_the_deadline() {
    let rows: Vec<Vec<&str>> =
        include_str!("phrases.tsv").lines().map(|line| line.split('\t').collect()).collect();
    let mut silent = Vec::new();
    let mut wrong = Vec::new();
    for row in &rows {
        let text = asking(row[0], row[3]);
        match stated(&text, row[1]) {
            found if found.as_deref().unwrap_or("null") == row[2] => {}
            None => silent.push(format!("{} {text}: not {}", row[1], row[2])),
            Some(found) => wrong.push(format!("{} {text}: {found}, not {}", row[1], row[2])),
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(silent.len() <= SILENT, "{} of {} unheard:\n{}", silent.len(), rows.len(), silent.join("\n"));
}
