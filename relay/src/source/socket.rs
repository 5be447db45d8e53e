//! The streaming socket of one source: one connection that carries all its streams, kept alive for ever.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderValue, StatusCode, header};
use mastodon::streaming::{ClientFrame, Event, Frame, Subscription};
use timeline::merge::How;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async_tls_with_config,
    tungstenite::{
        self, Message, client::IntoClientRequest as _, handshake::client::Response,
        protocol::WebSocketConfig,
    },
};

use super::{
    backoff::Backoff,
    ears::{Ears, Failure, Line},
    health::{State, unix_millis},
    resolve::connect,
    told::Feed,
};
use crate::{config::is_loopback, merge::Stopped};

/// Longest frame that is read: a post with everything is some ten kilobytes.
const MAX_FRAME_BYTES: usize = 2 << 20;
/// A connection that lasted so long was a good one: the next failure starts the waits over.
const GOOD_AFTER: Duration = Duration::from_secs(60);
/// The wait after a refusal is longer: nothing changes within seconds, and asking on is rude.
const REFUSED_FACTOR: u32 = 30;

/// A server that does not stream may be updated one day.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(60 * 60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why a connection ended or never came up.
enum End {
    /// The relay stops.
    Stopped,
    /// The server does not stream.
    NoStreaming(String),
    /// It did not work.
    Failed(State, String, Option<Duration>),
}

impl From<Stopped> for End {
    fn from(Stopped: Stopped) -> Self {
        Self::Stopped
    }
}

/// Listens until the relay stops; without a token there is nothing to listen to.
pub(super) async fn listen(ears: &Ears, user_agent: &str) {
    if ears.host.config.token.is_none() {
        ears.set_socket(Line::Idle(
            "no token is configured, and streaming needs one".to_owned(),
        ));
        return;
    }
    let mut backoff = Backoff::new(ears.timing.backoff_min, ears.timing.backoff_max);
    loop {
        let started = Instant::now();
        let end = match connected(ears, user_agent).await {
            Ok(socket) => hear(ears, socket).await,
            Err(end) => end,
        };
        if started.elapsed() > GOOD_AFTER {
            backoff.reset();
        }
        let mut wait = backoff.next_wait(rand::random());
        let (state, reason) = match end {
            End::Stopped => return,
            End::NoStreaming(reason) => {
                ears.set_socket(Line::Idle(reason));
                sleep(ASK_AGAIN_AFTER).await;
                continue;
            }
            End::Failed(state, reason, asked) => {
                if state == State::Refused {
                    wait = (wait * REFUSED_FACTOR).min(ears.timing.backoff_max);
                }
                if let Some(asked) = asked {
                    ears.host.close_for(asked);
                    wait = wait.max(asked);
                }
                (state, reason)
            }
        };
        let millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let next_try = Some(unix_millis().saturating_add(millis));
        ears.set_socket(Line::Failed(Failure {
            state,
            reason,
            next_try,
        }));
        sleep(wait).await;
    }
}

async fn connected(ears: &Ears, user_agent: &str) -> Result<Socket, End> {
    let down = |reason: String| End::Failed(State::Down, reason, None);
    let base = match &ears.host.config.streaming_url {
        Some(url) => url.clone(),
        None => announced(ears).await?,
    };
    let mut request = format!("{base}/api/v1/streaming")
        .into_client_request()
        .map_err(|error| down(format!("its streaming address {base} is none: {error}")))?;
    let uri = request.uri().clone();
    let host = uri
        .host()
        .ok_or_else(|| down(format!("its streaming address {base} has no host")))?
        .to_owned();
    let is_open = uri.scheme_str() == Some("ws");
    if is_open && !is_loopback(&host) {
        return Err(End::NoStreaming(format!(
            "its streaming address {base} is not encrypted"
        )));
    }
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
        let port = uri.port_u16().unwrap_or(if is_open { 80 } else { 443 });
        let stream = connect(&ears.host.guard, &host, port)
            .await
            .map_err(|error| down(format!("{host}: {error}")))?;
        client_async_tls_with_config(request, stream, Some(limits), None)
            .await
            .map_err(refusal)
    };
    let opened = timeout(ears.timing.connect_timeout, opening).await;
    let (mut socket, _response) = opened
        .unwrap_or_else(|_elapsed| Err(down("the streaming server does not answer".to_owned())))?;
    for subscription in ears.feeds.iter().filter_map(Feed::subscription) {
        let frame = ClientFrame::Subscribe(subscription).to_json();
        socket
            .send(Message::text(frame))
            .await
            .map_err(|error| down(error.to_string()))?;
    }
    Ok(socket)
}

/// Where the server says that it streams. One that answers in the open on this machine streams so too,
/// whatever scheme it announces.
async fn announced(ears: &Ears) -> Result<String, End> {
    let mut capabilities = ears.capabilities.subscribe();
    let known = capabilities.wait_for(Option::is_some).await;
    let announced = known
        .ok()
        .and_then(|it| it.as_ref().and_then(|it| it.streaming_url.clone()));
    let own = &ears.host.config.url;
    let Some(url) = announced else {
        return Err(End::NoStreaming("it does not offer streaming".to_owned()));
    };
    let url = url.trim_end_matches('/').to_owned();
    Ok(match url.split_once("://") {
        Some((_, host)) if own.starts_with("http://") && is_loopback(host) => {
            format!("ws://{host}")
        }
        Some(("https", host)) => format!("wss://{host}"),
        Some(("http", host)) => format!("ws://{host}"),
        _ => url,
    })
}

/// Why the server did not let the socket come up, in its own words.
fn refusal(error: tungstenite::Error) -> End {
    match error {
        tungstenite::Error::Http(response) => refused(&response),
        other => End::Failed(State::Down, other.to_string(), None),
    }
}

fn refused(response: &Response) -> End {
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
            End::Failed(
                State::Limited,
                reason,
                Some(wait.unwrap_or(Duration::from_secs(60))),
            )
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => End::NoStreaming(reason),
        status if status.is_client_error() => End::Failed(State::Refused, reason, None),
        _ => End::Failed(State::Down, reason, None),
    }
}

/// Takes what the socket sends until it ends.
async fn hear(ears: &Ears, mut socket: Socket) -> End {
    ears.set_socket(Line::Up);
    let patience = ears.timing.ping_timeout;
    let mut heard_at = Instant::now();
    loop {
        // Our own ping makes a healthy but quiet server answer in time.
        let message = match timeout(patience / 3, socket.next()).await {
            Ok(Some(Ok(message))) => message,
            Ok(Some(Err(error))) => {
                return End::Failed(State::Down, format!("the stream broke: {error}"), None);
            }
            Ok(None) => return End::Failed(State::Down, "the stream was closed".to_owned(), None),
            Err(_elapsed) if heard_at.elapsed() >= patience => {
                return End::Failed(
                    State::Down,
                    format!("the stream was silent for {patience:?}, even to pings"),
                    None,
                );
            }
            Err(_elapsed) => {
                let ping = timeout(patience / 3, socket.send(Message::Ping(Vec::new().into())));
                match ping.await {
                    Ok(Ok(())) => continue,
                    _ => {
                        return End::Failed(
                            State::Down,
                            "the stream takes nothing any more".to_owned(),
                            None,
                        );
                    }
                }
            }
        };
        heard_at = Instant::now();
        match message {
            Message::Text(text) => {
                if let Err(end) = take(ears, text.as_str()).await {
                    return end;
                }
            }
            Message::Close(frame) => {
                let why = frame
                    .map(|it| format!(" ({} {})", it.code, it.reason))
                    .unwrap_or_default();
                return End::Failed(
                    State::Down,
                    format!("the server closed the stream{why}"),
                    None,
                );
            }
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
        }
    }
}

async fn take(ears: &Ears, text: &str) -> Result<(), End> {
    let (stream, event) = match Frame::parse(text) {
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
    let heard = Subscription::from_labels(&stream);
    let feeds = || -> Vec<Feed> {
        let Some(heard) = &heard else {
            return Vec::new();
        };
        ears.feeds
            .iter()
            .filter(|it| it.is_heard_on(heard))
            .cloned()
            .collect()
    };
    match event {
        Event::Update(status) => ears.streamed(feeds(), status, false).await?,
        Event::StatusUpdate(status) => ears.streamed(feeds(), status, true).await?,
        Event::Delete(id) => ears.vanished(id, How::Stream).await?,
        _ => {}
    }
    Ok(())
}
