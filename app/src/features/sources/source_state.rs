//! A server's health as a word.

use leptos::prelude::*;
use store::SourceState as State;

use crate::messages::Message;

/// Shows how a source is heard; the colour repeats the word.
#[component]
pub fn SourceState(
    /// How it is heard.
    state: State,
) -> impl IntoView {
    let (tone, word) = match state {
        State::Live => ("good", Message::StateLive),
        State::Polling => ("good", Message::StatePolling),
        State::Starting | State::Other(_) => ("calm", Message::StateStarting),
        State::Silent => ("warn", Message::StateSilent),
        State::Limited => ("warn", Message::StateLimited),
        State::Refused => ("bad", Message::StateRefused),
        State::Down => ("bad", Message::StateDown),
    };
    view! { <span class="source-state" data-tone=tone>{word.text()}</span> }
}

/// What a state means, in a sentence.
pub fn meaning(state: &State) -> Message<'static> {
    match state {
        State::Live => Message::StateLiveWhat,
        State::Polling => Message::StatePollingWhat,
        State::Starting | State::Other(_) => Message::StateStartingWhat,
        State::Silent => Message::StateSilentWhat,
        State::Limited => Message::StateLimitedWhat,
        State::Refused => Message::StateRefusedWhat,
        State::Down => Message::StateDownWhat,
    }
}
