//! A post among those that it answers and those that answer it.

use leptos::prelude::*;
use store::{FeedId, FeedState, FeedView, Older, Row, StatusRef, Store};

use crate::actions::{Session, load_feed, open_thread};
use crate::components::button::Button;
use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::components::page_header::PageHeader;
use crate::components::skeleton::Skeleton;
use crate::components::virtual_list::{Anchor, Reading, VirtualList};
use crate::features::status::status_card::{Joined, StatusCard};
use crate::features::timeline::reading;
use crate::features::timeline::trouble::say_failure;
use crate::messages::Message;

/// The page at `/posts/:id`.
#[component]
pub fn ThreadPage(
    /// The relay's id of the post.
    id: String,
) -> impl IntoView {
    view! {
        <PageHeader title=Signal::stored(Message::Post.text()) back=true quiet=true/>
        <div class="thread-page">
            <Thread id/>
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
    let again = move |()| load_feed::retry(session, &FeedId::Thread(focus));
    view! {
        <Notice tone=Tone::Bad icon=IconName::Warning title=Message::LoadFailed.text()>
            <p class="notice__words">{why}</p>
            <Button on_press=again>{Message::TryAgain.text()}</Button>
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
    let session = expect_context::<Session>();
    let rows: Signal<Vec<Row>> = seen.rows.into();
    let around: Signal<Older> = seen.older.into();
    let here = Row::Status(focus);
    let first = Reading {
        anchor: Some(Anchor {
            row: here,
            top: 0.0,
        }),
        focused: Some(here),
    };
    let start = store.with_value(reading::kept).unwrap_or(first);
    let answers = move |row: Option<Row>| match row {
        Some(Row::Status(status)) => store.with_value(|it| it.peek_status(status).in_reply_to),
        _ => None,
    };
    let joined = move |status: StatusRef, place: usize| {
        rows.with(|rows| {
            let above = place.checked_sub(2).and_then(|it| rows.get(it)).copied();
            let parent = answers(Some(Row::Status(status))).map(Row::Status);
            Joined {
                above: above.is_some() && above == parent,
                below: answers(rows.get(place).copied()) == Some(status),
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
                    let joined = Memo::new(move |_| joined(status, place.get()));
                    view! { <StatusCard status place joined emphasis=status == focus/> }.into_any()
                }
                Row::Gap(_) => ().into_any(),
            }
        />
        {move || rest(session, focus, &around.get())}
    }
}

/// What there is to say while only the post itself is there.
fn rest(session: Session, focus: StatusRef, around: &Older) -> Option<AnyView> {
    let again = move |()| load_feed::retry(session, &FeedId::Thread(focus));
    match around {
        Older::Loading => Some(view! { <Skeleton/> }.into_any()),
        Older::Failed(failure) => Some(
            view! {
                <div class="thread-page__rest" role="alert">
                    <p>{Message::ThreadPartial.text()} ". " {say_failure(failure)}</p>
                    <Button on_press=again>{Message::TryAgain.text()}</Button>
                </div>
            }
            .into_any(),
        ),
        Older::Idle | Older::Ended | Older::Full => None,
    }
}
