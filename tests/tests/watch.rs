//! Machines watch the program: metrics, readiness, traces and word to systemd, of a real mailbox, and nothing of its mail.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what a test needs and does not get is a failure"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use langhals_tests::corpus::repo_root;
use langhals_tests::langhals::{Langhals, Reach, wait_for};
use langhals_tests::samples::sample_mailbox;
use langhals_tests::watching::{Collector, ServiceManager, ensure_promtool, figure, get, names_in};
use langhals_tests::{Dovecot, Machine, Options, special, system};

const MARK: &str = "Zwiebelfischkonzert";
const PATIENCE: Duration = Duration::from_mins(1);

#[track_caller]
fn nowhere(bytes: &[u8], place: &str) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for word in [MARK, "pw1", "example.org"] {
        assert!(!text.contains(&word.to_lowercase()), "{word} is in {place}: {text}");
    }
}

/// Asks until the listener says this; it may not be there yet.
fn said(port: u16, path: &str, wanted: (u16, &str)) {
    let what = format!("{path} to say {wanted:?}");
    wait_for(&what, PATIENCE, || {
        let answer = get(port, path).ok();
        Ok(answer.filter(|(status, text)| (*status, text.as_str()) == wanted).map(drop))
    })
    .unwrap();
}

/// The metrics, once they are like this.
fn metrics_once(port: u16, what: &str, is: impl Fn(&str) -> bool) -> String {
    wait_for(what, PATIENCE, || Ok(Some(get(port, "/metrics")?.1).filter(|text| is(text)))).unwrap()
}

#[test]
fn machines_see_what_is_sorted_corrected_and_lost_and_nothing_that_a_mail_says() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut second = Dovecot::start(Options::default()).unwrap();
    let collector = Collector::start().unwrap();
    let [port] = system::free_ports().unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.settings = format!(
        "[corrections]\nstand_seconds = 0\n[watch]\nlisten = \"127.0.0.1:{port}\"\ntraces = \"http://127.0.0.1:{}\"\n",
        collector.port
    );
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    langhals.mailbox("amt", &second, 1, Reach::Tls, "").unwrap();
    second.stop();

    // What came before the start is counted, and not timed.
    let samples = sample_mailbox(3).unwrap();
    server.deliver(1, &samples[0].1).unwrap();
    let running = langhals.spawn().unwrap();
    said(port, "/healthz", (200, "ok\n"));
    said(port, "/readyz", (503, "not ready\nmailbox amt is not connected; the log says why\n"));
    said(langhals.page, "/readyz", (503, "not ready"));
    second.restart().unwrap();
    said(port, "/readyz", (200, "ready\n"));
    said(langhals.page, "/readyz", (200, "ready"));
    let before = get(port, "/metrics").unwrap().1;
    assert_eq!(figure(&before, "langhals_sorted_total", &["mailbox=\"post\""]), Some(1.0), "{before}");

    server.deliver(1, &samples[1].1).unwrap();
    server.deliver(1, &special::marked_mail(MARK)).unwrap();
    let post = ["mailbox=\"post\""];
    let sorted = metrics_once(port, "three sorted mails", |text| {
        figure(text, "langhals_sorted_total", &post) == Some(3.0)
    });
    let timed = figure(&sorted, "langhals_arrival_to_tag_seconds_count", &post).unwrap();
    let old = figure(&before, "langhals_arrival_to_tag_seconds_count", &post).unwrap();
    assert!((timed - old - 2.0).abs() < 1e-9 && old <= 1.0, "{sorted}");
    let slow = figure(&sorted, "langhals_arrival_to_tag_seconds_bucket", &["le=\"60.0\"", post[0]]);
    assert_eq!(slow, Some(timed), "each took less than a minute");
    assert_eq!(figure(&sorted, "langhals_waiting", &post), Some(3.0));
    for (name, labels, value) in [
        ("langhals_connection_up", &post[..], 1.0),
        ("langhals_connection_up", &["mailbox=\"amt\""], 1.0),
        ("langhals_model_info", &["id=\"standard-1\""], 1.0),
        ("langhals_ledger_up", &[], 1.0),
        ("langhals_ready", &[], 1.0),
        ("langhals_drift", &[], 0.0),
        ("langhals_corrections_total", &[], 0.0),
    ] {
        assert_eq!(figure(&sorted, name, labels), Some(value), "{name}{labels:?}\n{sorted}");
    }

    let machine = Machine::new(&langhals, "e-akte", &["--mailbox", "post", "--write"]).unwrap();
    let (_, queue) = machine.ask("GET", "/api/v1/queue", "").unwrap();
    let first = &queue["messages"][0];
    let class = if first["class"] == "other" { "inquiry" } else { "other" };
    let address = format!("/api/v1/messages/{}/class", first["id"].as_str().unwrap());
    let (status, body) = machine.ask("PUT", &address, &format!("{{\"class\":\"{class}\"}}")).unwrap();
    assert_eq!(status, 200, "{body}");
    let to = format!("to=\"{class}\"");
    let corrected = metrics_once(port, "a correction", |text| {
        figure(text, "langhals_corrections_total", &[&to, post[0]]) == Some(1.0)
    });
    assert_eq!(figure(&corrected, "langhals_corrections_total", &[]), Some(1.0));

    let served = names_in(&corrected);
    for file in ["deploy/prometheus/langhals.rules.yml", "deploy/grafana/langhals.json"] {
        let text = fs::read_to_string(repo_root().join(file)).unwrap();
        let named = names_in(&text);
        assert!(named.len() > 8, "{named:?}");
        let missing: Vec<&String> = named.difference(&served).collect();
        assert!(missing.is_empty(), "{file} names what is not served: {missing:?}");
    }

    drop(server);
    let lost = metrics_once(port, "a lost mailbox", |text| {
        figure(text, "langhals_connection_up", &post) == Some(0.0)
    });
    assert_eq!(figure(&lost, "langhals_connection_up", &["mailbox=\"amt\""]), Some(1.0));
    said(port, "/readyz", (503, "not ready\nmailbox post is not connected; the log says why\n"));
    assert!(running.stop().unwrap().success());

    nowhere(corrected.as_bytes(), "the metrics");
    nowhere(&fs::read(langhals.log_file()).unwrap(), "the log");
    let traces = collector.got();
    nowhere(&traces, "the traces");
    let traces = String::from_utf8_lossy(&traces);
    for word in [
        "POST /v1/traces",
        "langhals",
        "mailbox.attend",
        "journey.judge",
        "journey.travel",
        "imap.bodies",
        "post",
    ] {
        assert!(traces.contains(word), "{word} is not in the traces");
    }
}

#[test]
fn systemd_is_told_of_the_start_of_each_beat_and_of_the_stop() {
    let server = Dovecot::start(Options::default()).unwrap();
    let mut langhals = Langhals::new().unwrap();
    langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
    let socket = langhals.dir().join("notify");
    let manager = ServiceManager::listen(&socket).unwrap();
    langhals.environment =
        [("NOTIFY_SOCKET", socket.display().to_string()), ("WATCHDOG_USEC", "200000".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
            .into();
    let running = langhals.spawn().unwrap();
    let first = manager.told().unwrap();
    assert!(
        first.starts_with("READY=1\nSTATUS=") && first.contains("of 1 mailbox connected, 0 messages wait"),
        "{first}"
    );
    assert!(get(langhals.page, "/healthz").is_ok(), "who is ready listens");
    for _ in 0..5 {
        let beat = manager.told().unwrap();
        assert!(beat == "WATCHDOG=1\n" || beat.starts_with("STATUS="), "{beat}");
    }
    assert!(running.stop().unwrap().success());
    let mut last = manager.told().unwrap();
    while !last.starts_with("STOPPING=1\n") {
        last = manager.told().unwrap();
    }
}

/// promtool, or a sentence that says why not.
fn promtool() -> Option<PathBuf> {
    let got = ensure_promtool();
    if let Err(error) = &got {
        eprintln!("SKIPPED: promtool cannot be had: {error:#}");
    }
    got.ok()
}

#[track_caller]
fn promtool_agrees(promtool: &PathBuf, args: &[&str], dir: PathBuf) {
    let said = Command::new(promtool).args(args).current_dir(dir).output().unwrap();
    let text = [said.stdout, said.stderr].concat();
    assert!(said.status.success(), "{args:?}\n{}", String::from_utf8_lossy(&text));
}

#[test]
fn the_alerts_fire_when_they_should_and_only_then() {
    let Some(promtool) = promtool() else { return };
    let dir = repo_root().join("deploy/prometheus");
    promtool_agrees(&promtool, &["check", "rules", "langhals.rules.yml"], dir.clone());
    promtool_agrees(&promtool, &["check", "config", "prometheus.yml"], dir.clone());
    promtool_agrees(&promtool, &["test", "rules", "langhals.rules.test.yml"], dir);
}

#[test]
fn every_expression_of_the_dashboard_is_promql() {
    let Some(promtool) = promtool() else { return };
    let text = fs::read_to_string(repo_root().join("deploy/grafana/langhals.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().cloned().unwrap_or_default());
    let mut rules = "groups:\n  - name: dashboard\n    rules:\n".to_owned();
    let mut count = 0;
    for (number, target) in (0..).zip(targets) {
        let expression = target["expr"].as_str().unwrap().replace("$mailbox", ".*");
        let quoted = serde_json::Value::from(expression);
        rules += &format!("      - record: panel:{number}\n        expr: {quoted}\n");
        count += 1;
    }
    assert!(count > 20, "{count}");
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("panels.yml"), rules).unwrap();
    promtool_agrees(&promtool, &["check", "rules", "panels.yml"], dir.path().to_owned());
}
