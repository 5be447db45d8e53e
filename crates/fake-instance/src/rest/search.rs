//! Search, tags and trends.
use serde_json::{Value, json};

use crate::arena::{PersonKey, PostKey};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::render::account::account;
use crate::render::status::status;
use crate::rest::accounts::matching;
use crate::rest::needs_token_here;
use crate::world::World;
use crate::world::text::tag_name;

/// `v2/search`
pub(crate) fn search(world: &mut World, call: &Call) -> Outcome {
    needs_token_here(world, call)?;
    let viewer = call.optional("read:search")?;
    let resolve = call.params.flag("resolve").unwrap_or(false);
    if viewer.is_none()
        && (resolve
            || call
                .params
                .number("offset")
                .is_some_and(|offset| offset > 0))
    {
        return Err(Refusal::new(
            401,
            "Search queries that resolve remote resources or paginate require authentication",
        ));
    }
    let words = call.params.text("q").unwrap_or_default().trim().to_owned();
    let kind = call.params.text("type").map(str::to_owned);
    let limit = call.limit(20, 40);
    let skip = match &kind {
        Some(_) => usize::try_from(call.params.number("offset").unwrap_or(0)).unwrap_or(0),
        None => 0,
    };
    let wants = |name: &str| kind.as_deref().is_none_or(|kind| kind == name);
    let is_address = words.starts_with("http://") || words.starts_with("https://");
    let (mut accounts, mut statuses, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    if is_address {
        if let Some(post) = resolved(world, call, &words, resolve)
            && wants("statuses")
            && world.may_read(post, viewer)
        {
            statuses.push(status(world, call.server, post, viewer));
        }
        let named = world.people.iter().find(|(_, person)| {
            let base = &world.servers[person.home].base;
            words == format!("{base}/@{}", person.username)
                || words == format!("{base}/users/{}", person.username)
        });
        if let (Some((person, _)), true) = (named, wants("accounts")) {
            accounts.push(account(world, call.server, person));
        }
    } else {
        if wants("accounts") {
            let found = matching(world, call, &words)
                .into_iter()
                .skip(skip)
                .take(limit);
            accounts.extend(found.map(|person| account(world, call.server, person)));
        }
        if wants("hashtags") {
            let prefix = tag_name(words.trim_start_matches('#'));
            let found = known_tags(world, call)
                .into_iter()
                .filter(|(tag, _)| tag.starts_with(&prefix));
            tags.extend(
                found
                    .skip(skip)
                    .take(limit)
                    .map(|(tag, _)| tag_value(world, call, &tag)),
            );
        }
        if let (Some(viewer), true) = (viewer, wants("statuses")) {
            let wanted = words.to_lowercase();
            let found = world.servers[call.server]
                .statuses
                .values()
                .rev()
                .filter(|post| {
                    let row = &world.posts[**post];
                    row.reblog_of.is_none()
                        && (world.people[row.author].indexable || row.author == viewer)
                        && row.current().text.to_lowercase().contains(&wanted)
                        && world.lives_on(call.server, **post)
                        && world.may_read(**post, Some(viewer))
                });
            statuses.extend(
                found
                    .skip(skip)
                    .take(limit)
                    .map(|post| status(world, call.server, *post, Some(viewer))),
            );
        }
    }
    Ok(Answer::json(
        json!({ "accounts": accounts, "statuses": statuses, "hashtags": tags, "collections": [] }),
    ))
}

/// The post at an address: what the server has, and with `resolve` also what it can fetch from its origin.
fn resolved(world: &mut World, call: &Call, address: &str, fetch: bool) -> Option<PostKey> {
    let post = world.post_at(address)?;
    if !world.posts[post].copies.contains_key(&call.server)
        && fetch
        && world.posts[post].deleted_ms.is_none()
    {
        world.place(call.server, post);
    }
    world.lives_on(call.server, post).then_some(post)
}

/// The tags of living public posts with their numbers of uses, most used first.
fn known_tags(world: &World, call: &Call) -> Vec<(String, u64)> {
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for post in world.servers[call.server].statuses.values() {
        if world.lives_on(call.server, *post) && world.posts[*post].visibility.is_open() {
            for tag in &world.posts[*post].current().tags {
                *counts.entry(tag_name(tag)).or_default() += 1;
            }
        }
    }
    let mut found: Vec<_> = counts.into_iter().collect();
    found.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    found
}

/// A tag with its week: numbers as strings, as Mastodon writes them.
fn tag_value(world: &World, call: &Call, tag: &str) -> Value {
    let name = tag_name(tag);
    let today = world.now().div_euclid(86_400_000);
    let mut days: [(u64, std::collections::BTreeSet<PersonKey>); 7] =
        std::array::from_fn(|_| Default::default());
    for post in world.servers[call.server].statuses.values() {
        let row = &world.posts[*post];
        if row.current().tags.iter().any(|used| tag_name(used) == name)
            && let Ok(age) = usize::try_from(today - row.created_ms.div_euclid(86_400_000))
            && let Some((uses, people)) = days.get_mut(age)
        {
            *uses += 1;
            people.insert(row.author);
        }
    }
    let history: Vec<Value> = (today - 6..=today)
        .rev()
        .zip(&days)
        .map(|(day, (uses, people))| {
            json!({ "day": (day * 86_400).to_string(), "accounts": people.len().to_string(), "uses": uses.to_string() })
        })
        .collect();
    let mut value = json!({ "name": name, "url": format!("{}/tags/{name}", world.servers[call.server].base), "history": history });
    if let (Some(viewer), Some(object)) = (call.viewer(), value.as_object_mut()) {
        let follows = world.servers[call.server]
            .desks
            .get(&viewer)
            .is_some_and(|desk| desk.followed_tags.contains(&name));
        object.insert("following".to_owned(), follows.into());
        object.insert("featuring".to_owned(), false.into());
    }
    value
}

/// `tags/...`
pub(crate) fn tags(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    match (call.method.as_str(), rest) {
        ("GET", [tag]) => {
            call.optional("read")?;
            Ok(Answer::json(tag_value(world, call, tag)))
        }
        ("POST", [tag, action @ ("follow" | "unfollow")]) => {
            let viewer = call.user("write:follows")?;
            let followed = &mut world.servers[call.server].desk(viewer).followed_tags;
            if *action == "follow" {
                followed.insert(tag_name(tag));
            } else {
                followed.remove(&tag_name(tag));
            }
            Ok(Answer::json(tag_value(world, call, tag)))
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

/// `trends/...`
pub(crate) fn trends(world: &World, call: &Call, rest: &[&str]) -> Outcome {
    let viewer = call.optional("read")?;
    let skip = usize::try_from(call.params.number("offset").unwrap_or(0)).unwrap_or(0);
    let values: Vec<Value> = match rest {
        [] | ["tags"] => {
            let limit = call.limit(10, 20);
            known_tags(world, call)
                .iter()
                .skip(skip)
                .take(limit)
                .map(|(tag, _)| tag_value(world, call, tag))
                .collect()
        }
        ["statuses"] => {
            let mut found: Vec<(u64, PostKey)> = world.servers[call.server]
                .statuses
                .values()
                .filter(|post| {
                    let row = &world.posts[**post];
                    row.reblog_of.is_none()
                        && row.in_reply_to.is_none()
                        && row.visibility == crate::world::model::Visibility::Public
                        && world.people[row.author].discoverable == Some(true)
                        && world.lives_on(call.server, **post)
                })
                .map(|post| {
                    (
                        world.posts[*post].crowd.0 + world.posts[*post].favourites.len() as u64,
                        *post,
                    )
                })
                .collect();
            found.sort_by(|one, other| other.cmp(one));
            let shown = found.into_iter().skip(skip).take(call.limit(20, 40));
            shown
                .map(|(_, post)| status(world, call.server, post, viewer))
                .collect()
        }
        ["links"] => Vec::new(),
        _ => return Err(Refusal::new(404, "Not Found")),
    };
    Ok(Answer::json(values))
}
