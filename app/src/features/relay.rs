//! The relay that this browser reads from.

pub mod relay_page;
