//! The routes as the configuration is now: a new configuration is a new table of routes over the same relay, and
//! connections that are open meet it with their next request.

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use tokio::sync::watch;

use super::{files::Site, readers::Readers, routes, shared::Shared, streaming::Streams};
use crate::config::Config;

/// What is answered now; a clone is another handle on the same.
#[derive(Debug, Clone)]
pub(super) struct Live {
    /// A std lock: held only to clone two handles.
    now: Arc<RwLock<Now>>,
}

#[derive(Debug, Clone)]
struct Now {
    router: Router,
    readers: Arc<Readers>,
}

impl Live {
    /// These routes for these readers.
    pub(super) fn new(router: Router, readers: Arc<Readers>) -> Self {
        Self {
            now: Arc::new(RwLock::new(Now { router, readers })),
        }
    }

    /// The routes for a request.
    pub(super) fn router(&self) -> Router {
        self.now().router
    }

    /// What readers' addresses take.
    pub(super) fn readers(&self) -> Arc<Readers> {
        self.now().readers
    }

    fn now(&self) -> Now {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// Takes each new configuration, for ever.
    pub(super) async fn follow(
        &self,
        mut configs: watch::Receiver<Arc<Config>>,
        mut shared: Shared,
        streams: Streams,
        site: Arc<Site>,
    ) {
        while configs.changed().await.is_ok() {
            let config = Arc::clone(&configs.borrow_and_update());
            shared = shared.under(Arc::clone(&config));
            let streams = streams.under(config);
            let now = Now {
                router: routes::router(shared.clone(), streams, Arc::clone(&site)),
                readers: Arc::clone(&shared.readers),
            };
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = now;
        }
        std::future::pending::<()>().await;
    }
}
