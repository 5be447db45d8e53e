//! `tail`: the live view of a relay in a terminal, for people and for programs.

mod lines;
mod wish;

use std::time::Duration;

use clap::Args;
use mastodon::{
    Status,
    streaming::{
        Event,
        sse::{Decoder, Item},
    },
};
use tokio::time::{sleep, timeout};

use self::{lines::Shown, wish::Wish};
use super::{
    Failure, Outcome, block_on,
    client::{Answer, Asked, Client, Unanswered},
    paint::{Ink, Paint},
    say, text,
};

/// A stream beats every 15 seconds; one that says nothing for so long is dead.
const SILENCE: Duration = Duration::from_secs(45);
/// First wait before a stream that broke is opened again.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// Longest such wait.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The relay's own event that tells a reader what it missed.
const GAP: &str = "watersmeet.gap";

/// Options of `tail`.
#[derive(Args, Debug)]
pub(crate) struct Tail {
    #[command(flatten)]
    wish: Wish,
    /// Print each event as one line of JSON
    #[arg(long)]
    json: bool,
    /// Show also what stands behind a content warning
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    asked: Asked,
}

/// Shows what comes until it is stopped.
pub(crate) fn run(tail: &Tail) -> Outcome {
    let client = tail.asked.client()?;
    let path = tail.wish.path()?;
    block_on(follow(tail, &client, &path))
}

async fn follow(tail: &Tail, client: &Client, path: &str) -> Outcome {
    let mut screen = Screen {
        json: tail.json,
        paint: Paint::of_stdout(),
        shown: Shown::new(tail.open),
        cursor: None,
    };
    let mut wait = MIN_WAIT;
    let mut was_open = false;
    loop {
        let why = match client.open(path, screen.cursor.as_deref()).await {
            Err(Unanswered::Refused(failure)) => {
                return Err(tail.wish.explained(client, failure).await);
            }
            Err(Unanswered::Unreached(failure)) if !was_open => return Err(failure),
            Err(Unanswered::Unreached(failure)) => failure.to_string(),
            Ok(answer) => {
                if !was_open {
                    screen.remark(&format!(
                        "{} is open: posts come as they are written",
                        client.base()
                    ))?;
                }
                was_open = true;
                let (heard, why) = screen.read(answer).await?;
                if heard {
                    wait = MIN_WAIT;
                }
                why
            }
        };
        screen.remark(&format!("{why}; trying again in {} s", wait.as_secs()))?;
        sleep(wait).await;
        wait = (wait * 2).min(MAX_WAIT);
    }
}

/// Where events go.
struct Screen {
    json: bool,
    paint: Paint,
    shown: Shown,
    /// The last event that was received.
    cursor: Option<String>,
}

impl Screen {
    /// Shows what one connection brings, until it ends; gives whether it brought anything, and why it ended.
    async fn read(&mut self, mut answer: Answer) -> Result<(bool, String), Failure> {
        let mut decoder = Decoder::new();
        let mut heard = false;
        loop {
            let chunk = match timeout(SILENCE, answer.chunk()).await {
                Err(_elapsed) => return Ok((heard, "the relay fell silent".to_owned())),
                Ok(Err(_broken)) => return Ok((heard, "the connection broke".to_owned())),
                Ok(Ok(None)) => return Ok((heard, "the relay closed the stream".to_owned())),
                Ok(Ok(Some(chunk))) => chunk,
            };
            for item in decoder.push(&chunk) {
                heard = true;
                match item {
                    Item::Heartbeat => {}
                    Item::TooLong => self.remark("a post was too long to be shown")?,
                    Item::Event { name, data, id } => {
                        if id.is_some() {
                            self.cursor = id;
                        }
                        self.event(&name, &data)?;
                    }
                }
            }
        }
    }

    fn event(&mut self, name: &str, data: &str) -> Outcome {
        if self.json {
            return self.json_line(name, data);
        }
        let told = match Event::parse(name, data) {
            Ok(Event::Update(status)) => self.post(&status, false),
            Ok(Event::StatusUpdate(status)) => self.post(&status, true),
            Ok(Event::Delete(id)) => self.shown.deleted(id.as_str(), self.paint),
            Ok(Event::Unknown { name, .. }) if name == GAP => {
                return self.remark("some posts may be missing here: the relay had to let them go");
            }
            Ok(_) => return Ok(()),
            Err(_unreadable) => return self.remark("a post could not be read"),
        };
        say(&told)
    }

    fn post(&mut self, status: &Status, is_edit: bool) -> String {
        self.shown.post(status, is_edit, self.paint)
    }

    fn json_line(&self, name: &str, data: &str) -> Outcome {
        // A bare id is no JSON, and as a number it would lose digits.
        let payload = serde_json::from_str::<serde_json::Value>(data)
            .ok()
            .filter(|it| it.is_object())
            .unwrap_or_else(|| serde_json::Value::String(data.to_owned()));
        let line = serde_json::json!({"event": name, "payload": payload, "cursor": self.cursor});
        say(&format!("{line}\n"))
    }

    /// Says something about the stream itself: beside the events, so that a program reads only those.
    fn remark(&self, words: &str) -> Outcome {
        let words = format!("-- {}", text::line(words));
        if self.json {
            super::mutter(&words);
            return Ok(());
        }
        say(&format!("{}\n\n", self.paint.with(Ink::Faint, &words)))
    }
}
