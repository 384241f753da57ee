//! Signing in with OAuth 2, end to end: a token server, a Dovecot that asks it, and the program between them.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]

use std::fs;
use std::process::Output;
use std::time::Duration;

use langhals_tests::langhals::wait_for;
use langhals_tests::token_server::{CLIENT, REFRESH, SECRET, TokenServer};
use langhals_tests::{Dovecot, Langhals, Options, Witness, special};

fn server(tokens: &TokenServer) -> Dovecot {
    let server = Dovecot::start(Options { tokens: Some(tokens.port), ..Options::default() }).unwrap();
    server.deliver(1, &special::only_an_attachment()).unwrap();
    server
}

/// A program that signs in with what the server on the other side gives it for these keys.
fn langhals(server: &Dovecot, tokens: &TokenServer, keys: &str) -> Langhals {
    let mut langhals = Langhals::new().unwrap();
    fs::write(langhals.dir().join("client"), SECRET).unwrap();
    fs::write(langhals.dir().join("refresh"), tokens.refresh_token()).unwrap();
    let ca_file =
        tokens.ca_file().map_or(String::new(), |file| format!("ca_file = \"{}\"\n", file.display()));
    let section =
        format!("token_url = \"{}\"\nclient_id = \"{CLIENT}\"\n{ca_file}{keys}", tokens.token_url());
    langhals.oauth_mailbox("post", server, 1, &section);
    langhals
}

const CLIENT_CREDENTIALS: &str = "grant = \"client_credentials\"\nclient_secret_file = \"client\"\n";
const REFRESH_TOKEN: &str = "grant = \"refresh_token\"\nrefresh_token_file = \"refresh\"\n";

#[track_caller]
fn shows_no_secret(said: &Output) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    nothing_marked(&text);
    text
}

#[track_caller]
fn nothing_marked(text: &str) {
    // Plain, and as base64 begins with it in a SASL answer or a header.
    for mark in ["marke", "bWFya2", "1hcmtl", "tYXJrZ"] {
        assert!(!text.contains(mark), "{mark} is in {text}");
    }
}

#[track_caller]
fn is_tagged(witness: &mut Witness) {
    assert!(witness.flags("INBOX").unwrap()[&1].iter().any(|flag| flag.starts_with("triage-")));
}

#[test]
fn a_mailbox_is_sorted_by_either_grant_and_either_mechanism() {
    for (grant, mechanism) in [
        (CLIENT_CREDENTIALS, "auto"),
        (CLIENT_CREDENTIALS, "xoauth2"),
        (REFRESH_TOKEN, "oauthbearer"),
        (REFRESH_TOKEN, "xoauth2"),
    ] {
        let tokens = TokenServer::start().unwrap();
        tokens.state().rotates = true;
        let server = server(&tokens);
        let langhals = langhals(&server, &tokens, &format!("{grant}mechanism = \"{mechanism}\"\n"));
        let said = langhals.run(&["run", "--once", "-vvv"]).unwrap();
        let text = shows_no_secret(&said);
        assert!(said.status.success(), "{grant}{mechanism}: {text}\n{}", server.log_tail());
        is_tagged(&mut server.witness(1).unwrap());
        if grant == REFRESH_TOKEN {
            assert_eq!(fs::read_to_string(langhals.dir().join("refresh")).unwrap(), format!("{REFRESH}1\n"));
        }
    }
}

#[test]
fn the_daemon_keeps_its_token_and_shows_none_of_it() {
    let tokens = TokenServer::start().unwrap();
    let server = server(&tokens);
    let langhals = langhals(&server, &tokens, CLIENT_CREDENTIALS);
    let running = langhals.spawn().unwrap();
    let mut witness = server.witness(1).unwrap();
    let mut tagged = |count: usize| {
        wait_for("tagged mail", Duration::from_mins(1), || {
            let flags = witness.flags("INBOX")?;
            let tagged = flags.values().filter(|flags| flags.iter().any(|flag| flag.starts_with("triage-")));
            Ok((tagged.count() == count).then_some(()))
        })
        .unwrap();
    };
    tagged(1);
    server.deliver(1, &special::only_an_attachment()).unwrap();
    tagged(2);
    assert_eq!(tokens.state().asked.len(), 1, "the token is kept");
    running.stop().unwrap();
    nothing_marked(&fs::read_to_string(langhals.log_file()).unwrap());
}

#[test]
fn a_token_server_with_its_own_authority_is_asked_over_tls() {
    // Dovecot asks the plain one, which knows the tokens of the other.
    let plain = TokenServer::start().unwrap();
    let tls = TokenServer::start_tls().unwrap();
    let server = server(&plain);
    let langhals = langhals(&server, &tls, CLIENT_CREDENTIALS);
    let refused = langhals.run(&["check", "-vvv"]).unwrap();
    let text = shows_no_secret(&refused);
    assert!(!refused.status.success(), "{text}");
    assert!(text.contains("refused user u1 with an access token"), "{text}\n{}", server.log_tail());
    assert_eq!(tls.state().asked.len(), 1);
    plain.state().valid.insert("marke-zugang-2".to_owned());
    let said = langhals.run(&["check", "-vvv"]).unwrap();
    let text = shows_no_secret(&said);
    assert!(said.status.success(), "{text}\n{}", server.log_tail());
}

#[test]
fn a_token_of_another_user_and_a_refused_client_are_said() {
    let tokens = TokenServer::start().unwrap();
    let server = server(&tokens);
    let langhals = langhals(&server, &tokens, CLIENT_CREDENTIALS);
    tokens.state().user = "u2".to_owned();
    let said = langhals.run(&["run", "--once", "-vvv"]).unwrap();
    let text = shows_no_secret(&said);
    assert_eq!(said.status.code(), Some(1));
    assert!(text.contains("refused user u1 with an access token"), "{text}");

    fs::write(langhals.dir().join("client"), "marke, but a wrong one").unwrap();
    let said = langhals.run(&["run", "--once", "-vvv"]).unwrap();
    let text = shows_no_secret(&said);
    assert_eq!(said.status.code(), Some(1));
    assert!(text.contains("refused (invalid_client): check client_id"), "{text}");
}
