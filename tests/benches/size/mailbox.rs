//! Fills mailboxes, a few thousand mails in memory at a time.

use std::ops::RangeInclusive;

use anyhow::Result;
use jiff::Timestamp;
use langhals_tests::Witness;
use langhals_tests::client::Append;

use crate::book;

const AT_ONCE: usize = 2_000;

/// Puts the mails with these numbers into INBOX, with their flags, as if they had arrived at this time.
pub fn fill(
    witness: &mut Witness,
    numbers: RangeInclusive<u32>,
    arrived: Option<Timestamp>,
    flags: impl Fn(u32) -> &'static [&'static str],
) -> Result<()> {
    let date = arrived.map(|at| at.strftime("%d-%b-%Y %H:%M:%S +0000").to_string());
    let numbers: Vec<u32> = numbers.collect();
    for some in numbers.chunks(AT_ONCE) {
        let mails: Vec<Vec<u8>> = some.iter().map(|n| book::mail(*n)).collect();
        let append = |(n, bytes)| Append { flags: flags(n).to_vec(), internal_date: date.clone(), bytes };
        let all: Vec<Append<'_>> =
            some.iter().copied().zip(mails.iter().map(Vec::as_slice)).map(append).collect();
        witness.append_all("INBOX", &all)?;
    }
    Ok(())
}
