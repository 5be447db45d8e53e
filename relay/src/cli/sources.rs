//! `sources`: how a running relay hears its sources, as a table.

use clap::Args;
use mastodon::{SourceReport, SourceState, SourcesReport, Timestamp};

use super::{
    Failure, Outcome, block_on,
    client::Asked,
    paint::{Ink, Paint},
    say, table, text,
};
use crate::source::health::unix_millis;

/// Options of `sources`.
#[derive(Args, Debug)]
pub(crate) struct Sources {
    #[command(flatten)]
    asked: Asked,
    /// Print the relay's own answer as JSON
    #[arg(long)]
    json: bool,
}

/// Asks and prints.
pub(crate) fn run(sources: &Sources) -> Outcome {
    let client = sources.asked.client()?;
    let answer = block_on(client.get("/api/watersmeet/sources"))?;
    if sources.json {
        return say(&format!("{answer:#}\n"));
    }
    let report: SourcesReport = serde_json::from_value(answer).map_err(|_error| {
        Failure::new(format!("{} does not answer as a relay does", client.base()))
    })?;
    say(&shown(&report, unix_millis(), Paint::of_stdout()))
}

fn shown(report: &SourcesReport, now: i64, paint: Paint) -> String {
    let relay = &report.relay;
    let hearing = report.sources.iter().filter(|it| is_heard(it)).count();
    let mut told = format!(
        "{} ({}): {hearing} of {} sources are heard\n",
        text::short(&relay.name, 60),
        text::short(&relay.version, 20),
        report.sources.len()
    );
    if relay.offline {
        told.push_str("It was started with --offline and dials nobody.\n");
    }
    if report.sources.is_empty() {
        return told;
    }
    let head = [
        "STATE",
        "SOURCE",
        "POSTS",
        "LOST",
        "LATE",
        "LAST POST",
        "WHY",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(report.sources.iter().map(|it| row(it, now)));
    let aligned = table::aligned(&rows);
    let mut lines = aligned.lines();
    if let Some(head) = lines.next() {
        told.push_str(&paint.with(Ink::Faint, head));
        told.push('\n');
    }
    for (line, source) in lines.zip(&report.sources) {
        let state = source.state.as_str();
        let rest = line.strip_prefix(state).unwrap_or(line);
        told.push_str(&paint.with(ink(source), state));
        told.push_str(rest);
        told.push('\n');
    }
    told
}

fn row(source: &SourceReport, now: i64) -> Vec<String> {
    let last = time(source.last_post_at.as_deref());
    let last = last.map_or("never".to_owned(), |at| format!("{} ago", span(now - at)));
    let mut why = source.reason.clone().unwrap_or_default();
    if let Some(at) = time(source.until.as_deref()).filter(|it| *it > now) {
        why.push_str(&format!(" (left alone for {})", span(at - now)));
    } else if let Some(at) = time(source.next_try.as_deref()).filter(|it| *it > now) {
        why.push_str(&format!(" (tried again in {})", span(at - now)));
    }
    vec![
        source.state.as_str().to_owned(),
        text::short(&source.domain, 60),
        source.posts.to_string(),
        source.only_by_poll.to_string(),
        source.late.to_string(),
        last,
        text::line(&why),
    ]
}

fn is_heard(source: &SourceReport) -> bool {
    use SourceState::{Live, Polling, Silent};
    matches!(source.state, Live | Polling | Silent)
}

fn ink(source: &SourceReport) -> Ink {
    match source.state {
        SourceState::Live => Ink::Good,
        SourceState::Refused | SourceState::Down => Ink::Bad,
        _ => Ink::Warn,
    }
}

fn time(text: Option<&str>) -> Option<i64> {
    Timestamp::new(text?).unix_millis()
}

/// A time between two moments in its largest unit.
fn span(millis: i64) -> String {
    let seconds = millis.max(0) / 1_000;
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_is_a_line_with_its_state_and_the_reason() {
        let report = serde_json::json!({
            "relay": {"name": "Meet", "version": "0.1.0"},
            "sources": [
                {"domain": "a.example", "state": "live", "posts": 12, "only_by_poll": 3, "last_post_at": "1970-01-01T00:00:10.000Z"},
                {"domain": "b.example", "state": "down", "reason": "refused\u{1b}[2J", "next_try": "1970-01-01T00:01:30.000Z"},
            ],
        });
        let report: SourcesReport = serde_json::from_value(report).unwrap();
        let told = shown(&report, 30_000, Paint::always(false));
        let expected = "Meet (0.1.0): 1 of 2 sources are heard\n\
                        STATE  SOURCE     POSTS  LOST  LATE  LAST POST  WHY\n\
                        live   a.example  12     3     0     20 s ago\n\
                        down   b.example  0      0     0     never      refused[2J (tried again in 60 s)\n";
        assert_eq!(told, expected);
        let told = shown(&report, 30_000, Paint::always(true));
        assert!(told.contains("\u{1b}[31mdown\u{1b}[0m"));
    }
}
