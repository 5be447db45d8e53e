//! Conversations.

pub mod thread_page;
