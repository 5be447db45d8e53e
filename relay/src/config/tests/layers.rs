//! Who wins when file, environment and flags disagree, and whether that can be seen.

use std::collections::BTreeMap;

use super::*;

const FILE: &str = "name = \"File\"\n[log]\nmax_bytes = 100000\n[[source]]\ndomain = \"a.example\"\n[[source]]\ndomain = \"b-c.example\"\ntoken = \"of-the-file\"";

fn given(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Given {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Given {
        file: Some((PathBuf::from("relay.toml"), FILE.to_owned())),
        environment: environment.iter().map(pair).collect(),
        flags: flags
            .iter()
            .map(|(key, value)| Flag {
                flag: "--set".to_owned(),
                key: (*key).to_owned(),
                value: (*value).to_owned(),
            })
            .collect(),
        ..Given::default()
    }
}

fn row(loaded: &Loaded, key: &str) -> (String, String) {
    let mut rows = loaded.rows();
    rows.extend(loaded.section_rows());
    let row = rows.into_iter().find(|it| it.key == key).unwrap();
    (row.value, row.origin.to_string())
}

fn pair(value: &str, origin: &str) -> (String, String) {
    (value.to_owned(), origin.to_owned())
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_the_default() {
    let loaded = load(given(
        &[
            ("WATERSMEET_LISTEN", "127.0.0.1:1"),
            ("WATERSMEET_LOG_MAX_BYTES", "200000"),
            ("HOME", "/x"),
        ],
        &[("listen", "127.0.0.1:2")],
    ))
    .unwrap();
    assert_eq!(row(&loaded, "listen"), pair("127.0.0.1:2", "--set listen"));
    assert_eq!(
        row(&loaded, "log.max_bytes"),
        pair("200000", "WATERSMEET_LOG_MAX_BYTES")
    );
    assert_eq!(row(&loaded, "name"), pair("File", "relay.toml:1"));
    assert_eq!(row(&loaded, "contact"), pair("(none)", "default"));
    assert_eq!(loaded.config.public_url, "http://127.0.0.1:2");
}

#[test]
fn a_token_comes_from_the_environment_by_its_domain_and_is_not_shown() {
    let variable = ("WATERSMEET_TOKEN_B_C_EXAMPLE", "of-the-environment");
    let loaded = load(given(&[variable], &[])).unwrap();
    let token = loaded.config.sources[1].token.as_ref().unwrap();
    assert_eq!(token.secret(), "of-the-environment");
    assert_eq!(
        row(&loaded, "source.b-c.example.token"),
        pair("(set, not shown)", "WATERSMEET_TOKEN_B_C_EXAMPLE")
    );
    let wrong = load(given(&[("WATERSMEET_TOKEN_A_EXAMPLE", "my secret")], &[])).unwrap_err();
    assert!(!wrong.to_string().contains("secret"), "{wrong}");
}

#[test]
fn a_stored_token_is_used_where_the_file_has_none() {
    let tokens = ["a.example", "b-c.example"].map(|it| (it.to_owned(), Token::new("stored")));
    let loaded = load(Given {
        stored: Some((PathBuf::from("tokens"), BTreeMap::from(tokens))),
        ..given(&[], &[])
    })
    .unwrap();
    let secrets = loaded
        .config
        .sources
        .iter()
        .map(|it| it.token.as_ref().map(Token::secret));
    assert_eq!(
        secrets.collect::<Vec<_>>(),
        [Some("stored"), Some("of-the-file")]
    );
    assert_eq!(row(&loaded, "source.a.example.token").1, "tokens");
    assert_eq!(row(&loaded, "source.b-c.example.token").1, "relay.toml:8");
}

#[test]
fn mistakes_outside_the_file_name_the_variable_or_the_flag() {
    let told = |environment: &[(&str, &str)], flags: &[(&str, &str)]| {
        load(given(environment, flags)).unwrap_err().to_string()
    };
    assert_eq!(
        told(&[("WATERSMEET_LISTN", "x")], &[]),
        "the environment variable WATERSMEET_LISTN is not known; did you mean `WATERSMEET_LISTEN`?"
    );
    assert!(
        told(&[("WATERSMEET_LISTEN", "x")], &[])
            .starts_with("the environment variable WATERSMEET_LISTEN is \"x\"; write an address")
    );
    assert_eq!(
        told(&[], &[("log.max_byte", "1")]),
        "--set log.max_byte: `log.max_byte` is not known; did you mean `log.max_bytes`?"
    );
    assert!(told(&[], &[("log.max_bytes", "x")]).contains("must be a whole number"));
}

#[test]
fn a_token_for_no_source_is_a_warning_with_the_nearest_one() {
    let loaded = load(given(&[("WATERSMEET_TOKEN_A_EXAMPL", "x")], &[])).unwrap();
    assert!(loaded.warnings[0].contains("did you mean `WATERSMEET_TOKEN_A_EXAMPLE`?"));
}

#[test]
fn what_a_container_sets_for_a_service_of_our_name_is_no_mistake() {
    let set = [
        ("WATERSMEET_SERVICE_HOST", "10.0.0.1"),
        ("WATERSMEET_PORT_4040_TCP", "tcp://10.0.0.1:4040"),
        ("WATERSMEET_CONFIG", "relay.toml"),
    ];
    assert!(load(given(&set, &[])).unwrap().warnings.is_empty());
}
