//! The address and its history: where one is, how one gets elsewhere, and what was being read at each stop.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Element, Event, History, HtmlAnchorElement, HtmlElement, MouseEvent, ScrollRestoration,
};

use super::listener::Listener;
use super::{clock, task};

/// The most stops whose anchors are kept; those far back have theirs in the history itself.
const MAX_ANCHORS: usize = 100;
/// How long after a change the anchor is written into the history, in milliseconds. Safari takes a hundred writes in half a
/// minute, and none that is made while the page is left comes in time for a reload.
const WRITE_AFTER_MILLIS: f64 = 500.0;

type OnChange = Rc<dyn Fn(&str)>;

thread_local! {
    static STOPS: RefCell<Stops> = RefCell::new(Stops::default());
}

/// What is known of this tab's history.
#[derive(Default)]
struct Stops {
    on_change: Option<OnChange>,
    /// The number of the present stop.
    here: f64,
    /// How many stops of ours lie behind the present one: only those may be gone back to without leaving the app.
    behind: f64,
    /// What was being read at a stop, the last written at the end.
    anchors: Vec<(f64, String)>,
    /// Whether the anchor is about to be written into the history.
    is_writing: bool,
}

/// Begins to follow the history and clicks on links; `on_change` is told every new path.
pub fn start(on_change: impl Fn(&str) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    STOPS.with_borrow_mut(|it| it.on_change = Some(Rc::new(on_change)));
    stand();
    if let Some(history) = history() {
        // Where the browser cannot leave scrolling to us it goes on scrolling itself.
        drop(history.set_scroll_restoration(ScrollRestoration::Manual));
        write(&history, anchor().as_deref(), &path(), false);
    }
    Listener::new(&window, "popstate", |_| arrive()).keep();
    if let Some(document) = window.document() {
        Listener::new(&document, "click", follow).keep();
    }
}

/// The path with its query.
pub fn path() -> String {
    let part = |part: Result<String, JsValue>| part.unwrap_or_default();
    web_sys::window()
        .map(|it| it.location())
        .map(|it| part(it.pathname()) + &part(it.search()))
        .unwrap_or_default()
}

/// The address of the page's own server, without a slash at the end.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|it| it.location().origin().ok())
        .unwrap_or_default()
}

/// Goes to a path as to a new stop; to the present path it only goes to the top.
pub fn push(to: &str) {
    go(to, path() != to);
}

/// Goes to a path in place of the present stop.
pub fn replace(to: &str) {
    go(to, false);
}

/// Goes back one stop; to `otherwise` when this is the first one, and nowhere when it is that already.
pub fn back(otherwise: &str) {
    let is_first = STOPS.with_borrow(|it| it.behind < 1.0);
    match history() {
        Some(history) if !is_first => drop(history.back()),
        _ if path() != otherwise => push(otherwise),
        _ => {}
    }
}

/// Notes what is being read at the present stop, in words of the caller's own.
pub fn keep_anchor(anchor: Option<String>) {
    let is_writing = STOPS.with_borrow_mut(|it| {
        let here = it.here;
        it.anchors.retain(|(stop, _)| *stop != here);
        it.anchors.extend(anchor.map(|anchor| (here, anchor)));
        if it.anchors.len() > MAX_ANCHORS {
            it.anchors.remove(0);
        }
        std::mem::replace(&mut it.is_writing, true)
    });
    if !is_writing {
        task::spawn(async {
            clock::sleep(WRITE_AFTER_MILLIS).await;
            STOPS.with_borrow_mut(|it| it.is_writing = false);
            keep_in_history();
        });
    }
}

/// What was being read at the present stop when it was left.
pub fn anchor() -> Option<String> {
    let kept = STOPS.with_borrow(|it| {
        it.anchors
            .iter()
            .find(|(stop, _)| *stop == it.here)
            .map(|it| it.1.clone())
    });
    kept.or_else(|| noted("anchor")?.as_string())
}

fn go(to: &str, new_stop: bool) {
    let Some(history) = history() else { return };
    keep_in_history();
    STOPS.with_borrow_mut(|it| {
        it.here = clock_stamp();
        it.behind += if new_stop { 1.0 } else { 0.0 };
    });
    write(&history, None, to, new_stop);
    tell();
}

/// Another stop became the present one.
fn arrive() {
    stand();
    tell();
}

/// Takes from the history where one stands; a stop that is not ours yet is the first one.
fn stand() {
    let number = |name| noted(name).and_then(|it| it.as_f64());
    let (here, behind) = (number("stop"), number("behind"));
    STOPS.with_borrow_mut(|it| {
        it.here = here.unwrap_or_else(clock_stamp);
        it.behind = behind.unwrap_or_default();
    });
}

fn tell() {
    // The callback may navigate in turn, so nothing is borrowed while it runs.
    let on_change = STOPS.with_borrow(|it| it.on_change.clone());
    if let Some(on_change) = on_change {
        on_change(&path());
    }
}

/// Writes the present anchor into the history, where a reload finds it.
fn keep_in_history() {
    if let Some(history) = history() {
        write(&history, anchor().as_deref(), &path(), false);
    }
}

fn write(history: &History, anchor: Option<&str>, path: &str, new_stop: bool) {
    let (here, behind) = STOPS.with_borrow(|it| (it.here, it.behind));
    let state = Object::new();
    let fields = [
        ("stop", Some(JsValue::from_f64(here))),
        ("behind", Some(JsValue::from_f64(behind))),
        ("anchor", anchor.map(JsValue::from_str)),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            drop(Reflect::set(&state, &name.into(), &value));
        }
    }
    // Refused only when too many were written within seconds; then the address stays behind, but the page changes.
    drop(match new_stop {
        true => history.push_state_with_url(&state, "", Some(path)),
        false => history.replace_state_with_url(&state, "", Some(path)),
    });
}

/// A click on a link to a page of ours goes there without loading it anew; every other click is the browser's.
fn follow(event: Event) {
    let Some(click) = event.dyn_ref::<MouseEvent>() else {
        return;
    };
    let modified = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key();
    if modified || click.button() != 0 || event.default_prevented() {
        return;
    }
    let link = event
        .target()
        .and_then(|it| it.dyn_into::<Element>().ok())
        .and_then(|it| it.closest("a[href]").ok().flatten())
        .and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok());
    let Some(link) = link else { return };
    let ours =
        link.origin() == origin() && link.target().is_empty() && !link.has_attribute("download");
    let same_page = !link.hash().is_empty() && link.pathname() + &link.search() == path();
    if ours && same_page {
        // A place in the page gets the focus; it is no stop of the history.
        if let Some(place) = place_of(&link) {
            event.prevent_default();
            super::view::focus(&place);
        }
        return;
    }
    let file = link
        .pathname()
        .rsplit('/')
        .next()
        .is_some_and(|it| it.contains('.'))
        || link.pathname().starts_with("/api/");
    if ours && !file {
        event.prevent_default();
        push(&(link.pathname() + &link.search()));
    }
}

/// The element that a link names after its `#`.
fn place_of(link: &HtmlAnchorElement) -> Option<HtmlElement> {
    let document = link.owner_document()?;
    let place = document.get_element_by_id(link.hash().trim_start_matches('#'))?;
    place.dyn_into().ok()
}

/// What is noted in the history at the present stop under this name.
fn noted(name: &str) -> Option<JsValue> {
    Reflect::get(&history()?.state().ok()?, &name.into()).ok()
}

/// A number that no other stop of this tab has.
fn clock_stamp() -> f64 {
    web_sys::js_sys::Date::now() + clock::random()
}

fn history() -> Option<History> {
    web_sys::window()?.history().ok()
}
