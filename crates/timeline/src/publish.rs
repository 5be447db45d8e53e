//! A source's copy of a post, freed of everything that means something only on that source.

use mastodon::{Account, AccountId, ApprovalForViewer, MediaId, PollId, Status, StatusId};

use crate::{
    key::host_of,
    public_id::{PublicId, named_id, stable_hash},
};

/// The copy in public form: ids are the relay's own, handles are full, what depended on the asking
/// account is gone. Counts, `id`, parent, quoted post and witnesses are the merged post's and set there.
#[must_use]
pub fn public_copy(status: &Status, domain: &str) -> Status {
    let mut copy = status.clone();
    let uri = &status.uri;
    let seconds = status
        .created_at
        .unix_millis()
        .unwrap_or_default()
        .div_euclid(1_000);
    let id = PublicId::of(seconds, uri, 0).unwrap_or(PublicId::floor(0));
    copy.id = StatusId::new(id.to_string());
    let author_id = status.account.id.clone();
    publish_account(&mut copy.account, domain);
    // The parent's public id is known only where the posts of all sources are.
    copy.in_reply_to_id = None;
    copy.in_reply_to_account_id = status.in_reply_to_account_id.as_ref().and_then(|answered| {
        if *answered == author_id {
            return Some(copy.account.id.clone());
        }
        let mention = status.mentions.iter().find(|it| it.id == *answered)?;
        Some(AccountId::new(account_id(
            "",
            &full_handle(&mention.acct, domain),
        )))
    });
    for mention in &mut copy.mentions {
        mention.acct = full_handle(&mention.acct, domain);
        mention.id = AccountId::new(account_id("", &mention.acct));
    }
    name_media(&mut copy);
    // Pixelfed has null for a picture without words; clients count on a text.
    copy.content.get_or_insert_default();
    if let Some(poll) = &mut copy.poll {
        poll.id = PollId::new(named_id(&format!("{uri}#poll")));
        poll.voted = None;
        poll.own_votes = Default::default();
    }
    if let Some(card) = &mut copy.card {
        for account in card.authors.iter_mut().filter_map(|it| it.account.as_mut()) {
            publish_account(account, domain);
        }
    }
    if let Some(quote) = &mut copy.quote {
        quote.quoted_status_id = None;
        quote.quoted_status = None;
    }
    if let Some(approval) = &mut copy.quote_approval {
        approval.current_user = ApprovalForViewer::Denied;
    }
    copy.tagged_collections.clear();
    copy.reblog = None;
    copy.favourited = None;
    copy.reblogged = None;
    copy.muted = None;
    copy.bookmarked = None;
    copy.pinned = None;
    copy.filtered.clear();
    copy.replies_count = 0;
    copy.reblogs_count = 0;
    copy.favourites_count = 0;
    copy.quotes_count = 0;
    copy.relay = None;
    copy
}

/// Gives attachments the ids that follow from the status's own: its digits, then two for the place.
pub(crate) fn name_media(status: &mut Status) {
    for (place, media) in status.media_attachments.iter_mut().enumerate() {
        media.id = MediaId::new(format!("{}{:02}", status.id, place.min(LAST_PLACE)));
    }
}

/// Which attachment of which post has this public id; its place is counted from 0.
#[must_use]
pub fn media_in(id: &str) -> Option<(PublicId, usize)> {
    let (post, place) = id.split_at_checked(id.len().checked_sub(2)?)?;
    let place = place
        .bytes()
        .all(|it| it.is_ascii_digit())
        .then_some(place)?;
    Some((PublicId::parse(post)?, place.parse().ok()?))
}

/// The last place that two digits can name; more attachments no server allows.
const LAST_PLACE: usize = 99;

/// The handle with its domain, as everybody elsewhere writes it.
#[must_use]
pub fn full_handle(acct: &str, domain: &str) -> String {
    if acct.contains('@') {
        acct.to_owned()
    } else {
        format!("{acct}@{domain}")
    }
}

/// The public id of an account: from its `uri`, else from its full handle.
#[must_use]
pub fn account_id(uri: &str, handle: &str) -> String {
    if host_of(uri).is_some() {
        named_id(uri)
    } else {
        named_id(&handle.to_lowercase())
    }
}

/// The public id of a published status's author.
pub(crate) fn account_of(status: &Status) -> String {
    status.account.id.as_str().to_owned()
}

/// Puts a source's word about an account into public form: its id and its full handle.
pub fn publish_account(account: &mut Account, domain: &str) {
    account.acct = full_handle(&account.acct, domain);
    account.id = AccountId::new(account_id(&account.uri, &account.acct));
    for role in &mut account.roles {
        role.id = None;
    }
    if let Some(moved) = &mut account.moved {
        moved.moved = None;
        publish_account(moved, domain);
    }
}

/// A hash of what people read in a post: equal for copies that only write their HTML or media
/// addresses differently.
pub(crate) fn fingerprint(status: &Status) -> u64 {
    let mut text = plain_text(status.content.as_deref().unwrap_or_default());
    // Whose words they are: with the agreement of hosts the name alone says it.
    text.push('\0');
    text.push_str(&status.account.username.to_lowercase());
    text.push('\0');
    text.push_str(status.spoiler_text.trim());
    text.push('\0');
    text.push_str(&status.media_attachments.len().to_string());
    for option in status.poll.iter().flat_map(|it| &it.options) {
        text.push('\0');
        text.push_str(&option.title);
    }
    stable_hash(&text)
}

/// The words of some HTML, runs of white space as one space. For comparing and searching, never for showing.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut plain = Plain {
        text: String::with_capacity(html.len()),
        is_apart: false,
    };
    let mut rest = html;
    while let Some(start) = rest.find(['<', '&']) {
        plain.add(rest.get(..start).unwrap_or_default());
        rest = rest.get(start..).unwrap_or_default();
        if rest.starts_with('<') {
            let end = rest.find('>').map_or(rest.len(), |it| it + 1);
            let tag = rest.get(1..end).unwrap_or_default().trim_start_matches('/');
            let length = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let name = tag.get(..length).unwrap_or_default();
            plain.is_apart |= BLOCKS.iter().any(|it| it.eq_ignore_ascii_case(name));
            rest = rest.get(end..).unwrap_or_default();
        } else {
            let (character, length) = entity(rest);
            plain.add(character.encode_utf8(&mut [0; 4]));
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    plain.add(rest);
    plain.text
}

/// Tags between whose contents there is space.
const BLOCKS: [&str; 6] = ["p", "br", "li", "blockquote", "pre", "div"];

/// A text of words with single spaces between them.
struct Plain {
    text: String,
    /// Whether what comes does not belong to the last word.
    is_apart: bool,
}

impl Plain {
    fn add(&mut self, part: &str) {
        for (place, word) in part.split(char::is_whitespace).enumerate() {
            self.is_apart |= place > 0;
            if word.is_empty() {
                continue;
            }
            if self.is_apart && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.is_apart = false;
            self.text.push_str(word);
        }
    }
}

/// All that people read in a post.
#[must_use]
pub fn readable_text(status: &Status) -> String {
    let mut text = format!(
        "{}\n{}",
        status.spoiler_text,
        plain_text(status.content.as_deref().unwrap_or_default())
    );
    let described = status.media_attachments.iter();
    for more in described.filter_map(|it| it.description.as_deref()) {
        text.push('\n');
        text.push_str(more);
    }
    for option in status.poll.iter().flat_map(|it| &it.options) {
        text.push('\n');
        text.push_str(&option.title);
    }
    if let Some(card) = &status.card {
        text.push('\n');
        text.push_str(&card.title);
    }
    text
}

/// The character that the text begins with, as an entity or a bare ampersand, and its length.
fn entity(text: &str) -> (char, usize) {
    const LONGEST: usize = 10;
    let bare = ('&', 1);
    let Some(end) = text.bytes().take(LONGEST).position(|b| b == b';') else {
        return bare;
    };
    let name = text.get(1..end).unwrap_or_default();
    let numbered = |digits: &str| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    };
    let character = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => name
            .strip_prefix('#')
            .and_then(numbered)
            .and_then(char::from_u32),
    };
    character.map_or(bare, |it| (it, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_that_differ_in_markup_alone_say_the_same() {
        let mastodon = r#"<p>Hi <a href="https://a.example/tags/x" class="mention hashtag" rel="tag">#<span>x</span></a></p><p>Bye &amp; so</p>"#;
        let other = "<p>Hi <a href='https://b.example/t/x'>#x</a><br>\nBye &#38; so</p>";
        assert_eq!(plain_text(mastodon), "Hi #x Bye & so");
        assert_eq!(plain_text(other), plain_text(mastodon));
    }

    #[test]
    fn broken_markup_is_read_to_its_end() {
        assert_eq!(plain_text("a <b"), "a");
        assert_eq!(
            plain_text("a & b &nope; &#xZZ; &é"),
            "a & b &nope; &#xZZ; &é"
        );
        assert_eq!(plain_text("&#39;&#x1F600;"), "'😀");
    }

    #[test]
    fn the_id_of_an_attachment_leads_to_its_post_and_its_place() {
        let mut status = Status {
            id: StatusId::new("3650722203017194256"),
            media_attachments: vec![Default::default(); 101],
            ..Status::default()
        };
        name_media(&mut status);
        let post = PublicId::parse("3650722203017194256").unwrap();
        for (place, led_to) in [(0, 0), (7, 7), (42, 42), (99, 99), (100, 99)] {
            let id = status.media_attachments[place].id.as_str();
            assert_eq!(media_in(id), Some((post, led_to)), "{id}");
        }
        for strange in ["", "1", "12", "1é", "123+4", "x00", "365072220301719425é"] {
            assert_eq!(media_in(strange), None, "{strange}");
        }
    }

    #[test]
    fn an_account_is_known_by_its_uri_else_by_its_full_handle() {
        assert_eq!(
            account_id("", "Ann@a.example"),
            account_id("", "ann@a.example")
        );
        assert_ne!(
            account_id("https://a.example/users/ann", "ann@a.example"),
            account_id("", "ann@a.example")
        );
        assert_eq!(full_handle("ann", "a.example"), "ann@a.example");
        assert_eq!(full_handle("bob@b.example", "a.example"), "bob@b.example");
    }
}
