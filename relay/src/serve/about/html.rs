//! The facts as HTML.

use std::fmt::Write as _;

use timeline::merge::OPT_OUTS;

use super::facts::{Facts, SourceFact};
use crate::serve::{feeds, page::escaped};

/// All of the page below its title.
pub(super) fn body(facts: &Facts) -> String {
    let mut html = words(facts);
    html.push_str(&section("Who runs it", &who(facts)));
    if !facts.rules.is_empty() {
        let rules: String = facts
            .rules
            .iter()
            .map(|it| format!("<li>{}</li>\n", escaped(it)))
            .collect();
        html.push_str(&section("Rules", &format!("<ol>\n{rules}</ol>\n")));
    }
    html.push_str(&section("The servers it listens to", &sources(facts)));
    html.push_str(&section("What it keeps", &list(&facts.keeping)));
    html.push_str(&section("How not to be shown here", &opting_out(facts)));
    html.push_str(&section("What it knows about you", &privacy(facts)));
    html.push_str(&section("Reading it elsewhere", &elsewhere(facts)));
    html
}

/// What the relay is, in the operator's words where there are some.
pub(super) fn words(facts: &Facts) -> String {
    let servers = match facts.sources.len() {
        1 => "one Mastodon server".to_owned(),
        count => format!("{count} Mastodon servers"),
    };
    let mut html: String = facts
        .text
        .iter()
        .map(|it| format!("<p>{}</p>\n", escaped(it)))
        .collect();
    let name = escaped(&facts.name);
    // Writing to a String cannot fail.
    writeln!(
        html,
        "<p>{name} is a relay: it listens to {servers} and shows what is public there as one timeline, each post once. \
         It is for reading: whoever wants to write does so on the server where their account lives.</p>"
    )
    .unwrap_or_default();
    html
}

/// What is known of readers.
pub(super) fn privacy(_: &Facts) -> String {
    list(&[
        "You need no account and no cookie, and no server is told who you are.",
        "Your network address is held in memory for some minutes, to bound how much one reader takes. It is not written down by the relay.",
        "Pictures and videos come from the servers of their authors, which see your address as for any picture on the web.",
    ])
}

fn section(title: &str, body: &str) -> String {
    format!("<h2>{title}</h2>\n{body}")
}

fn list<T: AsRef<str>>(sentences: &[T]) -> String {
    let items: String = sentences
        .iter()
        .map(|it| format!("<li>{}</li>\n", escaped(it.as_ref())))
        .collect();
    format!("<ul>\n{items}</ul>\n")
}

fn who(facts: &Facts) -> String {
    match &facts.contact {
        Some(contact) => format!(
            "<p>You reach the people who run it at {}.</p>\n",
            link(contact)
        ),
        None => "<p>The people who run it have not left an address.</p>\n".to_owned(),
    }
}

/// An address that people can open, where it is one.
fn link(contact: &str) -> String {
    let text = escaped(contact);
    let is_web = contact.starts_with("https://") || contact.starts_with("http://");
    let is_mail =
        contact.contains('@') && !contact.starts_with('@') && !contact.contains(['/', ' ', ':']);
    if is_web {
        format!("<a href=\"{text}\" rel=\"noopener noreferrer\">{text}</a>")
    } else if is_mail {
        format!("<a href=\"mailto:{text}\">{text}</a>")
    } else {
        format!("<strong>{text}</strong>")
    }
}

fn sources(facts: &Facts) -> String {
    if facts.sources.is_empty() {
        return "<p>None yet.</p>\n".to_owned();
    }
    let rows: String = facts.sources.iter().map(row).collect();
    format!(
        "<table>\n<thead><tr><th scope=\"col\">Server</th><th scope=\"col\">How it is heard</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn row(source: &SourceFact) -> String {
    let domain = escaped(&source.domain);
    let software = source.software.as_ref().map_or_else(String::new, |it| {
        format!("<br><span class=\"quiet\">{}</span>", escaped(it))
    });
    let reason = source.reason.as_ref().map_or_else(String::new, |it| {
        format!("<br><span class=\"quiet\">{}</span>", escaped(it))
    });
    let state = match source.state.as_str() {
        "live" => "Live, by its stream",
        "polling" => "Asked now and then",
        "silent" => "Its stream is silent; asked now and then",
        "refused" => "It lets the relay read nothing",
        "limited" => "It asked the relay to wait",
        "down" => "It cannot be reached",
        _ => "Not reached yet",
    };
    format!(
        "<tr><td><a href=\"{}/about\" rel=\"noopener noreferrer\">{domain}</a>{software}</td><td>{state}{reason}</td></tr>\n",
        escaped(&source.url)
    )
}

fn opting_out(facts: &Facts) -> String {
    let words: Vec<_> = OPT_OUTS
        .iter()
        .map(|it| format!("<strong>{}</strong>", escaped(it)))
        .collect();
    let ask = match &facts.contact {
        Some(contact) => format!("Or ask at {}", link(contact)),
        None => "Or ask the people who run this relay".to_owned(),
    };
    format!(
        "<ul>\n\
         <li>Write one of {} into your profile's text: nothing of yours is taken any more, and what was taken is removed once the relay reads that text.</li>\n\
         <li>{ask}: they have a list of people and servers whose posts are removed and never taken again.</li>\n\
         <li>What you delete on your own server is removed here too. Only public posts are ever taken.</li>\n\
         <li>If your profile asks search engines to stay away, your posts are not in feeds. If it does not allow searching in posts, \
         full-text search does not find them. If it is not discoverable, it is not suggested.</li>\n\
         </ul>\n",
        words.join(", ")
    )
}

fn elsewhere(facts: &Facts) -> String {
    let base = escaped(&facts.public_url);
    let views: String = facts
        .views
        .iter()
        .map(|(name, title)| {
            let path = feeds::path_of_view(name);
            format!(
                "<li>The view {}: <a href=\"{base}{path}.rss\">RSS</a>, <a href=\"{base}{path}.atom\">Atom</a>, \
                 <a href=\"{base}{path}.json\">JSON</a>; clients have it among their lists.</li>\n",
                escaped(title)
            )
        })
        .collect();
    let domain = facts.public_url.split_once("://").map_or("", |(_, it)| it);
    format!(
        "<ul>\n\
         <li>In a client for Mastodon: add the server <code>{}</code> and sign in as a guest.</li>\n\
         <li>In a feed reader: <a href=\"{base}{everything}.rss\">everything as RSS</a>, or any hashtag at \
         <code>{base}/tags/NAME.rss</code>.</li>\n{views}\
         <li>By its API: see <a href=\"{base}/api/v1/timelines/public\">the timeline</a> and \
         <a href=\"{base}/api/watersmeet/sources\">how each server is heard</a>.</li>\n\
         </ul>\n",
        escaped(domain),
        everything = feeds::EVERYTHING,
    )
}

/// Links of the head that lead programs to the feeds.
pub(super) fn feed_links(facts: &Facts) -> String {
    let base = &facts.public_url;
    let link = |title: &str, path: &str| {
        format!(
            "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"{}\" href=\"{}\">\n",
            escaped(title),
            escaped(format!("{base}{path}.rss"))
        )
    };
    let mut html = link(&facts.name, feeds::EVERYTHING);
    for (name, title) in &facts.views {
        html.push_str(&link(title, &feeds::path_of_view(name)));
    }
    html
}
