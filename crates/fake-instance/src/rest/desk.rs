//! What an account has on its server: favourites, bookmarks, lists, markers, preferences, scheduled posts and the rest.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::arena::{PersonKey, PostKey};
use crate::clock::{iso, parse_iso};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::http::pages::{LinkParts, Window, link};
use crate::ids::LocalId;
use crate::render::account::account;
use crate::render::status::status;
use crate::rest::accounts::known;
use crate::rest::statuses::account_page;
use crate::rest::write::scheduled;
use crate::world::World;
use crate::world::federate::Due;
use crate::world::model::List;

/// Most lists of an account.
const MOST_LISTS: usize = 50;

/// Everything that has no file of its own.
pub(crate) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    match (call.method.as_str(), rest) {
        ("GET", [kind @ ("favourites" | "bookmarks")]) => kept(world, call, kind),
        (_, ["lists", more @ ..]) => lists(world, call, more),
        ("GET", ["markers"]) => {
            let viewer = call.user("read:statuses")?;
            Ok(Answer::json(markers(
                world,
                call,
                viewer,
                &call.params.list("timeline"),
            )))
        }
        ("POST", ["markers"]) => {
            let viewer = call.user("write:statuses")?;
            let now = world.now();
            let mut changed = Vec::new();
            for name in ["home", "notifications"] {
                if let Some(last) = call.params.text(&format!("{name}[last_read_id]")) {
                    let desk = world.servers[call.server].desk(viewer);
                    let marker = desk
                        .markers
                        .entry(name.to_owned())
                        .or_insert_with(|| (String::new(), 0, now));
                    *marker = (last.to_owned(), marker.1 + 1, now);
                    changed.push(name);
                }
            }
            Ok(Answer::json(markers(world, call, viewer, &changed)))
        }
        ("GET", ["preferences"]) => {
            call.user("read:accounts")?;
            Ok(Answer::json(json!({
                "posting:default:visibility": "public", "posting:default:sensitive": false,
                "posting:default:language": null, "posting:default:quote_policy": "public",
                "reading:expand:media": "default", "reading:expand:spoilers": false, "reading:autoplay:gifs": false,
            })))
        }
        (_, ["scheduled_statuses", more @ ..]) => scheduled_statuses(world, call, more),
        ("GET", ["filters"]) => {
            call.user("read:filters")?;
            Ok(Answer::json(Vec::<Value>::new()))
        }
        ("GET", ["blocks"]) => people(world, call, "read:blocks", "blocks"),
        ("GET", ["mutes"]) => people(world, call, "read:mutes", "mutes"),
        ("GET", ["followed_tags"]) => {
            let viewer = call.user("read:follows")?;
            let base = world.servers[call.server].base.clone();
            let tags = world.servers[call.server]
                .desk(viewer)
                .followed_tags
                .clone();
            let values: Vec<Value> = tags
                .iter()
                .map(|tag| json!({ "name": tag, "url": format!("{base}/tags/{tag}"), "history": [], "following": true }))
                .collect();
            Ok(Answer::json(values))
        }
        ("GET", ["announcements"]) => {
            call.user("read")?;
            Ok(Answer::json(Vec::<Value>::new()))
        }
        (
            "GET",
            [
                "conversations" | "follow_requests" | "domain_blocks" | "endorsements"
                | "featured_tags" | "suggestions",
            ],
        ) => {
            call.user("read")?;
            Ok(Answer::json(Vec::<Value>::new()))
        }
        ("GET", ["directory"]) => {
            let limit = call.limit(40, 80);
            let only_local = call.params.flag("local").unwrap_or(false);
            let found = world.people.iter().filter(|(_, person)| {
                person.discoverable == Some(true) && (!only_local || person.home == call.server)
            });
            let values: Vec<Value> = found
                .take(limit)
                .map(|(key, _)| account(world, call.server, key))
                .collect();
            Ok(Answer::json(values))
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn kept(world: &World, call: &Call, kind: &str) -> Outcome {
    let viewer = call.user(if kind == "favourites" {
        "read:favourites"
    } else {
        "read:bookmarks"
    })?;
    let here = &world.servers[call.server];
    let window = Window::of_numbers(call, 20, 40)?;
    let empty = BTreeMap::new();
    let rows: &BTreeMap<u64, PostKey> = match here.desks.get(&viewer) {
        Some(desk) if kind == "favourites" => &desk.favourites,
        Some(desk) => &desk.bookmarks,
        None => &empty,
    };
    let keyed: BTreeMap<LocalId, PostKey> = rows
        .iter()
        .map(|(cursor, post)| (LocalId(*cursor), *post))
        .collect();
    let rows = window.of_map(&keyed, |_, post| world.lives_on(call.server, post));
    let values: Vec<Value> = rows
        .iter()
        .map(|(_, post)| status(world, call.server, *post, Some(viewer)))
        .collect();
    let parts = LinkParts {
        address: format!("{}/api/v1/{kind}", here.base),
        keep: &["limit"],
        next: rows
            .last()
            .filter(|_| rows.len() == window.limit)
            .map(|(cursor, _)| cursor.0.to_string()),
        prev: rows
            .first()
            .map(|(cursor, _)| ("min_id", cursor.0.to_string())),
    };
    Ok(Answer::json(values).link(link(call, here.software, parts)))
}

fn markers(world: &World, call: &Call, viewer: PersonKey, names: &[&str]) -> Value {
    let mut found = serde_json::Map::new();
    if let Some(desk) = world.servers[call.server].desks.get(&viewer) {
        for name in names {
            if let Some((last, version, at)) = desk.markers.get(*name) {
                let marker =
                    json!({ "last_read_id": last, "version": version, "updated_at": iso(*at) });
                found.insert((*name).to_owned(), marker);
            }
        }
    }
    Value::Object(found)
}

fn people(world: &World, call: &Call, scope: &str, kind: &str) -> Outcome {
    let viewer = call.user(scope)?;
    let window = Window::of(call, world.servers[call.server].software, 40, 80)?;
    let desk = world.servers[call.server].desks.get(&viewer);
    let chosen = desk.map(|desk| {
        if kind == "blocks" {
            desk.blocks.clone()
        } else {
            desk.mutes.clone()
        }
    });
    let found = chosen
        .unwrap_or_default()
        .into_iter()
        .filter_map(|person| Some((*world.people[person].ids.get(&call.server)?, person)))
        .collect();
    Ok(account_page(world, call, &found, window, kind, "since_id"))
}

fn list_value(number: u64, list: &List) -> Value {
    json!({ "id": number.to_string(), "title": list.title, "replies_policy": list.replies_policy, "exclusive": list.exclusive })
}

fn lists(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    let scope = if call.method == http::Method::GET {
        "read:lists"
    } else {
        "write:lists"
    };
    let viewer = call.user(scope)?;
    let params = &call.params;
    let title = params.text("title").map(str::to_owned);
    if let ("POST", []) = (call.method.as_str(), rest) {
        let Some(title) = title else {
            return Err(Refusal::invalid("Title can't be blank"));
        };
        let number = world.servers[call.server].next_small_id();
        let list = List {
            title,
            replies_policy: params.text("replies_policy").unwrap_or("list").to_owned(),
            exclusive: params.flag("exclusive").unwrap_or(false),
            members: std::collections::BTreeSet::new(),
        };
        let desk = world.servers[call.server].desk(viewer);
        if desk.lists.len() >= MOST_LISTS {
            return Err(Refusal::invalid(
                "You have reached the maximum number of lists",
            ));
        }
        let value = list_value(number, &list);
        desk.lists.insert(number, list);
        return Ok(Answer::json(value));
    }
    let chosen: Vec<PersonKey> = params
        .list("account_ids")
        .into_iter()
        .map(|id| known(world, call, id))
        .collect::<Result<_, _>>()?;
    if call.method == http::Method::POST
        && chosen
            .iter()
            .any(|person| *person != viewer && !world.follows(viewer, *person))
    {
        return Err(Refusal::not_found());
    }
    let desk = world.servers[call.server].desk(viewer);
    let Some(number) = rest.first() else {
        let values: Vec<Value> = desk
            .lists
            .iter()
            .map(|(number, list)| list_value(*number, list))
            .collect();
        return Ok(Answer::json(values));
    };
    let number: u64 = number.parse().map_err(|_why| Refusal::not_found())?;
    let list = desk.lists.get_mut(&number).ok_or_else(Refusal::not_found)?;
    match (call.method.as_str(), rest.get(1)) {
        ("GET", None) => Ok(Answer::json(list_value(number, list))),
        ("PUT", None) => {
            list.title = title.unwrap_or_else(|| list.title.clone());
            list.exclusive = params.flag("exclusive").unwrap_or(list.exclusive);
            Ok(Answer::json(list_value(number, list)))
        }
        ("DELETE", None) => {
            desk.lists.remove(&number);
            Ok(Answer::empty())
        }
        ("GET", Some(&"accounts")) => {
            let members = list.members.clone();
            let values: Vec<Value> = members
                .into_iter()
                .map(|person| account(world, call.server, person))
                .collect();
            Ok(Answer::json(values))
        }
        ("POST", Some(&"accounts")) => {
            list.members.extend(chosen);
            Ok(Answer::empty())
        }
        ("DELETE", Some(&"accounts")) => {
            list.members.retain(|member| !chosen.contains(member));
            Ok(Answer::empty())
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn scheduled_statuses(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    let scope = if call.method == http::Method::GET {
        "read:statuses"
    } else {
        "write:statuses"
    };
    let person = call.user(scope)?;
    let rows = world.servers[call.server].desk(person).scheduled.clone();
    let Some(id) = rest.first() else {
        let values: Vec<Value> = rows
            .iter()
            .rev()
            .map(|(number, row)| scheduled(world, call.server, *number, row))
            .collect();
        return Ok(Answer::json(values));
    };
    let number: u64 = id.parse().map_err(|_why| Refusal::not_found())?;
    let mut row = rows.get(&number).cloned().ok_or_else(Refusal::not_found)?;
    match call.method.as_str() {
        "GET" => {}
        "PUT" => {
            let at = call.params.text("scheduled_at").and_then(parse_iso);
            row.at_ms = at.ok_or_else(|| Refusal::invalid("Scheduled at is invalid"))?;
            let ahead = u64::try_from(row.at_ms - world.now()).unwrap_or(0);
            world.servers[call.server]
                .desk(person)
                .scheduled
                .insert(number, row.clone());
            world.plan(
                ahead,
                Due::Scheduled {
                    server: call.server,
                    person,
                    number,
                },
            );
        }
        "DELETE" => {
            world.servers[call.server]
                .desk(person)
                .scheduled
                .remove(&number);
            return Ok(Answer::empty());
        }
        _ => return Err(Refusal::new(404, "Not Found")),
    }
    Ok(Answer::json(scheduled(world, call.server, number, &row)))
}
