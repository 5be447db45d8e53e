//! Clients: what one said when it registered is what its id says, signed; so no table of clients can grow.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    super::{error::ApiError, form::Form, query::Query, shared::Shared},
    OUT_OF_BAND,
    failure::Failure,
    keys::{GuestKeys, Purpose, Signature},
    scopes::Scopes,
    token,
};

/// Longest name of a client, in characters; Mastodon's own bound.
const MAX_NAME: usize = 60;

/// Longest address of a client's own page, in bytes: it goes into every token.
const MAX_WEBSITE_BYTES: usize = 255;

/// Bytes of all redirect addresses together: the client's id holds them, and stands in addresses of at most 8 KB.
const MAX_REDIRECT_BYTES: usize = 2_000;

/// Schemes of addresses that a browser runs or opens with the page's own rights.
const DANGEROUS: [&str; 8] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "javascript",
    "vbscript",
    "view-source",
];

/// What a client said about itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Client {
    #[serde(rename = "n")]
    pub(super) name: String,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(super) website: Option<String>,
    #[serde(rename = "r")]
    pub(super) redirect_uris: Vec<String>,
    #[serde(rename = "s")]
    scopes: u64,
    /// Tells apart two registrations of the same program.
    #[serde(rename = "k")]
    nonce: u32,
}

/// A client that this relay registered.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) client_id: String,
    pub(super) client: Client,
    signature: Signature,
}

impl Client {
    /// Reads a registration.
    fn of(form: &Query) -> Result<Self, ApiError> {
        let name = form.get("client_name").map(str::trim);
        let name = name
            .filter(|it| !it.is_empty())
            .ok_or_else(|| invalid("client_name is missing"))?;
        if name.chars().count() > MAX_NAME {
            return Err(invalid(format!(
                "client_name is longer than {MAX_NAME} characters"
            )));
        }
        let website = form.get("website").map(str::to_owned);
        let is_page = |it: &String| {
            let is_web = it.starts_with("https://") || it.starts_with("http://");
            is_web && it.len() <= MAX_WEBSITE_BYTES && it.bytes().all(|b| b.is_ascii_graphic())
        };
        if website.as_ref().is_some_and(|it| !is_page(it)) {
            return Err(invalid(format!(
                "website is no web address of at most {MAX_WEBSITE_BYTES} bytes"
            )));
        }
        // One text with an address in each line, or a list.
        let redirect_uris: Vec<String> = form
            .list("redirect_uris")
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect();
        if redirect_uris.is_empty() {
            return Err(invalid("redirect_uris is missing"));
        }
        if redirect_uris.iter().map(String::len).sum::<usize>() > MAX_REDIRECT_BYTES {
            return Err(invalid(format!(
                "redirect_uris are longer than {MAX_REDIRECT_BYTES} bytes together"
            )));
        }
        if let Some(wrong) = redirect_uris.iter().find(|it| !is_redirect(it)) {
            return Err(invalid(format!(
                "redirect_uris has \"{wrong}\", which is no address that a code may be sent to"
            )));
        }
        let scopes = Scopes::parse(form.get("scopes"))
            .map_err(|unknown| invalid(format!("scopes has \"{unknown}\", which is not known")))?;
        Ok(Self {
            name: name.to_owned(),
            website,
            redirect_uris,
            scopes: scopes.bits(),
            nonce: rand::random(),
        })
    }

    pub(super) fn scopes(&self) -> Scopes {
        Scopes::from_bits(self.scopes)
    }
}

impl Known {
    /// The client with this id, when the relay gave it out.
    pub(super) fn open(keys: &GuestKeys, client_id: &str) -> Option<Self> {
        let opened = keys.open(Purpose::Client, client_id, &[])?;
        Some(Self {
            client_id: client_id.to_owned(),
            client: serde_json::from_slice(&opened.payload).ok()?,
            signature: opened.signature,
        })
    }

    /// Its number for people and lists; the other id is what it proves itself with.
    pub(super) fn number(&self) -> String {
        let bytes = self.signature.first_chunk::<8>().copied();
        (u64::from_be_bytes(bytes.unwrap_or_default()) >> 1).to_string()
    }

    /// The client that a request comes from, by Basic authorization or by parameters; its secret must be right.
    pub(super) fn authenticated(
        keys: &GuestKeys,
        headers: &HeaderMap,
        form: &Query,
    ) -> Result<Self, Failure> {
        let (id, secret) = basic(headers).unwrap_or_else(|| {
            let text = |name| form.get(name).unwrap_or_default().to_owned();
            (text("client_id"), text("client_secret"))
        });
        let known = Self::open(keys, &id).ok_or(Failure::invalid_client())?;
        let is_right = keys.open(Purpose::Secret, &secret, &[&id]).is_some();
        is_right.then_some(known).ok_or(Failure::invalid_client())
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let plain = |it: &str| percent_decode_str(it).decode_utf8_lossy().into_owned();
    Some((plain(id), plain(secret)))
}

/// Whether a code may be sent to this address: absolute, without a fragment, of a scheme that only takes it to a program.
fn is_redirect(uri: &str) -> bool {
    if uri == OUT_OF_BAND {
        return true;
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return false;
    };
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.'));
    let has_host = !matches!(scheme.as_str(), "http" | "https")
        || rest
            .strip_prefix("//")
            .is_some_and(|it| !it.is_empty() && !it.starts_with('/'));
    is_scheme
        && has_host
        && !rest.is_empty()
        && !DANGEROUS.contains(&scheme.as_str())
        && uri
            .bytes()
            .all(|it| it.is_ascii_graphic() && !matches!(it, b'#' | b'"' | b'<' | b'>' | b'\\'))
}

fn invalid(what: impl std::fmt::Display) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        format!("Validation failed: {what}"),
    )
}

/// `POST /api/v1/apps`.
pub(super) async fn register(
    State(shared): State<Shared>,
    Form(form): Form,
) -> Result<Response, ApiError> {
    let client = Client::of(&form)?;
    let payload = serde_json::to_vec(&client)
        .map_err(|_error| invalid("the registration cannot be written down"))?;
    let keys = &shared.guests;
    let client_id = keys.seal(Purpose::Client, &payload, &[]);
    let secret = keys.seal(Purpose::Secret, b"secret", &[&client_id]);
    let known = Known::open(keys, &client_id)
        .ok_or_else(|| invalid("the registration cannot be written down"))?;
    let mut body = application(
        &known.number(),
        &known.client.name,
        known.client.website.as_deref(),
        known.client.scopes(),
    );
    let uris = &known.client.redirect_uris;
    if let Value::Object(members) = &mut body {
        members.extend([
            ("redirect_uris".to_owned(), json!(uris)),
            ("redirect_uri".to_owned(), json!(uris.join("\n"))),
            ("client_id".to_owned(), json!(client_id)),
            ("client_secret".to_owned(), json!(secret)),
            ("client_secret_expires_at".to_owned(), json!(0)),
        ]);
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// `GET /api/v1/apps/verify_credentials`: what is known of the client that a token was given to.
pub(super) async fn verify(
    State(shared): State<Shared>,
    headers: HeaderMap,
    query: Query,
) -> Result<Response, token::Refused> {
    let token = token::of(&shared, &headers, &query)?;
    let body = application(
        &token.app,
        &token.name,
        token.website.as_deref(),
        token.scopes(),
    );
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(body)).into_response())
}

fn application(number: &str, name: &str, website: Option<&str>, scopes: Scopes) -> Value {
    json!({
        "id": number,
        "name": name,
        "website": website,
        "scopes": scopes.names(),
        // There is no Web Push here; clients expect the key to be there.
        "vapid_key": "",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_goes_to_programs_and_never_runs() {
        for good in [
            OUT_OF_BAND,
            "https://elk.example/oauth?x=1",
            "http://127.0.0.1:4711/",
            "http://[::1]:4711/cb",
            "com.example.app:/oauth",
            "tusky://oauth",
            "toot:done",
        ] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "https://",
            "https:///path",
            "https:elk.example",
            "/oauth",
            "elk.example",
            "",
            "a b:c",
            "app:",
            "https://elk.example/#part",
            "https://elk.example/\"><script>",
            "1app:x",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
    }
}
