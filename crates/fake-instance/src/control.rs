//! The control API: the Rust API's verbs as JSON, for tests that are not written in Rust.
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, Uri, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::arena::{PersonKey, ServerKey};
use crate::fediverse::{FediverseError, person, unknown};
use crate::site::Shared;
use crate::spec::{AccountSpec, EditSpec, PostSpec};
use crate::world::World;

/// The routes.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(move |method: Method, uri: Uri, body: Bytes| {
        let shared = Arc::clone(&shared);
        async move { answer(&shared, &method, &uri, &body) }
    })
}

fn answer(shared: &Shared, method: &Method, uri: &Uri, body: &Bytes) -> Response {
    let cors = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::CONTENT_TYPE, "application/json"),
    ];
    if method == Method::OPTIONS {
        return (cors, "").into_response();
    }
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    let done = serde_json::from_slice::<Value>(text)
        .map_err(|error| error.to_string())
        .and_then(|wish| shared.with(|world| act(world, uri.path(), wish)));
    match done {
        Ok(value) => (cors, value.to_string()).into_response(),
        Err(why) => (
            StatusCode::BAD_REQUEST,
            cors,
            json!({ "error": why }).to_string(),
        )
            .into_response(),
    }
}

fn text<'a>(wish: &'a Value, name: &str) -> Result<&'a str, String> {
    wish.get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| format!("`{name}` is missing"))
}

/// The rest of a wish, once the control API's own fields are taken out.
fn rest<T: DeserializeOwned>(mut wish: Value, own: &[&str]) -> Result<T, String> {
    if let Some(fields) = wish.as_object_mut() {
        for name in own {
            fields.remove(*name);
        }
    }
    serde_json::from_value(wish).map_err(|error| error.to_string())
}

fn server(world: &World, wish: &Value) -> Result<ServerKey, String> {
    let name = text(wish, "server")?;
    world
        .server_named(name)
        .ok_or_else(|| format!("there is no server {name}"))
}

fn post(world: &World, wish: &Value) -> Result<crate::arena::PostKey, String> {
    let uri = text(wish, "uri")?;
    world
        .post_at(uri)
        .ok_or_else(|| format!("there is no post {uri}"))
}

fn who(world: &mut World, wish: &Value) -> Result<PersonKey, String> {
    person(world, text(wish, "who")?).map_err(|error| error.to_string())
}

fn act(world: &mut World, path: &str, wish: Value) -> Result<Value, String> {
    match path.trim_start_matches("/control").trim_matches('/') {
        "publish" => {
            let author = who(world, &wish)?;
            let spec: PostSpec = rest(wish, &["who"])?;
            let post = world.publish(author, &spec, Vec::new());
            serde_json::to_value(world.published(post)).map_err(|error| error.to_string())
        }
        "account" => {
            let name = text(&wish, "who")?.to_owned();
            let spec: AccountSpec = rest(wish, &["who"])?;
            make_account(world, &name, &spec).map_err(|error| error.to_string())?;
            Ok(json!({}))
        }
        "edit" => {
            let post = post(world, &wish)?;
            let spec: EditSpec = rest(wish, &["uri"])?;
            Ok(json!({ "done": world.edit(post, &spec) }))
        }
        "delete" => {
            let post = post(world, &wish)?;
            let delay = wish.get("delay_ms").and_then(Value::as_u64);
            Ok(json!({ "done": world.delete(post, delay) }))
        }
        "boost" => {
            let (person, post) = (who(world, &wish)?, post(world, &wish)?);
            let boost = world
                .boost(person, post)
                .ok_or("this post cannot be boosted")?;
            serde_json::to_value(world.published(boost)).map_err(|error| error.to_string())
        }
        "favourite" => {
            let (person, post) = (who(world, &wish)?, post(world, &wish)?);
            world.favourite(person, post);
            Ok(json!({}))
        }
        "follow" => {
            let follower = who(world, &wish)?;
            let followed =
                person(world, text(&wish, "whom")?).map_err(|error| error.to_string())?;
            world.follow(follower, followed);
            Ok(json!({}))
        }
        "vote" => {
            let (person, post) = (who(world, &wish)?, post(world, &wish)?);
            let choices: Vec<usize> =
                serde_json::from_value(wish.get("choices").cloned().unwrap_or_default())
                    .map_err(|error| error.to_string())?;
            world.vote(person, post, &choices)?;
            Ok(json!({}))
        }
        "deliver" => {
            let (server, post) = (server(world, &wish)?, post(world, &wish)?);
            world.arrive(server, post);
            Ok(json!({}))
        }
        "faults" => faults(world, wish),
        "clear_faults" => {
            let keys: Vec<ServerKey> = match wish.get("server") {
                Some(_) => vec![server(world, &wish)?],
                None => world.servers.keys().collect(),
            };
            for key in keys {
                world.set_faults(key, crate::faults::Faults::default());
            }
            Ok(json!({}))
        }
        "cut_streams" => {
            let key = server(world, &wish)?;
            Ok(json!({ "cut": world.servers[key].hub.cut() }))
        }
        "token" => {
            let key = server(world, &wish)?;
            let scopes = wish
                .get("scopes")
                .and_then(Value::as_str)
                .unwrap_or("read write follow push");
            let account = wish.get("account").and_then(Value::as_str);
            Ok(json!({ "token": make_token(world, key, account, scopes) }))
        }
        "kill_token" => {
            let key = server(world, &wish)?;
            Ok(json!({ "done": world.end_token(key, text(&wish, "token")?) }))
        }
        "living" => {
            world.set_living(
                wish.get("posts_a_minute")
                    .and_then(Value::as_f64)
                    .filter(|rate| *rate > 0.0),
            );
            Ok(json!({}))
        }
        "limits" => {
            world.rate_limits = wish.get("on").and_then(Value::as_bool).unwrap_or(true);
            let keys: Vec<ServerKey> = world.servers.keys().collect();
            for key in keys {
                world.servers[key].limiter.reset();
            }
            Ok(json!({}))
        }
        "reset" => {
            world.wipe(
                usize::try_from(wish.get("history").and_then(Value::as_u64).unwrap_or(0))
                    .unwrap_or(0),
            );
            Ok(json!({}))
        }
        "truth" => serde_json::to_value(world.truth()).map_err(|error| error.to_string()),
        "pending" => Ok(json!({ "pending": world.pending() })),
        "servers" => Ok(describe(world)),
        "streams" => {
            let key = server(world, &wish)?;
            Ok(json!({ "listeners": world.servers[key].hub.census() }))
        }
        other => Err(format!("there is no control verb `{other}`")),
    }
}

/// Changes faults; `…_for_ms` fields set the `…_until` ones from now, `cut_streams` is done at once.
fn faults(world: &mut World, wish: Value) -> Result<Value, String> {
    let key = server(world, &wish)?;
    let now = world.now();
    let mut merged =
        serde_json::to_value(&world.servers[key].faults).map_err(|error| error.to_string())?;
    let fields = merged.as_object_mut().ok_or("faults are an object")?;
    for (name, value) in wish.as_object().into_iter().flatten() {
        let until = match name.as_str() {
            "server" => continue,
            "cut_streams" => {
                world.servers[key].hub.cut();
                continue;
            }
            "refuse_for_ms" => "refuse_until",
            "refuse_streams_for_ms" => "refuse_streams_until",
            "too_many_requests_for_ms" => "too_many_requests_until",
            "server_errors_for_ms" => "server_errors_until",
            _ => {
                fields.insert(name.clone(), value.clone());
                continue;
            }
        };
        fields.insert(until.to_owned(), (now + value.as_i64().unwrap_or(0)).into());
    }
    let faults = serde_json::from_value(merged.clone()).map_err(|error| error.to_string())?;
    world.set_faults(key, faults);
    Ok(merged)
}

/// The servers as the program prints them.
pub(crate) fn describe(world: &World) -> Value {
    let servers: Vec<Value> = world
        .servers
        .iter()
        .map(|(_, server)| {
            json!({
                "name": server.name, "domain": server.domain, "url": server.base, "token": server.reader_token,
                "streaming_url": server.streaming_url(),
            })
        })
        .collect();
    json!({ "servers": servers })
}

/// Makes or changes an account.
pub(crate) fn make_account(
    world: &mut World,
    who: &str,
    spec: &AccountSpec,
) -> Result<PersonKey, FediverseError> {
    let (username, server) = who
        .trim_start_matches('@')
        .split_once('@')
        .ok_or_else(|| unknown(who))?;
    let server = world.server_named(server).ok_or_else(|| unknown(server))?;
    Ok(match world.local_person(server, username) {
        Some(person) => {
            let row = &mut world.people[person];
            row.display_name.clone_from(&spec.display_name);
            row.note.clone_from(&spec.note);
            (row.bot, row.locked, row.noindex, row.indexable) =
                (spec.bot, spec.locked, spec.noindex, spec.indexable);
            row.discoverable = spec.discoverable.or(row.discoverable);
            person
        }
        None => world.new_account(server, username, spec),
    })
}

/// A token of a local account, or of an app alone.
pub(crate) fn make_token(
    world: &mut World,
    server: ServerKey,
    username: Option<&str>,
    scopes: &str,
) -> String {
    let person = username.map(|username| world.person_or_new(server, username));
    let now = world.now();
    let scopes: Vec<String> = scopes.split_whitespace().map(str::to_owned).collect();
    let registry = &mut world.servers[server].registry;
    let all = ["read", "write", "follow", "push", "profile"]
        .map(str::to_owned)
        .to_vec();
    let app = registry.register(
        "Control",
        None,
        all,
        vec![crate::oauth::routes::OUT_OF_BAND.to_owned()],
    );
    registry.make_token(app.number, person, scopes, now).token
}
