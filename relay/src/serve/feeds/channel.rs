//! A feed before it is written down in one of its forms.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::item::Item;

/// Everything that a feed says.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) title: String,
    pub(super) description: String,
    /// The page that people read instead.
    pub(super) home: String,
    /// Its own address, which is its identity.
    pub(super) address: String,
    pub(super) icon: String,
    /// The page about the relay.
    pub(super) about: String,
    /// Since when the relay runs, in milliseconds since 1970: the age of a feed without posts.
    pub(super) since_ms: i64,
    /// Newest first.
    pub(super) items: Vec<Item>,
}

impl Channel {
    /// When its newest word was written, in milliseconds since 1970.
    pub(super) fn updated_ms(&self) -> i64 {
        let times = self.items.iter().map(|it| it.updated_ms);
        times.max().unwrap_or(self.since_ms)
    }
}

/// What writes XML into memory.
pub(super) type Xml = Writer<Vec<u8>>;

/// A document that begins as XML must.
pub(super) fn document() -> io::Result<Xml> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    Ok(xml)
}

/// An element that holds nothing but text.
pub(super) fn text(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    let element = xml.create_element(name);
    element.write_text_content(BytesText::new(&allowed(text)))?;
    Ok(())
}

/// An element with attributes, and text where there is some.
pub(super) fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    inside: Option<&str>,
) -> io::Result<()> {
    let kept: Vec<(&str, String)> = attributes
        .iter()
        .map(|(name, value)| (*name, allowed(value)))
        .collect();
    let pairs = kept.iter().map(|(name, value)| (*name, value.as_str()));
    let element = xml.create_element(name).with_attributes(pairs);
    match inside {
        Some(text) => element.write_text_content(BytesText::new(&allowed(text)))?,
        None => element.write_empty()?,
    };
    Ok(())
}

/// The text without characters that XML 1.0 cannot hold, however they are written.
pub(super) fn allowed(text: &str) -> String {
    let fits = |it: &char| matches!(it, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(fits).collect()
}
