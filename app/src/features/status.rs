//! A post and its parts.

pub mod display_name;
pub mod lightbox;
pub mod media_item;
pub mod preview_card;
pub mod quote_card;
pub mod status_body;
pub mod status_card;
pub mod status_footer;
pub mod status_header;
pub mod status_media;
pub mod status_poll;
