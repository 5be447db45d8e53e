//! A long list of which only the rows near the eye exist. What is being read stays where it is, whatever comes or goes above.

mod listing;
mod window;

use std::hash::Hash;
use std::rc::Rc;

use leptos::{ev, html, prelude::*};

pub use window::{Anchor, MAX_MOUNTED};

use self::listing::{Listing, Piece};
use self::window::css_length;
use crate::actions::view::{self, Rows};

/// Where reading begins: below the header that stays at the top of the window, in px.
const LINE: f64 = 56.0;
/// A row of which less than this is left in the window, in px, is no longer what is being read.
const SLIVER: f64 = 8.0;

/// What is being read in a list, and which row has the focus.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading<K> {
    /// The first row in the window; none at the top.
    pub anchor: Option<Anchor<K>>,
    /// The row that has the focus or had it last.
    pub focused: Option<K>,
}

/// Draws `rows` as a feed: j and k move the focus from one to the next.
#[component]
pub fn VirtualList<K, D>(
    /// The keys of all rows, in order.
    #[prop(into)]
    rows: Signal<Vec<K>>,
    /// Draws one row, given its key and its place from 1 on.
    draw: D,
    /// What the list is called.
    #[prop(into)]
    label: Signal<String>,
    /// Where to open, and which row gets the focus; the top if none.
    start: Option<Reading<K>>,
    /// Told what is being read, whenever that changes.
    on_read: Callback<Reading<K>>,
    /// Told that the end is near.
    on_end: Callback<()>,
    /// Counts up when the reader wants to be taken to the top.
    #[prop(into)]
    to_top: Signal<u32>,
) -> impl IntoView
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    D: Fn(K, Signal<usize>) -> AnyView + Copy + Send + Sync + 'static,
{
    let list = Drawn::new(start, on_read, on_end);
    let feed = list.feed;
    Effect::new(move |_| list.set_rows(rows.get()));
    Effect::new(move |before: Option<u32>| {
        let now = to_top.get();
        if before.is_some_and(|it| it != now) {
            list.go_to_top();
        }
        now
    });
    for listener in [
        window_event_listener(ev::scroll, move |_| list.scrolled()),
        window_event_listener(ev::resize, move |_| list.redraw()),
        window_event_listener(ev::keydown, move |event| {
            match view::shortcut(&event).as_deref() {
                Some("j") => list.step(1),
                Some("k") => list.step(-1),
                _ => {}
            }
        }),
    ] {
        on_cleanup(move || listener.remove());
    }
    view! {
        <div class="virtual-list" role="feed" aria-label=label node_ref=feed>
            <For
                each=move || list.pieces.get()
                key=|piece| *piece
                children=move |piece| match piece {
                    Piece::Space(number) => list.space(number),
                    Piece::Row(row) => list.row(row, draw),
                }
            />
        </div>
    }
}

/// The list in the page: what it knows, what is drawn of it, and the elements.
struct Drawn<K: Copy + Eq + Hash + Send + Sync + 'static> {
    listing: StoredValue<Listing<K>, LocalStorage>,
    elements: StoredValue<Rc<Rows<K>>, LocalStorage>,
    pieces: RwSignal<Vec<Piece<K>>>,
    spaces: [RwSignal<f64>; 3],
    /// Changes with the rows, so that places are reckoned anew.
    edition: RwSignal<u32>,
    feed: NodeRef<html::Div>,
    on_read: Callback<Reading<K>>,
    on_end: Callback<()>,
    /// How far the page was scrolled, in px, when the anchor was noted.
    noted_at: StoredValue<f64>,
    /// Whether the row to open at has not been put in its place yet.
    opening: StoredValue<bool>,
    /// The row that gets the focus as soon as it is drawn.
    wants_focus: StoredValue<Option<K>>,
}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> Copy for Drawn<K> {}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> Clone for Drawn<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Copy + Eq + Hash + Send + Sync + 'static> Drawn<K> {
    fn new(start: Option<Reading<K>>, on_read: Callback<Reading<K>>, on_end: Callback<()>) -> Self {
        let mut listing = Listing::new(start.and_then(|it| it.anchor));
        listing.focused = start.and_then(|it| it.focused);
        let listing = StoredValue::new_local(listing);
        let resized = RwSignal::new(());
        let elements = StoredValue::new_local(Rows::new(move || {
            // None when the page was left meanwhile.
            resized.try_set(());
        }));
        let list = Self {
            listing,
            elements,
            pieces: RwSignal::default(),
            spaces: [RwSignal::new(0.0), RwSignal::new(0.0), RwSignal::new(0.0)],
            edition: RwSignal::new(0),
            feed: NodeRef::new(),
            on_read,
            on_end,
            noted_at: StoredValue::new(0.0),
            opening: StoredValue::new(start.is_some_and(|it| it.anchor.is_some())),
            wants_focus: StoredValue::new(start.and_then(|it| it.focused)),
        };
        // Heights are read between layout and paint, so a correction is never seen.
        ImmediateEffect::new_mut_scoped(move || {
            resized.track();
            untrack(|| list.measured());
        });
        list
    }

    fn set_rows(self, rows: Vec<K>) {
        let has_rows = !rows.is_empty();
        self.listing.update_value(|it| it.set_rows(rows));
        if has_rows && self.listing.with_value(|it| it.anchor.is_none()) {
            self.opening.set_value(false);
        }
        self.edition.update(|it| *it = it.wrapping_add(1));
        self.redraw();
    }

    /// Draws what belongs into the window.
    fn redraw(self) {
        let Some(layout) = self
            .listing
            .try_with_value(|it| it.lay_out(view::window_height()))
        else {
            return;
        };
        for (space, height) in self.spaces.iter().zip(layout.spaces) {
            if space.get_untracked() != height {
                space.set(height);
            }
        }
        if self.pieces.with_untracked(|it| *it != layout.pieces) {
            // A row that is moved in the page loses the focus; it gets it back before anybody sees.
            let focused = self.elements.try_get_value().and_then(|it| it.focused());
            if focused.is_some() {
                self.wants_focus.set_value(focused);
            }
            self.pieces.set(layout.pieces);
            request_animation_frame(move || self.settle());
        }
        if layout.near_end {
            self.on_end.run(());
        }
    }

    /// The reader moved: what is first in the window is what is being read.
    fn scrolled(self) {
        let Some(elements) = self.elements.try_get_value() else {
            return;
        };
        // While the list is still on its way to where it opens, scrolling is the browser's doing: the page before was longer.
        if self.opening.get_value() {
            return;
        }
        self.make_up(&elements);
        let window = view::window_height();
        let first = elements
            .measured()
            .into_iter()
            .find(|(_, top, height)| top + height > LINE + SLIVER && *top < window);
        self.listing.update_value(|it| match first {
            Some((row, top, _)) => {
                it.anchor = Some(Anchor {
                    row,
                    top: top - LINE,
                })
            }
            // A jump beyond everything drawn.
            None => {
                if let Some(feed) = self.feed.get_untracked() {
                    it.anchor_at(LINE - view::top_of(&feed));
                }
            }
        });
        self.noted_at.set_value(view::scrolled());
        self.tell();
        self.redraw();
    }

    /// Rows above what is being read may have been drawn, with another height than was thought, since the last paint.
    /// They are told of after the scrolling: what they moved is taken back first, or another row would pass for the one
    /// that is being read.
    fn make_up(self, elements: &Rows<K>) {
        let anchor = self.listing.with_value(|it| it.anchor);
        let Some((anchor, top)) = anchor.and_then(|it| Some((it, elements.top_of(it.row)?))) else {
            return;
        };
        let scrolled = view::scrolled() - self.noted_at.get_value();
        let moved = top - LINE - anchor.top + scrolled;
        if moved.abs() >= 1.0 {
            view::scroll_by(moved);
        }
    }

    /// Rows came or changed their height.
    fn measured(self) {
        let Some(elements) = self.elements.try_get_value() else {
            return;
        };
        self.listing.try_update_value(|it| {
            for (row, _, height) in elements.measured() {
                it.heights.set(row, height);
            }
        });
        self.settle();
        self.redraw();
    }

    /// Puts what is being read back where it was.
    fn settle(self) {
        let Some(elements) = self.elements.try_get_value() else {
            return;
        };
        if let Some(Some(anchor)) = self.listing.try_with_value(|it| it.anchor)
            && let Some(top) = elements.top_of(anchor.row)
        {
            let moved = top - LINE - anchor.top;
            if moved.abs() >= 1.0 {
                view::scroll_by(moved);
            }
            self.noted_at.set_value(view::scrolled());
            self.opening.set_value(false);
        }
        if let Some(Some(row)) = self.wants_focus.try_get_value()
            && (elements.focused() == Some(row) || elements.focus(row, true))
        {
            self.wants_focus.set_value(None);
        }
    }

    fn go_to_top(self) {
        self.listing.update_value(|it| it.anchor = None);
        self.redraw();
        view::scroll_to(0.0);
        self.noted_at.set_value(0.0);
        self.tell();
    }

    fn tell(self) {
        let reading = self.listing.with_value(|it| Reading {
            anchor: it.anchor,
            focused: it.focused,
        });
        self.on_read.run(reading);
    }

    /// Moves the focus to the post before or after the one that has it, or else to the first in the window.
    fn step(self, steps: isize) {
        let elements = self.elements.get_value();
        let window = view::window_height();
        let next = self.listing.with_value(|it| {
            let in_window = |row: &K| {
                elements
                    .top_of(*row)
                    .is_some_and(|top| top > -window && top < window)
            };
            match it.focused.filter(in_window) {
                Some(row) => it.beside(row, steps),
                None => it
                    .anchor
                    .map(|it| it.row)
                    .or_else(|| elements.measured().first().map(|(row, ..)| *row)),
            }
        });
        if let Some(next) = next {
            elements.focus(next, false);
        }
    }

    fn space(self, number: usize) -> AnyView {
        let height = self.spaces.get(number).copied();
        let height = move || height.map(|it| css_length(it.get()));
        view! { <div class="virtual-list__space" aria-hidden="true" style:--space-block=height></div> }.into_any()
    }

    fn row(self, row: K, draw: impl Fn(K, Signal<usize>) -> AnyView) -> AnyView {
        let place = Signal::derive(move || {
            self.edition.track();
            self.listing
                .try_with_value(|it| it.place(row))
                .flatten()
                .unwrap_or_default()
                + 1
        });
        let element = NodeRef::<html::Div>::new();
        element.on_load(move |element| {
            let elements = self.elements.get_value();
            elements.add(row, &element);
            let gone = StoredValue::new_local((elements, element));
            on_cleanup(move || {
                gone.with_value(|(elements, element)| elements.remove(row, element))
            });
        });
        let focused = move |_| {
            self.listing.update_value(|it| it.focused = Some(row));
            // Whoever never scrolled comes back to a post all the same.
            if self.listing.with_value(|it| it.anchor.is_none()) {
                self.scrolled();
            } else {
                self.tell();
            }
        };
        view! { <div node_ref=element on:focusin=focused>{draw(row, place)}</div> }.into_any()
    }
}
