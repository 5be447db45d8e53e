//! Hostile texts with the trees that they must become, for every parser that feeds a [`Builder`](crate::Builder).
