//! What a caller says about a post to be written, in Rust and as JSON of the control API alike.
use std::collections::BTreeMap;

use serde::Deserialize;

/// A post to write. Every field has a default, so `PostSpec::text("hello")` is a whole one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostSpec {
    /// The words; `@name@server`, `#tags` and links in them work, `@name@alpha` may omit the port.
    pub text: String,
    /// HTML that stands instead of what `text` gives, to try hostile or foreign markup.
    pub html: Option<String>,
    /// The content warning.
    pub spoiler_text: String,
    /// Whether its media are hidden at first; a content warning implies it.
    pub sensitive: bool,
    /// `public` (default), `unlisted`, `private` or `direct`.
    pub visibility: Option<String>,
    /// A language code; `None` is the author's.
    pub language: Option<String>,
    /// Attachments.
    pub media: Vec<MediaSpec>,
    /// A poll.
    pub poll: Option<PollSpec>,
    /// A link preview.
    pub card: Option<CardSpec>,
    /// The `uri` (or `url`) of the post it answers.
    pub in_reply_to: Option<String>,
    /// The `uri` (or `url`) of the post it quotes.
    pub quote: Option<String>,
    /// `public`, `followers` or `nobody`: who may quote it.
    pub quote_approval_policy: Option<String>,
    /// Unix milliseconds when it says it was written; past and future allowed. `None` is now.
    pub created_at: Option<i64>,
    /// Names of the servers that get it besides its home; `None` is all.
    pub servers: Option<Vec<String>>,
    /// Milliseconds until the others have it; `None` draws from the world's range.
    pub delay_ms: Option<u64>,
    /// The same for single servers, by name.
    pub delays_ms: BTreeMap<String, u64>,
    /// The program it was written with.
    pub application: Option<String>,
}

impl PostSpec {
    /// A public post with these words.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// With another visibility.
    #[must_use]
    pub fn visibility(mut self, visibility: &str) -> Self {
        self.visibility = Some(visibility.to_owned());
        self
    }

    /// As an answer to the post of this `uri`.
    #[must_use]
    pub fn reply_to(mut self, uri: &str) -> Self {
        self.in_reply_to = Some(uri.to_owned());
        self
    }

    /// Dated at this moment (Unix milliseconds).
    #[must_use]
    pub fn created_at(mut self, unix_millis: i64) -> Self {
        self.created_at = Some(unix_millis);
        self
    }

    /// Only for its home and the servers of these names.
    #[must_use]
    pub fn servers<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.servers = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Reaching the others after so many milliseconds.
    #[must_use]
    pub fn delay_ms(mut self, delay: u64) -> Self {
        self.delay_ms = Some(delay);
        self
    }

    /// With a picture and its description.
    #[must_use]
    pub fn image(mut self, description: &str) -> Self {
        self.media.push(MediaSpec {
            description: Some(description.to_owned()),
            ..MediaSpec::default()
        });
        self
    }
}

/// An attachment to generate.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaSpec {
    /// `image` (default), `gifv`, `video`, `audio` or `unknown`.
    pub kind: Option<String>,
    /// Alternative text.
    pub description: Option<String>,
    /// Decides what the generated picture shows.
    pub look: Option<u64>,
    /// Pixels; 640 by 427 when absent.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// The point that stays visible when cropped, -1.0 to 1.0 each.
    pub focus: Option<(f64, f64)>,
}

/// A poll to ask.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PollSpec {
    /// The choices.
    pub options: Vec<String>,
    /// Whether several may be chosen.
    pub multiple: bool,
    /// Whether the counts stay hidden until the end.
    pub hide_totals: bool,
    /// Seconds until it ends; 0 means a day.
    pub expires_in: i64,
    /// Votes by people outside of this world, by option.
    pub crowd: Vec<u64>,
}

/// A link preview to show.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CardSpec {
    /// Where it leads.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// The page's description.
    pub description: String,
    /// The site's name.
    pub provider: String,
    /// Decides the generated picture; none when absent.
    pub look: Option<u64>,
    /// `user@server` of the author named by the page.
    pub author: Option<String>,
}

/// What changes when a post is edited; an absent field stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EditSpec {
    /// New words.
    pub text: Option<String>,
    /// New HTML instead of what the words give.
    pub html: Option<String>,
    /// New content warning.
    pub spoiler_text: Option<String>,
    /// New sensitivity.
    pub sensitive: Option<bool>,
    /// New language.
    pub language: Option<String>,
    /// Milliseconds until the others have it.
    pub delay_ms: Option<u64>,
}

impl EditSpec {
    /// Only the words change.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }
}

/// A post that now exists.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Published {
    /// Its name for every server.
    pub uri: String,
    /// Its page on its home server.
    pub url: String,
    /// Its id on its home server.
    pub id: String,
}

/// An account to make.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountSpec {
    /// The shown name.
    pub display_name: String,
    /// The bio as plain text; `#nobot` in it is an opt-out.
    pub note: String,
    /// An automated account.
    pub bot: bool,
    /// Follow requests have to be accepted.
    pub locked: bool,
    /// `false` is an opt-out of suggestions and trends.
    pub discoverable: Option<bool>,
    /// Whether full-text search may have its posts.
    pub indexable: bool,
    /// Asks search engines to stay away.
    pub noindex: bool,
}
