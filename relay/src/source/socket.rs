//! The streaming socket of one source: one connection that carries all its streams.

use std::{collections::VecDeque, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, StatusCode, header};
use mastodon::streaming::{Brief, ClientFrame, Event, Frame};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async_tls_with_config,
    tungstenite::{
        self, Message, client::IntoClientRequest as _, handshake::client::Response,
        protocol::WebSocketConfig,
    },
};

use super::{
    ears::Ears,
    health::{State, unix_millis},
    manners::{Kind, Manners},
    resolve,
    stream::{End, feeds_of, streamed_feeds, take, take_brief},
    told::Feed,
};

/// Longest frame that is read: a post with everything is some ten kilobytes.
const MAX_FRAME_BYTES: usize = 2 << 20;
/// The answer of Pleroma to a frame that subscribes.
const PLEROMA_ANSWER: &str = "pleroma:respond";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket that is up and was told what to send.
#[derive(Debug)]
pub(super) struct Session {
    socket: Socket,
    /// Feeds that it brings.
    carried: Vec<Feed>,
    /// Feeds that it was asked for and has yet to confirm, where servers do.
    unconfirmed: VecDeque<Feed>,
}

/// Opens a socket at an address without a path and subscribes.
pub(super) async fn open(
    ears: &Ears,
    manners: &Manners,
    base: &str,
    user_agent: &str,
) -> Result<Session, End> {
    let mut feeds: VecDeque<Feed> = streamed_feeds(ears, manners).into();
    let mut url = format!("{base}/api/v1/streaming");
    let mut carried = Vec::new();
    // Older ones take no further stream on an open socket, so the first is asked for in the address.
    if manners.kind == Kind::Pleroma
        && let Some(first) = feeds.pop_front()
        && let Some(subscription) = first.subscription()
    {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(subscription.query())
            .finish();
        url = format!("{url}?{query}");
        carried.push(first);
    }
    let down = |reason: String| End::Failed(State::Down, reason, None);
    let no_address = |error: &dyn std::fmt::Display| {
        End::NoStreaming(format!(
            "its streaming address {base} is not dialled: {error}"
        ))
    };
    let parsed = reqwest::Url::parse(&url).map_err(|error| no_address(&error))?;
    ears.host
        .guard
        .check_url(&parsed)
        .map_err(|blocked| no_address(&blocked))?;
    let (Some(host), Some(port)) = (parsed.host_str(), parsed.port_or_known_default()) else {
        return Err(no_address(&"it names no host"));
    };
    let mut request = url
        .as_str()
        .into_client_request()
        .map_err(|error| no_address(&error))?;
    let headers = request.headers_mut();
    let value = |text: &str| {
        HeaderValue::try_from(text)
            .map_err(|_invalid| down("a header cannot be written".to_owned()))
    };
    headers.insert(header::USER_AGENT, value(user_agent)?);
    if let Some(token) = &ears.host.config.token {
        let mut bearer = value(&format!("Bearer {}", token.secret()))?;
        bearer.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, bearer);
    }
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME_BYTES))
        .max_frame_size(Some(MAX_FRAME_BYTES));
    let opening = async {
        let stream = resolve::connect(&ears.host.guard, host, port)
            .await
            .map_err(|error| down(format!("{host}: {error}")))?;
        client_async_tls_with_config(request, stream, Some(limits), None)
            .await
            .map_err(|error| refusal(error, ears.timing.limited_for))
    };
    let opened = timeout(ears.timing.connect_timeout, opening).await;
    let (socket, _response) = opened
        .unwrap_or_else(|_elapsed| Err(down("the streaming server does not answer".to_owned())))?;
    let mut session = Session {
        socket,
        carried,
        unconfirmed: VecDeque::new(),
    };
    for feed in feeds {
        session.subscribe(manners, feed).await?;
    }
    Ok(session)
}

impl Session {
    /// The feeds that something labelled so came by.
    fn feeds(&self, ears: &Ears, labels: &[String]) -> Vec<Feed> {
        match self.carried.as_slice() {
            // Who says nothing about the stream has only one.
            [only] if labels.is_empty() => vec![only.clone()],
            _ => feeds_of(ears, labels),
        }
    }

    /// Asks for one more feed.
    async fn subscribe(&mut self, manners: &Manners, feed: Feed) -> Result<(), End> {
        let Some(subscription) = feed.subscription() else {
            return Ok(());
        };
        self.send(ClientFrame::Subscribe(subscription)).await?;
        if manners.kind == Kind::Pleroma {
            self.unconfirmed.push_back(feed);
        } else {
            self.carried.push(feed);
        }
        Ok(())
    }

    async fn send(&mut self, frame: ClientFrame) -> Result<(), End> {
        self.socket
            .send(Message::text(frame.to_json()))
            .await
            .map_err(|error| End::down(error.to_string()))
    }

    /// Asks for what readers have begun to want, and for no more of what they do not.
    async fn follow(&mut self, ears: &Ears, manners: &Manners) -> Result<(), End> {
        let wanted = streamed_feeds(ears, manners);
        let is_asked = |it: &Feed| self.carried.contains(it) || self.unconfirmed.contains(it);
        let new: Vec<Feed> = wanted.iter().filter(|it| !is_asked(it)).cloned().collect();
        let gone: Vec<Feed> = self
            .carried
            .iter()
            .filter(|it| !wanted.contains(it))
            .cloned()
            .collect();
        for feed in gone {
            self.carried.retain(|it| *it != feed);
            ears.drop_stream(&feed);
            if let Some(subscription) = feed.subscription() {
                self.send(ClientFrame::Unsubscribe(subscription)).await?;
            }
        }
        for feed in new {
            self.subscribe(manners, feed.clone()).await?;
            if self.carried.contains(&feed) {
                ears.carry(&feed);
            }
        }
        Ok(())
    }

    /// Takes the answer to the oldest question for a further stream.
    fn confirmed(&mut self, ears: &Ears, payload: &str) {
        let Some(feed) = self.unconfirmed.pop_front() else {
            return;
        };
        let answer: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
        let result = answer.get("result").and_then(serde_json::Value::as_str);
        if matches!(result, Some("success" | "ignored")) {
            ears.carry(&feed);
            self.carried.push(feed);
        }
    }
}

/// Why the server did not let the socket come up, in its own words.
fn refusal(error: tungstenite::Error, limited_for: Duration) -> End {
    match error {
        tungstenite::Error::Http(response) => refused(&response, limited_for),
        other => End::down(other.to_string()),
    }
}

fn refused(response: &Response, limited_for: Duration) -> End {
    let status = response.status();
    let said = response
        .headers()
        .get("x-error-message")
        .and_then(|it| it.to_str().ok());
    let body = response
        .body()
        .as_deref()
        .map(String::from_utf8_lossy)
        .unwrap_or_default();
    let said = said.unwrap_or_else(|| body.trim());
    let said: String = said.chars().take(200).collect();
    let reason = if said.is_empty() {
        format!("streaming answered {status}")
    } else {
        format!("streaming answered {status}: {said}")
    };
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let limit = mastodon::RateLimit::from_headers(response.headers());
            let wait = limit
                .and_then(|it| it.until())
                .map(|it| it.from_now(unix_millis()));
            End::Failed(State::Limited, reason, Some(wait.unwrap_or(limited_for)))
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => End::NoSocket(reason, true),
        StatusCode::BAD_REQUEST | StatusCode::UPGRADE_REQUIRED | StatusCode::NOT_IMPLEMENTED => {
            End::NoSocket(reason, false)
        }
        status if status.is_client_error() => End::Failed(State::Refused, reason, None),
        status if status.is_server_error() => End::down(reason),
        _ => End::NoSocket(reason, false),
    }
}

/// Takes what the socket sends until it ends.
pub(super) async fn hear(ears: &Ears, manners: &Manners, mut session: Session) -> End {
    ears.set_up(None);
    for feed in &session.carried {
        ears.carry(feed);
    }
    let mut wanted = ears.wanted.clone();
    let patience = ears.timing.ping_timeout;
    let mut heard_at = Instant::now();
    loop {
        // Our own ping makes a healthy but quiet server answer in time.
        let message = tokio::select! {
            message = timeout(patience / 3, session.socket.next()) => message,
            Ok(()) = wanted.changed() => {
                wanted.mark_unchanged();
                match timeout(patience, session.follow(ears, manners)).await {
                    Ok(Ok(())) => continue,
                    Ok(Err(end)) => return end,
                    Err(_elapsed) => return End::down("the stream takes nothing any more"),
                }
            }
        };
        let message = match message {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => return End::down(format!("the stream broke: {error}")),
            Ok(None) => return End::down("the stream was closed"),
            Err(_elapsed) if heard_at.elapsed() >= patience => {
                return End::down(format!(
                    "the stream was silent for {patience:?}, even to pings"
                ));
            }
            Err(_elapsed) => {
                let ping = session.socket.send(Message::Ping(Vec::new().into()));
                match timeout(patience / 3, ping).await {
                    Ok(Ok(())) => continue,
                    _ => return End::down("the stream takes nothing any more"),
                }
            }
        };
        heard_at = Instant::now();
        match message {
            Message::Text(text) => {
                if let Err(end) = read(ears, &mut session, text.as_str()).await {
                    return end;
                }
            }
            Message::Close(frame) => {
                let why = frame
                    .map(|it| format!(" ({} {})", it.code, it.reason))
                    .unwrap_or_default();
                return End::down(format!("the server closed the stream{why}"));
            }
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
        }
    }
}

async fn read(ears: &Ears, session: &mut Session, text: &str) -> Result<(), End> {
    if let Some(brief) = Brief::of_frame(text) {
        let feeds = session.feeds(ears, &brief.stream);
        return Ok(take_brief(ears, feeds, brief).await?);
    }
    let (labels, event) = match Frame::parse(text) {
        Ok(Frame::Event { stream, event, .. }) => (stream, event),
        Ok(Frame::Error {
            error,
            status: Some(401 | 403),
        }) => {
            return Err(End::Failed(
                State::Refused,
                format!("a subscription was refused: {error}"),
                None,
            ));
        }
        Ok(Frame::Error { error, .. }) => {
            tracing::warn!(source = ears.domain(), %error, "a subscription failed");
            return Ok(());
        }
        Ok(Frame::Gap(_)) => {
            ears.heal.notify_one();
            return Ok(());
        }
        Err(error) => {
            // A poll will find what it was.
            tracing::debug!(source = ears.domain(), %error, "a frame could not be read");
            ears.health.count(|counts| counts.refused += 1);
            return Ok(());
        }
    };
    if let Event::Unknown { name, payload } = &event
        && name == PLEROMA_ANSWER
    {
        session.confirmed(ears, payload);
        return Ok(());
    }
    let feeds = session.feeds(ears, &labels);
    Ok(take(ears, feeds, event).await?)
}
