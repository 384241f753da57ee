//! What judging costs: the sample mails are judged again and again for a moment, and the meters are read before and after.
//!
//! ```text
//!   mails.mbox ─▶ parse … decide (the daemon's own way, one thread) ─▶ joules by the processor's counter (RAPL), else
//!                                                                      seconds of one core × watts
//! ```
//!
//! Measured is the judging alone: fetching, writing back, the mail server and an idle machine are not in it.

mod meters;

use std::io::BufReader;
use std::time::Duration;

use daemon::{Desk, Mail, Past};
use jiff::Timestamp;
use serde::Serialize;

pub use self::meters::Meters;
use self::meters::Reading;
use crate::letters::{self, Letter};

/// Mails of authors that the standard model has not learnt from, from the project's own corpus; every word is invented.
const MAILS: &[u8] = include_bytes!("energy/mails.mbox");

/// Where nobody says what a core takes. Cloud Carbon Footprint derives from `SPECpower` results at most 5.99 W for a virtual
/// core of a server under load (Haswell), newer ones take less: rounded up.
pub const WATTS_PER_CORE: f64 = 6.0;

/// Long enough for the meters' steps (some milliseconds), short enough to wait for.
const LEAST: Duration = Duration::from_millis(400);

/// What judging a thousand mails costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Energy {
    /// How it was found out.
    pub method: Method,
    /// On so many sample mails.
    pub mails: usize,
    /// Each of so many octets on average.
    pub octets_per_mail: usize,
    /// So many judgements in all.
    pub judged: usize,
    /// Seconds of one core for a thousand mails.
    pub seconds_per_1000: f64,
    /// What a core takes; nothing where energy itself was measured.
    pub watts_per_core: Option<f64>,
    /// Watt seconds for a thousand mails.
    pub joules_per_1000: f64,
}

/// How energy was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By the processor's own counter: everything that it did meanwhile.
    Rapl,
    /// Computed from the time that a core worked for us, and its power.
    CpuTime,
    /// Computed from the time that passed, where the system does not tell how long a core worked.
    ElapsedTime,
}

/// Judges the sample mails and reads the meters. `watts` is what a core takes, where the operator said so.
///
/// # Errors
/// Where the sample mails cannot be split.
pub fn measure(desk: &Desk, watts: Option<f64>, meters: &Meters, now: Timestamp) -> anyhow::Result<Energy> {
    let mails = mails(now)?;
    round(desk, &mails, now);
    let before = meters.read();
    let mut judged = 0;
    while judged == 0 || before.since() < LEAST {
        round(desk, &mails, now);
        judged += mails.len();
    }
    let octets = mails.iter().map(|mail| mail.bytes.len()).sum::<usize>();
    let samples = Samples { mails: mails.len(), octets, judged };
    Ok(energy(&samples, &meters.read().minus(&before), watts))
}

fn mails(now: Timestamp) -> anyhow::Result<Vec<Letter>> {
    let mut mails = Vec::new();
    letters::split(BufReader::new(MAILS), "mails.mbox", now, &mut |letter| {
        mails.push(letter);
        Ok(())
    })?;
    Ok(mails)
}

/// Each mail once, in the way in which the daemon judges.
fn round(desk: &Desk, mails: &[Letter], now: Timestamp) {
    let mut past = Past::of_files();
    for mail in mails {
        let fingerprint = mail.index.to_string();
        let mail = Mail { bytes: &mail.bytes, partial: false, arrived: now, fingerprint: &fingerprint, now };
        std::hint::black_box(past.judge(desk, &mail));
    }
}

struct Samples {
    mails: usize,
    octets: usize,
    judged: usize,
}

fn energy(samples: &Samples, spent: &Reading, watts: Option<f64>) -> Energy {
    let thousands = samples.judged.max(1) as f64 / 1_000.0;
    let seconds = spent.cpu.unwrap_or(spent.elapsed).as_secs_f64();
    let assumed = watts.unwrap_or(WATTS_PER_CORE);
    // Virtual machines show a counter that stands still.
    let (method, joules) = match (spent.joules.filter(|joules| *joules > 0.0), spent.cpu) {
        (Some(joules), _) => (Method::Rapl, joules),
        (None, Some(_)) => (Method::CpuTime, seconds * assumed),
        (None, None) => (Method::ElapsedTime, seconds * assumed),
    };
    Energy {
        method,
        mails: samples.mails,
        octets_per_mail: samples.octets / samples.mails.max(1),
        judged: samples.judged,
        seconds_per_1000: seconds / thousands,
        watts_per_core: (method != Method::Rapl).then_some(assumed),
        joules_per_1000: joules / thousands,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spent(joules: Option<f64>, cpu: Option<u64>, elapsed: u64) -> Reading {
        Reading { joules, cpu: cpu.map(Duration::from_millis), elapsed: Duration::from_millis(elapsed) }
    }

    #[track_caller]
    fn check(reading: &Reading, watts: Option<f64>, method: Method, seconds: f64, joules: f64) {
        let samples = Samples { mails: 10, octets: 20_000, judged: 500 };
        let found = energy(&samples, reading, watts);
        assert_eq!((found.method, found.octets_per_mail), (method, 2_000));
        assert!((found.seconds_per_1000 - seconds).abs() < 1e-9, "{found:?}");
        assert!((found.joules_per_1000 - joules).abs() < 1e-9, "{found:?}");
        assert_eq!(found.watts_per_core.is_none(), method == Method::Rapl);
    }

    #[test]
    fn energy_is_measured_where_it_can_be_and_computed_where_not() {
        check(&spent(Some(4.0), Some(200), 400), Some(3.0), Method::Rapl, 0.4, 8.0);
        check(&spent(None, Some(200), 400), Some(3.0), Method::CpuTime, 0.4, 1.2);
        check(&spent(Some(0.0), Some(200), 400), None, Method::CpuTime, 0.4, 0.4 * WATTS_PER_CORE);
        check(&spent(None, None, 400), Some(10.0), Method::ElapsedTime, 0.8, 8.0);
    }

    #[test]
    fn the_sample_mails_are_in_the_program() {
        let mails = mails(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(mails.len(), 24);
        let understood = mails.iter().filter(|mail| parse::message(&mail.bytes).0.from.is_some());
        assert_eq!(understood.count(), 24);
    }
}
