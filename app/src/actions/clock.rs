//! What components may know of time.

pub use crate::browser::clock::{day, exact, iso, now, now_by_the_minute};
