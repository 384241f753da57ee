//! Any bytes as the answer of a token server or an identity provider: an answer within its bounds and no redirect, or a
//! sentence.

use langhals_mailbox::exchange;
use oauth2::HttpRequest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const LARGEST: usize = 64 * 1024;

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().expect("there are threads");
}

/// Panics where an answer is taken that should not be.
pub fn run(input: &[u8]) {
    RUNTIME.with(|runtime| runtime.block_on(ask(input.to_vec())));
}

async fn ask(answer: Vec<u8>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let port = listener.local_addr().expect("it is bound").port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await?;
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await?;
        stream.write_all(&answer).await?;
        stream.shutdown().await
    });
    let mut request = HttpRequest::new(Vec::new());
    *request.uri_mut() = format!("http://127.0.0.1:{port}/token").parse().expect("an address");
    match exchange(request, None).await {
        Ok(answer) => {
            assert!(!answer.status().is_redirection(), "a redirect is handed on");
            assert!(answer.body().len() <= LARGEST, "{} bytes are handed on", answer.body().len());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    server.abort();
}
