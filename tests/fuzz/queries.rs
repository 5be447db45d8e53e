//! What readers ask for, and the cursors and ids with which they go on.

use proptest::prelude::*;
use relay::{
    log::{Cursor, Seq},
    views::grammar::{self, FLAGS, LISTS, NUMBERS},
};
use timeline::public_id::{PublicId, named_id};

use crate::in_time;

fn parameter() -> impl Strategy<Value = (String, String)> {
    let known: Vec<&str> = LISTS.into_iter().chain(FLAGS).chain(NUMBERS).collect();
    let name = (
        prop::sample::select(known),
        prop::sample::select(vec!["", "[]"]),
    );
    let name = prop_oneof![
        12 => name.prop_map(|(name, end)| format!("{name}{end}")),
        1 => "\\PC{0,12}",
        1 => "[a-z_]{3,14}",
    ];
    let value = prop_oneof![
        3 => "[a-zA-Z0-9_#À-ɏぁ-ん]{1,12}",
        2 => "@?[a-z0-9_]{1,8}@[a-z0-9]{1,8}\\.[a-z]{2,4}",
        2 => "(https://)?[a-z0-9-]{1,8}\\.[a-z]{2,4}/?",
        1 => "[a-z]{2}(-[A-Za-z]{2,4})?",
        2 => prop::sample::select(vec!["true", "false", "1", "0", "on", "off"]).prop_map(str::to_owned),
        2 => "[0-9]{1,11}",
        1 => "\\PC{0,60}",
        1 => "[a-z \"]{0,500}",
    ];
    (name, value)
}

proptest! {
    #[test]
    fn any_parameters_are_a_selection_that_says_the_same_again_or_an_error_that_names_one(
        parameters in prop::collection::vec(parameter(), 0..12),
    ) {
        let pairs = || parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        match in_time(|| grammar::parse(pairs())) {
            Ok(selection) => {
                let said = grammar::parameters(&selection);
                let again = grammar::parse(said.iter().map(|(name, value)| (*name, value.as_str())));
                prop_assert_eq!(again, Ok(selection));
            }
            Err(error) => {
                let named = parameters
                    .iter()
                    .any(|(name, _)| name.strip_suffix("[]").unwrap_or(name) == error.parameter);
                // Two that exclude each other are named by one of them.
                prop_assert!(named, "{}", error);
                prop_assert!(!error.what.is_empty());
            }
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written(epoch: u64, seq: u64) {
        let cursor = Cursor { epoch, seq: Seq(seq) };
        prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn any_text_is_a_cursor_that_is_written_like_it_or_none(text in prop_oneof!["\\PC{0,40}", "[0-9+ -]{0,45}"]) {
        if let Ok(cursor) = in_time(|| text.parse::<Cursor>()) {
            // Zeros in front are forgiven.
            let numbers = |text: &str| -> Vec<u64> { text.split('-').filter_map(|it| it.parse().ok()).collect() };
            prop_assert_eq!(numbers(&cursor.to_string()), numbers(&text));
        }
    }

    #[test]
    fn any_text_is_an_id_that_is_written_like_it_or_none(text in prop_oneof!["\\PC{0,40}", "[0-9]{0,24}"]) {
        if let Some(id) = in_time(|| PublicId::parse(&text)) {
            prop_assert_eq!(PublicId::parse(&id.to_string()), Some(id));
            // Zeros in front are forgiven.
            prop_assert_eq!(id.to_string().parse::<u64>().ok(), text.parse::<u64>().ok());
        }
    }

    #[test]
    fn the_id_of_a_post_is_a_number_that_clients_can_hold(seconds: i64, uri in "\\PC{0,80}", attempt in 0..40_u32) {
        if let Some(id) = in_time(|| PublicId::of(seconds, &uri, attempt)) {
            prop_assert!(id.as_i64() >= 0);
            prop_assert_eq!(PublicId::of(seconds, &uri, attempt), Some(id));
            prop_assert_eq!(i64::from(id.seconds()), seconds);
        }
    }

    #[test]
    fn any_name_has_an_id_of_digits(name in "\\PC{0,80}") {
        let id = in_time(|| named_id(&name));
        prop_assert!(id.parse::<i64>().is_ok(), "{}", id);
    }
}
