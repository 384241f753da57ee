//! Langhals learns of people's corrections, of nothing else, and never undoes one.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::{Dovecot, Options, Witness};
use serde_json::Value;

const CLASSES: [&str; 4] = ["triage-antrag", "triage-rueckfrage", "triage-sonstiges", "triage-unsicher"];
const AT_ONCE: &str = "[corrections]\nstand_seconds = 0\n";

struct Office {
    server: Dovecot,
    witness: Witness,
    langhals: Langhals,
}

/// A sorted mailbox in which a change counts at once.
fn sorted(samples: usize, settings: &str, more: &str) -> Office {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut witness = server.witness(1).unwrap();
    let samples = sample_mailbox(samples).unwrap();
    witness
        .append_all("INBOX", &samples.iter().map(|(_, bytes)| Append::new(bytes)).collect::<Vec<_>>())
        .unwrap();
    let mut langhals = Langhals::new().unwrap();
    settings.clone_into(&mut langhals.settings);
    langhals.mailbox("post", &server, 1, Reach::Plain(server.imap), more).unwrap();
    langhals.run_once().unwrap();
    Office { server, witness, langhals }
}

impl Office {
    fn tags(&mut self, folder: &str) -> BTreeMap<u32, BTreeSet<String>> {
        let ours =
            |flags: BTreeSet<String>| flags.into_iter().filter(|flag| flag.starts_with("triage-")).collect();
        self.witness.flags(folder).unwrap().into_iter().map(|(uid, flags)| (uid, ours(flags))).collect()
    }

    /// Messages with a class tag, and with "bitte sichten" instead.
    fn sure_and_unsure(&mut self) -> (Vec<u32>, Vec<u32>) {
        let tags = self.tags("INBOX");
        tags.keys().partition(|uid| !tags[uid].contains("triage-unsicher"))
    }

    /// A person replaces the class tag, in two STOREs as mail clients do.
    fn retag(&mut self, uid: u32, class: &str) {
        self.witness.select("INBOX").unwrap();
        self.witness.store(&uid.to_string(), &format!("-FLAGS ({})", CLASSES.join(" "))).unwrap();
        self.witness.store(&uid.to_string(), &format!("+FLAGS ({class})")).unwrap();
    }

    fn lessons(&self) -> Vec<Value> {
        let said = self.langhals.run(&["corrections", "export", "-"]).unwrap();
        assert!(said.status.success());
        String::from_utf8_lossy(&said.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The lessons by UID: class and priority.
    fn taught(&self) -> BTreeMap<u64, (Option<String>, Option<String>)> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let lesson =
            |one: &Value| (one["uid"].as_u64().unwrap(), (text(&one["class"]), text(&one["priority"])));
        self.lessons().iter().map(lesson).collect()
    }

    fn log(&self) -> String {
        let days = fs::read_dir(self.langhals.state_dir().join("log")).unwrap();
        days.map(|day| fs::read_to_string(day.unwrap().path()).unwrap()).collect()
    }
}

fn other_class(tags: &BTreeSet<String>) -> (&'static str, &'static str) {
    if tags.contains("triage-rueckfrage") {
        ("triage-sonstiges", "other")
    } else {
        ("triage-rueckfrage", "inquiry")
    }
}

#[test]
fn a_changed_tag_is_a_lesson_and_stays_as_the_person_set_it() {
    let mut office = sorted(12, AT_ONCE, "");
    let before = office.tags("INBOX");
    let (sure, _) = office.sure_and_unsure();
    let (tag, class) = other_class(&before[&sure[0]]);
    office.retag(sure[0], tag);
    let calm = sure[1..].iter().copied().find(|uid| !before[uid].contains("triage-hoch")).unwrap();
    office.witness.store(&calm.to_string(), "-FLAGS (triage-niedrig)").unwrap();
    office.witness.store(&calm.to_string(), "+FLAGS (triage-hoch)").unwrap();
    let now = office.tags("INBOX");
    office.langhals.run_once().unwrap();
    assert_eq!(office.tags("INBOX"), now, "nothing is changed back");

    let taught = office.taught();
    assert_eq!(taught[&u64::from(sure[0])], (Some(class.to_owned()), None));
    assert_eq!(taught[&u64::from(calm)], (None, Some("high".to_owned())));
    assert_eq!(taught.len(), 2);
    office.langhals.run_once().unwrap();
    assert_eq!(office.taught(), taught, "a lesson is learnt once");
    let corrected: Vec<String> =
        office.log().lines().filter(|line| line.contains("\"corrected\"")).map(str::to_owned).collect();
    assert_eq!(corrected.len(), 2);
    assert!(
        corrected.iter().all(|line| !line.contains("u1") && !line.contains('@')),
        "without who: {corrected:?}"
    );
    let list = office.langhals.run(&["corrections"]).unwrap();
    assert!(String::from_utf8_lossy(&list.stdout).contains("2 messages were decided by people"));
}

#[test]
fn bitte_sichten_goes_once_a_person_has_chosen_and_only_then() {
    let mut office = sorted(40, AT_ONCE, "");
    let (_, unsure) = office.sure_and_unsure();
    assert!(unsure.len() >= 2, "the samples hold too few unsure ones");
    office.witness.select("INBOX").unwrap();
    office.witness.store(&unsure[0].to_string(), "+FLAGS (triage-antrag)").unwrap();
    office.langhals.run_once().unwrap();
    let tags = office.tags("INBOX");
    assert!(tags[&unsure[0]].contains("triage-antrag") && !tags[&unsure[0]].contains("triage-unsicher"));
    assert!(tags[&unsure[1]].contains("triage-unsicher"));
    let taught = office.taught();
    assert_eq!(
        taught.into_iter().collect::<Vec<_>>(),
        [(u64::from(unsure[0]), (Some("application".to_owned()), None))]
    );
    let before = office.log().lines().count();
    office.langhals.run_once().unwrap();
    let noted = office.log().lines().count();
    assert!(noted <= before + 2, "our own removal is no news");
    office.langhals.run_once().unwrap();
    assert_eq!(office.log().lines().count(), noted, "nothing happened, nothing is written");
    assert_eq!(office.lessons().len(), 1);
}

#[test]
fn a_change_counts_only_once_it_has_stood_and_two_classes_never_do() {
    let mut office = sorted(12, "", "");
    let (sure, _) = office.sure_and_unsure();
    let tags = office.tags("INBOX");
    let (tag, _) = other_class(&tags[&sure[0]]);
    office.retag(sure[0], tag);
    let (second, _) = other_class(&tags[&sure[1]]);
    office.witness.store(&sure[1].to_string(), &format!("+FLAGS ({second})")).unwrap();
    office.langhals.run_once().unwrap();
    office.langhals.run_once().unwrap();
    assert_eq!(office.lessons().len(), 0, "sixty seconds are not over");
    office.langhals.settings = AT_ONCE.to_owned();
    office.langhals.run_once().unwrap();
    assert_eq!(office.taught().keys().copied().collect::<Vec<_>>(), [u64::from(sure[0])]);
}

#[test]
fn the_daemon_takes_a_correction_by_itself() {
    let mut office = sorted(12, "[corrections]\nstand_seconds = 1\n", "");
    let running = office.langhals.spawn().unwrap();
    let (sure, unsure) = office.sure_and_unsure();
    let tags = office.tags("INBOX");
    let (tag, class) = other_class(&tags[&sure[0]]);
    office.retag(sure[0], tag);
    if let Some(uid) = unsure.first() {
        office.witness.store(&uid.to_string(), "+FLAGS (triage-sonstiges)").unwrap();
    }
    wait_for("the lesson", Duration::from_secs(30), || Ok((!office.lessons().is_empty()).then_some(())))
        .unwrap();
    let lesson = office.taught()[&u64::from(sure[0])].clone();
    assert_eq!(lesson.0.as_deref(), Some(class));
    if let Some(uid) = unsure.first() {
        wait_for("the tag to go", Duration::from_secs(30), || {
            Ok((!office.tags("INBOX")[uid].contains("triage-unsicher")).then_some(()))
        })
        .unwrap();
    }
    running.stop().unwrap();
}

#[test]
fn many_changes_at_once_teach_nothing_and_are_warned_of() {
    let mut office = sorted(30, AT_ONCE, "");
    office.witness.select("INBOX").unwrap();
    office.witness.store("1:30", &format!("-FLAGS ({})", CLASSES.join(" "))).unwrap();
    office.witness.store("1:30", "+FLAGS (triage-sonstiges)").unwrap();
    let said = office.langhals.run_once().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("nothing was learnt"), "{said:?}");
    assert_eq!(office.lessons().len(), 0);
    office.retag(3, "triage-antrag");
    office.langhals.run_once().unwrap();
    assert_eq!(office.taught().keys().copied().collect::<Vec<_>>(), [3], "a single change counts again");
}

#[test]
fn an_index_loss_and_a_new_numbering_teach_nothing_and_undo_nothing() {
    let mut office = sorted(12, AT_ONCE, "");
    let (sure, _) = office.sure_and_unsure();
    let tags = office.tags("INBOX");
    let (tag, class) = other_class(&tags[&sure[0]]);
    office.retag(sure[0], tag);
    office.langhals.run_once().unwrap();
    // A person takes all tags of one away, and changes another while the server loses its numbers.
    office
        .witness
        .store(
            &sure[1].to_string(),
            &format!("-FLAGS ({} triage-hoch triage-niedrig triage-frist)", CLASSES.join(" ")),
        )
        .unwrap();
    office.langhals.run_once().unwrap();
    office.witness.store(&sure[2].to_string(), "+FLAGS (triage-hoch triage-niedrig)").unwrap();
    let expected: Vec<BTreeSet<String>> = office.tags("INBOX").into_values().collect();
    let learnt = office.lessons().len();

    office.server.new_uid_validity(1).unwrap();
    office.witness = office.server.witness(1).unwrap();
    let said = office.langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "0 messages sorted\n", "{said:?}");
    let mut now: Vec<BTreeSet<String>> = office.tags("INBOX").into_values().collect();
    let mut before = expected;
    now.sort();
    before.sort();
    assert_eq!(now, before);
    let lessons = office.lessons();
    assert_eq!((lessons.len(), lessons[0]["class"].as_str()), (learnt, Some(class)));
    assert_ne!(lessons[0]["uid_validity"], 0);
    office.server.lose_indexes(1).unwrap();
    office.witness = office.server.witness(1).unwrap();
    let said = office.langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "0 messages sorted\n", "{said:?}");
    assert_eq!(office.lessons().len(), learnt);
}

#[test]
fn where_mails_are_moved_a_move_into_another_class_folder_is_a_correction() {
    let mut office = sorted(12, AT_ONCE, "write = \"folders\"\n");
    let folders = office.witness.folders().unwrap();
    assert!(folders.iter().any(|folder| folder.ends_with("Antrag")), "{folders:?}");
    let left = office.tags("INBOX").len();
    let (mut antrag, mut sonstiges) = (office.tags("INBOX/Antrag"), office.tags("INBOX/Sonstiges"));
    assert!(left < 12 && antrag.len() + sonstiges.len() > 1, "{left} {antrag:?} {sonstiges:?}");
    assert!(antrag.values().chain(sonstiges.values()).all(BTreeSet::is_empty), "no keywords in this mode");
    let total = |office: &mut Office| {
        ["INBOX", "INBOX/Antrag", "INBOX/R&APw-ckfrage", "INBOX/Sonstiges"]
            .iter()
            .map(|name| office.tags(name).len())
            .sum::<usize>()
    };
    assert_eq!(total(&mut office), 12, "nothing lost, nothing doubled");
    let again = office.langhals.run_once().unwrap();
    assert_eq!(String::from_utf8_lossy(&again.stdout), "0 messages sorted\n");

    let uid = *antrag.keys().next().unwrap();
    office.witness.select("INBOX/Antrag").unwrap();
    office.witness.move_to(&uid.to_string(), "INBOX/Sonstiges").unwrap();
    let back = *antrag.keys().nth(1).unwrap();
    office.witness.move_to(&back.to_string(), "INBOX").unwrap();
    office.langhals.run_once().unwrap();
    let lessons = office.lessons();
    assert_eq!(lessons.len(), 1, "{lessons:?}");
    assert_eq!(
        (lessons[0]["class"].as_str(), lessons[0]["folder"].as_str()),
        (Some("other"), Some("INBOX/Sonstiges"))
    );
    antrag = office.tags("INBOX/Antrag");
    sonstiges = office.tags("INBOX/Sonstiges");
    assert!(!antrag.contains_key(&back) && !antrag.contains_key(&uid) && !sonstiges.is_empty());
    office.langhals.run_once().unwrap();
    assert_eq!(office.tags("INBOX").len(), left + 1, "what a person moves back is never moved again");
    assert_eq!(total(&mut office), 12);
}

#[test]
fn flagged_stands_for_high_priority_where_the_operator_wants_it() {
    let mut office = sorted(30, AT_ONCE, "write = \"flagged\"\n");
    let flags = office.witness.flags("INBOX").unwrap();
    let flagged = flags.values().filter(|flags| flags.contains("\\Flagged")).count();
    assert!(flagged > 0 && flagged < 30, "{flagged}");
    assert!(flags.values().flatten().all(|flag| !flag.starts_with("triage-") && flag != "\\Seen"));
    let first = *flags.iter().find(|(_, flags)| flags.contains("\\Flagged")).unwrap().0;
    office.witness.select("INBOX").unwrap();
    office.witness.store(&first.to_string(), "-FLAGS (\\Flagged)").unwrap();
    office.langhals.run_once().unwrap();
    assert!(!office.witness.flags("INBOX").unwrap()[&first].contains("\\Flagged"), "a person's word stands");
    assert_eq!(office.lessons().len(), 0);
}
