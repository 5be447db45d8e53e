//! Starting a fediverse and acting in it from Rust.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::arena::{PersonKey, PostKey, ServerKey};
use crate::clock::machine_now_ms;
use crate::control;
use crate::faults::Faults;
use crate::gate::Gate;
use crate::options::{Options, ServerSpec};
use crate::site::{Shared, Site};
use crate::spec::{AccountSpec, EditSpec, PostSpec, Published};
use crate::world::World;
use crate::world::truth::Truth;

/// Why a fediverse did not start or a wish was not fulfilled.
#[derive(Debug)]
pub enum FediverseError {
    /// A port could not be bound.
    Bind(std::io::Error),
    /// There is no such server, account or post.
    Unknown(String),
}

impl std::fmt::Display for FediverseError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bind(error) => write!(to, "a port could not be bound: {error}"),
            Self::Unknown(what) => write!(to, "there is no {what}"),
        }
    }
}

impl std::error::Error for FediverseError {}

/// Several servers that federate, running until dropped.
#[derive(Debug)]
pub struct Fediverse {
    shared: Arc<Shared>,
    servers: Vec<ServerHandle>,
    control: String,
    tasks: Vec<JoinHandle<()>>,
}

impl Fediverse {
    /// Binds every server and the control listener on loopback, makes the seeded world and lets it live.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(options: Options) -> Result<Self, FediverseError> {
        let start_ms = options.start_time.unwrap_or_else(machine_now_ms);
        let mut world = World::new(
            options.seed,
            start_ms,
            options.federation_delay.clone(),
            options.rate_limits,
        );
        let mut bound: Vec<(ServerKey, TcpListener, TcpListener)> = Vec::new();
        for (number, spec) in options.servers.iter().enumerate() {
            let port = match options.first_port {
                0 => 0,
                first => first.saturating_add(u16::try_from(number).unwrap_or(u16::MAX)),
            };
            let (web, port) = bind(port).await?;
            let (streaming, streaming_port) = bind(0).await?;
            let ServerSpec {
                name,
                software,
                locale,
            } = spec.clone();
            let server = world.open_server(&name, port, streaming_port, software, &locale);
            bound.push((server, web, streaming));
        }
        world.populate(options.history);
        world.living = options.living;
        world.begin_life();
        let shared = Arc::new(Shared::new(
            world,
            options.ping_period,
            options.heartbeat_period,
        ));
        let mut tasks = vec![tokio::spawn(pump(Arc::clone(&shared)))];
        let mut servers = Vec::new();
        for (server, web, streaming) in bound {
            for (listener, streaming_host) in [(web, false), (streaming, true)] {
                let site = Site {
                    shared: Arc::clone(&shared),
                    server,
                    streaming_host,
                };
                let gate = Gate {
                    listener,
                    shared: Arc::clone(&shared),
                    server,
                };
                let app = Router::new().fallback(move |request| site.clone().serve(request));
                tasks.push(serve(gate, app, &shared));
            }
            servers.push(ServerHandle {
                shared: Arc::clone(&shared),
                server,
            });
        }
        let (listener, port) = bind(options.control_port).await?;
        let app = control::router(Arc::clone(&shared));
        tasks.push(serve(listener, app, &shared));
        Ok(Self {
            shared,
            servers,
            control: format!("http://127.0.0.1:{port}"),
            tasks,
        })
    }

    /// The control API's address.
    pub fn control_url(&self) -> &str {
        &self.control
    }

    /// All servers in the order of the options.
    pub fn servers(&self) -> &[ServerHandle] {
        &self.servers
    }

    /// The server of a name.
    ///
    /// # Panics
    /// When no server has the name: a mistake in the test that asks.
    #[expect(
        clippy::panic,
        reason = "a test that names a server it did not start has to fail at once"
    )]
    pub fn server(&self, name: &str) -> &ServerHandle {
        let found = self.servers.iter().find(|server| server.name() == name);
        found.unwrap_or_else(|| panic!("no server is called {name}"))
    }

    /// Writes a post as `ada@alpha`; the account is made when it is new.
    ///
    /// # Errors
    /// When there is no such server.
    pub fn publish(&self, who: &str, spec: &PostSpec) -> Result<Published, FediverseError> {
        self.shared.with(|world| {
            let person = person(world, who)?;
            let post = world.publish(person, spec, Vec::new());
            Ok(world.published(post))
        })
    }

    /// Makes or finds an account, `ada@alpha`.
    ///
    /// # Errors
    /// When there is no such server.
    pub fn account(&self, who: &str, spec: &AccountSpec) -> Result<(), FediverseError> {
        self.shared
            .with(|world| control::make_account(world, who, spec).map(drop))
    }

    /// Edits the post of a `uri`.
    ///
    /// # Errors
    /// When there is no such living post.
    pub fn edit(&self, uri: &str, spec: &EditSpec) -> Result<(), FediverseError> {
        self.on(uri, |world, post| world.edit(post, spec))
            .and_then(|done| found(done, uri))
    }

    /// Deletes the post of a `uri`; other servers learn of it by the world's delay.
    ///
    /// # Errors
    /// When there is no such living post.
    pub fn delete(&self, uri: &str) -> Result<(), FediverseError> {
        self.on(uri, |world, post| world.delete(post, None))
            .and_then(|done| found(done, uri))
    }

    /// Boosts as `who`.
    ///
    /// # Errors
    /// When there is no such living post or server.
    pub fn boost(&self, who: &str, uri: &str) -> Result<Published, FediverseError> {
        self.as_person(who, uri, |world, person, post| {
            let boost = world.boost(person, post).ok_or_else(|| unknown(uri))?;
            Ok(world.published(boost))
        })
    }

    /// Favourites as `who`.
    ///
    /// # Errors
    /// When there is no such living post or server.
    pub fn favourite(&self, who: &str, uri: &str) -> Result<(), FediverseError> {
        self.as_person(who, uri, |world, person, post| {
            world.favourite(person, post);
            Ok(())
        })
    }

    /// Votes as `who`.
    ///
    /// # Errors
    /// When there is no such poll, or the vote is not allowed.
    pub fn vote(&self, who: &str, uri: &str, choices: &[usize]) -> Result<(), FediverseError> {
        self.as_person(who, uri, |world, person, post| {
            world
                .vote(person, post, choices)
                .map_err(|why| FediverseError::Unknown(why.to_owned()))
        })
    }

    /// Brings a post to a server at once, however late its arrival was planned.
    ///
    /// # Errors
    /// When there is no such post or server.
    pub fn deliver(&self, uri: &str, server: &str) -> Result<(), FediverseError> {
        self.shared.with(|world| {
            let post = world.post_at(uri).ok_or_else(|| unknown(uri))?;
            let server = world.server_named(server).ok_or_else(|| unknown(server))?;
            world.arrive(server, post);
            Ok(())
        })
    }

    /// The whole truth as of now.
    pub fn truth(&self) -> Truth {
        self.shared.with(|world| world.truth())
    }

    /// The world's now in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.shared.with(|world| world.now())
    }

    /// Changes how many posts a minute the living world writes; `None` stops it.
    pub fn set_living(&self, posts_a_minute: Option<f64>) {
        self.shared.with(|world| world.set_living(posts_a_minute));
    }

    /// Waits until nothing is on its way any more (the living world apart), at most so long.
    pub async fn settle(&self, most: Duration) -> bool {
        let until = tokio::time::Instant::now() + most;
        while self.truth_pending() > 0 {
            if tokio::time::Instant::now() >= until {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        true
    }

    fn truth_pending(&self) -> usize {
        self.shared.with(|world| world.pending())
    }

    fn on<T>(
        &self,
        uri: &str,
        work: impl FnOnce(&mut World, PostKey) -> T,
    ) -> Result<T, FediverseError> {
        self.shared.with(|world| {
            let post = world.post_at(uri).ok_or_else(|| unknown(uri))?;
            Ok(work(world, post))
        })
    }

    fn as_person<T>(
        &self,
        who: &str,
        uri: &str,
        work: impl FnOnce(&mut World, PersonKey, PostKey) -> Result<T, FediverseError>,
    ) -> Result<T, FediverseError> {
        self.shared.with(|world| {
            let post = world.post_at(uri).ok_or_else(|| unknown(uri))?;
            let person = person(world, who)?;
            work(world, person, post)
        })
    }
}

impl Drop for Fediverse {
    fn drop(&mut self) {
        self.shared.stop();
        for server in &self.servers {
            server.cut_streams();
        }
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// One server.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    shared: Arc<Shared>,
    server: ServerKey,
}

impl ServerHandle {
    fn read<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        self.shared.with(work)
    }

    /// Its name, `alpha`.
    pub fn name(&self) -> String {
        self.read(|world| world.servers[self.server].name.clone())
    }

    /// Its domain, `alpha.localhost:PORT`.
    pub fn domain(&self) -> String {
        self.read(|world| world.servers[self.server].domain.clone())
    }

    /// Its web address, `http://alpha.localhost:PORT`.
    pub fn url(&self) -> String {
        self.read(|world| world.servers[self.server].base.clone())
    }

    /// Where it streams, `ws://…`, as its instance document says.
    pub fn streaming_url(&self) -> String {
        self.read(|world| world.servers[self.server].streaming_url())
    }

    /// The token of its bare reader account (`read write follow push`), the one for a relay.
    pub fn token(&self) -> String {
        self.read(|world| world.servers[self.server].reader_token.clone())
    }

    /// A token of a local account, made when it is new, with these scopes.
    pub fn token_of(&self, username: &str, scopes: &str) -> String {
        self.read(|world| control::make_token(world, self.server, Some(username), scopes))
    }

    /// A token of an app alone, as `client_credentials` gives.
    pub fn app_token(&self, scopes: &str) -> String {
        self.read(|world| control::make_token(world, self.server, None, scopes))
    }

    /// Ends a token: its streams are closed without a code.
    pub fn kill_token(&self, token: &str) -> bool {
        self.read(|world| world.end_token(self.server, token))
    }

    /// Writes a post as a local account.
    pub fn publish(&self, username: &str, spec: &PostSpec) -> Published {
        self.read(|world| {
            let person = world.person_or_new(self.server, username);
            let post = world.publish(person, spec, Vec::new());
            world.published(post)
        })
    }

    /// What is wrong with it.
    pub fn faults(&self) -> Faults {
        self.read(|world| world.servers[self.server].faults.clone())
    }

    /// Replaces what is wrong with it.
    pub fn set_faults(&self, faults: Faults) {
        self.read(|world| world.set_faults(self.server, faults));
    }

    /// Changes some of what is wrong with it.
    pub fn fault(&self, change: impl FnOnce(&mut Faults)) {
        self.read(|world| {
            let mut faults = world.servers[self.server].faults.clone();
            change(&mut faults);
            world.set_faults(self.server, faults);
        });
    }

    /// Makes everything right again.
    pub fn clear_faults(&self) {
        self.set_faults(Faults::default());
    }

    /// Cuts every open stream without a close frame and tells how many there were.
    pub fn cut_streams(&self) -> usize {
        self.read(|world| world.servers[self.server].hub.cut())
    }

    /// Resets every new connection for so long.
    pub fn refuse_for(&self, how_long: Duration) {
        let millis = i64::try_from(how_long.as_millis()).unwrap_or(i64::MAX / 2);
        let now = self.read(|world| world.now());
        self.fault(|faults| faults.refuse_until = now.saturating_add(millis));
    }

    /// How many listen to its streams.
    pub fn listeners(&self) -> usize {
        self.read(|world| world.servers[self.server].hub.count())
    }

    /// The `stream` labels of all subscriptions, listener by listener.
    pub fn subscriptions(&self) -> Vec<Vec<serde_json::Value>> {
        self.read(|world| world.servers[self.server].hub.census())
    }

    /// Waits until at least so many subscriptions are open, at most ten seconds.
    pub async fn heard_by(&self, subscriptions: usize) -> bool {
        for _ in 0..2_000 {
            if self.subscriptions().iter().map(Vec::len).sum::<usize>() >= subscriptions {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }
}

pub(crate) fn unknown(what: &str) -> FediverseError {
    FediverseError::Unknown(what.to_owned())
}

fn found(done: bool, uri: &str) -> Result<(), FediverseError> {
    if done { Ok(()) } else { Err(unknown(uri)) }
}

/// The account of `ada@alpha`, made when it is new.
pub(crate) fn person(world: &mut World, who: &str) -> Result<PersonKey, FediverseError> {
    let (username, server) = who
        .trim_start_matches('@')
        .split_once('@')
        .ok_or_else(|| unknown(who))?;
    let server = world.server_named(server).ok_or_else(|| unknown(server))?;
    Ok(world.person_or_new(server, username))
}

async fn bind(port: u16) -> Result<(TcpListener, u16), FediverseError> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(FediverseError::Bind)?;
    let port = listener.local_addr().map_err(FediverseError::Bind)?.port();
    Ok((listener, port))
}

fn serve<L>(listener: L, app: Router, shared: &Arc<Shared>) -> JoinHandle<()>
where
    L: axum::serve::Listener,
    L::Addr: std::fmt::Debug,
{
    let mut stop = shared.stopping();
    tokio::spawn(async move {
        let stopped = async move {
            drop(stop.changed().await);
        };
        if let Err(error) = axum::serve(listener, app)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::warn!("a listener ended: {error}");
        }
    })
}

/// Lets the agenda's things happen at their moments.
async fn pump(shared: Arc<Shared>) {
    let mut stop = shared.stopping();
    loop {
        let wait = shared.catch_up().unwrap_or(60_000);
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(wait)) => {}
            () = shared.wake.notified() => {}
            _ = stop.changed() => return,
        }
    }
}
