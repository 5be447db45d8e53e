//! The client side of a replay: the one place that knows which socket code is tried on the recordings.

use futures_util::{SinkExt as _, StreamExt as _};
use mastodon::streaming::{ClientFrame, Frame, FrameError};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest as _, http::header},
};

/// A socket to a server.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a server's refusal of the upgrade said.
pub(crate) struct Refusal {
    pub(crate) status: u16,
}

impl Socket {
    /// Connects as a native client does: token in the header, and a name, without which GoToSocial refuses.
    pub(crate) async fn connect(url: &str, token: Option<&str>) -> Result<Self, Refusal> {
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert(
            header::USER_AGENT,
            "Watersmeet (+https://example.org)".parse().unwrap(),
        );
        if let Some(token) = token {
            headers.insert(
                header::AUTHORIZATION,
                format!("Bearer {token}").parse().unwrap(),
            );
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(answer)) => Err(Refusal {
                status: answer.status().as_u16(),
            }),
            Err(why) => panic!("{url}: {why}"),
        }
    }

    /// Sends what a client means, or nonsense that a recording has.
    pub(crate) async fn send(&mut self, text: &str) {
        let text =
            ClientFrame::parse(text).map_or_else(|_| text.to_owned(), |frame| frame.to_json());
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next frame; `None` when the server closed.
    pub(crate) async fn next(&mut self) -> Option<Result<Frame, FrameError>> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(Frame::parse(&text)),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}
