//! Notifications.
use serde_json::{Value, json};

use crate::arena::{PersonKey, ServerKey};
use crate::clock::iso;
use crate::render::account::account;
use crate::render::status::status;
use crate::world::World;
use crate::world::model::Notice;

/// A notification of `to` on `server`.
pub(crate) fn notification(
    world: &World,
    server: ServerKey,
    to: PersonKey,
    notice: &Notice,
) -> Value {
    let mut value = json!({
        "id": notice.id.to_string(),
        "type": notice.kind,
        "created_at": iso(notice.at_ms),
        "group_key": group_key(notice),
        "account": account(world, server, notice.from),
    });
    if let (Some(post), Some(object)) = (notice.post, value.as_object_mut()) {
        let shown = if world.lives_on(server, post) {
            status(world, server, post, Some(to))
        } else {
            Value::Null
        };
        object.insert("status".to_owned(), shown);
    }
    value
}

/// Favourites, boosts and follows of half a day are told together.
pub(crate) fn group_key(notice: &Notice) -> String {
    use crate::arena::Key;
    let bucket = notice.at_ms / 43_200_000;
    match (notice.kind, notice.post) {
        ("favourite" | "reblog", Some(post)) => format!("{}-{}-{bucket}", notice.kind, post.row()),
        ("follow", _) => format!("follow-{bucket}"),
        _ => format!("ungrouped-{}", notice.id),
    }
}
