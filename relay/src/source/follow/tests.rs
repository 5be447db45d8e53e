//! Who may make the relay follow what, and for how long.

use std::net::Ipv4Addr;

use tokio::time::{advance, sleep};

use super::*;

fn follows(max_hashtags: usize, per_reader: usize) -> Follows {
    let limits = OnDemand {
        max_hashtags,
        per_reader,
        linger: Duration::from_secs(15 * 60),
    };
    let source = SourceConfig {
        hashtags: vec!["Rust".to_owned()],
        ..SourceConfig::default()
    };
    Follows::new(&Config {
        on_demand: limits,
        sources: vec![source.clone(), source],
        ..Config::default()
    })
}

fn reader(number: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, number))
}

fn follow(follows: &Follows, tags: &[&str], number: u8) -> Following {
    let tags: Vec<String> = tags.iter().map(|it| (*it).to_owned()).collect();
    follows.follow(&tags, reader(number))
}

fn wanted(follows: &Follows) -> Vec<String> {
    follows.wanted().borrow().iter().cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn a_hashtag_is_followed_while_it_is_read_and_some_time_after() {
    let all = follows(10, 10);
    let sweeper = tokio::spawn({
        let all = all.clone();
        async move { all.sweep().await }
    });
    let one = follow(&all, &["#Katzen", "rust"], 1);
    let two = follow(&all, &["katzen"], 2);
    assert_eq!(
        wanted(&all),
        ["katzen"],
        "what is configured is followed anyway"
    );
    assert_eq!(all.followed()[0].readers, 2);
    drop(one);
    advance(Duration::from_secs(60 * 60)).await;
    assert_eq!(wanted(&all), ["katzen"]);
    drop(two);
    sleep(Duration::from_secs(14 * 60)).await;
    assert_eq!(wanted(&all), ["katzen"]);
    sleep(Duration::from_secs(2 * 60)).await;
    assert!(wanted(&all).is_empty());
    sweeper.abort();
}

#[tokio::test(start_paused = true)]
async fn one_reader_cannot_use_up_what_all_have() {
    let all = follows(3, 2);
    let greedy = follow(&all, &["a", "b", "c"], 1);
    assert_eq!(greedy.refused(), ["c"]);
    let other = follow(&all, &["c", "a"], 2);
    assert!(other.refused().is_empty());
    assert_eq!(
        follow(&all, &["d"], 3).refused(),
        ["d"],
        "there is a bound for all"
    );
    assert_eq!(wanted(&all), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_reads_makes_room_but_not_at_once() {
    let all = follows(2, 2);
    drop(follow(&all, &["a", "b"], 1));
    assert_eq!(follow(&all, &["c"], 1).refused(), ["c"]);
    advance(MIN_STAY).await;
    let third = follow(&all, &["c"], 1);
    assert!(third.refused().is_empty());
    assert_eq!(wanted(&all), ["b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_waits_until_every_source_was_asked_but_not_for_ever() {
    let all = follows(2, 2);
    let held = follow(&all, &["a"], 1);
    let start = Instant::now();
    held.filled(Duration::from_secs(4)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(4));
    all.filled("a", "one.example");
    all.filled("a", "two.example");
    held.filled(Duration::from_secs(4)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(4));
}

#[test]
fn a_whole_network_of_ipv6_is_one_reader() {
    let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
    let two: IpAddr = "2001:db8:1:2:ffff::2".parse().unwrap();
    let other: IpAddr = "2001:db8:1:3::1".parse().unwrap();
    assert_eq!(network_of(one), network_of(two));
    assert_ne!(network_of(one), network_of(other));
    assert_eq!(network_of("::ffff:192.0.2.1".parse().unwrap()), reader(1));
}

#[test]
fn nothing_is_followed_when_it_is_switched_off() {
    let all = follows(0, 16);
    assert_eq!(follow(&all, &["a"], 1).refused(), ["a"]);
}
