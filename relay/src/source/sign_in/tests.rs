//! Signing in at servers that nobody here wrote for the relay.

use fake_instance::{Fediverse, Options};

use super::*;
use crate::config::Timing;

async fn server(software: &str) -> (Fediverse, Config) {
    let options = Options::new(7, [format!("alpha:{software}").as_str()]).without_history();
    let fediverse = Fediverse::start(options).await.unwrap();
    let alpha = fediverse.server("alpha");
    let config = Config {
        sources: vec![SourceConfig {
            domain: alpha.domain(),
            url: alpha.url(),
            ..SourceConfig::default()
        }],
        timing: Timing::nearby(),
        ..Config::default()
    };
    (fediverse, config)
}

/// What a person does on the server's page: lets the relay in and copies the code.
async fn code_for(sign_in: &SignIn) -> String {
    let url = sign_in.authorize_url();
    let (page, query) = url.split_once('?').unwrap();
    let body = format!("{query}&decision=allow&account=reader");
    let client = host::client(&Config::default(), &sign_in.host.guard).unwrap();
    let answer = client
        .post(page)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .unwrap();
    let shown = answer.text().await.unwrap();
    let (_, rest) = shown.split_once("value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_pasted_code_becomes_a_token_that_reads_and_streams() {
    let (fediverse, config) = server("mastodon").await;
    let domain = fediverse.server("alpha").domain();
    let sign_in = SignIn::begin(&config, &domain).await.unwrap();
    assert_eq!(sign_in.scopes(), "read:statuses read:search");
    let code = code_for(&sign_in).await;
    let signed_in = sign_in.finish(&format!(" {code}\n")).await.unwrap();
    assert_eq!(signed_in.domain, domain);
    assert!(!format!("{signed_in:?}").contains(signed_in.token.secret()));
}

#[tokio::test]
async fn a_wrong_code_is_told_with_what_to_do() {
    let (fediverse, config) = server("mastodon").await;
    let sign_in = SignIn::begin(&config, &fediverse.server("alpha").domain())
        .await
        .unwrap();
    let error = sign_in.finish("wrong").await.unwrap_err().to_string();
    assert!(error.contains("sign in again"), "{error}");
}

#[tokio::test]
async fn servers_without_metadata_are_signed_in_at_too() {
    let (fediverse, config) = server("gotosocial").await;
    let sign_in = SignIn::begin(&config, &fediverse.server("alpha").domain())
        .await
        .unwrap();
    let code = code_for(&sign_in).await;
    sign_in.finish(&code).await.unwrap();
}
