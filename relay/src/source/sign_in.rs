//! Getting a token for a source: the relay registers itself there, the operator lets it in on the server's own page and
//! brings the code back. Nothing here prints or logs a secret.

use std::{fmt, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use mastodon::{
    ApiError, Application, Paging,
    endpoints::{CreateApp, CreateToken, GetAuthorizationServer, HomeTimeline},
};
use sha2::{Digest as _, Sha256};

use super::{
    budget::Urgency,
    guard::Guard,
    host::{self, Host},
};
use crate::config::{Config, SourceConfig, Token};

/// The address that makes a server show the code instead of sending it somewhere.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
/// The least that the relay needs.
const NARROW: [&str; 2] = ["read:statuses", "read:search"];
/// What servers know that do not know the narrow ones.
const BROAD: &str = "read";
/// Longest code that is taken; real ones have some 50 characters.
const MAX_CODE_BYTES: usize = 2_048;

/// Why signing in did not work, and what to do, in words for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInError(String);

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SignInError {}

/// A sign-in under way: the operator must open [`authorize_url`](Self::authorize_url) and bring the code back.
pub struct SignIn {
    host: Arc<Host>,
    client: reqwest::Client,
    client_id: String,
    client_secret: String,
    scopes: String,
    verifier: String,
    authorize_at: String,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = &self.host.config.domain;
        f.debug_struct("SignIn")
            .field("domain", domain)
            .finish_non_exhaustive()
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The source's domain.
    pub domain: String,
    /// What the token is allowed.
    pub scopes: String,
    /// The token.
    pub token: Token,
}

impl SignIn {
    /// Registers the relay at a server: a source of the configuration by its domain, else `https://` and that name.
    ///
    /// # Errors
    /// When the server cannot be reached or lets no program in.
    pub async fn begin(config: &Config, domain: &str) -> Result<Self, SignInError> {
        let domain = domain
            .trim()
            .trim_start_matches("https://")
            .trim_end_matches('/');
        let domain = domain.to_lowercase();
        let known = config
            .sources
            .iter()
            .find(|it| it.domain == domain)
            .cloned();
        let source = SourceConfig {
            token: None,
            ..known.unwrap_or_else(|| SourceConfig {
                url: format!("https://{domain}"),
                domain: domain.clone(),
                ..SourceConfig::default()
            })
        };
        let guard = Guard::new(config);
        let client = host::client(config, &guard)
            .map_err(|error| SignInError(format!("TLS cannot be set up: {error}")))?;
        let host = Host::new(&source, client.clone(), guard, &config.timing).by_hand();
        let told = host.ask(&GetAuthorizationServer {}, Urgency::Person).await;
        let told = told.ok().map(|it| it.value);
        let supported = told.as_ref().map(|it| it.scopes_supported.as_slice());
        let authorize_at = told
            .as_ref()
            .map(|it| it.authorization_endpoint.as_str())
            .filter(|it| is_of(it, &source.url))
            .map_or_else(|| format!("{}/oauth/authorize", source.url), str::to_owned);
        let (app, scopes) = register(&host, config, supported).await?;
        let missing = || {
            SignInError(format!(
                "{domain} registered the relay but gave it no name and secret"
            ))
        };
        Ok(Self {
            client_id: app
                .client_id
                .filter(|it| !it.is_empty())
                .ok_or_else(missing)?,
            client_secret: app
                .client_secret
                .filter(|it| !it.is_empty())
                .ok_or_else(missing)?,
            host: Arc::new(host),
            client,
            scopes,
            verifier: BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()),
            authorize_at,
        })
    }

    /// What the operator opens in a browser, signed in with the account that the relay shall listen through.
    #[must_use]
    pub fn authorize_url(&self) -> String {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()));
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", OUT_OF_BAND)
            .append_pair("scope", &self.scopes)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        let joint = if self.authorize_at.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{joint}{query}", self.authorize_at)
    }

    /// The scopes that are asked for.
    #[must_use]
    pub fn scopes(&self) -> &str {
        &self.scopes
    }

    /// Turns the code into a token and tries the token out.
    ///
    /// # Errors
    /// When the code is wrong or spent, or when the token reads nothing.
    pub async fn finish(self, code: &str) -> Result<SignedIn, SignInError> {
        let code = code.trim();
        if code.is_empty() || code.len() > MAX_CODE_BYTES {
            return Err(SignInError(
                "that is no code; paste what the server's page shows".to_owned(),
            ));
        }
        let wish = CreateToken {
            grant_type: "authorization_code".to_owned(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            redirect_uri: Some(OUT_OF_BAND.to_owned()),
            code: Some(code.to_owned()),
            code_verifier: Some(self.verifier.clone()),
            scope: Some(self.scopes.clone()),
            ..CreateToken::default()
        };
        let domain = self.host.config.domain.clone();
        let given = self.host.ask(&wish, Urgency::Person).await.map_err(|error| {
            SignInError(format!("{domain} takes this code not: {error}. A code is good once and for some minutes; sign in again for a new one"))
        })?;
        let token = given.value.access_token;
        if token.is_empty() || !token.bytes().all(|b| (0x21..0x7f).contains(&b)) {
            return Err(SignInError(format!(
                "{domain} gave something that is no token"
            )));
        }
        let token = Token::new(token);
        let source = SourceConfig {
            token: Some(token.clone()),
            ..self.host.config.clone()
        };
        let host = Host::new(
            &source,
            self.client,
            self.host.guard.clone(),
            &self.host.timing,
        );
        // Only a person has a home timeline, and only a person's token opens streams.
        let home = HomeTimeline {
            page: Paging::first(1),
        };
        host.ask(&home, Urgency::Person).await.map_err(|error| {
            SignInError(format!("{domain} gave a token that opens nothing: {error}"))
        })?;
        let scopes = if given.value.scope.is_empty() {
            self.scopes
        } else {
            given.value.scope
        };
        Ok(SignedIn {
            domain,
            scopes,
            token,
        })
    }
}

/// Registers with the narrow scopes, else with the broad one where the server knows no others.
async fn register(
    host: &Host,
    config: &Config,
    supported: Option<&[String]>,
) -> Result<(Application, String), SignInError> {
    let narrow = NARROW.join(" ");
    let knows_narrow = supported.is_none_or(|known| {
        NARROW
            .iter()
            .all(|it| known.iter().any(|known| known == it))
    });
    let mut refused = None;
    for scopes in [knows_narrow.then_some(narrow.as_str()), Some(BROAD)] {
        let Some(scopes) = scopes else { continue };
        let wish = CreateApp {
            client_name: "Watersmeet".to_owned(),
            redirect_uris: OUT_OF_BAND.to_owned(),
            scopes: scopes.to_owned(),
            website: config.contact.clone().filter(|it| it.starts_with("http")),
        };
        match host.ask(&wish, Urgency::Person).await {
            Ok(answer) => return Ok((answer.value, scopes.to_owned())),
            Err(error @ (ApiError::Validation { .. } | ApiError::Unexpected { .. })) => {
                refused = Some(error)
            }
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    let why = refused.map(|it| it.to_string()).unwrap_or_default();
    Err(SignInError(format!(
        "{} does not register programs: {why}",
        host.config.domain
    )))
}

/// Whether an address lies on the server itself: the operator is sent to no other one.
fn is_of(address: &str, base: &str) -> bool {
    address
        .strip_prefix(base)
        .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
