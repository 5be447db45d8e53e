//! Reading single statuses, and what one does to them by a tap.
use serde_json::{Value, json};

use crate::arena::{PersonKey, PostKey};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::http::pages::{LinkParts, Window, link};
use crate::ids::LocalId;
use crate::options::Software;
use crate::render::account::account;
use crate::render::media::card;
use crate::render::status::{edit, poll, status};
use crate::rest::{needs_token_here, timelines, write};
use crate::world::World;

/// What anonymous readers get of a thread: posts before, posts after, levels down.
const ANONYMOUS_THREAD: (usize, usize, usize) = (40, 60, 20);
/// What everybody else gets.
const WHOLE_THREAD: (usize, usize, usize) = (4_096, 4_096, 4_096);
/// Most statuses asked for by id at once.
const MOST_BY_ID: usize = 20;

/// `statuses/...`
pub(crate) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    match (call.method.as_str(), rest) {
        ("POST", []) => write::post(world, call),
        ("GET", []) => by_ids(world, call),
        ("PUT", [id]) => write::put(world, call, id),
        ("DELETE", [id]) => write::delete(world, call, id),
        ("PUT", [id, "interaction_policy"]) => write::interaction_policy(world, call, id),
        ("POST", [id, action]) => act(world, call, id, action),
        ("GET", [id]) => {
            let (post, viewer) = readable(world, call, id)?;
            Ok(Answer::json(status(world, call.server, post, viewer)))
        }
        ("GET", [id, "context"]) => context(world, call, id),
        ("GET", [id, "history"]) => history(world, call, id),
        ("GET", [id, "source"]) => {
            call.user("read:statuses")?;
            let (post, _) = readable(world, call, id)?;
            let version = world.posts[post].seen_by(call.server);
            Ok(Answer::json(
                json!({ "id": id, "text": version.text, "spoiler_text": version.spoiler }),
            ))
        }
        ("GET", [id, "card"]) => {
            let (post, _) = readable(world, call, id)?;
            let shown = world.posts[post].seen_by(call.server).card.clone();
            Ok(Answer::json(shown.map_or_else(
                || json!({}),
                |shown| card(world, call.server, &shown),
            )))
        }
        ("GET", [id, kind @ ("favourited_by" | "reblogged_by")]) => people(world, call, id, kind),
        ("GET", [id, "quotes"]) => quotes(world, call, id),
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

/// The post behind an id when the caller may read it.
pub(crate) fn readable(
    world: &World,
    call: &Call,
    id: &str,
) -> Result<(PostKey, Option<PersonKey>), Refusal> {
    needs_token_here(world, call)?;
    let viewer = call.optional("read:statuses")?;
    Ok((visible(world, call, id, viewer)?, viewer))
}

/// The same for calls that need another scope than reading.
pub(crate) fn visible(
    world: &World,
    call: &Call,
    id: &str,
    viewer: Option<PersonKey>,
) -> Result<PostKey, Refusal> {
    world.servers[call.server]
        .software
        .id_form()
        .read(id)
        .and_then(|id| world.living_post(call.server, id))
        .filter(|post| world.may_read(*post, viewer))
        .ok_or_else(Refusal::not_found)
}

fn by_ids(world: &World, call: &Call) -> Outcome {
    if world.servers[call.server].software == Software::GoToSocial {
        return Err(Refusal::new(405, "Method Not Allowed"));
    }
    let viewer = call.optional("read:statuses")?;
    let ids = call.params.list("id");
    if ids.len() > MOST_BY_ID {
        return Err(Refusal::new(
            422,
            format!("Too many ids, at most {MOST_BY_ID}"),
        ));
    }
    let found: Vec<Value> = ids
        .into_iter()
        .filter_map(|id| visible(world, call, id, viewer).ok())
        .map(|post| status(world, call.server, post, viewer))
        .collect();
    Ok(Answer::json(found))
}

fn context(world: &World, call: &Call, id: &str) -> Outcome {
    let (post, viewer) = readable(world, call, id)?;
    let (before, after, levels) = if viewer.is_some() {
        WHOLE_THREAD
    } else {
        ANONYMOUS_THREAD
    };
    let shown = |post: PostKey| world.lives_on(call.server, post) && world.may_read(post, viewer);
    let mut ancestors = Vec::new();
    let mut at = world.posts[post].in_reply_to;
    while let Some(parent) = at.filter(|parent| shown(*parent) && ancestors.len() < before) {
        ancestors.push(parent);
        at = world.posts[parent].in_reply_to;
    }
    ancestors.reverse();
    let mut descendants = Vec::new();
    let mut waiting: Vec<(usize, PostKey)> = children(world, call, post)
        .into_iter()
        .rev()
        .map(|child| (1, child))
        .collect();
    while let Some((level, child)) = waiting.pop() {
        if descendants.len() >= after {
            break;
        }
        if level > levels || !shown(child) {
            continue;
        }
        descendants.push(child);
        waiting.extend(
            children(world, call, child)
                .into_iter()
                .rev()
                .map(|next| (level + 1, next)),
        );
    }
    let render = |posts: Vec<PostKey>| -> Vec<Value> {
        posts
            .into_iter()
            .map(|post| status(world, call.server, post, viewer))
            .collect()
    };
    Ok(Answer::json(
        json!({ "ancestors": render(ancestors), "descendants": render(descendants) }),
    ))
}

/// The answers to a post that the server has, by their ids.
fn children(world: &World, call: &Call, post: PostKey) -> Vec<PostKey> {
    let mut found: Vec<(LocalId, PostKey)> = world.posts[post]
        .replies
        .iter()
        .filter_map(|reply| Some((world.posts[*reply].copies.get(&call.server)?.id, *reply)))
        .collect();
    found.sort();
    found.into_iter().map(|(_, reply)| reply).collect()
}

fn history(world: &World, call: &Call, id: &str) -> Outcome {
    let (post, _) = readable(world, call, id)?;
    let row = &world.posts[post];
    let seen = row.copies.get(&call.server).map_or(0, |copy| copy.version);
    let versions: Vec<Value> = row
        .versions
        .iter()
        .take(seen + 1)
        .map(|version| edit(world, call.server, post, version))
        .collect();
    Ok(Answer::json(versions))
}

fn people(world: &World, call: &Call, id: &str, kind: &str) -> Outcome {
    let (post, _) = readable(world, call, id)?;
    let here = &world.servers[call.server];
    let window = Window::of(call, here.software, 40, 80)?;
    let row = &world.posts[post];
    let found = if kind == "favourited_by" {
        let known = row.favourites.iter().copied();
        known
            .filter_map(|person| Some((*world.people[person].ids.get(&call.server)?, person)))
            .collect()
    } else {
        let known = row
            .boosts
            .iter()
            .filter(|(_, boost)| world.lives_on(call.server, **boost));
        known
            .filter_map(|(person, boost)| {
                Some((world.posts[*boost].copies.get(&call.server)?.id, *person))
            })
            .collect()
    };
    Ok(account_page(
        world,
        call,
        &found,
        window,
        &format!("statuses/{id}/{kind}"),
        "since_id",
    ))
}

/// A page of accounts by inner cursors; `next` only when the page was full.
pub(crate) fn account_page(
    world: &World,
    call: &Call,
    found: &std::collections::BTreeMap<LocalId, PersonKey>,
    window: Window,
    path: &str,
    prev: &'static str,
) -> Answer {
    let here = &world.servers[call.server];
    let form = here.software.id_form();
    let rows = window.of_map(found, |_, _| true);
    let values: Vec<Value> = rows
        .iter()
        .map(|(_, person)| account(world, call.server, *person))
        .collect();
    let parts = LinkParts {
        address: format!("{}/api/v1/{path}", here.base),
        keep: &["limit"],
        next: rows
            .last()
            .filter(|_| rows.len() == window.limit)
            .map(|(id, _)| form.write(*id)),
        prev: rows.first().map(|(id, _)| (prev, form.write(*id))),
    };
    Answer::json(values).link(link(call, here.software, parts))
}

fn quotes(world: &World, call: &Call, id: &str) -> Outcome {
    call.user("read:statuses")?;
    let (post, _) = readable(world, call, id)?;
    let here = &world.servers[call.server];
    let window = Window::of(call, here.software, 20, 40)?;
    let found = world.posts[post]
        .quotes
        .iter()
        .filter(|quote| world.lives_on(call.server, **quote))
        .filter_map(|quote| Some((world.posts[*quote].copies.get(&call.server)?.id, *quote)))
        .collect();
    let rows = window.of_map(&found, |_, _| true);
    Ok(timelines::page(
        world,
        call,
        &rows,
        &format!("statuses/{id}/quotes"),
        &["limit"],
    ))
}

fn act(world: &mut World, call: &Call, id: &str, action: &str) -> Outcome {
    let scope = match action {
        "favourite" | "unfavourite" => "write:favourites",
        "reblog" | "unreblog" => "write:statuses",
        "bookmark" | "unbookmark" => "write:bookmarks",
        "mute" | "unmute" => "write:mutes",
        "pin" | "unpin" => "write:accounts",
        "translate" => return Err(Refusal::not_found()),
        _ => return Err(Refusal::new(404, "Not Found")),
    };
    let viewer = call.user(scope)?;
    let named = visible(world, call, id, Some(viewer))?;
    let post = world.posts[named].reblog_of.unwrap_or(named);
    let mut shown = post;
    match action {
        "favourite" => world.favourite(viewer, post),
        "unfavourite" => world.unfavourite(viewer, post),
        "reblog" => shown = world.boost(viewer, post).ok_or_else(Refusal::not_found)?,
        "unreblog" => world.unboost(viewer, post),
        "bookmark" => {
            let server = &mut world.servers[call.server];
            let cursor = server.next_small_id();
            let desk = server.desk(viewer);
            if !desk.bookmarks.values().any(|kept| *kept == post) {
                desk.bookmarks.insert(cursor, post);
            }
        }
        "unbookmark" => world.servers[call.server]
            .desk(viewer)
            .bookmarks
            .retain(|_, kept| *kept != post),
        "mute" => {
            world.servers[call.server]
                .desk(viewer)
                .muted_threads
                .insert(post);
        }
        "unmute" => {
            world.servers[call.server]
                .desk(viewer)
                .muted_threads
                .remove(&post);
        }
        "pin" if world.posts[post].author != viewer => {
            return Err(Refusal::invalid("Someone else's post cannot be pinned"));
        }
        "pin" if !world.people[viewer].pinned.contains(&post) => {
            world.people[viewer].pinned.push(post)
        }
        "unpin" => world.people[viewer].pinned.retain(|kept| *kept != post),
        _ => {}
    }
    Ok(Answer::json(status(
        world,
        call.server,
        shown,
        Some(viewer),
    )))
}

/// `polls/...`
pub(crate) fn polls(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    let (id, votes) = match (call.method.as_str(), rest) {
        ("GET", [id]) => (id, false),
        ("POST", [id, "votes"]) => (id, true),
        _ => return Err(Refusal::new(404, "Not Found")),
    };
    let viewer = if votes {
        Some(call.user("write:statuses")?)
    } else {
        readable(world, call, id)?.1
    };
    let post = visible(world, call, id, viewer)?;
    if let (true, Some(viewer)) = (votes, viewer) {
        let choices: Vec<usize> = call
            .params
            .list("choices")
            .iter()
            .filter_map(|choice| choice.parse().ok())
            .collect();
        world
            .vote(viewer, post, &choices)
            .map_err(|why| Refusal::new(422, why))?;
    }
    let asked = world.posts[post]
        .poll
        .as_ref()
        .ok_or_else(Refusal::not_found)?;
    Ok(Answer::json(poll(world, call.server, post, asked, viewer)))
}
