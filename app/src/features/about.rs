//! What this is.

pub mod about_page;
