//! The machine's clock jumps by days and years, between two runs and while the daemon works.

use std::time::Duration;

use langhals_tests::Kind;
use langhals_tests::faketime;
use langhals_tests::langhals::wait_for;

use crate::cell::{Cell, MAILS};

const JUMPS: [&str; 5] = ["+1d", "-1d", "+365d", "-365d", "+0"];
/// So many mails come after each jump.
const EACH: usize = 2;

#[test]
fn any_clock_jump() {
    let Some(mut cell) = Cell::start(Kind::Maildir, "clock") else { return };
    let offset = cell.langhals.dir().join("offset");
    match faketime::environment(&offset) {
        Ok(environment) => cell.langhals.environment = environment,
        Err(error) => return eprintln!("skipped: libfaketime cannot be had here: {error:#}"),
    }
    faketime::set(&offset, "+0").unwrap();
    cell.runs_until_it_succeeds();
    let mut mails = MAILS;
    for jump in JUMPS {
        faketime::set(&offset, jump).unwrap();
        cell.ends_right();
        cell.post(mails..mails + EACH);
        mails += EACH;
        cell.runs_until_it_succeeds();
        cell.ends_right();
    }
    cell.corrects_one();
    let taught = cell.corrections();

    // While the daemon works: the mails wait in another folder, as their tags are to be known before.
    let known = cell.uids();
    cell.post(mails..mails + EACH * JUMPS.len());
    let mut witness = cell.witness();
    witness.create("Spaeter").unwrap();
    witness.select(cell.folder).unwrap();
    for (_, uid) in cell.uids().into_iter().filter(|(name, _)| !known.contains_key(name)) {
        witness.move_to(&uid.to_string(), "Spaeter").unwrap();
    }
    let running = cell.langhals.spawn().unwrap();
    for (number, jump) in JUMPS.into_iter().enumerate() {
        faketime::set(&offset, jump).unwrap();
        witness.select("Spaeter").unwrap();
        witness.move_to(&format!("{}:{}", number * EACH + 1, (number + 1) * EACH), cell.folder).unwrap();
        wait_for("all tags", Duration::from_mins(1), || {
            let (tags, mut wanted) = (cell.tags(), cell.expected.clone());
            wanted.retain(|name, _| tags.contains_key(name));
            Ok((tags == wanted).then_some(()))
        })
        .unwrap();
    }
    assert!(running.stop().unwrap().success());
    cell.runs_until_it_succeeds();
    cell.ends_right();
    assert_eq!(cell.corrections(), taught, "a jump taught something");
}
