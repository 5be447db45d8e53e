//! One run: start the world and the relay, let the play happen, wait for rest, compare with the truth.

use std::time::Duration;

use fake_instance::{Fediverse, Options, Truth};
use relay::{
    config::{ArchivePlace, Config, PublicStream, SourceConfig, Timing, Token},
    serve::AppFiles,
};
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::{
    oracle::{Complaint, Place, TruePost, check_above, check_stream, check_walk},
    play::{self, SERVERS, TAG},
    reader::{Subscriber, climb, walk},
};

/// How long the relay may take to learn everything after the last fault has ended: some seconds on an idle machine;
/// only a run that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs one seed.
pub(crate) async fn run(seed: u64) -> Result<(), String> {
    let fediverse = Fediverse::start(
        Options::new(seed, SERVERS)
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
    let config = config(&fediverse, &base, seed);
    let (stop, stopped) = oneshot::channel::<()>();
    let relay = tokio::spawn(relay::run(listener, config, AppFiles::None, async move {
        stopped.await.ok();
    }));
    let outcome = watch(&fediverse, &base, seed).await;
    stop.send(()).ok();
    relay
        .await
        .map_err(|error| format!("the relay broke: {error}"))?
        .map_err(|error| error.to_string())?;
    outcome
}

async fn watch(fediverse: &Fediverse, base: &str, seed: u64) -> Result<(), String> {
    let client = reqwest::Client::new();
    let everything = Subscriber::connect(base, json!({ "stream": "public" })).await?;
    let tagged = Subscriber::connect(base, json!({ "stream": "hashtag", "tag": TAG })).await?;
    let stay = Duration::from_millis(150 + seed % 7 * 50);
    let wanderer = Subscriber::wander(base, json!({ "stream": "public" }), stay).await?;
    play::play(fediverse, seed).await;
    play::heal(fediverse);
    let until = Instant::now() + PATIENCE;
    loop {
        sleep(Duration::from_millis(250)).await;
        let truth = fediverse.truth();
        let complaints = compare(&client, base, &truth, &everything, &wanderer, &tagged).await?;
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
    let public = true_posts(truth, |post| {
        match (post.reply_to_other, &post.in_reply_to) {
            (false, _) => Place::Inside,
            (true, Some(parent)) if is_gone(parent) => Place::Either,
            (true, _) => Place::Outside,
        }
    });
    let hashtag = true_posts(truth, |post| match post.tags.iter().any(|tag| tag == TAG) {
        true => Place::Inside,
        false => Place::Outside,
    });
    let walked = walk(client, base, "public").await?;
    say("walk of public", check_walk(&public, &walked));
    say(
        "walk of the hashtag",
        check_walk(&hashtag, &walk(client, base, &format!("tag/{TAG}")).await?),
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
    // An edit may bring the hashtag to a post that its stream never carried: such a reader first hears of it as an edit.
    let ever_tagged = |complaint: &Complaint| {
        !matches!(
            complaint,
            Complaint::UpdateBeforePost(_) | Complaint::DeleteOfUnknown(_)
        )
    };
    say(
        "stream of the hashtag",
        check_stream(&hashtag, &tagged.seen())
            .into_iter()
            .filter(ever_tagged)
            .collect(),
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
            content: mark(&post.text),
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

fn config(fediverse: &Fediverse, base: &str, seed: u64) -> Config {
    let sources = SERVERS.iter().enumerate().map(|(at, name)| {
        let server = fediverse.server(name);
        // In every third run the third server is heard by polling alone.
        let polled = at == 2 && seed.is_multiple_of(3);
        SourceConfig {
            domain: server.domain(),
            url: server.url(),
            streaming_url: None,
            token: (!polled).then(|| Token::new(server.token())),
            streams: vec![PublicStream::Public],
            hashtags: vec![TAG.to_owned()],
        }
    });
    Config {
        public_url: base.to_owned(),
        archive: ArchivePlace::Memory,
        sources: sources.collect(),
        timing: Timing::nearby(),
        ..Config::default()
    }
}
