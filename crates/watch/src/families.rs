//! What is told of a reading. Labels are names of the configuration, our own words, and the model's id: there are never
//! more series than those allow, and none is missing before its first event.

mod house;

use std::collections::BTreeMap;

use domain::{Class, Label, Priority};
use store::{Connection, Health, InTray};

use crate::corrected::Counts;
use crate::exposition::{Family, Labels, Series};
use crate::reading::Reading;

/// What is left to people, beside the classes.
const UNSURE: &str = "unsure";
/// Names of a connection's states.
const STATES: [&str; 4] = ["connecting", "sorting", "watching", "down"];

impl Reading {
    /// Everything that is told.
    pub fn families(&self) -> Vec<Family> {
        let mut families = self.work();
        families.extend(self.waiting());
        families.extend(self.connections());
        families.extend(self.models());
        families.extend(self.state());
        families.extend(self.program());
        families
    }

    fn work(&self) -> Vec<Family> {
        let sorted = self.sorted.iter().flat_map(|(mailbox, sorted)| {
            let class =
                |(class, count): (&Class, &u64)| (labels(mailbox, "class", class.name()), *count as f64);
            let unsure = (labels(mailbox, "class", UNSURE), sorted.unsure as f64);
            sorted.by_class.iter().map(class).chain([unsure])
        });
        let delays = self.sorted.iter().map(|(mailbox, sorted)| (of(mailbox), sorted.delays.clone()));
        let classes = names::<Class>();
        let from: Vec<&str> = classes.iter().copied().chain([UNSURE]).collect();
        let priorities = names::<Priority>();
        vec![
            counter(
                "langhals_sorted",
                "Messages judged for the first time, by the class that was suggested; unsure: left to people",
                sorted.collect(),
            ),
            Family {
                name: "langhals_arrival_to_tag_seconds",
                help: "From the arrival in the mailbox to tags that were read back, of messages that arrived since the start",
                series: Series::Histogram(delays.collect()),
            },
            counter(
                "langhals_corrections",
                "Classes that people decided otherwise; from unsure: where it was left to them",
                self.pairs(&from, &classes, |counts| &counts.class),
            ),
            counter(
                "langhals_priority_corrections",
                "Priorities that people decided otherwise",
                self.pairs(&priorities, &priorities, |counts| &counts.priority),
            ),
        ]
    }

    /// A row for each two that differ, in every mailbox.
    fn pairs(
        &self,
        from: &[&str],
        to: &[&str],
        of: impl Fn(&Counts) -> &BTreeMap<(String, String, String), u64>,
    ) -> Vec<(Labels, f64)> {
        let counts = of(&self.corrected);
        let mut rows = Vec::new();
        for mailbox in self.mailboxes() {
            for from in from {
                for to in to.iter().filter(|to| *to != from) {
                    let kind = (mailbox.to_owned(), (*from).to_owned(), (*to).to_owned());
                    let count = counts.get(&kind).copied().unwrap_or_default();
                    let (_, from, to) = kind;
                    rows.push((
                        vec![("mailbox", mailbox.to_owned()), ("from", from), ("to", to)],
                        count as f64,
                    ));
                }
            }
        }
        rows
    }

    fn waiting(&self) -> Vec<Family> {
        let readable = gauge(
            "langhals_ledger_up",
            "Whether the state can be read",
            vec![(vec![], truth(self.trays.is_some()))],
        );
        let Some(trays) = &self.trays else { return vec![readable] };
        let none = InTray::default();
        let (mut waiting, mut oldest, mut aside) = (Vec::new(), Vec::new(), Vec::new());
        for mailbox in self.mailboxes() {
            let tray = trays.get(mailbox).unwrap_or(&none);
            for priority in Priority::ALL {
                let standing = tray.waiting.get(&priority);
                let age =
                    standing.map_or(0.0, |standing| self.at.duration_since(standing.oldest).as_secs_f64());
                let labels = || labels(mailbox, "priority", priority.name());
                waiting.push((labels(), standing.map_or(0.0, |standing| standing.messages as f64)));
                oldest.push((labels(), age.max(0.0)));
            }
            aside.push((of(mailbox), tray.set_aside as f64));
        }
        vec![
            readable,
            gauge(
                "langhals_waiting",
                "Messages that nobody has dealt with, by the priority that counts now",
                waiting,
            ),
            gauge(
                "langhals_waiting_oldest_seconds",
                "How long the oldest of them waits; 0 where there is none",
                oldest,
            ),
            gauge("langhals_set_aside", "Messages that wait and could not be judged", aside),
        ]
    }

    fn connections(&self) -> Vec<Family> {
        let each = |figure: &dyn Fn(&[&Health]) -> f64| {
            let row = |mailbox: &str| (of(mailbox), figure(&self.folders_of(mailbox).collect::<Vec<_>>()));
            self.mailboxes().into_iter().map(row).collect::<Vec<_>>()
        };
        let all =
            |is: fn(&Health) -> bool| each(&move |folders| truth(folders.iter().all(|health| is(health))));
        let sum = |of: fn(&Health) -> u64| {
            each(&move |folders| folders.iter().map(|health| of(health)).sum::<u64>() as f64)
        };
        let states = self.mailboxes().into_iter().flat_map(|mailbox| {
            STATES.map(|name| {
                let folders = self.folders_of(mailbox).filter(|health| state(&health.connection) == name);
                (labels(mailbox, "state", name), folders.count() as f64)
            })
        });
        let newest = self.mailboxes().into_iter().filter_map(|mailbox| {
            let newest = self.folders_of(mailbox).filter_map(|health| health.newest).max()?;
            Some((of(mailbox), newest.as_second() as f64))
        });
        vec![
            gauge(
                "langhals_connection_up",
                "Whether all folders of the mailbox are connected",
                all(|health| health.connection.is_up()),
            ),
            gauge(
                "langhals_connection_state",
                "Folders of the mailbox by the state of their connection",
                states.collect(),
            ),
            gauge(
                "langhals_looked_through",
                "Whether the whole mailbox was looked through since the start",
                all(|health| health.looked_through),
            ),
            gauge(
                "langhals_needs_help",
                "Folders that stay down until somebody does something",
                sum(|health| u64::from(health.needs_help)),
            ),
            gauge(
                "langhals_warnings",
                "Folders of which the page has a hint for operators",
                sum(|health| u64::from(health.warning.is_some())),
            ),
            counter(
                "langhals_reconnects",
                "How often a folder had to be connected again",
                sum(|health| health.reconnects),
            ),
            gauge(
                "langhals_backlog",
                "About how many messages wait to be sorted",
                sum(|health| health.backlog),
            ),
            gauge(
                "langhals_last_message_timestamp_seconds",
                "When the newest message arrived that is known of",
                newest.collect(),
            ),
        ]
    }
}

fn state(connection: &Connection) -> &'static str {
    match connection {
        Connection::Connecting => STATES[0],
        Connection::Sorting => STATES[1],
        Connection::Watching => STATES[2],
        Connection::Down { .. } => STATES[3],
    }
}

fn names<L: Label>() -> Vec<&'static str> {
    L::ALL.into_iter().map(Label::name).collect()
}

fn of(mailbox: &str) -> Labels {
    vec![("mailbox", mailbox.to_owned())]
}

fn labels(mailbox: &str, key: &'static str, value: &str) -> Labels {
    vec![("mailbox", mailbox.to_owned()), (key, value.to_owned())]
}

fn counter(name: &'static str, help: &'static str, rows: Vec<(Labels, f64)>) -> Family {
    Family { name, help, series: Series::Counter(rows) }
}

fn gauge(name: &'static str, help: &'static str, rows: Vec<(Labels, f64)>) -> Family {
    Family { name, help, series: Series::Gauge(rows) }
}

fn single(name: &'static str, help: &'static str, value: f64) -> Family {
    gauge(name, help, vec![(Vec::new(), value)])
}

fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

#[cfg(test)]
mod tests;
