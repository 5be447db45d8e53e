//! The keys of `[about]` and `[limits]`: what readers are told, and how much one of them may take.

use super::{shown_list, shown_or_none};
use crate::config::{
    Config,
    key::{Key, Set},
    limits::networks,
};

/// What `[about]` and `[limits]` may say.
pub(super) static READERS: &[Key<Config>] = &[
    Key {
        path: "about.text",
        doc: "what people read about the relay; an empty line begins a new paragraph",
        set: Set::Text(about),
        show: |config| shown_or_none(config.about.text.as_deref()),
    },
    Key {
        path: "about.rules",
        doc: "the relay's rules, one text each",
        set: Set::Texts(rules),
        show: |config| shown_list(&config.about.rules),
    },
    Key {
        path: "limits.requests_per_5_minutes",
        doc: "requests of one reader's address in five minutes; 0 is no bound",
        set: Set::Number(0..=1_000_000, |config, most| {
            config.limits.requests_per_5_minutes = small(most);
        }),
        show: |config| config.limits.requests_per_5_minutes.to_string(),
    },
    Key {
        path: "limits.streams_per_address",
        doc: "streams of one reader's address at a time; 0 is no bound",
        set: Set::Number(0..=1_000_000, |config, most| {
            config.limits.streams_per_address = small(most);
        }),
        show: |config| config.limits.streams_per_address.to_string(),
    },
    Key {
        path: "limits.connections_per_address",
        doc: "connections of one address at a time, trusted proxies apart; 0 is no bound",
        set: Set::Number(0..=1_000_000, |config, most| {
            config.limits.connections_per_address = small(most);
        }),
        show: |config| config.limits.connections_per_address.to_string(),
    },
    Key {
        path: "limits.subscriptions_per_connection",
        doc: "subscriptions of one WebSocket",
        set: Set::Number(1..=1_000, |config, most| {
            config.limits.subscriptions_per_connection = small(most);
        }),
        show: |config| config.limits.subscriptions_per_connection.to_string(),
    },
    Key {
        path: "limits.trusted_proxies",
        doc: "addresses or networks of proxies that say who the reader is",
        set: Set::Texts(trusted_proxies),
        show: |config| {
            let networks = config.limits.trusted_proxies.iter();
            shown_list(&networks.map(ToString::to_string).collect::<Vec<_>>())
        },
    },
];

/// A number whose range ends long before this type does.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Most rules, and the longest of them in bytes: they stand on one page and in every answer about the relay.
const MAX_RULES: usize = 50;
const MAX_RULE_BYTES: usize = 1_000;

/// Longest text about the relay, in bytes.
const MAX_ABOUT_BYTES: usize = 20_000;

fn about(config: &mut Config, text: &str) -> Result<(), String> {
    if text.len() > MAX_ABOUT_BYTES {
        return Err(format!("is too long; {MAX_ABOUT_BYTES} bytes is the most"));
    }
    config.about.text = Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    Ok(())
}

fn rules(config: &mut Config, rules: Vec<String>) -> Result<(), String> {
    if rules.len() > MAX_RULES {
        return Err(format!(
            "has {} rules; {MAX_RULES} is the most",
            rules.len()
        ));
    }
    if rules
        .iter()
        .any(|it| it.trim().is_empty() || it.len() > MAX_RULE_BYTES)
    {
        return Err(format!(
            "has a rule that is empty or longer than {MAX_RULE_BYTES} bytes"
        ));
    }
    config.about.rules = rules;
    Ok(())
}

fn trusted_proxies(config: &mut Config, texts: Vec<String>) -> Result<(), String> {
    config.limits.trusted_proxies = networks(&texts)?;
    Ok(())
}
