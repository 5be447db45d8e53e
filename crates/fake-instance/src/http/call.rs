//! One request as the handlers see it.
use bytes::Bytes;
use http::{HeaderMap, Method, header};

use crate::arena::{PersonKey, ServerKey};
use crate::http::errors::{Refusal, preferred_locale};
use crate::http::params::Params;
use crate::oauth::Grant;
use crate::stream::hub::has_scope;
use crate::world::World;

/// A request with its parameters read and its token looked up.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) server: ServerKey,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) query: Params,
    pub(crate) params: Params,
    /// The token that was sent, valid or not.
    pub(crate) token: Option<String>,
    pub(crate) grant: Option<Grant>,
    /// Set when the body said it was JSON and was not.
    pub(crate) bad_json: bool,
}

impl Call {
    /// Reads a request.
    pub(crate) fn read(
        server: ServerKey,
        method: Method,
        uri: &http::Uri,
        headers: HeaderMap,
        body: &Bytes,
    ) -> Self {
        let mut params = Params::default();
        params.add_form(uri.query().unwrap_or_default().as_bytes());
        let query = params.clone();
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut bad_json = false;
        if content_type.starts_with("application/json") {
            bad_json = !body.is_empty() && !params.add_json(body);
        } else if let Some((_, boundary)) = content_type.split_once("boundary=") {
            params.add_multipart(body, boundary.trim_matches('"'));
        } else {
            params.add_form(body);
        }
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| {
                value
                    .strip_prefix("Bearer ")
                    .or_else(|| value.strip_prefix("bearer "))
            })
            .map(str::to_owned)
            .or_else(|| params.text("access_token").map(str::to_owned));
        let path = percent_encoding::percent_decode_str(uri.path())
            .decode_utf8_lossy()
            .into_owned();
        Self {
            server,
            method,
            path,
            headers,
            query,
            params,
            token,
            grant: None,
            bad_json,
        }
    }

    /// Finds out who calls.
    pub(crate) fn look_up_token(&mut self, world: &World) {
        self.grant = self
            .token
            .as_deref()
            .and_then(|token| world.servers[self.server].registry.grant(token));
    }

    /// The calling account, if any.
    pub(crate) fn viewer(&self) -> Option<PersonKey> {
        self.grant.as_ref().and_then(|grant| grant.person)
    }

    /// The calling account with this scope, or the refusal that Mastodon gives.
    pub(crate) fn user(&self, scope: &str) -> Result<PersonKey, Refusal> {
        let Some(grant) = &self.grant else {
            return Err(Refusal::invalid_token());
        };
        let profile = scope == "read:accounts"
            && has_scope(&grant.scopes, "profile")
            && self.path.ends_with("verify_credentials");
        if !has_scope(&grant.scopes, scope) && !profile {
            return Err(Refusal::out_of_scope());
        }
        grant.person.ok_or_else(Refusal::needs_user)
    }

    /// A public call: the token is optional, but one that is sent must be good for the scope.
    pub(crate) fn optional(&self, scope: &str) -> Result<Option<PersonKey>, Refusal> {
        match (&self.token, &self.grant) {
            (None, _) => Ok(None),
            (Some(_), None) => Err(Refusal::invalid_token()),
            (Some(_), Some(grant)) if !has_scope(&grant.scopes, scope) => {
                Err(Refusal::out_of_scope())
            }
            (Some(_), Some(grant)) => Ok(grant.person),
        }
    }

    /// The language for error texts: the server's own unless it is English and the client prefers another.
    pub(crate) fn locale(&self, world: &World) -> String {
        let own = &world.servers[self.server].locale;
        if own != "en" {
            return own.clone();
        }
        preferred_locale(self.header("accept-language"))
            .unwrap_or("en")
            .to_owned()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// `limit`, clamped: negative ones lose their sign.
    pub(crate) fn limit(&self, default: usize, most: usize) -> usize {
        match self.params.number("limit") {
            Some(number) => usize::try_from(number.unsigned_abs())
                .unwrap_or(most)
                .min(most),
            None => default,
        }
    }
}
