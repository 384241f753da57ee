//! `try-package`: what an authority's administrator does on a fresh Debian, by the handbook alone: install, configure, look,
//! switch on, upgrade, remove, purge; with a real systemd and a real mail server, each step checked.
//!
//! ```text
//!   samples ─APPEND, LMTP─▶ Dovecot on loopback ◀─TLS─ langhals.service in a Debian of its own (systemd-nspawn, same network)
//!                                │
//!                             witness ─▶ tags
//! ```

mod machine;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use testbed::client::Append;
use testbed::dovecot::{password, user};
use testbed::{Dovecot, samples, system};

use self::machine::Machine;
use crate::{chores, package, table};

const MAILS: usize = 60;
const PATIENCE: Duration = Duration::from_mins(2);
/// The least that `systemd-analyze security` may say.
const EXPOSURE: f64 = 1.5;

/// Everything on the stage.
struct Trial {
    machine: Machine,
    server: Dovecot,
    /// Where the page is, a port that nobody else has.
    page: u16,
    /// Mails that were brought so far.
    brought: usize,
}

/// Builds two packages, and does with them all that is done with packages.
pub fn run(mut options: package::Options) -> Result<()> {
    ensure!(system::is_root()?, "a Debian of its own is booted only by root: sudo cargo xtask try-package");
    testbed::install::ensure_dovecot()?;
    if options.binary.is_none() {
        options.binary = Some(chores::release_binary()?);
    }
    let parcels = tempfile::tempdir()?;
    let first = keep(&package::build(testbed::corpus::repo_root(), &options)?, parcels.path())?;
    options.version = Some(format!("{}-2", env!("CARGO_PKG_VERSION")));
    let second = keep(&package::build(testbed::corpus::repo_root(), &options)?, parcels.path())?;
    let server =
        Dovecot::start(testbed::Options { users: 1, own_process_group: true, ..Default::default() })?;
    let [page] = system::free_ports()?;
    let machine = Machine::boot()?;
    let mut trial = Trial { machine, server, page, brought: 0 };
    trial.installs(&first)?;
    trial.starts_nothing_unedited()?;
    trial.is_configured()?;
    trial.sorts()?;
    trial.upgrades(&second)?;
    trial.removes()?;
    trial.purges()?;
    println!("all well: installed, configured, sorted, upgraded, removed, purged");
    Ok(())
}

fn keep(package: &Path, folder: &Path) -> Result<std::path::PathBuf> {
    let place = folder.join(package.file_name().context("a package without a name")?);
    fs::copy(package, &place)?;
    Ok(place)
}

impl Trial {
    fn installs(&self, package: &Path) -> Result<()> {
        let said = self.machine.install(package)?;
        ensure!(said.contains("Langhals is installed and not started"), "postinst did not say what to do");
        said_well("installed", &self.machine.run("dpkg-query -W langhals")?);
        let owner = self.machine.run("stat -c %U:%G:%a /var/lib/langhals /etc/langhals/credentials")?;
        ensure!(owner == "langhals:langhals:750\nroot:root:700", "folders belong to {owner}");
        self.machine
            .run("test -s /usr/share/man/man1/langhals.1.gz && test -s /usr/share/doc/langhals/copyright")?;
        Ok(())
    }

    /// An unedited configuration: not enabled; a start fails once, with a sentence, and is not tried again.
    fn starts_nothing_unedited(&self) -> Result<()> {
        ensure!(
            self.machine.fails("systemctl is-enabled langhals")? == "disabled",
            "it is enabled by itself"
        );
        // Without a password file systemd refuses, without a mailbox langhals does; here the latter is wanted.
        self.machine.run("touch /etc/langhals/credentials/poststelle")?;
        self.machine.fails("systemctl start langhals")?;
        let state = self.machine.run("systemctl show langhals -p ExecMainStatus -p NRestarts --value")?;
        let log = self.machine.run("journalctl -u langhals -o cat --no-pager")?;
        ensure!(log.contains("add a [[mailbox]]"), "the journal does not say what is missing:\n{log}");
        ensure!(
            state.split_whitespace().eq(["0", "2"]) || state.split_whitespace().eq(["2", "0"]),
            "{state}"
        );
        self.machine.run("systemctl reset-failed langhals; rm /etc/langhals/credentials/poststelle")?;
        said_well("an unedited configuration starts nothing", "exit code 2, a sentence, no second try");
        Ok(())
    }

    /// What the handbook says: the mailbox, its password, `check`, `preview`.
    fn is_configured(&self) -> Result<()> {
        let root = self.machine.root();
        let file = root.join("etc/langhals/langhals.toml");
        fs::write(&file, self.edited(&fs::read_to_string(&file)?)?)?;
        fs::copy(self.server.ca_file(), root.join("etc/langhals/ca.pem"))?;
        let secret = root.join("etc/langhals/credentials/poststelle");
        fs::write(&secret, password(1))?;
        self.machine.run("chmod 600 /etc/langhals/credentials/poststelle")?;
        let mails = samples::sample_mailbox(MAILS)?;
        let dates =
            mails.iter().map(|(record, _)| samples::internal_date(record)).collect::<Result<Vec<_>>>()?;
        let waiting = mails.iter().zip(dates);
        let waiting = waiting
            .map(|((_, bytes), date)| Append { internal_date: Some(date), ..Append::new(bytes) })
            .collect::<Vec<_>>();
        self.server.witness(1)?.append_all("INBOX", &waiting)?;
        let check = self.machine.run("langhals check")?;
        ensure!(!check.contains("FAIL"), "langhals check:\n{check}");
        said_well("langhals check", &format!("{} lines, all ok", check.lines().count()));
        let preview = self.machine.run("langhals preview --limit 5 --format json")?;
        said_well("langhals preview", &format!("{} mails, nothing written", preview.lines().count()));
        ensure!(self.tagged()? == 0, "preview wrote tags");
        Ok(())
    }

    /// The packaged configuration with the comment signs of the mailbox taken away, and this server in it.
    fn edited(&self, packaged: &str) -> Result<String> {
        let (general, mailbox) =
            packaged.split_once("\n# [[mailbox]]\n").context("no mailbox to take the # from")?;
        let (mailbox, rest) = mailbox.split_once("\n\n").unwrap_or((mailbox, ""));
        let line = |line: &str| -> String {
            let key = line.trim_start_matches("# ").split(' ').next().unwrap_or_default().to_owned();
            match key.as_str() {
                "host" => "host = \"127.0.0.1\"\nca_file = \"ca.pem\"".to_owned(),
                "port" => format!("port = {}", self.server.imaps),
                "user" => format!("user = \"{}\"", user(1)),
                "name" | "tls" | "password_file" | "folders" | "write" => {
                    line.trim_start_matches("# ").to_owned()
                }
                _ => line.to_owned(),
            }
        };
        let mailbox: Vec<String> = mailbox.lines().map(line).collect();
        let general = general.replace("127.0.0.1:8765", &format!("127.0.0.1:{}", self.page));
        Ok(format!("{general}\n[[mailbox]]\n{}\n\n{rest}", mailbox.join("\n")))
    }

    fn sorts(&mut self) -> Result<()> {
        self.brought = MAILS;
        let start = Instant::now();
        self.machine.run("systemctl enable --now --quiet langhals")?;
        said_well("systemctl enable --now", &format!("ready after {:.1} s", start.elapsed().as_secs_f64()));
        self.all_get_tags()?;
        said_well(
            "sorted",
            &format!("{MAILS} mails, {:.1} s after the start", start.elapsed().as_secs_f64()),
        );
        self.a_new_mail_gets_tags()?;
        let exposure = self.machine.run("systemd-analyze security langhals --no-pager | tail -n 1")?;
        let figure = exposure.split_whitespace().find_map(|word| word.parse::<f64>().ok());
        ensure!(figure.is_some_and(|figure| figure <= EXPOSURE), "{exposure}");
        said_well("systemd-analyze security", exposure.trim_start_matches("→ "));
        self.machine.run("systemctl reload langhals")?;
        self.machine
            .run("echo langer-hals-2026 | langhals user add anna --role supervisor --password-stdin")?;
        let owner = self.machine.run("stat -c %U:%a /var/lib/langhals/accounts.json")?;
        ensure!(owner == "langhals:600", "accounts.json belongs to {owner}");
        let queue = self.machine.run("runuser -u langhals -- langhals queue --format csv | wc -l")?;
        said_well("langhals queue, as the user langhals", &format!("{} lines", queue.trim()));
        // The secret is in none of the places where others look.
        let seen = self.machine.run(&format!(
            "cat /proc/$(systemctl show langhals -p MainPID --value)/cmdline | tr '\\0' ' '; journalctl -u langhals | grep -c {} || true",
            password(1)
        ))?;
        ensure!(seen.trim_end().ends_with("run 0"), "the password is in a command line or in the journal");
        Ok(())
    }

    fn upgrades(&mut self, package: &Path) -> Result<()> {
        // A model of the house's own, so that it can be seen that an upgrade promotes nothing.
        self.machine.run(
            "cd /var/lib/langhals/models && runuser -u langhals -- cp -r standard-1 haus-1 && runuser -u langhals -- langhals models promote haus-1 --force",
        )?;
        let kept = "sha256sum /etc/langhals/langhals.toml /var/lib/langhals/models/PROMOTED /var/lib/langhals/accounts.json; langhals queue --format json | wc -l";
        let (before, main) =
            (self.machine.run(kept)?, self.machine.run("systemctl show langhals -p MainPID --value")?);
        self.machine.install(package)?;
        said_well("upgraded", &self.machine.run("dpkg-query -W langhals")?);
        self.wait("the service runs again", |trial| {
            let now = trial.machine.run("systemctl show langhals -p ActiveState -p MainPID --value")?;
            Ok(now.contains("active") && !now.contains("activating") && !now.contains(&main))
        })?;
        let after = self.machine.run(kept)?;
        ensure!(before == after, "the upgrade changed what is kept:\n{before}\n{after}");
        said_well("configuration, promotion, accounts, queue", "as before");
        self.a_new_mail_gets_tags()
    }

    fn removes(&self) -> Result<()> {
        self.machine.run("apt-get remove --yes --quiet langhals")?;
        let left = self.machine.run(
            "test ! -e /usr/bin/langhals && test ! -e /usr/lib/systemd/system/langhals.service && test -s /etc/langhals/langhals.toml \
             && test -s /etc/langhals/credentials/poststelle && ls /var/lib/langhals | tr '\\n' ' '",
        )?;
        ensure!(!self.machine.is_running("langhals"), "the daemon survived its removal");
        said_well("removed", &format!("configuration, password and state stay: {left}"));
        Ok(())
    }

    fn purges(&self) -> Result<()> {
        self.machine.run("apt-get purge --yes --quiet langhals")?;
        // Logs tell that it was there; that is what they are for.
        let left = self.machine.run(
            "find / -xdev -iname '*langhals*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/var/log/*' -not -path '/run/*' || true",
        )?;
        ensure!(left.trim().is_empty(), "purging left:\n{left}");
        said_well("purged", "nothing left but the locked user and what logs say");
        Ok(())
    }

    /// A mail comes as from outside, and has its tags soon.
    fn a_new_mail_gets_tags(&mut self) -> Result<()> {
        let (_, mail) =
            samples::sample_mailbox(self.brought + 1)?.pop().context("there are no more samples")?;
        let start = Instant::now();
        self.server.deliver(1, &mail)?;
        self.brought += 1;
        self.all_get_tags()?;
        said_well("a new mail", &format!("tagged after {:.1} s", start.elapsed().as_secs_f64()));
        Ok(())
    }

    fn all_get_tags(&self) -> Result<()> {
        let wanted = self.brought;
        self.wait("every mail has its tags", |trial| Ok(trial.tagged()? == wanted))
    }

    /// How many mails have a class tag, or "Bitte sichten".
    fn tagged(&self) -> Result<usize> {
        let flags = self.server.witness(1)?.flags("INBOX")?;
        let settled = |flags: &std::collections::BTreeSet<String>| {
            table::own_tags(flags).iter().any(|tag| tag.settles_class())
        };
        Ok(flags.values().filter(|flags| settled(flags)).count())
    }

    fn wait(&self, what: &str, mut done: impl FnMut(&Self) -> Result<bool>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if done(self)? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log =
            self.machine.run("journalctl -u langhals -o cat --no-pager | tail -n 20").unwrap_or_default();
        bail!("not within {PATIENCE:?}: {what}. The journal ends:\n{log}")
    }
}

fn said_well(step: &str, how: &str) {
    println!("ok   {step}: {}", how.trim().replace('\n', "; "));
}
