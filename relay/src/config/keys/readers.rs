//! What the keys about readers take: the words on the page about the relay, and trusted proxies.

use crate::config::{Config, limits::networks};

/// Most rules, and the longest of them in bytes: they stand on one page and in every answer about the relay.
const MAX_RULES: usize = 50;
const MAX_RULE_BYTES: usize = 1_000;

/// Longest text about the relay, in bytes.
const MAX_ABOUT_BYTES: usize = 20_000;

pub(super) fn about(config: &mut Config, text: &str) -> Result<(), String> {
    if text.len() > MAX_ABOUT_BYTES {
        return Err(format!("is too long; {MAX_ABOUT_BYTES} bytes is the most"));
    }
    config.about.text = Some(text.trim().to_owned()).filter(|it| !it.is_empty());
    Ok(())
}

pub(super) fn rules(config: &mut Config, rules: Vec<String>) -> Result<(), String> {
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

pub(super) fn trusted_proxies(config: &mut Config, texts: Vec<String>) -> Result<(), String> {
    config.limits.trusted_proxies = networks(&texts)?;
    Ok(())
}
