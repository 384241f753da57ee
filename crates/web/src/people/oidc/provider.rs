//! What is asked of the identity provider, and how its answers are checked, by the openidconnect crate.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use chrono::DateTime;
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError,
    ClientId, ClientSecret, CsrfToken, DiscoveryError, EmptyExtraTokenFields, EndUserName, EndUserUsername,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, LocalizedClaim,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout,
    RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse,
    StandardTokenResponse, SubjectIdentifier, TokenResponse as _, UserInfoClaims, UserInfoError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Oidc, Wire, is_safe};
use crate::asks::Refused;

/// So long what the provider said of itself is taken for true; its keys are asked for anew as soon as one is missing.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// So long a provider that failed is not asked again: else sign-ins would queue up, each to wait as long anew.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// Signatures that need no shared secret; `none` is not among them.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Every claim besides those of the standard.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Rest {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for Rest {}

type Fields = IdTokenFields<
    Rest,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Client = openidconnect::Client<
    Rest,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why nobody is signed in. The sentence is for the log: it holds no claim, no token and no name.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Failed {
    /// The provider, or what is needed to ask it, is not there.
    #[error("{0}")]
    Unreachable(String),
    /// It does not behave as the standard has it, or the configuration does not fit it.
    #[error("{0}")]
    Unfit(String),
    /// It refuses, or what it says does not hold.
    #[error("{0}")]
    Refused(String),
}

/// Who the provider says has signed in.
pub(super) struct Identity {
    subject: SubjectIdentifier,
    /// As they are called.
    pub(super) name: String,
    /// What is said of them, groups among it.
    pub(super) claims: BTreeMap<String, Value>,
    /// To be shown to the provider at the sign-out.
    pub(super) id_token: String,
}

/// What the provider says of itself.
#[derive(Default)]
pub(super) struct Provider(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// What it said last, and when.
    said: Option<(Timestamp, Arc<ProviderMetadataWithLogout>)>,
    /// Why it could not be asked last, and when.
    failed: Option<(Timestamp, Failed)>,
}

/// How the openidconnect crate gets its requests over the wire.
struct Post<'w>(&'w dyn Wire);

impl<'c> AsyncHttpClient<'c> for Post<'_> {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Refused>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.0.send(request)
    }
}

impl Oidc {
    /// Where the browser goes to sign in.
    pub(super) async fn authorize(
        &self,
        (state, nonce, verifier): (String, String, String),
        now: Timestamp,
    ) -> Result<Url, Failed> {
        let client = self.client(&*self.metadata(now).await?).await?;
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, || CsrfToken::new(state), || Nonce::new(nonce));
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
        let (url, ..) = request.set_pkce_challenge(challenge).url();
        if is_safe(&url) {
            Ok(url)
        } else {
            Err(Failed::Unfit("the identity provider would have people sign in without TLS".to_owned()))
        }
    }

    /// Who has signed in there, in exchange for the code.
    pub(super) async fn identity(
        &self,
        code: String,
        (nonce, verifier): (String, String),
        now: Timestamp,
    ) -> Result<Identity, Failed> {
        let post = Post(&*self.settings.wire);
        let mut metadata = self.metadata(now).await?;
        let mut client = self.client(&metadata).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| unfit(&error))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let tokens = request.request_async(&post).await.map_err(|error| refused_tokens(&error))?;
        let nonce = Nonce::new(nonce);
        let mut checked = check(&client, &tokens, &nonce, now);
        if let Err(ClaimsVerificationError::SignatureVerification(why)) = &checked
            && matches!(
                why,
                SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_)
            )
        {
            // It may sign with a new key.
            metadata = self.metadata_after(Some(&metadata), now).await?;
            client = self.client(&metadata).await?;
            checked = check(&client, &tokens, &nonce, now);
        }
        let mut identity = checked.map_err(|error| Failed::Refused(distrusted(&error)))?;
        if super::groups(&identity.claims, &self.settings.groups_claim).is_empty() {
            let more = user_info(&client, &tokens, &identity.subject, &post).await?;
            if let Some(more) = more {
                identity.claims.extend(more.additional_claims().all.clone());
                let called = called(more.preferred_username(), more.name());
                identity.name = called.unwrap_or(identity.name);
            }
        }
        Ok(identity)
    }

    /// Where the browser goes to sign out there too, if it can.
    pub(super) async fn end_session(&self, id_token: &str, back: &str, now: Timestamp) -> Option<Url> {
        let metadata = self.metadata(now).await.ok()?;
        let mut url = metadata.additional_metadata().end_session_endpoint.as_ref()?.url().clone();
        // The page's policy lets its forms lead to the issuer only.
        if url.origin().ascii_serialization() != self.origin() {
            return None;
        }
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", back);
        Some(url)
    }

    /// What it says of itself, asked for once an hour.
    async fn metadata(&self, now: Timestamp) -> Result<Arc<ProviderMetadataWithLogout>, Failed> {
        self.metadata_after(None, now).await
    }

    /// Newer than what did not do, where something did not.
    async fn metadata_after(
        &self,
        stale: Option<&Arc<ProviderMetadataWithLogout>>,
        now: Timestamp,
    ) -> Result<Arc<ProviderMetadataWithLogout>, Failed> {
        let mut known = self.provider.0.lock().await;
        if let Some((asked, metadata)) = &known.said
            && now.duration_since(*asked) < FRESH
            && stale.is_none_or(|stale| !Arc::ptr_eq(stale, metadata))
        {
            return Ok(Arc::clone(metadata));
        }
        if let Some((failed, why)) = &known.failed
            && now.duration_since(*failed) < PAUSE
        {
            return Err(why.clone());
        }
        let begun = Instant::now();
        let post = Post(&*self.settings.wire);
        let asked = ProviderMetadataWithLogout::discover_async(self.settings.issuer.0.clone(), &post).await;
        match asked {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Known { said: Some((now, Arc::clone(&metadata))), failed: None };
                Ok(metadata)
            }
            Err(error) => {
                let why = undiscovered(&error);
                // Whoever waited meanwhile came before that, and is told the same.
                let took = SignedDuration::try_from(begun.elapsed()).unwrap_or_default();
                known.failed = Some((now + took, why.clone()));
                Err(why)
            }
        }
    }

    async fn client(&self, metadata: &ProviderMetadataWithLogout) -> Result<Client, Failed> {
        let secret =
            self.settings.wire.client_secret().await.map_err(|error| Failed::Unreachable(error.sentence))?;
        let secret = secret.map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let redirect = RedirectUrl::new(self.redirect.clone()).map_err(|error| unfit(&error))?;
        let id = ClientId::new(self.settings.client_id.clone());
        let client = Client::from_provider_metadata(metadata.clone(), id, secret).set_redirect_uri(redirect);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let only_in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let how = if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        Ok(client.set_auth_type(how))
    }
}

/// Signature, issuer, audience, time and nonce of the ID token, and that the access token belongs to it.
fn check(
    client: &Client,
    tokens: &Tokens,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<Identity, ClaimsVerificationError> {
    let clock = move || DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(clock);
    let missing = || ClaimsVerificationError::Other("it gave no ID token".to_owned());
    let id_token = tokens.id_token().ok_or_else(missing)?;
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
        let key = id_token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if hash.ok().as_ref() != Some(expected) {
            return Err(ClaimsVerificationError::Other("its access token is another's".to_owned()));
        }
    }
    let called = called(claims.preferred_username(), claims.name());
    Ok(Identity {
        subject: claims.subject().clone(),
        name: called.unwrap_or_else(|| claims.subject().as_str().to_owned()),
        claims: claims.additional_claims().all.clone(),
        id_token: id_token.to_string(),
    })
}

/// What somebody is called, if it is said.
fn called(short: Option<&EndUserUsername>, long: Option<&LocalizedClaim<EndUserName>>) -> Option<String> {
    let long = || long.and_then(|name| name.get(None)).map(|name| name.as_str().to_owned());
    short.map(|name| name.as_str().to_owned()).or_else(long)
}

/// Many providers tell groups and names only here.
async fn user_info(
    client: &Client,
    tokens: &Tokens,
    subject: &SubjectIdentifier,
    post: &Post<'_>,
) -> Result<Option<UserInfoClaims<Rest, CoreGenderClaim>>, Failed> {
    let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject.clone())) else {
        return Ok(None);
    };
    let answer: Result<UserInfoClaims<Rest, CoreGenderClaim>, _> = request.request_async(post).await;
    match answer {
        Ok(claims) => Ok(Some(claims)),
        Err(UserInfoError::Request(error)) => Err(Failed::Unreachable(error.sentence)),
        Err(_) => Err(Failed::Unfit(
            "the identity provider's userinfo endpoint does not answer as the standard has it".to_owned(),
        )),
    }
}

fn undiscovered(error: &DiscoveryError<Refused>) -> Failed {
    match error {
        DiscoveryError::Request(refused) => Failed::Unreachable(refused.sentence.clone()),
        DiscoveryError::Response(status, ..) => Failed::Unfit(format!(
            "the identity provider answers with HTTP status {} instead of its description; check [web.oidc] issuer",
            status.as_u16()
        )),
        DiscoveryError::Validation(_) => Failed::Unfit(
            "the identity provider calls itself otherwise; write [web.oidc] issuer exactly as its \
             /.well-known/openid-configuration does"
                .to_owned(),
        ),
        _ => Failed::Unfit(
            "what the identity provider says of itself is not in the standard's form; check [web.oidc] issuer".to_owned(),
        ),
    }
}

/// The answer itself is never shown: it may hold tokens.
fn refused_tokens(
    error: &RequestTokenError<Refused, StandardErrorResponse<CoreErrorResponseType>>,
) -> Failed {
    match error {
        RequestTokenError::Request(refused) => Failed::Unreachable(refused.sentence.clone()),
        RequestTokenError::ServerResponse(response) => {
            let code = match response.error() {
                CoreErrorResponseType::InvalidClient => {
                    "invalid_client: check [web.oidc] client_id and client_secret_file"
                }
                CoreErrorResponseType::InvalidGrant => {
                    "invalid_grant: the code was used already, or is too old"
                }
                CoreErrorResponseType::InvalidScope => "invalid_scope: check [web.oidc] scopes",
                CoreErrorResponseType::UnauthorizedClient => {
                    "unauthorized_client: permit the authorization code flow for this client there"
                }
                _ => "an error of the standard",
            };
            Failed::Refused(format!("the identity provider gave no token ({code})"))
        }
        _ => Failed::Unfit(
            "the identity provider's token endpoint does not answer as the standard has it".to_owned(),
        ),
    }
}

fn unfit(error: &dyn std::error::Error) -> Failed {
    Failed::Unfit(format!("the identity provider cannot be used: {error}"))
}

/// Which check failed; never what was said.
fn distrusted(error: &ClaimsVerificationError) -> String {
    let what = match error {
        ClaimsVerificationError::Expired(_) => "has expired: check the clocks of both machines",
        ClaimsVerificationError::InvalidAudience(_) => "is for somebody else: check [web.oidc] client_id",
        ClaimsVerificationError::InvalidIssuer(_) => "is of another issuer: check [web.oidc] issuer",
        ClaimsVerificationError::InvalidNonce(_) => "belongs to another sign-in",
        ClaimsVerificationError::SignatureVerification(_) => "is not signed by a key of the provider",
        _ => "does not hold",
    };
    format!("the ID token {what}")
}
