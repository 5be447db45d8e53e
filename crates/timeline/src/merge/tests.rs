//! The rules of the merge by example.

use mastodon::{Account, AccountId, Quote, StatusId, StatusTag, Timestamp};

mod properties;
mod quotes;
mod refused;
mod unwanted;
mod words;

use super::*;

/// Some time in 2023, in milliseconds.
const T0: i64 = 1_700_000_000_000;
const SOURCES: [&str; 3] = ["a.example", "b.example", "c.example"];

fn merger() -> Merger {
    Merger::new(
        SOURCES.map(|it| (it.to_owned(), Vec::new())),
        Patience::default(),
    )
}

/// Post `number` of `origin` in its `edit`-th version, as `source` has it.
fn copy(source: &str, origin: &str, number: u32, edit: u32) -> Status {
    let uri = format!("https://{origin}/users/ann/statuses/{number}");
    let domain = if source == origin {
        String::new()
    } else {
        format!("@{origin}")
    };
    Status {
        id: StatusId::new(format!("{source}-{number}")),
        uri: uri.clone(),
        url: Some(format!("https://{origin}/@ann/{number}")),
        created_at: Timestamp::from_unix_millis(T0 + i64::from(number)),
        edited_at: (edit > 0).then(|| Timestamp::from_unix_millis(T0 + 1_000 * i64::from(edit))),
        content: Some(format!("<p>version {edit}</p>")),
        account: Account {
            id: AccountId::new(format!("{source}-ann-{origin}")),
            username: "ann".into(),
            acct: format!("ann{domain}"),
            uri: format!("https://{origin}/users/ann"),
            url: format!("https://{origin}/@ann"),
            ..Account::default()
        },
        ..Status::default()
    }
}

fn told(source: &str, status: Status, at: i64) -> Arrival {
    Arrival {
        source: source.into(),
        how: How::Stream,
        event: Heard::Status(Box::new(status)),
        at: T0 + 60_000 + at,
        is_guarded: false,
    }
}

fn gone(source: &str, number: u32, at: i64) -> Arrival {
    let event = Heard::Gone(StatusId::new(format!("{source}-{number}")));
    Arrival {
        source: source.into(),
        how: How::Stream,
        event,
        at: T0 + 60_000 + at,
        is_guarded: false,
    }
}

/// `uri`, id, text, witnesses and counts.
type Seen = (String, String, Option<String>, Vec<String>, Counts);

/// What a reader of the view can tell of the posts.
fn view(memory: &Window) -> Vec<Seen> {
    let posts = memory.posts().filter(|it| it.is_visible());
    posts
        .map(|it| {
            let status = it.status().unwrap();
            (
                it.uri.clone(),
                it.id.to_string(),
                status.content,
                it.seen_on(),
                it.counts(),
            )
        })
        .collect()
}

struct World {
    merger: Merger,
    memory: Window,
}

impl World {
    fn new() -> Self {
        Self {
            merger: merger(),
            memory: Window::new(1_000),
        }
    }

    fn hear(&mut self, arrival: Arrival) -> Outcome {
        self.merger.apply(&mut self.memory, arrival)
    }

    fn text(&mut self, origin: &str, number: u32) -> Option<String> {
        let uri = copy(origin, origin, number, 0).uri;
        let post = self.memory.post(&uri).filter(|it| it.is_visible())?;
        post.status().unwrap().content
    }
}

fn kinds(outcome: &Outcome) -> Vec<&'static str> {
    let name = |change: &Change| match change {
        Change::Appeared(_) => "appeared",
        Change::Updated { .. } => "updated",
        Change::Deleted(_) => "deleted",
        Change::Witnessed { .. } => "witnessed",
    };
    outcome.changes.iter().map(name).collect()
}

#[test]
fn the_same_post_from_two_sources_appears_once() {
    let mut world = World::new();
    let first = world.hear(told("b.example", copy("b.example", "a.example", 1, 0), 0));
    assert_eq!(
        (first.verdict, kinds(&first)),
        (Verdict::New, vec!["appeared"])
    );
    let second = world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 1));
    assert_eq!(
        (second.verdict, kinds(&second)),
        (Verdict::Known, vec!["witnessed"])
    );
    let again = world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 2));
    assert_eq!(
        (again.verdict, kinds(&again)),
        (Verdict::Repeated, vec!["witnessed"])
    );
    assert_eq!(view(&world.memory)[0].3, ["b.example", "a.example"]);
}

#[test]
fn every_id_that_leaves_is_our_own() {
    let mut world = World::new();
    let mut status = copy("b.example", "a.example", 1, 0);
    status.favourited = Some(true);
    status.quote = Some(Quote {
        state: mastodon::QuoteState::Accepted,
        quoted_status: Some(Box::new(copy("b.example", "c.example", 9, 0))),
        ..Quote::default()
    });
    world.hear(told("b.example", status.clone(), 0));
    let post = world.memory.post(&status.uri).unwrap();
    let json = serde_json::to_string(&post.status().unwrap()).unwrap();
    assert!(!json.contains("b.example-"), "{json}");
    assert!(!json.contains("favourited\""), "{json}");
    assert!(json.contains(&format!("\"id\":\"{}\"", post.id)), "{json}");
    assert!(
        json.contains(r#""relay":{"seen_on":["b.example"],"origin":"a.example"}"#),
        "{json}"
    );
    assert!(json.contains(r#""acct":"ann@a.example""#), "{json}");
    let quoted = world
        .memory
        .post("https://c.example/users/ann/statuses/9")
        .unwrap();
    assert!(!quoted.is_visible() && json.contains(&quoted.id.to_string()));
}

#[test]
fn a_deletion_by_the_authors_server_is_for_good() {
    let mut world = World::new();
    for source in SOURCES {
        world.hear(told(source, copy(source, "a.example", 1, 0), 0));
    }
    assert_eq!(kinds(&world.hear(gone("a.example", 1, 1))), ["deleted"]);
    let back = world.hear(told("b.example", copy("b.example", "a.example", 1, 0), 2));
    assert_eq!(back.verdict, Verdict::Refused(Refusal::Deleted));
    assert!(view(&world.memory).is_empty());
}

#[test]
fn a_deletion_that_overtakes_its_post_still_counts() {
    let mut world = World::new();
    assert_eq!(world.hear(gone("a.example", 1, 0)).verdict, Verdict::Gone);
    world.hear(told("b.example", copy("b.example", "a.example", 1, 0), 1));
    let late = world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 2));
    assert_eq!(kinds(&late), ["deleted"]);
    assert!(view(&world.memory).is_empty());
}

#[test]
fn another_servers_deletion_takes_only_its_own_word_back() {
    let mut world = World::new();
    for source in ["b.example", "c.example"] {
        world.hear(told(source, copy(source, "far.example", 1, 0), 0));
    }
    assert_eq!(kinds(&world.hear(gone("b.example", 1, 1))), ["witnessed"]);
    assert_eq!(view(&world.memory)[0].3, ["c.example"]);
    assert_eq!(kinds(&world.hear(gone("c.example", 1, 2))), ["deleted"]);
    let repeated = world.hear(told("c.example", copy("c.example", "far.example", 1, 0), 3));
    assert_eq!(repeated.verdict, Verdict::Refused(Refusal::Deleted));
}

#[test]
fn an_answer_finds_its_parent_also_when_the_parent_comes_later() {
    let mut world = World::new();
    let mut answer = copy("a.example", "a.example", 2, 0);
    answer.in_reply_to_id = Some(StatusId::new("a.example-1"));
    answer.in_reply_to_account_id = Some(answer.account.id.clone());
    world.hear(told("a.example", answer.clone(), 0));
    assert_eq!(
        world
            .memory
            .post(&answer.uri)
            .unwrap()
            .status()
            .unwrap()
            .in_reply_to_id,
        None
    );
    // The parent is first heard from elsewhere, where it has another id.
    world.hear(told("b.example", copy("b.example", "a.example", 1, 0), 1));
    let outcome = world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 2));
    assert_eq!(kinds(&outcome), ["witnessed", "witnessed"]);
    let parent = world.memory.post(&copy("", "a.example", 1, 0).uri).unwrap();
    let answer = world.memory.post(&answer.uri).unwrap().status().unwrap();
    assert_eq!(
        answer.in_reply_to_id.unwrap().as_str(),
        parent.id.to_string()
    );
    assert_eq!(answer.in_reply_to_account_id, Some(answer.account.id));
}

#[test]
fn of_two_posts_that_want_one_id_the_smaller_uri_has_it_in_any_order() {
    let mut seen = BTreeMap::new();
    let seconds = T0 / 1_000;
    let uri = |n: u32| format!("https://a.example/users/ann/statuses/{n}");
    let (one, two) = (0..u32::MAX)
        .find_map(|n| {
            seen.insert(PublicId::of(seconds, &uri(n), 0).unwrap(), n)
                .map(|earlier| (earlier, n))
        })
        .unwrap();
    let mut views = Vec::new();
    for order in [[one, two], [two, one]] {
        let mut world = World::new();
        for number in order {
            let status = Status {
                created_at: Timestamp::from_unix_millis(T0),
                ..copy("a.example", "a.example", number, 0)
            };
            world.hear(told("a.example", status, 0));
        }
        assert_eq!(view(&world.memory).len(), 2);
        views.push(
            view(&world.memory)
                .into_iter()
                .map(|it| (it.0, it.1))
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(views[0], views[1]);
    assert_ne!(views[0][0].1, views[0][1].1);
}

#[test]
fn tags_of_a_post_are_keys() {
    let mut world = World::new();
    let tags = ["Rust", "rust", "Café"].map(|name| StatusTag {
        name: name.into(),
        ..StatusTag::default()
    });
    let status = Status {
        tags: tags.to_vec(),
        ..copy("a.example", "a.example", 1, 0)
    };
    world.hear(told("a.example", status.clone(), 0));
    assert_eq!(
        world.memory.post(&status.uri).unwrap().tags(),
        ["cafe", "rust"]
    );
}
