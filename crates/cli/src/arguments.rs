//! The command line, as the contract promises it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use web::Role;

/// Pre-sorts an authority's mail: suggests class, priority and deadline as tags; people decide.
#[derive(Debug, Parser)]
#[command(name = "langhals", version, max_term_width = 100)]
pub struct Arguments {
    /// Configuration file [default: langhals.toml, then /etc/langhals/langhals.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How the log on stderr is written
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// More of it (-v, -vv, -vvv); never any mail
    #[arg(short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch all mailboxes, sort what comes, serve the page
    Run(RunOptions),
    /// Read the configuration, connect to each mailbox, say what would happen; change nothing
    Check,
    /// Ask the running daemon whether it is well
    Health,
    /// Show what `run` would tag, without writing
    Preview(PreviewOptions),
    /// Sort mail files; no mailbox, no state, no configuration needed
    Classify(ClassifyOptions),
    /// Say why a message got its tags; reads it from the mailbox anew
    Explain(ExplainOptions),
    /// Show what waits, most urgent first
    Queue(QueueOptions),
    /// Show what people changed, or export it as training references; never any text
    Corrections(CorrectionsOptions),
    /// Train a model on a labelled corpus, and on people's corrections
    Train(TrainOptions),
    /// Measure a model on a labelled corpus
    Evaluate(EvaluateOptions),
    /// Show the models that there are, and switch the one in use
    Models(ModelsOptions),
    /// Print the snippet that makes the tags visible in a mail client
    Tags(TagsOptions),
    /// Erase what is kept about messages, and say what was erased; also beside a running daemon
    Forget(ForgetOptions),
    /// Look after the state: verify it, carry it over, rebuild its index
    State(StateOptions),
    /// Local accounts of the page: who may sign in by a password
    User(UserOptions),
    /// Make, show and remove the tokens with which machines use the API
    Token(TokenOptions),
    /// Write the entry for the transparency register, the note under Art. 6 AI Act and the notice for senders, in German
    RegisterEntry(RegisterOptions),
}

#[derive(Debug, Args)]
pub struct RunOptions {
    /// Sort everything that waits, then exit
    #[arg(long)]
    pub once: bool,
}

#[derive(Debug, Args)]
pub struct PreviewOptions {
    /// Only this mailbox
    #[arg(long, value_name = "NAME")]
    pub mailbox: Option<String>,
    /// At most so many messages a folder
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct ClassifyOptions {
    /// A model's folder, or a folder of models [default: that of the configuration, else models]
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Mail files, directories, Maildirs, mboxes, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// The mailbox
    #[arg(long, value_name = "NAME")]
    pub mailbox: String,
    /// Its folder [default: the mailbox's first]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<String>,
    /// The message
    #[arg(long, value_name = "N")]
    pub uid: u32,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct QueueOptions {
    /// Only this mailbox
    #[arg(long, value_name = "NAME")]
    pub mailbox: Option<String>,
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub format: TableFormat,
}

#[derive(Debug, Args)]
pub struct CorrectionsOptions {
    /// What to do with them [default: list]
    #[command(subcommand)]
    pub action: Option<CorrectionsAction>,
}

#[derive(Debug, Subcommand)]
pub enum CorrectionsAction {
    /// Count them by what was suggested and what a person chose
    List {
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Write training references, one JSON object a line: mailbox, uid, fingerprint, label
    Export {
        /// The file to write, or - for standard output
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct TrainOptions {
    /// Corpus files (JSON lines), or folders of them
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub corpus: Vec<PathBuf>,
    /// More corpus files to learn from that are unlike the mail that comes (collections of hard cases): how sure to be
    /// is not learnt from them
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub teach_only: Vec<PathBuf>,
    /// Learn people's corrections, too: the mails are read anew from the mailboxes, and never stored
    #[arg(long)]
    pub corrections: bool,
    /// Mails by other authors that are not learnt from: the model card says how it judges them
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub held_out: Vec<PathBuf>,
    /// The new model's folder
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The same seed and corpus give the same bytes
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

#[derive(Debug, Args)]
pub struct EvaluateOptions {
    /// A model's folder, or a folder of models
    #[arg(long, value_name = "DIR")]
    pub model: PathBuf,
    /// Corpus files (JSON lines), or folders of them
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    pub corpus: Vec<PathBuf>,
    /// Another model to compare with; exit code 3 if the first is worse
    #[arg(long, value_name = "DIR")]
    pub against: Option<PathBuf>,
    /// Judge the same mails under other names, spellings and in learners' German too
    #[arg(long)]
    pub fairness: bool,
    /// More names for --fairness: TOML in the form of data/names.toml, or JSON of the same shape
    #[arg(long, value_name = "FILE", requires = "fairness")]
    pub names: Vec<PathBuf>,
    /// Train on growing shares of --learn-from and measure each on the corpus
    #[arg(long, requires = "learn_from")]
    pub learning_curve: bool,
    /// What the learning curve learns from: files by other authors than those of the corpus
    #[arg(long, num_args = 1.., value_name = "PATH", requires = "learning_curve")]
    pub learn_from: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Write the report to this file instead of standard output; one that ends in .html is a page
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ModelsOptions {
    /// What to do with them [default: list]
    #[command(subcommand)]
    pub action: Option<ModelsAction>,
}

#[derive(Debug, Subcommand)]
pub enum ModelsAction {
    /// Every model with what matters: in use or not, learnt from how many mails, how good, ready or not
    List {
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// One model in words: what it was learnt from, how good it was, what it may do
    Show {
        /// The name of its folder
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Take a model into use, if it is ready and not worse; a running daemon takes it over without a restart
    Promote {
        /// The name of its folder
        #[arg(value_name = "ID")]
        id: String,
        /// Also if it is not ready, worse, or cannot be compared; that is written down. Never a damaged one
        #[arg(long)]
        force: bool,
        /// Compare it on these labelled mails, which neither model has learnt from
        #[arg(long, num_args = 1.., value_name = "PATH")]
        corpus: Vec<PathBuf>,
    },
    /// Take the model before the one in use back into use
    Rollback,
}

#[derive(Debug, Args)]
pub struct TagsOptions {
    /// Which mail client
    #[arg(long, value_enum)]
    pub client: Client,
    /// Which form of the snippet, where there are several [default: user-js, sieve]
    #[arg(long, value_enum)]
    pub form: Option<SnippetForm>,
    /// Write all of the client's files below this folder instead of printing
    #[arg(long, value_name = "DIR", conflicts_with = "form")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ForgetOptions {
    #[command(flatten)]
    pub what: Forgotten,
    /// Say what would be erased, and erase nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What to erase: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Forgotten {
    /// The message of this Message-ID, and every copy of it
    #[arg(long, value_name = "ID")]
    pub message_id: Option<String>,
    /// Everything that this address wrote and that still lies in the mailboxes; they are searched for it
    #[arg(long, value_name = "ADDRESS")]
    pub sender: Option<String>,
    /// Everything to which nothing happened for so many days; what waits stays
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub older_than: Option<u32>,
}

#[derive(Debug, Args)]
pub struct StateOptions {
    #[command(subcommand)]
    pub action: StateAction,
}

#[derive(Debug, Subcommand)]
pub enum StateAction {
    /// Verify everything that is kept, and say what is wrong; change nothing. Also beside a running daemon
    Check,
    /// Write everything that is kept into one new file. Also beside a running daemon
    Export {
        /// The file to write; never one that is there already
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take an exported file into an empty state directory, whole or not at all
    Import {
        /// The file that `export` wrote
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Make the index anew from the decision log; no daemon may run
    Rebuild,
}

#[derive(Debug, Args)]
pub struct UserOptions {
    #[command(subcommand)]
    pub action: UserAction,
}

#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Make an account; the password is asked for on the terminal
    Add {
        /// What they sign in with
        #[arg(value_name = "NAME")]
        name: String,
        /// What they may: work through the inbox (team), oversee it (supervisor), run Langhals (operator)
        #[arg(long, required = true, value_parser = role, value_name = "team|supervisor|operator")]
        role: Vec<Role>,
        /// Only in this mailbox; may be repeated [default: all]
        #[arg(long, value_name = "NAME")]
        mailbox: Vec<String>,
        /// Read the password from standard input: its first line
        #[arg(long)]
        password_stdin: bool,
    },
    /// Show all accounts
    List,
    /// Take an account away; whoever is signed in by it is signed out
    Remove {
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Give an account a new password; whoever is signed in by it is signed out
    Password {
        #[arg(value_name = "NAME")]
        name: String,
        /// Read the password from standard input: its first line
        #[arg(long)]
        password_stdin: bool,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| "use team, supervisor or operator".to_owned())
}

#[derive(Debug, Args)]
pub struct TokenOptions {
    #[command(subcommand)]
    pub action: TokenAction,
}

#[derive(Debug, Subcommand)]
pub enum TokenAction {
    /// Make a token and print it, this once; by itself it allows reading what is kept, never a sender or a subject
    Add {
        /// What uses it, e.g. e-akte
        #[arg(value_name = "NAME")]
        name: String,
        /// Only for this mailbox; may be repeated [default: every one]
        #[arg(long, value_name = "NAME")]
        mailbox: Vec<String>,
        /// Senders, subjects and reasons, too
        #[arg(long)]
        content: bool,
        /// Setting a message's class, too
        #[arg(long)]
        write: bool,
    },
    /// Show what each token allows; never the tokens themselves
    List {
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Remove a token: it is refused at once, also by a running daemon
    Remove {
        /// As it was called when it was made
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct RegisterOptions {
    /// Markdown for people, or JSON with every figure behind it
    #[arg(long, value_enum, default_value_t = DocumentFormat::Md)]
    pub format: DocumentFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    Text,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocumentFormat {
    Md,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Client {
    Thunderbird,
    Ox,
    Roundcube,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SnippetForm {
    /// Thunderbird: user.js, for one profile
    UserJs,
    /// Thunderbird: policies.json for every user, in /etc/thunderbird/policies or the folder distribution of the program
    Policies,
    /// OX: the Sieve rule that sets the colours
    Sieve,
    /// OX: the settings of Dovecot that run the rule
    Dovecot,
}
