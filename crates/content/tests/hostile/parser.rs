//! html5ever as the source of events, with the options that make it parse as a browser parses text that must not run.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test whose indices are its own may stop at the first that is wrong"
)]

use std::borrow::Cow;
use std::cell::RefCell;

use content::{Builder, Content, Hints};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, parse_document};

/// The safe tree of a text.
pub(crate) fn parse(html: &str, hints: Hints) -> Content {
    // Nothing runs in a parsed document, so `noscript` holds elements, as for `DOMParser`.
    let tree_builder = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let options = ParseOpts {
        tree_builder,
        ..ParseOpts::default()
    };
    let nodes = parse_document(Sink::default(), options).one(html);
    let mut builder = Builder::new(hints);
    if let Some(body) = nodes.iter().position(|it| it.tag() == Some("body")) {
        walk(&nodes, body, &mut builder);
    }
    builder.finish()
}

/// Feeds everything below a node; a loop, because hostile texts are deep.
fn walk(nodes: &[Node], root: usize, builder: &mut Builder) {
    let mut stack = vec![(root, 0)];
    while let Some((node, done)) = stack.pop() {
        let Some(child) = nodes[node].children.get(done).copied() else {
            if !stack.is_empty() {
                builder.close();
            }
            continue;
        };
        stack.push((node, done + 1));
        match &nodes[child].kind {
            Kind::Element { name, attributes } => {
                let attribute = |wanted: &str| {
                    attributes
                        .iter()
                        .find(|it| &*it.name.local == wanted)
                        .map(|it| it.value.to_string())
                };
                builder.open(&name.local, &attribute);
                stack.push((child, 0));
            }
            Kind::Text(text) => builder.text(text),
            Kind::Other => {}
        }
    }
}

#[derive(Default)]
struct Sink {
    nodes: RefCell<Vec<Node>>,
}

struct Node {
    kind: Kind,
    parent: Option<usize>,
    children: Vec<usize>,
}

enum Kind {
    Element {
        name: &'static QualName,
        attributes: Vec<Attribute>,
    },
    Text(String),
    Other,
}

impl Node {
    fn tag(&self) -> Option<&str> {
        if let Kind::Element { name, .. } = &self.kind {
            Some(&name.local)
        } else {
            None
        }
    }
}

impl Sink {
    fn add(&self, kind: Kind) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.is_empty() {
            nodes.push(Node {
                kind: Kind::Other,
                parent: None,
                children: Vec::new(),
            });
        }
        nodes.push(Node {
            kind,
            parent: None,
            children: Vec::new(),
        });
        nodes.len() - 1
    }

    fn insert(&self, parent: usize, at: usize, child: NodeOrText<usize>) {
        let before = at
            .checked_sub(1)
            .and_then(|it| self.nodes.borrow()[parent].children.get(it).copied());
        let child = match child {
            NodeOrText::AppendNode(node) => node,
            NodeOrText::AppendText(text) => {
                if let Some(before) = before
                    && let Kind::Text(words) = &mut self.nodes.borrow_mut()[before].kind
                {
                    words.push_str(&text);
                    return;
                }
                self.add(Kind::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes[child].parent = Some(parent);
        nodes[parent].children.insert(at, child);
    }
}

impl TreeSink for Sink {
    type Handle = usize;
    type Output = Vec<Node>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Vec<Node> {
        self.nodes.into_inner()
    }

    fn get_document(&self) -> usize {
        if self.nodes.borrow().is_empty() {
            self.add(Kind::Other);
        }
        0
    }

    /// Contents of a template belong to no document, so they hang nowhere.
    fn get_template_contents(&self, _: &usize) -> usize {
        self.add(Kind::Other)
    }

    fn same_node(&self, x: &usize, y: &usize) -> bool {
        x == y
    }

    fn elem_name(&self, target: &usize) -> ExpandedName<'_> {
        match &self.nodes.borrow()[*target].kind {
            Kind::Element { name, .. } => name.expanded(),
            _ => panic!("not an element"),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        // Names must outlive the borrow of the nodes; a test may leak them.
        self.add(Kind::Element {
            name: Box::leak(Box::new(name)),
            attributes,
        })
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(Kind::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(Kind::Other)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        let at = self.nodes.borrow()[*parent].children.len();
        self.insert(*parent, at, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &usize,
        previous: &usize,
        child: NodeOrText<usize>,
    ) {
        if self.nodes.borrow()[*element].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        if let NodeOrText::AppendNode(node) = &child {
            self.remove_from_parent(node);
        }
        let parent = self.nodes.borrow()[*sibling].parent.unwrap();
        let at = self.nodes.borrow()[parent]
            .children
            .iter()
            .position(|it| it == sibling)
            .unwrap();
        self.insert(parent, at, child);
    }

    fn remove_from_parent(&self, target: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[*target].parent.take() {
            nodes[parent].children.retain(|it| it != target);
        }
    }

    fn reparent_children(&self, node: &usize, new_parent: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        let moved = std::mem::take(&mut nodes[*node].children);
        for child in &moved {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(moved);
    }

    fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
}
