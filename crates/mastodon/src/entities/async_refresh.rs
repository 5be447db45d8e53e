//! Work that a server does after it answered (4.4).

use crate::{
    AsyncRefreshId,
    macros::{entity, open_enum, part},
};

part! {
    /// An answer about such work.
    pub struct AsyncRefreshAnswer {
        pub async_refresh: Option<AsyncRefresh>,
    }
}

entity! {
    /// Such work.
    pub struct AsyncRefresh {
        pub id: AsyncRefreshId,
        pub status: AsyncRefreshStatus,
        pub result_count: Option<i64> = opt,
    }
}

open_enum! {
    /// Whether the work is done.
    pub enum AsyncRefreshStatus { Running = "running", Finished = "finished" }
}
