//! What only the authority knows: as it said in `[authority]`, or a marked gap. What it did not say and can be guessed is
//! suggested, and marked to be checked.

use serde::Serialize;

use super::facts::Facts;
use super::german;
use super::land;
use crate::config::{Authority, Stage};

/// A key of `[authority]` that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Its name.
    pub key: &'static str,
    /// What belongs there, in German.
    pub what: &'static str,
}

/// What the texts say of the authority.
pub struct Known {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// The responsible unit.
    pub unit: String,
    /// How to reach it.
    pub contact: String,
    /// How to reach its data protection officer.
    pub officer: String,
    /// Where its privacy notice is.
    pub website: String,
    /// How far it is.
    pub stage: String,
    /// Since when.
    pub since: String,
    /// The legal basis, or a suggestion.
    pub legal_basis: String,
    /// Where to complain, or a suggestion.
    pub supervision: String,
}

const NAME: Gap = Gap { key: "name", what: "Name der Behörde" };
const ADDRESS: Gap = Gap { key: "address", what: "Anschrift" };
const UNIT: Gap = Gap { key: "unit", what: "verantwortliche Organisationseinheit" };
const CONTACT: Gap = Gap { key: "contact", what: "Kontakt (E-Mail, Telefon)" };
const OFFICER: Gap =
    Gap { key: "data_protection_officer", what: "Kontakt der oder des Datenschutzbeauftragten" };
const WEBSITE: Gap = Gap { key: "website", what: "Adresse der Datenschutzhinweise" };
const STAGE: Gap = Gap { key: "stage", what: "Stand: geplant, in Erprobung oder in Betrieb" };
const SINCE: Gap = Gap { key: "since", what: "Tag der Einführung" };
const LEGAL_BASIS: Gap = Gap { key: "legal_basis", what: "Rechtsgrundlage der Verarbeitung" };
const SUPERVISION: Gap =
    Gap { key: "supervisory_authority", what: "zuständige Datenschutzaufsichtsbehörde" };

/// What is missing, in the order of the texts.
pub fn gaps(authority: &Authority) -> Vec<Gap> {
    let Authority { name, address, unit, contact, website, stage, since, .. } = authority;
    let Authority { data_protection_officer, supervisory_authority, legal_basis, .. } = authority;
    let said = [
        (NAME, name.is_some()),
        (ADDRESS, address.is_some()),
        (UNIT, unit.is_some()),
        (CONTACT, contact.is_some()),
        (OFFICER, data_protection_officer.is_some()),
        (WEBSITE, website.is_some()),
        (STAGE, stage.is_some()),
        (SINCE, since.is_some()),
        (LEGAL_BASIS, legal_basis.is_some()),
        (SUPERVISION, supervisory_authority.is_some()),
    ];
    said.into_iter().filter(|(_, said)| !said).map(|(gap, _)| gap).collect()
}

/// What the texts say.
pub fn known(facts: &Facts) -> Known {
    let authority = &facts.authority;
    let or_gap = |said: &Option<String>, gap: Gap| said.clone().unwrap_or_else(|| open(gap.what));
    let stage = authority.stage.map(|stage| match stage {
        Stage::Planned => "geplant".to_owned(),
        Stage::Trial => "in Erprobung".to_owned(),
        Stage::Live => "in Betrieb".to_owned(),
    });
    Known {
        name: or_gap(&authority.name, NAME),
        address: or_gap(&authority.address, ADDRESS),
        unit: or_gap(&authority.unit, UNIT),
        contact: or_gap(&authority.contact, CONTACT),
        officer: or_gap(&authority.data_protection_officer, OFFICER),
        website: or_gap(&authority.website, WEBSITE),
        stage: or_gap(&stage, STAGE),
        since: or_gap(&authority.since.map(german::day), SINCE),
        legal_basis: authority.legal_basis.clone().unwrap_or_else(|| suggested_basis(facts)),
        supervision: authority.supervisory_authority.clone().unwrap_or_else(|| suggested_supervision(facts)),
    }
}

/// A fact that is missing.
pub fn open(what: &str) -> String {
    format!("[bitte ergänzen: {what}]")
}

/// A statement that the authority must look at.
pub fn check(what: &str) -> String {
    format!("[bitte prüfen: {what}]")
}

fn suggested_basis(facts: &Facts) -> String {
    let Some(law) = land::law(facts.operation.land) else { return open(LEGAL_BASIS.what) };
    format!(
        "Art. 6 Abs. 1 Buchst. e, Abs. 3 DSGVO in Verbindung mit {} {}",
        law.clause,
        check(&format!("Vorschlag für {}; Bundesbehörden: § 3 BDSG; Fachrecht geht vor", law.name))
    )
}

fn suggested_supervision(facts: &Facts) -> String {
    let Some(law) = land::law(facts.operation.land) else { return open(SUPERVISION.what) };
    format!(
        "{} {}",
        law.supervision,
        check(&format!("Vorschlag für {}; bei Bundesbehörden die BfDI", law.name))
    )
}
