//! One run: start the world and the relay, let the play happen, wait for rest, compare with the truth.

use std::time::Duration;

use fake_instance::{Fediverse, Options, Truth};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use relay::{
    config::{ArchivePlace, Config, PublicStream, SourceConfig, Timing, Token},
    serve::AppFiles,
    views::View,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::oneshot,
    time::{Instant, sleep},
};

#[cfg(unix)]
use crate::child::{self, Orders};
use crate::{
    oracle::{Complaint, Place, Seen, TruePost, check_above, check_stream, check_walk},
    play::{self, SERVERS, TAG},
    reader::{Subscriber, Topic, Way, climb, walk},
};

/// How long the relay may take to learn everything after the last fault has ended: some seconds on an idle machine;
/// only a run that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(90);

/// How long a reader stays connected who only leaves when the relay does.
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// The operator's named view in every run: pictures with the hashtag.
const VIEW: &str = "wet";

fn public() -> Topic {
    Topic {
        frame: json!({ "stream": "public" }),
        path: "public".into(),
        timeline: "public".into(),
    }
}

fn hashtag() -> Topic {
    Topic {
        frame: json!({ "stream": "hashtag", "tag": TAG }),
        path: format!("hashtag?tag={TAG}"),
        timeline: format!("tag/{TAG}"),
    }
}

/// One server that the relay listens to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Heard {
    domain: String,
    url: String,
    token: Option<String>,
}

/// Whether the relay of this run is killed in its middle and started again on what it left behind.
fn is_killed(seed: u64) -> bool {
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
}

/// Lets the play happen, and `meanwhile` with it, and waits until every reader was shown the truth.
async fn watch(
    fediverse: &Fediverse,
    base: &str,
    seed: u64,
    meanwhile: impl Future<Output = Result<(), String>>,
) -> Result<(), String> {
    let client = reqwest::Client::new();
    // Every way to listen meets every way to be broken, over the seeds.
    let (one, other) = match seed % 2 {
        0 => (Way::Socket, Way::Events),
        _ => (Way::Events, Way::Socket),
    };
    let (everything, tagged) = if is_killed(seed) {
        (
            Subscriber::wander(base, public(), one, FOR_EVER).await?,
            Subscriber::wander(base, hashtag(), other, FOR_EVER).await?,
        )
    } else {
        (
            Subscriber::connect(base, &public(), one).await?,
            Subscriber::connect(base, &hashtag(), other).await?,
        )
    };
    let stay = Duration::from_millis(150 + seed % 7 * 50);
    let wanderer = Subscriber::wander(base, public(), other, stay).await?;
    let ((), meanwhile) = tokio::join!(play::play(fediverse, seed), meanwhile);
    meanwhile?;
    play::heal(fediverse);
    let until = Instant::now() + PATIENCE;
    loop {
        sleep(Duration::from_millis(250)).await;
        let truth = fediverse.truth();
        let mut complaints =
            compare(&client, base, &truth, &everything, &wanderer, &tagged).await?;
        let has_gap = |it: &Subscriber| it.seen().contains(&Seen::Gap);
        if is_killed(seed) && [&everything, &wanderer, &tagged].into_iter().any(has_gap) {
            complaints.push("a cursor from before the relay was killed gave a gap".to_owned());
        }
        if complaints.is_empty() && truth.pending == 0 {
            return Ok(());
        }
        if Instant::now() > until {
            return Err(report(&client, base, &complaints, &truth).await);
        }
    }
}

async fn compare(
    client: &reqwest::Client,
    base: &str,
    truth: &Truth,
    everything: &Subscriber,
    wanderer: &Subscriber,
    tagged: &Subscriber,
) -> Result<Vec<String>, String> {
    let mut complaints = Vec::new();
    let mut say = |reader: &str, found: Vec<Complaint>| {
        complaints.extend(found.iter().map(|it| format!("{reader}: {it}")))
    };
    let is_gone = |uri: &String| truth.post(uri).is_none_or(|parent| parent.deleted);
    let unless_answer =
        |post: &fake_instance::TruePost| match (post.reply_to_other, &post.in_reply_to) {
            (false, _) => Place::Inside,
            (true, Some(parent)) if is_gone(parent) => Place::Either,
            (true, _) => Place::Outside,
        };
    let is_tagged = |post: &fake_instance::TruePost| post.tags.iter().any(|tag| tag == TAG);
    let inside = |is: bool| if is { Place::Inside } else { Place::Outside };
    let public = true_posts(truth, unless_answer);
    let hashtag = true_posts(truth, |post| inside(is_tagged(post)));
    let view = true_posts(truth, |post| inside(is_tagged(post) && post.media > 0));
    let elsewhere = true_posts(truth, |post| {
        match is_tagged(post) && post.home != SERVERS[1] {
            true => unless_answer(post),
            false => Place::Outside,
        }
    });
    let walked = walk(client, base, "public").await?;
    say("walk of public", check_walk(&public, &walked));
    say(
        "walk of the hashtag",
        check_walk(&hashtag, &walk(client, base, &format!("tag/{TAG}")).await?),
    );
    let list = format!("list/{VIEW}");
    say(
        "walk of the view",
        check_walk(&view, &walk(client, base, &list).await?),
    );
    let asked = format!(
        "public?any[]={TAG}&not_servers[]={}&no_replies=true",
        truth.servers.get(SERVERS[1]).map_or("", String::as_str)
    );
    say(
        "walk of what was asked for",
        check_walk(&elsewhere, &walk(client, base, &asked).await?),
    );
    if let Some(middle) = walked.get(walked.len() / 2) {
        say(
            "climb of public",
            check_above(
                &public,
                &walked,
                &middle.id,
                &climb(client, base, "public", &middle.id).await?,
            ),
        );
    }
    say(
        "stream of public",
        check_stream(&public, &everything.seen()),
    );
    say(
        "stream of public with broken connections",
        check_stream(&public, &wanderer.seen()),
    );
    say(
        "stream of the hashtag",
        check_stream(&hashtag, &tagged.seen()),
    );
    Ok(complaints)
}

fn true_posts(truth: &Truth, place: impl Fn(&fake_instance::TruePost) -> Place) -> Vec<TruePost> {
    let mark = |text: &str| {
        text.split_once('«')
            .and_then(|(_, rest)| rest.split_once('»'))
            .map_or(text.to_owned(), |(mark, _)| mark.to_owned())
    };
    truth
        .posts
        .iter()
        .map(|post| TruePost {
            uri: post.uri.clone(),
            content: format!("{} by {}", mark(&post.text), post.author),
            edits: post.version,
            alive: !post.deleted,
            place: match post.visibility == "public" && !post.opted_out {
                true => place(post),
                false => Place::Outside,
            },
        })
        .collect()
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

fn heard(fediverse: &Fediverse, seed: u64) -> Vec<Heard> {
    let heard = |(at, name): (usize, &&str)| {
        let server = fediverse.server(name);
        // In every third run the third server is heard by polling alone, where it shows anything to a stranger.
        let polled = at == 2 && seed.is_multiple_of(3) && play::software(seed) == SERVERS;
        Heard {
            domain: server.domain(),
            url: server.url(),
            token: (!polled).then(|| server.token()),
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
