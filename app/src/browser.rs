//! The only door to the browser: everything that reaches `web-sys`, `js-sys` or gloo is in this folder.

pub mod backoff;
pub mod blur;
pub mod boot;
pub mod clock;
pub mod database;
pub mod fetch;
pub mod html;
pub mod install;
pub mod listener;
pub mod location;
pub mod page;
pub mod rows;
pub mod socket;
pub mod storage;
pub mod task;
pub mod view;
