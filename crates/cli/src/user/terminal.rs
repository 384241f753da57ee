//! A password from the terminal, unseen and typed twice, or from standard input for scripts. Never from the
//! command line, which everybody on the machine can read.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Stdin};

use anyhow::Context as _;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use web::Password;
use zeroize::Zeroizing;

use crate::output::{self, Usage};

/// More is no password, and no reason to read on.
const LONGEST: usize = 2048;

/// A password that is fit to be an account's.
pub fn new_password(from_stdin: bool) -> anyhow::Result<Password> {
    let stdin = io::stdin();
    let password = if from_stdin {
        line(&stdin)?
    } else if stdin.is_terminal() {
        let _unseen = Unseen::begin(&stdin)?;
        let first = ask(&stdin, "Password: ")?;
        let check = Password::new(String::clone(&first)).check();
        if check.is_ok() && ask(&stdin, "Again: ")? != first {
            return Err(Usage("the two passwords differ: nothing was changed".to_owned()).into());
        }
        first
    } else {
        let text =
            "there is no terminal to ask for the password: give it on standard input with --password-stdin";
        return Err(Usage(text.to_owned()).into());
    };
    let password = Password::new(String::clone(&password));
    password.check().map_err(|error| Usage(error.to_string()))?;
    Ok(password)
}

fn ask(stdin: &Stdin, question: &str) -> anyhow::Result<Zeroizing<String>> {
    output::ask(question);
    let typed = line(stdin)?;
    // The line end that was typed is not seen either.
    output::ask("\n");
    Ok(typed)
}

/// One line without its end, in the one place that it ever has.
fn line(stdin: &Stdin) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    stdin.lock().take(LONGEST as u64).read_line(&mut text).context("cannot read the password")?;
    let end = text.trim_end_matches(['\n', '\r']).len();
    text.truncate(end);
    Ok(text)
}

/// What is typed is not shown, until this goes.
struct Unseen<'s> {
    stdin: &'s Stdin,
    before: Termios,
}

impl<'s> Unseen<'s> {
    fn begin(stdin: &'s Stdin) -> anyhow::Result<Self> {
        let before = tcgetattr(stdin).context("cannot hide what is typed; give --password-stdin")?;
        let mut unseen = before.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin, OptionalActions::Flush, &unseen)
            .context("cannot hide what is typed; give --password-stdin")?;
        Ok(Self { stdin, before })
    }
}

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = tcsetattr(self.stdin, OptionalActions::Flush, &self.before);
    }
}
