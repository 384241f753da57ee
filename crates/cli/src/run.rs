//! `langhals run`: the daemon, or one pass over everything that waits.

mod lookout;
mod reading;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use daemon::{
    Desk, Doors, Failure, InUse, Janitor, Office, Outfit, Post, ReadingRoom, Source, Takeover, clock, pulse,
};
use domain::Folder;
use model::Model;
use store::{Board, Ledger};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use triage::{Calendar, House};

use crate::arguments::{Arguments, RunOptions};
use crate::config::Config;
use crate::learn::classroom::Classroom;
use crate::learn::schedule;
use crate::output::{self, Usage};
use crate::run::lookout::Lookout;
use crate::school::Keeper;
use crate::{models, progress};

/// How long listeners and tasks may take to let go.
const GRACE: Duration = Duration::from_secs(10);

/// Starts the daemon and returns when it was told to stop; with `--once` when everything is sorted.
pub fn run(arguments: &Arguments, options: &RunOptions) -> anyhow::Result<ExitCode> {
    let config = configuration(arguments)?;
    models::furnish(&config)?;
    let in_use = models::in_use(&config.models)?;
    tracing::info!(name: "run.start", version = env!("CARGO_PKG_VERSION"), model = %in_use.model.id(), mailboxes = config.posts.len());
    let (office, takeover, janitor) = office(&config, in_use)?;
    let runtime = Runtime::new().context("cannot start: the system gives no threads")?;
    let code = if options.once {
        runtime.block_on(once(&office))
    } else {
        runtime.block_on(serve(&office, takeover, janitor, &config))
    };
    runtime.shutdown_timeout(GRACE);
    code
}

/// The configuration that counts.
///
/// # Errors
/// [`Usage`] where there is none, else what is wrong with it.
pub fn configuration(arguments: &Arguments) -> anyhow::Result<Config> {
    let environment = environment();
    if let Some(path) = Config::find(arguments.config.as_deref()) {
        return Ok(Config::read(&path, &environment)?);
    }
    let nothing = "there is no configuration: name one with --config, or write langhals.toml or /etc/langhals/langhals.toml";
    Ok(Config::from_environment(&environment).ok_or_else(|| Usage(nothing.to_owned()))??)
}

/// The same for commands that can do without: only one that was named must be right.
///
/// # Errors
/// What is wrong with the one that was named.
pub fn optional_configuration(arguments: &Arguments) -> anyhow::Result<Option<Config>> {
    let environment = environment();
    let read = match Config::find(arguments.config.as_deref()) {
        Some(path) => Some(Config::read(&path, &environment)),
        None => Config::from_environment(&environment),
    };
    match read.transpose() {
        Ok(config) => Ok(config),
        Err(error) if arguments.config.is_some() => Err(error.into()),
        Err(error) => {
            output::complain(&format!("{error}; going on without it"));
            Ok(None)
        }
    }
}

/// Every variable of the process, read once.
#[expect(clippy::disallowed_methods, reason = "this is where the environment becomes an argument")]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// What a configuration, and a threshold that was chosen on the page, put on every desk.
pub fn outfit(config: &Config) -> Outfit {
    Outfit { wish: models::wish(config).wish, ..configured(config) }
}

/// What a configuration alone puts there.
fn configured(config: &Config) -> Outfit {
    Outfit { house: house(config), wish: config.wish, prefix: config.prefix.clone() }
}

/// The house that a configuration describes.
fn house(config: &Config) -> House {
    let locals = config.local_holidays.iter();
    let calendar = locals.fold(Calendar::new(config.land), |calendar, local| calendar.with_local(*local));
    House {
        calendar,
        shapes: config.shapes.clone(),
        periods: config.periods.clone(),
        switches: config.flags.switches.clone(),
        own_domains: config.flags.own_domains.clone(),
        ..House::new(config.land)
    }
}

/// The desk that a configuration asks for.
pub fn desk(config: &Config, model: Model) -> Desk {
    Desk::new(model, &outfit(config))
}

fn office(config: &Config, in_use: InUse) -> anyhow::Result<(Office, Takeover, Janitor)> {
    let ledger = Arc::new(Ledger::open(&config.state, clock::system())?);
    let janitor = Janitor::new(Arc::clone(&ledger), config.keeping, clock::system);
    janitor.begin();
    let board = Arc::new(Board::default());
    let folders = config.posts.iter().flat_map(|post| post.folders.iter().map(|name| folder(post, name)));
    board.begin(folders, clock::system());
    let source = Source {
        dir: config.models.clone(),
        challengers: config.challengers.clone(),
        outfit: configured(config),
    };
    let takeover = Takeover::begin(source, in_use, Arc::clone(&ledger), Arc::clone(&board), clock::system)?;
    let office = Office {
        desks: takeover.desks(),
        prefix: config.prefix.clone(),
        ledger,
        board,
        posts: config.posts.clone().into(),
        doors: Doors::default(),
        clock: clock::system,
        stands: config.stands,
        max_age: config.max_age,
    };
    Ok((office, takeover, janitor))
}

fn folder(post: &Post, name: &str) -> Folder {
    Folder { mailbox: post.account.name.clone(), name: name.to_owned() }
}

async fn once(office: &Office) -> anyhow::Result<ExitCode> {
    let shown = tokio::spawn(show_progress(Arc::clone(&office.board)));
    let (sorted, failures) = office.once().await;
    shown.abort();
    output::line(&format!("{sorted} messages sorted"))?;
    for Failure { folder, error } in &failures {
        output::complain(&format!("{folder}: {error}"));
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn show_progress(board: Arc<Board>) {
    let bar = progress::bar(0, "sorting");
    loop {
        let all = board.all();
        let sorted: u64 = all.values().map(|health| health.sorted).sum();
        let waiting: u64 = all.values().map(|health| health.backlog).sum();
        bar.set_length(sorted + waiting);
        bar.set_position(sorted);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn serve(
    office: &Office,
    takeover: Takeover,
    janitor: Janitor,
    config: &Config,
) -> anyhow::Result<ExitCode> {
    let (stop, stopping) = watch::channel(false);
    let traces = lookout::traces(config)?;
    let hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    let classroom = config.learning.clone().map(|learning| Classroom::new(config, learning));
    let school = Arc::new(Keeper::new(config, takeover.desks(), takeover.nudge(), classroom.clone()));
    let lookout = Lookout::begin(office, takeover.desks(), config, stopping.clone()).await?;
    tokio::spawn(takeover.watch(hangup, stopping.clone()));
    tokio::spawn(janitor.watch(stopping.clone()));
    let page = match config.page.listen {
        Some(address) => Some(tokio::spawn(page(office, school, address, config, stopping.clone()).await?)),
        None => None,
    };
    let (pulse, answers) = pulse();
    let watching = tokio::spawn({
        let (office, stopping) = (office.clone(), stopping.clone());
        async move { office.watch(stopping, answers).await }
    });
    if let Some(classroom) = classroom
        && let Some(timetable) = classroom.learning().timetable.clone()
    {
        tokio::spawn(schedule::watch(classroom, timetable, stopping.clone()));
    }
    let stopped = told_to_stop()?;
    lookout.tell(pulse);
    stopped.await;
    tracing::info!(name: "run.stop", "letting go of the mailboxes");
    // Nobody listening any more is what we want.
    let _ = stop.send(true);
    let let_go = async {
        let _ = watching.await;
        if let Some(page) = page {
            let _ = page.await;
        }
        lookout.end().await;
        if let Some(traces) = traces {
            traces.end(GRACE / 5).await;
        }
    };
    if tokio::time::timeout(GRACE, let_go).await.is_err() {
        tracing::warn!(name: "run.stop", "not everything let go in time; what was cut off is taken up at the next start");
    }
    Ok(ExitCode::SUCCESS)
}

/// Binds the page's listener now, so that a port in use is said at start, and serves until told to stop.
async fn page(
    office: &Office,
    school: Arc<Keeper>,
    address: std::net::SocketAddr,
    config: &Config,
    mut stopping: watch::Receiver<bool>,
) -> anyhow::Result<impl Future<Output = ()> + use<>> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot serve the page on {address}: choose another [web] listen, or \"\" for no page")
    })?;
    let people = web::People::new(config.page.entrance.clone())?;
    let page = web::Page {
        people: Arc::new(people),
        max_age: office.max_age,
        ledger: Arc::clone(&office.ledger),
        board: Arc::clone(&office.board),
        reading: Arc::new(reading::Room(ReadingRoom::new(office))),
        school,
        machines: Arc::new(web::Machines::of(&config.state)),
        prefix: office.prefix.clone(),
        clock: clock::system,
        version: env!("CARGO_PKG_VERSION"),
    };
    tracing::info!(name: "web.listening", page = %format!("http://{address}/"));
    Ok(async move {
        let stop = async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        if let Err(error) = web::serve(page, listener, stop).await {
            tracing::error!(name: "web.down", %error, "the page is not served any more; sorting goes on");
        }
    })
}

/// Listens at once; resolves when told to stop.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
