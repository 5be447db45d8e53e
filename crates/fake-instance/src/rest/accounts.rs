//! Accounts and what is between them.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::arena::{PersonKey, PostKey};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::http::pages::{LinkParts, Window, link};
use crate::ids::LocalId;
use crate::options::Software;
use crate::render::account::{account, credential_account, relationship};
use crate::render::status::status;
use crate::rest::needs_token_here;
use crate::rest::statuses::account_page;
use crate::world::World;
use crate::world::model::Visibility;
use crate::world::text::tag_name;

/// Most accounts asked for by id at once.
const MOST_BY_ID: usize = 40;

/// `accounts/...`
pub(crate) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    match (call.method.as_str(), rest) {
        ("GET", ["verify_credentials"]) => {
            let viewer = call.user("read:accounts")?;
            Ok(Answer::json(credential_account(world, call.server, viewer)))
        }
        ("PATCH", ["update_credentials"]) => update(world, call),
        ("GET", ["lookup"]) => {
            needs_token_here(world, call)?;
            call.optional("read:accounts")?;
            let acct = call.params.text("acct").unwrap_or_default();
            let person = found_by_acct(world, call, acct).ok_or_else(Refusal::not_found)?;
            Ok(Answer::json(account(world, call.server, person)))
        }
        ("GET", ["search"]) => search(world, call),
        ("GET", ["relationships"]) => {
            let viewer = call.user("read:follows")?;
            let found: Vec<Value> = call
                .params
                .list("id")
                .into_iter()
                .filter_map(|id| known(world, call, id).ok())
                .map(|other| relationship(world, call.server, viewer, other))
                .collect();
            Ok(Answer::json(found))
        }
        ("GET", ["familiar_followers"]) => {
            call.user("read:follows")?;
            let found: Vec<Value> = call
                .params
                .list("id")
                .into_iter()
                .map(|id| json!({ "id": id, "accounts": [] }))
                .collect();
            Ok(Answer::json(found))
        }
        ("GET", []) => by_ids(world, call),
        ("POST", [id, action]) => act(world, call, id, action),
        ("GET", [id, rest @ ..]) => {
            needs_token_here(world, call)?;
            call.optional("read:accounts")?;
            let person = known(world, call, id)?;
            match rest {
                [] => Ok(Answer::json(account(world, call.server, person))),
                ["statuses"] => statuses(world, call, id, person),
                [kind @ ("followers" | "following")] => circle(world, call, id, person, kind),
                ["featured_tags" | "endorsements" | "lists"] => {
                    Ok(Answer::json(Vec::<Value>::new()))
                }
                ["collections"] => Ok(Answer::json(json!({ "collections": [] }))),
                _ => Err(Refusal::new(404, "Not Found")),
            }
        }
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

/// The account behind an id.
pub(crate) fn known(world: &World, call: &Call, id: &str) -> Result<PersonKey, Refusal> {
    let here = &world.servers[call.server];
    here.software
        .id_form()
        .read(id)
        .and_then(|id| here.accounts.get(&id).copied())
        .ok_or_else(Refusal::not_found)
}

/// The account of a handle as this server's users write it.
pub(crate) fn found_by_acct(world: &World, call: &Call, acct: &str) -> Option<PersonKey> {
    let acct = acct.trim_start_matches('@');
    match acct.split_once('@') {
        Some((name, domain)) => {
            let (home, _) = world
                .servers
                .iter()
                .find(|(_, server)| server.domain.eq_ignore_ascii_case(domain))?;
            world.local_person(home, name)
        }
        None => world.local_person(call.server, acct),
    }
}

fn by_ids(world: &World, call: &Call) -> Outcome {
    if world.servers[call.server].software == Software::GoToSocial {
        return Err(Refusal::new(405, "Method Not Allowed"));
    }
    let ids = call.params.list("id");
    if ids.len() > MOST_BY_ID {
        return Err(Refusal::new(
            422,
            format!("Too many ids, at most {MOST_BY_ID}"),
        ));
    }
    let found: Vec<Value> = ids
        .into_iter()
        .filter_map(|id| known(world, call, id).ok())
        .map(|person| account(world, call.server, person))
        .collect();
    Ok(Answer::json(found))
}

fn search(world: &World, call: &Call) -> Outcome {
    call.user("read:accounts")?;
    let limit = call.limit(40, 80);
    let found = matching(world, call, call.params.text("q").unwrap_or_default());
    let skipped = usize::try_from(call.params.number("offset").unwrap_or(0)).unwrap_or(0);
    let values: Vec<Value> = found
        .into_iter()
        .skip(skipped)
        .take(limit)
        .map(|person| account(world, call.server, person))
        .collect();
    Ok(Answer::json(values))
}

/// Accounts whose name or handle has the words, opted-out ones left out unless the handle is exact.
pub(crate) fn matching(world: &World, call: &Call, words: &str) -> Vec<PersonKey> {
    let wanted = words.trim_start_matches('@').to_lowercase();
    if wanted.is_empty() {
        return Vec::new();
    }
    let exact = found_by_acct(world, call, &wanted);
    let others = world.people.iter().filter(|(key, person)| {
        Some(*key) != exact
            && person.discoverable != Some(false)
            && (person.username.to_lowercase().contains(&wanted)
                || person.display_name.to_lowercase().contains(&wanted))
    });
    exact
        .into_iter()
        .chain(others.map(|(key, _)| key))
        .collect()
}

fn statuses(world: &World, call: &Call, id: &str, person: PersonKey) -> Outcome {
    let viewer = call.viewer();
    let here = &world.servers[call.server];
    let flag = |name| call.params.flag(name).unwrap_or(false);
    let (only_media, no_replies, no_boosts, pinned) = (
        flag("only_media"),
        flag("exclude_replies"),
        flag("exclude_reblogs"),
        flag("pinned"),
    );
    let tagged = call.params.text("tagged").map(tag_name);
    let window = Window::of(call, here.software, 20, 40)?;
    let rows: Vec<(LocalId, PostKey)> = window.of_map(&here.statuses, |_, post| {
        let row = &world.posts[post];
        row.author == person
            && (!only_media || !row.seen_by(call.server).media.is_empty())
            && (!no_replies
                || row
                    .in_reply_to
                    .is_none_or(|parent| world.posts[parent].author == person))
            && (!no_boosts || row.reblog_of.is_none())
            && (!pinned || world.people[person].pinned.contains(&post))
            && tagged
                .as_ref()
                .is_none_or(|tag| row.current().tags.iter().any(|used| tag_name(used) == *tag))
            && (row.visibility != Visibility::Direct || viewer == Some(person))
            && row
                .reblog_of
                .is_none_or(|original| world.lives_on(call.server, original))
            && world.lives_on(call.server, post)
            && world.may_read(post, viewer)
    });
    let form = here.software.id_form();
    let values: Vec<Value> = rows
        .iter()
        .map(|(_, post)| status(world, call.server, *post, viewer))
        .collect();
    let parts = LinkParts {
        address: format!("{}/api/v1/accounts/{id}/statuses", here.base),
        keep: &[
            "exclude_reblogs",
            "exclude_replies",
            "limit",
            "only_media",
            "pinned",
            "tagged",
        ],
        next: rows
            .last()
            .filter(|_| rows.len() == window.limit)
            .map(|(id, _)| form.write(*id)),
        prev: rows.first().map(|(id, _)| ("min_id", form.write(*id))),
    };
    Ok(Answer::json(values).link(link(call, here.software, parts)))
}

fn circle(world: &World, call: &Call, id: &str, person: PersonKey, kind: &str) -> Outcome {
    let here = &world.servers[call.server];
    let window = Window::of(call, here.software, 40, 80)?;
    let hidden =
        world.people[person].hide_collections == Some(true) && call.viewer() != Some(person);
    let others: Vec<PersonKey> = if hidden {
        Vec::new()
    } else if kind == "followers" {
        world
            .people
            .iter()
            .filter(|(_, other)| other.following.contains(&person))
            .map(|(key, _)| key)
            .collect()
    } else {
        world.people[person].following.iter().copied().collect()
    };
    let found: BTreeMap<LocalId, PersonKey> = others
        .into_iter()
        .filter_map(|other| Some((*world.people[other].ids.get(&call.server)?, other)))
        .collect();
    Ok(account_page(
        world,
        call,
        &found,
        window,
        &format!("accounts/{id}/{kind}"),
        "since_id",
    ))
}

fn act(world: &mut World, call: &Call, id: &str, action: &str) -> Outcome {
    let scope = match action {
        "follow" | "unfollow" | "remove_from_followers" => "write:follows",
        "block" | "unblock" => "write:blocks",
        "mute" | "unmute" => "write:mutes",
        "note" => "write:accounts",
        _ => return Err(Refusal::new(404, "Not Found")),
    };
    // The old scope `follow` stands for all of these.
    let viewer = call
        .user(scope)
        .or_else(|refusal| call.user("follow").map_err(|_why| refusal))?;
    let other = known(world, call, id)?;
    match action {
        "follow" => world.follow(viewer, other),
        "unfollow" => {
            world.people[viewer].following.remove(&other);
        }
        "remove_from_followers" => {
            world.people[other].following.remove(&viewer);
        }
        _ => {
            let desk = world.servers[call.server].desk(viewer);
            match action {
                "block" => drop(desk.blocks.insert(other)),
                "unblock" => drop(desk.blocks.remove(&other)),
                "mute" => drop(desk.mutes.insert(other)),
                "unmute" => drop(desk.mutes.remove(&other)),
                _ => {
                    let note = call.params.text("comment").unwrap_or_default().to_owned();
                    desk.notes.insert(other, note);
                }
            }
        }
    }
    Ok(Answer::json(relationship(
        world,
        call.server,
        viewer,
        other,
    )))
}

fn update(world: &mut World, call: &Call) -> Outcome {
    let viewer = call.user("write:accounts")?;
    let person = &mut world.people[viewer];
    let params = &call.params;
    if let Some(name) = params.raw("display_name") {
        if name.chars().count() > 40 {
            return Err(Refusal::invalid(
                "Display name is too long (maximum is 40 characters)",
            ));
        }
        person.display_name = name.to_owned();
    }
    if let Some(note) = params.raw("note") {
        person.note = note.to_owned();
    }
    person.locked = params.flag("locked").unwrap_or(person.locked);
    person.bot = params.flag("bot").unwrap_or(person.bot);
    person.discoverable = params.flag("discoverable").or(person.discoverable);
    person.indexable = params.flag("indexable").unwrap_or(person.indexable);
    person.hide_collections = params.flag("hide_collections").or(person.hide_collections);
    Ok(Answer::json(credential_account(world, call.server, viewer)))
}
