//! What strangers write stays text: nothing of it runs, nothing of it breaks the layout.

use langhals_tests::axe;
use langhals_tests::chromium::{Look, Role};

use crate::letters::stranger;
use crate::office::{Office, Setup};

/// Each would leave `window.__ran` behind, or open a dialog, if it ran.
const ATTACKS: [&str; 8] = [
    "<script>window.__ran = 1</script>",
    "<img src=x onerror=\"window.__ran = 2\">",
    "\"><svg onload=window.__ran=3>",
    "' onmouseover='window.__ran = 4' autofocus onfocus='alert(4)' x='",
    "</title></textarea></script><script>alert(5)</script>",
    "<a href=\"javascript:window.__ran=6\">Weiter</a>",
    "{{ 7 * 7 }}${window.__ran = 7}<!--",
    "<iframe srcdoc=\"<script>parent.__ran = 8</script>\"></iframe><base href=//example.org>",
];

/// Turns what follows around, hides it, or shouts over it.
const BENT: &str = "Rechnung \u{202e}fdp.exe\u{2066} \u{0}\u{1b}[31m\u{7}\u{200b}\u{feff} Z\u{0335}\u{0321}\u{0322}\u{0327}\u{0328}\u{0334}a\u{0335}\u{0321}\u{0322}";

fn mails() -> Vec<Vec<u8>> {
    let attacks = ATTACKS.iter().map(|attack| {
        let text = format!(
            "Guten Tag,\n\nbitte antworten Sie bis zum 15.12.2026 {attack}\n\nAktenzeichen: {attack}\n"
        );
        stranger(attack, &format!("Antrag {attack}"), &text, Some(&format!("{attack}.pdf")))
    });
    let endless = "W".repeat(10_000);
    let long = "Sehr geehrte Damen und Herren ".repeat(350);
    let bent = [
        stranger(BENT, BENT, &format!("Hiermit beantrage ich {BENT}."), Some(BENT)),
        stranger(&endless, &endless, &endless, Some(&endless)),
        stranger(&long, &long, &long, Some(&long)),
    ];
    attacks.chain(bent).collect()
}

/// Nothing ran, nothing was refused or missing, nothing sticks out.
#[track_caller]
fn all_is_text(office: &Office, place: &str) {
    assert_eq!(office.browser.ask("return window.__ran === undefined", &[]).unwrap(), true, "{place}");
    let foreign = "return document.querySelectorAll('main iframe, main script, main base, main img, main [onerror]').length";
    assert_eq!(office.browser.ask(foreign, &[]).unwrap(), 0, "{place}");
    let text = office.browser.text().unwrap();
    let bending = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{0}'..='\u{8}' | '\u{1b}');
    assert!(!text.contains(bending), "{place}: {text:?}");
    office.no_complaints();
}

#[test]
fn nothing_that_a_stranger_writes_runs_or_breaks_the_layout() {
    let mails = mails();
    let count = mails.len();
    let office = Office::open(Setup { mails, ..Setup::samples(0) });
    office.enter();
    assert_eq!(office.rows().len(), count);
    let shown = office.browser.text().unwrap();
    for attack in &ATTACKS[..3] {
        assert!(shown.contains(attack), "{attack} is shown as it is written");
    }
    for look in [Look::DESK, Look::PHONE, Look::LARGE] {
        office.browser.look(look).unwrap();
        office.goto("/");
        all_is_text(&office, "queue");
        assert_eq!(office.browser.sticks_out().unwrap(), Vec::<String>::new(), "{look:?}");
    }
    office.browser.look(Look::DESK).unwrap();
    office.goto("/");
    let tallest =
        "return Math.max(...[...document.querySelectorAll('tbody tr')].map(row => row.offsetHeight))";
    let tallest = office.browser.ask(tallest, &[]).unwrap().as_f64().unwrap();
    assert!(tallest < 320.0, "a row is {tallest} points high");

    let links = office.browser.select("tbody a.subject").unwrap();
    let addresses: Vec<String> = links
        .iter()
        .map(|link| link.ask("link => link.href").unwrap().as_str().unwrap().to_owned())
        .collect();
    for address in addresses {
        office.browser.goto(&address).unwrap();
        assert!(office.browser.has(Role::Heading, &office.words.say("why")).unwrap());
        all_is_text(&office, &address);
        for look in [Look::PHONE, Look::DESK] {
            office.browser.look(look).unwrap();
            assert_eq!(office.browser.sticks_out().unwrap(), Vec::<String>::new(), "{look:?}");
        }
        let found = axe::violations(&office.browser).unwrap();
        assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<String>());
    }
}

#[test]
fn what_a_stranger_asks_the_page_for_stays_text_too() {
    let office = Office::open(Setup::samples(3));
    office.enter();
    for attack in ATTACKS {
        for path in
            ["/?zeichen=", "/?klasse=", "/nachricht?postfach=", "/modell/karte?id=", "/anmelden?weiter=", "/"]
        {
            let coded: String = attack.bytes().map(|byte| format!("%{byte:02X}")).collect();
            office.goto(&format!("{path}{coded}"));
            assert_eq!(
                office.browser.ask("return window.__ran === undefined", &[]).unwrap(),
                true,
                "{path} {attack}"
            );
        }
    }
}
