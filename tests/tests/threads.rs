//! Threads and age: earlier mails of a matter are counted, whatever happens to state and mailbox; nothing waits for ever.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::collections::BTreeMap;
use std::fs;

use langhals_tests::client::Append;
use langhals_tests::langhals::{Langhals, Reach};
use langhals_tests::{Dovecot, Options, Witness, faketime};
use serde_json::{Value, json};

const AT_ONCE: &str = "[corrections]\nstand_seconds = 0\n";
const APPLICATION: &str = "Guten Tag,\r\n\r\nhiermit beantrage ich Wohngeld ab dem 1. März für meine Familie. \
                           Das ausgefüllte Formular liegt bei.\r\n\r\nErika Beispiel";

/// A mail with this Message-ID that answers those.
fn mail(id: &str, answers: &[&str], text: &str) -> Vec<u8> {
    let references: Vec<String> = answers.iter().map(|id| format!("<{id}@example.org>")).collect();
    let references = if references.is_empty() {
        String::new()
    } else {
        format!("References: {}\r\n", references.join(" "))
    };
    format!(
        "From: Erika Beispiel <erika@example.org>\r\nTo: poststelle@stadt.example.org\r\nSubject: Wohngeld\r\n\
         Date: Sat, 21 Nov 2026 09:00:00 +0100\r\nMessage-ID: <{id}@example.org>\r\n{references}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

fn append(witness: &mut Witness, folder: &str, mails: &[Vec<u8>]) {
    let appends: Vec<Append<'_>> = mails.iter().map(|mail| Append::new(mail)).collect();
    witness.append_all(folder, &appends).unwrap();
}

fn office(settings: &str, more: &str) -> (Dovecot, Witness, Langhals) {
    let server = Dovecot::start(Options::default()).unwrap();
    let witness = server.witness(1).unwrap();
    let mut langhals = Langhals::new().unwrap();
    settings.clone_into(&mut langhals.settings);
    langhals.mailbox("post", &server, 1, Reach::Plain(server.imap), more).unwrap();
    (server, witness, langhals)
}

fn json_lines(stdout: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What `explain` says of the mails of a folder, by their UIDs.
fn explained(langhals: &Langhals, folder: &str, uids: &[u32]) -> BTreeMap<u32, Value> {
    let explain = |uid: &u32| {
        let number = uid.to_string();
        let arguments =
            ["explain", "--mailbox", "post", "--folder", folder, "--uid", &number, "--format", "json"];
        let said = langhals.run(&arguments).unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        (*uid, json_lines(&said.stdout)[0]["thread"].clone())
    };
    uids.iter().map(explain).collect()
}

fn thread(earlier: u32, applied: bool, repeated: bool) -> Value {
    json!({ "earlier": earlier, "applied": applied, "repeated": repeated })
}

#[test]
fn a_threads_mails_are_counted_and_keep_their_place_whatever_happens() {
    let (_server, mut witness, mut langhals) = office(AT_ONCE, "folders = [\"INBOX\", \"Erledigt\"]\n");
    witness.command("CREATE Erledigt").unwrap();
    append(&mut witness, "INBOX", &[mail("a", &[], APPLICATION), mail("x", &[], "Wann haben Sie geöffnet?")]);
    langhals.run_once().unwrap();
    // Two that come in one batch see each other.
    let reminder = "Ich bitte noch einmal um Nachricht, wie es um meinen Antrag auf Wohngeld steht.";
    append(&mut witness, "INBOX", &[mail("b", &["a"], reminder), mail("c", &["a", "b"], reminder)]);
    let preview = langhals.run(&["preview", "--mailbox", "post", "--format", "json"]).unwrap();
    let previewed: BTreeMap<u32, Value> = json_lines(&preview.stdout)
        .iter()
        .map(|line| (u32::try_from(line["uid"].as_u64().unwrap()).unwrap(), line["thread"].clone()))
        .collect();
    langhals.run_once().unwrap();
    let all = explained(&langhals, "INBOX", &[1, 2, 3, 4]);
    let applied = all[&3]["applied"].as_bool().unwrap();
    assert_eq!(all[&1], thread(0, false, false));
    assert_eq!(all[&2], thread(0, false, false));
    assert_eq!(all[&3], thread(1, applied, false));
    assert_eq!(all[&4], thread(2, applied, true));
    assert_eq!(previewed, BTreeMap::from([(3, all[&3].clone()), (4, all[&4].clone())]), "as preview said");

    // Copied, moved away and back, rebuilt, run again: nobody counts twice.
    witness.select("INBOX").unwrap();
    witness.command("UID COPY 3 Erledigt").unwrap();
    witness.command("UID MOVE 1 Erledigt").unwrap();
    langhals.run_once().unwrap();
    assert_eq!(explained(&langhals, "INBOX", &[2, 3, 4]), {
        let mut rest = all.clone();
        rest.remove(&1);
        rest
    });
    assert_eq!(
        explained(&langhals, "Erledigt", &[1, 2]).into_values().collect::<Vec<_>>(),
        [all[&3].clone(), all[&1].clone()]
    );
    assert!(langhals.run(&["state", "rebuild"]).unwrap().status.success());
    langhals.run_once().unwrap();
    assert_eq!(explained(&langhals, "INBOX", &[3, 4])[&4], all[&4], "after a rebuild");
    let check = langhals.run(&["state", "check"]).unwrap();
    assert!(String::from_utf8_lossy(&check.stdout).contains("tells what the log tells"));

    // Without any state, the tagged mails are known by their Message-IDs again.
    fs::remove_dir_all(langhals.state_dir().join("log")).unwrap();
    fs::remove_dir_all(langhals.state_dir().join("state")).unwrap();
    langhals.run_once().unwrap();
    append(&mut witness, "INBOX", &[mail("d", &["a", "b", "c"], "Ich warte noch immer.")]);
    langhals.run_once().unwrap();
    assert_eq!(explained(&langhals, "INBOX", &[5])[&5]["earlier"], 3);
    langhals.settings.clear();
}

#[test]
fn documents_for_a_known_application_say_so() {
    let (_server, mut witness, langhals) = office(AT_ONCE, "");
    append(&mut witness, "INBOX", &[mail("a", &[], "Ihr Brief")]);
    langhals.run_once().unwrap();
    // A person says what it is.
    witness.select("INBOX").unwrap();
    let classes = "triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher";
    witness.store("1", &format!("-FLAGS ({classes})")).unwrap();
    witness.store("1", "+FLAGS (triage-antrag)").unwrap();
    langhals.run_once().unwrap();
    append(&mut witness, "INBOX", &[mail("b", &["a"], "Die Meldebescheinigung reiche ich hiermit nach.")]);
    langhals.run_once().unwrap();
    let said = langhals.run(&["explain", "--mailbox", "post", "--uid", "2"]).unwrap();
    let said = String::from_utf8_lossy(&said.stdout);
    assert!(said.contains("Gehört zu einem bereits eingegangenen Antrag"), "{said}");
    assert!(said.contains("1 earlier here, an application among them"), "{said}");
}

#[test]
fn what_waits_too_long_becomes_urgent_once_and_a_persons_word_stands() {
    let (_server, mut witness, mut langhals) = office(AT_ONCE, "");
    let offset = langhals.dir().join("offset");
    match faketime::environment(&offset) {
        Ok(environment) => langhals.environment.extend(environment),
        Err(error) => return eprintln!("skipped: libfaketime cannot be had here: {error:#}"),
    }
    faketime::set(&offset, "+0d").unwrap();
    let text = "Bitte teilen Sie mir mit, welche Unterlagen ich für einen Bewohnerparkausweis brauche.";
    append(&mut witness, "INBOX", &[mail("a", &[], text), mail("b", &[], text), mail("c", &[], text)]);
    langhals.run_once().unwrap();
    let tags = |witness: &mut Witness| {
        let ours = |flags: std::collections::BTreeSet<String>| {
            flags.into_iter().filter(|flag| flag.starts_with("triage-")).collect::<Vec<_>>()
        };
        let flags = witness.flags("INBOX").unwrap().into_iter();
        flags.map(|(uid, flags)| (uid, ours(flags))).collect::<BTreeMap<_, _>>()
    };
    let first = tags(&mut witness);
    assert!(
        first.values().all(|tags| !tags.is_empty() && !tags.contains(&"triage-hoch".to_owned())),
        "{first:?}"
    );
    // One is answered, one a person has touched: whoever sets another class has looked.
    witness.select("INBOX").unwrap();
    witness.store("2", "+FLAGS (\\Answered)").unwrap();
    witness.store("3", "-FLAGS (triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher)").unwrap();
    witness.store("3", "+FLAGS (triage-sonstiges)").unwrap();
    langhals.run_once().unwrap();

    faketime::set(&offset, "+13d").unwrap();
    langhals.run_once().unwrap();
    assert_eq!(tags(&mut witness)[&1], first[&1], "not before its time");
    faketime::set(&offset, "+15d").unwrap();
    // Stopped at any point and run again, it ends the same.
    for stop in 1..200 {
        let mut run = langhals.command(&["run", "--once"]).unwrap();
        if run.env("LANGHALS_STOP_AT", stop.to_string()).output().unwrap().status.success() {
            break;
        }
    }
    let mut raised = first[&1].clone();
    raised.push("triage-hoch".to_owned());
    raised.sort_unstable();
    for _ in 0..2 {
        langhals.run_once().unwrap();
        let now = tags(&mut witness);
        assert_eq!((&now[&1], &now[&2]), (&raised, &first[&2]));
        assert_eq!(now[&3], ["triage-sonstiges"]);
    }
    let queue = langhals.run(&["queue", "--format", "json"]).unwrap();
    let queue = json_lines(&queue.stdout);
    let row = |uid: u64| queue.iter().find(|row| row["uid"] == uid).cloned();
    assert_eq!(row(1).unwrap()["priority"], "high");
    assert_eq!(row(1).unwrap()["aged"], "wartet seit 15 Tagen");
    assert_eq!((row(2), row(3).unwrap()["aged"].clone()), (None, Value::Null));
    let text = langhals.run(&["queue"]).unwrap();
    assert!(String::from_utf8_lossy(&text.stdout).contains("wartet seit 15 Tagen"));

    // A person lowers it again: that stands, whatever its age.
    witness.select("INBOX").unwrap();
    witness.store("1", "-FLAGS (triage-hoch)").unwrap();
    for _ in 0..3 {
        langhals.run_once().unwrap();
    }
    assert_eq!(tags(&mut witness)[&1], first[&1]);
    langhals.settings += "[triage]\nmax_age = \"off\"\n";
    let queue = langhals.run(&["queue", "--format", "json"]).unwrap();
    assert!(json_lines(&queue.stdout).iter().all(|row| row["aged"].is_null()));
}

/// A batch is read side by side: what is suggested is the same as mail by mail.
#[test]
fn many_mails_at_once_are_judged_as_one_by_one() {
    const MATTERS: usize = 40;
    let of_matter = |n: usize| {
        let [application, documents, again] = ["a", "b", "c"].map(|part| format!("{part}{n}"));
        let texts = [format!("{APPLICATION} {n}"), format!("anbei die fehlenden Unterlagen {n}.")];
        [
            mail(&application, &[], &texts[0]),
            mail(&documents, &[&application], &texts[1]),
            mail(&again, &[], &texts[0]),
        ]
    };
    let mails: Vec<Vec<u8>> = (0..MATTERS).flat_map(of_matter).collect();
    let (_server, mut witness, langhals) = office("", "");
    append(&mut witness, "INBOX", &mails);
    let names: Vec<String> =
        (0..mails.len()).map(|n| format!("{}/{n:03}.eml", langhals.dir().display())).collect();
    names.iter().zip(&mails).for_each(|(name, mail)| fs::write(name, mail).unwrap());
    let said = |arguments: &[&str]| {
        let said = langhals.run(arguments).unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        json_lines(&said.stdout)
    };
    let at_once = said(&["preview", "--format", "json", "--limit", "200"]);
    let files: Vec<&str> = names.iter().map(String::as_str).collect();
    let one_by_one = said(&[&["classify", "--format", "json"][..], &files].concat());
    let judged = |told: &Value| {
        ["tags", "probabilities", "priority_probabilities", "deadline", "flags"].map(|key| told[key].clone())
    };
    assert_eq!(at_once.len(), mails.len());
    assert_eq!(
        at_once.iter().map(judged).collect::<Vec<_>>(),
        one_by_one.iter().map(judged).collect::<Vec<_>>()
    );
    for (at, told) in at_once.iter().enumerate() {
        let expected = [thread(0, false, false), thread(1, true, false), thread(0, false, true)];
        assert_eq!(told["thread"], expected[at % 3], "the mail {at}");
    }
}
