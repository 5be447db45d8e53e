//! One folder per thing that a person does; `*_page.rs` are what routes lead to.

pub mod about;
pub mod hashtag;
pub mod relay;
pub mod sources;
pub mod status;
pub mod thread;
pub mod timeline;
