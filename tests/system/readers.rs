//! All readers of one run, and what each of them was wrongly shown or not shown.

use std::time::Duration;

use fake_instance::{Fediverse, Truth};
use serde_json::json;

use crate::{
    oracle::{Complaint, Place, Seen, TruePost, check_above, check_feed, check_stream, check_walk},
    play::{self, SERVERS, TAG},
    reader::{FeedReader, Subscriber, Topic, Way, climb, mark, walk},
    run::{is_killed, is_shown_to_all},
};

/// The operator's named view in every run: pictures with the hashtag.
pub(crate) const VIEW: &str = "wet";

/// How long a reader stays connected who only leaves when the relay does.
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// Posts that a feed holds at most: more than a run has.
const FEED_LIMIT: usize = 80;

/// What readers select; each has its own truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selection {
    Public,
    Hashtag,
    /// The operator's view.
    View,
    /// Asked for in the address: the hashtag, but nothing of one server and no answers.
    Asked,
}

impl Selection {
    fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Hashtag => "the hashtag",
            Self::View => "the view",
            Self::Asked => "what was asked for",
        }
    }

    /// In the words of every way to listen; `beta` is the domain of the server that is not wanted.
    fn topic(self, beta: &str) -> Topic {
        let asked = format!("any[]={TAG}&not_servers[]={beta}&no_replies=true");
        let (frame, path, timeline) = match self {
            Self::Public => (
                json!({ "stream": "public" }),
                "public".to_owned(),
                "public".to_owned(),
            ),
            Self::Hashtag => (
                json!({ "stream": "hashtag", "tag": TAG }),
                format!("hashtag?tag={TAG}"),
                format!("tag/{TAG}"),
            ),
            Self::View => (
                json!({ "stream": "list", "list": VIEW }),
                format!("view?view={VIEW}"),
                format!("list/{VIEW}"),
            ),
            Self::Asked => (
                json!({ "stream": "view", "any": [TAG], "not_servers": [beta], "no_replies": true }),
                format!("view?{asked}"),
                format!("public?{asked}"),
            ),
        };
        Topic {
            frame,
            path,
            timeline,
        }
    }

    /// Its feed's path and query.
    fn feed(self, beta: &str) -> String {
        let (path, more) = match self {
            Self::Public => ("feed", String::new()),
            Self::Hashtag => ("tags/river", String::new()),
            Self::View => ("views/wet", String::new()),
            Self::Asked => (
                "feed",
                format!("&any[]={TAG}&not_servers[]={beta}&no_replies=true"),
            ),
        };
        format!("{path}.json?limit={FEED_LIMIT}{more}")
    }

    /// What is true of it.
    fn truth(self, seed: u64, truth: &Truth) -> Vec<TruePost> {
        let is_gone = |uri: &String| truth.post(uri).is_none_or(|parent| parent.deleted);
        let unless_answer =
            |post: &fake_instance::TruePost| match (post.reply_to_other, &post.in_reply_to) {
                (false, _) => Place::Inside,
                (true, Some(parent)) if is_gone(parent) => Place::Either,
                (true, _) => Place::Outside,
            };
        let is_tagged = |post: &fake_instance::TruePost| post.tags.iter().any(|tag| tag == TAG);
        let inside = |is: bool| if is { Place::Inside } else { Place::Outside };
        true_posts(seed, truth, |post| match self {
            Self::Public => unless_answer(post),
            Self::Hashtag => inside(is_tagged(post)),
            Self::View => inside(is_tagged(post) && post.media > 0),
            Self::Asked if is_tagged(post) && post.home != SERVERS[1] => unless_answer(post),
            Self::Asked => Place::Outside,
        })
    }
}

/// Everything there is to read.
const ALL: [Selection; 4] = [
    Selection::Public,
    Selection::Hashtag,
    Selection::View,
    Selection::Asked,
];

/// Everybody who reads the relay in one run.
pub(crate) struct Readers {
    seed: u64,
    base: String,
    beta: String,
    /// One stays connected for each selection.
    staying: Vec<(Selection, Subscriber)>,
    /// One of the public timeline whose connection breaks all the time.
    wanderer: Subscriber,
    feeds: Vec<(Selection, FeedReader)>,
}

impl Readers {
    /// Connects them all to the relay at `base`.
    pub(crate) async fn begin(
        fediverse: &Fediverse,
        base: &str,
        seed: u64,
    ) -> Result<Self, String> {
        let beta = fediverse.server(SERVERS[1]).domain();
        // Every way to listen meets every way to be broken, over the seeds.
        let way = |turn: u64| match (seed + turn) % 2 {
            0 => Way::Socket,
            _ => Way::Events,
        };
        let mut staying = Vec::new();
        for (turn, selection) in (0..).zip(ALL) {
            let topic = selection.topic(&beta);
            let subscriber = match is_killed(seed) {
                true => Subscriber::wander(base, topic, way(turn), FOR_EVER).await?,
                false => Subscriber::connect(base, &topic, way(turn)).await?,
            };
            staying.push((selection, subscriber));
        }
        let stay = Duration::from_millis(150 + seed % 7 * 50);
        let wanderer =
            Subscriber::wander(base, Selection::Public.topic(&beta), way(1), stay).await?;
        let feeds = ALL.map(|it| {
            let address = format!("{base}/{}", it.feed(&beta));
            (it, FeedReader::begin(address))
        });
        Ok(Self {
            seed,
            base: base.to_owned(),
            beta,
            staying,
            wanderer,
            feeds: feeds.into(),
        })
    }

    /// What was wrongly shown or not shown by now.
    pub(crate) async fn complaints(
        &self,
        client: &reqwest::Client,
        truth: &Truth,
    ) -> Result<Vec<String>, String> {
        let base = &self.base;
        let mut complaints = Vec::new();
        let mut say = |reader: String, found: Vec<Complaint>| {
            complaints.extend(found.iter().map(|it| format!("{reader}: {it}")));
        };
        for selection in ALL {
            let name = selection.name();
            let truth = selection.truth(self.seed, truth);
            let timeline = selection.topic(&self.beta).timeline;
            let walked = walk(client, base, &timeline).await?;
            say(format!("walk of {name}"), check_walk(&truth, &walked));
            if let Some(middle) = walked.get(walked.len() / 2) {
                let climbed = climb(client, base, &timeline, &middle.id).await?;
                let found = check_above(&truth, &walked, &middle.id, &climbed);
                say(format!("climb of {name}"), found);
            }
            for (_, subscriber) in self.staying.iter().filter(|(it, _)| *it == selection) {
                let found = self.streamed(&truth, subscriber);
                say(format!("stream of {name}"), found);
            }
            for (_, feed) in self.feeds.iter().filter(|(it, _)| *it == selection) {
                say(format!("feed of {name}"), check_feed(&truth, &feed.items()));
            }
        }
        let public = Selection::Public.truth(self.seed, truth);
        say(
            "stream of public with broken connections".to_owned(),
            self.streamed(&public, &self.wanderer),
        );
        let mut all = self
            .staying
            .iter()
            .map(|(_, it)| it)
            .chain([&self.wanderer]);
        if is_killed(self.seed) && all.any(|it| it.seen().contains(&Seen::Gap)) {
            complaints.push("a cursor from before the relay was killed gave a gap".to_owned());
        }
        Ok(complaints)
    }
}

impl Readers {
    /// What a subscriber was wrongly sent or not sent.
    fn streamed(&self, truth: &[TruePost], subscriber: &Subscriber) -> Vec<Complaint> {
        let mut found = check_stream(truth, &subscriber.seen());
        if is_killed(self.seed) {
            // A post that came and went just before the kill: there is nothing left to be shown, and who had been shown it must hear.
            found.retain(|it| !matches!(it, Complaint::DeleteOfUnknown(_)));
        }
        found
    }
}

/// Whether a server that shows its posts to strangers has this one: else only readers with a key see it.
fn is_open(seed: u64, post: &fake_instance::TruePost) -> bool {
    let closed = play::software(seed)
        .iter()
        .find_map(|it| it.strip_suffix(":hollo"));
    let mut living = post.copies.iter().filter(|(_, copy)| !copy.deleted);
    is_shown_to_all(seed) || living.any(|(server, _)| Some(server.as_str()) != closed)
}

fn true_posts(
    seed: u64,
    truth: &Truth,
    place: impl Fn(&fake_instance::TruePost) -> Place,
) -> Vec<TruePost> {
    let shown = |post: &fake_instance::TruePost| TruePost {
        uri: post.uri.clone(),
        content: format!("{} by {}", mark(&post.text), post.author),
        edits: post.version,
        alive: !post.deleted,
        place: match post.visibility == "public" && !post.opted_out && is_open(seed, post) {
            true => place(post),
            false => Place::Outside,
        },
    };
    truth.posts.iter().map(shown).collect()
}
