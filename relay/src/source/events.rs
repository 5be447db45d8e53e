//! Streams as server-sent events, for servers to which no socket comes up: one connection for each stream.

use std::{collections::BTreeMap, future::pending};

use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{BoxStream, SelectAll},
};
use mastodon::{
    ApiError,
    streaming::{
        Brief, Event,
        sse::{Decoder, Item},
    },
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};

use super::{
    ears::Ears,
    manners::Manners,
    stream::{End, streamed_feeds, take, take_brief},
    told::Feed,
};

/// Connections to one server for events: what browsers allow themselves is six. Feeds beyond it are polled.
const MAX_CONNECTIONS: usize = 6;

/// What one connection brought: its number, and bytes or its end.
type Piece = (usize, Option<Result<bytes::Bytes, reqwest::Error>>);

/// Streams that are up.
pub(super) struct Session {
    base: String,
    /// By the number of their connection.
    lines: BTreeMap<usize, OneLine>,
    pieces: SelectAll<BoxStream<'static, Piece>>,
    next: usize,
}

struct OneLine {
    feed: Feed,
    decoder: Decoder,
    heard_at: Instant,
    /// Closes its connection when it is dropped.
    _open: oneshot::Sender<()>,
}

/// Opens the streams, all of them or none. `base` is the streaming address as for sockets.
pub(super) async fn open(ears: &Ears, manners: &Manners, base: &str) -> Result<Session, ApiError> {
    let mut session = Session {
        base: match base.split_once("://") {
            Some(("ws", host)) => format!("http://{host}"),
            Some((_, host)) => format!("https://{host}"),
            None => base.to_owned(),
        },
        lines: BTreeMap::new(),
        pieces: SelectAll::new(),
        next: 0,
    };
    let feeds = streamed_feeds(ears, manners).into_iter();
    for feed in feeds.take(MAX_CONNECTIONS) {
        if let Some(url) = session.address(&feed) {
            let response = ears.host.open_events(&url).await?;
            session.add(feed, response);
        }
    }
    Ok(session)
}

impl Session {
    /// Where a feed streams.
    fn address(&self, feed: &Feed) -> Option<String> {
        let subscription = feed.subscription()?;
        let url = format!("{}{}", self.base, subscription.sse_path());
        Some(match &subscription.tag {
            Some(tag) => {
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("tag", tag)
                    .finish();
                format!("{url}?{query}")
            }
            None => url,
        })
    }

    fn add(&mut self, feed: Feed, response: reqwest::Response) {
        let number = self.next;
        self.next += 1;
        let (open, closed) = oneshot::channel();
        let line = OneLine {
            feed,
            decoder: Decoder::new(),
            heard_at: Instant::now(),
            _open: open,
        };
        self.lines.insert(number, line);
        let bytes = response.bytes_stream().map(move |it| (number, Some(it)));
        let end = futures_util::stream::iter([(number, None)]);
        self.pieces
            .push(bytes.take_until(closed).chain(end).boxed());
    }

    /// Closes the streams that readers want no more, and gives the one to open next, with its address.
    fn follow(&mut self, ears: &Ears, manners: &Manners) -> Option<(Feed, String)> {
        let wanted = streamed_feeds(ears, manners);
        self.lines.retain(|_, line| {
            let stays = wanted.contains(&line.feed);
            if !stays {
                ears.drop_stream(&line.feed);
            }
            stays
        });
        if self.lines.len() >= MAX_CONNECTIONS {
            return None;
        }
        let is_open = |feed: &Feed| self.lines.values().any(|it| it.feed == *feed);
        let next = wanted.into_iter().find(|it| !is_open(it))?;
        let url = self.address(&next)?;
        Some((next, url))
    }
}

/// Takes what the streams send until one of them ends; `way` tells people how it comes.
pub(super) async fn hear(ears: &Ears, manners: &Manners, mut session: Session, way: String) -> End {
    ears.set_up(Some(way));
    for line in session.lines.values() {
        ears.carry(&line.feed);
    }
    let patience = ears.timing.ping_timeout;
    let mut wanted = ears.wanted.clone();
    // What changed while the streams were being opened is seen at once.
    wanted.mark_changed();
    // One more stream that is being opened, beside those that are heard.
    let mut opening: BoxFuture<'_, (Feed, Result<reqwest::Response, ApiError>)> = pending().boxed();
    loop {
        let piece = tokio::select! {
            piece = timeout(patience / 3, session.pieces.next()) => piece,
            Ok(()) = wanted.changed() => {
                wanted.mark_unchanged();
                opening = next_one(ears, manners, &mut session);
                continue;
            }
            (feed, opened) = &mut opening => {
                opening = match opened {
                    Ok(response) => {
                        ears.carry(&feed);
                        session.add(feed, response);
                        next_one(ears, manners, &mut session)
                    }
                    // It is polled, until readers want something else.
                    Err(error) => {
                        tracing::debug!(source = ears.domain(), %error, "one more event stream does not open");
                        pending().boxed()
                    }
                };
                continue;
            }
        };
        // A server beats every 15 seconds, so one that is quiet for longer is gone.
        if session
            .lines
            .values()
            .any(|it| it.heard_at.elapsed() >= patience)
        {
            return End::down(format!("an event stream was silent for {patience:?}"));
        }
        let (number, bytes) = match piece {
            Err(_elapsed) => continue,
            Ok(Some((number, Some(Ok(bytes))))) => (number, bytes),
            // One that was closed here says so too.
            Ok(Some((number, _))) if !session.lines.contains_key(&number) => continue,
            Ok(Some((_, Some(Err(error))))) => {
                return End::down(format!("an event stream broke: {error}"));
            }
            Ok(Some((_, None)) | None) => return End::down("an event stream was closed"),
        };
        let Some(line) = session.lines.get_mut(&number) else {
            continue;
        };
        line.heard_at = Instant::now();
        for item in line.decoder.push(&bytes) {
            let event = match item {
                Item::Event { name, data, .. } => match Brief::of_event(&name, data) {
                    Ok(brief) => {
                        let feeds = vec![line.feed.clone()];
                        if let Err(stopped) = take_brief(ears, feeds, brief).await {
                            return stopped.into();
                        }
                        continue;
                    }
                    Err(data) => Event::parse(&name, &data),
                },
                Item::Heartbeat => continue,
                Item::TooLong => {
                    ears.health.count(|counts| counts.refused += 1);
                    continue;
                }
            };
            match event {
                Ok(event) => {
                    if let Err(stopped) = take(ears, vec![line.feed.clone()], event).await {
                        return stopped.into();
                    }
                }
                Err(error) => {
                    // A poll will find what it was.
                    tracing::debug!(source = ears.domain(), %error, "an event could not be read");
                    ears.health.count(|counts| counts.refused += 1);
                }
            }
        }
    }
}

/// Opens the stream that readers want and that is not open, if there is one and room for it.
fn next_one<'a>(
    ears: &'a Ears,
    manners: &Manners,
    session: &mut Session,
) -> BoxFuture<'a, (Feed, Result<reqwest::Response, ApiError>)> {
    match session.follow(ears, manners) {
        None => pending().boxed(),
        Some((feed, url)) => async move {
            let opened = ears.host.open_events(&url).await;
            (feed, opened)
        }
        .boxed(),
    }
}
