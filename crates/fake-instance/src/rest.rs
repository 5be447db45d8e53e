//! Mastodon's REST routes: one table, plain functions, the world as their only state.
pub(crate) mod accounts;
pub(crate) mod desk;
pub(crate) mod instance;
pub(crate) mod media;
pub(crate) mod notifications;
pub(crate) mod search;
pub(crate) mod statuses;
pub(crate) mod timelines;
pub(crate) mod write;

use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::oauth;
use crate::options::Software;
use crate::world::World;

/// Serves a call.
pub(crate) fn dispatch(world: &mut World, call: &Call) -> Outcome {
    let segments: Vec<&str> = call
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    if call.bad_json {
        return Err(Refusal::new(
            400,
            "Error occurred while parsing request parameters",
        ));
    }
    if missing_in(world.servers[call.server].software, &segments) {
        return Err(Refusal::new(404, "Not Found"));
    }
    match segments.as_slice() {
        ["oauth", ..] | [".well-known", "oauth-authorization-server"] => {
            oauth::routes::serve(world, call, &segments)
        }
        [".well-known", ..] | ["nodeinfo", ..] | ["health"] => {
            instance::well_known(world, call, &segments)
        }
        ["api", "v1", "apps", ..] => oauth::routes::apps(world, call, &segments),
        ["api", "v1" | "v2", rest @ ..] => api(world, call, rest),
        _ => instance::page(world, call, &segments),
    }
}

fn api(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    let v2 = call.path.starts_with("/api/v2");
    match rest {
        ["instance", more @ ..] => instance::instance(world, call, more, v2),
        ["custom_emojis"] => instance::custom_emojis(world, call),
        ["timelines", more @ ..] => timelines::serve(world, call, more),
        ["statuses", more @ ..] => statuses::serve(world, call, more),
        ["polls", more @ ..] => statuses::polls(world, call, more),
        ["accounts", more @ ..] => accounts::serve(world, call, more),
        ["media", more @ ..] => media::serve(world, call, more, v2),
        ["search"] => search::search(world, call),
        ["notifications", more @ ..] => notifications::serve(world, call, more, v2),
        ["tags", more @ ..] => search::tags(world, call, more),
        ["trends", more @ ..] => search::trends(world, call, more),
        _ => desk::serve(world, call, rest),
    }
}

/// Routes that the other kinds of software do not have.
fn missing_in(software: Software, segments: &[&str]) -> bool {
    match (software, segments) {
        (
            Software::Pleroma,
            ["api", "v2", "instance"] | [".well-known", "oauth-authorization-server"],
        ) => true,
        (Software::Mastodon | Software::Pleroma, _) => false,
        (
            Software::GoToSocial,
            ["api", "v2", "notifications", ..]
            | [
                "api",
                "v1",
                "directory" | "domain_blocks" | "endorsements" | "suggestions",
                ..,
            ]
            | ["api", "v1", "statuses", _, "translate" | "card" | "quotes"]
            | [
                "api",
                "v1",
                "instance",
                "activity" | "extended_description" | "privacy_policy" | "terms_of_service",
                ..,
            ]
            | ["api", "v1", "apps", "verify_credentials"]
            | ["oauth", "userinfo"]
            | [".well-known", "oauth-authorization-server"],
        ) => true,
        (
            Software::Hollo,
            [
                "api",
                "v1" | "v2",
                "filters" | "conversations" | "trends" | "push" | "suggestions"
                | "scheduled_statuses" | "featured_tags",
                ..,
            ]
            | ["api", "v1", "instance", "peers" | "rules" | "activity", ..]
            | ["api", "v1", "statuses", _, "history" | "mute" | "unmute"],
        ) => true,
        _ => false,
    }
}

/// GoToSocial and Hollo show next to nothing without a token.
pub(crate) fn needs_token_here(world: &World, call: &Call) -> Result<(), Refusal> {
    let is_shut = matches!(
        world.servers[call.server].software,
        Software::GoToSocial | Software::Hollo
    );
    if is_shut && call.grant.is_none() {
        return Err(Refusal::new(401, "Unauthorized: token not supplied"));
    }
    Ok(())
}
