//! What is wrong, in words: with a request, and with the servers behind the relay.

use leptos::prelude::*;
use store::{Failure, SourceReport, SourceState, SourcesReport, Store};

use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::messages::Message;
use crate::routes::Route;

/// The command that shows the product without a network.
const DEMO: &str = "cargo xtask run --demo";

/// Why a request failed and what to do about it.
pub fn say_failure(failure: &Failure) -> String {
    match failure {
        Failure::Offline => Message::FailedOffline.text(),
        Failure::TimedOut => Message::FailedSlow.text(),
        Failure::RateLimited { .. } => Message::FailedLimited.text(),
        Failure::NotFound => Message::FailedNotFound.text(),
        Failure::Unauthorized => Message::FailedSignIn.text(),
        Failure::Server { status, message } if message.is_empty() => {
            Message::FailedServer { status: *status }.text()
        }
        Failure::Server { message, .. } => Message::FailedServerSays { words: message }.text(),
        Failure::Malformed => Message::FailedMalformed.text(),
    }
}

/// Whether posts can come from this source.
pub fn is_heard(source: &SourceReport) -> bool {
    matches!(
        source.state,
        SourceState::Live | SourceState::Polling | SourceState::Silent | SourceState::Limited
    )
}

/// Whether the relay hears no server, and none is being tried for the first time.
pub fn hears_nobody(report: &SourcesReport) -> bool {
    !report
        .sources
        .iter()
        .any(|it| is_heard(it) || it.state == SourceState::Starting)
}

/// While the relay hears no server at all: which ones, and why not. Nothing while it hears one.
#[component]
pub fn Trouble() -> impl IntoView {
    let sources = expect_context::<Store>().sources().clone();
    move || {
        let report = sources.get()?;
        hears_nobody(&report).then(|| {
            let why = report.sources.iter().map(|source| {
                let reason = source.reason.as_deref().unwrap_or("no answer yet");
                view! { <li>{Message::RelayTells { domain: &source.domain, reason }.text()}</li> }
            });
            let why = why.collect_view();
            let intro = match (report.relay.offline, report.sources.is_empty()) {
                (true, _) => Message::SourcesOffline,
                (false, true) => Message::SourcesNone,
                (false, false) => Message::NobodyHeardWhy,
            };
            view! {
                <Notice tone=Tone::Bad icon=IconName::Offline title=Message::NobodyHeard.text()>
                    <p class="notice__words">{intro.text()}</p>
                    <ul class="trouble__reasons" role="list">{why}</ul>
                    <p class="notice__words">
                        {Message::DemoBefore.text()}<code>{DEMO}</code>{Message::DemoAfter.text()}
                    </p>
                    <a class="button" href=Route::Sources.to_string()>{Message::Sources.text()}</a>
                </Notice>
            }
        })
    }
}
