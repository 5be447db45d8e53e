//! Nouns that two or more features use.

pub mod age;
pub mod avatar;
pub mod brand;
pub mod button;
pub mod dialog;
pub mod emoji_text;
pub mod icon;
pub mod icon_name;
pub mod notice;
pub mod page_header;
pub mod relative_time;
pub mod rich_text;
pub mod skeleton;
pub mod virtual_list;
