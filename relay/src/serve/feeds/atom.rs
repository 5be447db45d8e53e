//! Atom 1.0 (RFC 4287).

use std::io;

use super::{
    channel::{Channel, Xml, allowed, document, element, text},
    item::{Item, rfc3339},
};

pub(super) fn write(channel: &Channel) -> io::Result<Vec<u8>> {
    let mut xml = document()?;
    xml.create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .write_inner_content(|xml| head_and_entries(xml, channel))?;
    Ok(xml.into_inner())
}

fn head_and_entries(xml: &mut Xml, channel: &Channel) -> io::Result<()> {
    text(xml, "id", &channel.address)?;
    text(xml, "title", &channel.title)?;
    text(xml, "subtitle", &channel.description)?;
    text(xml, "updated", &rfc3339(channel.updated_ms()))?;
    for (rel, href, kind) in [
        ("self", &channel.address, "application/atom+xml"),
        ("alternate", &channel.home, "text/html"),
        ("related", &channel.about, "text/html"),
    ] {
        element(
            xml,
            "link",
            &[("rel", rel), ("href", href), ("type", kind)],
            None,
        )?;
    }
    text(xml, "icon", &channel.icon)?;
    let generator = [("version", env!("CARGO_PKG_VERSION"))];
    element(xml, "generator", &generator, Some("Watersmeet"))?;
    for item in &channel.items {
        xml.create_element("entry")
            .write_inner_content(|xml| entry(xml, item))?;
    }
    Ok(())
}

fn entry(xml: &mut Xml, item: &Item) -> io::Result<()> {
    text(xml, "id", &item.uri)?;
    text(xml, "title", &item.title)?;
    text(xml, "published", &rfc3339(item.published_ms))?;
    text(xml, "updated", &rfc3339(item.updated_ms))?;
    xml.create_element("author").write_inner_content(|xml| {
        text(xml, "name", &item.author.name)?;
        match &item.author.url {
            Some(url) => text(xml, "uri", url),
            None => Ok(()),
        }
    })?;
    let page = [
        ("rel", "alternate"),
        ("href", item.url.as_str()),
        ("type", "text/html"),
    ];
    element(xml, "link", &page, None)?;
    for media in &item.media {
        let title = media.description.as_deref().map(allowed);
        let mut parts = vec![
            ("rel", "enclosure"),
            ("href", media.url.as_str()),
            ("type", &media.mime),
        ];
        parts.extend(title.as_deref().map(|it| ("title", it)));
        element(xml, "link", &parts, None)?;
    }
    for tag in &item.tags {
        element(xml, "category", &[("term", tag)], None)?;
    }
    if let Some(warning) = &item.warning {
        text(xml, "summary", &format!("Content warning: {warning}"))?;
    }
    let mut parts = vec![("type", "html")];
    parts.extend(item.language.as_deref().map(|it| ("xml:lang", it)));
    element(xml, "content", &parts, Some(&item.html))
}
