//! Authors who opt out, and what the operator will not have: gone now, and gone for good.

use proptest::prelude::*;

use super::*;
use crate::moderation::{Rules, ServerRule, Severity, name_of_account};

const MINUTE: i64 = 60_000;

fn wishing(mut status: Status) -> Status {
    status.account.note = "<p>#nobot</p>".into();
    status
}

fn forget(name: &str) -> Rules {
    let mut rules = Rules::default();
    let name = name_of_account(name).unwrap();
    rules.forgotten.accounts.insert(name);
    rules
}

fn server(domain: &str, severity: Severity, reject_media: bool) -> Rules {
    let mut rules = Rules::default();
    let rule = ServerRule {
        severity,
        reject_media,
    };
    rules.servers.insert(domain.to_owned(), rule);
    rules
}

/// Lets rules hold and reviews everything; what it changed.
fn rule(world: &mut World, rules: Rules) -> Vec<Change> {
    world.merger.set_rules(Arc::new(rules));
    let uris: Vec<String> = world.memory.posts().map(|it| it.uri.clone()).collect();
    let review = |uri: &String| world.merger.review(&mut world.memory, uri);
    uris.iter().flat_map(review).collect()
}

fn seen(world: &World) -> usize {
    view(&world.memory).len()
}

#[test]
fn an_author_who_opts_out_takes_all_posts_along_and_old_bios_bring_none_back() {
    let mut world = World::new();
    for number in 0..3 {
        for source in SOURCES {
            let status = copy(source, "a.example", number, 0);
            world.hear(told(source, status, 0));
        }
    }
    let late = wishing(copy("a.example", "a.example", 9, 0));
    let outcome = world.hear(told("a.example", late, MINUTE));
    assert_eq!(outcome.verdict, Verdict::Refused(Refusal::OptedOut));
    let deleted = |it: &Change| matches!(it, Change::Deleted(_));
    assert_eq!(outcome.changes.iter().filter(|it| deleted(it)).count(), 3);
    let old = copy("b.example", "a.example", 1, 0);
    let verdict = world.hear(told("b.example", old, 2 * MINUTE)).verdict;
    assert_eq!(verdict, Verdict::Refused(Refusal::OptedOut));
    assert_eq!(seen(&world), 0);
    // A cached answer from before the wish says nothing; a bio without it later on does.
    let own = copy("a.example", "a.example", 1, 0);
    world.hear(told("a.example", own.clone(), MINUTE + 30_000));
    assert_eq!(seen(&world), 0);
    world.hear(told("a.example", own, 3 * MINUTE));
    assert_eq!(seen(&world), 1);
}

#[test]
fn a_source_speaks_of_the_wishes_of_strangers_only_when_their_own_server_cannot() {
    let mut world = World::new();
    for origin in ["a.example", "far.example"] {
        world.hear(told("b.example", copy("b.example", origin, 1, 0), 0));
        let wish = wishing(copy("c.example", origin, 2, 0));
        world.hear(told("c.example", wish, 1));
    }
    assert!(world.text("a.example", 1).is_some());
    assert!(world.text("far.example", 1).is_none());
}

#[test]
fn a_wish_is_nobody_elses_although_a_liar_writes_another_handle() {
    let mut world = World::new();
    world.hear(told("a.example", copy("a.example", "a.example", 1, 0), 0));
    let mut lie = wishing(copy("b.example", "b.example", 2, 0));
    lie.account.acct = "ann@a.example".into();
    for uri in ["https://b.example/users/ann", ""] {
        lie.account.uri = uri.into();
        world.hear(told("b.example", lie.clone(), 1));
    }
    assert_eq!(seen(&world), 1);
}

#[test]
fn a_prolific_author_leaves_in_steps() {
    let mut world = World::new();
    for number in 0..450 {
        let status = copy("a.example", "a.example", number, 0);
        world.hear(told("a.example", status, 0));
    }
    let wish = wishing(copy("a.example", "a.example", 0, 0));
    world.hear(told("a.example", wish, 1));
    assert!(seen(&world) > 200);
    let mut steps = 0;
    while let Some(changes) = world.merger.go_on(&mut world.memory) {
        assert!(changes.len() <= 200);
        steps += 1;
    }
    assert_eq!((seen(&world), steps), (0, 2));
}

#[test]
fn who_is_forgotten_is_gone_also_from_quotes() {
    let mut world = World::new();
    let quoted = copy("b.example", "far.example", 1, 0);
    let mut quoting = copy("b.example", "b.example", 2, 0);
    quoting.quote = Some(Quote {
        state: mastodon::QuoteState::Accepted,
        quoted_status: Some(Box::new(quoted.clone())),
        quoted_status_id: None,
    });
    world.hear(told("b.example", quoted.clone(), 0));
    world.hear(told("b.example", quoting.clone(), 0));
    let changes = rule(&mut world, forget("@ann@far.example"));
    let is_gone = |it: &Change| matches!(it, Change::Deleted(post) if post.uri == quoted.uri);
    assert!(changes.iter().any(is_gone));
    let words = |world: &mut World| {
        let post = world.memory.post(&quoting.uri).unwrap();
        post.status().unwrap().quote.unwrap().quoted_status
    };
    assert_eq!(words(&mut world), None);
    let verdict = world.hear(told("b.example", quoted, 1)).verdict;
    let forgotten = Refusal::Unwanted(Reason::Forgotten);
    assert_eq!(verdict, Verdict::Refused(forgotten));
    world.hear(told("b.example", quoting.clone(), 2));
    assert_eq!(words(&mut world), None);
    assert_eq!(seen(&world), 1);
}

#[test]
fn a_forged_copy_does_not_take_the_honest_post_along() {
    let mut world = World::new();
    world.merger.set_rules(Arc::new(forget("@eve@a.example")));
    let honest = copy("a.example", "a.example", 1, 0);
    world.hear(told("a.example", honest, 0));
    let mut forged = copy("b.example", "a.example", 1, 0);
    forged.account.acct = "eve@a.example".into();
    let verdict = world.hear(told("b.example", forged, 1)).verdict;
    let forgotten = Refusal::Unwanted(Reason::Forgotten);
    assert_eq!(verdict, Verdict::Refused(forgotten));
    assert_eq!(seen(&world), 1);
}

#[test]
fn hidden_words_hide_a_post_while_they_are_shown_and_while_they_are_hidden() {
    let mut world = World::new();
    let told_in = |edit: u32| {
        told(
            "a.example",
            copy("a.example", "a.example", 1, edit),
            i64::from(edit),
        )
    };
    let mut rules = Rules::default();
    rules.words.insert("version 1".into());
    world.hear(told_in(0));
    assert!(rule(&mut world, rules).is_empty());
    let outcome = world.hear(told_in(1));
    let word = Refusal::Unwanted(Reason::Word);
    assert_eq!(outcome.verdict, Verdict::Refused(word));
    assert!(matches!(outcome.changes[..], [Change::Deleted(_)]));
    // Another server's older copy does not bring it back.
    let old = copy("b.example", "a.example", 1, 0);
    world.hear(told("b.example", old, 5));
    assert_eq!(seen(&world), 0);
    let changes = rule(&mut world, Rules::default());
    assert!(matches!(changes[..], [Change::Appeared(_)]));
    assert_eq!(
        world.text("a.example", 1).as_deref(),
        Some("<p>version 1</p>")
    );
}

#[test]
fn a_silenced_server_is_in_no_timeline_and_a_mediocre_one_shows_no_media() {
    let mut world = World::new();
    let mut status = copy("b.example", "far.example", 1, 0);
    status.media_attachments = vec![Default::default()];
    world.hear(told("b.example", status.clone(), 0));
    let silenced = server("far.example", Severity::Silence, false);
    assert!(matches!(
        rule(&mut world, silenced)[..],
        [Change::Deleted(_)]
    ));
    let post = world.memory.post(&status.uri).unwrap();
    assert!(post.status().is_some() && !post.is_visible() && !post.is_withheld());
    let bare = server("far.example", Severity::Noop, true);
    assert!(matches!(
        rule(&mut world, bare.clone())[..],
        [Change::Appeared(_)]
    ));
    let post = world.memory.post(&status.uri).unwrap();
    assert!(post.status().unwrap().media_attachments.is_empty() && !post.has_media());
    assert!(rule(&mut world, bare).is_empty());
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let severity = prop::sample::select(vec![Severity::Noop, Severity::Silence, Severity::Suspend]);
    let host = prop::sample::select(vec!["a.example", "far.example", "example"]);
    prop_oneof![
        prop::sample::select(vec!["@ann@a.example", "@ann@far.example"]).prop_map(forget),
        (host, severity, any::<bool>())
            .prop_map(|(host, severity, media)| server(host, severity, media)),
        (0..3_u32).prop_map(|edit| {
            let mut rules = Rules::default();
            rules.words.insert(format!("version {edit}"));
            rules
        }),
    ]
}

/// What happens: a telling, or one more rule.
#[derive(Clone, Debug)]
enum Step {
    Tell(Box<Arrival>),
    Rule(Rules),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let origin = prop::sample::select(vec!["a.example", "b.example", "far.example"]);
    let tell = (0..3_usize, origin, 0..3_u32, 0..3_u32, 0..100_i64).prop_map(
        |(source, origin, number, edit, at)| {
            let status = copy(SOURCES[source], origin, number, edit);
            Step::Tell(Box::new(told(SOURCES[source], status, at)))
        },
    );
    prop::collection::vec(
        prop_oneof![6 => tell, 1 => any_rules().prop_map(Step::Rule)],
        1..30,
    )
}

/// The world after all that, when rules are only added.
fn after(steps: &[Step]) -> World {
    let mut world = World::new();
    let mut rules = Rules::default();
    for step in steps {
        match step {
            Step::Tell(arrival) => drop(world.hear(Arrival::clone(arrival))),
            Step::Rule(more) => {
                rules.join(more.clone());
                rule(&mut world, rules.clone());
            }
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_does_not_matter_whether_a_rule_or_a_post_came_first(
        (steps, shuffled) in steps().prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle()))
    ) {
        prop_assert_eq!(view(&after(&steps).memory), view(&after(&shuffled).memory));
    }

    #[test]
    fn a_wish_that_is_never_lifted_holds_in_any_order(
        (steps, shuffled) in steps().prop_flat_map(|mut steps| {
            let wish = wishing(copy("a.example", "a.example", 7, 0));
            steps.push(Step::Tell(Box::new(told("a.example", wish, 0))));
            (Just(steps.clone()), Just(steps).prop_shuffle())
        })
    ) {
        let (one, other) = (view(&after(&steps).memory), view(&after(&shuffled).memory));
        prop_assert!(one.iter().all(|it| !it.0.contains("//a.example")));
        prop_assert_eq!(one, other);
    }
}
