//! Counts what readers hold at the same time: streams and connections, by address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// How many places each address holds. Only addresses that hold one are in the table, so it is bounded by what the relay hands out in all.
#[derive(Debug)]
pub(super) struct Places {
    /// For each address; 0 is as many as it likes.
    most: u32,
    held: Mutex<HashMap<IpAddr, u32>>,
}

/// One place; dropping it gives it back.
#[derive(Debug)]
pub(in crate::serve) struct Place(Option<(Arc<Places>, IpAddr)>);

impl Places {
    pub(super) fn new(most: u32) -> Arc<Self> {
        Arc::new(Self {
            most,
            held: Mutex::default(),
        })
    }

    /// A place for `address`, or nothing when it holds as many as it may. Who has no address is not counted.
    pub(super) fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Place> {
        let Some(address) = address.filter(|_| self.most > 0) else {
            return Some(Place::uncounted());
        };
        let mut table = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = table.entry(address).or_default();
        if *held >= self.most {
            return None;
        }
        *held += 1;
        Some(Place(Some((Arc::clone(self), address))))
    }

    fn give_back(&self, address: IpAddr) {
        let mut table = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = table.get_mut(&address) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                table.remove(&address);
            }
        }
    }
}

impl Place {
    /// A place that nobody counts.
    pub(in crate::serve) fn uncounted() -> Self {
        Self(None)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((places, address)) = self.0.take() {
            places.give_back(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_given_back_can_be_taken_again() {
        let places = Places::new(2);
        let ada = Some(IpAddr::from([192, 0, 2, 1]));
        let first = places.take(ada).unwrap();
        let _second = places.take(ada).unwrap();
        assert!(places.take(ada).is_none());
        let other = Some(IpAddr::from([192, 0, 2, 2]));
        assert!(
            places.take(other).is_some(),
            "others have places of their own"
        );
        drop(first);
        assert!(places.take(ada).is_some());
    }

    #[test]
    fn nobody_in_the_table_holds_nothing() {
        let places = Places::new(2);
        drop(places.take(Some(IpAddr::from([192, 0, 2, 1]))));
        assert!(places.held.lock().unwrap().is_empty());
    }

    #[test]
    fn who_is_not_counted_is_never_refused() {
        let places = Places::new(1);
        let taken: Vec<_> = (0..10).map(|_| places.take(None)).collect();
        assert!(taken.iter().all(Option::is_some));
        let unbounded = Places::new(0);
        let ada = Some(IpAddr::from([192, 0, 2, 1]));
        let taken: Vec<_> = (0..10).map(|_| unbounded.take(ada)).collect();
        assert!(taken.iter().all(Option::is_some));
    }
}
