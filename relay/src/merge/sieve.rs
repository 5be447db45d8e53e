//! Says of most names that nothing is noted under them, without asking the archive: a Bloom filter.

use timeline::public_id::stable_hash;

/// Bits, a power of two: 2 MB, of which only what is used takes memory. With a million names one answer in a hundred is a
/// needless question to the archive; with more it only becomes slower.
const BITS: u64 = 1 << 24;
/// Bits of one word.
const WORD: u64 = 64;

/// The names under which something was noted, and some others.
pub(super) struct Sieve {
    words: Vec<u64>,
}

impl Default for Sieve {
    fn default() -> Self {
        let words = usize::try_from(BITS / WORD).unwrap_or_default();
        Self {
            words: vec![0; words],
        }
    }
}

impl Sieve {
    /// Notes a name; it stays.
    pub(super) fn note(&mut self, name: &str) {
        for (word, bit) in places(name) {
            if let Some(word) = self.words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    /// Whether something may be noted under a name; `false` is certain.
    pub(super) fn may_hold(&self, name: &str) -> bool {
        let is_set =
            |(word, bit): (usize, u64)| self.words.get(word).is_some_and(|it| it & bit != 0);
        places(name).into_iter().all(is_set)
    }
}

/// Two bits from the two halves of a hash.
fn places(name: &str) -> [(usize, u64); 2] {
    let hash = stable_hash(name);
    [hash, hash.rotate_right(32)].map(|part| {
        let bit = part & (BITS - 1);
        let word = usize::try_from(bit / WORD).unwrap_or_default();
        (word, 1 << (bit % WORD))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_may_be_held_and_most_other_names_are_not() {
        let mut sieve = Sieve::default();
        let names = || (0..10_000).map(|number| format!("a.example {number}"));
        names().for_each(|it| sieve.note(&it));
        assert!(names().all(|it| sieve.may_hold(&it)));
        let others = (0..10_000).map(|number| format!("b.example {number}"));
        assert!(others.filter(|it| sieve.may_hold(it)).count() < 100);
    }
}
