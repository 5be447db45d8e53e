//! A question and how it was answered.

use std::sync::Arc;

use leptos::prelude::*;
use mastodon::{Poll, PollOption};
use store::{StatusRef, Store};

use crate::components::emoji_text::EmojiText;
use crate::components::relative_time::say;
use crate::messages::Message;

/// Shows the poll of `status`, if it has one: what was answered, how often, and until when one can.
#[component]
pub fn StatusPoll(
    /// The status itself, never the boost that wraps it.
    status: StatusRef,
) -> impl IntoView {
    let poll = expect_context::<Store>().status(status, |it| it.poll.clone());
    move || poll.get().map(|poll| draw(&poll))
}

fn draw(poll: &Arc<Poll>) -> impl IntoView + use<> {
    let leading = poll
        .options
        .iter()
        .filter_map(|it| it.votes_count)
        .max()
        .filter(|it| *it > 0);
    let options = poll
        .options
        .iter()
        .map(|it| option(poll, it, leading))
        .collect_view();
    let poll = Arc::clone(poll);
    view! {
        <div class="status-poll">
            <ul class="status-poll__options" role="list">{options}</ul>
            <p class="status-poll__note">{move || note(&poll)}</p>
        </div>
    }
}

fn option(poll: &Poll, option: &PollOption, leading: Option<i64>) -> impl IntoView + use<> {
    let share = option.votes_count.map(|votes| percent(votes, voters(poll)));
    let emojis: Vec<_> = poll
        .emojis
        .iter()
        .map(|it| content::Emoji {
            shortcode: it.shortcode.clone(),
            url: it.url.clone(),
            static_url: it.static_url.clone(),
        })
        .collect();
    let title = content::line(&option.title, &emojis);
    let width = format!("{}%", share.unwrap_or_default());
    let leads = leading.is_some() && option.votes_count == leading;
    view! {
        <li class="status-poll__option" data-leading=leads.then_some("true") style:--poll-share=width>
            <span class="status-poll__title" dir="auto"><EmojiText inlines=title/></span>
            <span class="status-poll__share">{share.map(|it| format!("{it}%"))}</span>
        </li>
    }
}

/// How many could have chosen an answer: people where several answers are allowed and people are counted, else votes.
fn voters(poll: &Poll) -> i64 {
    let votes = poll
        .options
        .iter()
        .filter_map(|it| it.votes_count)
        .fold(0, i64::saturating_add);
    poll.voters_count
        .filter(|it| poll.multiple && *it > 0)
        .unwrap_or(votes)
}

/// The share of `part` in `whole`, rounded, from 0 to 100.
fn percent(part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (part, whole) = (i128::from(part.max(0)), i128::from(whole));
    i64::try_from((part * 200 + whole) / (whole * 2))
        .unwrap_or(100)
        .clamp(0, 100)
}

fn note(poll: &Poll) -> String {
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let voted = match poll.voters_count {
        Some(people) => Message::PollPeople(count(people)).text(),
        None => Message::PollVotes(count(poll.votes_count)).text(),
    };
    let ends = match poll
        .expires_at
        .as_ref()
        .and_then(mastodon::Timestamp::unix_millis)
    {
        _ if poll.expired => Some(Message::PollClosed.text()),
        Some(at) => Some(Message::PollCloses { when: &say(at) }.text()),
        None => None,
    };
    let several = poll.multiple.then(|| Message::PollMultiple.text());
    [Some(voted), ends, several]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_are_rounded_and_never_beyond_the_whole() {
        assert_eq!(percent(1, 3), 33);
        assert_eq!(percent(2, 3), 67);
        assert_eq!(percent(0, 0), 0);
        assert_eq!(percent(5, 3), 100);
        assert_eq!(percent(-1, 3), 0);
        assert_eq!(percent(i64::MAX, i64::MAX), 100);
    }
}
