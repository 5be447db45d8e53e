//! One run: start the world and the relay, let the play happen, wait for rest, compare with the truth.

use std::time::Duration;

use fake_instance::{Fediverse, Options, Truth};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use relay::{
    config::{ArchivePlace, Config, PublicStream, Show, SourceConfig, Timing, Token},
    serve::AppFiles,
    views::View,
};
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    sync::oneshot,
    time::{Instant, sleep},
};

#[cfg(unix)]
use crate::child::{self, Orders};
use crate::{
    play::{self, SERVERS, TAG},
    readers::{Readers, VIEW},
};

/// How long the relay may take to learn everything after the last fault has ended: some seconds on an idle machine;
/// only a run that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(90);

/// One server that the relay listens to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Heard {
    domain: String,
    url: String,
    token: Option<String>,
    is_shown_to_all: bool,
}

/// Whether the relay of this run is killed in its middle and started again on what it left behind.
pub(crate) fn is_killed(seed: u64) -> bool {
    cfg!(unix) && seed % 4 == 1
}

/// Runs one seed.
pub(crate) async fn run(seed: u64) -> Result<(), String> {
    let fediverse = Fediverse::start(
        Options::new(seed, play::software(seed))
            .without_history()
            .without_limits(),
    )
    .await
    .map_err(|error| error.to_string())?;
    play::cast(&fediverse);
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(|error| error.to_string())?;
    let base = format!(
        "http://{}",
        listener.local_addr().map_err(|error| error.to_string())?
    );
    let heard = heard(&fediverse, seed);
    #[cfg(unix)]
    if is_killed(seed) {
        return run_killed(&fediverse, listener, heard, base, seed).await;
    }
    let config = config(&heard, &base);
    let (stop, stopped) = oneshot::channel::<()>();
    let relay = tokio::spawn(relay::run(listener, config, AppFiles::None, async move {
        stopped.await.ok();
    }));
    let outcome = watch(&fediverse, &base, seed, std::future::ready(Ok(()))).await;
    stop.send(()).ok();
    relay
        .await
        .map_err(|error| format!("the relay broke: {error}"))?
        .map_err(|error| error.to_string())?;
    outcome
}

/// Runs one seed with a relay that is killed while people write, and that goes on from its file.
#[cfg(unix)]
async fn run_killed(
    fediverse: &Fediverse,
    listener: TcpListener,
    sources: Vec<Heard>,
    base: String,
    seed: u64,
) -> Result<(), String> {
    let socket = listener.into_std().map_err(|error| error.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let orders = Orders {
        base: base.clone(),
        archive: folder.path().join("posts.db"),
        log: folder.path().join("relay.log"),
        sources,
    };
    let mut relay = child::start(&socket, &orders)?;
    let mut rng = StdRng::seed_from_u64(seed);
    let mut pause = |longest| Duration::from_millis(rng.random_range(0..longest));
    let (life, death) = (Duration::from_millis(200) + pause(800), pause(300));
    let killing = async {
        sleep(life).await;
        relay.kill().await.map_err(|error| error.to_string())?;
        sleep(death).await;
        relay = child::start(&socket, &orders)?;
        Ok(())
    };
    let outcome = watch(fediverse, &base, seed, killing).await;
    match relay.try_wait() {
        Ok(Some(status)) => Err(format!("the relay ended by itself: {status}; {outcome:?}")),
        _ => outcome,
    }
    .map_err(|why| {
        let log = std::fs::read_to_string(&orders.log).unwrap_or_default();
        format!("{why}\nlog of the relay:\n{log}")
    })
}

/// Lets the play happen, and `meanwhile` with it, and waits until every reader was shown the truth.
async fn watch(
    fediverse: &Fediverse,
    base: &str,
    seed: u64,
    meanwhile: impl Future<Output = Result<(), String>>,
) -> Result<(), String> {
    let client = reqwest::Client::new();
    let readers = Readers::begin(fediverse, base, seed).await?;
    let ((), meanwhile) = tokio::join!(play::play(fediverse, seed), meanwhile);
    meanwhile?;
    play::heal(fediverse);
    let until = Instant::now() + PATIENCE;
    loop {
        sleep(Duration::from_millis(250)).await;
        let truth = fediverse.truth();
        let complaints = readers.complaints(&client, &truth).await?;
        if complaints.is_empty() && truth.pending == 0 {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(report(&client, base, &complaints, &truth).await);
        }
    }
}

async fn report(
    client: &reqwest::Client,
    base: &str,
    complaints: &[String],
    truth: &Truth,
) -> String {
    let sources = match client
        .get(format!("{base}/api/watersmeet/sources"))
        .send()
        .await
    {
        Ok(answer) => answer.text().await.unwrap_or_default(),
        Err(error) => error.to_string(),
    };
    let posts: Vec<String> = truth
        .posts
        .iter()
        .map(|post| {
            format!(
                "{} {:?} deleted={} {:?}",
                post.uri, post.text, post.deleted, post.copies
            )
        })
        .collect();
    format!(
        "{}\npending: {}\nsources: {sources}\ntruth:\n{}",
        complaints.join("\n"),
        truth.pending,
        posts.join("\n")
    )
}

/// Whether the operator shows everybody what a server shows its own people alone: in half of the runs.
pub(crate) fn is_shown_to_all(seed: u64) -> bool {
    seed % 10 < 5
}

fn heard(fediverse: &Fediverse, seed: u64) -> Vec<Heard> {
    let heard = |(at, name): (usize, &&str)| {
        let server = fediverse.server(name);
        // In every third run the third server is heard by polling alone, where it shows anything to a stranger.
        let polled = at == 2 && seed.is_multiple_of(3) && play::software(seed) == SERVERS;
        Heard {
            domain: server.domain(),
            url: server.url(),
            token: (!polled).then(|| server.token()),
            is_shown_to_all: is_shown_to_all(seed),
        }
    };
    SERVERS.iter().enumerate().map(heard).collect()
}

/// The relay's configuration in every run.
pub(crate) fn config(sources: &[Heard], base: &str) -> Config {
    let source = |it: &Heard| SourceConfig {
        domain: it.domain.clone(),
        url: it.url.clone(),
        token: it.token.clone().map(Token::new),
        show: match it.is_shown_to_all {
            true => Show::Everybody,
            false => Show::Key,
        },
        streams: vec![PublicStream::Public],
        hashtags: vec![TAG.to_owned()],
        ..SourceConfig::default()
    };
    Config {
        public_url: base.to_owned(),
        archive: ArchivePlace::Memory,
        sources: sources.iter().map(source).collect(),
        views: views(),
        timing: Timing::nearby(),
        ..Config::default()
    }
}

/// The operator's views.
fn views() -> Vec<View> {
    let text = format!("[[view]]\nname = \"{VIEW}\"\nhashtags = [\"{TAG}\"]\nonly_media = true\n");
    Config::parse(&text).expect("a valid view").views
}
