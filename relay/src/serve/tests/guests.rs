//! Signing in as a guest, as clients do it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";
const APP: &str = "https://elk.example/cb?x=1";

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A registered client.
struct App {
    id: String,
    secret: String,
    redirect: String,
}

async fn register(relay: &TestRelay, redirect: &str) -> App {
    let body = json!({
        "client_name": "Elk",
        "redirect_uris": [redirect, "com.example.app:/x"],
        "scopes": "read write follow push",
        "website": "https://elk.example",
    });
    let got = relay
        .post("/api/v1/apps", "application/json", &body.to_string())
        .await;
    assert_eq!(got.status, StatusCode::OK);
    let app = got.json();
    App {
        id: app["client_id"].as_str().unwrap().to_owned(),
        secret: app["client_secret"].as_str().unwrap().to_owned(),
        redirect: redirect.to_owned(),
    }
}

impl App {
    fn wish(&self, more: &str) -> String {
        format!(
            "response_type=code&client_id={}&redirect_uri={}&scope=read+write{more}",
            self.id,
            encoded(&self.redirect)
        )
    }

    /// Presses the button and gives the code.
    async fn code(&self, relay: &TestRelay, more: &str) -> String {
        let got = relay.post("/oauth/authorize", FORM, &self.wish(more)).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER);
        let (_, rest) = got.header("location").split_once("code=").unwrap();
        rest.split('&').next().unwrap().to_owned()
    }

    async fn exchange(&self, relay: &TestRelay, code: &str, more: &str) -> Got {
        let body = format!(
            "grant_type=authorization_code&code={code}&client_id={}&client_secret={}&redirect_uri={}{more}",
            self.id,
            self.secret,
            encoded(&self.redirect)
        );
        relay.post("/oauth/token", FORM, &body).await
    }

    async fn token(&self, relay: &TestRelay) -> String {
        let code = self.code(relay, "").await;
        let got = self.exchange(relay, &code, "").await;
        assert_eq!(got.status, StatusCode::OK);
        got.json()["access_token"].as_str().unwrap().to_owned()
    }
}

async fn with_token(relay: &TestRelay, path: &str, token: &str) -> Got {
    let bearer = format!("Bearer {token}");
    relay.ask("GET", path, &[("authorization", &bearer)]).await
}

#[tokio::test]
async fn a_client_signs_a_guest_in_and_out() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, APP).await;
    let page = relay
        .get(&format!("/oauth/authorize?{}", app.wish("&state=a%22b")))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(html.contains("read-only guest"), "{html}");
    assert!(html.contains("Continue as a guest"), "{html}");
    assert!(html.contains("elk.example"), "{html}");
    assert!(html.contains("name=\"state\" value=\"a&quot;b\""), "{html}");

    let got = relay
        .post("/oauth/authorize", FORM, &app.wish("&state=a%22b"))
        .await;
    let location = got.header("location");
    assert!(
        location.starts_with("https://elk.example/cb?x=1&code="),
        "{location}"
    );
    assert!(location.ends_with("&state=a%22b"), "{location}");

    let token = app.token(&relay).await;
    let me = with_token(&relay, "/api/v1/accounts/verify_credentials", &token).await;
    assert_eq!(me.status, StatusCode::OK);
    let account: mastodon::CredentialAccount = serde_json::from_slice(&me.body).unwrap();
    assert_eq!(account.account.username, "guest");
    assert_eq!(account.account.acct, "guest");

    let body = format!(
        "client_id={}&client_secret={}&token={token}",
        app.id, app.secret
    );
    let revoked = relay.post("/oauth/revoke", FORM, &body).await;
    assert_eq!(
        (revoked.status, revoked.json()),
        (StatusCode::OK, json!({}))
    );
    let me = with_token(&relay, "/api/v1/accounts/verify_credentials", &token).await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
    assert_eq!(me.json(), json!({"error": "The access token is invalid"}));
    let again = relay.post("/oauth/revoke", FORM, &body).await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_good_once_and_only_with_its_verifier() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, APP).await;
    // The example of RFC 7636, appendix B.
    let verifier = "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge =
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let code = app.code(&relay, challenge).await;
    let without = app.exchange(&relay, &code, "").await;
    assert_eq!(without.status, StatusCode::BAD_REQUEST);
    assert_eq!(without.json()["error"], "invalid_grant");
    let with = app.exchange(&relay, &code, verifier).await;
    assert_eq!(with.status, StatusCode::OK);
    assert_eq!(with.header("cache-control"), "no-store");
    let again = app.exchange(&relay, &code, verifier).await;
    assert_eq!(again.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_person_without_a_browser_on_the_device_copies_the_code() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, "urn:ietf:wg:oauth:2.0:oob").await;
    // The `toot` command writes this slash.
    let page = relay
        .get(&format!("/oauth/authorize/?{}", app.wish("")))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let got = relay.post("/oauth/authorize", FORM, &app.wish("")).await;
    let location = got.header("location").to_owned();
    assert!(
        location.starts_with("/oauth/authorize/native?code="),
        "{location}"
    );
    let shown = relay.get(&location).await;
    let (_, code) = location.split_once("code=").unwrap();
    let html = String::from_utf8(shown.body.to_vec()).unwrap();
    assert!(html.contains(&format!(">{code}</code>")), "{html}");
    let got = app.exchange(&relay, code, "").await;
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.json()["scope"], "read write");
    let hostile = relay.get("/oauth/authorize/native?code=%3Cscript%3E").await;
    assert_eq!(hostile.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_a_stranger_asks_is_told_to_the_person_and_not_to_the_stranger() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, APP).await;
    let elsewhere = App {
        redirect: "https://evil.example/".to_owned(),
        ..register(&relay, APP).await
    };
    let longer = App {
        redirect: format!("{APP}&y=1"),
        ..register(&relay, APP).await
    };
    for wish in [
        elsewhere.wish(""),
        longer.wish(""),
        app.wish("").replace(&app.id, "nobody"),
        app.wish("").replace(&app.id, &format!("{}A", app.id)),
    ] {
        for method in ["GET", "POST"] {
            let got = relay
                .ask(method, &format!("/oauth/authorize?{wish}"), &[])
                .await;
            assert_eq!(got.status, StatusCode::BAD_REQUEST, "{wish}");
            assert!(got.header("content-type").starts_with("text/html"));
            assert_eq!(got.header("location"), "");
        }
    }
}

#[tokio::test]
async fn a_client_is_told_what_it_asked_wrong() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, APP).await;
    let challenge = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    for (wish, error) in [
        (
            app.wish("&state=s").replace("=code&", "=token&"),
            "unsupported_response_type",
        ),
        (
            app.wish("&state=s").replace("read+write", "admin:read"),
            "invalid_scope",
        ),
        // RFC 7636 §4.3: without a method it is "plain".
        (app.wish(&format!("&state=s{challenge}")), "invalid_request"),
        (
            app.wish(&format!("&state=s{challenge}&code_challenge_method=plain")),
            "invalid_request",
        ),
    ] {
        let got = relay.get(&format!("/oauth/authorize?{wish}")).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{wish}");
        let location = got.header("location");
        let begin = format!("{APP}&error={error}&error_description=");
        assert!(location.starts_with(&begin), "{location}");
        assert!(location.ends_with("&state=s"), "{location}");
    }
}

#[tokio::test]
async fn the_token_endpoint_speaks_oauth() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, APP).await;
    let own = format!("client_id={}&client_secret={}", app.id, app.secret);
    for (body, status, error) in [
        (
            format!("{own}x&grant_type=client_credentials"),
            StatusCode::UNAUTHORIZED,
            "invalid_client",
        ),
        (
            "grant_type=client_credentials".to_owned(),
            StatusCode::UNAUTHORIZED,
            "invalid_client",
        ),
        (
            format!("{own}&grant_type=password"),
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
        ),
        (own.clone(), StatusCode::BAD_REQUEST, "invalid_request"),
        (
            format!("{own}&grant_type=client_credentials&scope=admin:read"),
            StatusCode::BAD_REQUEST,
            "invalid_scope",
        ),
    ] {
        let got = relay.post("/oauth/token", FORM, &body).await;
        assert_eq!(got.status, status, "{body}");
        assert_eq!(got.json()["error"], error, "{body}");
        assert!(got.json()["error_description"].is_string());
    }
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let basic = STANDARD.encode(format!("{}:{}", app.id, app.secret));
    let got = relay
        .send(
            "POST",
            "/oauth/token",
            &[
                ("content-type", "application/json"),
                ("authorization", &format!("Basic {basic}")),
            ],
            r#"{"grant_type": "client_credentials", "scope": "read"}"#,
        )
        .await;
    assert_eq!(got.status, StatusCode::OK);
    let token: mastodon::Token = serde_json::from_slice(&got.body).unwrap();
    assert_eq!((&*token.token_type, &*token.scope), ("Bearer", "read"));

    let known = with_token(
        &relay,
        "/api/v1/apps/verify_credentials",
        &token.access_token,
    )
    .await;
    let known: mastodon::Application = serde_json::from_slice(&known.body).unwrap();
    assert_eq!(known.name, "Elk");
    let me = with_token(
        &relay,
        "/api/v1/accounts/verify_credentials",
        &token.access_token,
    )
    .await;
    assert_eq!(me.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = register(&relay, APP).await;
    let body = format!(
        "client_id={}&client_secret={}&token={}",
        other.id, other.secret, token.access_token
    );
    let foreign = relay.post("/oauth/revoke", FORM, &body).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(foreign.json()["error"], "unauthorized_client");
}

#[tokio::test]
async fn a_registration_is_read_however_it_is_written() {
    let relay = TestRelay::with(&[]).await;
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"client_name\"\r\n\r\nToot\r\n\
                     --x\r\nContent-Disposition: form-data; name=\"redirect_uris\"\r\n\r\nurn:ietf:wg:oauth:2.0:oob\r\n--x--\r\n";
    for (kind, body) in [
        (
            FORM,
            "client_name=Toot&redirect_uris=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob%0Atoot%3Adone&scopes=read+write",
        ),
        ("multipart/form-data; boundary=x", multipart),
        (
            "application/json",
            r#"{"client_name": "Toot", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}"#,
        ),
    ] {
        let got = relay.post("/api/v1/apps", kind, body).await;
        assert_eq!(got.status, StatusCode::OK, "{kind}");
        let app: mastodon::Application = serde_json::from_slice(&got.body).unwrap();
        assert_eq!(
            app.redirect_uris.first().map(String::as_str),
            Some("urn:ietf:wg:oauth:2.0:oob")
        );
        assert_eq!(app.client_secret_expires_at, Some(0));
    }
    let long = "a".repeat(3_000);
    for body in [
        "redirect_uris=toot%3Adone".to_owned(),
        "client_name=x".to_owned(),
        "client_name=x&redirect_uris=javascript%3Aalert(1)".to_owned(),
        "client_name=x&redirect_uris=toot%3Adone&scopes=everything".to_owned(),
        "client_name=x&redirect_uris=toot%3Adone&website=javascript%3Ax".to_owned(),
        format!("client_name=x&redirect_uris=https%3A%2F%2Felk.example%2F{long}"),
    ] {
        let got = relay.post("/api/v1/apps", FORM, &body).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(got.json()["error"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn a_token_changes_nothing_that_is_read_and_writes_are_refused_with_it() {
    let relay = TestRelay::with(&[post(1, &["rust"])]).await;
    let app = register(&relay, APP).await;
    let token = app.token(&relay).await;
    let bare = relay.get("/api/v1/timelines/public").await;
    for token in [token.as_str(), "wrong"] {
        let got = with_token(&relay, "/api/v1/timelines/public", token).await;
        assert_eq!(got.body, bare.body);
    }
    for path in [
        "/api/v1/statuses",
        "/api/v1/statuses/1/favourite",
        "/api/v1/markers",
    ] {
        let got = relay.post(path, FORM, "status=x").await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{path}");
    }
    let none = relay.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_signing_in_answers_is_as_documented() {
    let relay = TestRelay::with(&[]).await;
    let got = relay.get("/.well-known/oauth-authorization-server").await;
    let server: mastodon::AuthorizationServer = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(server.issuer, "https://relay.example/");
    assert_eq!(server.token_endpoint, "https://relay.example/oauth/token");
    assert_eq!(server.code_challenge_methods_supported, ["S256"]);
    assert_eq!(got.header("access-control-allow-origin"), "*");

    let app = register(&relay, APP).await;
    let token = app.token(&relay).await;
    let info = with_token(&relay, "/oauth/userinfo", &token).await;
    let info: mastodon::UserInfo = serde_json::from_slice(&info.body).unwrap();
    assert_eq!(info.preferred_username, "guest");
    let profile = with_token(&relay, "/api/v1/profile", &token).await;
    serde_json::from_slice::<mastodon::Profile>(&profile.body).unwrap();
    let id = with_token(&relay, "/api/v1/accounts/verify_credentials", &token)
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let account = relay.get(&format!("/api/v1/accounts/{id}")).await;
    assert_eq!(account.json()["username"], "guest");
}

#[tokio::test]
async fn a_guest_stays_signed_in_when_the_relay_starts_again() {
    let relay = TestRelay::with(&[]).await;
    let app = register(&relay, APP).await;
    let token = app.token(&relay).await;
    let again = relay.started_again();
    let me = with_token(&again, "/api/v1/accounts/verify_credentials", &token).await;
    assert_eq!(me.status, StatusCode::OK);
    app.token(&again).await;
}
