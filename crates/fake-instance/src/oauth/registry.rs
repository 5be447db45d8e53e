//! The records behind OAuth.
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::arena::PersonKey;
use crate::ids::scatter;

/// Most apps that a server keeps; the oldest goes first, as a vacuum does.
const MOST_APPS: usize = 10_000;
/// Most codes that wait; the oldest text goes first.
const MOST_CODES: usize = 1_000;
/// How long a code lives.
const CODE_LIFE_MS: i64 = 600_000;

/// A registered client.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) website: Option<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
}

/// What a token is good for.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) token: String,
    pub(crate) app: u64,
    /// `None` is an app's own token.
    pub(crate) person: Option<PersonKey>,
    pub(crate) scopes: Vec<String>,
    pub(crate) created_ms: i64,
}

/// A permission that waits to be exchanged.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) app: u64,
    pub(crate) person: PersonKey,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: Vec<String>,
    /// PKCE's S256 challenge.
    pub(crate) challenge: Option<String>,
    pub(crate) at_ms: i64,
}

/// Everything of one server.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    salt: u64,
    made: u64,
    apps: BTreeMap<u64, App>,
    codes: BTreeMap<String, Code>,
    tokens: BTreeMap<String, Grant>,
}

impl Registry {
    /// An empty registry whose secrets follow from `salt`.
    pub(crate) fn new(salt: u64) -> Self {
        Self {
            salt,
            ..Self::default()
        }
    }

    /// A secret that nobody can guess who does not have the seed.
    pub(crate) fn secret(&mut self) -> String {
        self.made += 1;
        let mut bytes = Vec::with_capacity(32);
        for part in 0..4_u64 {
            bytes.extend(scatter(self.salt ^ scatter(self.made * 4 + part)).to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn register(
        &mut self,
        name: &str,
        website: Option<&str>,
        scopes: Vec<String>,
        redirect_uris: Vec<String>,
    ) -> App {
        let (client_id, client_secret) = (self.secret(), self.secret());
        let number = self.apps.keys().next_back().map_or(1, |last| last + 1);
        let app = App {
            number,
            name: name.to_owned(),
            website: website.map(str::to_owned),
            scopes,
            redirect_uris,
            client_id,
            client_secret,
        };
        self.apps.insert(number, app.clone());
        if self.apps.len() > MOST_APPS {
            self.apps.pop_first();
        }
        app
    }

    pub(crate) fn client(&self, client_id: &str) -> Option<&App> {
        self.apps.values().find(|app| app.client_id == client_id)
    }

    pub(crate) fn app(&self, number: u64) -> Option<&App> {
        self.apps.get(&number)
    }

    pub(crate) fn grant(&self, token: &str) -> Option<Grant> {
        self.tokens.get(token).cloned()
    }

    pub(crate) fn make_code(&mut self, code: Code) -> String {
        let text = self.secret();
        self.codes.insert(text.clone(), code);
        if self.codes.len() > MOST_CODES {
            self.codes.pop_first();
        }
        text
    }

    /// Takes a code: it is good once, for a while, for its own client and redirect, and with the verifier of its challenge.
    pub(crate) fn take_code(
        &mut self,
        text: &str,
        app: u64,
        redirect_uri: &str,
        verifier: Option<&str>,
        now_ms: i64,
    ) -> Option<Code> {
        let known = self.codes.get(text)?;
        if known.app != app || known.redirect_uri != redirect_uri {
            return None;
        }
        let code = self.codes.remove(text)?;
        if code.at_ms + CODE_LIFE_MS < now_ms {
            return None;
        }
        match (&code.challenge, verifier) {
            (None, None) => Some(code),
            (Some(challenge), Some(verifier)) => {
                let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
                (hash == *challenge).then_some(code)
            }
            _ => None,
        }
    }

    /// Takes a code without looking at its verifier.
    pub(crate) fn take_unchecked(
        &mut self,
        text: &str,
        app: u64,
        redirect_uri: &str,
    ) -> Option<Code> {
        let known = self.codes.get(text)?;
        (known.app == app && known.redirect_uri == redirect_uri)
            .then(|| self.codes.remove(text))
            .flatten()
    }

    /// A token; the same app, person and scopes get the token that stands.
    pub(crate) fn make_token(
        &mut self,
        app: u64,
        person: Option<PersonKey>,
        scopes: Vec<String>,
        now_ms: i64,
    ) -> Grant {
        let standing = self
            .tokens
            .values()
            .find(|grant| grant.app == app && grant.person == person && grant.scopes == scopes);
        if let Some(grant) = standing {
            return grant.clone();
        }
        let grant = Grant {
            token: self.secret(),
            app,
            person,
            scopes,
            created_ms: now_ms,
        };
        self.tokens.insert(grant.token.clone(), grant.clone());
        grant
    }

    /// Ends a token.
    pub(crate) fn revoke(&mut self, token: &str) -> Option<Grant> {
        self.tokens.remove(token)
    }
}
