//! What the relay says about itself to people: who runs it, whom it hears, its rules, what it keeps, and how not to be shown.

mod facts;
mod html;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use serde_json::json;

use self::facts::Facts;
use super::{
    answer::{Freshness, json_of},
    page::{Page, escaped},
    shared::Shared,
};

/// The page's path. The app has a page of its own at `/about`.
pub(super) const PATH: &str = "/about/relay";

/// The paths.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            PATH,
            get(async |State(shared): State<Shared>| page(&shared)),
        )
        .route("/api/watersmeet/about", get(about))
        .route("/api/v1/instance/extended_description", get(description))
        .route("/api/v1/instance/privacy_policy", get(privacy))
}

/// The page, for people without the app and without scripts.
pub(super) fn page(shared: &Shared) -> Response {
    let facts = Facts::of(shared);
    let page = Page {
        title: &format!("About {}", facts.name),
        head: &html::feed_links(&facts),
        body: &html::body(&facts),
        ..Page::default()
    };
    page.answer(StatusCode::OK)
}

/// What the page says, as HTML to stand in another one.
pub(super) fn words(shared: &Shared) -> String {
    let facts = Facts::of(shared);
    format!(
        "<h1>About {}</h1>\n{}",
        escaped(&facts.name),
        html::body(&facts)
    )
}

/// `GET /api/watersmeet/about`: the same for programs.
async fn about(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    json_of(&asked, Freshness::Live, &Facts::of(&shared).json())
}

/// `GET /api/v1/instance/extended_description`.
async fn description(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let facts = Facts::of(&shared);
    let body = json!({"updated_at": facts.since, "content": html::words(&facts)});
    json_of(&asked, Freshness::Settled, &body)
}

/// `GET /api/v1/instance/privacy_policy`.
async fn privacy(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let facts = Facts::of(&shared);
    let body = json!({"updated_at": facts.since, "content": html::privacy(&facts)});
    json_of(&asked, Freshness::Settled, &body)
}
