//! Lists of posts that move.

pub mod new_posts_pill;
pub mod reading;
pub mod timeline_end;
pub mod timeline_gap;
pub mod timeline_list;
pub mod timeline_page;
pub mod trouble;
pub mod view_page;
