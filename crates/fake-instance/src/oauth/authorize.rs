//! The page on which a person lets an app in or not.
use crate::arena::PersonKey;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::oauth::registry::{App, Code};
use crate::oauth::routes::{OUT_OF_BAND, scopes_of};
use crate::stream::hub::has_scope;
use crate::world::World;
use crate::world::text::escape;

/// A request for permission whose client and address are known to be right.
struct Wish {
    app: App,
    redirect_uri: String,
    scopes: Vec<String>,
    state: Option<String>,
    challenge: Option<String>,
}

/// Why a wish is not put before the person.
enum Wrong {
    /// Told to the person: the address itself cannot be trusted.
    Page(&'static str),
    /// Told to the client by its address.
    Back(String),
}

fn wish(world: &World, call: &Call) -> Result<Wish, Wrong> {
    let params = &call.params;
    let registry = &world.servers[call.server].registry;
    let Some(app) = params.text("client_id").and_then(|id| registry.client(id)) else {
        return Err(Wrong::Page(
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
        ));
    };
    // Exactly one of the registered addresses: no wild cards, no other query, no trailing slash.
    let Some(redirect_uri) = params
        .text("redirect_uri")
        .filter(|uri| app.redirect_uris.iter().any(|known| known == uri))
    else {
        return Err(Wrong::Page("The redirect URI included is not valid."));
    };
    let state = params.text("state").map(str::to_owned);
    let back = |error: &str, why: &str| {
        Wrong::Back(error_address(redirect_uri, error, why, state.as_deref()))
    };
    if params.text("response_type") != Some("code") {
        return Err(back(
            "unsupported_response_type",
            "The authorization server does not support this response type.",
        ));
    }
    let scopes = scopes_of(params.text("scope"));
    if scopes.iter().any(|scope| !has_scope(&app.scopes, scope)) {
        return Err(back(
            "invalid_scope",
            "The requested scope is invalid, unknown, or malformed.",
        ));
    }
    let challenge = params.text("code_challenge").map(str::to_owned);
    if challenge.is_some() && params.text("code_challenge_method") != Some("S256") {
        return Err(back(
            "invalid_code_challenge_method",
            "The code_challenge_method must be S256.",
        ));
    }
    Ok(Wish {
        app: app.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scopes,
        state,
        challenge,
    })
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}

fn error_address(redirect_uri: &str, error: &str, why: &str, state: Option<&str>) -> String {
    let mut pairs = vec![("error", error), ("error_description", why)];
    pairs.extend(state.map(|state| ("state", state)));
    with_query(redirect_uri, &pairs)
}

fn refuse(wrong: Wrong) -> Answer {
    match wrong {
        Wrong::Page(why) => document(
            "An error has occurred",
            &format!("<p role=\"alert\">{}</p>", escape(why)),
        )
        .status(400),
        Wrong::Back(address) => Answer::redirect(302, address),
    }
}

fn document(title: &str, body: &str) -> Answer {
    Answer::html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title>\
         <style>body{{font:1rem/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}}button,select{{font:inherit;padding:.5rem 1rem;margin:.25rem .5rem .25rem 0}}</style>\
         <body><main><h1>{0}</h1>{body}</main></body></html>",
        escape(title)
    ))
}

/// `GET oauth/authorize`
pub(crate) fn page(world: &World, call: &Call) -> Outcome {
    let wish = match wish(world, call) {
        Ok(wish) => wish,
        Err(wrong) => return Ok(refuse(wrong)),
    };
    let here = &world.servers[call.server];
    let hidden: String = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    ]
    .iter()
    .filter_map(|name| {
        let value = call.params.text(name)?;
        Some(format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escape(value)
        ))
    })
    .collect();
    let choices: String = here
        .locals
        .values()
        .map(|person| {
            let row = &world.people[*person];
            let name = if row.display_name.is_empty() {
                &row.username
            } else {
                &row.display_name
            };
            format!(
                "<option value=\"{0}\">{1} (@{0})</option>",
                escape(&row.username),
                escape(name)
            )
        })
        .collect();
    let scopes: String = wish
        .scopes
        .iter()
        .map(|scope| format!("<li>{}</li>", escape(scope)))
        .collect();
    let body = format!(
        "<p><strong>{}</strong> would like permission to access your account on {}.</p><ul>{scopes}</ul>\
         <form method=\"post\" action=\"/oauth/authorize\">{hidden}\
         <p><label>Account <select name=\"account\">{choices}</select></label></p>\
         <button name=\"decision\" value=\"allow\">Authorize</button><button name=\"decision\" value=\"deny\">Deny</button></form>",
        escape(&wish.app.name),
        escape(&here.domain)
    );
    Ok(document("Authorization required", &body).header("cache-control", "private, no-store"))
}

/// `POST oauth/authorize`: the person's word.
pub(crate) fn decide(world: &mut World, call: &Call) -> Outcome {
    let wish = match wish(world, call) {
        Ok(wish) => wish,
        Err(wrong) => return Ok(refuse(wrong)),
    };
    if call.params.text("decision") == Some("deny") {
        let why = "The resource owner or authorization server denied the request.";
        let address = error_address(
            &wish.redirect_uri,
            "access_denied",
            why,
            wish.state.as_deref(),
        );
        return Ok(Answer::redirect(302, address));
    }
    let chosen = call
        .params
        .text("account")
        .and_then(|name| world.local_person(call.server, name));
    let person: PersonKey = chosen.ok_or_else(|| Refusal::new(422, "Choose an account"))?;
    let now = world.now();
    let code = world.servers[call.server].registry.make_code(Code {
        app: wish.app.number,
        person,
        redirect_uri: wish.redirect_uri.clone(),
        scopes: wish.scopes,
        challenge: wish.challenge,
        at_ms: now,
    });
    if wish.redirect_uri == OUT_OF_BAND {
        let base = &world.servers[call.server].base;
        return Ok(Answer::redirect(
            302,
            with_query(
                &format!("{base}/oauth/authorize/native"),
                &[("code", &code)],
            ),
        ));
    }
    let mut pairs = vec![("code", code.as_str())];
    pairs.extend(wish.state.as_deref().map(|state| ("state", state)));
    Ok(Answer::redirect(
        302,
        with_query(&wish.redirect_uri, &pairs),
    ))
}

/// The page that shows a code to be copied.
pub(crate) fn native(call: &Call) -> Answer {
    let code = escape(call.params.text("code").unwrap_or_default());
    document(
        "Copy this authorization code and paste it to the application.",
        &format!("<p><input readonly aria-label=\"Authorization code\" value=\"{code}\"></p>"),
    )
}
