//! The smallest client that can ask a page of a server on this machine.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than this is not read; our pages are smaller.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// Asks `path` of a server on this machine; `None` when it does not answer.
/// Gives the status and the body, as it came.
pub(crate) fn get(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer).ok()?;
    read(&String::from_utf8_lossy(&answer))
}

fn read(answer: &str) -> Option<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}

/// The last address by number in a line like `Watersmeet is at https://w.example, and listens at http://127.0.0.1:4040`.
pub(crate) fn address_in(line: &str) -> Option<SocketAddr> {
    let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '/' | ',');
    let mut addresses = line
        .rsplit("http://")
        .filter_map(|rest| rest.split(is_end).next());
    addresses.find_map(|it| it.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_and_body_are_read_from_an_answer() {
        let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(read(answer), Some((503, "{}".to_owned())));
        assert_eq!(read("garbage"), None);
    }

    #[test]
    fn the_address_is_found_in_what_the_relay_prints() {
        let address = address_in("Watersmeet is at http://127.0.0.1:4041/ (4040 was taken)");
        assert_eq!(address, "127.0.0.1:4041".parse().ok());
        let address =
            address_in("Watersmeet is at http://w.example, and listens at http://127.0.0.1:4042");
        assert_eq!(address, "127.0.0.1:4042".parse().ok());
        assert_eq!(address_in("http://example.org"), None);
    }
}
