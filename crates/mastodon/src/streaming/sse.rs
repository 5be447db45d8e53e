//! Server-sent events, read from bytes as they arrive.
//!
//! Mastodon opens with the line `:)` and sends a heartbeat `:thump` every 15 seconds: until 4.5 without the empty line
//! after it, so that it sticks to the next event. Both are comments to this reader.

/// The longest event that is kept. A status with everything is near 20 KB; what is longer is dropped whole.
pub const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// What the decoder found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An event; give `name` and `data` to [`super::Event::parse`].
    Event {
        /// The name, `message` when the server gave none.
        name: String,
        /// The data lines, joined by newlines.
        data: String,
        /// The id to resume after, where a server sends one.
        id: Option<String>,
    },
    /// The server is still there.
    Heartbeat,
    /// An event was longer than [`MAX_EVENT_BYTES`] and is lost.
    TooLong,
}

/// Turns bytes into events, whatever the pieces in which they arrive.
#[derive(Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
    name: String,
    data: String,
    has_data: bool,
    id: Option<String>,
    too_long: bool,
    after_carriage_return: bool,
}

impl Decoder {
    /// A decoder at the beginning of a body.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the body and gives what they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        for byte in bytes {
            // A line ends with LF, CR or CR LF.
            match byte {
                b'\n' if std::mem::take(&mut self.after_carriage_return) => {}
                b'\n' | b'\r' => {
                    self.after_carriage_return = *byte == b'\r';
                    self.end_line(&mut items);
                }
                other => {
                    self.after_carriage_return = false;
                    if self.line.len() + self.data.len() < MAX_EVENT_BYTES {
                        self.line.push(*other);
                    } else {
                        self.too_long = true;
                    }
                }
            }
        }
        items
    }

    fn end_line(&mut self, items: &mut Vec<Item>) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        if line.is_empty() {
            items.extend(self.end_event());
        } else if let Some(comment) = line.strip_prefix(':') {
            if comment.trim() == "thump" {
                items.push(Item::Heartbeat);
            }
        } else {
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            self.field(field, value.strip_prefix(' ').unwrap_or(value));
        }
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.name),
            "id" => self.id = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.has_data = true;
                self.data.push_str(value);
            }
            _ => {}
        }
    }

    fn end_event(&mut self) -> Option<Item> {
        let event = std::mem::take(self);
        if event.too_long {
            return Some(Item::TooLong);
        }
        if !event.has_data && event.name.is_empty() {
            return None;
        }
        let name = if event.name.is_empty() {
            "message".to_owned()
        } else {
            event.name
        };
        Some(Item::Event {
            name,
            data: event.data,
            id: event.id,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Decoder, Item, MAX_EVENT_BYTES};

    fn event(name: &str, data: &str) -> Item {
        Item::Event {
            name: name.to_owned(),
            data: data.to_owned(),
            id: None,
        }
    }

    #[test]
    fn a_heartbeat_of_either_form_leaves_the_next_event_whole() {
        let old = b":)\n:thump\nevent: delete\ndata: 12\n\n";
        let new = b":)\n:thump\n\nevent: delete\ndata: 12\n\n";
        let expected = vec![Item::Heartbeat, event("delete", "12")];
        assert_eq!(Decoder::new().push(old), expected);
        assert_eq!(Decoder::new().push(new), expected);
    }

    #[test]
    fn an_event_longer_than_the_bound_is_dropped_and_the_next_is_not() {
        let mut decoder = Decoder::new();
        let mut body = b"event: update\ndata: ".to_vec();
        body.resize(MAX_EVENT_BYTES + 100, b'x');
        body.extend_from_slice(b"\n\nevent: delete\ndata: 1\n\n");
        assert_eq!(
            decoder.push(&body),
            vec![Item::TooLong, event("delete", "1")]
        );
    }

    #[test]
    fn the_id_of_an_event_is_kept() {
        let items = Decoder::new().push(b"id: 7-9\r\nevent: delete\r\ndata: 1\r\n\r\n");
        assert_eq!(
            items,
            vec![Item::Event {
                name: "delete".into(),
                data: "1".into(),
                id: Some("7-9".into())
            }]
        );
    }

    proptest! {
        #[test]
        fn the_pieces_in_which_bytes_arrive_do_not_matter(
            bytes in prop::collection::vec(prop::sample::select(b":\n\r eventdaidhump1{}".to_vec()), 0..200),
            cut in 0_usize..200,
        ) {
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut decoder = Decoder::new();
            let mut pieces = decoder.push(head);
            pieces.extend(decoder.push(tail));
            prop_assert_eq!(pieces, Decoder::new().push(&bytes));
        }

        #[test]
        fn no_bytes_break_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let items = Decoder::new().push(&bytes);
            prop_assert!(items.len() <= bytes.len());
        }
    }
}
