//! What a server says of itself, and the few pages that it has for people.
use serde_json::{Value, json};

use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::options::Software;
use crate::render::account::custom_emoji;
use crate::render::instance::{nodeinfo, rules, v1, v2};
use crate::world::World;
use crate::world::text::escape;

const FIVE_MINUTES: &str = "public, max-age=300, stale-while-revalidate=30";

/// `v1/instance...` and `v2/instance`
pub(crate) fn instance(world: &World, call: &Call, rest: &[&str], second: bool) -> Outcome {
    match rest {
        [] if second => {
            Ok(Answer::json(v2(world, call.server)).header("cache-control", FIVE_MINUTES))
        }
        [] => Ok(Answer::json(v1(world, call.server))
            .header("cache-control", FIVE_MINUTES)
            .header("deprecation", "@1668384000")),
        ["peers"] => {
            let others = world.servers.iter().filter(|(key, _)| *key != call.server);
            Ok(Answer::json(
                others
                    .map(|(_, server)| server.domain.clone())
                    .collect::<Vec<_>>(),
            ))
        }
        ["rules"] => Ok(Answer::json(rules())),
        ["activity" | "domain_blocks" | "languages"] => Ok(Answer::json(Vec::<Value>::new())),
        ["translation_languages"] => Ok(Answer::empty()),
        ["extended_description" | "privacy_policy"] => Ok(Answer::json(
            json!({ "updated_at": crate::clock::iso(world.now()), "content": "<p>A server for trying things out.</p>" }),
        )),
        _ => Err(Refusal::not_found()),
    }
}

/// `custom_emojis`
pub(crate) fn custom_emojis(world: &World, call: &Call) -> Outcome {
    let here = &world.servers[call.server];
    Ok(Answer::json(
        here.emojis
            .iter()
            .map(|emoji| custom_emoji(&here.base, emoji))
            .collect::<Vec<_>>(),
    ))
}

/// `.well-known/...`, `nodeinfo/...` and `health`
pub(crate) fn well_known(world: &World, call: &Call, segments: &[&str]) -> Outcome {
    let here = &world.servers[call.server];
    match segments {
        [".well-known", "nodeinfo"] => Ok(Answer::json(json!({
            "links": [{ "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{}/nodeinfo/2.0", here.base) }],
        }))),
        ["nodeinfo", "2.0" | "2.1"] => Ok(Answer::json(nodeinfo(world, call.server))),
        [".well-known", "webfinger"] => webfinger(world, call),
        ["health"] => Ok(Answer::plain("OK")),
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn webfinger(world: &World, call: &Call) -> Outcome {
    let resource = call.params.text("resource").unwrap_or_default();
    let (name, domain) = resource
        .trim_start_matches("acct:")
        .split_once('@')
        .ok_or_else(Refusal::not_found)?;
    let here = &world.servers[call.server];
    let person = world
        .local_person(call.server, name)
        .filter(|_| domain == here.domain);
    let username = &world.people[person.ok_or_else(Refusal::not_found)?].username;
    let base = &here.base;
    Ok(Answer::json(json!({
        "subject": format!("acct:{username}@{}", here.domain),
        "aliases": [format!("{base}/@{username}"), format!("{base}/users/{username}")],
        "links": [
            { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": format!("{base}/@{username}") },
            { "rel": "self", "type": "application/activity+json", "href": format!("{base}/users/{username}") },
        ],
    })))
}

/// Pages for people: the front door, robots.txt, and a post or profile in plain words.
pub(crate) fn page(world: &World, call: &Call, segments: &[&str]) -> Outcome {
    let here = &world.servers[call.server];
    let title = escape(&here.title);
    let body = match segments {
        [] | ["about" | "privacy-policy"] => {
            format!("<h1>{title}</h1><p>{}</p>", escape(&here.description))
        }
        ["robots.txt"] => {
            let usual = match here.software {
                Software::GoToSocial => "User-agent: *\nDisallow: /api/\n",
                _ => "User-agent: *\nDisallow: /media_proxy/\n",
            };
            return Ok(Answer::plain(
                here.faults
                    .robots
                    .clone()
                    .unwrap_or_else(|| usual.to_owned()),
            ));
        }
        [name, id] if name.starts_with('@') => {
            let found = here
                .software
                .id_form()
                .read(id)
                .and_then(|id| world.living_post(call.server, id));
            let post = found
                .filter(|post| world.may_read(*post, None))
                .ok_or_else(Refusal::not_found)?;
            let version = world.posts[post].seen_by(call.server);
            format!(
                "<h1>{title}</h1><p lang=\"{}\">{}</p>",
                version.language.as_deref().unwrap_or(""),
                escape(&version.text)
            )
        }
        [name] if name.starts_with('@') => {
            let person = crate::rest::accounts::found_by_acct(world, call, name)
                .ok_or_else(Refusal::not_found)?;
            format!(
                "<h1>{}</h1><p>{}</p>",
                escape(&world.people[person].display_name),
                escape(&world.people[person].note)
            )
        }
        ["tags", tag] => format!("<h1>#{}</h1>", escape(tag)),
        _ => return Err(Refusal::new(404, "Not Found")),
    };
    Ok(Answer::html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><body>{body}</body></html>"
    )))
}
