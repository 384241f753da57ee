//! Four weeks in a made-up office: what came in, what was answered, what people put right.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use testbed::client::Append;
use testbed::corpus::{self, Split, repo_root};
use testbed::langhals::{Reach, Running, wait_for};
use testbed::{Dovecot, Langhals, Record, Witness, faketime, samples};

use crate::chores::release_binary;

/// Who looks at the pages.
pub const NAME: &str = "leitung";
pub const PASSWORD: &str = "Giraffe mit langem Hals";

/// The morning that the pictures show.
const TODAY: Date = date(2026, 9, 18);
const YEAR: i16 = 2026;
const WEEKS: i64 = 4;
/// More changes at once would look like a migration.
const AT_ONCE: usize = 4;
const PATIENCE: Duration = Duration::from_mins(3);
const MAILBOXES: [&str; 2] = ["poststelle", "buergerbuero"];
const CLASSES: [(&str, &str); 3] =
    [("application", "triage-antrag"), ("inquiry", "triage-rueckfrage"), ("other", "triage-sonstiges")];

/// The servers at the end of those weeks.
pub struct Office {
    running: Running,
    langhals: Langhals,
    _server: Dovecot,
}

/// A mail and when it came to which mailbox.
struct Arrival {
    day: Date,
    mailbox: usize,
    record: Record,
}

impl Office {
    /// Lives through the weeks, which takes a minute or two.
    pub fn with_a_past() -> Result<Self> {
        let server =
            Dovecot::start(testbed::Options { users: MAILBOXES.len(), ..testbed::Options::default() })?;
        let mut langhals = Langhals::with_binary(release_binary()?)?;
        configure(&mut langhals, &server)?;
        let clock = langhals.dir().join("clock");
        langhals.environment.extend(faketime::environment(&clock)?);
        set_clock(&clock, TODAY - (7 * WEEKS).days())?;
        langhals.account(NAME, PASSWORD, &["supervisor", "operator"])?;
        let running = langhals.spawn()?;
        let arrivals = arrivals()?;
        for week in (0..WEEKS).rev() {
            let until = TODAY - (7 * week).days();
            eprintln!("the week up to {until}");
            set_clock(&clock, until)?;
            let since = until - 7.days();
            let new = arrivals.iter().filter(|one| one.day >= since && one.day < until);
            live_through(&server, &langhals, &new.collect::<Vec<_>>(), week)?;
        }
        Ok(Self { running, langhals, _server: server })
    }

    /// The port of the page.
    pub fn page(&self) -> u16 {
        self.langhals.page
    }

    /// The models that there are.
    pub fn models(&self) -> Result<BTreeSet<String>> {
        let mut models = BTreeSet::new();
        for entry in fs::read_dir(models_dir(&self.langhals))? {
            let entry = entry?;
            // A folder is a model once it has a manifest.
            if entry.path().join("manifest.json").is_file() {
                models.insert(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(models)
    }

    /// Waits for one more model.
    pub fn until_trained(&self) -> Result<()> {
        wait_for("the training", PATIENCE, || Ok((self.models()?.len() > 1).then_some(())))
    }

    /// Stops everything in good order.
    pub fn close(self) -> Result<()> {
        self.running.stop().map(drop)
    }
}

fn models_dir(langhals: &Langhals) -> PathBuf {
    langhals.dir().join("models")
}

fn configure(langhals: &mut Langhals, server: &Dovecot) -> Result<()> {
    for (at, name) in MAILBOXES.iter().enumerate() {
        langhals.mailbox(name, server, at + 1, Reach::Tls, "")?;
    }
    let split = Split::read()?;
    let corpus: Vec<String> = split
        .train
        .iter()
        // As many as a minute of learning needs.
        .take(6)
        .map(|author| format!("{:?}", corpus::author_file(author).display().to_string()))
        .collect();
    langhals.settings =
        format!("[corrections]\nstand_seconds = 1\n[learning]\ncorpus = [{}]\n", corpus.join(", "));
    let models = models_dir(langhals);
    copy(&repo_root().join("models"), &models)?;
    langhals.environment.insert("LANGHALS_MODEL__DIR".to_owned(), models.display().to_string());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// From now on it is the morning of that day for the program.
#[expect(clippy::disallowed_methods, reason = "a chore, and the offset is from the real time")]
fn set_clock(file: &Path, day: Date) -> Result<()> {
    let then = day.at(8, 14, 0, 0).to_zoned(TimeZone::get("Europe/Berlin")?)?.timestamp();
    let offset = then.as_second() - Timestamp::now().as_second();
    faketime::set(file, &format!("{offset:+}"))
}

/// A week: mails come in, are sorted, and people work through them.
fn live_through(server: &Dovecot, langhals: &Langhals, new: &[&Arrival], weeks_ago: i64) -> Result<()> {
    for (at, name) in MAILBOXES.iter().enumerate() {
        let here: Vec<&Arrival> = new.iter().copied().filter(|one| one.mailbox == at).collect();
        let mut witness = server.witness(at + 1)?;
        let before = witness.flags("INBOX")?.keys().last().copied().unwrap_or(0);
        let bytes = here.iter().map(|one| samples::raw(&one.record)).collect::<Result<Vec<_>>>()?;
        let dates = here.iter().map(|one| samples::internal_date(&one.record)).collect::<Result<Vec<_>>>()?;
        let mails = bytes
            .iter()
            .zip(dates)
            .map(|(bytes, date)| Append { internal_date: Some(date), ..Append::new(bytes) });
        witness.append_all("INBOX", &mails.collect::<Vec<_>>())?;
        wait_for(&format!("{name} to be sorted"), PATIENCE, || {
            let flags = witness.flags("INBOX")?;
            Ok(flags.values().all(|flags| flags.iter().any(|flag| flag.starts_with("triage-"))).then_some(()))
        })?;
        let uids = (before + 1..).zip(here.iter().copied());
        work(&mut witness, langhals, &uids.collect::<Vec<_>>(), weeks_ago)?;
    }
    Ok(())
}

/// People put some of what is wrong right, say what the unsure ones are, and answer.
fn work(witness: &mut Witness, langhals: &Langhals, mails: &[(u32, &Arrival)], weeks_ago: i64) -> Result<()> {
    let flags = witness.flags("INBOX")?;
    let wrong = mails.iter().filter_map(|(uid, one)| {
        let (_, right) = CLASSES.iter().find(|(class, _)| *class == one.record.class)?;
        let has_right = flags.get(uid)?.contains(*right);
        (!has_right && samples::pick(&one.record, "correct", 100) < 70).then_some((*uid, *right))
    });
    let wrong: Vec<(u32, &str)> = wrong.collect();
    witness.select("INBOX")?;
    let mut taught = lessons(langhals)?;
    for few in wrong.chunks(AT_ONCE) {
        for (uid, right) in few {
            let all = "triage-antrag triage-rueckfrage triage-sonstiges triage-unsicher";
            witness.store(&uid.to_string(), &format!("-FLAGS ({all})"))?;
            witness.store(&uid.to_string(), &format!("+FLAGS ({right})"))?;
        }
        taught += few.len();
        wait_for("corrections to count", PATIENCE, || Ok((lessons(langhals)? >= taught).then_some(())))?;
    }
    // What came long ago is answered but for a few; of this week's, half.
    let share = if weeks_ago == 0 { 55 } else { 93 };
    for (uid, one) in mails {
        if samples::pick(&one.record, "answer", 100) < share {
            witness.store(&uid.to_string(), r"+FLAGS (\Answered)")?;
        }
    }
    Ok(())
}

fn lessons(langhals: &Langhals) -> Result<usize> {
    let said = langhals.run(&["corrections", "export", "-"])?;
    Ok(String::from_utf8_lossy(&said.stdout).lines().count())
}

/// Samples of these weeks. Those of other years are moved to this one, with the years in their text; those that name
/// no day at all are spread over the weeks, so that a usual number arrives each day.
fn arrivals() -> Result<Vec<Arrival>> {
    let first = TODAY - (7 * WEEKS).days();
    let mut arrivals = Vec::new();
    for (record, _) in samples::sample_mailbox(crate::demo::MOST)? {
        let came: Date = record.received.get(..10).context("no date")?.parse()?;
        let day = if is_timeless(&record) {
            let back = i64::try_from(samples::pick(&record, "day", 7 * usize::try_from(WEEKS)?))? + 1;
            workday(TODAY - back.days())
        } else {
            came.with().year(YEAR).day(came.day().min(28)).build()?
        };
        if day >= first && day < TODAY {
            let mailbox = usize::from(samples::pick(&record, "mailbox", 4) == 0);
            arrivals.push(Arrival { day, mailbox, record: moved(record, came, day) });
        }
    }
    arrivals.sort_by(|a, b| (a.day, &a.record.received).cmp(&(b.day, &b.record.received)));
    Ok(arrivals)
}

/// Whether it could have been written on any day.
fn is_timeless(record: &Record) -> bool {
    let text = format!("{} {}", record.subject, record.body);
    let has_year = (2023..2028).any(|year| text.contains(&year.to_string()));
    let months = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_day = |word: &str| {
        word.trim_end_matches(|c: char| !c.is_ascii_digit()).contains('.')
            && word.starts_with(|c: char| c.is_ascii_digit())
    };
    record.deadline.is_none()
        && !has_year
        && !words.iter().any(|word| months.iter().any(|month| word.starts_with(month)) || is_day(word))
}

/// The same mail on another day.
fn moved(mut record: Record, came: Date, day: Date) -> Record {
    let rest = record.received.split_off(10);
    record.received = format!("{day}{rest}");
    // Downwards or upwards, so that no year is moved twice.
    let by = i32::from(YEAR) - i32::from(came.year());
    for year in (2020..2030).rev() {
        let (old, new) = (year.to_string(), (year + by).to_string());
        if by > 0 {
            record.subject = record.subject.replace(&old, &new);
            record.body = record.body.replace(&old, &new);
        }
    }
    record
}

fn workday(day: Date) -> Date {
    match day.weekday().to_monday_zero_offset() {
        late @ 5.. => day - (i64::from(late) - 4).days(),
        _ => day,
    }
}
