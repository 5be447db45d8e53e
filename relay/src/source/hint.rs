//! What an operator could do for a source to be heard better, in words. Pure.

use super::{ears::Closed, manners::Manners};
use crate::config::SourceConfig;

/// What a token would add, where there is none; and where what the token reads is for members alone, who sees it.
pub(super) fn hint(config: &SourceConfig, manners: &Manners, closed: Closed) -> Option<String> {
    if config.token.is_some() {
        let is_guarded = closed != Closed::default();
        return is_guarded.then(|| GUARDED.to_owned());
    }
    let capabilities = &manners.capabilities;
    let mut gains: Vec<&str> = Vec::new();
    let reads_hashtags = !config.hashtags.is_empty();
    let opens = |open: bool, key: bool| !open && key;
    let public = |token| {
        capabilities.may_read_public(token, true) || capabilities.may_read_public(token, false)
    };
    let tags = |token| {
        capabilities.may_read_hashtags(token, true) || capabilities.may_read_hashtags(token, false)
    };
    let is_shut = manners.kind.shuts_strangers_out();
    if !config.streams.is_empty() && (is_shut || opens(public(false), public(true))) {
        gains.push("its public timelines can be read");
    }
    if reads_hashtags && (is_shut || opens(tags(false), tags(true))) {
        gains.push("its hashtags can be read");
    }
    if capabilities.streaming_url.is_some() && !manners.streams_to_strangers() {
        gains.push("posts come as they are written, not only when the relay asks");
    }
    if !config.words.is_empty() {
        gains.push("it can be searched for words");
    }
    let domain = &config.domain;
    (!gains.is_empty()).then(|| {
        let gains = gains.join(", ");
        format!("With a token {gains}: run `watersmeet sign-in {domain}`.")
    })
}

/// What is read with a token and nobody else may read there.
const GUARDED: &str = "Some of its timelines are for its own people: what only they could read goes to readers with one of this relay's `access_keys`, \
     unless you set `show = \"everybody\"` for this source.";

#[cfg(test)]
mod tests {
    use mastodon::Capabilities;

    use super::*;
    use crate::config::Token;

    #[test]
    fn what_a_token_would_add_is_said_where_there_is_none() {
        let config = SourceConfig {
            domain: "a.example".into(),
            words: vec!["open web".into()],
            ..SourceConfig::default()
        };
        let manners = Manners {
            capabilities: Capabilities {
                streaming_url: Some("wss://a.example".into()),
                ..Capabilities::default()
            },
            ..Manners::default()
        };
        let said = hint(&config, &manners, Closed::default()).unwrap();
        for part in [
            "as they are written",
            "searched",
            "watersmeet sign-in a.example",
        ] {
            assert!(said.contains(part), "{said}");
        }
        let signed_in = SourceConfig {
            token: Some(Token::new("x")),
            ..config.clone()
        };
        assert_eq!(hint(&signed_in, &manners, Closed::default()), None);
        let members = Closed {
            remote: true,
            ..Closed::default()
        };
        let said = hint(&signed_in, &manners, members).unwrap();
        assert!(said.contains("access_keys"), "{said}");
        let plain = SourceConfig {
            words: Vec::new(),
            ..config
        };
        assert_eq!(hint(&plain, &Manners::default(), Closed::default()), None);
    }
}
