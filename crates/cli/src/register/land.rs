//! What a Land's own law says: suggestions for the legal basis and for where to complain. Always marked to be checked.

/// A Land, as the texts name it.
pub struct Law {
    /// Its code, as the configuration has it.
    code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The general clause of its data protection act.
    pub clause: &'static str,
    /// Its data protection authority.
    pub supervision: &'static str,
}

/// The law of a Land.
pub fn law(code: &str) -> Option<&'static Law> {
    LAWS.iter().find(|law| law.code == code)
}

const fn of(code: &'static str, name: &'static str, clause: &'static str, supervision: &'static str) -> Law {
    Law { code, name, clause, supervision }
}

const LAWS: [Law; 16] = [
    of("BW", "Baden-Württemberg", "§ 4 LDSG BW", "LfDI Baden-Württemberg"),
    of("BY", "Bayern", "Art. 4 Abs. 1 BayDSG", "BayLfD, Bayern"),
    of("BE", "Berlin", "§ 3 BlnDSG", "BlnBDI, Berlin"),
    of("BB", "Brandenburg", "§ 5 Abs. 1 BbgDSG", "LDA Brandenburg"),
    of("HB", "Bremen", "§ 3 Abs. 1 BremDSGVOAG", "LfDI Bremen"),
    of("HH", "Hamburg", "§ 4 HmbDSG", "HmbBfDI, Hamburg"),
    of("HE", "Hessen", "§ 3 Abs. 1 HDSIG", "HBDI, Hessen"),
    of("MV", "Mecklenburg-Vorpommern", "§ 4 Abs. 1 DSG M-V", "LfDI Mecklenburg-Vorpommern"),
    of("NI", "Niedersachsen", "§ 3 NDSG", "LfD Niedersachsen"),
    of("NW", "Nordrhein-Westfalen", "§ 3 Abs. 1 DSG NRW", "LDI Nordrhein-Westfalen"),
    of("RP", "Rheinland-Pfalz", "§ 3 LDSG", "LfDI Rheinland-Pfalz"),
    of("SL", "Saarland", "§ 4 Abs. 1 SDSG", "Unabhängiges Datenschutzzentrum Saarland"),
    of("SN", "Sachsen", "§ 3 Abs. 1 SächsDSDG", "SDTB, Sachsen"),
    of("ST", "Sachsen-Anhalt", "§ 4 DSAG LSA", "LfD Sachsen-Anhalt"),
    of("SH", "Schleswig-Holstein", "§ 3 Abs. 1 LDSG", "ULD Schleswig-Holstein"),
    of("TH", "Thüringen", "§ 16 Abs. 1 ThürDSG", "TLfDI, Thüringen"),
];

#[cfg(test)]
mod tests {
    use triage::Land;

    use super::*;

    #[test]
    fn every_land_has_a_law() {
        assert!(Land::ALL.iter().all(|(land, _)| law(land.code()).is_some()));
    }
}
