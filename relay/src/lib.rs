//! One combined, de-duplicated view over many Mastodon servers.

pub mod archive;
pub mod cli;
pub mod config;
pub mod engine;
mod greeting;
pub mod log;
pub mod merge;
pub mod metrics;
pub mod moderation;
pub mod serve;
pub mod source;
pub mod telemetry;
pub mod views;

use std::sync::Arc;

use tokio::{
    net::TcpListener,
    sync::watch,
    time::{Duration, timeout},
};

pub use self::serve::{listen, reachable, told_to_stop};
use self::{archive::ArchiveError, config::Config, engine::Engine, serve::AppFiles};

/// Longest time that the sources get to be left in good order.
const FAREWELL: Duration = Duration::from_secs(2);

/// The whole relay as one future: listens to the configured sources and answers readers on `listener`, until `shutdown` resolves.
/// The caller owns the socket and the signal, so that a test takes any free port and stops it when it likes.
///
/// # Errors
/// When the archive cannot be opened.
pub async fn run(
    listener: TcpListener,
    config: Config,
    app_files: AppFiles,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ArchiveError> {
    let (_never_changed, configs) = watch::channel(Arc::new(config));
    run_live(listener, configs, app_files, shutdown).await
}

/// As [`run`], under a configuration that may change while readers and sources stay: [`Engine::reload`] says what holds at once.
///
/// # Errors
/// When the archive cannot be opened.
pub async fn run_live(
    listener: TcpListener,
    mut configs: watch::Receiver<Arc<Config>>,
    app_files: AppFiles,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ArchiveError> {
    let config = Arc::clone(&configs.borrow_and_update());
    let engine = Arc::new(Engine::start(&config).await?);
    let greeting = tokio::spawn(greeting::tell(engine.sources.clone()));
    let stop = watch::Sender::new(false);
    let serving = serve::serve_live(
        listener,
        configs.clone(),
        Arc::clone(&engine),
        app_files,
        stop.subscribe(),
    );
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        () = serving.as_mut() => {}
        () = follow(configs, &engine) => {}
        () = shutdown => {
            tracing::info!("stopping");
            stop.send_replace(true);
            serving.await;
        }
    }
    greeting.abort();
    let Some(engine) = Arc::into_inner(engine) else {
        tracing::warn!("an answer is still being given; the sources are left as they are");
        return Ok(());
    };
    if timeout(FAREWELL, engine.shutdown()).await.is_err() {
        tracing::warn!("the sources took too long to be left in good order");
    }
    Ok(())
}

/// Gives the engine each new configuration, for ever.
async fn follow(mut configs: watch::Receiver<Arc<Config>>, engine: &Engine) {
    while configs.changed().await.is_ok() {
        let config = Arc::clone(&configs.borrow_and_update());
        engine.reload(&config).await;
    }
    std::future::pending::<()>().await;
}
