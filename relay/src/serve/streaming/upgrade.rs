//! Turns a request into a WebSocket: the handshake of RFC 6455, after which the connection is ours.

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

/// The answer that agrees to a WebSocket and what becomes of the connection after it; `None` when the request asks for no WebSocket.
pub(super) fn agree(request: &mut Request) -> Option<(Response, OnUpgrade)> {
    let mut answer = create_response_with_body(request, Body::empty).ok()?;
    // Browsers send their token as a subprotocol and fail when it does not come back.
    if let Some(token) = subprotocol(request.headers()) {
        answer
            .headers_mut()
            .insert(header::SEC_WEBSOCKET_PROTOCOL, token);
    }
    Some((answer, hyper::upgrade::on(request)))
}

/// The first subprotocol that the client offers.
pub(super) fn subprotocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let first = offered.split(',').next().unwrap_or_default().trim();
    if first.is_empty() {
        return None;
    }
    HeaderValue::from_str(first).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    /// The request of RFC 6455, 1.3.
    fn request() -> Request {
        Request::get("/chat")
            .header("host", "server.example.com")
            .header("upgrade", "websocket")
            .header("connection", "keep-alive, Upgrade")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-websocket-protocol", "secret, other")
            .header("sec-websocket-version", "13")
            .body(Body::empty())
            .unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_answered_as_it_says() {
        let (answer, _) = agree(&mut request()).unwrap();
        assert_eq!(answer.status(), StatusCode::SWITCHING_PROTOCOLS);
        assert_eq!(
            answer.headers()["sec-websocket-accept"],
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
        assert_eq!(answer.headers()["sec-websocket-protocol"], "secret");
    }

    #[test]
    fn a_request_that_lacks_a_part_of_it_is_no_handshake() {
        for missing in [
            "upgrade",
            "connection",
            "sec-websocket-key",
            "sec-websocket-version",
        ] {
            let mut request = request();
            request.headers_mut().remove(missing);
            assert!(agree(&mut request).is_none(), "{missing}");
        }
    }
}
