//! Runs the core on a folder of mails: `langhals-steps MODELS MAILS [ROUNDS]`.
//!
//! With ROUNDS it says what each step takes: `NAME MICROSECONDS` a mail, each the least of so many rounds. Without, it goes
//! the way twice, first to build what is built at first use, then for callgrind (`measured::counted`).
#![expect(clippy::print_stdout, reason = "what it measures goes to stdout")]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use langhals_steps::{Core, Step, mails, measured};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (models, folder, rounds) = match args.as_slice() {
        [models, folder] => (models, folder, 0),
        [models, folder, rounds] => (models, folder, rounds.parse()?),
        _ => bail!("langhals-steps MODELS MAILS [ROUNDS]"),
    };
    let (core, mails) = (Core::open(Path::new(models))?, mails(Path::new(folder))?);
    let text: usize = mails.iter().map(|mail| core.judge(mail, |_| {}).message.text.len()).sum();
    if rounds == 0 {
        measured::counted(&core, &mails);
        return Ok(());
    }
    println!("mails {}", mails.len());
    println!("octets {}", mails.iter().map(Vec::len).sum::<usize>() / mails.len());
    println!("text {}", text / mails.len());
    for (step, least) in Step::ALL.into_iter().zip(least(&core, &mails, rounds)) {
        println!("{} {:.3}", step.name(), least.as_secs_f64() * 1e6 / mails.len() as f64);
    }
    Ok(())
}

/// Of each step the least time that all mails together took in a round.
fn least(core: &Core, mails: &[Vec<u8>], rounds: u32) -> [Duration; Step::ALL.len()] {
    let mut least = [Duration::MAX; Step::ALL.len()];
    for _ in 0..rounds {
        let mut spent = [Duration::ZERO; Step::ALL.len()];
        for mail in mails {
            let mut before = Instant::now();
            black_box(core.judge(mail, |step| {
                let now = Instant::now();
                spent[step as usize] += now - before;
                before = now;
            }));
        }
        for (least, spent) in least.iter_mut().zip(spent) {
            *least = spent.min(*least);
        }
    }
    least
}
