//! Whether size matters: one mail of 50 MB, and a mailbox of a million messages.

#[path = "../common/book.rs"]
mod book;
mod first;
mod known;
mod large;
mod mailbox;

use anyhow::Result;
use langhals_tests::bench::{is_quick, pick, publish};
use langhals_tests::chapter::Chapter;

fn main() -> Result<()> {
    let large = large::measure(&pick([3, 6, 12], [5, 16, 50]))?;
    let first = first::measure(&pick([500, 1_500, 4_500], [5_000, 20_000, 80_000]))?;
    let known = known::measure(&pick([1_000, 4_000, 16_000], [10_000, 100_000, 1_000_000]))?;
    let mut remarks = large::remarks(&large);
    remarks.extend(known::remarks(&known));
    if is_quick() {
        remarks.push("Short form: smaller mails and mailboxes, on which fixed costs weigh more.".to_owned());
    }
    publish(&Chapter {
        title: "Size: large mails, large mailboxes".to_owned(),
        method: [large::METHOD, first::METHOD, known::METHOD].map(str::to_owned).to_vec(),
        tables: vec![large::table(&large), first::table(&first), known::table(&known)],
        goals: [large::goals(&large), known::goals(&known)].into_iter().flatten().collect(),
        growth: [large::growth(&large), first::growth(&first), known::growth(&known)]
            .into_iter()
            .flatten()
            .collect(),
        remarks,
    })
}
