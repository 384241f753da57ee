//! The figures of a model's card that its manifest does not have: on mails held out, and under exchanged names.
//!
//! The card is Markdown that `train` writes (`model::card`); its tables are read, its sentences are not. A card by somebody else
//! says nothing here.

use super::facts::CardFigures;

/// What a card's tables say.
pub fn figures(card: &str) -> CardFigures {
    let mut figures = CardFigures::default();
    for row in card.lines().filter_map(cells) {
        match row.as_slice() {
            [what, f1, ..] if what.starts_with("Class, ") && what.ends_with(" mails held out") => {
                let mails = what.split(' ').nth(1).and_then(|number| number.parse().ok());
                figures.held_out_class = mails.zip(f1.parse().ok().filter(|f1| (0.0..=1.0).contains(f1)));
            }
            ["names, all", variants, other_class, ..] => {
                figures.names_exchanged = variants.parse().ok().zip(percent(other_class));
            }
            _ => {}
        }
    }
    figures
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

fn percent(cell: &str) -> Option<f64> {
    let number: f64 = cell.strip_suffix(" %")?.parse().ok()?;
    (0.0..=100.0).contains(&number).then_some(number / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_that_train_writes_is_read() {
        let figures = figures(include_str!("../../../../models/standard-1/CARD.md"));
        let (mails, f1) = figures.held_out_class.unwrap();
        assert!(mails > 100 && f1 > 0.8, "{mails} {f1}");
        let (variants, other) = figures.names_exchanged.unwrap();
        assert!(variants > 1_000 && other < 0.05, "{variants} {other}");
    }

    #[test]
    fn another_card_says_nothing() {
        for card in [
            "",
            "# Class, 12 mails held out: 0.9",
            "| names, all | many | 3 |",
            "| Class, x mails held out | 7 |",
        ] {
            assert_eq!(figures(card), CardFigures::default(), "{card}");
        }
    }
}
