//! The rows of a long list as the browser laid them out: where they are, how high they are, when that changes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, FocusOptions, HtmlElement, ResizeObserver};

/// The rows that exist, by key. Lengths are in CSS px, places relative to the upper edge of the window.
pub struct Rows<K> {
    elements: RefCell<HashMap<K, Element>>,
    observer: Option<ResizeObserver>,
    // Called by the observer for as long as it observes.
    _on_resize: Closure<dyn FnMut()>,
}

impl<K: Copy + Eq + Hash + 'static> Rows<K> {
    /// No rows. `on_resize` is called after layout and before paint whenever a row changes its height.
    pub fn new(on_resize: impl FnMut() + 'static) -> Rc<Self> {
        let on_resize = Closure::<dyn FnMut()>::new(on_resize);
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        Rc::new(Self {
            elements: RefCell::default(),
            observer,
            _on_resize: on_resize,
        })
    }

    /// A row was drawn.
    pub fn add(&self, row: K, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.observe(element);
        }
        if let Some(before) = self.elements.borrow_mut().insert(row, element.clone())
            && &before != element
            && let Some(observer) = &self.observer
        {
            observer.unobserve(&before);
        }
    }

    /// A row is no longer drawn. Does nothing when the row was drawn again as another element meanwhile.
    pub fn remove(&self, row: K, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.unobserve(element);
        }
        let mut elements = self.elements.borrow_mut();
        if elements.get(&row) == Some(element) {
            elements.remove(&row);
        }
    }

    /// The upper edge of a row that is drawn.
    pub fn top_of(&self, row: K) -> Option<f64> {
        self.elements
            .borrow()
            .get(&row)
            .map(|it| it.get_bounding_client_rect().top())
    }

    /// Every drawn row with its upper edge and its height, from above.
    pub fn measured(&self) -> Vec<(K, f64, f64)> {
        let mut rows: Vec<(K, f64, f64)> = Vec::new();
        self.elements.borrow().iter().for_each(|(row, element)| {
            let edges = element.get_bounding_client_rect();
            let at = rows.partition_point(|it| it.1 <= edges.top());
            rows.insert(at, (*row, edges.top(), edges.height()));
        });
        rows
    }

    /// The row that the focus is in.
    pub fn focused(&self) -> Option<K> {
        let active = web_sys::window()?.document()?.active_element()?;
        let elements = self.elements.borrow();
        elements
            .iter()
            .find(|(_, it)| it.contains(Some(&active)))
            .map(|(row, _)| *row)
    }

    /// Moves the focus to what the row holds first, and scrolls there unless `in_place`. Says whether it could.
    pub fn focus(&self, row: K, in_place: bool) -> bool {
        let inner = self
            .elements
            .borrow()
            .get(&row)
            .and_then(Element::first_element_child);
        let options = FocusOptions::new();
        options.set_prevent_scroll(in_place);
        inner
            .and_then(|it| it.dyn_into::<HtmlElement>().ok())
            .is_some_and(|it| it.focus_with_options(&options).is_ok())
    }
}

impl<K> Drop for Rows<K> {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
