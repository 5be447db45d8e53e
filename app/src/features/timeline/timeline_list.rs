//! The posts of a feed, or what there is to say instead.

use leptos::{ev, prelude::*};
use store::{FeedId, FeedState, FeedView, Older, Row, Store};

use super::new_posts_pill::NewPostsPill;
use super::reading;
use super::timeline_end::TimelineEnd;
use super::timeline_gap::TimelineGap;
use super::trouble::{Trouble, hears_nobody, say_failure};
use crate::actions::{Session, load_feed, view};
use crate::components::button::Button;
use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::components::skeleton::Skeleton;
use crate::components::virtual_list::VirtualList;
use crate::features::status::status_card::StatusCard;
use crate::messages::Message;

/// Shows `feed` and keeps it fresh.
#[component]
pub fn TimelineList(
    /// Which feed.
    feed: FeedId,
    /// What the list is called.
    #[prop(into)]
    label: Signal<String>,
    /// What is said when there is nothing.
    empty: (Message<'static>, Message<'static>),
) -> impl IntoView {
    let session = expect_context::<Session>();
    let seen = load_feed::show(session, &feed);
    let left = feed.clone();
    on_cleanup(move || load_feed::leave(session, &left));
    let sources = expect_context::<Store>().sources().clone();
    let deaf = Memo::new(move |_| sources.read().as_ref().is_some_and(hears_nobody));
    let state = seen.state.clone();
    // Only the kind of state rebuilds the page; rows come and go inside the list.
    let state = Memo::new(move |_| state.get());
    move || match state.get() {
        FeedState::Loading => view! { <Skeleton/> }.into_any(),
        FeedState::Ready => view! { <Posts feed=feed.clone() seen=seen.clone() label/> }.into_any(),
        FeedState::Empty => {
            let (title, why) = empty;
            let calm = move || {
                (!deaf.get()).then(|| {
                    view! {
                        <Notice tone=Tone::Calm icon=IconName::Streams title=title.text()>
                            <p class="notice__words">{why.text()}</p>
                        </Notice>
                    }
                })
            };
            view! {
                <Trouble/>
                {calm}
            }
            .into_any()
        }
        FeedState::Offline => {
            let again = feed.clone();
            view! {
                <Notice tone=Tone::Bad icon=IconName::Offline title=Message::Offline.text()>
                    <p class="notice__words">{Message::OfflineWhy.text()}</p>
                    {try_again(session, again)}
                </Notice>
            }
            .into_any()
        }
        FeedState::Failed(failure) => {
            let again = feed.clone();
            view! {
                <Notice tone=Tone::Bad icon=IconName::Warning title=Message::LoadFailed.text()>
                    <p class="notice__words">{say_failure(&failure)}</p>
                    {try_again(session, again)}
                </Notice>
                <Trouble/>
            }
            .into_any()
        }
    }
}

fn try_again(session: Session, feed: FeedId) -> impl IntoView {
    view! {
        <Button on_press=move |()| load_feed::retry(session, &feed)>{Message::TryAgain.text()}</Button>
    }
}

/// The list itself with the pill above and the end below.
#[component]
fn Posts(
    /// Which feed.
    feed: FeedId,
    /// Its signals.
    seen: FeedView,
    /// What the list is called.
    label: Signal<String>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let feed = StoredValue::new(feed);
    let to_top = RwSignal::new(0_u32);
    let show_new = Callback::new(move |()| {
        load_feed::release(session, &feed.get_value());
        to_top.update(|it| *it = it.wrapping_add(1));
    });
    let shortcut = window_event_listener(ev::keydown, move |event| {
        if view::shortcut(&event).as_deref() == Some(".") {
            show_new.run(());
        }
    });
    on_cleanup(move || shortcut.remove());
    // The end may be near before the last page has arrived; asking twice is the store's to prevent.
    let older: Signal<Older> = seen.older.clone().into();
    let on_end = Callback::new(move |()| {
        if older.get_untracked() == Older::Idle {
            load_feed::older(session, &feed.get_value());
        }
    });
    let rows: Signal<Vec<Row>> = seen.rows.clone().into();
    let held: Signal<usize> = seen.held.clone().into();
    // Nothing is being read, so there is nothing to keep still.
    Effect::new(move |_| {
        if held.get() > 0 && rows.with(Vec::is_empty) {
            load_feed::release(session, &feed.get_value());
        }
    });
    let store = StoredValue::new(expect_context::<Store>());
    let start = store.with_value(reading::kept);
    view! {
        <div class="timeline-list">
            <NewPostsPill held on_show=show_new/>
            <VirtualList
                rows
                label
                start
                to_top=to_top.read_only()
                on_read=Callback::new(move |now| store.with_value(|it| reading::keep(it, now)))
                on_end
                draw=move |row, place| match row {
                    Row::Status(status) => {
                        view! { <StatusCard status place/> }.into_any()
                    }
                    Row::Gap(gap) => view! { <TimelineGap feed=feed.get_value() gap/> }.into_any(),
                }
            />
            <TimelineEnd feed=feed.get_value() older/>
        </div>
    }
}
