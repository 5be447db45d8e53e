//! What the relay says about itself in Mastodon's words, so that clients know what it can do.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    about,
    answer::{Freshness, json_of},
    shared::Shared,
};
use crate::config::Config;

/// The version of Mastodon whose reading part this is; clients that parse it find what they expect.
const MASTODON: &str = "4.3.0";

/// The version of what this relay adds to Mastodon's API.
const WATERSMEET_API: u32 = 1;

/// The version as Mastodon's clients know it from other programs: `4.3.0 (compatible; Watersmeet 0.1.0)`.
fn version() -> String {
    format!(
        "{MASTODON} (compatible; Watersmeet {})",
        env!("CARGO_PKG_VERSION")
    )
}

/// `GET /api/v2/instance`.
pub(super) async fn v2(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    json_of(&asked, Freshness::Settled, &instance(&shared.config))
}

/// `GET /api/v1/instance`, for clients from before Mastodon 4.0.
pub(super) async fn v1(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let mut response = json_of(&asked, Freshness::Settled, &old_instance(&shared.config));
    response
        .headers_mut()
        .insert("deprecation", HeaderValue::from_static("@1668384000"));
    response
}

/// `GET /api/v1/instance/peers`: the sources.
pub(super) async fn peers(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let domains = shared.config.sources.iter().map(|it| it.domain.as_str());
    json_of(&asked, Freshness::Settled, &domains.collect())
}

/// `GET /api/v1/instance/rules`: the operator's.
pub(super) async fn rules(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    json_of(&asked, Freshness::Settled, &rules_of(&shared.config))
}

/// The operator's rules as Mastodon writes them, numbered from 1.
fn rules_of(config: &Config) -> Value {
    let numbered = config.about.rules.iter().zip(1_u32..);
    numbered
        .map(|(text, number)| json!({"id": number.to_string(), "text": text, "hint": ""}))
        .collect()
}

fn instance(config: &Config) -> Value {
    let [statuses, media_attachments, polls] = limits();
    let open = json!({"local": "public", "remote": "public"});
    json!({
        "domain": domain(config),
        "title": config.name,
        "version": version(),
        "source_url": env!("CARGO_PKG_REPOSITORY"),
        "description": description(config),
        "usage": {"users": {"active_month": 0}},
        "thumbnail": {"url": thumbnail(config)},
        "icon": [],
        "languages": [],
        "configuration": {
            "urls": {
                "streaming": streaming(config),
                "about": format!("{}{}", config.public_url, about::PATH),
            },
            "vapid": {"public_key": ""},
            "accounts": {"max_featured_tags": 0, "max_pinned_statuses": 0},
            "statuses": statuses,
            "media_attachments": media_attachments,
            "polls": polls,
            "translation": {"enabled": false},
            "timelines_access": {"live_feeds": open, "hashtag_feeds": open, "trending_link_feeds": {"local": "disabled", "remote": "disabled"}},
            "limited_federation": false,
        },
        "registrations": {"enabled": false, "approval_required": false, "reason_required": false, "message": null, "url": null},
        "api_versions": {"mastodon": 2, "watersmeet": WATERSMEET_API},
        "contact": {"email": "", "account": null},
        "rules": rules_of(config),
    })
}

fn old_instance(config: &Config) -> Value {
    let [statuses, media_attachments, polls] = limits();
    json!({
        "uri": domain(config),
        "title": config.name,
        "short_description": description(config),
        "description": description(config),
        "email": "",
        "version": version(),
        "urls": {"streaming_api": streaming(config)},
        "stats": {"user_count": 0, "status_count": 0, "domain_count": config.sources.len()},
        "thumbnail": thumbnail(config),
        "languages": [],
        "registrations": false,
        "approval_required": false,
        "invites_enabled": false,
        "configuration": {"statuses": statuses, "media_attachments": media_attachments, "polls": polls},
        "contact_account": null,
        "rules": rules_of(config),
    })
}

/// Mastodon's own limits for statuses, media and polls: nobody writes here, but clients read these before they show anything.
fn limits() -> [Value; 3] {
    [
        json!({"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23}),
        json!({
            "supported_mime_types": [],
            "image_size_limit": 0, "image_matrix_limit": 0,
            "video_size_limit": 0, "video_frame_rate_limit": 0, "video_matrix_limit": 0,
        }),
        json!({"max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746}),
    ]
}

/// The host of the public address, with its port where it has one.
fn domain(config: &Config) -> &str {
    let address = config.public_url.as_str();
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

/// The public address with the scheme of sockets; clients append the path.
fn streaming(config: &Config) -> String {
    config.public_url.replacen("http", "ws", 1)
}

fn thumbnail(config: &Config) -> String {
    format!("{}/app/icon-512.png", config.public_url)
}

fn description(config: &Config) -> String {
    let count = config.sources.len();
    let servers = if count == 1 { "server" } else { "servers" };
    format!("One combined timeline of {count} {servers}, for reading")
}

/// `GET /.well-known/nodeinfo`: where the machine-readable description is.
pub(super) async fn nodeinfo_links(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    let links = ["2.0", "2.1"].map(|version| {
        json!({
            "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
            "href": format!("{}/nodeinfo/{version}", shared.config.public_url),
        })
    });
    json_of(&asked, Freshness::Settled, &json!({"links": links}))
}

/// `GET /nodeinfo/2.0`.
pub(super) async fn nodeinfo_2_0(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    json_of(&asked, Freshness::Settled, &nodeinfo(&shared.config, "2.0"))
}

/// `GET /nodeinfo/2.1`.
pub(super) async fn nodeinfo_2_1(State(shared): State<Shared>, asked: HeaderMap) -> Response {
    json_of(&asked, Freshness::Settled, &nodeinfo(&shared.config, "2.1"))
}

/// No protocol is named: nobody can follow a relay or be followed by it.
fn nodeinfo(config: &Config, version: &str) -> Value {
    json!({
        "version": version,
        "software": {"name": "watersmeet", "version": env!("CARGO_PKG_VERSION")},
        "protocols": [],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": false,
        "usage": {"users": {"total": 0, "activeMonth": 0, "activeHalfyear": 0}, "localPosts": 0},
        "metadata": {"nodeName": config.name, "nodeDescription": description(config)},
    })
}
