//! The configuration: read without side effects, checked whole, refused with file, line and what would be right.
//!
//! ```text
//!   file ─▶ raw (serde, unknown keys refused) ─▶ environment laid over ─▶ checked once ─▶ Config
//! ```

mod age;
mod authority;
mod check;
mod flags;
#[cfg(test)]
mod fuzzed;
mod keeping;
mod learning;
mod locate;
mod oauth;
mod oidc;
mod ox;
mod page;
mod periods;
mod raw;
mod references;
mod watch;
mod wish;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use daemon::Post;
use domain::{MaxAge, TagPrefix};
use jiff::SignedDuration;
use model::Wish;
use store::Keeping;
use triage::{Land, LocalHoliday, Periods, Shapes};

pub use self::authority::{Authority, Stage};
pub use self::flags::Flags;
pub use self::learning::Learning;
use self::locate::Locator;
pub use self::ox::OxColours;
pub use self::page::Page;
pub use self::watch::{Collector, Watch};

/// A configuration that can be used as it stands.
#[derive(Debug)]
pub struct Config {
    /// Where the state lies.
    pub state: PathBuf,
    /// How long anything is kept there.
    pub keeping: Keeping,
    /// The models folder.
    pub models: PathBuf,
    /// Models that judge beside the one in use, and write nothing.
    pub challengers: Vec<String>,
    /// From where on a class is sure, or what that should achieve.
    pub wish: Wish,
    /// Whose public holidays count.
    pub land: Land,
    /// What the house's references look like.
    pub shapes: Shapes,
    /// Which holidays of a part of the Land count too.
    pub local_holidays: Vec<LocalHoliday>,
    /// Which statutory periods are shown, and how long they are here.
    pub periods: Periods,
    /// How long a message may wait before it counts as urgent.
    pub max_age: MaxAge,
    /// Which flags are raised, and the house's own domains.
    pub flags: Flags,
    /// The prefix of our keywords.
    pub prefix: TagPrefix,
    /// Which colours the tags have in OX App Suite.
    pub ox_colours: OxColours,
    /// How long a person's change must stand before it counts as their decision.
    pub stands: SignedDuration,
    /// What `run` learns from, and when it does so by itself; `None` if it has nothing to learn from.
    pub learning: Option<Learning>,
    /// Where the page is served, and who may come in.
    pub page: Page,
    /// Where machines may ask how it is, and where traces go.
    pub watch: Watch,
    /// Who runs it, for `register-entry`.
    pub authority: Authority,
    /// The mailboxes.
    pub posts: Vec<Post>,
}

/// Why a configuration is refused.
#[derive(Debug)]
pub struct ConfigError {
    /// File and line, or the environment variable.
    place: String,
    /// The key, e.g. `mailbox[0].port`; empty where the file as a whole is meant.
    key: String,
    /// What is wrong, and what would be right.
    problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, key, problem } = self;
        if key.is_empty() { write!(f, "{place}: {problem}") } else { write!(f, "{place}: {key}: {problem}") }
    }
}

impl std::error::Error for ConfigError {}

/// What is wrong with one key, before it is known where the key stands.
pub(crate) struct Problem {
    key: String,
    text: String,
}

impl Problem {
    pub(crate) fn new(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { key: key.into(), text: text.into() }
    }
}

impl Config {
    /// The configuration file that counts: the one given, else `langhals.toml`, else the one in `/etc`.
    pub fn find(given: Option<&Path>) -> Option<PathBuf> {
        if let Some(path) = given {
            return Some(path.to_owned());
        }
        ["langhals.toml", "/etc/langhals/langhals.toml"]
            .into_iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
    }

    /// Reads and checks a configuration; `environment` holds every variable of the process.
    ///
    /// # Errors
    /// [`ConfigError`], naming the first thing that is wrong.
    pub fn read(path: &Path, environment: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
            place: path.display().to_string(),
            key: String::new(),
            problem: format!(
                "cannot be read ({error}): name another file with --config, or mend its permissions"
            ),
        })?;
        let base = path.parent().map(Path::to_owned).unwrap_or_default();
        Self::parse(&path.display().to_string(), &text, &base, environment)
    }

    /// The configuration that the environment alone gives, where there is no file; `None` if it says nothing.
    ///
    /// # Errors
    /// [`ConfigError`], naming the first thing that is wrong.
    pub fn from_environment(environment: &BTreeMap<String, String>) -> Option<Result<Self, ConfigError>> {
        raw::is_in(environment).then(|| Self::parse("environment", "", Path::new(""), environment))
    }

    /// Checks a configuration's text. Relative paths in it start at `base`.
    pub(crate) fn parse(
        name: &str,
        text: &str,
        base: &Path,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let mut locator = Locator::new(name, text);
        let raw = raw::read(text, environment, &mut locator)?;
        check::check(raw, base).map_err(|Problem { key, text }| {
            let place = locator.place(&key);
            ConfigError { place, key, problem: text }
        })
    }
}

#[cfg(test)]
mod tests {
    use triage::{Length, PeriodRule};

    use super::*;

    const GOOD: &str = r#"
[[mailbox]]
name = "poststelle"
host = "imap.amt.example"
user = "poststelle"
password_file = "secret"
"#;

    fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::parse("l.toml", text, Path::new("/etc/l"), &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn the_shortest_configuration_has_the_defaults_of_the_contract() {
        let config = parse(GOOD, &[]).unwrap();
        assert_eq!(config.state, Path::new("/var/lib/langhals"));
        assert_eq!(config.models, Path::new("/etc/l/models"));
        assert_eq!(config.wish, Wish::default());
        assert_eq!(config.prefix.as_str(), "triage-");
        assert_eq!(config.page.listen.unwrap().to_string(), "127.0.0.1:8765");
        let post = &config.posts[0];
        assert_eq!((post.account.port, post.folders.as_slice()), (993, &["INBOX".to_owned()][..]));
    }

    #[test]
    fn the_environment_lies_over_the_file() {
        let config = parse(
            GOOD,
            &[
                ("LANGHALS_TRIAGE__CONFIDENCE", "0.9"),
                ("LANGHALS_MAILBOX__0__PORT", "1993"),
                ("LANGHALS_BIN", "x"),
            ],
        )
        .unwrap();
        assert_eq!(config.wish, Wish::Confidence(0.9));
        assert_eq!(config.posts[0].account.port, 1993);
    }

    #[test]
    fn periods_and_local_holidays_are_the_houses_own() {
        let text = format!(
            "[triage]\nland = \"BY\"\nlocal_holidays = [\"augsburg\"]\n[periods]\nifg = \"off\"\n{GOOD}"
        );
        let config = parse(&text, &[("LANGHALS_PERIODS__ANTRAG", "6 months")]).unwrap();
        assert_eq!(config.local_holidays, [LocalHoliday::Augsburg]);
        let expected = Periods::default()
            .with(PeriodRule::Ifg, None)
            .with(PeriodRule::Antrag, Length::parse("6 months"));
        assert_eq!(config.periods, expected);
    }

    #[test]
    fn every_period_has_a_key_of_its_name() {
        for rule in PeriodRule::ALL {
            let key = rule.name().replace('-', "_");
            let text = format!("[periods]\n{key} = \"off\"\n{GOOD}");
            let off = Periods::default().with(rule, None);
            assert_eq!(parse(&text, &[]).unwrap().periods, off, "{key}");
        }
    }

    #[test]
    fn a_share_of_wrong_suggestions_stands_instead_of_a_threshold() {
        let variable = ("LANGHALS_TRIAGE__MOST_WRONG", "0.02");
        assert_eq!(parse(GOOD, &[variable]).unwrap().wish, Wish::MostWrong(0.02));
        let both = parse(GOOD, &[variable, ("LANGHALS_TRIAGE__CONFIDENCE", "0.8")]).unwrap_err();
        assert!(both.contains("triage.most_wrong: stands beside confidence"), "{both}");
    }

    #[test]
    fn a_house_names_its_own_references_in_the_file_or_the_environment() {
        let own = ("LANGHALS_REFERENCES__PATTERNS", r"['7654/\d+']");
        assert!(parse(GOOD, &[own]).is_ok());
        let lost = format!("[references]\nignore = [\n  'A-\\d+',\n  'B-(\\d',\n]\n{GOOD}");
        let refused = parse(&lost, &[]).unwrap_err();
        assert!(refused.starts_with("l.toml:4: references.ignore[1]: \"B-(\\d\" is no pattern"), "{refused}");
    }

    #[test]
    fn the_environment_alone_makes_a_mailbox_and_texts_may_look_like_numbers() {
        let config = parse(
            "",
            &[
                ("LANGHALS_MAILBOX__0__NAME", "post"),
                ("LANGHALS_MAILBOX__0__HOST", "imap.amt.example"),
                ("LANGHALS_MAILBOX__0__USER", "12345"),
                ("LANGHALS_MAILBOX__0__PASSWORD_COMMAND", "[\"pass\", \"show\"]"),
            ],
        )
        .unwrap();
        assert_eq!(config.posts[0].account.user, "12345");
        let error = parse(GOOD, &[("LANGHALS_MAILBOX__2__HOST", "x")]).unwrap_err();
        assert!(error.contains("no [[mailbox]] number 2"), "{error}");
    }

    #[test]
    fn a_wrong_variable_is_named() {
        let error = parse(GOOD, &[("LANGHALS_TRIAGE__CONFIDENZ", "0.9")]).unwrap_err();
        assert!(error.starts_with("environment variable LANGHALS_TRIAGE__CONFIDENZ"), "{error}");
        let error = parse(GOOD, &[("LANGHALS_TRIAGE__CONFIDENCE", "7")]).unwrap_err();
        assert!(error.starts_with("environment variable LANGHALS_TRIAGE__CONFIDENCE"), "{error}");
    }

    #[test]
    fn oauth_stands_in_the_file_or_the_environment() {
        let without_password = GOOD.replace("password_file = \"secret\"", "");
        let section = "[mailbox.oauth]\ngrant = \"client_credentials\"\nclient_secret_file = \"s\"\n\
                       token_url = \"https://login.amt.example/token\"\nscopes = [\"imap\"]\n";
        let text = format!("{without_password}{section}");
        let missing = parse(&text, &[]).unwrap_err();
        assert!(missing.contains("mailbox[0].oauth.client_id: is missing"), "{missing}");
        let variable = ("LANGHALS_MAILBOX__0__OAUTH__CLIENT_ID", "12345");
        let config = parse(&text, &[variable]).unwrap();
        let said = format!("{:?}", config.posts[0].account.credential);
        assert!(said.contains("12345") && said.contains("/etc/l/s") && said.contains("Auto"), "{said}");
        let beside = parse(GOOD, &[variable]).unwrap_err();
        assert!(beside.contains("stands beside password_file"), "{beside}");
    }
}
