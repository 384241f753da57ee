//! Every cue word with every shape, in every place where people write references; and what looks like one.

#![expect(clippy::unwrap_used, reason = "clippy.toml allows it in tests, but does not see that this is one")]

mod support;

use domain::{History, Message};
use jiff::civil::date;
use langhals_triage::{House, Land, Shapes, extract};
use support::{facts, mail, noon, verdict};

fn found(text: &str) -> Vec<String> {
    facts(date(2026, 3, 11), text).references
}

fn found_in(message: &Message, shapes: Shapes) -> Vec<String> {
    let house = House { shapes, ..House::new(Land::NW) };
    let verdict = verdict([1.0; 3], [1.0; 3]);
    extract(message, &verdict, noon(date(2026, 3, 11)), &house, History::default()).references
}

/// What each text gives must be what stands beside it.
#[track_caller]
fn check(cases: impl IntoIterator<Item = (String, Vec<String>)>) {
    let (mut wrong, mut all) = (Vec::new(), 0);
    for (text, expected) in cases {
        all += 1;
        let found = found(&text);
        if found != expected {
            wrong.push(format!("{text:?}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {all} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[rustfmt::skip]
const CUES: [&str; 44] = [
    "Az.", "Az:", "AZ.:", "az", "Aktenzeichen", "Mein Aktenzeichen:", "Aktenzeichen lautet", "Ihr Zeichen",
    "Ihr Zeichen:", "Unser Zeichen:", "Mein Zeichen:", "Gz.", "Gz.:", "Geschäftszeichen",
    "Ihr Geschäftszeichen:", "Geschz.", "Kassenzeichen", "Kassenzeichen:", "Vorgang", "Vorgangsnummer",
    "Vorgangs-Nr.", "Antragsnummer:", "Antrag Nr.", "Aktennummer", "Akte", "Referenz:", "Förderkennzeichen",
    "Bearbeitungsnummer", "Unser Aktenzeichen ist", "our reference:", "Your ref.:", "file number", "Case no.",
    "Réf.", "référence", "dosya no", "Dosya numarası:", "numer sprawy", "Nr sprawy:", "номер справи",
    "Номер дела:", "رقم الملف", "Rif.", "zaaknummer",
];

#[rustfmt::skip]
const SHAPES: [&str; 20] = [
    "7654/8", "2200-BY/14 III", "3 K 1023/22.NW", "34 O 13/04", "32-118-A", "50.3-Fa-2217", "5.0101.334872.9",
    "117/5082/4461", "12208BG0046610", "WG-2025-70331", "2025112800417", "240 118 663 902", "LPA-ZA-3391/23",
    "4711-GrSt-0092", "26/00417", "IV B 3 - S 2285/07/0001", "62-OWi 4471/25", "23 040358 M 017", "115FK204871",
    "51.4/UV 1180",
];

#[test]
fn every_cue_word_announces_every_shape() {
    check(CUES.iter().flat_map(|cue| {
        SHAPES.iter().map(move |shape| (format!("{cue} {shape}"), vec![(*shape).to_owned()]))
    }));
}

#[test]
fn every_shape_ends_where_the_sentence_goes_on() {
    #[rustfmt::skip]
    let frames = [
        "Az. {}.", "Az. {}, danke", "(Az. {})", "[Az. {}]", "„Az. {}“", "Az. {}: hier Widerspruch",
        "Az. {}; Frist", "Az. {} – Erinnerung", "Az. {}?", "Az. {}!", "Betreff: Az. {}\nGuten Tag",
        "zu Az. {} habe ich Fragen.", "*Az. {}*", "Az.: {} / Az. {}", "| Az. | {} |", "Az.\t{}", "Az.:\n{}\n",
        "Unser Zeichen\n{}\n\nGuten Tag", "Aktenzeichen:\n\t{}", "Ihr Zeichen, Ihre Nachricht vom\nAz. {}",
    ];
    check(frames.iter().flat_map(|frame| {
        SHAPES.iter().map(move |shape| (frame.replace("{}", shape), vec![(*shape).to_owned()]))
    }));
}

#[test]
fn a_reference_is_found_in_subject_and_signature() {
    for shape in SHAPES {
        let subject = mail(&format!("Ihr Schreiben, Az. {shape}"), "Guten Tag,\n\nanbei die Unterlagen.");
        assert_eq!(found_in(&subject, Shapes::default()), [shape], "in the subject");
        let mut below = mail("Frage", "Guten Tag,\n\nwann ist geöffnet?");
        below.signature = format!("--\nErika Muster\nMein Zeichen: {shape}\nTel. 0551 203344");
        assert_eq!(found_in(&below, Shapes::default()), [shape], "in the signature");
    }
}

#[test]
fn tax_numbers_of_every_land() {
    #[rustfmt::skip]
    let numbers = [
        "93815/08152", "181/815/08155", "21/815/08150", "048/815/08155", "75 815 08152", "02/815/08156",
        "013 815 08153", "079/815/08151", "24/815/08151", "133/8150/8159", "22/815/08154", "010/815/08182",
        "201/123/12340", "101/815/08154", "29/815/08158", "151/815/08156", "2893081508152", "5133081508159",
    ];
    let cues = ["Steuernummer", "Steuernummer:", "St.-Nr.", "StNr.", "Steuer-Nr.", "Meine Steuernummer ist"];
    check(cues.iter().flat_map(|cue| {
        numbers.iter().map(move |number| (format!("{cue} {number}"), vec![(*number).to_owned()]))
    }));
}

#[test]
fn numbers_of_job_centres_family_benefits_and_insurances() {
    #[rustfmt::skip]
    let cases = [
        ("BG-Nummer", "12208BG0046610"), ("BG-Nr.", "31106//0012345"), ("BG", "03402//0018834"),
        ("Bedarfsgemeinschaft", "04211BG0071893"), ("Kindergeldnummer", "115FK204871"),
        ("Kindergeld-Nr.", "827A550093"), ("Versicherungsnummer", "23 040358 M 017"),
        ("Vers.-Nr.", "53140771K512"), ("Rentenversicherungsnummer:", "12 150471 A 083"),
        ("AZR-Nummer", "240118877"), ("UVZ-Nr.", "1187/2024"), ("UR-Nr.", "455/2026"),
        ("Mitgliedsnummer", "4410982"), ("Kundennr.", "SF-209 118 43"), ("Betriebsnummer", "276 031 145 0093"),
    ];
    check(cases.map(|(cue, number)| (format!("{cue} {number}"), vec![number.to_owned()])));
}

#[test]
fn tickets() {
    #[rustfmt::skip]
    let cases = [
        ("[#12345] Ihre Anfrage", "12345"), ("[Ticket#2025121910044] Ihr Anliegen", "2025121910044"),
        ("Ticket #2025112800417", "2025112800417"), ("AW: [T-250109-0871] Anliegen", "T-250109-0871"),
        ("INC0012345 ist offen", "INC0012345"), ("Ihre Meldung (INC0012345)", "INC0012345"),
        ("CHG0041877: Wartung", "CHG0041877"), ("REQ0098812", "REQ0098812"), ("RITM0012345,", "RITM0012345"),
        ("[SD-771902] Unterhalt", "SD-771902"), ("[Bug 20311] Umlaute", "20311"),
        ("Ticket-ID: 4410982", "4410982"), ("[#20250318-0042] Status", "20250318-0042"),
        ("Case ID 5512-0099", "5512-0099"),
    ];
    check(cases.map(|(text, number)| (text.to_owned(), vec![number.to_owned()])));
}

#[test]
fn without_any_cue() {
    #[rustfmt::skip]
    let cases = [
        ("Wohngeld WG 30-5518, Nachweise", "WG 30-5518"),
        ("GW 1-QF 5002-2026/0007 – Anhörung", "GW 1-QF 5002-2026/0007"),
        ("§ 93 AO, Z 4411 B - 302/24", "Z 4411 B - 302/24"),
        ("Ihr Schreiben 36.3 FB 0219/26", "36.3 FB 0219/26"), ("Stand der Dinge 31 R 6604-58?", "31 R 6604-58"),
        ("Marke 30 2024 231 118", "30 2024 231 118"), ("88/24 Ansah\nGuten Tag", "88/24"),
        ("61/25 AL – Lombardi", "61/25 AL"), ("die Rentensache (53 220774 K 019) ist", "53 220774 K 019"),
        ("3 Ws 211/24 ist verworfen", "3 Ws 211/24"), ("In 70 IN 118/24 wird gebeten", "70 IN 118/24"),
        ("7 F 61/26 UG", "7 F 61/26 UG"), ("Einspruch, ErbSt 204/711/3382", "204/711/3382"),
        ("Einwendung 4471 zum Plan", "4471"), ("Amtshilfe (hier: 118/24)", "118/24"),
        ("KD 338-221 ändern", "KD 338-221"),
    ];
    check(cases.map(|(text, number)| (text.to_owned(), vec![number.to_owned()])));
}

#[test]
fn decoys_stay_out() {
    #[rustfmt::skip]
    let decoys = [
        // Telephones
        "Tel. 0551 203344", "Tel.: 0551/203344-12", "Telefon +49 551 203344", "Fax: 0551 203345",
        "mobil 0170 1234567", "Handynummer 0152 5550 3019", "Rufnummer 05544-20177",
        "unter 0000 / 447-2210 erreichbar", "Durchwahl -4471", "Rückruf: 0555 8800-21", "Hotline 0800 1234567",
        "Servicenummer 0000 115", "Notruf 110", "Tel.-Nr. 030 1234567", "WhatsApp 0176 55501283",
        "Phone: 0049 30 1234567", "Tél. 01 23 45 67 89",
        // Accounts
        "IBAN DE89 3704 0044 0532 0130 00", "IBAN: DE89370400440532013000", "BIC COBADEFFXXX",
        "Kto. 123456789, BLZ 37040044", "Kontonummer 532013000", "Gläubiger-ID DE98ZZZ09999999999",
        "USt-IdNr. DE123456789", "Leitweg-ID 00000-0001-22",
        // Dates and times
        "am 02.03.2026", "vom 2. März 2026", "2026-03-11", "11/03/2026", "24./25.10. und 26./27.10.2024",
        "2025/2026", "Schuljahr 2025/26", "WS 26/27", "1946/47", "KW 12/2026", "Az. 2021", "10:30 Uhr",
        "8-12 Uhr", "15.30-18.00 Uhr", "2024-09-13T05:02Z", "seit 01/2024", "01/2026-06/2026", "II/2025",
        "geb. 04.03.1958", "Stand 03/2026",
        // Law
        "§ 80 Abs. 4 VwGO", "§§ 35, 36 SGB X", "Art. 15 DSGVO", "§ 22 Abs. 1 Nr. 3 SGB II",
        "Verordnung (EU) 2016/679", "règlement (UE) 2016/679", "Richtlinie 2011/95/EU", "BGBl. I S. 2541",
        "BGBl. 2024 I Nr. 323", "DIN EN 1717", "DIN 18040-2", "ISO 27001:2022",
        "Urteil vom 12.05.2020, Az. 5 C 12.19", "BVerwG, Urt. v. 12.05.2020 - 5 C 12/19",
        "BGH, Urteil vom 3.2.2021 – VIII ZR 68/19", "Drs. 19/4460",
        // Places
        "37073 Göttingen", "D-37073 Göttingen", "Postfach 10 11 17", "Ringstraße 12-14",
        "Flurstück 211/7, Flur 4", "Flurstücke 211/7 und 211/8", "Gemarkung Nord, Flur 3, Flst. 118/2",
        "Fl.-Nr. 771/2", "Zimmer 2.11", "Raum 114", "Haus Nr. 12", "Laterne Nr. 4417", "Grab Feld 7, Nr. 112",
        "PLZ 37073",
        // Bills and goods
        "Rechnung 2026-0233", "Rechnung Nr. 4711-26", "Rechnungsnr. K-24-0877", "Rechnungsnummer RE-25-3391",
        "Invoice No. 2026-118", "facture n° 2026-118", "Factuur 2026-0419", "Angebot Nr. 2023-771",
        "Lieferschein 88120-4", "Zähler-Nr. 8871-0042", "Seriennummer SN-4471-22", "Artikelnummer 4711-08",
        "ISBN 978-3-16-148410-0",
        // People and cars
        "Steuer-ID 12 345 678 901", "steuerliche Identifikationsnummer 12345678901", "Matrikelnummer 21904471",
        "Personalnummer 00412-7", "Personalausweis-Nr. L01X00T47", "Kennzeichen GÖ-AB 1234",
        "Kfz-Kennzeichen: B-MW 4471", "Fahrgestellnummer WVWZZZ1JZXW000001", "FIN WVWZZZ1JZXW000001",
        // Amounts
        "1.204.766,18 €", "240.000 Ökopunkte", "EUR 640", "1.100-Liter-Behälter", "12.000 m³ im Jahr",
        "3,5-4,2 kWh", "15-20 Prozent",
        // Machines
        "Antrag_2026-03-01.pdf", "Bescheid-4711-2025.docx", "https://example.org/a/12345-678",
        "www.example.org/akte/4711-25", "poststelle-4711@example.org", "IP: 203.0.113.77",
        "X-Queue-ID: 9F3C21A0E7", "Job-ID: 00A31F", "Besprechungs-ID: 884 201 773", "Meeting ID: 884 201 773",
        "Version 4.12.3", "0000-0000",
        // Publications
        "Pressemitteilung 44/2024", "Rundschreiben Nr. 184/2025", "Amtsblatt Nr. 12/2026", "NfB 114/2024",
        "Heft 3/2026",
    ];
    check(decoys.map(|decoy| (decoy.to_owned(), Vec::new())));
}

fn shapes(patterns: &[&str], ignored: &[&str]) -> Shapes {
    let owned = |list: &[&str]| list.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>();
    Shapes::new(&owned(patterns), &owned(ignored)).unwrap()
}

#[test]
fn a_house_knows_its_own_shapes() {
    let own = [r"7654/\d+", r"^TA \d{3}$", "[A-ZÄÖÜ]{2}:[0-9]{3}"];
    #[rustfmt::skip]
    let cases = [
        ("Ich schreibe wegen 7654/8.", vec!["7654/8"]), ("(7654/8), 7654/9; 7654/8", vec!["7654/8", "7654/9"]),
        ("17654/8, 7654/8-K, 7654/8a", vec!["17654/8", "7654/8-K"]), ("Az.:7654/8", vec!["7654/8"]),
        ("zu TA 118 und TA 1180", vec!["TA 118"]), ("ÄÜ:118 liegt bei", vec!["ÄÜ:118"]),
        ("Tel. 7654/8", vec!["7654/8"]), ("Az. 32-118 und 7654/8", vec!["32-118", "7654/8"]),
        ("Amt 7654/8812", vec!["7654/8812"]),
    ];
    for (text, expected) in cases {
        assert_eq!(found_in(&mail("", text), shapes(&own, &[])), expected, "{text}");
    }
}

#[test]
fn a_house_knows_its_own_decoys() {
    let ignored = [r"0551-\d+", "HAUS-[0-9]{4}"];
    let text = "Az. 0551-20334, HAUS-4711 und HAUS-47111";
    assert_eq!(found_in(&mail("", text), shapes(&[], &ignored)), ["HAUS-47111"]);
    assert_eq!(found_in(&mail("", "7654/8 und 7654/9"), shapes(&[r"7654/\d"], &["7654/9"])), ["7654/8"]);
}

#[test]
fn a_bad_pattern_is_refused_with_its_place() {
    let refused = |patterns: &[&str]| {
        let owned: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Shapes::new(&owned, &[]).unwrap_err()
    };
    let open = refused(&[r"7654/\d+", r"AB-(\d+"]);
    assert_eq!((open.index, open.of_ignored), (1, false));
    assert!(open.problem.contains("unclosed group"), "{}", open.problem);
    for (pattern, why) in [
        ("", "plain words or nothing"),
        (r"\w+", "plain words or nothing"),
        (".*", "plain words or nothing"),
        ("[A-Za-z]+", "plain words or nothing"),
        (r"\d{1,9}{1,999}{1,999}", "too large"),
        (&"7".repeat(201), "longer than 200"),
        ("(?=7)8", "is no pattern"),
        (r"(\d)\1", "is no pattern"),
    ] {
        let error = refused(&[pattern]).problem;
        assert!(error.contains(why) && !error.contains('\n'), "{pattern}: {error}");
    }
    assert!(refused(&["7"; 51]).problem.contains("at most 50"));
}
