//! The browser's own parser as the source of a safe tree: no script of the parsed text runs, nothing of it is loaded.

use content::{Builder, Content, Hints};
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, Element, Node};

#[wasm_bindgen]
extern "C" {
    /// The parser, bound here because its argument is a string in some browsers and a `TrustedHTML` in others.
    type DOMParser;

    #[wasm_bindgen(constructor)]
    fn new() -> DOMParser;

    #[wasm_bindgen(method, catch, js_name = parseFromString)]
    fn parse_from_string(this: &DOMParser, html: &JsValue, kind: &str)
    -> Result<Document, JsValue>;
}

/// The name of the policy by which strangers' HTML reaches the inert parser, and nothing else.
const POLICY: &str = "watersmeet-inert";

thread_local! {
    static PARSER: DOMParser = DOMParser::new();
    static TRUSTED: Option<(JsValue, Function)> = policy();
}

/// The safe tree of a stranger's HTML; empty when the browser refuses to parse it.
pub fn parse(html: &str, hints: Hints) -> Content {
    let mut builder = Builder::new(hints);
    // Much of what is written is a text without any markup; it needs no parser.
    if !html.contains(['<', '&']) {
        builder.text(html);
        return builder.finish();
    }
    if let Ok(document) = PARSER.with(|it| it.parse_from_string(&trusted(html), "text/html"))
        && let Some(body) = document.body()
    {
        walk(&body, &mut builder);
    }
    builder.finish()
}

/// Feeds everything below `root`. A loop with the tree's own links, because strangers decide how deep it is.
fn walk(root: &Node, builder: &mut Builder) {
    let mut next = root.first_child();
    while let Some(node) = next {
        if builder.is_full() {
            return;
        }
        let element =
            (node.node_type() == Node::ELEMENT_NODE).then(|| node.unchecked_ref::<Element>());
        if let Some(element) = element {
            builder.open(&element.local_name(), &|name| element.get_attribute(name));
            next = node.first_child();
            if next.is_some() {
                continue;
            }
            builder.close();
        } else if node.node_type() == Node::TEXT_NODE {
            builder.text(&node.node_value().unwrap_or_default());
        }
        next = following(node, root, builder);
    }
}

/// The next node that is not below this one; every element left on the way up is closed.
fn following(node: Node, root: &Node, builder: &mut Builder) -> Option<Node> {
    let mut node = node;
    loop {
        if let Some(sibling) = node.next_sibling() {
            return Some(sibling);
        }
        node = node.parent_node().filter(|parent| parent != root)?;
        builder.close();
    }
}

/// The text as the parser wants it: marked as trusted where the page demands that.
fn trusted(html: &str) -> JsValue {
    let html = JsValue::from_str(html);
    TRUSTED.with(|policy| match policy {
        Some((policy, create)) => create.call1(policy, &html).unwrap_or(html),
        None => html,
    })
}

/// A policy that lets any text through: it is only ever used for the inert parser above.
fn policy() -> Option<(JsValue, Function)> {
    let window = web_sys::window()?;
    let types = Reflect::get(&window, &"trustedTypes".into())
        .ok()
        .filter(JsValue::is_object)?;
    let rules = Object::new();
    let unchanged = Closure::<dyn Fn(JsValue) -> JsValue>::new(|html| html).into_js_value();
    Reflect::set(&rules, &"createHTML".into(), &unchanged).ok()?;
    let create_policy: Function = Reflect::get(&types, &"createPolicy".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let policy = create_policy.call2(&types, &POLICY.into(), &rules).ok()?;
    let create = Reflect::get(&policy, &"createHTML".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Some((policy, create))
}
