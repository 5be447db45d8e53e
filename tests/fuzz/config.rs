//! Settings: the file that is written first, with anything put into it.

use proptest::prelude::*;
use relay::config::Config;

use crate::in_time;

/// The first relay.toml.
const FIRST: &str = include_str!("../../relay/src/default_relay.toml");

/// Pieces of settings, right and wrong.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "[[source]]\n",
            "[[view]]\n",
            "[log]\n",
            "[limits]\n",
            "[metrics]\n",
            "[archive]\n",
            "[[source]]\ndomain = \"a.example\"\n",
            "hashtags = [\"rust\"]\n",
            "streams = []\n",
            "token = \"\u{e9}\"\n",
            "domain = \"\"\n",
            "url = \"http://[::1\"\n",
            "name = 1\n",
            "listen = \"nowhere\"\n",
            "public_url = \"ftp://x\"\n",
            "any = \"#\"\n",
            "max_bytes = -1\n",
            "max_bytes = 99999999999999999999\n",
            "= =\n",
            "\"",
            "'''",
            "#",
            "domain = { a = 1 }\n",
            "hashtags = [1, [2]]\n",
            "not_servers = [\"x\"]\n",
        ])
        .prop_map(str::to_owned),
        "[a-z_]{1,16} = \"\\PC{0,20}\"\n",
        "[a-z_]{1,16} = [0-9]{1,20}\n",
        "\\PC{0,30}\n",
    ]
}

proptest! {
    #[test]
    fn any_text_is_a_configuration_or_mistakes_in_words(text in "(\\PC|\n){0,300}") {
        if let Err(error) = in_time(|| Config::parse(&text)) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_change_of_the_first_configuration_is_read_or_refused_in_words(
        pieces in prop::collection::vec((any::<prop::sample::Index>(), piece()), 1..6),
        cut in prop::option::of(any::<(prop::sample::Index, prop::sample::Index)>()),
    ) {
        let mut lines: Vec<&str> = FIRST.lines().collect();
        if let Some((from, to)) = cut {
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            lines.drain(from.min(to)..from.max(to));
        }
        let mut lines: Vec<String> = lines.into_iter().map(|it| format!("{it}\n")).collect();
        for (at, piece) in pieces {
            lines.insert(at.index(lines.len() + 1), piece);
        }
        let text = lines.concat();
        match in_time(|| Config::parse(&text)) {
            Ok(config) => prop_assert!(config.public_url.starts_with("http")),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn the_first_configuration_is_valid() {
    Config::parse(FIRST).unwrap();
}
