//! What a stream still owes: posts that a poll found first, until the stream tells them or their time is up.

use std::collections::{BTreeMap, VecDeque};

/// Posts of one feed that may be owed at a time: twice what one poll reads. What is found beyond it is not
/// waited for; by then there is enough to tell whether the stream sends.
const MAX_OWED: usize = 800;

/// The posts that one stream owes, each with the time until which it may still tell it.
#[derive(Debug, Default)]
pub(super) struct Owed {
    due_at: BTreeMap<String, i64>,
    /// In order of their times; also holds posts that were told meanwhile.
    order: VecDeque<(i64, String)>,
}

impl Owed {
    /// A poll found a post that the stream should tell until `due_at`, in milliseconds.
    pub(super) fn note(&mut self, id: &str, due_at: i64) {
        if self.order.len() >= MAX_OWED {
            self.order.retain(|(_, id)| self.due_at.contains_key(id));
        }
        if self.order.len() < MAX_OWED && !self.due_at.contains_key(id) {
            self.due_at.insert(id.to_owned(), due_at);
            self.order.push_back((due_at, id.to_owned()));
        }
    }

    /// The stream told it, or it is gone: it is owed no longer.
    pub(super) fn settle(&mut self, id: &str) {
        self.due_at.remove(id);
    }

    /// How many posts the stream did not tell in their time; each is counted once.
    pub(super) fn take_missed(&mut self, now: i64) -> u32 {
        let mut missed = 0;
        while let Some((due_at, id)) = self.order.pop_front_if(|(due_at, _)| *due_at <= now) {
            if self.due_at.get(&id) == Some(&due_at) {
                self.due_at.remove(&id);
                missed += 1;
            }
        }
        missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_that_the_stream_tells_in_time_is_not_missed() {
        let mut owed = Owed::default();
        owed.note("1", 100);
        owed.note("2", 100);
        owed.settle("1");
        assert_eq!(owed.take_missed(99), 0);
        assert_eq!(owed.take_missed(100), 1);
        assert_eq!(owed.take_missed(200), 0, "it is counted once");
    }

    #[test]
    fn what_is_waited_for_is_bounded() {
        let mut owed = Owed::default();
        for id in 0..MAX_OWED + 10 {
            owed.note(&id.to_string(), 100);
        }
        assert_eq!(owed.order.len(), MAX_OWED);
        owed.settle("0");
        owed.note("again", 100);
        assert_eq!(owed.take_missed(100) as usize, MAX_OWED);
    }
}
