//! Any answers of an identity provider: nobody is signed in whom it did not name, for us, now, with its own key.
//!
//! ```text
//!   parts, with a line "---" between: its description, its keys, its ID token, its userinfo; an empty one is a good one
//!   an ID token: claims in JSON that stand over the good ones, and are signed here; or "raw" and the whole answer
//! ```

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use langhals_web::{
    Answer, Entrance, Grant, Issuer, OidcSettings, Password, People, PublicUrl, Role, Wire, routes,
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::sample;

const ISSUER: &str = "https://login.amt.example/realms/amt";
const ORIGIN: &str = "https://langhals.amt.example";
const ANSWER: &str = "/anmelden/oidc/antwort";

/// Each run is hours after the one before: what the provider said of itself is not believed for so long.
static HOURS: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    sample::now() + SignedDuration::from_hours(HOURS.load(Ordering::Relaxed))
}

#[derive(Default)]
struct Provider(Mutex<Says>);

/// What it answers in this run.
#[derive(Default)]
struct Says {
    description: Vec<u8>,
    keys: Vec<u8>,
    token: Vec<u8>,
    userinfo: Vec<u8>,
    nonce: String,
}

impl Wire for Provider {
    fn send(&self, request: Request<Vec<u8>>) -> Answer<'_, Response<Vec<u8>>> {
        let says = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let path = request.uri().path().to_owned();
        let or = |part: &[u8], good: Value| {
            if part.is_empty() { good.to_string().into_bytes() } else { part.to_vec() }
        };
        let body = if path.ends_with("/.well-known/openid-configuration") {
            or(&says.description, description())
        } else if path.ends_with("/token") {
            says.tokens()
        } else if path.ends_with("/userinfo") {
            or(&says.userinfo, json!({ "sub": "4711", "groups": ["poststelle"] }))
        } else {
            or(&says.keys, keys())
        };
        drop(says);
        let answer = Response::builder().header("content-type", "application/json").body(body);
        Box::pin(async move { Ok(answer.expect("an answer")) })
    }

    fn client_secret(&self) -> Answer<'_, Option<Password>> {
        Box::pin(async { Ok(Some(Password::new("geheim".to_owned()))) })
    }
}

impl Says {
    fn of(input: &[u8]) -> Self {
        let mut rest = input;
        let mut part = || {
            let at = rest.windows(5).position(|window| window == b"\n---\n");
            let (part, after) = at.map_or((rest, &[][..]), |at| (&rest[..at], &rest[at + 5..]));
            rest = after;
            part.to_vec()
        };
        let (description, keys, token, userinfo) = (part(), part(), part(), part());
        Self { description, keys, token, userinfo, nonce: String::new() }
    }

    fn is_raw(&self) -> bool {
        self.token.starts_with(b"raw")
    }

    fn claims(&self) -> Value {
        let at = now().as_second();
        let mut claims = json!({
            "iss": ISSUER, "aud": "langhals", "sub": "4711", "iat": at, "exp": at + 60, "nonce": self.nonce,
            "preferred_username": "anna", "groups": ["poststelle"],
        });
        if let (Some(good), Ok(Value::Object(over))) =
            (claims.as_object_mut(), serde_json::from_slice::<Value>(&self.token))
        {
            good.extend(over);
            good.retain(|_, value| !value.is_null());
        }
        claims
    }

    fn tokens(&self) -> Vec<u8> {
        if let Some(raw) = self.token.strip_prefix(b"raw") {
            return raw.to_vec();
        }
        let head = json!({ "alg": "EdDSA", "typ": "JWT", "kid": "key" });
        let text = [head, self.claims()].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = URL_SAFE_NO_PAD.encode(key().sign(text.as_bytes()));
        let token = format!("{text}.{signature}");
        json!({ "access_token": "zugang", "token_type": "Bearer", "expires_in": 60, "id_token": token })
            .to_string()
            .into_bytes()
    }

    /// Whether the claims are such that somebody may be signed in by them.
    fn holds(&self) -> bool {
        let claims = self.claims();
        let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
        let audience = is("aud", "langhals") || claims.get("aud") == Some(&json!(["langhals"]));
        let expires =
            claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| exp > now().as_second() as f64);
        !self.is_raw() && is("iss", ISSUER) && is("nonce", &self.nonce) && audience && expires
    }
}

fn description() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/auth"),
        "token_endpoint": format!("{ISSUER}/token"),
        "userinfo_endpoint": format!("{ISSUER}/userinfo"),
        "jwks_uri": format!("{ISSUER}/keys"),
        "end_session_endpoint": format!("{ISSUER}/logout"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    })
}

fn keys() -> Value {
    let public = URL_SAFE_NO_PAD.encode(key().public_key());
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "x": public, "kid": "key" }] })
}

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key")
}

struct House {
    provider: Arc<Provider>,
    router: Router,
    runtime: Runtime,
    _dir: TempDir,
}

thread_local! {
    static HOUSE: House = House::new();
}

/// Panics where somebody is signed in who should not be, or is led to sign in without TLS.
pub fn run(input: &[u8]) {
    HOUSE.with(|house| house.visit(input));
}

impl House {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("there is room for a folder");
        let provider = Arc::new(Provider::default());
        let oidc = OidcSettings {
            issuer: Issuer::parse(ISSUER).expect("an address"),
            client_id: "langhals".to_owned(),
            groups_claim: "groups".to_owned(),
            scopes: Vec::new(),
            groups: [("poststelle".to_owned(), vec![Grant::everywhere(Role::Team)])].into(),
            wire: Arc::clone(&provider) as Arc<dyn Wire>,
        };
        let mut page = sample::page(dir.path(), &[sample::folder("poststelle", "INBOX")]);
        let public_url = Some(PublicUrl::parse(ORIGIN).expect("an address"));
        let session = SignedDuration::from_hours(1);
        let entrance = Entrance { accounts: None, public_url, session, oidc: Some(oidc) };
        page.people = Arc::new(People::new(entrance).expect("there are random numbers"));
        page.clock = now;
        let runtime = Builder::new_current_thread().enable_all().build().expect("there are threads");
        Self { provider, router: routes(page), runtime, _dir: dir }
    }

    fn visit(&self, input: &[u8]) {
        HOURS.fetch_add(2, Ordering::Relaxed);
        *self.says() = Says::of(input);
        let (status, headers) = self.get("/anmelden/oidc", "");
        let Some(location) = headers.get(header::LOCATION).and_then(|to| to.to_str().ok()) else {
            assert_ne!(status, 500, "an inner error");
            return;
        };
        let safe = ["https://", "http://127.", "http://localhost", "http://[::1]"];
        assert!(safe.iter().any(|scheme| location.starts_with(scheme)), "people would sign in at {location}");
        let pairs = || location.split(['?', '&', '#']).filter_map(|pair| pair.split_once('='));
        let field = |name: &str| pairs().rfind(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
        let (Some(state), Some(nonce)) = (field("state"), field("nonce")) else { return };
        self.says().nonce = nonce;
        let (status, headers) = self.get(&format!("{ANSWER}?code=marke&state={state}"), &cookies(&headers));
        assert_ne!(status, 500, "an inner error");
        if cookies(&headers).contains("__Host-langhals=") {
            assert!(self.says().holds(), "somebody is signed in by what does not hold");
        }
    }

    fn says(&self) -> std::sync::MutexGuard<'_, Says> {
        self.provider.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, address: &str, cookies: &str) -> (u16, HeaderMap) {
        let request = Request::get(address)
            .header(header::HOST, "langhals.amt.example")
            .header(header::COOKIE, cookies)
            .body(Body::empty());
        let Ok(request) = request else { return (0, HeaderMap::new()) };
        let answer = self.runtime.block_on(self.router.clone().oneshot(request)).expect("the router answers");
        (answer.status().as_u16(), answer.headers().clone())
    }
}

/// What a browser would send back of the cookies it gets.
fn cookies(headers: &HeaderMap) -> String {
    let set = headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let kept = set.filter(|line| !line.contains("Max-Age=0"));
    kept.filter_map(|line| line.split(';').next()).collect::<Vec<_>>().join("; ")
}
