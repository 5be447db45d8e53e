//! The facts, gathered once for the page and for programs.

use mastodon::Timestamp;
use serde_json::{Value, json};
use timeline::merge::OPT_OUTS;

use crate::{
    config::{ArchivePlace, Config},
    serve::shared::Shared,
};

/// A day, in seconds.
const DAY_S: u64 = 24 * 60 * 60;

/// All that is told.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) public_url: String,
    pub(super) contact: Option<String>,
    /// The operator's own words, paragraph by paragraph.
    pub(super) text: Vec<String>,
    pub(super) rules: Vec<String>,
    pub(super) sources: Vec<SourceFact>,
    /// Names and titles.
    pub(super) views: Vec<(String, String)>,
    /// What is kept and how long, one sentence each.
    pub(super) keeping: Vec<String>,
    /// Since when the relay runs.
    pub(super) since: Timestamp,
}

/// One server that is heard.
#[derive(Debug)]
pub(super) struct SourceFact {
    pub(super) domain: String,
    /// Where it answers.
    pub(super) url: String,
    pub(super) software: Option<String>,
    /// The state's name in the API.
    pub(super) state: String,
    /// Why, in words for people.
    pub(super) reason: Option<String>,
}

impl Facts {
    pub(super) fn of(shared: &Shared) -> Self {
        let config = &shared.config;
        let reports = shared.engine.sources.snapshot();
        let sources = reports.iter().map(|it| {
            let state = serde_json::to_value(it.state).unwrap_or_default();
            SourceFact {
                domain: it.domain.clone(),
                url: it.url.clone(),
                software: it.software.clone(),
                state: state.as_str().unwrap_or_default().to_owned(),
                reason: it.reason.clone(),
            }
        });
        let text = config.about.text.as_deref().unwrap_or_default();
        Self {
            name: config.name.clone(),
            public_url: config.public_url.clone(),
            contact: config.contact.clone(),
            text: paragraphs(text),
            rules: config.about.rules.clone(),
            sources: sources.collect(),
            views: shared
                .config
                .views
                .iter()
                .map(|it| (it.name.clone(), it.title.clone()))
                .collect(),
            keeping: keeping(config),
            since: Timestamp::from_unix_millis(shared.engine.started_at),
        }
    }

    pub(super) fn json(&self) -> Value {
        let sources: Vec<_> = self
            .sources
            .iter()
            .map(|it| {
                json!({
                    "domain": it.domain,
                    "software": it.software,
                    "state": it.state,
                    "reason": it.reason,
                })
            })
            .collect();
        json!({
            "name": self.name,
            "version": env!("CARGO_PKG_VERSION"),
            "contact": self.contact,
            "text": self.text,
            "rules": self.rules,
            "sources": sources,
            "views": self.views.iter().map(|(name, title)| json!({"name": name, "title": title})).collect::<Vec<_>>(),
            "keeping": self.keeping,
            "opt_out": {"words": OPT_OUTS, "contact": self.contact},
            "page": format!("{}{}", self.public_url, super::PATH),
        })
    }
}

/// Text between empty lines.
fn paragraphs(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match found.last_mut() {
            Some(open) if !line.is_empty() => {
                if !open.is_empty() {
                    open.push(' ');
                }
                open.push_str(line);
            }
            _ => found.push(String::new()),
        }
    }
    found.retain(|it| !it.is_empty());
    found
}

fn keeping(config: &Config) -> Vec<String> {
    let keep = &config.keep;
    let kept = match config.archive {
        ArchivePlace::File(_) => "Public posts are kept in a file on the relay's own machine",
        ArchivePlace::Memory => "Public posts are kept only while the relay runs",
    };
    let age = match keep.max_age.map(|it| it.as_secs().div_ceil(DAY_S)) {
        None => String::new(),
        Some(1) => ", for one day after they were written".to_owned(),
        Some(days) => format!(", for {days} days after they were written"),
    };
    vec![
        format!("{kept}{age}."),
        format!(
            "At most {} posts and {} MB are kept; beyond that the oldest are let go.",
            grouped(keep.max_posts),
            grouped(keep.max_bytes >> 20)
        ),
        "Pictures, videos and sounds are not kept: your browser or app loads them from their own servers.".to_owned(),
        "A post that its author edits or deletes is changed or removed here as soon as the relay hears of it.".to_owned(),
    ]
}

/// A number with a space between thousands, as many countries write it.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let lead = digits.len() % 3;
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == lead {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn how_long_and_how_much_is_kept_is_told() {
        let mut config = Config::default();
        config.keep.max_age = Some(Duration::from_secs(30 * DAY_S));
        config.keep.max_posts = 1_234_567;
        config.keep.max_bytes = 512 << 20;
        let told = keeping(&config).join(" ");
        assert!(told.contains("own machine, for 30 days after"), "{told}");
        let most = "At most 1\u{a0}234\u{a0}567 posts and 512 MB";
        assert!(told.contains(most), "{told}");
        config.keep.max_age = None;
        assert!(!keeping(&config).join(" ").contains("days"));
    }

    #[test]
    fn an_empty_line_begins_a_paragraph() {
        assert_eq!(
            paragraphs("One\nand more.\n\n\n  Two.\n"),
            ["One and more.", "Two."]
        );
        assert!(paragraphs("").is_empty());
    }
}
