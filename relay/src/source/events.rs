//! Streams as server-sent events, for servers to which no socket comes up: one connection for each stream.

use futures_util::{
    StreamExt as _,
    stream::{BoxStream, SelectAll, select_all},
};
use mastodon::{
    ApiError,
    streaming::{
        Event,
        sse::{Decoder, Item},
    },
};
use tokio::time::{Instant, timeout};

use super::{
    ears::Ears,
    manners::Manners,
    stream::{End, streamed_feeds, take},
    told::Feed,
};

/// Connections to one server for events: what browsers allow themselves is six. Feeds beyond it are polled.
const MAX_CONNECTIONS: usize = 6;

/// What one connection brought: its number, and bytes or its end.
type Piece = (usize, Option<Result<bytes::Bytes, reqwest::Error>>);

/// Streams that are up.
pub(super) struct Session {
    lines: Vec<OneLine>,
    pieces: SelectAll<BoxStream<'static, Piece>>,
}

struct OneLine {
    feed: Feed,
    decoder: Decoder,
    heard_at: Instant,
}

/// Opens the streams, all of them or none. `base` is the streaming address as for sockets.
pub(super) async fn open(ears: &Ears, manners: &Manners, base: &str) -> Result<Session, ApiError> {
    let base = match base.split_once("://") {
        Some(("ws", host)) => format!("http://{host}"),
        Some((_, host)) => format!("https://{host}"),
        None => base.to_owned(),
    };
    let mut lines = Vec::new();
    let mut pieces = Vec::new();
    for feed in streamed_feeds(ears, manners)
        .into_iter()
        .take(MAX_CONNECTIONS)
    {
        let Some(subscription) = feed.subscription() else {
            continue;
        };
        let mut url = format!("{base}{}", subscription.sse_path());
        if let Some(tag) = &subscription.tag {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("tag", tag)
                .finish();
            url = format!("{url}?{query}");
        }
        let response = ears.host.open_events(&url).await?;
        let number = lines.len();
        lines.push(OneLine {
            feed,
            decoder: Decoder::new(),
            heard_at: Instant::now(),
        });
        let bytes = response.bytes_stream().map(move |it| (number, Some(it)));
        let end = futures_util::stream::iter([(number, None)]);
        pieces.push(bytes.chain(end).boxed());
    }
    Ok(Session {
        lines,
        pieces: select_all(pieces),
    })
}

/// Takes what the streams send until one of them ends; `way` tells people how it comes.
pub(super) async fn hear(ears: &Ears, mut session: Session, way: String) -> End {
    ears.set_up(Some(way));
    for line in &session.lines {
        ears.carry(&line.feed);
    }
    let patience = ears.timing.ping_timeout;
    loop {
        let piece = timeout(patience / 3, session.pieces.next()).await;
        // A server beats every 15 seconds, so one that is quiet for longer is gone.
        if session
            .lines
            .iter()
            .any(|it| it.heard_at.elapsed() >= patience)
        {
            return End::down(format!("an event stream was silent for {patience:?}"));
        }
        let (number, bytes) = match piece {
            Err(_elapsed) => continue,
            Ok(Some((number, Some(Ok(bytes))))) => (number, bytes),
            Ok(Some((_, Some(Err(error))))) => {
                return End::down(format!("an event stream broke: {error}"));
            }
            Ok(Some((_, None)) | None) => return End::down("an event stream was closed"),
        };
        let Some(line) = session.lines.get_mut(number) else {
            continue;
        };
        line.heard_at = Instant::now();
        for item in line.decoder.push(&bytes) {
            let event = match item {
                Item::Event { name, data, .. } => Event::parse(&name, &data),
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
