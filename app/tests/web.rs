//! What only a browser can answer: its parser, its history, its database. Runs in headless Chromium by wasm-bindgen-test.

#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at the first thing that is wrong"
)]

use std::cell::RefCell;
use std::rc::Rc;

use app::browser::{clock, database::Database, html, listener::Listener, location, page, storage};
use content::corpus::{CASES, bombs, check, hints};
use content::{Content, Hints};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, Event, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

#[wasm_bindgen_test]
fn the_browsers_parser_makes_the_same_trees_as_the_native_one() {
    let mut different = Vec::new();
    for case in CASES {
        let content = html::parse(case.html, hints());
        check(&content);
        if content.outline() != case.outline {
            different.push(format!("{}:\n{}", case.name, content.outline()));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[wasm_bindgen_test]
fn bombs_stay_within_bounds_in_the_browser() {
    for (_, html) in bombs() {
        check(&html::parse(&html, hints()));
    }
}

#[wasm_bindgen_test]
async fn nothing_of_a_parsed_text_runs_or_loads() {
    let fired = Rc::new(RefCell::new(0));
    let count = Rc::clone(&fired);
    let listener = Listener::new(&document(), "watersmeet-test", move |_| {
        *count.borrow_mut() += 1
    });
    let attack = "document.dispatchEvent(new Event('watersmeet-test'))";
    let html = format!(
        "<p>x</p><script>{attack}</script><img src=x onerror=\"{attack}\"><svg onload=\"{attack}\">"
    );
    assert_eq!(html::parse(&html, Hints::default()).plain(), "x");
    clock::sleep(200.0).await;
    drop(listener);
    assert_eq!(*fired.borrow(), 0);
}

#[wasm_bindgen_test]
fn text_without_markup_needs_no_parser() {
    assert_eq!(
        html::parse("just words", Hints::default()).plain(),
        "just words"
    );
    assert_eq!(html::parse("", Hints::default()), Content::default());
    assert_eq!(html::parse("a &amp; b", Hints::default()).plain(), "a & b");
}

#[wasm_bindgen_test]
fn a_listener_ends_when_it_is_dropped() {
    let heard = Rc::new(RefCell::new(0));
    let count = Rc::clone(&heard);
    let listener = Listener::new(&document(), "watersmeet-ping", move |_| {
        *count.borrow_mut() += 1
    });
    let ping = || {
        document()
            .dispatch_event(&Event::new("watersmeet-ping").unwrap())
            .unwrap()
    };
    ping();
    drop(listener);
    ping();
    assert_eq!(*heard.borrow(), 1);
}

#[wasm_bindgen_test]
async fn preferences_come_back_as_they_were_kept() {
    let kept = storage::Kept {
        theme: Some("dark".to_owned()),
        relay: None,
    };
    storage::write(kept.clone()).await;
    assert_eq!(storage::read().await, kept);
    let elsewhere = storage::Kept {
        theme: None,
        relay: Some("https://relay.example".to_owned()),
    };
    storage::write(elsewhere.clone()).await;
    assert_eq!(storage::read().await, elsewhere);
}

#[wasm_bindgen_test]
async fn an_old_tab_gives_way_to_a_newer_database() {
    let old = Database::open().await.unwrap();
    let factory = web_sys::window().unwrap().indexed_db().unwrap().unwrap();
    let asked = factory.open_with_u32("watersmeet", 999).unwrap();
    for _ in 0..50 {
        if asked.ready_state() == web_sys::IdbRequestReadyState::Done {
            break;
        }
        clock::sleep(20.0).await;
    }
    let newer: web_sys::IdbDatabase = asked.result().unwrap().unchecked_into();
    assert_eq!(newer.version(), 999.0);
    newer.close();
    drop(old);
    // The next tests find the database as the app knows it.
    factory.delete_database("watersmeet").unwrap();
    clock::sleep(100.0).await;
}

#[wasm_bindgen_test]
async fn the_history_remembers_what_was_being_read() {
    let paths = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&paths);
    let home = location::path();
    location::start(move |path| told.borrow_mut().push(path.to_owned()));
    location::keep_anchor(Some("12 post".to_owned()));
    location::push("/posts/7");
    assert_eq!(location::path(), "/posts/7");
    assert_eq!(location::anchor(), None);
    location::keep_anchor(Some("3 reply".to_owned()));
    location::back("/");
    for _ in 0..50 {
        if paths.borrow().len() > 1 {
            break;
        }
        clock::sleep(20.0).await;
    }
    assert_eq!(*paths.borrow(), ["/posts/7".to_owned(), home]);
    assert_eq!(location::anchor().as_deref(), Some("12 post"));
}

#[wasm_bindgen_test]
fn links_of_ours_stay_and_others_leave() {
    let link = |href: &str| {
        let link: HtmlElement = document().create_element("a").unwrap().unchecked_into();
        link.set_attribute("href", href).unwrap();
        document().body().unwrap().append_child(&link).unwrap();
        // Whatever the app does not take must not lead the test away.
        Listener::new(&web_sys::window().unwrap(), "click", |event| {
            event.prevent_default()
        })
        .keep();
        link.click();
        link.remove();
        location::path()
    };
    location::start(|_| ());
    location::replace("/start");
    assert_eq!(link("/tags/rust"), "/tags/rust");
    assert_eq!(link("https://elsewhere.example/tags/no"), "/tags/rust");
    assert_eq!(link("/icon.svg"), "/tags/rust");
    assert_eq!(link("#below"), "/tags/rust");
}

#[wasm_bindgen_test]
fn announcements_are_heard_even_when_they_repeat() {
    let place = document().create_element("p").unwrap();
    place.set_attribute("data-announcer", "").unwrap();
    document().body().unwrap().append_child(&place).unwrap();
    page::announce("two new posts");
    let first = place.text_content();
    page::announce("two new posts");
    assert_ne!(first, place.text_content());
    place.remove();
}

#[wasm_bindgen_test]
fn moments_are_written_for_people_and_for_programs() {
    assert_eq!(clock::iso(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(clock::iso(i64::MAX), "");
    assert!(clock::exact(0).contains("19"));
    assert!(clock::day(0).contains("19") && clock::exact(i64::MAX).is_empty());
}
