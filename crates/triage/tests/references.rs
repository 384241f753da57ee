//! Shapes of references as authorities, courts and companies write them, and what is none.

mod support;

use jiff::civil::date;
use support::facts;

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let found = facts(date(2026, 3, 11), text).references;
            (found != *expected).then(|| format!("{text}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn after_a_label() {
    check(&[
        ("Az. 32-118", &["32-118"]),
        ("Az.: 32.3-FE-5580/25", &["32.3-FE-5580/25"]),
        ("Az 7654/8 liegt bei.", &["7654/8"]),
        ("Mein Aktenzeichen: 50.3-Fa-2217.", &["50.3-Fa-2217"]),
        ("Geschäftszeichen 54-8823.12/4", &["54-8823.12/4"]),
        ("Ihr Gz. OB-2207-19", &["OB-2207-19"]),
        ("Ihr Zeichen 39-LM-0081/26", &["39-LM-0081/26"]),
        ("Unser Zeichen: 104/24 FO", &["104/24 FO"]),
        ("Mein Zeichen: 1093/25-fa", &["1093/25-fa"]),
        ("Kassenzeichen 20/113-04471-6.", &["20/113-04471-6"]),
        ("Kassenzeichen 5.0101.334872.9", &["5.0101.334872.9"]),
        ("BG-Nummer 12208BG0046610", &["12208BG0046610"]),
        ("Meine BG-Nummer ist 03402//0018834.", &["03402//0018834"]),
        ("BG-Nr. 04211BG0071893", &["04211BG0071893"]),
        ("Steuernummer 117/5082/4461", &["117/5082/4461"]),
        ("StNr. 22/815/04733", &["22/815/04733"]),
        ("St.-Nr. 143/881/20417", &["143/881/20417"]),
        ("Vorgang 26/00417", &["26/00417"]),
        ("Vorgangsnummer 2025-0033871", &["2025-0033871"]),
        ("Die Vorgangsnummer lautet LPA-ZA-3391/23; danke.", &["LPA-ZA-3391/23"]),
        ("Ticket #2025112800417", &["2025112800417"]),
        ("Ticket T-58213", &["T-58213"]),
        ("Kundennummer 4410982", &["4410982"]),
        ("Kundennr. 8800174420", &["8800174420"]),
        ("Kd.-Nr. 240 118 663 902", &["240 118 663 902"]),
        ("Aktennummer 5-A-30771/24", &["5-A-30771/24"]),
        ("Kennziffer 2026-117", &["2026-117"]),
        ("Förderkennzeichen 03-FKZ-4471", &["03-FKZ-4471"]),
        ("Kindergeldnummer 115FK204871", &["115FK204871"]),
        ("Our reference: VRF/25/30187", &["VRF/25/30187"]),
        ("File number is 4712/ABH/2023-B.", &["4712/ABH/2023-B"]),
        ("Vers.-Nr. 53 140771 K 512", &["53 140771 K 512"]),
        ("(dosya no 33/3-Ö-2219)", &["33/3-Ö-2219"]),
        ("Numer sprawy 115FK330912.", &["115FK330912"]),
        ("Reg.-Nr. 000417/25 nwp", &["000417/25 nwp"]),
        ("Antrag Nr. 1187/25", &["1187/25"]),
    ]);
}

#[test]
fn of_courts_and_prosecutors() {
    check(&[
        ("In der Sache 4 K 1187/24.HA wird gebeten", &["4 K 1187/24.HA"]),
        ("118 Js 4402/23", &["118 Js 4402/23"]),
        ("In Sachen 8 L 1437/25.A", &["8 L 1437/25.A"]),
        ("Az. S 17 AS 204/25 ER", &["S 17 AS 204/25 ER"]),
        ("Familiensache 7 F 221/25 EAGS", &["7 F 221/25 EAGS"]),
        ("Betreuung 14 XVII S 208/22", &["14 XVII S 208/22"]),
        ("Nachlass 51 VI 2290/25", &["51 VI 2290/25"]),
        ("Gerichtsvollzieher, DR II 487/24", &["DR II 487/24"]),
        ("Az. 3 K 1023/22.NW", &["3 K 1023/22.NW"]),
    ]);
}

#[test]
fn by_shape_alone() {
    check(&[
        ("Erhöhungsantrag WG-2025-70331", &["WG-2025-70331"]),
        ("der Antrag auf Projektförderung (KF-26-0418) ist zurück", &["KF-26-0418"]),
        ("Bescheid 4711-GrSt-0092", &["4711-GrSt-0092"]),
        ("Ihr Schreiben (51-EGH/2217) ist da", &["51-EGH/2217"]),
        ("Wohngeld 67-FiG-0119/22", &["67-FiG-0119/22"]),
        ("Eingabe LfD 4.2-1190/24", &["LfD 4.2-1190/24"]),
        ("Meine Nummer bei Ihnen ist GruSi 4/1173-R.", &["GruSi 4/1173-R"]),
        ("Bescheid 7.20113.004418.9 und 7.20113.004418.9", &["7.20113.004418.9"]),
        ("Kindergeld 827A550093", &["827A550093"]),
    ]);
}

#[test]
fn a_separable_verb_is_no_clerk() {
    check(&[
        ("Widerspruch gegen den Bescheid Az. 1187/25 ein.", &["1187/25"]),
        ("Ich reiche zu Az. 1187/25 nach.", &["1187/25"]),
        ("Ich lehne das zu Az. 1187/25 ab", &["1187/25"]),
        ("Az. 1187/25 ER", &["1187/25 ER"]),
        ("Az. 1187/25-ein", &["1187/25-ein"]),
    ]);
}

#[test]
fn of_ministries() {
    check(&[
        ("Geschäftszeichen: IV B 3 - S 2285/07/0001", &["IV B 3 - S 2285/07/0001"]),
        ("Gz. IV C 4 – S 2285/19/10001, danke", &["IV C 4 – S 2285/19/10001"]),
    ]);
}

#[test]
fn numbers_of_other_things_with_a_label() {
    check(&[
        ("Tel.-Nr. 030 1234567", &[]),
        ("Kto.-Nr. 123456789", &[]),
        ("Gläubiger-ID DE98ZZZ09999999999", &[]),
        ("Steuer-ID 12 345 678 901", &[]),
        ("Rechnungs-Nr. 2026-00123", &[]),
        ("Zeitraum 01/2026-06/2026", &[]),
        ("Personalausweis-Nr. L01X00T47", &[]),
        ("Urteil vom 12.05.2020, Az. 5 C 12.19", &[]),
        ("BVerwG, Urt. v. 12.05.2020 - 5 C 12/19", &[]),
    ]);
}

#[test]
fn decoys() {
    check(&[
        ("Tel. 05544 20177", &[]),
        ("Telefon: 0551/203344", &[]),
        ("Mobil 0170 1234567", &[]),
        ("Fax 0551 / 203344-12", &[]),
        ("Rufen Sie an: 0551/203344", &[]),
        ("+49 551 203344", &[]),
        ("IBAN DE00 1234 5678 9012 3456 78", &[]),
        ("DE12500105170648489890", &[]),
        ("am 02.03.2026 um 10:30 Uhr", &[]),
        ("vom 01.03.-15.03.2026", &[]),
        ("im Schuljahr 2025/26", &[]),
        ("2025/2026", &[]),
        ("nach § 80 Abs. 4 VwGO", &[]),
        ("Art. 15 DSGVO, § 36 SGB XII", &[]),
        ("37073 Göttingen, Ringstraße 12", &[]),
        ("Rechnung 2026-0233", &[]),
        ("Rechnungsnummer RE-25-3391", &[]),
        ("Rechnung Nr. 4711-26", &[]),
        ("Flurstück 211/7, Flur 4", &[]),
        ("Kennzeichen GÖ-AB 1234", &[]),
        ("1.204.766,18 € stehen aus", &[]),
        ("12.000 m³ im Jahr", &[]),
        ("Matrikelnummer 21904471", &[]),
        ("8-12 Uhr, 15.30-18.00 Uhr", &[]),
        ("https://example.org/a/12345-678", &[]),
        ("Anlage Bescheid_2026-03-01.pdf", &[]),
        ("Personalnummer 00412-7", &[]),
        ("Pressemitteilung 44/2024", &[]),
        ("", &[]),
    ]);
}
