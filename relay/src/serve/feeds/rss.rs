//! RSS 2.0 (<https://www.rssboard.org/rss-specification>), with Media RSS for all media of a post and Dublin Core for its author.

use std::io;

use super::{
    channel::{Channel, Xml, document, element, text},
    item::{Item, rfc822},
};

pub(super) fn write(channel: &Channel) -> io::Result<Vec<u8>> {
    let mut xml = document()?;
    xml.create_element("rss")
        .with_attributes([
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:media", "http://search.yahoo.com/mrss/"),
        ])
        .write_inner_content(|xml| {
            let inside = |xml: &mut Xml| head_and_items(xml, channel);
            xml.create_element("channel").write_inner_content(inside)?;
            Ok(())
        })?;
    Ok(xml.into_inner())
}

fn head_and_items(xml: &mut Xml, channel: &Channel) -> io::Result<()> {
    text(xml, "title", &channel.title)?;
    text(xml, "link", &channel.home)?;
    text(xml, "description", &channel.description)?;
    let own = [
        ("href", channel.address.as_str()),
        ("rel", "self"),
        ("type", "application/rss+xml"),
    ];
    element(xml, "atom:link", &own, None)?;
    text(xml, "lastBuildDate", &rfc822(channel.updated_ms()))?;
    text(
        xml,
        "generator",
        concat!("Watersmeet ", env!("CARGO_PKG_VERSION")),
    )?;
    text(xml, "docs", "https://www.rssboard.org/rss-specification")?;
    xml.create_element("image").write_inner_content(|xml| {
        text(xml, "url", &channel.icon)?;
        text(xml, "title", &channel.title)?;
        text(xml, "link", &channel.home)
    })?;
    for post in &channel.items {
        xml.create_element("item")
            .write_inner_content(|xml| item(xml, post))?;
    }
    Ok(())
}

fn item(xml: &mut Xml, item: &Item) -> io::Result<()> {
    // RSS does not say whether a title is text or HTML, and readers differ: without these two letters it is the same as both.
    let title = item.title.replace('<', "‹").replace('>', "›");
    text(xml, "title", &title)?;
    text(xml, "link", &item.url)?;
    element(xml, "guid", &[("isPermaLink", "false")], Some(&item.uri))?;
    text(xml, "pubDate", &item.published_rfc822())?;
    text(xml, "dc:creator", &item.author.name)?;
    text(xml, "description", &item.html)?;
    for tag in &item.tags {
        text(xml, "category", tag)?;
    }
    // One enclosure is all that readers agree on; its length is not known.
    if let Some(media) = item.media.first() {
        let parts = [
            ("url", media.url.as_str()),
            ("length", "0"),
            ("type", &media.mime),
        ];
        element(xml, "enclosure", &parts, None)?;
    }
    let rating = if item.is_sensitive {
        "adult"
    } else {
        "nonadult"
    };
    for media in &item.media {
        xml.create_element("media:content")
            .with_attributes([
                ("url", media.url.as_str()),
                ("type", &media.mime),
                ("medium", media.medium),
            ])
            .write_inner_content(|xml| {
                element(
                    xml,
                    "media:rating",
                    &[("scheme", "urn:simple")],
                    Some(rating),
                )?;
                match &media.description {
                    Some(words) => {
                        element(xml, "media:description", &[("type", "plain")], Some(words))
                    }
                    None => Ok(()),
                }
            })?;
    }
    Ok(())
}
