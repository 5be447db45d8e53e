//! Puts the posts of a conversation into the order in which people read them, whatever pieces are at hand.
//!
//! Pure: the relay assembles what its archive and its sources know, the app assembles what it holds.

use std::{
    collections::{BinaryHeap, HashMap, HashSet},
    hash::Hash,
};

/// What a thread needs to know of one post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<K> {
    /// The post.
    pub key: K,
    /// The post it answers, known or not.
    pub parent: Option<K>,
    /// Who wrote it, in whatever words the caller compares authors by.
    pub author: String,
    /// When it was written, in milliseconds since 1970; replies stand in this order.
    pub at: i64,
}

/// How much of a conversation is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Most posts above the focus; those nearest to it stay.
    pub ancestors: usize,
    /// Most posts below the focus.
    pub descendants: usize,
    /// Most steps from the focus down to a reply.
    pub depth: usize,
}

impl Default for Bounds {
    /// What Mastodon shows to people who are signed in.
    fn default() -> Self {
        Self {
            ancestors: 4_096,
            descendants: 4_096,
            depth: 4_096,
        }
    }
}

/// A conversation around one post, the focus, which is in neither list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread<K> {
    /// From the oldest known ancestor down to the focus' parent.
    pub ancestors: Vec<K>,
    /// Depth first: each reply is followed by its own replies before its next sibling comes.
    pub descendants: Vec<K>,
    /// The ancestor that would come first but is not among the posts: fetch it and assemble again.
    pub missing: Option<K>,
}

/// Assembles the conversation around `focus` out of `posts`, which may be in any order, hold strangers' posts, name unknown
/// parents, contain a post twice (the first counts) or even answer each other in a circle.
///
/// Siblings stand by time; those in which authors go on with their own post come before the others', as Mastodon shows them.
pub fn assemble<K>(focus: &K, posts: &[Node<K>], bounds: Bounds) -> Thread<K>
where
    K: Clone + Eq + Hash + Ord,
{
    let mut by_key: HashMap<&K, &Node<K>> = HashMap::with_capacity(posts.len());
    for post in posts {
        by_key.entry(&post.key).or_insert(post);
    }
    let (ancestors, missing) = climb(focus, &by_key, bounds.ancestors);
    let taken: HashSet<&K> = ancestors.iter().copied().chain([focus]).collect();
    let descendants = descend(focus, posts, &by_key, taken, bounds);
    Thread {
        ancestors: ancestors.into_iter().rev().cloned().collect(),
        descendants,
        missing: missing.cloned(),
    }
}

/// The known ancestors from the parent upwards, and the first unknown one.
fn climb<'a, K: Eq + Hash>(
    focus: &'a K,
    by_key: &HashMap<&'a K, &'a Node<K>>,
    most: usize,
) -> (Vec<&'a K>, Option<&'a K>) {
    let mut found = Vec::new();
    let mut seen = HashSet::from([focus]);
    let mut next = by_key.get(focus).and_then(|it| it.parent.as_ref());
    while let Some(key) = next {
        if found.len() == most || !seen.insert(key) {
            return (found, None);
        }
        let Some(post) = by_key.get(key) else {
            return (found, Some(key));
        };
        found.push(key);
        next = post.parent.as_ref();
    }
    (found, None)
}

/// The replies below `focus` that are not in `taken`, depth first.
fn descend<'a, K: Clone + Eq + Hash + Ord>(
    focus: &'a K,
    posts: &'a [Node<K>],
    by_key: &HashMap<&'a K, &'a Node<K>>,
    mut taken: HashSet<&'a K>,
    bounds: Bounds,
) -> Vec<K> {
    let mut replies: HashMap<&K, Vec<&Node<K>>> = HashMap::new();
    for post in posts {
        if let Some(parent) = &post.parent {
            replies.entry(parent).or_default().push(post);
        }
    }
    let mut found = Vec::new();
    let mut waiting = Vec::new();
    let mut expand = |parent: &'a K, depth: usize, waiting: &mut Vec<(&'a Node<K>, usize)>| {
        let Some(siblings) = replies.remove(parent).filter(|_| depth < bounds.depth) else {
            return;
        };
        let author = by_key.get(parent).map(|it| it.author.as_str());
        // A heap sorts in a tenth of the code that browsers would download for `sort`.
        let ranked: BinaryHeap<_> = siblings
            .iter()
            .enumerate()
            .map(|(n, it)| (Some(it.author.as_str()) != author, it.at, &it.key, n))
            .collect();
        let ranked = ranked.into_sorted_vec().into_iter().rev();
        waiting.extend(ranked.filter_map(|(.., n)| Some((*siblings.get(n)?, depth + 1))));
    };
    expand(focus, 0, &mut waiting);
    while let Some((post, depth)) = waiting.pop() {
        if found.len() == bounds.descendants {
            break;
        }
        if taken.insert(&post.key) {
            found.push(post.key.clone());
            expand(&post.key, depth, &mut waiting);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn post(key: u32, parent: impl Into<Option<u32>>, author: &str) -> Node<u32> {
        Node {
            key,
            parent: parent.into(),
            author: author.to_owned(),
            at: i64::from(key),
        }
    }

    fn check(focus: u32, posts: &[Node<u32>], ancestors: &[u32], descendants: &[u32]) {
        let thread = assemble(&focus, posts, Bounds::default());
        assert_eq!(thread.ancestors, ancestors);
        assert_eq!(thread.descendants, descendants);
    }

    #[test]
    fn a_thread_reads_from_its_root_down_to_the_last_reply() {
        let posts = [
            post(1, None, "a"),
            post(2, 1, "b"),
            post(3, 2, "c"),
            post(4, 3, "d"),
            post(5, 3, "e"),
            post(6, 4, "f"),
        ];
        check(3, &posts, &[1, 2], &[4, 6, 5]);
    }

    #[test]
    fn authors_who_go_on_come_before_those_who_answer() {
        let posts = [
            post(1, None, "ada"),
            post(2, 1, "bob"),
            post(3, 1, "ada"),
            post(4, 3, "cyd"),
            post(5, 3, "ada"),
        ];
        check(1, &posts, &[], &[3, 5, 4, 2]);
    }

    #[test]
    fn siblings_of_the_same_moment_keep_one_order() {
        let mut posts = [post(1, None, "a"), post(3, 1, "b"), post(2, 1, "c")];
        posts[1].at = 7;
        posts[2].at = 7;
        check(1, &posts, &[], &[2, 3]);
    }

    #[test]
    fn an_unknown_parent_is_named() {
        let posts = [post(3, 2, "a"), post(4, 3, "b")];
        let thread = assemble(&4, &posts, Bounds::default());
        assert_eq!((thread.ancestors, thread.missing), (vec![3], Some(2)));
    }

    #[test]
    fn a_focus_that_is_unknown_itself_still_has_its_replies() {
        check(1, &[post(2, 1, "a")], &[], &[2]);
    }

    #[test]
    fn posts_that_answer_each_other_in_a_circle_end() {
        let posts = [post(1, 3, "a"), post(2, 1, "b"), post(3, 2, "c")];
        check(2, &posts, &[3, 1], &[]);
        check(1, &[post(1, 1, "a")], &[], &[]);
    }

    #[test]
    fn bounds_keep_what_is_nearest() {
        let chain: Vec<_> = (0..10).map(|it| post(it, it.checked_sub(1), "a")).collect();
        let bounds = Bounds {
            ancestors: 2,
            descendants: 9,
            depth: 3,
        };
        let thread = assemble(&5, &chain, bounds);
        assert_eq!(thread.ancestors, [3, 4]);
        assert_eq!(thread.descendants, [6, 7, 8]);
        assert_eq!(thread.missing, None);
    }

    #[test]
    fn a_thread_forty_deep_and_fifty_wide_is_whole() {
        let mut posts: Vec<_> = (0..40).map(|it| post(it, it.checked_sub(1), "a")).collect();
        posts.extend((100..150).map(|it| post(it, 39, "b")));
        let thread = assemble(&39, &posts, Bounds::default());
        assert_eq!(thread.ancestors, (0..39).collect::<Vec<_>>());
        assert_eq!(thread.descendants, (100..150).collect::<Vec<_>>());
    }

    #[test]
    fn a_very_deep_thread_does_not_exhaust_the_stack() {
        let posts: Vec<_> = (0..100_000)
            .map(|it| post(it, it.checked_sub(1), "a"))
            .collect();
        let bounds = Bounds {
            ancestors: 0,
            descendants: 100_000,
            depth: 100_000,
        };
        assert_eq!(assemble(&0, &posts, bounds).descendants.len(), 99_999);
    }

    /// Any posts that answer any posts, circles and duplicates included.
    fn any_posts() -> impl Strategy<Value = Vec<Node<u32>>> {
        let any_post = (0_u32..30, prop::option::of(0_u32..30), 0_u8..3, 0_i64..5);
        let any_post = any_post.prop_map(|(key, parent, author, at)| Node {
            key,
            parent,
            author: author.to_string(),
            at,
        });
        prop::collection::vec(any_post, 0..60)
    }

    proptest! {
        #[test]
        fn nothing_appears_twice_and_the_focus_never(posts in any_posts(), focus in 0_u32..30) {
            let thread = assemble(&focus, &posts, Bounds::default());
            let mut seen = HashSet::from([focus]);
            for key in thread.ancestors.iter().chain(&thread.descendants) {
                prop_assert!(seen.insert(*key));
                prop_assert!(posts.iter().any(|it| it.key == *key));
            }
        }

        #[test]
        fn every_reply_comes_after_what_it_answers(posts in any_posts(), focus in 0_u32..30) {
            let thread = assemble(&focus, &posts, Bounds::default());
            let mut above = HashSet::from([focus]);
            for key in &thread.descendants {
                let answers_something_above = posts
                    .iter()
                    .any(|it| it.key == *key && it.parent.is_some_and(|parent| above.contains(&parent)));
                prop_assert!(answers_something_above);
                above.insert(*key);
            }
        }

        #[test]
        fn the_order_in_which_posts_come_does_not_matter(posts in any_posts(), focus in 0_u32..30) {
            let mut once: Vec<Node<u32>> = Vec::new();
            for post in posts {
                if once.iter().all(|it| it.key != post.key) {
                    once.push(post);
                }
            }
            let forward = assemble(&focus, &once, Bounds::default());
            once.reverse();
            prop_assert_eq!(forward, assemble(&focus, &once, Bounds::default()));
        }
    }
}
