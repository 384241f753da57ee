//! `langhals.1`: the man page, from what the program says of itself, so that it cannot differ from it.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use jiff::Timestamp;

/// The page; `binary` is asked for its help and for that of every command.
pub fn page(binary: &Path, epoch: i64) -> Result<String> {
    let help = ask(binary, &["--help"])?;
    let version = ask(binary, &["--version"])?;
    let mut commands = String::new();
    for command in commands_in(&help) {
        commands += &format!(".SS langhals {command}\n{}", verbatim(&ask(binary, &[command, "--help"])?));
    }
    let date = Timestamp::from_second(epoch)?.strftime("%Y-%m-%d");
    let (what, rest) = help.split_once("\n\n").unwrap_or((&help, ""));
    Ok(format!(
        ".TH LANGHALS 1 {date} \"{}\" \"User Commands\"\n\
         .SH NAME\nlanghals \\- pre-sort an authority's mail: suggest class, priority and deadline as tags\n\
         .SH SYNOPSIS\n.B langhals\n[OPTIONS] COMMAND\n\
         .SH DESCRIPTION\n{}\n{}\
         .SH COMMANDS\n{commands}\
         .SH EXIT STATUS\n0 done, 1 failed (a sentence says what to do), 2 wrong usage or configuration, 3 worse than the other model.\n\
         .SH FILES\n\
         .TP\n/etc/langhals/langhals.toml\nThe configuration; it says what every key means.\n\
         .TP\n/etc/langhals/credentials/\nPasswords, readable for root only, who hands them to the service.\n\
         .TP\n/var/lib/langhals/\nThe decision log, its index, and the models; no text of any mail.\n\
         .TP\n/usr/share/doc/langhals/handbuch/\nThe handbook (German).\n",
        escaped(version.trim()),
        escaped(what),
        verbatim(rest),
    ))
}

fn ask(binary: &Path, args: &[&str]) -> Result<String> {
    // Wider than any terminal that it is read on would only be broken twice.
    let said = Command::new(binary).args(args).env("COLUMNS", "76").env("NO_COLOR", "1").output()?;
    ensure!(said.status.success(), "{} {} fails", binary.display(), args.join(" "));
    Ok(String::from_utf8(said.stdout)?)
}

/// The names under `Commands:`, but `help`.
fn commands_in(help: &str) -> Vec<&str> {
    let listed = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    let lines = listed.lines().take_while(|line| !line.trim().is_empty());
    let named = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

fn verbatim(text: &str) -> String {
    format!(".nf\n{}\n.fi\n", escaped(text.trim_end()))
}

/// What troff would take for its own.
fn escaped(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_the_help_also_where_it_is_broken() {
        let help = "What it is\n\nUsage: x <COMMAND>\n\nCommands:\n  run      Watch\n           and sort\n  check    Look\n  \
                    help     Print this\n\nOptions:\n  -v  more\n";
        assert_eq!(commands_in(help), ["run", "check"]);
        assert_eq!(commands_in("nothing"), Vec::<&str>::new());
    }

    #[test]
    fn nothing_is_taken_for_a_request_of_troff() {
        assert_eq!(escaped(".so x\n'y\na\\b -v"), "\\&.so x\n\\&'y\na\\eb \\-v");
    }
}
