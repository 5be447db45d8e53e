//! The page that a client sends a person to: it says what a guest is, and its one button gives the code.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    super::{
        error::ApiError,
        form::Form,
        page::{Page, escaped},
        query::Query,
        shared::Shared,
    },
    OUT_OF_BAND,
    client::Known,
    code::{self, Bond},
    failure::Failure,
    scopes::Scopes,
    token::now_s,
};

/// What the form sends again, so that the relay need not remember it.
const KEPT: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// Longest `state` that is carried back.
const MAX_STATE_BYTES: usize = 2_000;

/// A request for a code whose client and address are the relay's own.
struct Wish {
    client: Known,
    redirect_uri: String,
    state: Option<String>,
    scopes: Scopes,
    challenge: Option<String>,
}

/// Why no code is given.
enum Wrong {
    /// Told to the person, since nobody can be trusted to be the client.
    Page(&'static str),
    /// Told to the client.
    Back(String),
}

impl Wish {
    fn of(shared: &Shared, form: &Query) -> Result<Self, Wrong> {
        let client = form
            .get("client_id")
            .and_then(|id| Known::open(&shared.guests, id))
            .ok_or(Wrong::Page(
                "This relay does not know the app that sent you here.",
            ))?;
        let redirect_uri = form
            .get("redirect_uri")
            .filter(|it| client.client.redirect_uris.iter().any(|known| known == it))
            .ok_or(Wrong::Page(
                "The app wants you to be sent to an address that it did not register.",
            ))?
            .to_owned();
        let state = form.get("state").map(str::to_owned);
        if state.as_ref().is_some_and(|it| it.len() > MAX_STATE_BYTES) {
            return Err(Wrong::Page(
                "The app sent more along than can be carried back.",
            ));
        }
        let refuse = |failure: Failure| {
            if redirect_uri == OUT_OF_BAND {
                return Wrong::Page(failure.description);
            }
            Wrong::Back(error_address(&redirect_uri, failure, state.as_deref()))
        };
        let bad = |error, description| refuse(Failure::bad(error, description));
        if form.get("response_type") != Some("code") {
            return Err(bad(
                "unsupported_response_type",
                "This relay answers to response_type=code only",
            ));
        }
        if form.get("response_mode").is_some_and(|it| it != "query") {
            return Err(bad(
                "invalid_request",
                "This relay answers to response_mode=query only",
            ));
        }
        let scopes = Scopes::parse(form.get("scope")).ok();
        let scopes = scopes.filter(|it| client.client.scopes().cover(*it));
        let scopes = scopes.ok_or_else(|| {
            bad(
                "invalid_scope",
                "The client did not register for one of these scopes",
            )
        })?;
        let challenge = form.get("code_challenge").map(str::to_owned);
        let is_s256 = form.get("code_challenge_method") == Some("S256");
        if challenge
            .as_ref()
            .is_some_and(|it| !is_s256 || !code::is_challenge(it))
        {
            return Err(bad(
                "invalid_request",
                "code_challenge_method must be S256, and code_challenge its 43 characters",
            ));
        }
        Ok(Self {
            redirect_uri,
            state,
            scopes,
            challenge,
            client,
        })
    }
}

/// `GET /oauth/authorize`: asks the person.
pub(super) async fn ask(State(shared): State<Shared>, query: Query) -> Result<Response, ApiError> {
    let wish = match Wish::of(&shared, &query) {
        Ok(wish) => wish,
        Err(wrong) => return Ok(refusal(wrong)),
    };
    let title = format!("Read {} as a guest", shared.config.name);
    let name = escaped(&wish.client.client.name);
    let app = match &wish.client.client.website {
        Some(page) => format!(
            "<a href=\"{}\" rel=\"noopener noreferrer\"><bdi>{name}</bdi></a>",
            escaped(page)
        ),
        None => format!("<strong><bdi>{name}</bdi></strong>"),
    };
    let more = if wish.scopes.write() {
        "<p class=\"quiet\">The app asked for more than reading. A guest has nothing more to give: what it tries to write is refused.</p>\n"
    } else {
        ""
    };
    let (after, cancel) = if wish.redirect_uri == OUT_OF_BAND {
        (
            "Afterwards this page shows a code to copy into the app.".to_owned(),
            String::new(),
        )
    } else {
        let denied = Failure::bad("access_denied", "The person went back without signing in");
        let back = error_address(&wish.redirect_uri, denied, wish.state.as_deref());
        (
            format!("Afterwards you go to {}.", place(&wish.redirect_uri)),
            format!("<a href=\"{}\">Cancel and go back</a>\n", escaped(back)),
        )
    };
    let kept: String = KEPT
        .iter()
        .filter_map(|name| Some((name, query.get(name)?)))
        .map(|(name, value)| {
            format!(
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n",
                escaped(value)
            )
        })
        .collect();
    let body = format!(
        "<p>{app} asks you to sign in. This relay has no accounts: whoever signs in is the same <strong>read-only guest</strong>.</p>\n\
         <ul>\n\
         <li>You can read what everybody can read here: timelines, hashtags, lists, posts and threads.</li>\n\
         <li>You cannot post, follow or favourite. For that, sign in at the server where your account lives.</li>\n\
         <li>Nothing about you is asked or kept: no name, no password, no mail address.</li>\n\
         </ul>\n{more}<p class=\"quiet\">{after}</p>\n\
         <form method=\"post\" action=\"/oauth/authorize\">\n{kept}\
         <p class=\"deeds\"><button type=\"submit\">Continue as a guest</button>\n{cancel}</p>\n</form>\n\
         <p class=\"quiet after\"><a href=\"/about/relay\">Who runs this relay, and what it does</a></p>\n"
    );
    // A browser holds the form to this on every redirect that follows, so the client's own further hops must be within it.
    let scheme = wish.redirect_uri.split_once(':').map_or("", |(it, _)| it);
    let scheme = format!("{}:", scheme.to_ascii_lowercase());
    let page = Page {
        title: &title,
        body: &body,
        form_leads_to: &[&scheme],
        ..Page::default()
    };
    Ok(page.answer(StatusCode::OK))
}

/// `POST /oauth/authorize`: the button was pressed.
pub(super) async fn decide(State(shared): State<Shared>, Form(form): Form) -> Response {
    let wish = match Wish::of(&shared, &form) {
        Ok(wish) => wish,
        Err(wrong) => return refusal(wrong),
    };
    let bond = Bond {
        client_id: &wish.client.client_id,
        redirect_uri: &wish.redirect_uri,
        challenge: wish.challenge.as_deref(),
    };
    let code = code::mint(&shared.guests, bond, wish.scopes, now_s());
    if wish.redirect_uri == OUT_OF_BAND {
        // A page of its own, so that loading it again asks for nothing.
        return redirect(&with_query("/oauth/authorize/native", &[("code", &code)]));
    }
    let mut pairs = vec![("code", code.as_str())];
    pairs.extend(wish.state.as_deref().map(|it| ("state", it)));
    redirect(&with_query(&wish.redirect_uri, &pairs))
}

/// `GET /oauth/authorize/native`: the code, for people who carry it to the app themselves.
pub(super) async fn show_code(query: Query) -> Response {
    let Some(code) = query.get("code").filter(|it| code::is_code(it)) else {
        return refusal(Wrong::Page("There is no code in this address."));
    };
    let body = format!(
        "<p id=\"what\">Copy this code and paste it into the app that sent you here. It is good for ten minutes, once.</p>\n\
         <p><code class=\"copy\" tabindex=\"0\" role=\"textbox\" aria-readonly=\"true\" aria-label=\"Code\" aria-describedby=\"what\">{}</code></p>\n",
        escaped(code)
    );
    let page = Page {
        title: "Your code",
        body: &body,
        ..Page::default()
    };
    page.answer(StatusCode::OK)
}

fn refusal(wrong: Wrong) -> Response {
    match wrong {
        Wrong::Back(address) => redirect(&address),
        Wrong::Page(why) => {
            let body = format!(
                "<p role=\"alert\" class=\"bad\">{}</p>\n\
                 <p>Go back to the app and sign in again. If this page comes again, the app has to register here anew: remove this relay from the app and add it again.</p>\n\
                 <p><a href=\"/\">Read this relay without signing in</a></p>\n",
                escaped(why)
            );
            let page = Page {
                title: "Signing in did not work",
                body: &body,
                ..Page::default()
            };
            page.answer(StatusCode::BAD_REQUEST)
        }
    }
}

/// Where a person will be sent, in words.
fn place(redirect_uri: &str) -> String {
    let (scheme, rest) = redirect_uri.split_once(':').unwrap_or_default();
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    match rest.strip_prefix("//").filter(|_| is_web) {
        Some(rest) => {
            let authority = rest.split(['/', '?']).next().unwrap_or_default();
            // What stands before an @ is no host, and is there to look like one.
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("<strong>{}</strong>", escaped(host))
        }
        None => format!(
            "the app on this device that opens <code>{}:</code> addresses",
            escaped(scheme)
        ),
    }
}

fn error_address(redirect_uri: &str, failure: Failure, state: Option<&str>) -> String {
    let mut pairs = vec![
        ("error", failure.error),
        ("error_description", failure.description),
    ];
    pairs.extend(state.map(|it| ("state", it)));
    with_query(redirect_uri, &pairs)
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{}", query.finish())
}

/// 303, so that what follows is a GET whatever this was.
fn redirect(address: &str) -> Response {
    match HeaderValue::try_from(address) {
        Ok(address) => (
            StatusCode::SEE_OTHER,
            [
                (header::LOCATION, address),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
        )
            .into_response(),
        Err(_no_header) => refusal(Wrong::Page("The app's address cannot be opened.")),
    }
}
