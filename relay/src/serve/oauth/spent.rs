//! Remembers for a while what must not be used again: codes that were exchanged, tokens that were revoked.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;

use super::keys::Signature;

/// How many are remembered of each kind. A code lives ten minutes; should more than this be exchanged in that time, the oldest could be used twice,
/// which gives a reader nothing that is not open to everybody anyway.
const MAX_REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// Signatures of what was used up.
#[derive(Debug)]
pub(in crate::serve) struct Spent {
    codes: Mutex<LruCache<Signature, ()>>,
    tokens: Mutex<LruCache<Signature, ()>>,
}

impl Default for Spent {
    fn default() -> Self {
        let table = || Mutex::new(LruCache::new(MAX_REMEMBERED));
        Self {
            codes: table(),
            tokens: table(),
        }
    }
}

impl Spent {
    /// Uses a code up; `false` when it was used before.
    pub(super) fn spend_code(&self, code: Signature) -> bool {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.put(code, ()).is_none()
    }

    /// Ends a token.
    pub(super) fn revoke(&self, token: Signature) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.put(token, ());
    }

    /// Whether a token was ended.
    pub(super) fn is_revoked(&self, token: &Signature) -> bool {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.contains(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_once_and_a_revoked_token_never_again() {
        let spent = Spent::default();
        assert!(spent.spend_code([1; 16]));
        assert!(!spent.spend_code([1; 16]));
        assert!(!spent.is_revoked(&[1; 16]));
        spent.revoke([1; 16]);
        assert!(spent.is_revoked(&[1; 16]));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let spent = Spent::default();
        for number in 0..10_000_u128 {
            spent.spend_code(number.to_be_bytes());
            spent.revoke(number.to_be_bytes());
        }
        assert_eq!(spent.codes.lock().unwrap().len(), MAX_REMEMBERED.get());
        assert_eq!(spent.tokens.lock().unwrap().len(), MAX_REMEMBERED.get());
    }
}
