//! The rules by example.

use mastodon::{Account, StatusTag};

use super::*;

fn status(host: &str, acct: &str) -> Status {
    Status {
        uri: format!("https://{host}/users/ann/statuses/1"),
        url: Some(format!("https://{host}/@ann/1")),
        account: Account {
            acct: acct.into(),
            uri: format!("https://{host}/users/ann"),
            url: format!("https://{host}/@ann"),
            ..Account::default()
        },
        ..Status::default()
    }
}

fn suspended(domain: &str) -> Rules {
    let rule = ServerRule {
        severity: Severity::Suspend,
        reject_media: false,
    };
    Rules {
        servers: BTreeMap::from([(domain.to_owned(), rule)]),
        ..Rules::default()
    }
}

#[test]
fn a_suspended_server_takes_its_subdomains_along_and_nobody_else() {
    let rules = suspended("bad.example");
    for host in ["bad.example", "social.bad.example", "bad.example:3000"] {
        let reason = rules.refuses(&status(host, "ann"), host);
        assert_eq!(reason, Some(Reason::Server), "{host}");
    }
    for host in ["notbad.example", "bad.example.org", "example"] {
        assert_eq!(rules.refuses(&status(host, "ann"), host), None, "{host}");
    }
}

#[test]
fn a_server_is_met_by_the_domain_of_its_handles_too() {
    let elsewhere = status("social.good.example", "ann@bad.example");
    let reason = suspended("bad.example").refuses(&elsewhere, "c.example");
    assert_eq!(reason, Some(Reason::Server));
}

#[test]
fn of_several_rules_for_a_server_the_strictest_holds() {
    let rule = |severity, reject_media| ServerRule {
        severity,
        reject_media,
    };
    let of = |domain: &str, rule| Rules {
        servers: BTreeMap::from([(domain.to_owned(), rule)]),
        ..Rules::default()
    };
    let mut one = of("bad.example", rule(Severity::Silence, false));
    one.join(of("bad.example", rule(Severity::Noop, true)));
    one.join(of("x.bad.example", rule(Severity::Suspend, false)));
    let both = rule(Severity::Silence, true);
    assert_eq!(one.of_server("bad.example"), (false, both));
    let all = rule(Severity::Suspend, true);
    assert_eq!(one.of_server("x.bad.example"), (false, all));
}

#[test]
fn an_author_is_known_by_handle_address_and_page() {
    let written = status("a.example", "Ann");
    for name in [
        "@Ann@A.example",
        "ann@a.example",
        "https://a.example/users/ann",
        "https://a.example/@ann",
    ] {
        let name = name_of_account(name).unwrap();
        let mut rules = Rules::default();
        rules.accounts.insert(name.clone());
        let reason = rules.refuses(&written, "a.example");
        assert_eq!(reason, Some(Reason::Account), "{name}");
        rules.forgotten.accounts.insert(name.clone());
        let reason = rules.refuses(&written, "a.example");
        assert_eq!(reason, Some(Reason::Forgotten), "{name}");
        assert_eq!(
            rules.refuses(&status("b.example", "Ann"), "b.example"),
            None
        );
    }
}

#[test]
fn a_post_is_forgotten_by_its_uri_and_by_its_page() {
    let written = status("a.example", "ann");
    for address in [written.uri.clone(), written.url.clone().unwrap()] {
        let mut rules = Rules::default();
        rules.forgotten.posts.insert(address);
        let reason = rules.refuses(&written, "a.example");
        assert_eq!(reason, Some(Reason::Forgotten));
    }
}

#[test]
fn what_is_said_is_compared_as_people_read_it() {
    let said = |content: &str, tag: &str| Status {
        content: Some(content.to_owned()),
        tags: vec![StatusTag {
            name: tag.to_owned(),
            ..StatusTag::default()
        }],
        ..status("a.example", "ann")
    };
    let mut rules = Rules::default();
    rules.words.insert(words::folded("Crypto giveaway"));
    rules.hashtags.insert(tag::key("NSFW"));
    let hides = |status| rules.hides(&status);
    let spam = "<p>A <b>CRYPTO</b>-giveaway!</p>";
    assert_eq!(hides(said(spam, "x")), Some(Reason::Word));
    assert_eq!(hides(said("<p>cryptography giveaway</p>", "x")), None);
    assert_eq!(hides(said("", "nsfw")), Some(Reason::Hashtag));
}

#[test]
fn a_name_is_taken_only_when_it_can_be_one() {
    assert_eq!(name_of_account("@Bob@B.example").unwrap(), "bob@b.example");
    for wrong in ["", "bob", "@bob", "@@b.example", "bob@", "bob@b c", "b@*.x"] {
        assert_eq!(name_of_account(wrong), None, "{wrong}");
    }
    assert_eq!(name_of_server(" Bad.Example ").unwrap(), "bad.example");
    assert_eq!(
        name_of_server("bad.example:3000").unwrap(),
        "bad.example:3000"
    );
    for wrong in [
        "",
        "bad",
        "b*d.example",
        "https://bad.example",
        "a@b.example",
    ] {
        assert_eq!(name_of_server(wrong), None, "{wrong}");
    }
}
