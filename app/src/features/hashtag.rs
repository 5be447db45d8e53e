//! Posts with a hashtag.

pub mod hashtag_page;
