//! Signing in at an identity provider that lies: every ID token that does not hold lets nobody in.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::{Request, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use langhals_web::{
    Answer as Answering, Grant, Issuer, OidcSettings, Password, PublicUrl, Refused, Role, Wire, routes,
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::visit::{Answer, Visit, later, page, wait};

const ISSUER: &str = "https://login.amt.example/realms/amt";
const ORIGIN: &str = "https://langhals.amt.example";

/// What the provider says, and how it is asked.
#[derive(Default)]
struct Provider(Mutex<State>);

#[derive(Default)]
struct State {
    /// Which key signs.
    key: u8,
    /// Another key than the one it publishes.
    forged: bool,
    /// No signature at all.
    unsigned: bool,
    /// What stands in the ID token, over what usually does; null takes away.
    claims: BTreeMap<&'static str, Value>,
    userinfo: Value,
    nonce: String,
    down: bool,
    /// The bodies that came to the token endpoint.
    asked: Vec<String>,
}

impl Wire for Provider {
    fn send(&self, request: Request<Vec<u8>>) -> Answering<'_, Response<Vec<u8>>> {
        let answer = self.0.lock().unwrap().answer(&request);
        Box::pin(async move { answer })
    }

    fn client_secret(&self) -> Answering<'_, Option<Password>> {
        Box::pin(async { Ok(Some(Password::new("geheim".to_owned()))) })
    }
}

impl State {
    fn answer(&mut self, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Refused> {
        if self.down {
            return Err(Refused { why: langhals_web::Why::Unreachable, sentence: "it is down".to_owned() });
        }
        let body = match request.uri().path().trim_start_matches("/realms/amt") {
            "/.well-known/openid-configuration" => json!({
                "issuer": ISSUER,
                "authorization_endpoint": format!("{ISSUER}/auth"),
                "token_endpoint": format!("{ISSUER}/token"),
                "userinfo_endpoint": format!("{ISSUER}/userinfo"),
                "jwks_uri": format!("{ISSUER}/keys"),
                "end_session_endpoint": format!("{ISSUER}/logout"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
            }),
            "/keys" => {
                let public = URL_SAFE_NO_PAD.encode(key(self.key).public_key());
                json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "x": public,
                                   "kid": format!("key-{}", self.key) }] })
            }
            "/token" => {
                self.asked.push(String::from_utf8(request.body().clone()).unwrap());
                let token = self.id_token();
                json!({ "access_token": "zugang", "token_type": "Bearer", "expires_in": 60, "id_token": token })
            }
            "/userinfo" => self.userinfo.clone(),
            other => unreachable!("asked for {other}"),
        };
        let answer = Response::builder().header("content-type", "application/json");
        Ok(answer.body(body.to_string().into_bytes()).unwrap())
    }

    fn id_token(&self) -> String {
        let now = later().as_second();
        let mut claims = json!({
            "iss": ISSUER, "aud": "langhals", "sub": "4711", "iat": now, "exp": now + 60, "nonce": self.nonce,
            "preferred_username": "anna", "groups": ["poststelle"],
        });
        for (name, value) in &self.claims {
            claims[*name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let algorithm = if self.unsigned { "none" } else { "EdDSA" };
        let head = json!({ "alg": algorithm, "typ": "JWT", "kid": format!("key-{}", self.key) });
        let text = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signing = key(if self.forged { 99 } else { self.key });
        let signature = if self.unsigned { vec![] } else { signing.sign(text.as_bytes()).as_ref().to_vec() };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn key(number: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap()
}

struct House {
    provider: Arc<Provider>,
    visit: Visit,
    _dir: TempDir,
}

fn house() -> House {
    let provider = Arc::new(Provider::default());
    let grant = |role| vec![Grant::everywhere(role)];
    let groups = [("poststelle", Role::Team), ("betrieb", Role::Operator)];
    let settings = OidcSettings {
        issuer: Issuer::parse(ISSUER).unwrap(),
        client_id: "langhals".to_owned(),
        groups_claim: "groups".to_owned(),
        scopes: vec!["profile".to_owned()],
        groups: groups.map(|(name, role)| (name.to_owned(), grant(role))).into(),
        wire: Arc::clone(&provider) as Arc<dyn Wire>,
    };
    let (dir, page) = page(|entrance| {
        entrance.accounts = None;
        entrance.public_url = Some(PublicUrl::parse(ORIGIN).unwrap());
        entrance.oidc = Some(settings);
    });
    let mut visit = Visit::new(&routes(page));
    "langhals.amt.example".clone_into(&mut visit.host);
    House { provider, visit, _dir: dir }
}

impl House {
    fn says(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.provider.0.lock().unwrap());
    }

    /// Goes to the provider; the state it has to bring back.
    async fn begin(&mut self) -> String {
        let begun = self.visit.get("/anmelden/oidc?weiter=%2Fzustand").await;
        assert_eq!(begun.status, 303, "{}", begun.text);
        let location = begun.header("location").to_owned();
        assert!(
            location.starts_with(&format!("{ISSUER}/auth?response_type=code&client_id=langhals")),
            "{location}"
        );
        assert!(location.contains("code_challenge_method=S256") && location.contains("scope=openid+profile"));
        let field = |name: &str| {
            let pairs = location.split(['?', '&']).filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(key, _)| *key == name).unwrap().1.to_owned()
        };
        self.says(|state| state.nonce = field("nonce"));
        field("state")
    }

    async fn finish(&mut self, state: &str) -> Answer {
        self.visit.get(&format!("/anmelden/oidc/antwort?code=marke&state={state}")).await
    }

    async fn sign_in(&mut self) -> Answer {
        let state = self.begin().await;
        self.finish(&state).await
    }
}

#[tokio::test]
async fn a_good_answer_lets_in_where_they_wanted_to_go() {
    let mut house = house();
    let answer = house.sign_in().await;
    assert_eq!((answer.status, answer.header("location")), (303, "/zustand"), "{}", answer.text);
    assert!(!house.visit.cookies.contains_key("__Host-langhals-flow"));
    let page = house.visit.get("/zustand").await;
    assert!(page.status == 200 && page.text.contains("anna") && !page.text.contains("href=\"/modell\""));
    house.says(|state| {
        let asked = state.asked.pop().unwrap();
        assert!(
            asked.contains("grant_type=authorization_code") && asked.contains("code_verifier="),
            "{asked}"
        );
    });
    let token = crate::sample::token(&page.text);
    let out = house.visit.post("/abmelden", &[("token", token)]).await;
    let location = out.header("location");
    assert!(location.starts_with(&format!("{ISSUER}/logout?id_token_hint=ey")), "{location}");
    assert!(location.ends_with("&post_logout_redirect_uri=https%3A%2F%2Flanghals.amt.example%2Fanmelden"));
    assert_eq!(house.visit.get("/").await.status, 303);
}

#[tokio::test]
async fn an_id_token_that_does_not_hold_lets_nobody_in() {
    type Change = Box<dyn Fn(&mut State)>;
    let now = later().as_second();
    let claim = |name: &'static str, value: Value| -> Change {
        Box::new(move |state| {
            state.claims.insert(name, value.clone());
        })
    };
    for (what, change) in [
        ("nonce of another", claim("nonce", json!("x"))),
        ("no nonce", claim("nonce", Value::Null)),
        ("another issuer", claim("iss", json!("https://evil.example"))),
        ("for another client", claim("aud", json!("other"))),
        ("for another client too", claim("aud", json!(["langhals", "other"]))),
        ("expired", claim("exp", json!(now - 1))),
        ("of another access token", claim("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"))),
        ("signed by another key", Box::new(|state: &mut State| state.forged = true) as Change),
        ("not signed", Box::new(|state: &mut State| state.unsigned = true) as Change),
    ] {
        let mut house = house();
        house.says(|state| change(state));
        let answer = house.sign_in().await;
        assert_eq!(answer.status, 403, "{what}");
        assert!(answer.text.contains("Anmeldung hat nicht geklappt"), "{what}: {}", answer.text);
        assert_eq!(house.visit.get("/").await.status, 303, "{what}");
    }
}

#[tokio::test]
async fn a_new_key_is_asked_for_at_once() {
    let mut house = house();
    assert_eq!(house.sign_in().await.status, 303);
    house.says(|state| state.key = 7);
    house.visit.cookies.clear();
    assert_eq!(house.sign_in().await.status, 303);
}

#[tokio::test]
async fn groups_may_stand_in_userinfo_of_the_same_person_only() {
    for (userinfo, status) in [
        (json!({ "sub": "4711", "groups": ["betrieb"] }), 303),
        (json!({ "sub": "4711", "groups": ["kantine"] }), 403),
        (json!({ "sub": "4711" }), 403),
        (json!({ "sub": "4712", "groups": ["betrieb"] }), 403),
    ] {
        let mut house = house();
        house.says(|state| {
            state.claims.insert("groups", Value::Null);
            state.userinfo = userinfo.clone();
        });
        let answer = house.sign_in().await;
        assert_eq!(answer.status, status, "{userinfo}");
        assert_eq!(house.visit.get("/").await.text.contains("href=\"/modell\""), status == 303, "{userinfo}");
    }
}

#[tokio::test]
async fn without_a_role_one_is_told_what_to_ask_for() {
    let mut house = house();
    house.says(|state| {
        state.claims.insert("groups", json!(["kantine"]));
        state.userinfo = json!({ "sub": "4711" });
    });
    let answer = house.sign_in().await;
    assert!(answer.status == 403 && answer.text.contains("fehlt Ihnen eine Rolle"), "{}", answer.text);
    assert!(!house.visit.cookies.contains_key("__Host-langhals"));
}

#[tokio::test]
async fn the_way_back_must_be_the_same_browsers_in_time_and_whole() {
    let mut house = house();
    let state = house.begin().await;
    let back = format!("/anmelden/oidc/antwort?code=marke&state={state}");
    for wrong in [
        "/anmelden/oidc/antwort".to_owned(),
        "/anmelden/oidc/antwort?code=marke&state=x".to_owned(),
        format!("/anmelden/oidc/antwort?state={state}"),
        format!("/anmelden/oidc/antwort?error=access_denied&state={state}"),
        format!("{back}&iss=https%3A%2F%2Fevil.example"),
    ] {
        let mut visit = house.visit.clone();
        assert_eq!(visit.get(&wrong).await.status, 403, "{wrong}");
        assert_eq!(visit.get("/").await.status, 303, "{wrong}");
    }
    let mut other = house.visit.clone();
    other.cookies.clear();
    assert_eq!(other.get(&back).await.status, 403);
    let mut late = house.visit.clone();
    wait(11);
    assert_eq!(late.get(&back).await.status, 403);
    wait(-11);
    assert_eq!(house.visit.get(&back).await.status, 303);
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_and_lets_nobody_in() {
    let mut house = house();
    house.says(|state| state.down = true);
    let answer = house.visit.get("/anmelden/oidc").await;
    assert!(answer.status == 502 && answer.text.contains("Anmeldedienst ist nicht erreichbar"));
    house.says(|state| state.down = false);
    assert_eq!(house.visit.get("/anmelden/oidc").await.status, 502, "it is not asked again at once");
    wait(1);
    let state = house.begin().await;
    house.says(|state| state.down = true);
    assert_eq!(house.finish(&state).await.status, 502);
    assert_eq!(house.visit.get("/").await.status, 303);
}

#[tokio::test]
async fn beside_a_provider_there_are_no_passwords() {
    let mut house = house();
    let form = house.visit.get("/anmelden").await;
    assert!(form.text.contains("/anmelden/oidc?weiter=%2F") && !form.text.contains("type=\"password\""));
    assert!(form.header("content-security-policy").ends_with("form-action 'self' https://login.amt.example"));
    assert_eq!(house.visit.sign_in("team", crate::sample::PASSWORD).await.status, 403);
}
