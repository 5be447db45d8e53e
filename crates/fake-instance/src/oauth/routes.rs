//! The OAuth routes and app registration.
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::clock::iso;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::oauth::registry::App;
use crate::oauth::{Grant, SCOPES, authorize};
use crate::options::Software;
use crate::render::account;
use crate::stream::hub::has_scope;
use crate::world::World;

/// The address of those who copy the code by hand.
pub(crate) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";
const VAPID_KEY: &str =
    "BCk-QqERU0q-CfYZjcuB6lnyyOYfJ2AifKqfeGIm7Z-HiTU5T9eTG5GxVA0_OH5mMlI4UkkDTpaZwozy0TzdZ2M=";

/// `oauth/...` and the discovery document.
pub(crate) fn serve(world: &mut World, call: &Call, segments: &[&str]) -> Outcome {
    match (call.method.as_str(), segments) {
        ("GET", [".well-known", _]) => Ok(discovery(world, call)),
        ("GET", ["oauth", "authorize"]) => authorize::page(world, call),
        ("POST", ["oauth", "authorize"]) => authorize::decide(world, call),
        ("GET", ["oauth", "authorize", "native"]) => Ok(authorize::native(call)),
        ("POST", ["oauth", "token"]) => token(world, call),
        ("POST", ["oauth", "revoke"]) => revoke(world, call),
        ("GET" | "POST", ["oauth", "userinfo"]) => userinfo(world, call),
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn discovery(world: &World, call: &Call) -> Answer {
    let base = &world.servers[call.server].base;
    Answer::json(json!({
        "issuer": format!("{base}/"),
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "userinfo_endpoint": format!("{base}/oauth/userinfo"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "service_documentation": "https://docs.joinmastodon.org/",
        "app_registration_endpoint": format!("{base}/api/v1/apps"),
    }))
}

/// `apps` and `apps/verify_credentials`
pub(crate) fn apps(world: &mut World, call: &Call, segments: &[&str]) -> Outcome {
    match (call.method.as_str(), segments) {
        ("POST", ["api", "v1", "apps"]) => register(world, call),
        ("GET", ["api", "v1", "apps", "verify_credentials"]) => {
            let grant = call.grant.as_ref().ok_or_else(Refusal::invalid_token)?;
            let app = world.servers[call.server]
                .registry
                .app(grant.app)
                .ok_or_else(Refusal::invalid_token)?;
            Ok(Answer::json(application(app, false)))
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn application(app: &App, with_secret: bool) -> Value {
    let mut value = json!({
        "id": app.number.to_string(), "name": app.name, "website": app.website, "scopes": app.scopes,
        "redirect_uris": app.redirect_uris, "vapid_key": VAPID_KEY, "redirect_uri": app.redirect_uris.join("\n"),
    });
    if let (true, Some(object)) = (with_secret, value.as_object_mut()) {
        object.insert("client_id".to_owned(), app.client_id.clone().into());
        object.insert("client_secret".to_owned(), app.client_secret.clone().into());
        object.insert("client_secret_expires_at".to_owned(), 0.into());
    }
    value
}

/// Words of a scope parameter; a bare one reads.
pub(crate) fn scopes_of(text: Option<&str>) -> Vec<String> {
    let scopes: Vec<String> = text
        .unwrap_or("read")
        .split([' ', '+'])
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect();
    if scopes.is_empty() {
        vec!["read".to_owned()]
    } else {
        scopes
    }
}

fn register(world: &mut World, call: &Call) -> Outcome {
    let params = &call.params;
    let server = &mut world.servers[call.server];
    let Some(name) = params.text("client_name") else {
        return Err(Refusal::invalid("Application name can't be blank"));
    };
    let given = params.list("redirect_uris");
    if server.software == Software::GoToSocial && given.len() > 1 {
        return Err(Refusal::new(
            400,
            "Bad Request: redirect_uris must be a string",
        ));
    }
    let uris: Vec<String> = given
        .iter()
        .flat_map(|uris| uris.split_whitespace())
        .map(str::to_owned)
        .collect();
    if uris.is_empty() {
        return Err(Refusal::invalid("Redirect URI can't be blank"));
    }
    if uris.iter().any(|uri| !is_redirect(uri)) {
        return Err(Refusal::invalid("Redirect URI must be an absolute URI."));
    }
    let scopes = scopes_of(params.text("scopes"));
    if scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
        return Err(Refusal::invalid(
            "Scopes doesn't match configured on the server.",
        ));
    }
    let website = params.text("website");
    if website.is_some_and(|site| !site.starts_with("http://") && !site.starts_with("https://")) {
        return Err(Refusal::invalid("Application website must be a valid URL"));
    }
    let app = server.registry.register(name, website, scopes, uris);
    Ok(Answer::json(application(&app, true)))
}

/// Whether an address may receive codes: absolute, without a fragment, of no dangerous scheme.
fn is_redirect(uri: &str) -> bool {
    if uri == OUT_OF_BAND {
        return true;
    }
    let Some((scheme, rest)) = uri.split_once(':') else {
        return false;
    };
    let scheme = scheme.to_ascii_lowercase();
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let web = !matches!(scheme.as_str(), "http" | "https")
        || rest.strip_prefix("//").is_some_and(|host| !host.is_empty());
    named
        && web
        && !rest.is_empty()
        && !uri.contains('#')
        && !matches!(scheme.as_str(), "javascript" | "data" | "vbscript")
}

/// The client of a call, by form fields or by the Basic header; its secret must be right.
fn client(world: &World, call: &Call) -> Result<App, Refusal> {
    let basic = call
        .header("authorization")
        .and_then(|header| header.strip_prefix("Basic "))
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let (id, secret) = match basic.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((id, secret)) => (id, secret),
        None => (
            call.params.text("client_id").unwrap_or_default(),
            call.params.text("client_secret").unwrap_or_default(),
        ),
    };
    let app = world.servers[call.server]
        .registry
        .client(id)
        .filter(|app| app.client_secret == secret);
    app.cloned()
        .ok_or_else(|| Refusal::oauth(401, "invalid_client"))
}

fn token_value(grant: &Grant) -> Value {
    json!({
        "access_token": grant.token, "token_type": "Bearer", "scope": grant.scopes.join(" "),
        "created_at": grant.created_ms / 1_000,
    })
}

fn token(world: &mut World, call: &Call) -> Outcome {
    let app = client(world, call)?;
    let now = world.now();
    let params = &call.params;
    let lenient = world.servers[call.server].software == Software::GoToSocial;
    let registry = &mut world.servers[call.server].registry;
    let grant = match params.text("grant_type") {
        Some("authorization_code") => {
            let redirect = params.text("redirect_uri").unwrap_or_default();
            let code = params.text("code").unwrap_or_default();
            // GoToSocial takes a verifier and does not look at it.
            let taken = if lenient {
                registry.take_unchecked(code, app.number, redirect)
            } else {
                registry.take_code(
                    code,
                    app.number,
                    redirect,
                    params.text("code_verifier"),
                    now,
                )
            };
            let code = taken.ok_or_else(|| Refusal::oauth(400, "invalid_grant"))?;
            registry.make_token(app.number, Some(code.person), code.scopes, now)
        }
        Some("client_credentials") => {
            let scopes = scopes_of(params.text("scope"));
            if scopes.iter().any(|scope| !has_scope(&app.scopes, scope)) {
                return Err(Refusal::oauth(400, "invalid_scope"));
            }
            registry.make_token(app.number, None, scopes, now)
        }
        Some(_) => return Err(Refusal::oauth(400, "unsupported_grant_type")),
        None => return Err(Refusal::oauth(400, "invalid_request")),
    };
    Ok(Answer::json(token_value(&grant)).header("cache-control", "no-store"))
}

fn revoke(world: &mut World, call: &Call) -> Outcome {
    let app = client(world, call).map_err(|_why| Refusal::oauth(403, "unauthorized_client"))?;
    let token = call.params.text("token").unwrap_or_default();
    match world.servers[call.server].registry.grant(token) {
        Some(grant) if grant.app != app.number => Err(Refusal::oauth(403, "unauthorized_client")),
        Some(_) => {
            world.end_token(call.server, token);
            Ok(Answer::empty())
        }
        None => Ok(Answer::empty()),
    }
}

fn userinfo(world: &World, call: &Call) -> Outcome {
    let grant = call.grant.as_ref().ok_or_else(Refusal::invalid_token)?;
    if !grant
        .scopes
        .iter()
        .any(|scope| scope == "profile" || scope == "read")
    {
        return Err(Refusal::out_of_scope());
    }
    let person = grant.person.ok_or_else(Refusal::needs_user)?;
    let row = &world.people[person];
    let base = &world.servers[call.server].base;
    Ok(Answer::json(json!({
        "iss": format!("{base}/"), "sub": account::uri(world, person), "name": row.display_name,
        "preferred_username": row.username, "profile": format!("{base}/@{}", row.username),
        "picture": format!("{base}/system/avatars/{}.png", row.look), "updated_at": iso(row.created_ms),
    })))
}
