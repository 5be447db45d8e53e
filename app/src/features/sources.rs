//! The servers behind the relay.

pub mod source_card;
pub mod source_state;
pub mod sources_page;
