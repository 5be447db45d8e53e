//! Notifications, one by one (v1) and grouped (v2).
use serde_json::{Value, json};

use crate::arena::PersonKey;
use crate::clock::iso;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::http::pages::{LinkParts, Window, link};
use crate::ids::LocalId;
use crate::render::account::account;
use crate::render::notification::{group_key, notification};
use crate::render::status::status;
use crate::world::World;
use crate::world::model::Notice;

/// Accounts shown of a group.
const MOST_SAMPLES: usize = 8;

/// `notifications/...`
pub(crate) fn serve(world: &mut World, call: &Call, rest: &[&str], v2: bool) -> Outcome {
    let scope = if call.method == http::Method::GET {
        "read:notifications"
    } else {
        "write:notifications"
    };
    let viewer = call.user(scope)?;
    match (call.method.as_str(), rest) {
        ("GET", []) if v2 => grouped(world, call, viewer),
        ("GET", []) => single(world, call, viewer),
        ("GET", ["unread_count"]) => Ok(Answer::json(
            json!({ "count": unread(world, call, viewer) }),
        )),
        ("GET", ["policy"]) => Ok(Answer::json(json!({
            "for_not_following": "accept", "for_not_followers": "accept", "for_new_accounts": "accept",
            "for_private_mentions": "accept", "for_limited_accounts": "accept", "for_bots": "accept",
            "summary": { "pending_requests_count": 0, "pending_notifications_count": 0 },
        }))),
        ("GET", ["requests"]) => Ok(Answer::json(Vec::<Value>::new())),
        ("GET", [id]) => {
            let desk = world.servers[call.server].desks.get(&viewer);
            let found = desk.and_then(|desk| {
                desk.notices
                    .iter()
                    .find(|notice| notice.id.to_string() == **id)
            });
            let notice = found.ok_or_else(Refusal::not_found)?;
            Ok(Answer::json(notification(
                world,
                call.server,
                viewer,
                notice,
            )))
        }
        ("POST", ["clear"]) => {
            world.servers[call.server].desk(viewer).notices.clear();
            Ok(Answer::empty())
        }
        ("POST", [id, "dismiss"]) => {
            let notices = &mut world.servers[call.server].desk(viewer).notices;
            notices.retain(|notice| notice.id.to_string() != **id && group_key(notice) != **id);
            Ok(Answer::empty())
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

fn unread(world: &World, call: &Call, viewer: PersonKey) -> usize {
    let Some(desk) = world.servers[call.server].desks.get(&viewer) else {
        return 0;
    };
    let read = desk
        .markers
        .get("notifications")
        .and_then(|(last, _, _)| last.parse::<u64>().ok())
        .unwrap_or(0);
    desk.notices
        .iter()
        .filter(|notice| notice.id > read)
        .count()
        .min(100)
}

/// The wanted notices of the window, newest first.
fn wanted(world: &World, call: &Call, viewer: PersonKey) -> Result<(Vec<Notice>, Window), Refusal> {
    let (types, excluded) = (call.params.list("types"), call.params.list("exclude_types"));
    let window = Window::of_numbers(call, 40, 80)?;
    let notices: &[Notice] = world.servers[call.server]
        .desks
        .get(&viewer)
        .map_or(&[], |desk| &desk.notices);
    let keyed = notices
        .iter()
        .enumerate()
        .map(|(row, notice)| (LocalId(notice.id), row))
        .collect();
    let rows = window.of_map(&keyed, |_, row| {
        notices.get(row).is_some_and(|notice| {
            (types.is_empty() || types.contains(&notice.kind)) && !excluded.contains(&notice.kind)
        })
    });
    Ok((
        rows.into_iter()
            .filter_map(|(_, row)| notices.get(row).cloned())
            .collect(),
        window,
    ))
}

fn links(world: &World, call: &Call, notices: &[Notice], version: &str) -> Option<String> {
    let parts = LinkParts {
        address: format!(
            "{}/api/{version}/notifications",
            world.servers[call.server].base
        ),
        keep: &["exclude_types[]", "limit", "types[]"],
        next: notices.last().map(|notice| notice.id.to_string()),
        prev: notices
            .first()
            .map(|notice| ("min_id", notice.id.to_string())),
    };
    link(call, world.servers[call.server].software, parts)
}

fn single(world: &World, call: &Call, viewer: PersonKey) -> Outcome {
    let (notices, _) = wanted(world, call, viewer)?;
    let values: Vec<Value> = notices
        .iter()
        .map(|notice| notification(world, call.server, viewer, notice))
        .collect();
    Ok(Answer::json(values).link(links(world, call, &notices, "v1")))
}

fn grouped(world: &World, call: &Call, viewer: PersonKey) -> Outcome {
    let (notices, _) = wanted(world, call, viewer)?;
    let server = call.server;
    let form = world.servers[server].software.id_form();
    let (mut groups, mut people, mut posts) =
        (Vec::<(String, Vec<&Notice>)>::new(), Vec::new(), Vec::new());
    for notice in &notices {
        let key = group_key(notice);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, members)) => members.push(notice),
            None => groups.push((key, vec![notice])),
        }
        if !people.contains(&notice.from) {
            people.push(notice.from);
        }
        if let Some(post) = notice.post.filter(|post| world.lives_on(server, *post))
            && !posts.contains(&post)
        {
            posts.push(post);
        }
    }
    let groups: Vec<Value> = groups
        .iter()
        .filter_map(|(key, members)| {
            let (newest, oldest) = (members.first()?, members.last()?);
            let samples: Vec<String> = members
                .iter()
                .take(MOST_SAMPLES)
                .filter_map(|notice| Some(form.write(*world.people[notice.from].ids.get(&server)?)))
                .collect();
            let shown = newest.post.filter(|post| world.lives_on(server, *post));
            Some(json!({
                "group_key": key, "notifications_count": members.len(), "type": newest.kind,
                // A number where everything else is a string: the real one does so.
                "most_recent_notification_id": newest.id, "page_min_id": oldest.id.to_string(),
                "page_max_id": newest.id.to_string(), "latest_page_notification_at": iso(newest.at_ms),
                "sample_account_ids": samples,
                "status_id": shown.and_then(|post| world.posts[post].copies.get(&server).map(|copy| form.write(copy.id))),
            }))
        })
        .collect();
    let value = json!({
        "accounts": people.into_iter().map(|person| account(world, server, person)).collect::<Vec<_>>(),
        "statuses": posts.into_iter().map(|post| status(world, server, post, Some(viewer))).collect::<Vec<_>>(),
        "notification_groups": groups,
    });
    Ok(Answer::json(value).link(links(world, call, &notices, "v2")))
}
