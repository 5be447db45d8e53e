//! Statuses, polls, edits and contexts.
use serde_json::{Value, json};

use crate::arena::{PersonKey, PostKey, ServerKey};
use crate::clock::iso;
use crate::ids::scatter_text;
use crate::options::Software;
use crate::render::account::{account, acct, emojis};
use crate::render::media::{attachment, card};
use crate::world::World;
use crate::world::model::{Poll, Post, Version};
use crate::world::text;

/// A status as `server` shows it to `viewer`.
pub(crate) fn status(
    world: &World,
    server: ServerKey,
    post: PostKey,
    viewer: Option<PersonKey>,
) -> Value {
    nested(world, server, post, viewer, 0)
}

fn nested(
    world: &World,
    server: ServerKey,
    post: PostKey,
    viewer: Option<PersonKey>,
    depth: u8,
) -> Value {
    let row = &world.posts[post];
    let here = &world.servers[server];
    let form = here.software.id_form();
    let author = &world.people[row.author];
    let home = author.home;
    let id_here = |other: PostKey| {
        world.posts[other]
            .copies
            .get(&server)
            .filter(|copy| !copy.gone)
            .map(|copy| form.write(copy.id))
    };
    let version = row.seen_by(server);
    let edited = row
        .copies
        .get(&server)
        .filter(|copy| copy.version > 0)
        .map(|_| iso(version.at_ms));
    let parent_here = row.in_reply_to.and_then(id_here);
    let parent_author = row
        .in_reply_to
        .filter(|parent| world.posts[*parent].copies.contains_key(&server))
        .and_then(|parent| {
            world.people[world.posts[parent].author]
                .ids
                .get(&server)
                .map(|id| form.write(*id))
        });
    let remote_base = (home != server).then(|| world.servers[home].base.clone());
    let used = format!("{} {}", version.spoiler, version.text);
    let (uri, url) = (
        claimed(world, server, row, "uri", &row.uri),
        claimed(world, server, row, "url", &row.url),
    );
    let mut value = json!({
        "id": row.copies.get(&server).map(|copy| form.write(copy.id)),
        "created_at": iso(world.shown_created(post, server)),
        "in_reply_to_id": parent_here,
        "in_reply_to_account_id": parent_author,
        "sensitive": version.sensitive,
        "spoiler_text": version.spoiler,
        "visibility": row.visibility.name(),
        "language": version.language,
        "uri": uri,
        "url": url,
        "replies_count": row.replies.iter().filter(|reply| world.lives_on(server, **reply)).count(),
        "reblogs_count": boosts_seen(world, server, row),
        "favourites_count": favourites_seen(world, server, row),
        "quotes_count": row.quotes.iter().filter(|quote| world.lives_on(server, **quote)).count(),
        "edited_at": edited,
        "content": content(world, server, post, version),
        "reblog": row.reblog_of.map(|original| nested(world, server, original, viewer, depth)),
        "account": account(world, server, shown_author(world, server, row)),
        "media_attachments": version.media.iter().map(|media| attachment(world, server, media, remote_base.as_deref())).collect::<Vec<_>>(),
        "mentions": version.mentions.iter().map(|person| mention(world, server, *person)).collect::<Vec<_>>(),
        "tags": version.tags.iter().map(|tag| tag_reference(world, server, tag)).collect::<Vec<_>>(),
        "emojis": emojis(world, server, home, &used),
        "tagged_collections": [],
        "card": version.card.as_ref().map(|shown| card(world, server, shown)),
        "poll": row.poll.as_ref().map(|asked| poll(world, server, post, asked, viewer)),
        "quote": quote(world, server, row, viewer, depth),
        "quote_approval": {
            "automatic": if row.quote_policy == "nobody" { json!([]) } else { json!([row.quote_policy]) },
            "manual": [],
            "current_user": approval(world, row, viewer),
        },
    });
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    if home == server {
        let named = row
            .application
            .as_ref()
            .map(|name| json!({ "name": name, "website": null }));
        object.insert("application".to_owned(), named.unwrap_or(Value::Null));
    }
    if let Some(viewer) = viewer {
        let desk = world.servers[server].desks.get(&viewer);
        let seen = row.reblog_of.unwrap_or(post);
        let original = &world.posts[seen];
        object.insert(
            "favourited".to_owned(),
            original.favourites.contains(&viewer).into(),
        );
        object.insert(
            "reblogged".to_owned(),
            original.boosts.contains_key(&viewer).into(),
        );
        object.insert(
            "muted".to_owned(),
            desk.is_some_and(|desk| desk.muted_threads.contains(&seen))
                .into(),
        );
        object.insert(
            "bookmarked".to_owned(),
            desk.is_some_and(|desk| desk.bookmarks.values().any(|kept| *kept == seen))
                .into(),
        );
        object.insert("filtered".to_owned(), json!([]));
        if row.author == viewer && row.reblog_of.is_none() {
            object.insert("pinned".to_owned(), author.pinned.contains(&post).into());
        }
    }
    if here.software != Software::Mastodon {
        for absent in [
            "quote",
            "quotes_count",
            "quote_approval",
            "tagged_collections",
            "filtered",
        ] {
            object.remove(absent);
        }
        if here.software == Software::GoToSocial {
            object.insert(
                "interaction_policy".to_owned(),
                json!({
                    "can_favourite": { "always": ["public"], "with_approval": [] },
                    "can_reply": { "always": ["public"], "with_approval": [] },
                    "can_reblog": { "always": ["public"], "with_approval": [] },
                }),
            );
        } else {
            object.insert("emoji_reactions".to_owned(), json!([]));
            object.insert("quote_id".to_owned(), row.quote_of.and_then(id_here).into());
        }
    }
    value
}

/// The address that a lying server gives its own posts: one of another server's.
fn claimed(world: &World, server: ServerKey, row: &Post, what: &str, truth: &str) -> String {
    let here = &world.servers[server];
    let own = world.people[row.author].home == server;
    if own && here.faults.lies(what, scatter_text(&row.uri)) {
        let victim = world
            .servers
            .iter()
            .find(|(key, _)| *key != server)
            .map(|(_, victim)| victim.base.clone());
        return truth.replacen(&here.base, &victim.unwrap_or_default(), 1);
    }
    truth.to_owned()
}

/// The author that a lying server gives another server's post: one of its own accounts.
fn shown_author(world: &World, server: ServerKey, row: &Post) -> PersonKey {
    let here = &world.servers[server];
    if world.people[row.author].home != server && here.faults.lies("author", scatter_text(&row.uri))
    {
        return here.locals.values().next().copied().unwrap_or(row.author);
    }
    row.author
}

fn content(world: &World, server: ServerKey, post: PostKey, version: &Version) -> String {
    let row = &world.posts[post];
    if row.reblog_of.is_some() {
        return row
            .reblog_of
            .map(|original| {
                content(
                    world,
                    server,
                    original,
                    world.posts[original].seen_by(server),
                )
            })
            .unwrap_or_default();
    }
    let home = world.people[row.author].home;
    let here = &world.servers[server];
    if home != server && here.faults.lies("text", scatter_text(&row.uri)) {
        return "<p>These are not the author&#39;s words.</p>".to_owned();
    }
    let own = own_html(world, post, version);
    let html = if home == server {
        own
    } else {
        // A copy is cleaned on arrival, which rewrites its links' attributes.
        own.replace(
            "rel=\"nofollow noopener\"",
            "rel=\"nofollow noopener noreferrer\"",
        )
        .replace(
            "class=\"mention hashtag\" rel=\"tag\"",
            "class=\"mention hashtag\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"",
        )
        .replace(
            "class=\"u-url mention\"",
            "class=\"u-url mention\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"",
        )
    };
    match here.faults.huge_json_bytes {
        0 => html,
        bytes => format!("{html}<p>{}</p>", "huge ".repeat(bytes / 5)),
    }
}

/// The words as their home server writes them.
pub(crate) fn own_html(world: &World, post: PostKey, version: &Version) -> String {
    let row = &world.posts[post];
    let home = world.people[row.author].home;
    let base = &world.servers[home].base;
    let body = match &version.html {
        Some(html) => html.clone(),
        None => text::html(
            &version.text,
            |name, server| {
                world.mentioned(home, name, server).map(|person| {
                    let person = &world.people[person];
                    format!("{}/@{}", world.servers[person.home].base, person.username)
                })
            },
            |tag| format!("{base}/tags/{tag}"),
        ),
    };
    match row.quote_of {
        Some(quoted) => {
            let url = &world.posts[quoted].url;
            format!(
                "<p class=\"quote-inline\">RE: {}</p>{body}",
                text::anchor(url)
            )
        }
        None => body,
    }
}

/// Who is mentioned, as `server` knows them.
fn mention(world: &World, server: ServerKey, person: PersonKey) -> Value {
    let row = &world.people[person];
    json!({
        "id": row.ids.get(&server).map(|id| world.servers[server].software.id_form().write(*id)),
        "username": row.username,
        "url": format!("{}/@{}", world.servers[row.home].base, row.username),
        "acct": acct(world, server, person),
    })
}

fn tag_reference(world: &World, server: ServerKey, tag: &str) -> Value {
    let name = text::tag_name(tag);
    json!({ "name": name, "url": format!("{}/tags/{name}", world.servers[server].base) })
}

fn boosts_seen(world: &World, server: ServerKey, row: &Post) -> u64 {
    let known = row
        .boosts
        .values()
        .filter(|boost| world.lives_on(server, **boost))
        .count() as u64;
    known
        + if world.people[row.author].home == server {
            row.crowd.1
        } else {
            row.crowd.1 / 2
        }
}

/// A server knows of the favourites of its own people; the author's knows them all.
fn favourites_seen(world: &World, server: ServerKey, row: &Post) -> u64 {
    let at_home = world.people[row.author].home == server;
    let known = row
        .favourites
        .iter()
        .filter(|person| at_home || world.people[**person].home == server)
        .count() as u64;
    known
        + if at_home {
            row.crowd.0
        } else {
            row.crowd.0 / 2
        }
}

fn approval(world: &World, row: &Post, viewer: Option<PersonKey>) -> &'static str {
    match (viewer, row.quote_policy.as_str()) {
        (None, _) => "denied",
        (Some(viewer), _) if viewer == row.author => "automatic",
        (Some(_), "public") => "automatic",
        (Some(viewer), "followers") if world.follows(viewer, row.author) => "automatic",
        _ => "denied",
    }
}

fn quote(
    world: &World,
    server: ServerKey,
    row: &Post,
    viewer: Option<PersonKey>,
    depth: u8,
) -> Value {
    let Some(quoted) = row.quote_of else {
        return Value::Null;
    };
    let form = world.servers[server].software.id_form();
    let lives = world.lives_on(server, quoted);
    let state = if world.posts[quoted].deleted_ms.is_some() {
        "deleted"
    } else if row.quote_state == "accepted" && lives && !world.may_read(quoted, viewer) {
        "unauthorized"
    } else if row.quote_state == "accepted" && !lives {
        "pending"
    } else {
        row.quote_state
    };
    let shown = state == "accepted";
    if depth > 0 {
        let id = world.posts[quoted]
            .copies
            .get(&server)
            .filter(|_| shown)
            .map(|copy| form.write(copy.id));
        return json!({ "state": state, "quoted_status_id": id });
    }
    let status = if shown {
        nested(world, server, quoted, viewer, depth + 1)
    } else {
        Value::Null
    };
    json!({ "state": state, "quoted_status": status })
}

/// A poll as `server` shows it.
pub(crate) fn poll(
    world: &World,
    server: ServerKey,
    post: PostKey,
    poll: &Poll,
    viewer: Option<PersonKey>,
) -> Value {
    let row = &world.posts[post];
    let here = &world.servers[server];
    let at_home = world.people[row.author].home == server;
    let expired = poll.expires_ms.is_some_and(|end| end <= world.now());
    let own = viewer.and_then(|viewer| poll.votes.get(&viewer));
    let mut counts = poll.crowd.clone();
    let mut voters = poll.crowd.iter().sum::<u64>();
    for choices in poll.votes.values() {
        voters += 1;
        for choice in choices {
            if let Some(count) = counts.get_mut(*choice) {
                *count += 1;
            }
        }
    }
    let hidden = poll.hide_totals && !expired;
    let titles = row
        .seen_by(server)
        .poll_options
        .as_ref()
        .unwrap_or(&poll.options);
    let options: Vec<Value> = titles
        .iter()
        .zip(&counts)
        .map(|(title, count)| json!({ "title": title, "votes_count": (!hidden).then_some(*count) }))
        .collect();
    let mut value = json!({
        "id": row.copies.get(&server).map(|copy| here.software.id_form().write(copy.id)),
        "expires_at": poll.expires_ms.map(iso),
        "expired": expired,
        "multiple": poll.multiple,
        "votes_count": counts.iter().sum::<u64>(),
        "voters_count": at_home.then_some(voters),
        "options": options,
        "emojis": [],
    });
    if let (Some(viewer), Some(object)) = (viewer, value.as_object_mut()) {
        object.insert(
            "voted".to_owned(),
            (own.is_some() || row.author == viewer).into(),
        );
        object.insert(
            "own_votes".to_owned(),
            json!(own.cloned().unwrap_or_default()),
        );
    }
    value
}

/// One version in a post's history.
pub(crate) fn edit(world: &World, server: ServerKey, post: PostKey, version: &Version) -> Value {
    let row = &world.posts[post];
    let home = world.people[row.author].home;
    let mut value = json!({
        "content": own_html(world, post, version),
        "spoiler_text": version.spoiler,
        "sensitive": version.sensitive,
        "created_at": iso(version.at_ms),
        "account": account(world, server, row.author),
        "media_attachments": version.media.iter().map(|media| attachment(world, server, media, None)).collect::<Vec<_>>(),
        "emojis": emojis(world, server, home, &format!("{} {}", version.spoiler, version.text)),
    });
    if let (Some(options), Some(object)) = (&version.poll_options, value.as_object_mut()) {
        let titles: Vec<Value> = options
            .iter()
            .map(|title| json!({ "title": title }))
            .collect();
        object.insert("poll".to_owned(), json!({ "options": titles }));
    }
    value
}
