//! Serves the page with a sample ledger on a loopback port, for looking at it:
//! `cargo run -p langhals-web --example sample -- 8765 [empty|<count>]`, until Ctrl-C.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for the developer's own terminal")]

#[path = "../tests/sample/mod.rs"]
mod sample;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let port: u16 = arguments.next().map_or(8765, |port| port.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let inbox = sample::folder("poststelle", "INBOX");
    let page = match arguments.next().as_deref() {
        Some("empty") => sample::page(dir.path(), &[inbox]),
        Some(count) => {
            let page = sample::page(dir.path(), std::slice::from_ref(&inbox));
            sample::many(&page, &inbox, count.parse().unwrap());
            page
        }
        None => sample::sample_with_past(dir.path()),
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    println!("http://{}/ as leitung, password {}", listener.local_addr().unwrap(), sample::PASSWORD);
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    langhals_web::serve(page, listener, stop).await.unwrap();
}
