//! Which id a post gets when two want the same.

use std::sync::Arc;

use super::{Change, Memory, Post};
use crate::public_id::PublicId;

/// Steps along a chain of ids before giving up on a free one; a second step is a rarity already.
const MAX_CHAIN: u32 = 16;

/// A free id for a post: of two that want one, the smaller `uri` has it and the other moves on.
pub(super) fn allot(
    memory: &mut impl Memory,
    seconds: i64,
    uri: &str,
    changes: &mut Vec<Change>,
) -> Option<PublicId> {
    for attempt in 0..MAX_CHAIN {
        let id = PublicId::of(seconds, uri, attempt)?;
        match memory.owner_of(id) {
            None => return Some(id),
            Some(owner) if owner == uri => return Some(id),
            Some(owner) if uri < owner.as_str() => {
                move_on(memory, &owner, changes);
                return Some(id);
            }
            Some(_) => {}
        }
    }
    None
}

/// Gives a post the next free id of its chain.
fn move_on(memory: &mut impl Memory, uri: &str, changes: &mut Vec<Change>) {
    let Some(before) = memory.post(uri) else {
        return;
    };
    let seconds = i64::from(before.id.seconds());
    let chain = (0..MAX_CHAIN).filter_map(|attempt| PublicId::of(seconds, uri, attempt));
    let mut rest = chain.skip_while(|id| *id != before.id).skip(1);
    let Some(id) = rest.find(|id| memory.owner_of(*id).is_none()) else {
        return;
    };
    let post = Arc::new(Post {
        id,
        ..Post::clone(&before)
    });
    memory.put(&post);
    if post.is_visible() {
        changes.push(Change::Deleted(before));
        changes.push(Change::Appeared(post));
    }
}
