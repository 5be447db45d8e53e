//! What is shown of a quoted post, and whose word about it counts.

use mastodon::QuoteState;
use proptest::prelude::*;

use super::*;

/// Post 9 of c.example as `source` has it: what is quoted here.
fn quoted(source: &str) -> Status {
    copy(source, "c.example", 9, 0)
}

/// Post 1 of a.example as `source` has it, with what it says of its quote.
fn quoting(source: &str, state: QuoteState, quoted: Option<Status>) -> Status {
    let quote = Quote {
        state,
        quoted_status: quoted.map(Box::new),
        quoted_status_id: None,
    };
    Status {
        quote: Some(quote),
        ..copy(source, "a.example", 1, 0)
    }
}

fn pending(source: &str) -> Status {
    quoting(source, QuoteState::Pending, None)
}

fn accepted(source: &str) -> Status {
    quoting(source, QuoteState::Accepted, Some(quoted(source)))
}

/// The state of the quote that readers see, and the words that come with it.
fn seen(world: &mut World) -> (QuoteState, Option<String>) {
    let uri = pending("a.example").uri;
    let quote = world.memory.post(&uri).unwrap().status().unwrap().quote;
    let quote = quote.unwrap();
    (quote.state, quote.quoted_status.and_then(|it| it.content))
}

fn words() -> (QuoteState, Option<String>) {
    (QuoteState::Accepted, quoted("").content)
}

#[test]
fn a_quote_that_is_accepted_later_is_shown_whoever_says_so_first() {
    for how in [How::Stream, How::Poll] {
        for source in ["a.example", "b.example", "c.example"] {
            let mut world = World::new();
            world.hear(told("b.example", pending("b.example"), 0));
            assert_eq!(seen(&mut world), (QuoteState::Pending, None));
            let arrival = Arrival {
                how,
                ..told(source, accepted(source), 1)
            };
            let outcome = world.hear(arrival.clone());
            assert_eq!(kinds(&outcome)[0], "updated", "{source}");
            assert_eq!(seen(&mut world), words());
            assert_eq!(kinds(&world.hear(arrival))[0], "witnessed", "told again");
        }
    }
}

#[test]
fn a_server_that_lacks_the_quoted_post_does_not_hide_it() {
    for source in SOURCES {
        let mut world = World::new();
        world.hear(told("b.example", accepted("b.example"), 0));
        let outcome = world.hear(told(source, pending(source), 1));
        assert_eq!(kinds(&outcome), ["witnessed"], "{source}");
        assert_eq!(seen(&mut world), words());
    }
}

#[test]
fn what_its_own_server_says_of_a_quote_is_shown() {
    for state in [QuoteState::Revoked, QuoteState::Rejected] {
        let arrivals = [
            told("b.example", accepted("b.example"), 0),
            told("a.example", accepted("a.example"), 1),
            told(
                "a.example",
                quoting("a.example", QuoteState::Revoked, None),
                2,
            ),
            told("c.example", quoting("c.example", state, None), 3),
            // A stale copy.
            told("a.example", accepted("a.example"), 4),
        ];
        for order in [[0, 1, 2, 3, 4], [2, 4, 3, 1, 0], [3, 0, 2, 1, 4]] {
            let mut world = World::new();
            for at in order {
                world.hear(arrivals[at].clone());
            }
            assert_eq!(seen(&mut world), (QuoteState::Revoked, None));
        }
    }
    let mut world = World::new();
    world.hear(told(
        "b.example",
        quoting("b.example", QuoteState::Revoked, None),
        0,
    ));
    world.hear(told("a.example", accepted("a.example"), 1));
    assert_eq!(seen(&mut world), words());
}

#[test]
fn a_quote_is_not_hung_on_a_strangers_post() {
    let quote_of = |world: &mut World, uri: &str| {
        let post = world.memory.post(uri).unwrap();
        post.status().unwrap().quote.map(|it| it.state)
    };
    for order in [["a.example", "b.example"], ["b.example", "a.example"]] {
        let mut world = World::new();
        for source in order {
            let plain = copy(source, "a.example", 1, 0);
            let status = match source {
                "a.example" => plain,
                _ => accepted(source),
            };
            world.hear(told(source, status, 0));
        }
        let uri = pending("").uri;
        assert_eq!(quote_of(&mut world, &uri), None);
    }
    // Where nobody can ask the origin, the first counts, or two.
    let mut world = World::new();
    let far = |source| copy(source, "far.example", 3, 0);
    let quoting = |source| Status {
        quote: accepted(source).quote,
        ..far(source)
    };
    world.hear(told("a.example", far("a.example"), 0));
    world.hear(told("b.example", quoting("b.example"), 1));
    assert_eq!(quote_of(&mut world, &far("").uri), None);
    world.hear(told("c.example", quoting("c.example"), 2));
    assert_eq!(
        quote_of(&mut world, &far("").uri),
        Some(QuoteState::Accepted)
    );
}

#[test]
fn words_of_an_author_who_opted_out_are_not_carried_by_a_quote() {
    let mut opted_out = quoted("b.example");
    opted_out.account.note = "<p>#nobot</p>".into();
    let refusing = quoting("b.example", QuoteState::Accepted, Some(opted_out));
    // Another server may know an older form of the author's bio.
    for sources in [["b.example", "a.example"], ["a.example", "b.example"]] {
        let mut world = World::new();
        for source in sources {
            let status = match source {
                "b.example" => refusing.clone(),
                _ => accepted(source),
            };
            world.hear(told(source, status, 0));
        }
        assert_eq!(seen(&mut world), (QuoteState::Unauthorized, None));
        let uri = pending("a.example").uri;
        let post = world.memory.post(&uri).unwrap();
        assert!(post.quoted.is_empty() && post.copies.iter().all(|it| it.status.quote.is_none()));
    }
}

#[test]
fn words_that_would_be_refused_alone_are_not_carried_by_a_quote() {
    let honest = quoted("b.example");
    let strangers = Account {
        uri: "https://b.example/users/x".into(),
        ..honest.account.clone()
    };
    for refused in [
        Status {
            visibility: "private".into(),
            ..honest.clone()
        },
        Status {
            account: strangers,
            ..honest.clone()
        },
        Status {
            created_at: Timestamp::new("soon"),
            ..honest.clone()
        },
    ] {
        let mut world = World::new();
        let status = quoting("b.example", QuoteState::Accepted, Some(refused));
        world.hear(told("b.example", status, 0));
        assert_eq!(seen(&mut world), (QuoteState::Unauthorized, None));
    }
    let mut world = World::new();
    world.hear(told("c.example", quoted("c.example"), 0));
    world.hear(gone("c.example", 9, 1));
    world.hear(told("b.example", accepted("b.example"), 2));
    assert_eq!(seen(&mut world), (QuoteState::Deleted, None));
}

#[test]
fn a_boost_of_an_author_who_opted_out_is_refused() {
    let mut world = World::new();
    let mut inner = copy("a.example", "a.example", 1, 0);
    inner.account.note = "#nobot".into();
    let boost = Status {
        reblog: Some(Box::new(inner)),
        ..copy("a.example", "a.example", 50, 0)
    };
    let verdict = world.hear(told("a.example", boost, 0)).verdict;
    assert_eq!(verdict, Verdict::Refused(Refusal::OptedOut));
    assert_eq!(world.memory.posts().count(), 0);
}

#[test]
fn words_inside_a_quoted_post_are_not_quoted_on() {
    let mut outer = accepted("b.example");
    let inner = Quote {
        state: QuoteState::Accepted,
        quoted_status: Some(Box::new(copy("b.example", "a.example", 7, 3))),
        quoted_status_id: Some(StatusId::new("7")),
    };
    if let Some(quoted) = outer
        .quote
        .as_mut()
        .and_then(|it| it.quoted_status.as_mut())
    {
        quoted.quote = Some(inner);
    }
    let mut world = World::new();
    world.hear(told("b.example", outer.clone(), 0));
    let status = world.memory.post(&outer.uri).unwrap().status().unwrap();
    let inner = status.quote.unwrap().quoted_status.unwrap().quote.unwrap();
    assert_eq!((inner.quoted_status, inner.quoted_status_id), (None, None));
}

#[test]
fn a_quoted_post_that_is_deleted_leaves_every_quote_and_readers_are_told() {
    for at_home in [true, false] {
        let mut world = World::new();
        world.hear(told("a.example", accepted("a.example"), 0));
        world.hear(told("b.example", accepted("b.example"), 1));
        assert_eq!(seen(&mut world), words());
        // By the server that it was written on; another's word takes back its own sight alone.
        let source = if at_home { "c.example" } else { "b.example" };
        world.hear(told("c.example", quoted("c.example"), 2));
        let outcome = world.hear(gone(source, 9, 3));
        if at_home {
            assert_eq!(seen(&mut world), (QuoteState::Deleted, None));
            assert!(kinds(&outcome).contains(&"updated"));
            // A late copy does not bring it back.
            world.hear(told("c.example", accepted("c.example"), 4));
            assert_eq!(seen(&mut world), (QuoteState::Deleted, None));
        } else {
            assert_eq!(seen(&mut world), words());
        }
    }
}

#[test]
fn a_quoted_author_who_opts_out_later_is_no_longer_quoted() {
    let mut world = World::new();
    world.hear(told("a.example", accepted("a.example"), 0));
    let mut status = quoted("c.example");
    status.account.note = "<p>#nobot</p>".into();
    let outcome = world.hear(told("c.example", status, 1));
    assert_eq!(seen(&mut world), (QuoteState::Unauthorized, None));
    assert!(kinds(&outcome).contains(&"updated"));
    assert!(
        world
            .memory
            .post(&pending("a.example").uri)
            .unwrap()
            .quoted
            .is_empty()
    );
}

const STATES: [QuoteState; 7] = [
    QuoteState::Pending,
    QuoteState::Accepted,
    QuoteState::Rejected,
    QuoteState::Revoked,
    QuoteState::Deleted,
    QuoteState::Unauthorized,
    QuoteState::MutedAccount,
];

/// What a source may say: of the post in this edit, and of the quoted one in that.
fn saying() -> impl Strategy<Value = (&'static str, Option<Status>)> {
    let words = (0..=STATES.len(), 0..3_u32, 0..3_u32, any::<bool>());
    (
        prop::sample::select(&SOURCES[..]),
        prop::option::weighted(0.95, words),
    )
        .prop_map(|(source, words)| {
            let status = words.map(|(state, edit, quoted_edit, is_there)| {
                let Some(state) = STATES.get(state) else {
                    return copy(source, "a.example", 1, edit);
                };
                let inner = copy(source, "far.example", 3, quoted_edit);
                let outer = quoting(source, state.clone(), is_there.then_some(inner));
                let edited = copy(source, "a.example", 1, edit);
                Status {
                    quote: outer.quote,
                    ..edited
                }
            });
            (source, status)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_quote_and_the_deletion_of_what_it_quotes_end_alike_in_any_order(
        shuffled in Just(vec![
            told("a.example", accepted("a.example"), 0),
            told("b.example", accepted("b.example"), 1),
            told("c.example", accepted("c.example"), 2),
            told("c.example", quoted("c.example"), 3),
            gone("c.example", 9, 4),
        ]).prop_shuffle()
    ) {
        let mut world = World::new();
        for arrival in shuffled {
            world.hear(arrival);
        }
        prop_assert_eq!(seen(&mut world), (QuoteState::Deleted, None));
    }

    #[test]
    fn any_order_of_words_about_a_quote_ends_in_the_same_one(
        (arrivals, shuffled) in prop::collection::vec(saying(), 1..12).prop_flat_map(|sayings| {
            let arrivals: Vec<Arrival> = sayings.into_iter().zip(0..).map(|((source, status), at)| match status {
                Some(status) => told(source, status, at),
                None => gone(source, 1, at),
            }).collect();
            let twice: Vec<Arrival> = arrivals.iter().chain(&arrivals).cloned().collect();
            (Just(arrivals), Just(twice).prop_shuffle())
        })
    ) {
        let read = |arrivals: Vec<Arrival>| {
            let mut world = World::new();
            for arrival in arrivals {
                world.hear(arrival);
            }
            let post = world.memory.post(&pending("").uri);
            post.map(|it| it.status().unwrap().quote.map(|it| (it.state, it.quoted_status.map(|it| it.content))))
        };
        prop_assert_eq!(read(arrivals), read(shuffled));
    }
}
