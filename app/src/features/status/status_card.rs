//! One post, wherever it is shown.

use leptos::{ev, prelude::*};
use store::{AccountRef, StatusRef, Store};

use super::status_body::StatusBody;
use super::status_footer::StatusFooter;
use super::status_header::StatusHeader;
use crate::actions::{self, view};
use crate::components::avatar::Avatar;
use crate::components::emoji_text::EmojiText;
use crate::components::icon::{Icon, IconName};
use crate::messages::Message;
use crate::routes::Route;

/// How a post of a thread hangs together with its neighbours: a line is drawn to each that it is joined to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// It answers the post above.
    pub above: bool,
    /// The post below answers it.
    pub below: bool,
}

impl Joined {
    /// As the style sheet reads it.
    const fn word(self) -> Option<&'static str> {
        match (self.above, self.below) {
            (true, true) => Some("above below"),
            (true, false) => Some("above"),
            (false, true) => Some("below"),
            (false, false) => None,
        }
    }
}

/// Shows `status`: for a boost, who boosted and what.
#[component]
pub fn StatusCard(
    /// The status as it stands in the list, boosts included.
    status: StatusRef,
    /// Its place in the list, from 1 on.
    place: Signal<usize>,
    /// How it hangs together with its neighbours.
    #[prop(into, optional)]
    joined: Signal<Joined>,
    /// Whether it is what the page is about.
    #[prop(optional)]
    emphasis: bool,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let reblog = store.status(status, |it| it.reblog);
    move || {
        let shown = reblog.get().unwrap_or(status);
        let picture = face(&store, store.peek_status(shown).account);
        let booster = (shown != status).then(|| store.peek_status(status).account);
        let post = store.peek_status(shown);
        let id = post.id.to_string();
        let (name, words) = (
            format!("by-{}-{id}", store.peek_status(status).id),
            format!("says-{id}"),
        );
        let (by, says) = (name.clone(), words.clone());
        let revealed = RwSignal::new(false);
        let replies = store.clone();
        let there = Route::Post { id };
        let open = {
            let there = there.clone();
            move || (!emphasis).then(|| actions::go(&there))
        };
        let open_by_key = open.clone();
        view! {
            <article
                class="status-card"
                tabindex="0"
                aria-posinset=move || place.get().to_string()
                aria-setsize="-1"
                aria-labelledby=by
                aria-describedby=says
                aria-current=emphasis.then_some("true")
                data-emphasis=emphasis.then_some("true")
                data-joined=move || joined.get().word()
                on:click=move |event: ev::MouseEvent| {
                    if view::hits_ground(&event) {
                        open();
                    }
                }
                on:keydown=move |event: ev::KeyboardEvent| {
                    match view::shortcut(&event).as_deref() {
                        Some("Enter" | "o") if !view::is_in_control(&event) => drop(open_by_key()),
                        Some("x") => revealed.update(|it| *it = !*it),
                        _ => {}
                    }
                }
            >
                {booster.map(|account| boosted_by(&store, account))}
                <div class="status-card__face">
                    <Avatar src=picture/>
                </div>
                <div class="status-card__column">
                    <div class="status-card__head" id=name>
                        <StatusHeader status=shown emphasis/>
                    </div>
                    {move || (!joined.get().above).then(|| replying(&replies, &post)).flatten()}
                    <div class="status-card__says" id=words>
                        <StatusBody status=shown revealed whole=emphasis/>
                    </div>
                    <StatusFooter status=shown full=emphasis/>
                </div>
            </article>
        }
    }
}

fn face(store: &Store, account: AccountRef) -> Signal<String> {
    store.account(account, |it| it.avatar_static.clone()).into()
}

fn boosted_by(store: &Store, account: AccountRef) -> impl IntoView + use<> {
    let page = store.account(account, |it| it.url.clone());
    view! {
        <p class="status-card__reason">
            <Icon name=IconName::Boost/>
            <span class="status-card__reason-words">
                <a href=move || page.get() target="_blank" rel="noopener noreferrer">
                    <BoosterName account/>
                </a>
                " "
                {Message::Boosted.text()}
            </span>
        </p>
    }
}

/// The name alone: the handle has no room in the line above a post.
#[component]
fn BoosterName(
    /// Who boosted.
    account: AccountRef,
) -> impl IntoView {
    let name = expect_context::<Store>().account(account, |it| it.name.clone());
    view! { <bdi>{move || view! { <EmojiText inlines=name.get().to_vec()/> }}</bdi> }
}

/// Whom the post answers, as far as it is known: by the post itself, else by the accounts that it mentions.
fn replying(store: &Store, post: &store::Status) -> Option<impl IntoView + use<>> {
    if post.in_reply_to.is_none() && post.in_reply_to_account.is_none() {
        return None;
    }
    let parent = post
        .in_reply_to
        .map(|it| store.peek_status(it))
        .filter(|it| !it.uri.is_empty());
    let mentioned = post
        .in_reply_to_account
        .as_ref()
        .and_then(|id| post.mentions.iter().find(|it| it.id == *id));
    let words = match (parent, mentioned) {
        (Some(parent), _) if parent.account == post.account => Message::ReplyingSelf.text(),
        (Some(parent), _) => Message::Replying {
            to: &store.peek_account(parent.account).acct,
        }
        .text(),
        (None, Some(mention)) => Message::Replying { to: &mention.acct }.text(),
        (None, None) if post.in_reply_to_account == Some(store.peek_account(post.account).id) => {
            Message::ReplyingSelf.text()
        }
        (None, None) => Message::ReplyingSomeone.text(),
    };
    Some(view! { <p class="status-card__replying">{words}</p> })
}
