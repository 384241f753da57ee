//! From what is written to what can be used: every value is checked once, and its type says so afterwards.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use daemon::{Fallback, Post, WriteMode};
use domain::TagPrefix;
use jiff::SignedDuration;
use mailbox::{Account, Credential, SecretSource, Timeouts, Tls, Trust};
use triage::Land;

use super::age::max_age;
use super::authority::authority;
use super::flags::flags;
use super::keeping::keeping;
use super::learning::learning;
use super::oauth::oauth;
use super::ox::ox_colours;
use super::page::page;
use super::periods::{local_holidays, periods};
use super::raw::{ClassFolders, Mailbox, Raw};
use super::references::shapes;
use super::watch::watch;
use super::wish::wish;
use super::{Config, Problem};

/// Every challenger costs as much as the model in use.
const MOST_CHALLENGERS: usize = 4;

const LANDS: &str = "BW, BY, BE, BB, HB, HH, HE, MV, NI, NW, RP, SL, SN, ST, SH or TH";

pub(crate) fn check(raw: Raw, base: &Path) -> Result<Config, Problem> {
    let state = absolute(base, raw.state.dir.as_deref().unwrap_or("/var/lib/langhals"), "state.dir")?;
    let keeping = keeping(raw.state.keep_days, raw.corrections.keep_days)?;
    let models = absolute(base, raw.model.dir.as_deref().unwrap_or("models"), "model.dir")?;
    let challengers = challengers(raw.model.challengers)?;
    let wish = wish(raw.triage.confidence, raw.triage.most_wrong)?;
    let land = land(raw.triage.land.as_deref())?;
    let shapes = shapes(&raw.references)?;
    let local_holidays = local_holidays(land, raw.triage.local_holidays)?;
    let periods = periods(raw.periods)?;
    let max_age = max_age(raw.triage.max_age.as_deref())?;
    let flags = flags(&raw.flags)?;
    let prefix = TagPrefix::new(raw.tags.prefix.as_deref().unwrap_or("triage-"))
        .map_err(|error| Problem::new("tags.prefix", error.to_string()))?;
    let ox_colours = ox_colours(&raw.tags.ox)?;
    let stands = stands(raw.corrections.stand_seconds)?;
    let learning = learning(raw.learning, base)?;
    let posts = posts(raw.mailbox, base)?;
    let page = page(raw.web, &state, base, &posts)?;
    let watch = watch(&raw.watch, base)?;
    let authority = authority(raw.authority)?;
    Ok(Config {
        state,
        keeping,
        models,
        challengers,
        wish,
        land,
        shapes,
        local_holidays,
        periods,
        max_age,
        flags,
        prefix,
        ox_colours,
        stands,
        learning,
        page,
        watch,
        authority,
        posts,
    })
}

fn challengers(given: Option<Vec<String>>) -> Result<Vec<String>, Problem> {
    let ids = given.unwrap_or_default();
    let plain = |id: &String| !id.is_empty() && !id.contains(['/', '\\']) && !id.starts_with('.');
    match ids.iter().find(|id| !plain(id)) {
        None if ids.len() <= MOST_CHALLENGERS => Ok(ids),
        None => Err(Problem::new(
            "model.challengers",
            format!("names {}: each judges every mail, so name at most {MOST_CHALLENGERS}", ids.len()),
        )),
        Some(id) => Err(Problem::new(
            "model.challengers",
            format!(
                "\"{id}\" is no model: give names of folders in [model] dir, as `langhals models list` shows them"
            ),
        )),
    }
}

fn stands(given: Option<i64>) -> Result<SignedDuration, Problem> {
    let seconds = given.unwrap_or(60);
    if (0..=3600).contains(&seconds) {
        Ok(SignedDuration::from_secs(seconds))
    } else {
        let text = format!(
            "{seconds} is out of range: use 0 to 3600; mail clients need some seconds to change a tag"
        );
        Err(Problem::new("corrections.stand_seconds", text))
    }
}

fn land(given: Option<&str>) -> Result<Land, Problem> {
    let code = given.unwrap_or("NW");
    Land::from_code(code)
        .ok_or_else(|| Problem::new("triage.land", format!("\"{code}\" is no Land: use {LANDS}")))
}

fn posts(mailboxes: Vec<Mailbox>, base: &Path) -> Result<Vec<Post>, Problem> {
    if mailboxes.is_empty() {
        return Err(Problem::new(
            "mailbox",
            "there is none: add a [[mailbox]] with name, host, user and password_file",
        ));
    }
    let mut names = BTreeSet::new();
    let mut posts = Vec::with_capacity(mailboxes.len());
    for (number, mailbox) in mailboxes.into_iter().enumerate() {
        let post = post(mailbox, base, &format!("mailbox[{number}]"))?;
        if !names.insert(post.account.name.clone()) {
            let text = format!(
                "\"{}\" is the name of another mailbox already: give each its own",
                post.account.name
            );
            return Err(Problem::new(format!("mailbox[{number}].name"), text));
        }
        posts.push(post);
    }
    Ok(posts)
}

fn post(raw: Mailbox, base: &Path, at: &str) -> Result<Post, Problem> {
    let name = required(raw.name.as_deref(), at, "name", "e.g. \"poststelle\"")?;
    if !name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
        return Err(Problem::new(format!("{at}.name"), "use letters, digits, \"-\", \"_\" and \".\" only"));
    }
    let host = required(raw.host.as_deref(), at, "host", "the server's name, e.g. \"imap.amt.example\"")?;
    if host.contains(|c: char| c.is_whitespace() || "/[]".contains(c)) {
        return Err(Problem::new(
            format!("{at}.host"),
            "use the server's bare name or address, without scheme, brackets or port",
        ));
    }
    let user = required(raw.user.as_deref(), at, "user", "who signs in")?;
    let tls = tls(&raw, base, at, &host)?;
    let port = port(raw.port, &tls, at)?;
    let credential = credential(&raw, base, at)?;
    let account =
        Account { name, host, port, tls, user, credential, timeouts: timeouts(raw.timeout_seconds, at)? };
    let folders = folders(raw.folders, at)?;
    let write = write(raw.write.as_deref(), raw.fallback.as_deref(), at)?;
    let class_folders = class_folders(raw.class_folders, &folders, at)?;
    let (poll, connections) = (poll(raw.poll_seconds, at)?, connections(raw.connections, at)?);
    Ok(Post { account, folders, write, class_folders, poll, connections })
}

pub(super) fn required(value: Option<&str>, at: &str, key: &str, what: &str) -> Result<String, Problem> {
    match value.filter(|value| !value.trim().is_empty() && !value.contains(char::is_control)) {
        Some(value) => Ok(value.to_owned()),
        None => Err(Problem::new(format!("{at}.{key}"), format!("is missing or empty: give {what}"))),
    }
}

fn tls(raw: &Mailbox, base: &Path, at: &str, host: &str) -> Result<Tls, Problem> {
    let trust = match (&raw.ca_file, &raw.fingerprint_sha256) {
        (None, None) => Trust::System,
        (Some(file), None) => Trust::CaFile(absolute(base, file, &format!("{at}.ca_file"))?),
        (None, Some(hex)) => Trust::Fingerprint(fingerprint(hex).ok_or_else(|| {
            let text = "is no SHA-256 fingerprint: give 64 hexadecimal digits, colons allowed, as \
                        `openssl x509 -noout -fingerprint -sha256` prints them";
            Problem::new(format!("{at}.fingerprint_sha256"), text)
        })?),
        (Some(_), Some(_)) => {
            let text = "stands beside ca_file: give one of the two";
            return Err(Problem::new(format!("{at}.fingerprint_sha256"), text));
        }
    };
    match raw.tls.as_deref().unwrap_or("implicit") {
        "implicit" => Ok(Tls::Implicit(trust)),
        "starttls" => Ok(Tls::StartTls(trust)),
        "none" if is_loopback(host) => Ok(Tls::None),
        "none" => Err(Problem::new(
            format!("{at}.tls"),
            "\"none\" would send the password in the clear: it is for loopback only; use \"implicit\" or \"starttls\"",
        )),
        other => Err(Problem::new(
            format!("{at}.tls"),
            format!(
                "\"{other}\" is unknown: use \"implicit\" (port 993), \"starttls\" (port 143), or \"none\" on loopback"
            ),
        )),
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn fingerprint(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b':').collect();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn port(given: Option<i64>, tls: &Tls, at: &str) -> Result<u16, Problem> {
    let usual = if matches!(tls, Tls::Implicit(_)) { 993 } else { 143 };
    let port = given.unwrap_or(usual);
    let fits = u16::try_from(port).ok().filter(|port| *port != 0);
    fits.ok_or_else(|| {
        Problem::new(format!("{at}.port"), format!("{port} is no port: use 1 to 65535, usually {usual}"))
    })
}

fn credential(raw: &Mailbox, base: &Path, at: &str) -> Result<Credential, Problem> {
    match &raw.oauth {
        None => Ok(password(raw, base, at)?.into()),
        Some(section) if raw.password_file.is_none() && raw.password_command.is_none() => {
            Ok(oauth(section, base, &format!("{at}.oauth"))?.into())
        }
        Some(_) => Err(Problem::new(
            format!("{at}.oauth"),
            "stands beside password_file or password_command: give one of the three",
        )),
    }
}

fn password(raw: &Mailbox, base: &Path, at: &str) -> Result<SecretSource, Problem> {
    match (&raw.password_file, &raw.password_command) {
        (Some(file), None) => Ok(SecretSource::File(absolute(base, file, &format!("{at}.password_file"))?)),
        (None, Some(command)) if command.first().is_some_and(|program| !program.is_empty()) => {
            Ok(SecretSource::Command(command.clone()))
        }
        (None, Some(_)) => Err(Problem::new(
            format!("{at}.password_command"),
            "is empty: give the program and its arguments, e.g. [\"/usr/bin/pass\", \"show\", \"poststelle\"]",
        )),
        (Some(_), Some(_)) => Err(Problem::new(
            format!("{at}.password_command"),
            "stands beside password_file: give one of the two",
        )),
        (None, None) => Err(Problem::new(
            format!("{at}.password_file"),
            "is missing: give a file that holds the password, or password_command, or [mailbox.oauth]; a password never stands in here",
        )),
    }
}

fn folders(given: Option<Vec<String>>, at: &str) -> Result<Vec<String>, Problem> {
    let folders = given.unwrap_or_else(|| vec!["INBOX".to_owned()]);
    // INBOX alone is the same in any case (RFC 3501, 5.1).
    let plain = |folder: &String| {
        if folder.eq_ignore_ascii_case("INBOX") { "INBOX".to_owned() } else { folder.clone() }
    };
    let unique: BTreeSet<String> = folders.iter().map(plain).collect();
    let named = folders.iter().all(|folder| !folder.is_empty() && !folder.contains(char::is_control));
    if named && !folders.is_empty() && unique.len() == folders.len() {
        Ok(folders)
    } else {
        Err(Problem::new(format!("{at}.folders"), "give at least one folder, each once, e.g. [\"INBOX\"]"))
    }
}

fn write(given: Option<&str>, fallback: Option<&str>, at: &str) -> Result<WriteMode, Problem> {
    let wrong = |key: &str, text: String| Err(Problem::new(format!("{at}.{key}"), text));
    let instead = match fallback {
        None | Some("none") => Fallback::None,
        Some("folders") => Fallback::Folders,
        Some("flagged") => Fallback::Flagged,
        Some(other) => {
            return wrong(
                "fallback",
                format!("\"{other}\" is unknown: use \"folders\", \"flagged\" or \"none\""),
            );
        }
    };
    let write = match given.unwrap_or("auto") {
        "auto" => WriteMode::Auto(instead),
        "keywords" => WriteMode::Keywords,
        "folders" => WriteMode::Folders,
        "flagged" => WriteMode::Flagged,
        "none" => WriteMode::None,
        other => {
            return wrong(
                "write",
                format!(
                    "\"{other}\" is unknown: use \"auto\", \"keywords\", \"folders\", \"flagged\" or \"none\""
                ),
            );
        }
    };
    if fallback.is_some() && !matches!(write, WriteMode::Auto(_)) {
        return wrong(
            "fallback",
            "means something only beside write = \"auto\": leave one of them out".to_owned(),
        );
    }
    Ok(write)
}

fn class_folders(
    given: Option<ClassFolders>,
    watched: &[String],
    at: &str,
) -> Result<Option<[String; 3]>, Problem> {
    let Some(ClassFolders { antrag, rueckfrage, sonstiges }) = given else { return Ok(None) };
    let key = format!("{at}.class_folders");
    let (Some(antrag), Some(rueckfrage), Some(sonstiges)) = (antrag, rueckfrage, sonstiges) else {
        return Err(Problem::new(key, "name all three: antrag, rueckfrage and sonstiges"));
    };
    let names = [antrag, rueckfrage, sonstiges];
    let named = names.iter().all(|name| !name.is_empty() && !name.contains(char::is_control));
    let unique: BTreeSet<&String> = names.iter().chain(watched).collect();
    if named && unique.len() == names.len() + watched.len() {
        Ok(Some(names))
    } else {
        Err(Problem::new(key, "give each class a folder of its own that is not watched, e.g. \"Antrag\""))
    }
}

fn connections(given: Option<i64>, at: &str) -> Result<usize, Problem> {
    let most = given.unwrap_or(4);
    usize::try_from(most).ok().filter(|most| (1..=64).contains(most)).ok_or_else(|| {
        Problem::new(format!("{at}.connections"), format!("{most} is out of range: use 1 to 64"))
    })
}

fn poll(given: Option<i64>, at: &str) -> Result<Duration, Problem> {
    let seconds = given.unwrap_or(60);
    let fits = u64::try_from(seconds).ok().filter(|seconds| (1..=3600).contains(seconds));
    fits.map(Duration::from_secs).ok_or_else(|| {
        Problem::new(format!("{at}.poll_seconds"), format!("{seconds} is out of range: use 1 to 3600"))
    })
}

/// How long the server may be silent; everything else follows from it.
fn timeouts(given: Option<i64>, at: &str) -> Result<Timeouts, Problem> {
    let usual = Timeouts::default();
    let Some(seconds) = given else { return Ok(usual) };
    let Some(seconds) = u64::try_from(seconds).ok().filter(|seconds| (1..=600).contains(seconds)) else {
        let text = format!("{seconds} is out of range: use 1 to 600; 60 is usual");
        return Err(Problem::new(format!("{at}.timeout_seconds"), text));
    };
    let progress = Duration::from_secs(seconds);
    Ok(Timeouts {
        connect: usual.connect.min(progress),
        progress,
        command: progress * 10,
        done: usual.done.min(progress),
    })
}

pub(super) fn absolute(base: &Path, path: &str, key: &str) -> Result<PathBuf, Problem> {
    if path.is_empty() || path.contains('\0') {
        return Err(Problem::new(key, "is empty: give a path"));
    }
    Ok(base.join(path))
}
