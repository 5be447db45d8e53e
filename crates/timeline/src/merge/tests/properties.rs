//! The rules of the merge as properties: any order, any repetition, any interleaving.

use proptest::prelude::*;

use super::{post::MAX_TOLD, *};

#[derive(Clone, Debug)]
enum Step {
    Tell {
        source: usize,
        number: u32,
        edit: u32,
    },
    Delete {
        source: usize,
        number: u32,
    },
}

const ORIGINS: [&str; 4] = ["a.example", "b.example", "c.example", "far.example"];

fn origin_of_post(number: u32) -> &'static str {
    ORIGINS[number as usize % ORIGINS.len()]
}

fn arrival(step: &Step, at: i64) -> Arrival {
    match *step {
        Step::Tell {
            source,
            number,
            edit,
        } => {
            let mut status = copy(SOURCES[source], origin_of_post(number), number, edit);
            status.favourites_count = at % 7;
            status.account.display_name = format!("Ann on {}", SOURCES[source]);
            told(SOURCES[source], status, at)
        }
        Step::Delete { source, number } => gone(SOURCES[source], number, at),
    }
}

fn steps(deletions: bool) -> impl Strategy<Value = Vec<Step>> {
    steps_on(&[0, 1, 2, 3, 4], 4, deletions)
}

/// Steps on these posts, each of which is told in so many versions.
fn steps_on(
    numbers: &'static [u32],
    edits: u32,
    deletions: bool,
) -> impl Strategy<Value = Vec<Step>> {
    let number = || prop::sample::select(numbers);
    let tell = (0..3_usize, number(), 0..edits).prop_map(|(source, number, edit)| Step::Tell {
        source,
        number,
        edit,
    });
    let delete =
        (0..3_usize, number()).prop_map(|(source, number)| Step::Delete { source, number });
    let weight = u32::from(deletions);
    prop::collection::vec(prop_oneof![12 => tell, weight => delete], 1..40)
}

/// What the steps tell, in order, and the same twice in another order.
fn shuffled(steps: &[Step]) -> impl Strategy<Value = (Vec<Arrival>, Vec<Arrival>)> + use<> {
    let arrivals: Vec<Arrival> = steps
        .iter()
        .zip(0..)
        .map(|(step, at)| arrival(step, at))
        .collect();
    let twice: Vec<Arrival> = arrivals.iter().chain(&arrivals).cloned().collect();
    (Just(arrivals), Just(twice).prop_shuffle())
}

fn heard(arrivals: &[Arrival]) -> (World, Vec<Outcome>) {
    let mut world = World::new();
    let outcomes = arrivals.iter().map(|it| world.hear(it.clone())).collect();
    (world, outcomes)
}

/// What is read first of a status.
fn brief_of(status: &Status) -> Status {
    let account = &status.account;
    Status {
        account: Account {
            id: account.id.clone(),
            username: account.username.clone(),
            acct: account.acct.clone(),
            note: account.note.clone(),
            url: account.url.clone(),
            uri: account.uri.clone(),
            limited: account.limited,
            ..Account::default()
        },
        emojis: Vec::new(),
        card: None,
        ..status.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_any_repetition_end_in_the_same_view(
        (arrivals, shuffled) in steps(true).prop_flat_map(|steps| shuffled(&steps))
    ) {
        let (one, _) = heard(&arrivals);
        let (other, _) = heard(&shuffled);
        prop_assert_eq!(view(&one.memory), view(&other.memory));
    }

    #[test]
    fn any_order_of_many_versions_ends_in_the_same_view(
        (arrivals, shuffled) in steps_on(&[0, 3], 16, true).prop_flat_map(|steps| shuffled(&steps))
    ) {
        let (one, _) = heard(&arrivals);
        let (other, _) = heard(&shuffled);
        prop_assert_eq!(view(&one.memory), view(&other.memory));
        for post in one.memory.posts() {
            prop_assert!(post.copies.len() <= post.witnesses.len() * (MAX_TOLD + 1));
        }
    }

    #[test]
    fn a_post_deleted_by_its_own_server_never_comes_back(steps in steps(true)) {
        let arrivals: Vec<Arrival> = steps.iter().zip(0..).map(|(step, at)| arrival(step, at)).collect();
        let (world, _) = heard(&arrivals);
        for step in &steps {
            if let Step::Delete { source, number } = step && origin_of_post(*number) == SOURCES[*source] {
                let told_at_home = steps.iter().any(|it| matches!(it, Step::Tell { source: s, number: n, .. } if s == source && n == number));
                let uri = copy("", origin_of_post(*number), *number, 0).uri;
                prop_assert!(!told_at_home || view(&world.memory).iter().all(|it| it.0 != uri));
            }
        }
    }

    #[test]
    fn what_is_known_needs_no_more_than_its_brief(steps in steps(true)) {
        let (mut whole, mut brief) = (World::new(), World::new());
        for (step, at) in steps.iter().zip(0..) {
            let arrival = arrival(step, at);
            let mut short = arrival.clone();
            if let Heard::Status(status) = &mut short.event
                && let Some(post) = brief.memory.post(&status.uri)
            {
                let less = brief_of(status);
                if brief.merger.is_enough(&post, &less, &short.source) {
                    **status = less;
                }
            }
            let (long, short) = (whole.hear(arrival), brief.hear(short));
            prop_assert_eq!(long.verdict, short.verdict);
            prop_assert_eq!(format!("{:?}", long.changes), format!("{:?}", short.changes));
        }
    }

    #[test]
    fn an_older_version_never_replaces_a_newer_one(steps in steps(false)) {
        let mut world = World::new();
        let mut newest: BTreeMap<String, Option<i64>> = BTreeMap::new();
        for (step, at) in steps.iter().zip(0..) {
            world.hear(arrival(step, at));
            for post in world.memory.posts() {
                let known = newest.entry(post.uri.clone()).or_default();
                prop_assert!(post.shown.edited_at >= *known, "{} went back", post.uri);
                *known = post.shown.edited_at;
            }
        }
    }

    #[test]
    fn what_followers_are_told_is_what_the_view_holds(steps in steps(true)) {
        let arrivals: Vec<Arrival> = steps.iter().zip(0..).map(|(step, at)| arrival(step, at)).collect();
        let (world, outcomes) = heard(&arrivals);
        let mut followed: BTreeMap<String, Option<String>> = BTreeMap::new();
        for change in outcomes.iter().flat_map(|it| &it.changes) {
            match change {
                Change::Appeared(post) => {
                    let twice = followed.insert(post.uri.clone(), post.status().unwrap().content);
                    prop_assert!(twice.is_none(), "told twice");
                }
                Change::Updated { post, .. } => {
                    let before = followed.insert(post.uri.clone(), post.status().unwrap().content);
                    prop_assert!(before.is_some(), "an update before its post");
                }
                Change::Deleted(post) => {
                    prop_assert!(followed.remove(&post.uri).is_some(), "a deletion of nothing");
                }
                Change::Witnessed { .. } => {}
            }
        }
        let held: BTreeMap<String, Option<String>> = view(&world.memory).into_iter().map(|it| (it.0, it.2)).collect();
        prop_assert_eq!(followed, held);
    }
}
