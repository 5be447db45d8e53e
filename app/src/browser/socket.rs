//! A WebSocket that comes back: it is opened anew after every break, later each time, and rests while nobody looks.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, WebSocket};

use super::backoff::delay_millis;
use super::clock::{self, Timer};
use super::listener::Listener;
use super::page;

/// How long a page may be hidden before its socket is closed, in milliseconds: changing tabs should cost nothing.
const HIDDEN_LIMIT_MILLIS: f64 = 5.0 * clock::MINUTE_MILLIS;
/// How long a handshake may take, in milliseconds; some proxies swallow it without an answer.
const OPENING_LIMIT_MILLIS: f64 = 15_000.0;
/// How long a connection must hold before a break counts as the first again, in milliseconds.
const STEADY_MILLIS: i64 = 10_000;

/// What is told about the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// A handshake began.
    Connecting,
    /// The connection stands.
    Open,
    /// A text came.
    Text(String),
    /// The connection broke or could not be made.
    Broken {
        /// How many times in a row, this one included.
        failures: u32,
        /// When it is tried again, in Unix milliseconds.
        retry_at: i64,
    },
    /// The page has been hidden for long; the connection is made again when it is shown.
    Paused,
    /// There is no network; the connection is made again when there is.
    Offline,
}

/// A connection that is kept up until this is dropped.
pub struct Socket(Rc<Inner>);

struct Inner {
    /// Makes the address of the next connection.
    address: Box<dyn Fn() -> String>,
    on_report: Box<dyn Fn(Report)>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    live: Option<Live>,
    failures: u32,
    /// The next attempt, or the limit of the present one.
    timer: Option<Timer>,
    hidden: Option<Timer>,
    resting: bool,
}

/// One connection with its listeners; dropping it closes it without a further word.
struct Live {
    socket: WebSocket,
    since: i64,
    _listeners: [Listener; 3],
}

impl Drop for Live {
    fn drop(&mut self) {
        // Closing fails only for a code or reason that we do not give.
        drop(self.socket.close());
    }
}

impl Socket {
    /// Connects. `on_report` must not call back into this socket except to send.
    pub fn start(
        address: impl Fn() -> String + 'static,
        on_report: impl Fn(Report) + 'static,
    ) -> Self {
        let inner = Rc::new(Inner {
            address: Box::new(address),
            on_report: Box::new(on_report),
            state: RefCell::default(),
        });
        let (seen, heard) = (Rc::downgrade(&inner), Rc::downgrade(&inner));
        page::on_visible(move |visible| with(&seen, |it| it.visibility(visible)));
        page::on_network(move |online| with(&heard, |it| it.network(online)));
        if page::is_online() {
            inner.connect();
        } else {
            inner.rest(Report::Offline);
        }
        Self(inner)
    }

    /// Sends a text if the connection stands; otherwise it is lost, and whoever needs it sends it again when it opens.
    pub fn send(&self, text: &str) {
        if let Some(live) = &self.0.state.borrow().live
            && live.socket.ready_state() == WebSocket::OPEN
        {
            // A failure here is followed by a close, which is reported.
            drop(live.socket.send_with_str(text));
        }
    }
}

impl Inner {
    fn connect(self: &Rc<Self>) {
        (self.on_report)(Report::Connecting);
        let Ok(socket) = WebSocket::new(&(self.address)()) else {
            self.broke();
            return;
        };
        let (opened, told, closed) = (
            Rc::downgrade(self),
            Rc::downgrade(self),
            Rc::downgrade(self),
        );
        let listeners = [
            Listener::new(&socket, "open", move |_| with(&opened, |it| it.opened())),
            Listener::new(&socket, "message", move |event| {
                let text = event
                    .dyn_ref::<MessageEvent>()
                    .and_then(|it| it.data().as_string());
                with(&told, |it| {
                    text.into_iter()
                        .for_each(|text| (it.on_report)(Report::Text(text)))
                });
            }),
            Listener::new(&socket, "close", move |_| with(&closed, |it| it.broke())),
        ];
        let limited = Rc::downgrade(self);
        let limit = Timer::new(OPENING_LIMIT_MILLIS, move || {
            with(&limited, |it| it.broke())
        });
        let mut state = self.state.borrow_mut();
        state.resting = false;
        state.timer = Some(limit);
        state.live = Some(Live {
            socket,
            since: i64::MAX,
            _listeners: listeners,
        });
    }

    fn opened(&self) {
        let mut state = self.state.borrow_mut();
        release(state.timer.take());
        if let Some(live) = &mut state.live {
            live.since = clock::now();
        }
        drop(state);
        (self.on_report)(Report::Open);
    }

    fn broke(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        let lasted = state
            .live
            .as_ref()
            .map_or(0, |it| clock::now().saturating_sub(it.since));
        state.failures = if lasted >= STEADY_MILLIS {
            1
        } else {
            state.failures.saturating_add(1)
        };
        let failures = state.failures;
        release(state.live.take());
        let delay = delay_millis(failures, clock::random());
        let next = Rc::downgrade(self);
        let retry = Timer::new(delay, move || with(&next, Self::connect));
        release(state.timer.replace(retry));
        drop(state);
        #[expect(clippy::cast_possible_truncation, reason = "a minute at most")]
        let retry_at = clock::now() + delay as i64;
        (self.on_report)(Report::Broken { failures, retry_at });
    }

    /// Closes the connection until somebody calls [`Inner::resume`].
    fn rest(&self, why: Report) {
        let mut state = self.state.borrow_mut();
        release(state.live.take());
        release(state.timer.take());
        state.resting = true;
        drop(state);
        (self.on_report)(why);
    }

    /// Connects at once if the connection rests or waits for its next attempt.
    fn resume(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        if state.live.is_some() || !page::is_online() {
            return;
        }
        release(state.timer.take());
        state.failures = 0;
        drop(state);
        self.connect();
    }

    fn visibility(self: &Rc<Self>, visible: bool) {
        if visible {
            release(self.state.borrow_mut().hidden.take());
            self.resume();
        } else {
            let hidden = Rc::downgrade(self);
            let pause = Timer::new(HIDDEN_LIMIT_MILLIS, move || {
                with(&hidden, |it| it.rest(Report::Paused))
            });
            release(self.state.borrow_mut().hidden.replace(pause));
        }
    }

    fn network(self: &Rc<Self>, online: bool) {
        if online {
            self.resume();
        } else {
            self.rest(Report::Offline);
        }
    }
}

fn with(inner: &Weak<Inner>, work: impl FnOnce(&Rc<Inner>)) {
    if let Some(inner) = inner.upgrade() {
        work(&inner);
    }
}

/// Drops a closure later: the browser may be inside it at this moment.
fn release(spent: Option<impl Sized + 'static>) {
    if let Some(spent) = spent {
        let later = Closure::once_into_js(move || drop(spent));
        if let Some(window) = web_sys::window() {
            window.queue_microtask(later.unchecked_ref());
        }
    }
}
