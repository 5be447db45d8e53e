//! Offers to install the app, when the browser lets it be offered; [`is_secure`] says whether it ever will here.

pub use crate::browser::install::{ask, is_offered};
pub use crate::browser::page::is_secure;
