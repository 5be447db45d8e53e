//! What trends, by posts of which the reader of a test can count the people.

use super::*;

/// Now, in seconds: at noon, so that some hours ago is today.
const NOON: i64 = 20_000 * 86_400 + 43_200;
const HOUR: i64 = 3_600;

/// A post that `author` wrote so many seconds before noon, with these hashtags.
fn post(author: &str, age: i64, tags: &[&str]) -> Row {
    let second = u32::try_from(NOON - age).unwrap();
    let mut row = row(second, &format!("{author}/{age}"));
    row.keys.account = format!("{author}@a.example");
    row.keys.tags = keys_of(tags.iter().copied());
    row
}

fn liked(author: &str, age: i64, reblogs: u32, favourites: u32) -> Row {
    let mut row = post(author, age, &[]);
    (row.keys.reblogs, row.keys.favourites) = (reblogs, favourites);
    row
}

fn linking(author: &str, age: i64, url: &str) -> Row {
    let mut row = post(author, age, &[]);
    let id = row.id;
    let json = serde_json::json!({"id": id.to_string(), "card": {"url": url, "title": "X"}});
    row.json = Bytes::from(json.to_string());
    row
}

fn named(trends: &Trends) -> Vec<&str> {
    trends.tags.iter().map(|it| it.key.as_str()).collect()
}

#[tokio::test]
async fn a_hashtag_trends_by_the_people_who_use_it_lately() {
    let mut rows = vec![
        post("ann", 10, &["common", "alone"]),
        post("ben", 20, &["common"]),
        post("cyd", 30, &["common"]),
        // Two, but said often.
        post("ann", 40, &["loud"]),
        post("ann", 41, &["loud"]),
        post("ann", 42, &["loud"]),
        post("ben", 43, &["loud"]),
        // Three, but half a day ago: a quarter each.
        post("ann", 12 * HOUR, &["older"]),
        post("ben", 12 * HOUR, &["older"]),
        post("cyd", 12 * HOUR, &["older"]),
    ];
    for author in ["ann", "ben", "cyd", "dan", "eve"] {
        rows.push(post(author, 50 * HOUR, &["past"]));
    }
    let (archive, _ledger) = written(&rows);
    let trends = archive.trends(NOON).await.unwrap();
    assert_eq!(named(&trends), ["common", "loud", "older"]);
    let history = &trends.tags[1].history;
    assert_eq!(history.len(), 7);
    assert_eq!((history[0].uses, history[0].accounts), (4, 2));
    assert_eq!((history[1].uses, history[1].accounts), (0, 0));
    assert_eq!(history[0].day - history[1].day, 24 * HOUR);
}

#[tokio::test]
async fn who_is_not_to_be_shown_in_trends_counts_for_nothing() {
    let mut rows = Vec::new();
    type Change = fn(&mut Keys);
    let changes: [(&str, Change); 4] = [
        ("bot", |it| it.bot = true),
        ("sensitive", |it| it.sensitive = true),
        ("guarded", |it| it.is_guarded = true),
        ("spam", |it| {
            it.tags.extend((0..10).map(|n| format!("zz{n}")));
        }),
    ];
    for (tag, change) in changes {
        for author in ["ann", "ben", "cyd"] {
            let mut row = post(author, i64::try_from(rows.len()).unwrap(), &[tag]);
            row.keys.reblogs = 9;
            change(&mut row.keys);
            rows.push(row);
        }
    }
    for author in ["shy", "sly", "ann"] {
        let mut row = post(author, 100, &["quiet"]);
        row.keys.favourites = 1;
        rows.push(row);
        rows.push(post(author, 200, &["unlisted"]));
        rows.last_mut().unwrap().listed = false;
    }
    let (archive, ledger) = written(&rows);
    ledger.begin().unwrap();
    for name in ["shy", "sly"] {
        let handle = format!("{name}@a.example");
        let person = Person {
            id: PublicId::floor(1 + u32::from(name == "sly")),
            handle: handle.clone(),
            server: "a.example".to_owned(),
            rank: Rank::Own,
            discoverable: false,
            indexable: false,
            last_id: PublicId::floor(9),
            names: handle,
            json: Bytes::from_static(b"{}"),
        };
        ledger.put_person(&person).unwrap();
    }
    ledger.commit().unwrap();
    let trends = archive.trends(NOON).await.unwrap();
    assert_eq!(named(&trends), Vec::<&str>::new());
    // Hashtag spam is of no harm to the post itself; the three have a spam post each, the newest first of one author.
    let authors: Vec<_> = rows
        .iter()
        .filter(|it| trends.statuses.contains(&it.id))
        .map(|it| (it.keys.account.as_str(), it.keys.tags.len()))
        .collect();
    assert_eq!(
        authors,
        [
            ("ann@a.example", 11),
            ("ben@a.example", 11),
            ("cyd@a.example", 11)
        ]
    );
}

#[tokio::test]
async fn a_post_trends_by_those_who_passed_it_on_one_of_an_author() {
    let mut reply = liked("fay", 1, 50, 50);
    reply.keys.reply_to_other = true;
    let rows = [
        liked("ann", 10, 1, 1),
        liked("ann", 20, 0, 1),
        liked("ben", 30, 0, 0),
        liked("cyd", 6 * HOUR, 5, 5),
        liked("dan", 12 * HOUR, 4, 0),
        liked("eve", 72 * HOUR, 500, 500),
        reply,
    ];
    let (archive, _ledger) = written(&rows);
    let trends = archive.trends(NOON).await.unwrap();
    // 10 halved once, 2, and 4 halved twice.
    assert_eq!(trends.statuses, [rows[3].id, rows[0].id, rows[4].id]);
}

#[tokio::test]
async fn a_link_trends_by_those_who_share_it_and_its_week_is_told() {
    let rows = [
        linking("ann", 10, "https://x.example/a"),
        linking("ann", 20, "https://x.example/a"),
        linking("ben", 30, "https://x.example/a"),
        linking("cyd", 24 * HOUR, "https://x.example/a"),
        linking("ann", 96 * HOUR, "https://x.example/a"),
        linking("ann", 40, "https://x.example/alone"),
        linking("ann", 50, "javascript:alert(1)"),
        linking("ben", 60, "javascript:alert(1)"),
        post("ben", 70, &[]),
    ];
    let (archive, _ledger) = written(&rows);
    let trends = archive.trends(NOON).await.unwrap();
    assert_eq!(trends.links.len(), 1);
    let link = &trends.links[0];
    assert_eq!(link.url, "https://x.example/a");
    assert_eq!(link.posts, [rows[0].id, rows[2].id, rows[3].id]);
    let days: Vec<_> = link
        .history
        .iter()
        .map(|it| (it.uses, it.accounts))
        .collect();
    assert_eq!(
        days,
        [(3, 2), (1, 1), (0, 0), (0, 0), (1, 1), (0, 0), (0, 0)]
    );
}

#[tokio::test]
async fn what_was_withdrawn_since_it_was_counted_is_not_told() {
    let url = "https://x.example/a";
    let mut rows = vec![
        linking("ann", 10, url),
        linking("ben", 20, url),
        post("ann", 30, &["river"]),
        post("ben", 40, &["river"]),
        liked("ann", 50, 3, 0),
        liked("ben", 60, 2, 0),
    ];
    let (archive, ledger) = written(&rows);
    let trends = archive.trends(NOON).await.unwrap();
    let told = async || {
        let tags = archive.still_trending_tags(trends.tags.clone(), NOON).await;
        let statuses = archive
            .still_trending_statuses(trends.statuses.clone())
            .await;
        let links = archive.still_trending_links(trends.links.clone()).await;
        (
            tags.unwrap().len(),
            statuses.unwrap().into_iter().map(|it| it.uri).collect(),
            links
                .unwrap()
                .into_iter()
                .map(|it| it.1["title"].clone())
                .collect(),
        )
    };
    let (tags, statuses, links): (usize, Vec<_>, Vec<_>) = told().await;
    assert_eq!((tags, links), (1, vec![serde_json::json!("X")]));
    assert_eq!(statuses, ["ann/50", "ben/60"]);
    ledger.begin().unwrap();
    for uri in ["ben/40", "ann/50"] {
        ledger.remove(uri).unwrap();
    }
    // An edit took the link away, another put a warning on a post.
    rows[1].json = Bytes::from_static(b"{\"card\":null}");
    rows[5].keys.sensitive = true;
    for changed in [&rows[1], &rows[5]] {
        ledger.put(changed).unwrap();
    }
    ledger.commit().unwrap();
    assert_eq!(told().await, (0, Vec::<String>::new(), Vec::new()));
}
