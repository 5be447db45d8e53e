//! What a relay.toml may say, and how mistakes in it are told.

mod layers;

use super::*;

fn error(text: &str) -> String {
    Config::parse(text).unwrap_err().to_string()
}

fn source_error(rest: &str) -> String {
    error(&format!("[[source]]\ndomain = \"a.example\"\n{rest}"))
}

#[test]
fn an_empty_file_is_a_relay_without_sources() {
    let config = Config::parse("").unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:4040");
    assert_eq!(config.public_url, "http://127.0.0.1:4040");
    assert_eq!(config.name, "Watersmeet");
    assert!(config.sources.is_empty());
}

#[test]
fn every_key_is_read() {
    let config = Config::parse(
        r##"
        listen = "127.0.0.1:0"
        public_url = "https://relay.example/"
        name = "Meet"
        contact = "https://example.org/about"
        archive = ":memory:"
        allow = ["10.0.0.5:3000", "[FD00::5]:443"]
        [on_demand]
        max_hashtags = 3
        per_reader = 2
        linger_minutes = 1
        [log]
        max_bytes = 100000
        [about]
        text = "A relay for a town."
        rules = ["Be kind.", "No advertising."]
        [limits]
        requests_per_5_minutes = 1000
        streams_per_address = 8
        connections_per_address = 16
        subscriptions_per_connection = 4
        trusted_proxies = ["192.0.2.1", "10.0.0.0/8", "2001:db8::/32"]
        [[source]]
        domain = "Mastodon.social"
        url = "http://127.0.0.1:3001"
        streaming_url = "ws://alpha.localhost:3002"
        token = "secret"
        streams = ["public:local", "public"]
        hashtags = ["#Rust", "rust", "wasm"]
        words = [" open web ", "fediverse", "fediverse"]
        show = "everybody"
        [[source]]
        domain = "fosstodon.org"
        [[view]]
        name = "rust"
        title = "Rust"
        hashtags = ["rust", "rustlang"]
        "##,
    )
    .unwrap();
    assert_eq!(config.public_url, "https://relay.example");
    assert_eq!(config.archive, ArchivePlace::Memory);
    assert_eq!(config.log_max_bytes, 100_000);
    assert_eq!(config.about.text.as_deref(), Some("A relay for a town."));
    assert_eq!(config.about.rules, ["Be kind.", "No advertising."]);
    let limits = &config.limits;
    assert_eq!(limits.requests_per_5_minutes, 1_000);
    assert_eq!(limits.streams_per_address, 8);
    assert_eq!(limits.connections_per_address, 16);
    assert_eq!(limits.subscriptions_per_connection, 4);
    for (address, trusted) in [
        ("192.0.2.1", true),
        ("192.0.2.2", false),
        ("10.200.0.1", true),
        ("2001:db8::1", true),
        ("127.0.0.1", false),
    ] {
        assert_eq!(
            limits.trusts(address.parse().unwrap()),
            trusted,
            "{address}"
        );
    }
    let [first, second] = config.sources.as_slice() else {
        panic!()
    };
    assert_eq!(first.domain, "mastodon.social");
    assert_eq!(
        first.streams,
        [PublicStream::Public, PublicStream::PublicLocal]
    );
    assert_eq!(first.hashtags, ["Rust", "wasm"]);
    assert_eq!(first.words, ["fediverse", "open web"]);
    assert_eq!((first.show, second.show), (Show::Everybody, Show::Key));
    let place = |it: &Place| (it.host.clone(), it.port);
    let allowed: Vec<_> = config.allow.iter().map(place).collect();
    assert_eq!(
        allowed,
        [("10.0.0.5".to_owned(), 3000), ("fd00::5".to_owned(), 443)]
    );
    let OnDemand {
        max_hashtags,
        per_reader,
        linger,
    } = config.on_demand;
    assert_eq!((max_hashtags, per_reader, linger.as_secs()), (3, 2, 60));
    assert_eq!(first.token.as_ref().map(Token::secret), Some("secret"));
    assert_eq!(second.url, "https://fosstodon.org");
    assert_eq!(second.streams, [PublicStream::Public]);
    assert_eq!(config.views[0].hashtags, ["rust", "rustlang"]);
    assert!(
        config
            .user_agent()
            .ends_with("(+https://example.org/about)")
    );
}

#[test]
fn a_token_is_never_shown() {
    let config = Config::parse("[[source]]\ndomain = \"a.example\"\ntoken = \"secret\"").unwrap();
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn mistakes_name_the_line_and_the_key_and_say_what_to_do() {
    assert_eq!(
        error("lisen = 1"),
        "line 1: `lisen` is not known; did you mean `listen`?"
    );
    assert_eq!(
        error("weather = 1"),
        "line 1: `weather` is not known; known are listen, public_url, name, contact, archive, allow, access_keys, [log], [on_demand], [keep], [about], [limits], [logging], [metrics], [moderation], [[source]], [[view]]"
    );
    assert_eq!(
        error("\nlisten = 4040"),
        "line 2: `listen` is a number; it must be a text in quotes"
    );
    assert!(error("[log]\nmax_byte = 1").contains("[log] `max_byte` is not known"));
    assert!(error("[sources]\nx = 1").contains("did you mean `[[source]]`?"));
    assert!(error("[source]\ndomain = \"a.example\"").contains("[[source]] with two brackets"));
    assert!(
        error("[[source]]\nurl = \"https://a.example\"").contains("number 1: `domain` is missing")
    );
    assert!(error("[[source]]\ndomain = \"https://a.example\"").contains("write the bare name"));
    assert!(source_error("url = \"http://a.example\"").contains("only this machine"));
    assert!(
        source_error("streams = [\"home\"]")
            .contains("[[source]] a.example: `streams` has \"home\"")
    );
    assert!(
        source_error("stream = [\"public\"]").contains(
            "line 3: [[source]] a.example: `stream` is not known; did you mean `streams`?"
        )
    );
    assert!(source_error("hashtags = \"x\"").contains("list of texts"));
    assert!(source_error("[[source]]\ndomain = \"A.example\"").contains("is there twice"));
    assert!(error("[[view]]\nname = \"x\"").contains("[[view]] x: `hashtags` is missing"));
    assert!(error("name = \"x\"\nlisten = ").starts_with("line 2: not valid TOML"));
}

#[test]
fn a_number_out_of_bounds_is_told_the_bounds() {
    for number in ["1", "-1", "99999999999999"] {
        let error = error(&format!("[log]\nmax_bytes = {number}"));
        let expected =
            format!("[log] `max_bytes` is {number}; it must be from 65536 to 1099511627776");
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_lines() {
    let error =
        Config::parse("name = 1\nlistn = \"x\"\n[log]\nmax_bytes = 0\n[[source]]\ntoken = \"a b\"");
    let error = error.unwrap_err();
    let lines: Vec<_> = error.problems().iter().map(|it| &it[..7]).collect();
    assert_eq!(lines, ["line 1:", "line 2:", "line 4:", "line 6:"]);
}

#[test]
fn a_relative_archive_lies_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.toml");
    std::fs::write(&path, "archive = \"posts.db\"").unwrap();
    let config = Config::from_file(&path).unwrap();
    assert_eq!(
        config.archive,
        ArchivePlace::File(folder.path().join("posts.db"))
    );
    std::fs::write(&path, "x = 1").unwrap();
    assert!(
        Config::from_file(&path)
            .unwrap_err()
            .to_string()
            .contains("relay.toml:1: `x` is not known")
    );
}

#[test]
fn what_is_wrong_with_allowed_places_words_and_limits_is_said() {
    assert!(error("allow = [\"10.0.0.5\"]").contains("write host and port"));
    assert!(error("allow = [\"fd00::5:443\"]").contains("write host and port"));
    assert!(error("[on_demand]\nper_reader = -1").contains("from 0 to"));
    assert!(source_error("words = [\"\"]").contains("`words`"));
    assert!(source_error("show = \"all\"").contains("everybody"));
}

#[test]
fn a_proxy_that_is_no_address_is_told() {
    let text = error("[limits]\ntrusted_proxies = [\"caddy\"]");
    assert!(
        text.contains("limits.trusted_proxies") || text.contains("trusted_proxies"),
        "{text}"
    );
    assert!(
        text.contains("\"caddy\"; write an address or a network"),
        "{text}"
    );
}

#[test]
fn a_view_takes_the_whole_grammar() {
    let text = r#"
        [[view]]
        name = "pictures"
        any = ["Caturday"]
        none = ["ai"]
        languages = ["en", "de"]
        not_servers = ["spam.example"]
        only_media = true
        no_bots = true
        max_hashtags = 5
        min_favourites = 2
    "#;
    let config = Config::parse(text).unwrap();
    let query = "any[]=caturday&none[]=ai&languages[]=de&languages[]=en&not_servers[]=spam.example\
                 &only_media=true&no_bots=true&max_hashtags=5&min_favourites=2";
    let pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter_map(|it| it.split_once('='))
        .collect();
    let expected = crate::views::grammar::parse(pairs).unwrap();
    assert_eq!(config.views[0].selection, expected);
    let view = |rest: &str| error(&format!("[[view]]\nname = \"x\"\n{rest}"));
    assert!(view("languages = [\"x\"]").contains("`languages` has \"x\"; write a code"));
    assert!(view("max_hashtags = -1").contains("`max_hashtags` is -1; it must be from 0"));
    assert!(view("only_medai = true").contains("`only_medai` is not known"));
}

#[test]
fn access_keys_are_long_enough_and_never_shown() {
    let config = Config::parse("access_keys = [\"0123456789abcdef\"]").unwrap();
    assert!(!format!("{config:?}").contains("0123456789abcdef"));
    assert!(error("access_keys = [\"short\"]").contains("16 to 200"));
}

#[test]
fn lines_of_blocklists_that_cannot_be_applied_are_counted_aloud() {
    let folder = tempfile::tempdir().unwrap();
    let list = "#domain,#severity\nbad.example,suspend\nba*.example,suspend\nw**.example,silence\n";
    std::fs::write(folder.path().join("list.csv"), list).unwrap();
    let given = Given {
        file: Some((
            folder.path().join("relay.toml"),
            "[moderation]\nblocklists = [\"list.csv\"]".to_owned(),
        )),
        ..Given::default()
    };
    let loaded = load(given).unwrap();
    assert_eq!(loaded.config.moderation.servers.len(), 1);
    let [warning] = loaded.warnings.as_slice() else {
        panic!("{:?}", loaded.warnings)
    };
    assert!(
        warning.contains("list.csv: 2 lines cannot be applied"),
        "{warning}"
    );
}
