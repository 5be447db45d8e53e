//! The line above the words of a post: who, and when.

use leptos::prelude::*;
use mastodon::Visibility;
use store::{StatusRef, Store};

use super::display_name::DisplayName;
use crate::components::icon::{Icon, IconName};
use crate::components::relative_time::{RelativeTime, say};
use crate::messages::Message;
use crate::routes::Route;

/// Names the author of `status` and says when it was written; the time leads to the post.
#[component]
pub fn StatusHeader(
    /// The status itself, never the boost that wraps it.
    status: StatusRef,
    /// The post that the page is about has room for two lines.
    #[prop(optional)]
    emphasis: bool,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let head = store.status(status, |it| {
        (
            it.account,
            it.created_at,
            it.edited_at,
            it.visibility.clone(),
        )
    });
    let address = Route::Post {
        id: store.peek_status(status).id.to_string(),
    }
    .to_string();
    move || {
        let (account, created_at, edited_at, visibility) = head.get();
        let page = store.account(account, |it| it.url.clone());
        let edited = edited_at.map(|at| {
            view! {
                <span title=move || Message::Edited { when: &say(at) }.text()>
                    <Icon name=IconName::Edit/>
                    <span class="visually-hidden">{move || Message::Edited { when: &say(at) }.text()}</span>
                </span>
            }
        });
        view! {
            <header class="status-header">
                <a class="status-header__who" href=move || page.get() target="_blank" rel="noopener noreferrer">
                    <DisplayName account stacked=emphasis/>
                </a>
                <span class="status-header__when">
                    {edited}
                    {audience(&visibility)}
                    <a class="status-header__link" href=address.clone()>
                        <RelativeTime at=Signal::stored(created_at)/>
                    </a>
                </span>
            </header>
        }
    }
}

/// A mark for posts that are not for everybody; those that are need none.
fn audience(visibility: &Visibility) -> Option<impl IntoView + use<>> {
    match visibility {
        Visibility::Public => None,
        Visibility::Unlisted => Some(view! { <Icon name=IconName::Unlisted/> }),
        _ => Some(view! { <Icon name=IconName::Lock/> }),
    }
}
