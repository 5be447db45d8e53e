//! Writing, editing and deleting posts through the API, with the checks that Mastodon makes.
use serde_json::{Value, json};

use crate::arena::{PersonKey, PostKey, ServerKey};
use crate::clock::{iso, parse_iso};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::errors::{Outcome, Refusal};
use crate::options::Software;
use crate::render::media::attachment;
use crate::render::status::status;
use crate::rest::statuses::visible;
use crate::spec::{PollSpec, PostSpec};
use crate::world::World;
use crate::world::federate::Due;
use crate::world::model::{Media, Scheduled, Visibility};
use crate::world::text::counted_length;

/// Longest text.
const MOST_CHARACTERS: usize = 500;
/// What a link counts.
const PER_URL: usize = 23;
/// Most attachments.
const MOST_MEDIA: usize = 4;
/// A post is scheduled at least so far ahead.
const SCHEDULE_AHEAD_MS: i64 = 300_000;
/// How long an `Idempotency-Key` is remembered.
const IDEMPOTENCY_MS: i64 = 3_600_000;

/// `POST statuses`
pub(crate) fn post(world: &mut World, call: &Call) -> Outcome {
    let author = call.user("write:statuses")?;
    let now = world.now();
    let key = call
        .header("idempotency-key")
        .filter(|_| world.servers[call.server].software != Software::GoToSocial);
    if let Some(key) = key
        && let Some((at, post)) = world.servers[call.server]
            .desk(author)
            .idempotency
            .get(key)
            .copied()
        && now - at < IDEMPOTENCY_MS
    {
        return Ok(Answer::json(status(world, call.server, post, Some(author))));
    }
    let (spec, media) = read_spec(world, call, author)?;
    if let Some(at_ms) = call
        .params
        .text("scheduled_at")
        .map(|text| parse_iso(text).ok_or_else(bad_date))
        .transpose()?
        && at_ms > now
    {
        return schedule(world, call, author, spec, media, at_ms);
    }
    world.servers[call.server]
        .desk(author)
        .uploads
        .retain(|_, upload| !media.iter().any(|used| used.ids == upload.ids));
    let post = world.publish(author, &spec, media);
    if let Some(key) = key {
        world.servers[call.server]
            .desk(author)
            .idempotency
            .insert(key.to_owned(), (now, post));
    }
    Ok(Answer::json(status(world, call.server, post, Some(author))))
}

fn bad_date() -> Refusal {
    Refusal::invalid("Scheduled at is invalid")
}

/// Reads and checks what a call wants to write.
fn read_spec(
    world: &World,
    call: &Call,
    author: PersonKey,
) -> Result<(PostSpec, Vec<Media>), Refusal> {
    let params = &call.params;
    let here = &world.servers[call.server];
    let wrong = if here.software == Software::GoToSocial {
        400
    } else {
        422
    };
    let mut text = params.text("status").unwrap_or_default().to_owned();
    let mut spoiler = params.text("spoiler_text").unwrap_or_default().to_owned();
    let media = chosen_media(world, call, author)?;
    let poll = read_poll(call)?;
    let quote = address_of(world, call, author, "quoted_status_id")?;
    if text.trim().is_empty() && !spoiler.is_empty() {
        text = std::mem::take(&mut spoiler);
    }
    if text.trim().is_empty() && media.is_empty() && quote.is_none() {
        return Err(Refusal::new(
            wrong,
            "Validation failed: Text can't be blank",
        ));
    }
    if counted_length(&text, &spoiler, PER_URL) > MOST_CHARACTERS {
        return Err(Refusal::new(
            wrong,
            "Validation failed: Text character limit of 500 exceeded",
        ));
    }
    let visibility = params.text("visibility").unwrap_or("public");
    if Visibility::read(visibility).is_none() {
        return Err(Refusal::invalid("Visibility is not included in the list"));
    }
    if quote.is_some() && (poll.is_some() || !media.is_empty()) {
        return Err(Refusal::invalid(
            "Quote cannot be combined with media or a poll",
        ));
    }
    let application = call
        .grant
        .as_ref()
        .and_then(|grant| here.registry.app(grant.app))
        .map(|app| app.name.clone());
    let spec = PostSpec {
        text,
        spoiler_text: spoiler,
        sensitive: params.flag("sensitive").unwrap_or(false),
        visibility: Some(visibility.to_owned()),
        language: params.text("language").map(str::to_owned),
        poll,
        in_reply_to: address_of(world, call, author, "in_reply_to_id")?,
        quote,
        quote_approval_policy: params.text("quote_approval_policy").map(str::to_owned),
        application,
        ..PostSpec::default()
    };
    Ok((spec, media))
}

/// The `uri` of a post that a parameter names; one that is not there is a 404.
fn address_of(
    world: &World,
    call: &Call,
    author: PersonKey,
    name: &str,
) -> Result<Option<String>, Refusal> {
    let Some(id) = call.params.text(name) else {
        return Ok(None);
    };
    let post = visible(world, call, id, Some(author))?;
    Ok(Some(world.posts[post].uri.clone()))
}

fn chosen_media(world: &World, call: &Call, author: PersonKey) -> Result<Vec<Media>, Refusal> {
    let ids = call.params.list("media_ids");
    if ids.len() > MOST_MEDIA {
        return Err(Refusal::invalid("Cannot attach more than 4 files"));
    }
    let here = &world.servers[call.server];
    let form = here.software.id_form();
    let mut media = Vec::new();
    for id in ids {
        let upload = form
            .read(id)
            .and_then(|id| here.desks.get(&author)?.uploads.get(&id));
        let Some(upload) = upload else {
            return Err(Refusal::invalid("Media not found"));
        };
        if upload.ready_ms > world.now() {
            return Err(Refusal::invalid(
                "Cannot attach files that have not finished processing. Try again in a moment!",
            ));
        }
        media.push(upload.clone());
    }
    Ok(media)
}

fn read_poll(call: &Call) -> Result<Option<PollSpec>, Refusal> {
    let options: Vec<String> = call
        .params
        .list("poll[options]")
        .into_iter()
        .map(str::to_owned)
        .collect();
    if options.is_empty() {
        return Ok(None);
    }
    let unique: std::collections::BTreeSet<&String> = options.iter().collect();
    let expires_in = call.params.number("poll[expires_in]").unwrap_or(0);
    let wrong = if !(2..=4).contains(&options.len()) {
        "Options must have between 2 and 4 choices"
    } else if unique.len() < options.len() {
        "Options contain duplicate items"
    } else if options
        .iter()
        .any(|option| counted_length(option, "", option.len()) > 50)
    {
        "Options cannot be longer than 50 characters each"
    } else if expires_in < 300 {
        "Expires at is too soon"
    } else if expires_in > 2_629_746 {
        "Expires at is too far into the future"
    } else {
        let multiple = call.params.flag("poll[multiple]").unwrap_or(false);
        let hide_totals = call.params.flag("poll[hide_totals]").unwrap_or(false);
        return Ok(Some(PollSpec {
            options,
            multiple,
            hide_totals,
            expires_in,
            crowd: Vec::new(),
        }));
    };
    Err(Refusal::invalid(wrong))
}

fn schedule(
    world: &mut World,
    call: &Call,
    person: PersonKey,
    spec: PostSpec,
    media: Vec<Media>,
    at_ms: i64,
) -> Outcome {
    let ahead = at_ms - world.now();
    if ahead < SCHEDULE_AHEAD_MS {
        return Err(Refusal::invalid(
            "Scheduled at must be at least 5 minutes in the future",
        ));
    }
    let echo = |name: &str| call.params.raw(name).map_or(Value::Null, Value::from);
    // The server echoes what it was sent, types and all.
    let params = json!({
        "poll": null, "text": echo("status"), "language": echo("language"), "media_ids": null,
        "sensitive": echo("sensitive"), "visibility": echo("visibility"), "idempotency": null, "scheduled_at": null,
        "spoiler_text": echo("spoiler_text"), "application_id": call.grant.as_ref().map(|grant| grant.app),
        "in_reply_to_id": call.params.number("in_reply_to_id"), "with_rate_limit": false, "allowed_mentions": null,
        "quoted_status_id": null, "quote_approval_policy": "public",
    });
    let number = world.servers[call.server].next_small_id();
    let row = Scheduled {
        at_ms,
        params,
        spec,
        media,
    };
    let value = scheduled(world, call.server, number, &row);
    world.servers[call.server]
        .desk(person)
        .scheduled
        .insert(number, row);
    let server = call.server;
    world.plan(
        u64::try_from(ahead).unwrap_or(u64::MAX),
        Due::Scheduled {
            server,
            person,
            number,
        },
    );
    Ok(Answer::json(value))
}

/// A scheduled post as JSON.
pub(crate) fn scheduled(world: &World, server: ServerKey, number: u64, row: &Scheduled) -> Value {
    let media: Vec<Value> = row
        .media
        .iter()
        .map(|media| attachment(world, server, media, None))
        .collect();
    json!({ "id": number.to_string(), "scheduled_at": iso(row.at_ms), "params": row.params, "media_attachments": media })
}

impl World {
    /// Writes a scheduled post whose hour has come, unless it was cancelled or moved.
    pub(crate) fn write_scheduled(&mut self, server: ServerKey, person: PersonKey, number: u64) {
        let now = self.now();
        let desk = self.servers[server].desk(person);
        if desk
            .scheduled
            .get(&number)
            .is_none_or(|row| row.at_ms > now)
        {
            return;
        }
        if let Some(row) = desk.scheduled.remove(&number) {
            self.publish(person, &row.spec, row.media);
        }
    }
}

fn own(world: &World, call: &Call, id: &str, scope: &str) -> Result<(PersonKey, PostKey), Refusal> {
    let author = call.user(scope)?;
    let post = visible(world, call, id, Some(author))?;
    if world.posts[post].author != author {
        return Err(Refusal::not_found());
    }
    Ok((author, post))
}

/// `PUT statuses/:id`
pub(crate) fn put(world: &mut World, call: &Call, id: &str) -> Outcome {
    let (author, post) = own(world, call, id, "write:statuses")?;
    let mut next = world.posts[post].current().clone();
    if let Some(text) = call.params.raw("status") {
        (next.mentions, next.tags) = world.entities_of(call.server, text);
        next.text = text.to_owned();
        next.html = None;
    }
    if let Some(spoiler) = call.params.raw("spoiler_text") {
        next.spoiler = spoiler.to_owned();
    }
    next.sensitive =
        call.params.flag("sensitive").unwrap_or(next.sensitive) || !next.spoiler.is_empty();
    if let Some(language) = call.params.text("language") {
        next.language = Some(language.to_owned());
    }
    let ids = call.params.list("media_ids");
    if !ids.is_empty() {
        let form = world.servers[call.server].software.id_form();
        let wanted: Vec<_> = ids.iter().filter_map(|id| form.read(id)).collect();
        next.media.retain(|media| {
            media
                .ids
                .get(&call.server)
                .is_some_and(|id| wanted.contains(id))
        });
        if let Ok(fresh) = chosen_media(world, call, author) {
            next.media.extend(fresh);
        }
    }
    if counted_length(&next.text, &next.spoiler, PER_URL) > MOST_CHARACTERS {
        return Err(Refusal::invalid("Text character limit of 500 exceeded"));
    }
    if next.text.trim().is_empty() && next.media.is_empty() {
        return Err(Refusal::invalid("Text can't be blank"));
    }
    world.edit_to(post, next, None);
    Ok(Answer::json(status(world, call.server, post, Some(author))))
}

/// `DELETE statuses/:id`: the post comes back with its source and without `content`, for a new draft.
pub(crate) fn delete(world: &mut World, call: &Call, id: &str) -> Outcome {
    let (author, post) = own(world, call, id, "write:statuses")?;
    let mut value = status(world, call.server, post, Some(author));
    if let Some(object) = value.as_object_mut() {
        object.remove("content");
        object.insert(
            "text".to_owned(),
            world.posts[post].current().text.clone().into(),
        );
    }
    world.delete(post, None);
    Ok(Answer::json(value))
}

/// `PUT statuses/:id/interaction_policy`
pub(crate) fn interaction_policy(world: &mut World, call: &Call, id: &str) -> Outcome {
    let (author, post) = own(world, call, id, "write:statuses")?;
    if let Some(policy) = call.params.text("quote_approval_policy") {
        world.posts[post].quote_policy = policy.to_owned();
    }
    world.announce_edit(call.server, post);
    Ok(Answer::json(status(world, call.server, post, Some(author))))
}
