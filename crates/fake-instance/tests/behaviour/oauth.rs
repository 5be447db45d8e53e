//! OAuth as strict as Mastodon's.
use fake_instance::ServerHandle;
use serde_json::Value;

use crate::harness::{Answer, encode, get, post, still};

const REDIRECT: &str = "http://127.0.0.1:4040/signed-in";
/// The example pair of RFC 7636.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn app(server: &ServerHandle) -> Value {
    let form = [
        ("client_name", "Watersmeet"),
        ("redirect_uris", REDIRECT),
        ("scopes", "read write:statuses"),
    ];
    let answer = post(server, "/api/v1/apps", None, &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

async fn decide(server: &ServerHandle, app: &Value, change: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("client_id", text(app, "client_id")),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "read"),
        ("state", "s t"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("account", "mira"),
        ("decision", "allow"),
    ];
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    post(server, "/oauth/authorize", None, &form).await
}

fn code(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text);
    let location = answer.header("location");
    location
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap()
        .to_owned()
}

async fn exchange(
    server: &ServerHandle,
    app: &Value,
    code: &str,
    change: &[(&str, &str)],
) -> Answer {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", text(app, "client_id")),
        ("client_secret", text(app, "client_secret")),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    post(server, "/oauth/token", None, &form).await
}

#[tokio::test]
async fn the_whole_dance_gives_a_token_that_reads_and_can_be_revoked() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let app = app(alpha).await;
    assert_eq!(app["client_secret_expires_at"], 0);
    let page = format!(
        "/oauth/authorize?response_type=code&client_id={}&redirect_uri={}&scope=read",
        text(&app, "client_id"),
        encode(REDIRECT)
    );
    let page = get(alpha, &page, None).await;
    assert!(
        page.text.contains(">Authorize</button>") && page.text.contains(">Deny</button>"),
        "{}",
        page.text
    );
    assert!(
        page.headers.get("access-control-allow-origin").is_none(),
        "the page is to be visited, not fetched"
    );
    let allowed = decide(alpha, &app, &[]).await;
    assert!(
        allowed
            .header("location")
            .starts_with(&format!("{REDIRECT}?code="))
    );
    assert!(allowed.header("location").ends_with("&state=s+t"));
    let answer = exchange(alpha, &app, &code(&allowed), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json();
    assert_eq!(
        (text(&token, "token_type"), text(&token, "scope")),
        ("Bearer", "read")
    );
    let access = text(&token, "access_token");
    let me = get(alpha, "/api/v1/accounts/verify_credentials", Some(access))
        .await
        .json();
    assert_eq!(me["username"], "mira");
    assert_eq!(me["source"]["quote_policy"], "public");
    let info = get(alpha, "/oauth/userinfo", Some(access)).await.json();
    assert_eq!(text(&info, "preferred_username"), "mira");
    let form = [
        ("client_id", text(&app, "client_id")),
        ("client_secret", text(&app, "client_secret")),
        ("token", access),
    ];
    assert_eq!(post(alpha, "/oauth/revoke", None, &form).await.text, "{}");
    assert_eq!(
        post(alpha, "/oauth/revoke", None, &form).await.status,
        200,
        "revoking twice is no error"
    );
    assert_eq!(
        get(alpha, "/api/v1/accounts/verify_credentials", Some(access))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_code_is_good_once_for_its_client_its_address_and_its_verifier() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let (one, other) = (app(alpha).await, app(alpha).await);
    let fresh = || async { code(&decide(alpha, &one, &[]).await) };
    for wrong in [
        ("code_verifier", "wrong"),
        ("redirect_uri", "http://127.0.0.1:4040/signed-in/"),
        ("code", "bogus"),
    ] {
        let answer = exchange(alpha, &one, &fresh().await, &[wrong]).await;
        assert_eq!(
            (answer.status, answer.json()["error"].clone()),
            (400, "invalid_grant".into()),
            "{wrong:?}"
        );
    }
    let answer = exchange(alpha, &one, &fresh().await, &[("client_secret", "wrong")]).await;
    assert_eq!(
        (answer.status, answer.json()["error"].clone()),
        (401, "invalid_client".into())
    );
    assert_eq!(
        exchange(alpha, &other, &fresh().await, &[]).await.status,
        400,
        "another client's code"
    );
    let used = fresh().await;
    assert_eq!(exchange(alpha, &one, &used, &[]).await.status, 200);
    assert_eq!(exchange(alpha, &one, &used, &[]).await.status, 400);
}

#[tokio::test]
async fn denial_and_wrong_wishes_go_back_to_the_client_but_never_to_an_unknown_address() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let app = app(alpha).await;
    let denied = decide(alpha, &app, &[("decision", "deny")]).await;
    assert!(denied.header("location").starts_with(&format!(
        "{REDIRECT}?error=access_denied&error_description="
    )));
    assert!(denied.header("location").ends_with("&state=s+t"));
    for (change, error) in [
        (("scope", "read write"), "invalid_scope"),
        (
            ("code_challenge_method", "plain"),
            "invalid_code_challenge_method",
        ),
        (("response_type", "token"), "unsupported_response_type"),
    ] {
        let answer = decide(alpha, &app, &[change]).await;
        assert!(
            answer
                .header("location")
                .contains(&format!("error={error}")),
            "{}",
            answer.header("location")
        );
    }
    for change in [
        ("redirect_uri", "http://127.0.0.1:4040/signed-in?x=1"),
        ("client_id", "nobody"),
    ] {
        let answer = decide(alpha, &app, &[change]).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""));
    }
}

#[tokio::test]
async fn registration_refuses_unknown_scopes_and_dangerous_addresses_and_is_limited_to_five() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    for (uri, scopes) in [
        (REDIRECT, "read telepathy"),
        ("javascript:alert(1)", "read"),
        ("not a uri", "read"),
        ("", "read"),
    ] {
        let form = [
            ("client_name", "x"),
            ("redirect_uris", uri),
            ("scopes", scopes),
        ];
        assert_eq!(
            post(alpha, "/api/v1/apps", None, &form).await.status,
            422,
            "{uri} {scopes}"
        );
    }
    app(alpha).await;
    let form = [("client_name", "x"), ("redirect_uris", REDIRECT)];
    let answer = post(alpha, "/api/v1/apps", None, &form).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("x-ratelimit-limit"), "5");
    assert!(answer.headers.get("retry-after").is_none());
}

#[tokio::test]
async fn scopes_are_enforced_and_an_apps_own_token_is_nobody() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let reads = alpha.token_of("ada", "read");
    let answer = post(alpha, "/api/v1/statuses", Some(&reads), &[("status", "x")]).await;
    assert_eq!(
        (answer.status, answer.json()["error"].clone()),
        (403, "This action is outside the authorized scopes".into())
    );
    assert_eq!(
        post(alpha, "/api/v1/statuses", None, &[("status", "x")])
            .await
            .status,
        401
    );
    assert_eq!(
        get(alpha, "/api/v1/timelines/public", Some("wrong"))
            .await
            .status,
        401,
        "a wrong token is not ignored"
    );
    let app = alpha.app_token("read");
    assert_eq!(
        get(alpha, "/api/v1/timelines/home", Some(&app))
            .await
            .status,
        422
    );
    assert_eq!(
        get(alpha, "/api/v1/apps/verify_credentials", Some(&app))
            .await
            .status,
        200
    );
    let narrow = alpha.token_of("bob", "write:statuses");
    assert_eq!(
        post(alpha, "/api/v1/statuses", Some(&narrow), &[("status", "x")])
            .await
            .status,
        200
    );
    assert_eq!(
        get(alpha, "/api/v1/timelines/home", Some(&narrow))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn the_discovery_document_names_every_endpoint_on_the_servers_own_address() {
    let fed = still(&["alpha"]).await;
    let alpha = fed.server("alpha");
    let document = get(alpha, "/.well-known/oauth-authorization-server", None)
        .await
        .json();
    assert_eq!(text(&document, "issuer"), format!("{}/", alpha.url()));
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint",
        "userinfo_endpoint",
        "app_registration_endpoint",
    ] {
        assert!(text(&document, name).starts_with(&alpha.url()), "{name}");
    }
    assert_eq!(
        document["code_challenge_methods_supported"],
        serde_json::json!(["S256"])
    );
}
