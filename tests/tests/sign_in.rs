//! Nobody sees the page without signing in: by a local account, or at a real identity provider.
#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is a failure")]
#![expect(clippy::print_stderr, reason = "a test that cannot have its server says so")]

use std::fs;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use langhals_tests::browser::Answer;
use langhals_tests::langhals::{Langhals, Reach, Running, wait_for};
use langhals_tests::{Browser, Dovecot, Oidc, Options};

const SOON: Duration = Duration::from_mins(1);
const PASSWORD: &str = "Marke-Giraffe-2026";

const USERS: [(&str, &[&str]); 4] = [
    ("marke.anna", &["poststelle"]),
    ("marke.berta", &["leitung", "betrieb"]),
    ("marke.carla", &["kantine"]),
    ("marke.dora", &[]),
];
const GROUPS: [(&str, &str); 3] =
    [("poststelle", "team"), ("leitung", "supervisor"), ("betrieb", "operator")];

struct House {
    _server: Dovecot,
    langhals: Langhals,
}

impl House {
    fn new() -> Self {
        let server = Dovecot::start(Options::default()).unwrap();
        let mut langhals = Langhals::new().unwrap();
        langhals.mailbox("post", &server, 1, Reach::Tls, "").unwrap();
        Self { _server: server, langhals }
    }

    /// With an identity provider, where the machine can have one.
    fn with_provider() -> Option<(Self, Oidc)> {
        let mut house = Self::new();
        let provider = Oidc::start(house.langhals.page, &USERS);
        let provider =
            provider.map_err(|error| eprintln!("skipped: no identity provider: {error:#}")).ok()?;
        house.langhals.settings = provider.settings(&house.langhals, &GROUPS).unwrap();
        Some((house, provider))
    }

    fn run(&self) -> Running {
        let running = self.langhals.spawn().unwrap();
        self.wait_for_words("page=");
        running
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.langhals.page)
    }

    fn said(&self) -> String {
        fs::read_to_string(self.langhals.log_file()).unwrap()
    }

    fn wait_for_words(&self, words: &str) {
        wait_for(words, SOON, || Ok(self.said().contains(words).then_some(()))).unwrap();
    }

    /// `langhals user …` with this on standard input: exit code and both outputs.
    fn user(&self, args: &[&str], typed: &str) -> (i32, String) {
        let mut command = self.langhals.command(&[&["user"], args].concat()).unwrap();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It may have refused before it reads.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let out = child.wait_with_output().unwrap();
        let said = [out.stdout, out.stderr].concat();
        (out.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    fn sign_in(&self, name: &str, password: &str) -> (Browser, Answer) {
        let mut browser = Browser::new();
        let form = browser.get(&self.at("/anmelden")).unwrap();
        let token = form.hidden("token").unwrap();
        let fields =
            fields(&[("token", &token), ("name", name), ("password", password), ("weiter", "/zustand")]);
        let answer = browser.post(&form.url, &fields).unwrap();
        (browser, answer)
    }
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_local_account_opens_the_page_until_it_is_taken_away() {
    let house = House::new();
    let _running = house.run();
    let mut stranger = Browser::new();
    let turned_away = stranger.get(&house.at("/zustand")).unwrap();
    assert_eq!(
        (turned_away.status, turned_away.header("location")),
        (303, Some("/anmelden?weiter=%2Fzustand"))
    );
    let form = stranger.get(&house.at("/anmelden")).unwrap();
    assert!(form.text.contains("langhals user add") && !form.text.contains("type=\"password\""));

    let add = ["add", "marke.anna", "--role", "supervisor", "--role", "operator", "--password-stdin"];
    assert_eq!(house.user(&add, PASSWORD), (0, "marke.anna can sign in now\n".to_owned()));
    let (_, refused) = house.sign_in("marke.anna", "Marke-Giraffe-2025");
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("Passwort stimmt nicht") && !refused.text.contains("Giraffe"));
    let (mut browser, answer) = house.sign_in("Marke.Anna", PASSWORD);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/zustand")));
    let health = browser.get(&house.at("/zustand")).unwrap();
    assert!(health.status == 200 && health.text.contains("marke.anna"), "{}", health.text);

    assert_eq!(house.user(&["password", "marke.anna", "--password-stdin"], "Marke-Okapi-2026\n").0, 0);
    assert_eq!(browser.get(&house.at("/zustand")).unwrap().status, 303);
    assert_eq!(house.sign_in("marke.anna", PASSWORD).1.status, 403);
    let (mut browser, answer) = house.sign_in("marke.anna", "Marke-Okapi-2026");
    assert_eq!(answer.status, 303);
    assert_eq!(house.user(&["remove", "marke.anna"], "").0, 0);
    assert_eq!(browser.get(&house.at("/zustand")).unwrap().status, 303);
    let said = house.said();
    assert!(said.contains("somebody signed in") && said.contains("supervisor operator"), "{said}");
    for secret in ["anna", "Giraffe", "Okapi"] {
        assert!(!said.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn the_command_says_what_is_wrong_with_an_account() {
    let house = House::new();
    assert_eq!(
        house.user(&["list"], ""),
        (0, "There is no account yet: `langhals user add` makes one.\n".to_owned())
    );
    let add = |name: &'static str, more: &[&'static str], typed: &str| {
        house.user(&[&["add", name, "--password-stdin"], more].concat(), typed)
    };
    assert_eq!(add("anna", &["--role", "team", "--mailbox", "post"], PASSWORD).0, 0);
    for (name, more, typed, code, words) in [
        (
            "berta",
            &["--role", "team", "--mailbox", "bau"][..],
            PASSWORD,
            2,
            "there is no mailbox \"bau\": use post",
        ),
        ("berta", &["--role", "king"], PASSWORD, 2, "use team, supervisor or operator"),
        ("berta", &[], PASSWORD, 2, "--role"),
        ("berta", &["--role", "team"], "kurz", 2, "fewer than 12"),
        ("a b", &["--role", "team"], PASSWORD, 1, "no name for an account"),
        ("ANNA", &["--role", "team"], PASSWORD, 1, "there is an account of that name"),
    ] {
        let (was, said) = add(name, more, typed);
        assert!(was == code && said.contains(words), "{name} {more:?}: {was} {said}");
    }
    let (code, said) = house.user(&["add", "berta", "--role", "team"], PASSWORD);
    assert!(code == 2 && said.contains("--password-stdin"), "{said}");
    let (_, list) = house.user(&["list"], "");
    assert!(
        list.contains("anna") && list.contains("team") && list.contains("post") && !list.contains("argon2")
    );
    assert_eq!(house.user(&["remove", "berta"], "").0, 1);
}

#[test]
fn the_groups_of_an_identity_provider_open_the_page() {
    let Some((house, provider)) = House::with_provider() else { return };
    let _running = house.run();
    let mut stranger = Browser::new();
    let form = stranger.get(&house.at("/anmelden?weiter=%2Fzustand")).unwrap();
    assert!(
        form.text.contains("/anmelden/oidc?weiter=%2Fzustand") && !form.text.contains("type=\"password\"")
    );
    let policy = form.header("content-security-policy").unwrap();
    assert!(policy.ends_with(&format!("form-action 'self' {}", provider.issuer())), "{policy}");

    let mut anna = Browser::new();
    let answer = provider.sign_in(&mut anna, "marke.anna").unwrap();
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{}", answer.text);
    let queue = anna.get(&house.at("/")).unwrap();
    assert!(
        queue.status == 200 && queue.text.contains("marke.anna") && !queue.text.contains("href=\"/modell\"")
    );
    let mut berta = Browser::new();
    assert_eq!(provider.sign_in(&mut berta, "marke.berta").unwrap().status, 303);
    assert!(berta.get(&house.at("/")).unwrap().text.contains("href=\"/modell\""));
    for nobody in ["marke.carla", "marke.dora"] {
        let mut browser = Browser::new();
        let answer = provider.sign_in(&mut browser, nobody).unwrap();
        assert_eq!(answer.status, 403, "{nobody}");
        assert!(answer.text.contains("fehlt Ihnen eine Rolle"), "{}", answer.text);
        assert_eq!(browser.get(&house.at("/")).unwrap().status, 303, "{nobody}");
    }
    let said = house.said();
    assert!(said.contains("no group with a role"), "{said}");
    for secret in ["anna", "berta", "carla", "dora", "kantine", "eyJ", "code=", "marke+geheimnis"] {
        assert!(!said.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn signing_out_here_signs_out_at_the_provider_too() {
    let Some((house, provider)) = House::with_provider() else { return };
    let _running = house.run();
    let mut anna = Browser::new();
    assert_eq!(provider.sign_in(&mut anna, "marke.anna").unwrap().status, 303);
    // Who is signed in at the provider needs no form there.
    let again = provider.sign_in(&mut anna, "nobody is asked").unwrap();
    assert_eq!(again.header("location"), Some("/"), "{}", again.text);
    let queue = anna.get(&house.at("/")).unwrap();
    let token = queue.hidden("token").unwrap();
    let stale = anna.post(&house.at("/abmelden"), &fields(&[("token", "x")])).unwrap();
    assert_eq!((stale.status, anna.get(&house.at("/")).unwrap().status), (403, 200));
    let out = anna.post(&house.at("/abmelden"), &fields(&[("token", &token)])).unwrap();
    assert_eq!(anna.get(&house.at("/")).unwrap().status, 303);
    let asked = anna.follow(out, |url| url.starts_with(&provider.issuer())).unwrap();
    assert!(asked.text.contains("Abmelden?"), "{}", asked.text);
    let form = fields(&[("xsrf", &asked.hidden("xsrf").unwrap()), ("logout", "yes")]);
    let confirm = asked.text.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let done = anna.post(&confirm, &form).unwrap();
    let back = anna.follow(done, |url| url.starts_with(&provider.issuer())).unwrap();
    assert_eq!(back.target().unwrap().split('?').next().unwrap(), house.at("/anmelden"));
    let begun = anna.get(&house.at("/anmelden/oidc")).unwrap();
    let asks = anna.follow(begun, |url| url.starts_with(&provider.issuer())).unwrap();
    assert!(asks.status == 200 && asks.text.contains("name=\"login\""), "{}", asks.text);
}

#[test]
fn an_answer_is_good_once_and_in_the_browser_that_asked() {
    let Some((house, provider)) = House::with_provider() else { return };
    let _running = house.run();
    let mut anna = Browser::new();
    let back = provider.come_back(&mut anna, "marke.anna").unwrap();
    // In another browser, without its cookie; with a state that is not ours; without a code.
    assert_eq!(Browser::new().get(&back).unwrap().status, 403);
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap();
    for wrong in [back.replace(state, "x"), back.replace("code=", "kode=")] {
        let mut other = anna.clone();
        assert_eq!(other.get(&wrong).unwrap().status, 403, "{wrong}");
        assert_eq!(other.get(&house.at("/")).unwrap().status, 303);
    }
    let mut thief = anna.clone();
    assert_eq!(anna.get(&back).unwrap().status, 303);
    assert_eq!(thief.get(&back).unwrap().status, 403, "a code is good once");
    assert!(house.said().contains("invalid_grant"), "{}", house.said());
}

#[test]
fn new_keys_of_the_provider_are_noticed_and_its_absence_is_said() {
    let Some((house, mut provider)) = House::with_provider() else { return };
    let _running = house.run();
    assert_eq!(provider.sign_in(&mut Browser::new(), "marke.anna").unwrap().status, 303);
    provider.restart().unwrap();
    let answer = provider.sign_in(&mut Browser::new(), "marke.berta").unwrap();
    assert_eq!(answer.header("location"), Some("/"), "{}\n{}", answer.text, house.said());
    let mut anna = Browser::new();
    let back = provider.come_back(&mut anna, "marke.anna").unwrap();
    provider.stop();
    let gone = anna.get(&back).unwrap();
    assert_eq!(gone.status, 502);
    assert!(gone.text.contains("Anmeldedienst ist nicht erreichbar"), "{}", gone.text);
    assert!(house.said().contains("cannot ask the identity provider at 127.0.0.1:"), "{}", house.said());
}

#[test]
fn another_issuer_than_the_configured_one_is_refused_with_what_to_do() {
    let Some((mut house, provider)) = House::with_provider() else { return };
    // The same server under another name: not the one it calls itself.
    house.langhals.settings =
        house.langhals.settings.replace(&provider.issuer(), &format!("{}/", provider.issuer()));
    let _running = house.run();
    let answer = Browser::new().get(&house.at("/anmelden/oidc")).unwrap();
    assert_eq!(answer.status, 403);
    house.wait_for_words("write [web.oidc] issuer exactly as");
}
