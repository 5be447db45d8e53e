//! What every test of this crate needs: a still world, a client that knows `*.localhost`, a socket that reads frames.
use std::net::SocketAddr;
use std::time::Duration;

use fake_instance::{Fediverse, Options, ServerHandle};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message, client::IntoClientRequest};
use tokio_tungstenite::{WebSocketStream, client_async};

/// A world without a past.
pub(crate) async fn still(names: &[&str]) -> Fediverse {
    let mut options = Options::new(7, names.iter().copied()).without_history();
    options.federation_delay = 1..=5;
    Fediverse::start(options).await.unwrap()
}

/// An answer, wholly read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }
}

struct Loopback;

impl reqwest::dns::Resolve for Loopback {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let addresses: reqwest::dns::Addrs =
            Box::new(std::iter::once(SocketAddr::from(([127, 0, 0, 1], 0))));
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .dns_resolver(std::sync::Arc::new(Loopback))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

pub(crate) async fn get(server: &ServerHandle, path: &str, token: Option<&str>) -> Answer {
    let mut request = client().get(format!("{}{path}", server.url()));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    Answer::of(request.send().await.unwrap()).await
}

pub(crate) async fn post(
    server: &ServerHandle,
    path: &str,
    token: Option<&str>,
    form: &[(&str, &str)],
) -> Answer {
    call(server, reqwest::Method::POST, path, token, form).await
}

pub(crate) async fn call(
    server: &ServerHandle,
    method: reqwest::Method,
    path: &str,
    token: Option<&str>,
    form: &[(&str, &str)],
) -> Answer {
    let pairs: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let mut request = client()
        .request(method, format!("{}{path}", server.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(pairs.join("&"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    Answer::of(request.send().await.unwrap()).await
}

/// Percent-encodes everything but letters and digits.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Posts JSON to the control API.
pub(crate) async fn control(fed: &Fediverse, verb: &str, body: Value) -> Value {
    let url = format!("{}/control/{verb}", fed.control_url());
    let response = client()
        .post(url)
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    Answer::of(response).await.json()
}

/// A refused upgrade.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// An open socket.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    pub(crate) protocol: Option<String>,
}

/// Tries to open a socket.
pub(crate) async fn upgrade(
    server: &ServerHandle,
    path: &str,
    token: Option<&str>,
    protocol: Option<&str>,
) -> Result<Socket, Refusal> {
    connect(
        &server.url().replace("http://", "ws://"),
        path,
        token,
        protocol,
    )
    .await
}

async fn connect(
    base: &str,
    path: &str,
    token: Option<&str>,
    protocol: Option<&str>,
) -> Result<Socket, Refusal> {
    let mut request = format!("{base}{path}").into_client_request().unwrap();
    let port: u16 = base.rsplit(':').next().unwrap().parse().unwrap();
    if let Some(token) = token {
        request
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    if let Some(protocol) = protocol {
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol.parse().unwrap());
    }
    request
        .headers_mut()
        .insert("user-agent", "fake-instance tests".parse().unwrap());
    let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    match client_async(request, tcp).await {
        Ok((stream, response)) => {
            let protocol = response
                .headers()
                .get("sec-websocket-protocol")
                .map(|value| value.to_str().unwrap().to_owned());
            Ok(Socket { stream, protocol })
        }
        Err(tungstenite::Error::Http(response)) => Err(Refusal {
            status: response.status().as_u16(),
            message: response
                .headers()
                .get("x-error-message")
                .map(|value| value.to_str().unwrap().to_owned()),
            body: response.into_body().unwrap_or_default(),
        }),
        Err(error) => panic!("no answer to the upgrade: {error}"),
    }
}

impl Socket {
    pub(crate) async fn open(server: &ServerHandle, query: &str) -> Self {
        Self::with_token(server, query, &server.token()).await
    }

    pub(crate) async fn with_token(server: &ServerHandle, query: &str, token: &str) -> Self {
        upgrade(
            server,
            &format!("/api/v1/streaming{query}"),
            Some(token),
            None,
        )
        .await
        .unwrap()
    }

    pub(crate) async fn at(base: &str, query: &str, token: &str) -> Self {
        connect(
            base,
            &format!("/api/v1/streaming{query}"),
            Some(token),
            None,
        )
        .await
        .unwrap()
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self) {
        self.stream
            .send(Message::binary(vec![1, 2, 3]))
            .await
            .unwrap();
    }

    /// The next text frame as it is; `None` when the connection ends or three seconds pass.
    pub(crate) async fn text(&mut self) -> Option<String> {
        let wait = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => {}
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(3), wait)
            .await
            .ok()
            .flatten()
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        self.text()
            .await
            .map(|text| serde_json::from_str(&text).unwrap())
    }

    /// The status of the next frame.
    pub(crate) async fn status(&mut self) -> Value {
        let frame = self.next().await.expect("a frame");
        serde_json::from_str(frame["payload"].as_str().expect("a payload")).unwrap()
    }

    /// Whether nothing comes for a while.
    pub(crate) async fn quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(150), self.stream.next())
            .await
            .is_err()
    }

    /// Reads for so long, which answers pings.
    pub(crate) async fn pump(&mut self, how_long: Duration) {
        let reading = async { while self.stream.next().await.is_some() {} };
        drop(tokio::time::timeout(how_long, reading).await);
    }

    /// The close frame's code: `Some(None)` is a close frame without one, `None` an end without a frame.
    pub(crate) async fn close_code(&mut self) -> Option<Option<u16>> {
        loop {
            match tokio::time::timeout(Duration::from_secs(3), self.stream.next())
                .await
                .ok()?
            {
                Some(Ok(Message::Close(frame))) => {
                    return Some(frame.map(|frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}
