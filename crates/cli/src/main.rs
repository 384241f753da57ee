//! `langhals`: reads the command line and the configuration, sets up the log, wires the rooms together.

mod arguments;
mod classify;
mod closed;
mod config;
mod corpus;
mod corrections;
mod forget;
mod health;
mod inspect;
mod learn;
mod letters;
mod models;
mod output;
mod progress;
mod queue;
mod register;
mod run;
mod school;
mod state;
mod tags;
mod telemetry;
mod token;
mod user;
mod verdict_json;
mod wire;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::config::ConfigError;
use crate::output::Failed;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    telemetry::start(arguments.log_format, arguments.verbose);
    closed::close();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => report(&error),
    }
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Run(options) => run::run(arguments, options),
        Command::Check => inspect::check(arguments),
        Command::Health => health::health(arguments),
        Command::Preview(options) => inspect::preview(arguments, options),
        Command::Explain(options) => inspect::explain(arguments, options),
        Command::Classify(options) => classify::classify(arguments, options),
        Command::Queue(options) => queue::queue(arguments, options),
        Command::Corrections(options) => corrections::corrections(arguments, options),
        Command::Train(options) => learn::train(arguments, options),
        Command::Evaluate(options) => learn::evaluate(options),
        Command::Tags(options) => tags::tags(arguments, options),
        Command::Models(options) => models::models(arguments, options),
        Command::Forget(options) => forget::forget(arguments, options),
        Command::State(options) => state::state(arguments, options),
        Command::User(options) => user::user(arguments, options),
        Command::Token(options) => token::token(arguments, options),
        Command::RegisterEntry(options) => register::register(arguments, options),
    }
}

/// One sentence on stderr, and the exit code of the contract.
fn report(error: &anyhow::Error) -> ExitCode {
    if output::is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    output::complain(&format!("{error:#}"));
    let usage = error.is::<ConfigError>() || error.is::<output::Usage>();
    let code = if usage { 2 } else { error.downcast_ref::<Failed>().map_or(1, |failed| failed.code) };
    ExitCode::from(code)
}
