//! What readers are told of a post that has changed.

use super::*;
use crate::log::Kind;

#[tokio::test(start_paused = true)]
async fn an_edit_is_told_by_what_it_means_for_each_subscription() {
    let log = log();
    let mut client = Client::connect(&log).await;
    for tag in ["stays", "comes", "goes", "never"] {
        client.subscribe_tag(tag).await;
    }
    let keys = |tags: &[&str]| draft(1, tags).after;
    let edit = |kind| Draft {
        kind,
        before: keys(&["stays", "goes"]),
        after: keys(&["stays", "comes"]),
        ..draft(1, &[])
    };
    log.append(edit(Kind::Updated));
    for (tag, event) in [
        ("stays", "status.update"),
        ("comes", "update"),
        ("goes", "delete"),
    ] {
        let frame = client.hear().await;
        assert_eq!(frame["stream"], json!(["hashtag", tag]));
        assert_eq!(frame["event"], event);
    }
    log.append(edit(Kind::Shifted));
    for (tag, event) in [("comes", "update"), ("goes", "delete")] {
        let frame = client.hear().await;
        assert_eq!(frame["stream"], json!(["hashtag", tag]));
        assert_eq!(frame["event"], event);
    }
    client.silence().await;
}
