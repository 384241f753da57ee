//! A second client works in the folder while we do: it expunges, or sets flags of its own, in the middle of our commands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use langhals_tests::langhals::wait_for;
use langhals_tests::{Act, After, At, Kind, Witness};

use crate::cell::{Cell, FETCH, Flags, STORE};
use crate::cells;

/// What it does each time it comes.
const BURST: usize = 8;
const FLAGS: [&str; 3] = [r"\Flagged", "wichtig", "$Label1"];

/// The second client, and how it left the folder.
struct Storm {
    witness: Witness,
    random: fastrand::Rng,
    expunges: bool,
    takes_keywords: bool,
    uids: BTreeMap<String, u32>,
    /// Everybody's flags but ours, of what is still there.
    others: Flags,
    /// What is still to be expunged.
    victims: Vec<String>,
}

impl Storm {
    fn burst(&mut self) {
        for _ in 0..if self.expunges { 1 } else { BURST } {
            if self.expunges { self.expunge() } else { self.flip_a_flag() }
        }
    }

    fn expunge(&mut self) {
        let Some(name) = self.victims.pop() else { return };
        self.witness.expunge(&self.uids[&name].to_string()).unwrap();
        self.others.remove(&name);
    }

    fn flip_a_flag(&mut self) {
        let names: Vec<&String> = self.others.keys().collect();
        let name = names[self.random.usize(..names.len())].clone();
        let kinds = if self.takes_keywords { FLAGS.len() } else { 1 };
        let flag = FLAGS[self.random.usize(..kinds)];
        let flags = self.others.get_mut(&name).unwrap();
        let sign = if flags.remove(flag) { '-' } else { '+' };
        if sign == '+' {
            flags.insert(flag.to_owned());
        }
        self.witness.store(&self.uids[&name].to_string(), &format!("{sign}FLAGS ({flag})")).unwrap();
    }
}

fn expunge_storm(kind: Kind) {
    storms(kind, true);
}

fn flag_storm(kind: Kind) {
    storms(kind, false);
}

#[track_caller]
fn storms(kind: Kind, expunges: bool) {
    let Some(mut cell) = Cell::start(kind, if expunges { "expunges" } else { "flags" }) else { return };
    let mut witness = cell.witness();
    witness.select(cell.folder).unwrap();
    // Every third mail goes.
    let victims = cell.others.keys().step_by(3).cloned().collect();
    let storm = Arc::new(Mutex::new(Storm {
        witness,
        random: cell.random.fork(),
        expunges,
        takes_keywords: kind.keeps_keywords(),
        uids: cell.uids(),
        others: cell.others.clone(),
        victims,
    }));
    let burst = || {
        let storm = Arc::clone(&storm);
        Act::Call(Box::new(move || {
            storm.lock().unwrap().burst();
            After::Continue
        }))
    };
    // Between listing and fetching, in the middle of the mails, and in three STOREs that are half sent.
    cell.proxy.arm_at(FETCH, 1, At::Half, burst());
    let within = cell.random.u64(1_000..10_000);
    cell.proxy.arm_at(FETCH, 1, At::Within(within), burst());
    if kind.keeps_keywords() {
        (1..=3).for_each(|nth| cell.proxy.arm_at(STORE, nth, At::Half, burst()));
    }
    let running = cell.langhals.spawn().unwrap();
    wait_for("the storm's end", Duration::from_mins(1), || Ok((cell.proxy.waiting() == 0).then_some(())))
        .unwrap();
    cell.others = storm.lock().unwrap().others.clone();
    cell.expected.retain(|name, _| cell.others.contains_key(name));
    let sorted =
        wait_for("all tags", Duration::from_mins(1), || Ok((cell.tags() == cell.waiting()).then_some(())));
    if sorted.is_err() {
        let log = std::fs::read_to_string(cell.langhals.log_file()).unwrap();
        assert_eq!(cell.tags(), cell.waiting(), "{log}{:?}", cell.proxy.sent());
    }
    assert!(running.stop().unwrap().success());
    // It may have been stopped before it had written down what it did.
    cell.runs_until_it_succeeds();
    cell.ends_right();
}

cells! {
    dovecot_maildir_expunge_storm: expunge_storm(Maildir);
    dovecot_mdbox_expunge_storm: expunge_storm(Mdbox);
    cyrus_expunge_storm: expunge_storm(Cyrus);
    courier_expunge_storm: expunge_storm(Courier);
    pymap_expunge_storm: expunge_storm(Pymap);
    hoodiecrow_expunge_storm: expunge_storm(Hoodiecrow);
    dovecot_maildir_flag_storm: flag_storm(Maildir);
    dovecot_mdbox_flag_storm: flag_storm(Mdbox);
    cyrus_flag_storm: flag_storm(Cyrus);
    pymap_flag_storm: flag_storm(Pymap);
}
