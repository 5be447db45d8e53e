//! One server as its listener sees it: the shared world and which server of it answers here.
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use tokio::sync::{Notify, watch};

use crate::arena::ServerKey;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::finish;
use crate::options::Software;
use crate::world::World;
use crate::{picture, rest, stream};

/// Largest body that is read.
const MOST_BODY_BYTES: usize = 20 * 1024 * 1024;

/// What all tasks of a fediverse share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    /// Rung when the agenda may have become shorter.
    pub(crate) wake: Notify,
    stop: watch::Sender<bool>,
    pub(crate) ping_period: u64,
    pub(crate) heartbeat_period: u64,
}

impl Shared {
    pub(crate) fn new(world: World, ping_period: u64, heartbeat_period: u64) -> Self {
        let (stop, _) = watch::channel(false);
        Self {
            world: Mutex::new(world),
            wake: Notify::new(),
            stop,
            ping_period,
            heartbeat_period,
        }
    }

    /// Works on the world. What is due happens first, so that time never runs backwards for a caller.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.catch_up();
        let before = world.agenda.keys().next().copied();
        let result = work(&mut world);
        let sooner = world.agenda.keys().next().copied() != before;
        drop(world);
        if sooner {
            self.wake.notify_one();
        }
        result
    }

    /// Lets everything happen that is due and gives the milliseconds until the next thing.
    pub(crate) fn catch_up(&self) -> Option<u64> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let next = world.catch_up()?;
        Some(u64::try_from(next - world.now()).unwrap_or(0))
    }

    /// A receiver that changes when everything stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Tells every task to stop.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }
}

/// One listener.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) shared: Arc<Shared>,
    pub(crate) server: ServerKey,
    /// Whether this is the host that only streams.
    pub(crate) streaming_host: bool,
}

impl Site {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Serves a request.
    pub(crate) async fn serve(self, request: Request) -> Response {
        let software = self.with(|world| world.servers[self.server].software);
        if software == Software::GoToSocial
            && !request.headers().contains_key(http::header::USER_AGENT)
        {
            return (StatusCode::IM_A_TEAPOT, "I'm a teapot: no user-agent sent").into_response();
        }
        let path = request.uri().path().to_owned();
        if path.starts_with("/api/v1/streaming") && request.method() == Method::GET {
            return stream::http::serve(self, request).await;
        }
        if self.streaming_host {
            return (StatusCode::NOT_FOUND, "Not found").into_response();
        }
        if path.starts_with("/system/") {
            return self.file(path).await;
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, MOST_BODY_BYTES).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let mut call = Call::read(self.server, parts.method, &parts.uri, parts.headers, &body);
        if call.method == Method::OPTIONS {
            return finish::preflight(software, &call);
        }
        let finished = self.with(|world| {
            call.look_up_token(world);
            if let Err(early) = finish::before(world, &call) {
                return finish::lay(world, &call, early);
            }
            let standing = finish::count(world, &call);
            let answer = match &standing {
                Some(standing) if standing.exceeded => finish::too_many(world, &call),
                _ => rest::dispatch(world, &call)
                    .unwrap_or_else(|refusal| refusal.answer(&call.locale(world))),
            };
            let answer = finish::with_standing(world, answer, standing);
            finish::lay(world, &call, answer)
        });
        finished.send()
    }

    async fn file(self, path: String) -> Response {
        if let Some(number) = path
            .strip_prefix("/system/files/")
            .and_then(|number| number.parse().ok())
        {
            return match self.with(|world| world.file(number)) {
                Some((content_type, bytes)) => {
                    ([("content-type", content_type)], bytes).into_response()
                }
                None => StatusCode::NOT_FOUND.into_response(),
            };
        }
        let drawn = tokio::task::spawn_blocking(move || picture::serve(&path))
            .await
            .ok()
            .flatten();
        finish::plain(drawn.unwrap_or_else(|| Answer::plain("Not found").status(404)))
    }
}
