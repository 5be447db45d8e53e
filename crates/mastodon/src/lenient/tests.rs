//! What is accepted and what is not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Notes, Wire};
use crate::{
    Account, Context, CredentialAccount, FilterResult, MediaMeta, Notification, NotificationType,
    Quote, QuoteState, ScheduledStatus, SearchResults, Status, StatusId, Tag, Visibility,
    WebPushSubscription,
};

fn read<T: Wire + Default>(value: Value) -> T {
    T::read(value, &mut Notes::default()).unwrap()
}

fn status(more: Value) -> Value {
    let mut status = json!({"id": "1", "uri": "u", "account": {"id": "2"}});
    status
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    status
}

#[test]
fn an_id_may_be_a_number_and_keeps_all_its_digits() {
    assert_eq!(
        read::<StatusId>(json!(u64::MAX)).as_str(),
        "18446744073709551615"
    );
    assert_eq!(
        read::<WebPushSubscription>(json!({"id": 3})).id.as_str(),
        "3"
    );
    assert!(StatusId::read(json!(""), &mut Notes::default()).is_err());
}

#[test]
fn numbers_and_booleans_are_read_from_words() {
    for (value, number) in [
        (json!("12"), 12),
        (json!(12.0), 12),
        (json!(" 7 "), 7),
        (json!(true), 1),
    ] {
        assert_eq!(read::<i64>(value), number);
    }
    for value in [
        json!("0"),
        json!("false"),
        json!(0),
        json!("off"),
        json!(""),
    ] {
        assert!(!read::<bool>(value));
    }
    assert!(read::<bool>(json!("1")));
    assert!(i64::read(json!(1e300), &mut Notes::default()).is_err());
}

#[test]
fn a_status_needs_an_id_and_an_account_and_nothing_else() {
    assert_eq!(
        read::<Status>(status(json!({}))).visibility,
        Visibility::Public
    );
    assert!(Status::read(json!({"id": "1"}), &mut Notes::default()).is_err());
    assert!(Status::read(json!({"account": {"id": "2"}}), &mut Notes::default()).is_err());
    assert!(Status::read(json!([]), &mut Notes::default()).is_err());
}

#[test]
fn null_lists_and_objects_of_php_are_empty() {
    let read = read::<Status>(status(json!({
        "emojis": null, "tags": {}, "mentions": {"0": {"id": 5}}, "card": [], "poll": "", "favourited": null,
    })));
    assert!(read.emojis.is_empty() && read.tags.is_empty());
    assert_eq!(read.mentions.len(), 1);
    assert!(read.card.is_none() && read.poll.is_none());
}

#[test]
fn an_instance_may_mix_its_older_and_newer_form() {
    let new: crate::Instance =
        read(json!({"thumbnail": "https://a.example/t.png", "registrations": true}));
    assert_eq!(new.thumbnail.unwrap().url, "https://a.example/t.png");
    assert!(new.registrations.enabled);
    let old: crate::InstanceV1 = read(
        json!({"thumbnail": {"url": "u"}, "urls": [], "contact_account": {}, "max_toot_chars": u64::MAX}),
    );
    assert_eq!(old.thumbnail.as_deref(), Some("u"));
    assert!(old.contact_account.is_none());
    assert_eq!(old.max_toot_chars, Some(i64::MAX));
}

#[test]
fn the_false_of_php_is_nothing_and_no_complaint() {
    let mut notes = Notes::default();
    let account = Account::read(
        json!({"id": "1", "moved": false, "fields": false}),
        &mut notes,
    )
    .unwrap();
    assert!(account.moved.is_none() && notes.rejected.is_empty());
}

#[test]
fn a_broken_part_is_left_out_and_noted() {
    let mut notes = Notes::default();
    let read = Status::read(
        status(json!({"poll": {"options": []}, "media_attachments": [{"id": "1"}, 7]})),
        &mut notes,
    );
    let read = read.unwrap();
    assert!(read.poll.is_none());
    assert_eq!(read.media_attachments.len(), 1);
    assert_eq!(
        notes
            .rejected
            .iter()
            .map(|it| it.place.as_str())
            .collect::<Vec<_>>(),
        ["[]", "poll"]
    );
}

#[test]
fn a_broken_post_never_loses_its_thread() {
    let context: Context =
        read(json!({"ancestors": [status(json!({})), {"id": "x"}], "descendants": null}));
    assert_eq!(context.ancestors.len(), 1);
}

#[test]
fn an_unknown_word_comes_back_as_it_came() {
    let status: Status = read(status(json!({"visibility": "mutuals_only"})));
    assert_eq!(
        status.visibility,
        Visibility::Other("mutuals_only".to_owned())
    );
    assert_eq!(
        serde_json::to_value(&status).unwrap()["visibility"],
        "mutuals_only"
    );
}

#[test]
fn an_unknown_notification_without_a_status_is_a_notification() {
    let read: Notification = read(
        json!({"id": 1, "type": "pleroma:chat_mention", "status": null, "account": {"id": 2}}),
    );
    assert_eq!(
        read.kind,
        NotificationType::Other("pleroma:chat_mention".to_owned())
    );
}

#[test]
fn a_status_in_the_place_of_a_quote_is_an_accepted_quote() {
    let quote: Quote = read(status(json!({})));
    assert_eq!(quote.state, QuoteState::Accepted);
    assert_eq!(quote.quoted_status.unwrap().id, StatusId::new("1"));
    let shallow: Quote = read(json!({"state": "accepted", "quoted_status_id": "9"}));
    assert_eq!(shallow.quoted_status_id, Some(StatusId::new("9")));
}

#[test]
fn entities_that_share_an_object_share_it_both_ways() {
    let account = json!({"id": "1", "acct": "a", "source": {"note": "n", "privacy": null}, "role": {"id": "-99"}});
    let read: CredentialAccount = read(account);
    assert_eq!(read.account.acct, "a");
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(
        (
            &written["acct"],
            &written["source"]["note"],
            &written["role"]["id"]
        ),
        (&json!("a"), &json!("n"), &json!("-99"))
    );
}

#[test]
fn hashtags_of_the_first_search_are_bare_names() {
    let found: SearchResults = read(json!({"hashtags": ["rust", {"name": "wasm", "url": "u"}]}));
    assert_eq!(
        found
            .hashtags
            .iter()
            .map(|it: &Tag| it.name.as_str())
            .collect::<Vec<_>>(),
        ["rust", "wasm"]
    );
}

#[test]
fn the_echo_of_a_scheduled_status_is_read_in_the_types_it_was_sent_in() {
    let read: ScheduledStatus = read(json!({"id": "1", "params": {
        "sensitive": "0", "in_reply_to_id": 117_440_852_049_121_722_u64, "visibility": null, "media_ids": null,
    }}));
    assert_eq!(read.params.sensitive, Some(false));
    assert_eq!(
        read.params.in_reply_to_id,
        Some(StatusId::new("117440852049121722"))
    );
}

#[test]
fn flat_measures_of_media_are_dimensions_too() {
    let meta = |value| read::<MediaMeta>(value).dimensions();
    assert_eq!(meta(json!({"width": 4, "height": 3})), Some((4, 3)));
    assert_eq!(
        meta(json!({"original": {"width": 8, "height": 6}, "small": {"width": 4, "height": 3}})),
        Some((8, 6))
    );
    assert_eq!(meta(json!({"original": {"width": 8}, "focus": []})), None);
}

#[test]
fn matches_of_a_filter_may_be_null() {
    let read: FilterResult =
        read(json!({"filter": {"id": "1"}, "keyword_matches": ["a"], "status_matches": null}));
    assert!(read.status_matches.is_empty() && read.filter.unwrap().filter_action.is_none());
}

#[test]
fn what_mastodon_always_sends_is_written_and_what_it_sends_sometimes_is_not() {
    let written = serde_json::to_value(read::<Status>(status(json!({})))).unwrap();
    for always in [
        "in_reply_to_id",
        "reblog",
        "card",
        "poll",
        "language",
        "edited_at",
        "quote",
    ] {
        assert_eq!(written[always], Value::Null, "{always}");
        assert!(written.get(always).is_some(), "{always}");
    }
    for sometimes in ["favourited", "text", "relay", "filtered", "application"] {
        assert!(written.get(sometimes).is_none(), "{sometimes}");
    }
}

#[test]
fn a_hostile_page_cannot_fill_memory_with_complaints() {
    let mut notes = Notes::default();
    let page: Vec<Value> = (0..1000).map(Value::from).collect();
    assert!(
        Vec::<Account>::read(Value::Array(page), &mut notes)
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        (notes.rejected.len(), notes.n_rejected),
        (super::MAX_REJECTED, 1000)
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9:\\[\\]-]{0,12}".prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "id", "account", "emojis", "quote", "state", "meta", "original", "poll", "options", "tags",
        "reblog", "type", "filtered",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_breaks_an_entity(value in any_json()) {
        let mut notes = Notes::default();
        for value in [value.clone(), status(json!({"reblog": value, "poll": value, "quote": value, "tags": value}))] {
            if let Ok(read) = Status::read(value, &mut notes) {
                let written = serde_json::to_value(&read).unwrap();
                prop_assert_eq!(Status::read(written, &mut notes).unwrap(), read);
            }
        }
        prop_assert!(notes.rejected.len() <= super::MAX_REJECTED);
    }

    #[test]
    fn an_id_keeps_its_text(text in "[!-~]{1,40}") {
        let id: StatusId = serde_json::from_value(json!(text)).unwrap();
        prop_assert_eq!(serde_json::to_value(&id).unwrap(), json!(text));
    }

    #[test]
    fn a_word_of_an_enum_keeps_its_text(text in ".{0,20}") {
        prop_assert_eq!(Visibility::from(text.as_str()).to_string(), text);
    }
}
