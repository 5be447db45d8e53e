//! Timelines.
use serde_json::Value;

use crate::arena::{PersonKey, PostKey};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::http::pages::{LinkParts, Window, link};
use crate::ids::LocalId;
use crate::options::Software;
use crate::render::status::status;
use crate::rest::needs_token_here;
use crate::world::World;
use crate::world::model::Visibility;
use crate::world::text::tag_name;

/// Entries that a home or list feed keeps.
const FEED_LENGTH: usize = 800;
/// Tags that each of `any`, `all` and `none` may have.
const MOST_EXTRA_TAGS: usize = 4;

/// `timelines/...`
pub(crate) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Outcome {
    if call.method != http::Method::GET {
        return Err(Refusal::new(404, "Not Found"));
    }
    match rest {
        ["public"] => public(world, call),
        ["tag", tag] => hashtag(world, call, tag),
        ["home"] => home(world, call),
        ["list", number] => list(world, call, number),
        ["link"] => Err(Refusal::not_found()),
        _ => Err(Refusal::new(404, "Not Found")),
    }
}

/// What the administrator allows of a feed: `Ok(false)` is an empty list.
fn may_see(access: &str, call: &Call) -> Result<bool, Refusal> {
    match access {
        "public" => Ok(true),
        _ if call.viewer().is_none() => Err(Refusal::needs_user()),
        "disabled" => Ok(false),
        _ => Ok(true),
    }
}

fn public(world: &World, call: &Call) -> Outcome {
    call.optional("read:statuses")?;
    let here = &world.servers[call.server];
    if here.software == Software::Hollo {
        needs_token_here(world, call)?;
    }
    if !may_see(here.faults.live_access(), call)? {
        return Ok(Answer::json(Vec::<Value>::new()));
    }
    let wanted = Wanted::of(call, here.software == Software::GoToSocial);
    let window = Window::of(call, here.software, 20, 40)?;
    let rows = window.of_map(&here.statuses, |_, post| {
        let row = &world.posts[post];
        row.visibility == Visibility::Public
            && row.reblog_of.is_none()
            && row
                .in_reply_to
                .is_none_or(|parent| world.posts[parent].author == row.author)
            && wanted.takes(world, call, post)
            && world.lives_on(call.server, post)
    });
    let keep = ["limit", "local", "only_media", "remote"];
    Ok(page(world, call, &rows, "timelines/public", &keep))
}

/// Which posts of a feed are wanted by origin and content.
struct Wanted {
    local: bool,
    remote: bool,
    only_media: bool,
}

impl Wanted {
    fn of(call: &Call, only_local_counts: bool) -> Self {
        let flag = |name| call.params.flag(name).unwrap_or(false);
        Self {
            local: flag("local"),
            remote: flag("remote") && !only_local_counts,
            only_media: flag("only_media") && !only_local_counts,
        }
    }

    fn takes(&self, world: &World, call: &Call, post: PostKey) -> bool {
        let row = &world.posts[post];
        let local = world.people[row.author].home == call.server;
        // Asked for both, Mastodon gives the local ones.
        (!self.local || local)
            && (!self.remote || self.local || !local)
            && (!self.only_media || !row.seen_by(call.server).media.is_empty())
    }
}

fn hashtag(world: &World, call: &Call, tag: &str) -> Outcome {
    call.optional("read:statuses")?;
    needs_token_here(world, call)?;
    let here = &world.servers[call.server];
    if !may_see(here.faults.hashtag_access(), call)? {
        return Ok(Answer::json(Vec::<Value>::new()));
    }
    let bare = here.software == Software::GoToSocial;
    let extra = |name: &str| -> Vec<String> {
        if bare {
            return Vec::new();
        }
        call.params
            .list(name)
            .into_iter()
            .take(MOST_EXTRA_TAGS)
            .map(tag_name)
            .collect()
    };
    let mut any = extra("any");
    any.push(tag_name(tag));
    let (all, none) = (extra("all"), extra("none"));
    let wanted = if bare {
        Wanted {
            local: false,
            remote: false,
            only_media: false,
        }
    } else {
        Wanted::of(call, false)
    };
    let window = Window::of(call, here.software, 20, 40)?;
    let rows = window.of_map(&here.statuses, |_, post| {
        let row = &world.posts[post];
        if row.visibility != Visibility::Public || row.reblog_of.is_some() {
            return false;
        }
        let tags: Vec<String> = row
            .seen_by(call.server)
            .tags
            .iter()
            .map(|tag| tag_name(tag))
            .collect();
        tags.iter().any(|tag| any.contains(tag))
            && all.iter().all(|tag| tags.contains(tag))
            && !none.iter().any(|tag| tags.contains(tag))
            && wanted.takes(world, call, post)
            && world.lives_on(call.server, post)
    });
    let encoded = percent_encoding::utf8_percent_encode(tag, percent_encoding::NON_ALPHANUMERIC);
    Ok(page(
        world,
        call,
        &rows,
        &format!("timelines/tag/{encoded}"),
        &["limit", "local", "only_media"],
    ))
}

fn home(world: &World, call: &Call) -> Outcome {
    let viewer = call.user("read:statuses")?;
    if world.servers[call.server].faults.regenerating_home {
        return Ok(Answer::json(Vec::<Value>::new()).status(206));
    }
    let rows = feed(world, call, viewer, |author| {
        author == viewer || world.follows(viewer, author)
    })?;
    Ok(page(
        world,
        call,
        &rows,
        "timelines/home",
        &["limit", "local"],
    ))
}

fn list(world: &World, call: &Call, number: &str) -> Outcome {
    let viewer = call.user("read:lists")?;
    let list = number
        .parse()
        .ok()
        .and_then(|number: u64| {
            world.servers[call.server]
                .desks
                .get(&viewer)?
                .lists
                .get(&number)
        })
        .ok_or_else(Refusal::not_found)?;
    let rows = feed(world, call, viewer, |author| list.members.contains(&author))?;
    Ok(page(
        world,
        call,
        &rows,
        &format!("timelines/list/{number}"),
        &["limit"],
    ))
}

/// Posts and boosts of the wanted authors that `viewer` may read, at most as old as a feed goes.
fn feed(
    world: &World,
    call: &Call,
    viewer: PersonKey,
    wanted: impl Fn(PersonKey) -> bool,
) -> Result<Vec<(LocalId, PostKey)>, Refusal> {
    let here = &world.servers[call.server];
    let window = Window::of(call, here.software, 20, 40)?;
    let in_feed = |post: PostKey| {
        let row = &world.posts[post];
        let answers_friend = row.in_reply_to.is_none_or(|parent| {
            let answered = world.posts[parent].author;
            answered == viewer
                || answered == row.author
                || row.author == viewer
                || world.follows(viewer, answered)
        });
        let whole = row
            .reblog_of
            .is_none_or(|original| world.lives_on(call.server, original));
        wanted(row.author)
            && row.visibility != Visibility::Direct
            && answers_friend
            && whole
            && world.lives_on(call.server, post)
            && world.may_read(post, Some(viewer))
    };
    let oldest = here
        .statuses
        .iter()
        .rev()
        .filter(|(_, post)| in_feed(**post))
        .nth(FEED_LENGTH)
        .map(|(id, _)| *id);
    Ok(window.of_map(&here.statuses, |id, post| {
        oldest.is_none_or(|oldest| id > oldest) && in_feed(post)
    }))
}

/// A page of statuses with links to both sides; an empty page has none.
pub(crate) fn page(
    world: &World,
    call: &Call,
    rows: &[(LocalId, PostKey)],
    path: &str,
    keep: &[&str],
) -> Answer {
    let here = &world.servers[call.server];
    let form = here.software.id_form();
    let viewer = call.viewer();
    let values: Vec<Value> = rows
        .iter()
        .map(|(_, post)| status(world, call.server, *post, viewer))
        .collect();
    let parts = LinkParts {
        address: format!("{}/api/v1/{path}", here.base),
        keep,
        next: rows.last().map(|(id, _)| form.write(*id)),
        prev: rows.first().map(|(id, _)| ("min_id", form.write(*id))),
    };
    Answer::json(values).link(link(call, here.software, parts))
}
