//! What the queue's page costs, as it is asked for and answered, with 100 and with 100,000 waiting messages.
//!
//! `cargo bench -p langhals-web --bench queue`: one line an address, the median of many rounds that alternate, and
//! the ratio. The room that reads senders and subjects is made up and answers at once.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark's results go to stdout")]

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt as _;

const FEW: u32 = 100;
const MANY: u32 = 100_000;
const ROUNDS: usize = 101;

const ADDRESSES: [(&str, &str); 5] = [
    ("as it opens", "/"),
    ("the second page", "/?seite=2"),
    ("one class alone", "/?klasse=antrag"),
    ("by deadline", "/?sortierung=frist"),
    ("by file number", "/?zeichen=44%2F1-99"),
];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let [few, many] = [FEW, MANY].map(|count| {
        let dir = tempfile::tempdir().unwrap();
        let folder = sample::folder("poststelle", "INBOX");
        let page = sample::page(dir.path(), std::slice::from_ref(&folder));
        sample::many(&page, &folder, count);
        (sample::routes_for(page, "leitung"), dir)
    });
    println!("{:<20} {FEW:>12} {MANY:>12}", "");
    for (name, address) in ADDRESSES {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (router, times) in [&few.0, &many.0].into_iter().zip(&mut times) {
                times.push(runtime.block_on(answered(router, address)));
            }
        }
        let [few, many] = times.map(|mut times| {
            times.sort_unstable();
            times[ROUNDS / 2].as_secs_f64() * 1e3
        });
        println!("{name:<20} {few:>9.2} ms {many:>9.2} ms   1 : {:.2}", many / few);
    }
}

/// How long the whole page takes.
async fn answered(router: &Router, address: &str) -> Duration {
    let request = Request::get(address).header("host", "localhost").body(Body::empty()).unwrap();
    let start = Instant::now();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert!(answer.status().is_success(), "{address}: {}", answer.status());
    to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    start.elapsed()
}
