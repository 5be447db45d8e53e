//! What the engine tells whoever watches it: its sources, the merge, the log, the archive and the process, as metrics.

use super::Engine;
use crate::{
    archive::Trouble,
    metrics::{Kind, Page, process, whole},
    source::{SourceReport, State, health::unix_millis},
};

/// Every state that a source can have, with its label.
const STATES: [(State, &str); 7] = [
    (State::Starting, "starting"),
    (State::Live, "live"),
    (State::Polling, "polling"),
    (State::Silent, "silent"),
    (State::Refused, "refused"),
    (State::Limited, "limited"),
    (State::Down, "down"),
];

/// A family with one number for each source.
type PerSource = (
    &'static str,
    Kind,
    &'static str,
    fn(&SourceReport) -> Option<f64>,
);

/// What is told of each source beside its state.
const PER_SOURCE: [PerSource; 11] = [
    (
        "watersmeet_source_posts_total",
        Kind::Counter,
        "Posts that a source showed, new or not.",
        |it| Some(whole(it.posts)),
    ),
    (
        "watersmeet_source_duplicates_total",
        Kind::Counter,
        "Of those, posts that another source had shown already.",
        |it| Some(whole(it.duplicates)),
    ),
    (
        "watersmeet_source_lost_total",
        Kind::Counter,
        "Posts that a source's stream owed and only a poll found.",
        |it| Some(whole(it.only_by_poll)),
    ),
    (
        "watersmeet_source_loss_ratio",
        Kind::Gauge,
        "Of the posts that a source's stream owed, the share that only a poll found.",
        |it| it.loss,
    ),
    (
        "watersmeet_source_lag_seconds",
        Kind::Gauge,
        "The middle one of the last posts' ways from being written to coming by the stream.",
        |it| seconds(it.lag),
    ),
    (
        "watersmeet_source_late_total",
        Kind::Counter,
        "Posts first seen long after they were written.",
        |it| Some(whole(it.late)),
    ),
    (
        "watersmeet_source_deletes_total",
        Kind::Counter,
        "Deletions that a source told.",
        |it| Some(whole(it.deletes)),
    ),
    (
        "watersmeet_source_refused_total",
        Kind::Counter,
        "Posts of a source that were not taken.",
        |it| Some(whole(it.refused)),
    ),
    (
        "watersmeet_source_state_since_seconds",
        Kind::Gauge,
        "Since when a source is in its state, in seconds since 1970.",
        |it| seconds(it.since.unix_millis()),
    ),
    (
        "watersmeet_source_last_post_seconds",
        Kind::Gauge,
        "When a source showed a post for the last time, in seconds since 1970.",
        |it| seconds(it.last_post_at.as_ref()?.unix_millis()),
    ),
    (
        "watersmeet_source_limited_until_seconds",
        Kind::Gauge,
        "Until when a source wants to be left alone, in seconds since 1970.",
        |it| seconds(it.until.as_ref()?.unix_millis()),
    ),
];

impl Engine {
    /// Writes its part of the page.
    pub fn measure(&self, page: &mut Page) {
        self.measure_sources(page);
        self.measure_budgets(page);
        self.measure_merge(page);
        self.measure_moderation(page);
        self.measure_log(page);
        self.measure_archive(page);
        let uptime = unix_millis() - self.started_at;
        process::measure(page, u64::try_from(uptime).unwrap_or_default());
    }

    fn measure_sources(&self, page: &mut Page) {
        let reports = self.sources.snapshot();
        let mut family = page.family(
            "watersmeet_source_state",
            Kind::Gauge,
            "How a source is heard: 1 for its state, 0 for the others.",
        );
        for report in &reports {
            for (state, name) in STATES {
                let is_so = if report.state == state { 1.0 } else { 0.0 };
                family.sample(&[("source", &report.domain), ("state", name)], is_so);
            }
        }
        for (name, kind, help, number) in PER_SOURCE {
            let mut family = page.family(name, kind, help);
            for report in &reports {
                if let Some(number) = number(report) {
                    family.sample(&[("source", &report.domain)], number);
                }
            }
        }
    }

    fn measure_budgets(&self, page: &mut Page) {
        let standings = self.listening.standings();
        let mut family = page.family(
            "watersmeet_source_budget_requests",
            Kind::Gauge,
            "Requests that a source could be asked at once.",
        );
        for (domain, standing) in &standings {
            family.sample(&[("source", domain)], standing.left);
        }
        let mut family = page.family(
            "watersmeet_source_budget_closed_seconds",
            Kind::Gauge,
            "For how long a source is asked nothing, because it had enough; 0 when it may be asked.",
        );
        for (domain, standing) in &standings {
            family.sample(&[("source", domain)], standing.closed_for.as_secs_f64());
        }
    }

    fn measure_moderation(&self, page: &mut Page) {
        let mut family = page.family(
            "watersmeet_unwanted_total",
            Kind::Counter,
            "Posts that were not taken or are not shown, by the reason.",
        );
        for (reason, count) in self.moderation.counts() {
            family.sample(&[("reason", reason)], whole(count));
        }
    }

    fn measure_merge(&self, page: &mut Page) {
        let pace = &self.merge.pace;
        page.histogram(
            "watersmeet_merge_batch_arrivals",
            "Arrivals that shared one commit.",
            &pace.arrivals,
        );
        page.histogram(
            "watersmeet_archive_commit_seconds",
            "Time from taking a batch to its being committed.",
            &pace.commit,
        );
        page.one(
            "watersmeet_archive_failures_total",
            Kind::Counter,
            "Batches that could not be kept.",
            whole(pace.failures.get()),
        );
        page.one(
            "watersmeet_merge_waiting",
            Kind::Gauge,
            "Arrivals that wait to be merged.",
            whole(u64::try_from(self.inlet.waiting()).unwrap_or_default()),
        );
    }

    fn measure_log(&self, page: &mut Page) {
        let depth = self.log.depth();
        let (entries, bytes) = (depth.entries, depth.bytes);
        let count = |it: usize| whole(u64::try_from(it).unwrap_or_default());
        page.one(
            "watersmeet_log_entries",
            Kind::Gauge,
            "Events held in memory for readers who come back.",
            count(entries),
        );
        page.one(
            "watersmeet_log_bytes",
            Kind::Gauge,
            "Their size in memory, in bytes.",
            count(bytes),
        );
        page.one(
            "watersmeet_log_events_total",
            Kind::Counter,
            "Events since the log began.",
            whole(depth.events),
        );
        page.one(
            "watersmeet_log_gaps_total",
            Kind::Counter,
            "How often a reader was told that events are no longer held.",
            whole(depth.gaps),
        );
    }

    fn measure_archive(&self, page: &mut Page) {
        page.one(
            "watersmeet_archive_bytes",
            Kind::Gauge,
            "Size of the archive's files, in bytes.",
            whole(self.archive.bytes()),
        );
        page.one(
            "watersmeet_archive_posts",
            Kind::Gauge,
            "Posts that are kept.",
            whole(u64::try_from(self.merge.pace.posts.get()).unwrap_or_default()),
        );
        let failing = self.failing();
        let mut family = page.family(
            "watersmeet_archive_trouble",
            Kind::Gauge,
            "What keeps the archive from taking posts: 1 for what does, 0 for the others.",
        );
        for trouble in Trouble::ALL {
            let is_so = failing.is_some_and(|it| it.trouble == trouble);
            family.sample(
                &[("trouble", trouble.name())],
                if is_so { 1.0 } else { 0.0 },
            );
        }
        if let Some(since) = failing.and_then(|it| seconds(Some(it.since))) {
            page.one(
                "watersmeet_archive_trouble_since_seconds",
                Kind::Gauge,
                "Since when the archive takes no posts, in seconds since 1970.",
                since,
            );
        }
    }
}

/// Milliseconds as seconds, to the millisecond.
fn seconds(millis: Option<i64>) -> Option<f64> {
    let millis = u64::try_from(millis?).ok()?;
    Some(whole(millis) / 1e3)
}
