//! What the app says, and that it says something.

use super::{Message, compact, grouped};

#[test]
fn one_post_is_not_posts() {
    assert_eq!(Message::NewPosts(1).text(), "1 new post");
    assert_eq!(Message::NewPosts(2).text(), "2 new posts");
    assert_eq!(Message::Replies(0).text(), "0 replies");
}

#[test]
fn big_numbers_are_short_where_room_is_scarce() {
    for (n, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1K"),
        (1_299, "1.2K"),
        (9_999, "9.9K"),
        (10_500, "10K"),
        (999_999, "999K"),
        (1_500_000, "1.5M"),
        (7_000_000_000, "7B"),
    ] {
        assert_eq!(compact(n), text);
    }
}

#[test]
fn big_numbers_are_exact_where_there_is_room() {
    for (n, text) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1,000"),
        (1_234_567, "1,234,567"),
    ] {
        assert_eq!(grouped(n), text);
    }
}

#[test]
fn a_post_seen_on_one_server_names_it_alone() {
    assert_eq!(
        Message::SeenOn {
            servers: "alpha.example",
            others: 0
        }
        .text(),
        "Seen on alpha.example"
    );
    assert_eq!(
        Message::SeenOn {
            servers: "alpha.example",
            others: 2
        }
        .text(),
        "Seen on alpha.example +2"
    );
}
