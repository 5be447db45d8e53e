//! The keys of `[about]` and `[limits]`: what readers are told, and how much one of them may take.

use super::{shown_list, shown_or_none};
use crate::config::{
    Config,
    key::{Key, Set},
    limits::networks,
};

/// A number of `[limits]`, of the same name there and here.
macro_rules! bound {
    ($name:ident, $range:expr, $doc:literal) => {
        Key {
            path: concat!("limits.", stringify!($name)),
            doc: $doc,
            set: Set::Number($range, |config, most| config.limits.$name = small(most)),
            show: |config| config.limits.$name.to_string(),
        }
    };
}

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
    bound!(
        requests_per_5_minutes,
        0..=1_000_000,
        "requests of one reader's address in five minutes; 0 is no bound"
    ),
    bound!(
        streams_per_address,
        0..=1_000_000,
        "streams of one reader's address at a time; 0 is no bound"
    ),
    bound!(
        connections_per_address,
        0..=1_000_000,
        "connections of one address at a time, trusted proxies apart; 0 is no bound"
    ),
    bound!(
        subscriptions_per_connection,
        1..=1_000,
        "subscriptions of one WebSocket"
    ),
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
