//! Hashtags, words and addresses, as people and servers write them.

use proptest::prelude::*;
use timeline::{key, tag, words};

use crate::in_time;

proptest! {
    #[test]
    fn a_hashtag_in_its_own_form_stays_as_it_is(name in "\\PC{0,60}") {
        let once = in_time(|| tag::key(&name));
        prop_assert_eq!(tag::key(&once), once.clone());
        prop_assert_eq!(tag::key(&format!("#{name}")), once);
        let shown = in_time(|| tag::normalise(&name));
        prop_assert_eq!(tag::normalise(&shown), shown);
    }

    #[test]
    fn words_in_their_own_form_stay_as_they_are_and_are_found(text in "\\PC{0,200}", before in "\\PC{0,40}") {
        let folded = in_time(|| words::folded(&text));
        prop_assert_eq!(words::folded(&folded), folded.clone());
        if !folded.is_empty() {
            let around = words::folded(&format!("{before} {text} "));
            prop_assert!(in_time(|| words::holds(&around, &folded)), "{} in {}", folded, around);
        }
    }

    #[test]
    fn any_text_has_a_host_or_none(text in prop_oneof!["\\PC{0,80}", "https?://[a-z0-9.:@\\[\\]%-]{0,40}(/[a-z]{0,8})?"]) {
        if let Some(host) = in_time(|| key::host_of(&text)) {
            prop_assert!(!host.is_empty() && !host.contains('/'), "{}", host);
            prop_assert_eq!(key::host_of(&format!("https://{host}/")), Some(host.clone()));
            prop_assert!(key::hosts_agree(&host, &host));
        }
    }
}
