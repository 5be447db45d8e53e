//! What the relay says about itself.

use super::*;

const ABOUT: &str = "public_url = \"https://relay.example\"\nname = \"A & B\"\ncontact = \"https://example.org/me\"\n\
     [about]\ntext = \"For a <town>.\\n\\nSecond.\"\nrules = [\"Be kind.\", \"No <b>ads</b>.\"]\n\
     [[source]]\ndomain = \"a.example\"\n[[view]]\nname = \"rust\"\ntitle = \"Rust & co\"\nhashtags = [\"rust\"]";

#[tokio::test]
async fn the_page_says_who_runs_it_whom_it_hears_and_how_to_leave() {
    let relay = TestRelay::configured(ABOUT).await;
    let got = relay.get("/about/relay").await;
    assert_eq!(got.status, StatusCode::OK);
    assert_eq!(got.header("content-type"), "text/html; charset=utf-8");
    assert!(
        got.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    let html = String::from_utf8(got.body.to_vec()).unwrap();
    for part in [
        "About A &amp; B",
        "<p>For a &lt;town&gt;.</p>\n<p>Second.</p>",
        "<a href=\"https://example.org/me\"",
        "<li>No &lt;b&gt;ads&lt;/b&gt;.</li>",
        "<a href=\"https://a.example/about\"",
        "#nobot",
        "<code>relay.example</code>",
        "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"Rust &amp; co\" href=\"https://relay.example/views/rust.rss\">",
        "<a href=\"https://relay.example/views/rust.atom\">",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn programs_read_the_same() {
    let relay = TestRelay::configured(ABOUT).await;
    let about = relay.get("/api/watersmeet/about").await.json();
    assert_eq!(about["name"], "A & B");
    assert_eq!(about["contact"], "https://example.org/me");
    assert_eq!(about["rules"], json!(["Be kind.", "No <b>ads</b>."]));
    assert_eq!(about["sources"][0]["domain"], "a.example");
    assert_eq!(about["opt_out"]["words"][0], "#nobot");
    let rules = relay.get("/api/v1/instance/rules").await;
    let rules: Vec<mastodon::Rule> = serde_json::from_slice(&rules.body).unwrap();
    assert_eq!(rules[1].text, "No <b>ads</b>.");
    assert_eq!(rules[1].id.as_str(), "2");
    let instance = relay.get("/api/v2/instance").await.json();
    assert_eq!(instance["rules"][0]["text"], "Be kind.");
    assert_eq!(
        instance["configuration"]["urls"]["about"],
        "https://relay.example/about/relay"
    );
    let long = relay.get("/api/v1/instance/extended_description").await;
    let long: mastodon::ExtendedDescription = serde_json::from_slice(&long.body).unwrap();
    assert!(long.content.contains("For a &lt;town&gt;."));
    let privacy = relay.get("/api/v1/instance/privacy_policy").await;
    let privacy: mastodon::PrivacyPolicy = serde_json::from_slice(&privacy.body).unwrap();
    assert!(privacy.content.contains("no account and no cookie"));
}

#[tokio::test]
async fn a_relay_without_the_app_has_the_page_at_about_too() {
    let relay = TestRelay::configured("").await;
    let got = relay.get("/about").await;
    assert_eq!(got.status, StatusCode::OK);
    let html = String::from_utf8(got.body.to_vec()).unwrap();
    assert!(html.contains("have not left an address"));
}
