//! Tables whose rows are never removed, so that a key once given is good for the life of the world.
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A key of an [`Arena`].
pub(crate) trait Key: Copy {
    /// The key of a row number.
    fn from_row(row: usize) -> Self;
    /// The row number of the key.
    fn row(self) -> usize;
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(usize);
        impl Key for $name {
            fn from_row(row: usize) -> Self { Self(row) }
            fn row(self) -> usize { self.0 }
        }
    )*};
}

keys! {
    /// A server of the world.
    ServerKey;
    /// An account, wherever it lives.
    PersonKey;
    /// A post or a boost, wherever it was written.
    PostKey;
}

/// A growing table.
#[derive(Debug)]
pub(crate) struct Arena<K, T> {
    rows: Vec<T>,
    key: PhantomData<K>,
}

impl<K, T> Default for Arena<K, T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            key: PhantomData,
        }
    }
}

impl<K: Key, T> Arena<K, T> {
    /// Adds a row and gives its key.
    pub(crate) fn push(&mut self, row: T) -> K {
        self.rows.push(row);
        K::from_row(self.rows.len() - 1)
    }

    /// All rows with their keys, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &T)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(row, value)| (K::from_row(row), value))
    }

    /// All keys, oldest first.
    pub(crate) fn keys(&self) -> impl DoubleEndedIterator<Item = K> + use<K, T> {
        (0..self.rows.len()).map(K::from_row)
    }

    /// The number of rows.
    pub(crate) fn count(&self) -> usize {
        self.rows.len()
    }
}

impl<K: Key, T> Index<K> for Arena<K, T> {
    type Output = T;
    #[expect(
        clippy::indexing_slicing,
        reason = "keys come from push and rows are never removed"
    )]
    fn index(&self, key: K) -> &T {
        &self.rows[key.row()]
    }
}

impl<K: Key, T> IndexMut<K> for Arena<K, T> {
    #[expect(
        clippy::indexing_slicing,
        reason = "keys come from push and rows are never removed"
    )]
    fn index_mut(&mut self, key: K) -> &mut T {
        &mut self.rows[key.row()]
    }
}
