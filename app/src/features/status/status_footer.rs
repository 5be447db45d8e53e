//! The line below a post: how it was received, and which servers carried it here.

use leptos::prelude::*;
use store::{StatusRef, Store};

use crate::components::icon::{Icon, IconName};
use crate::messages::{Message, compact};

/// How many servers are named below a post in a list.
const MAX_NAMED: usize = 2;
/// How many where there is room for all that a relay usually hears.
const MAX_NAMED_IN_FULL: usize = 20;

/// Shows the counts of `status` and where it was seen. They are facts, not buttons.
#[component]
pub fn StatusFooter(
    /// The status itself, never the boost that wraps it.
    status: StatusRef,
    /// Names every server, and leads to the post on its own.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let replies = store.status(status, |it| it.replies_count);
    let boosts = store.status(status, |it| it.reblogs_count);
    let favourites = store.status(status, |it| it.favourites_count);
    let seen_on = store.status(status, |it| it.seen_on.clone());
    let page = store.status(status, |it| it.url.clone());
    let origin = move || {
        page.get().filter(|_| full).map(|page| {
            view! {
                <a class="button status-footer__origin" href=page target="_blank" rel="noopener noreferrer">
                    <Icon name=IconName::External/>
                    {Message::OnItsServer.text()}
                </a>
            }
        })
    };
    view! {
        <footer class="status-footer" data-full=full.then_some("true")>
            <span class="status-footer__counts">
                {count(IconName::Reply, Message::Replies, move || replies.get())}
                {count(IconName::Boost, Message::Boosts, move || boosts.get())}
                {count(IconName::Favourite, Message::Favourites, move || favourites.get())}
            </span>
            {move || seen(&seen_on.get(), full)}
            {origin}
        </footer>
    }
}

/// A picture with a number beside it; nothing beside it for none. Some servers hide a count and say -1.
fn count(
    icon: IconName,
    words: fn(u64) -> Message<'static>,
    n: impl Fn() -> i64 + Clone + Send + 'static,
) -> impl IntoView {
    let n = move || u64::try_from(n()).unwrap_or_default();
    let (short, long, title) = (n.clone(), n.clone(), n);
    view! {
        <span class="status-footer__count" title=move || words(title()).text()>
            <Icon name=icon/>
            <span aria-hidden="true">{move || (short() > 0).then(|| compact(short()))}</span>
            <span class="visually-hidden">{move || words(long()).text()}</span>
        </span>
    }
}

fn seen(servers: &[String], full: bool) -> Option<impl IntoView + use<>> {
    servers.first()?;
    let named = servers.get(
        ..servers
            .len()
            .min(if full { MAX_NAMED_IN_FULL } else { MAX_NAMED }),
    )?;
    let others = servers.len() - named.len();
    let words = Message::SeenOn {
        servers: &named.join(", "),
        others,
    }
    .text();
    let all = servers.join(", ");
    Some(view! {
        <span class="status-footer__seen" title=all>
            <Icon name=IconName::Streams/>
            <span class="status-footer__servers">{words}</span>
        </span>
    })
}
