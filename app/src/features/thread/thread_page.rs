//! A post among those that it answers and those that answer it.

use leptos::prelude::*;
use store::{FeedId, FeedState, FeedView, RelayState, Row, StatusRef, Store};

use crate::actions::{Session, load_feed, open_thread};
use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::virtual_list::{Anchor, Reading, VirtualList};
use crate::features::status::status_card::{Standing, StatusCard};
use crate::features::timeline::reading;
use crate::features::timeline::trouble::say_failure;
use crate::messages::Message;

/// The page at `/posts/:id`.
#[component]
pub fn ThreadPage(
    /// The relay's id of the post.
    id: String,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let relay = store.relay().clone();
    // Ids mean something on one server only, so the relay must be known first.
    let known = Memo::new(move |_| matches!(relay.get(), RelayState::Found(_)));
    view! {
        <PageHeader title=Signal::stored(Message::Post.text()) back=true quiet=true/>
        <div class="thread-page">
            {move || match known.get() {
                true => view! { <Thread id=id.clone()/> }.into_any(),
                false => view! { <Skeleton/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Thread(
    /// The relay's id of the post.
    id: String,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let (_, focus, seen) = open_thread::open(session, &id);
    let state = {
        let state = seen.state.clone();
        Memo::new(move |_| state.get())
    };
    move || match state.get() {
        FeedState::Ready => view! { <Conversation focus seen=seen.clone()/> }.into_any(),
        FeedState::Loading => view! { <Skeleton/> }.into_any(),
        FeedState::Empty => gone(),
        FeedState::Failed(store::Failure::NotFound) => gone(),
        FeedState::Offline => failed(session, focus, Message::OfflineWhy.text()),
        FeedState::Failed(failure) => failed(session, focus, say_failure(&failure)),
    }
}

fn gone() -> AnyView {
    view! {
        <Notice tone=Tone::Calm icon=IconName::Reply title=Message::PostGone.text()>
            <p class="notice__words">{Message::PostGoneWhy.text()}</p>
        </Notice>
    }
    .into_any()
}

fn failed(session: Session, focus: StatusRef, why: String) -> AnyView {
    let again = move |_| load_feed::retry(session, &FeedId::Thread(focus));
    view! {
        <Notice tone=Tone::Bad icon=IconName::Warning title=Message::LoadFailed.text()>
            <p class="notice__words">{why}</p>
            <button class="button" type="button" on:click=again>{Message::TryAgain.text()}</button>
        </Notice>
    }
    .into_any()
}

/// The posts with the one in focus at the top of the window, however many it answers.
#[component]
fn Conversation(
    /// The post that the page is about.
    focus: StatusRef,
    /// The signals of its thread.
    seen: FeedView,
) -> impl IntoView {
    let store = StoredValue::new(expect_context::<Store>());
    let rows: Signal<Vec<Row>> = seen.rows.into();
    let here = Row::Status(focus);
    let first = Reading { anchor: Some(Anchor { row: here, top: 0.0 }), focused: Some(here) };
    let start = store.with_value(reading::kept).unwrap_or(first);
    let answers = move |row: Option<Row>| match row {
        Some(Row::Status(status)) => store.with_value(|it| it.peek_status(status).in_reply_to),
        _ => None,
    };
    let standing = move |status: StatusRef, place: usize| {
        rows.with(|rows| {
            let above = place.checked_sub(2).and_then(|it| rows.get(it)).copied();
            let parent = answers(Some(Row::Status(status))).map(Row::Status);
            Standing {
                emphasis: status == focus,
                joined_above: above.is_some() && above == parent,
                joined_below: answers(rows.get(place).copied()) == Some(status),
            }
        })
    };
    view! {
        <VirtualList
            rows
            label=Signal::stored(Message::Thread.text())
            start=Some(start)
            to_top=Signal::stored(0)
            on_read=Callback::new(move |now| store.with_value(|it| reading::keep(it, now)))
            on_end=Callback::new(|()| ())
            draw=move |row, place| match row {
                Row::Status(status) => {
                    let standing = Memo::new(move |_| standing(status, place.get()));
                    view! { <StatusCard status place standing/> }.into_any()
                }
                Row::Gap(_) => ().into_any(),
            }
        />
    }
}
