//! What the relay tells its operator of its sources a moment after the start, in words.

use std::time::Duration;

use crate::source::{Registry, SourceReport, State};

/// So long sources get to be reached before it is said which are not.
const FIRST_WORD: Duration = Duration::from_secs(12);

/// Says once how the sources are.
pub(crate) async fn tell(sources: Registry) {
    tokio::time::sleep(FIRST_WORD).await;
    let reports = sources.snapshot();
    if reports.is_empty() {
        return;
    }
    let (all, hearing) = sources.hearing();
    tracing::info!(
        "{hearing} of {all} sources are heard; `watersmeet sources` says more at any time"
    );
    for report in &reports {
        if let Some(words) = trouble(report) {
            tracing::warn!("{words}");
        }
    }
}

/// What is wrong with a source, and since it has its reasons, why.
fn trouble(report: &SourceReport) -> Option<String> {
    let what = match report.state {
        State::Live | State::Polling => return None,
        State::Starting => "was not reached yet",
        State::Silent => "streams nothing and is polled instead",
        State::Refused => "does not let the relay in",
        State::Limited => "wants to be left alone for a while",
        State::Down => "cannot be reached",
    };
    let why = report.reason.as_deref();
    let why = why.map_or_else(String::new, |it| format!(": {it}"));
    Some(format!("{} {what}{why}", report.domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::SourceConfig, source::health::Health};

    #[test]
    fn only_what_is_wrong_is_told_with_its_reason() {
        let health = Health::new(SourceConfig {
            domain: "a.example".to_owned(),
            ..SourceConfig::default()
        });
        health.set(State::Refused, Some("a token is needed".to_owned()));
        let told = trouble(&health.report());
        assert_eq!(
            told.as_deref(),
            Some("a.example does not let the relay in: a token is needed")
        );
        health.set(State::Live, None);
        assert_eq!(trouble(&health.report()), None);
    }
}
