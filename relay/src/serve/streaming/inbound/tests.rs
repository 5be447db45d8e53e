//! Frames as clients may send them, and as they may not.

use proptest::prelude::*;

use super::*;

/// A frame as a client sends it; `first` holds the flags and the kind.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x11, 0x22, 0x33, 0x44];
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | short as u8),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend((long as u16).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(b, m)| b ^ m));
    bytes
}

/// Everything that is said until bytes are missing or wrong.
fn hear(bytes: &[u8]) -> Result<Vec<Said>, Fault> {
    let mut inbound = Inbound::default();
    inbound.take(bytes);
    let mut said = Vec::new();
    while let Some(one) = inbound.next()? {
        said.push(one);
    }
    Ok(said)
}

fn text(text: &str) -> Said {
    Said::Text(text.to_owned())
}

#[test]
fn text_comes_whole_whether_in_one_frame_or_in_fragments() {
    assert_eq!(hear(&frame(0x81, b"hello")), Ok(vec![text("hello")]));
    let fragments = [
        frame(0x01, "gr\u{fc}".as_bytes().split_at(3).0),
        frame(0x00, "gr\u{fc}".as_bytes().split_at(3).1),
        frame(0x80, b"n"),
    ];
    assert_eq!(hear(&fragments.concat()), Ok(vec![text("gr\u{fc}n")]));
    assert_eq!(hear(&frame(0x81, b"")), Ok(vec![text("")]));
}

#[test]
fn a_ping_may_stand_between_fragments() {
    let bytes = [
        frame(0x01, b"hel"),
        frame(0x89, b"are you there"),
        frame(0x8a, b""),
        frame(0x80, b"lo"),
    ];
    let ping = Said::Ping(Bytes::from_static(b"are you there"));
    assert_eq!(
        hear(&bytes.concat()),
        Ok(vec![ping, Said::Pong, text("hello")])
    );
}

#[test]
fn what_breaks_the_protocol_is_closed_with_1002() {
    let mut unmasked = frame(0x81, b"x");
    unmasked[1] &= 0x7f;
    let cases = [
        ("unmasked", unmasked),
        ("a reserved bit", frame(0xc1, b"x")),
        ("another reserved bit", frame(0x91, b"x")),
        ("a reserved kind of data", frame(0x83, b"x")),
        ("a reserved kind of control", frame(0x8b, b"x")),
        ("a ping in fragments", frame(0x09, b"x")),
        ("a ping above 125 bytes", frame(0x89, &[0; 126])),
        ("nothing to continue", frame(0x80, b"x")),
        (
            "a message inside a message",
            [frame(0x01, b"x"), frame(0x81, b"x")].concat(),
        ),
        ("half a code", frame(0x88, b"x")),
        (
            "a code that nobody may send",
            frame(0x88, &1005_u16.to_be_bytes()),
        ),
        (
            "a code that does not exist",
            frame(0x88, &999_u16.to_be_bytes()),
        ),
        ("a code beyond all", frame(0x88, &5000_u16.to_be_bytes())),
    ];
    for (name, bytes) in cases {
        let fault = hear(&bytes).expect_err(name);
        assert_eq!(fault.close().0, 1002, "{name}");
    }
}

#[test]
fn text_that_is_no_utf_8_is_closed_with_1007() {
    assert_eq!(hear(&frame(0x81, b"\xff")), Err(Fault::NotText));
    let reason = [&1000_u16.to_be_bytes()[..], b"\xff"].concat();
    assert_eq!(hear(&frame(0x88, &reason)), Err(Fault::NotText));
    assert_eq!(Fault::NotText.close().0, 1007);
}

#[test]
fn bytes_are_closed_with_1003_before_they_are_all_there() {
    let bytes = frame(0x82, b"xyz");
    assert_eq!(hear(bytes.get(..6).unwrap()), Err(Fault::Binary));
    assert_eq!(Fault::Binary.close().0, 1003);
}

#[test]
fn a_message_of_four_kilobytes_passes_and_a_longer_one_is_closed_with_1009() {
    let most = "x".repeat(MAX_MESSAGE_BYTES);
    assert_eq!(hear(&frame(0x81, most.as_bytes())), Ok(vec![text(&most)]));
    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    // Its head alone is enough.
    let head = frame(0x81, long.as_bytes());
    assert_eq!(hear(head.get(..8).unwrap()), Err(Fault::TooBig));
    let fragments = [frame(0x01, most.as_bytes()), frame(0x80, b"x")].concat();
    assert_eq!(hear(&fragments), Err(Fault::TooBig));
    let endless = [
        0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
    ];
    assert_eq!(hear(&endless), Err(Fault::TooBig));
    assert_eq!(Fault::TooBig.close().0, 1009);
}

#[test]
fn a_goodbye_carries_its_code() {
    assert_eq!(hear(&frame(0x88, b"")), Ok(vec![Said::Close(None)]));
    let reason = [&4001_u16.to_be_bytes()[..], b"bye"].concat();
    assert_eq!(
        hear(&frame(0x88, &reason)),
        Ok(vec![Said::Close(Some(4001))])
    );
}

proptest! {
    #[test]
    fn any_bytes_end_in_messages_or_a_fault_and_never_pile_up(
        bytes in proptest::collection::vec(any::<u8>(), 0..9_000),
    ) {
        let mut inbound = Inbound::default();
        'all: for piece in bytes.chunks(2_048) {
            inbound.take(piece);
            loop {
                match inbound.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(_) => break 'all,
                }
            }
            prop_assert!(inbound.received.len() <= MAX_MESSAGE_BYTES + 14);
        }
    }

    #[test]
    fn where_the_network_cuts_makes_no_difference(
        messages in proptest::collection::vec("[a-z\u{e4}]{0,300}", 1..8),
        cut in 1_usize..40,
    ) {
        let bytes: Vec<u8> = messages.iter().flat_map(|it| frame(0x81, it.as_bytes())).collect();
        let mut inbound = Inbound::default();
        let mut said = Vec::new();
        for piece in bytes.chunks(cut) {
            inbound.take(piece);
            while let Some(one) = inbound.next().unwrap() {
                said.push(one);
            }
        }
        prop_assert_eq!(said, messages.iter().map(|it| text(it)).collect::<Vec<_>>());
    }
}
