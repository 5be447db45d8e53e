//! What comes in brief is taken as if all of it had been read.

use mastodon::{PreviewCard, streaming::Brief};

use super::*;

/// Tells a status as it comes from a stream.
async fn tell(rig: &Rig, source: &str, name: &str, status: &Status) {
    let text = serde_json::to_string(status).unwrap();
    let Brief {
        is_edit,
        status,
        text,
        ..
    } = Brief::of_event(name, text).unwrap();
    let event = if is_edit {
        Heard::Edited(status)
    } else {
        Heard::Status(status)
    };
    let arrival = told(source, event);
    rig.inlet.tell_brief(arrival, text).await.unwrap();
    rig.inlet.flush().await.unwrap();
}

/// What only the whole of it says.
fn dressed(source: &str, title: &str) -> Status {
    let mut status = Status {
        content: Some("<p>words</p>".into()),
        sensitive: true,
        card: Some(PreviewCard {
            title: title.into(),
            url: "https://far.example/page".into(),
            ..PreviewCard::default()
        }),
        ..status(source, 1)
    };
    status.account.display_name = format!("Ann on {source}");
    status
}

async fn served(rig: &Rig) -> Status {
    let post = rig.archive.by_uri("https://a.example/statuses/1").await;
    serde_json::from_slice(&post.unwrap().unwrap().json).unwrap()
}

#[tokio::test]
async fn a_copy_in_brief_adds_its_server_and_its_counts() {
    let rig = rig(&ArchivePlace::Memory);
    tell(&rig, "b.example", "update", &dressed("b.example", "First")).await;
    let first = served(&rig).await;
    assert!(first.sensitive);
    assert_eq!(first.card.unwrap().title, "First");
    let copy = Status {
        favourites_count: 9,
        ..dressed("c.example", "Second")
    };
    tell(&rig, "c.example", "update", &copy).await;
    let second = served(&rig).await;
    assert_eq!(second.relay.unwrap().seen_on, ["b.example", "c.example"]);
    assert_eq!(second.favourites_count, 9);
    assert_eq!(second.account.display_name, "Ann on b.example");
    assert_eq!(second.card.unwrap().title, "First");
    assert_eq!(kinds(&rig.log), [Kind::Appeared]);
}

#[tokio::test]
async fn the_word_of_its_own_server_and_an_edit_are_read_whole() {
    let rig = rig(&ArchivePlace::Memory);
    tell(&rig, "b.example", "update", &dressed("b.example", "First")).await;
    tell(&rig, "a.example", "update", &dressed("a.example", "Own")).await;
    let own = served(&rig).await;
    assert_eq!(own.account.display_name, "Ann on a.example");
    assert_eq!(own.card.unwrap().title, "Own");
    let edit = Status {
        edited_at: Some(Timestamp::from_unix_millis(T0 + 60_000)),
        content: Some("<p>other words</p>".into()),
        ..dressed("a.example", "Edited")
    };
    tell(&rig, "a.example", "status.update", &edit).await;
    let edited = served(&rig).await;
    assert_eq!(edited.content.as_deref(), Some("<p>other words</p>"));
    assert_eq!(edited.card.unwrap().title, "Edited");
    assert_eq!(kinds(&rig.log), [Kind::Appeared, Kind::Updated]);
}

#[tokio::test]
async fn an_author_who_opts_out_in_a_copy_is_heard() {
    let rig = rig(&ArchivePlace::Memory);
    tell(&rig, "b.example", "update", &dressed("b.example", "First")).await;
    let mut wish = dressed("a.example", "First");
    wish.account.note = "<p>#nobots</p>".into();
    tell(&rig, "a.example", "update", &wish).await;
    let post = rig.archive.by_uri("https://a.example/statuses/1").await;
    assert!(post.unwrap().is_none());
    assert_eq!(kinds(&rig.log), [Kind::Appeared, Kind::Deleted]);
}
