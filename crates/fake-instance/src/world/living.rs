//! A world that goes on by itself: posts, answers, boosts, edits and deletes at a rate.
use rand::Rng;

use crate::spec::EditSpec;
use crate::world::World;
use crate::world::federate::Due;

/// Posts after which a living world rests: about a week at ten posts a minute, a few hundred megabytes.
const MOST_POSTS: usize = 100_000;
/// How many of the newest posts people react to.
const ATTENTION: usize = 30;

impl World {
    /// Lets the world live if it is meant to.
    pub(crate) fn begin_life(&mut self) {
        if self.living.is_some() {
            self.plan(1, Due::Life);
        }
    }

    /// Changes the rate; `None` stops.
    pub(crate) fn set_living(&mut self, posts_a_minute: Option<f64>) {
        self.living = posts_a_minute;
        self.agenda.retain(|_, due| !matches!(due, Due::Life));
        self.begin_life();
    }

    /// How many things are on their way, the living world's own next step left out.
    pub(crate) fn pending(&self) -> usize {
        self.agenda
            .values()
            .filter(|due| !matches!(due, Due::Life))
            .count()
    }

    /// The next thing that somebody does.
    pub(crate) fn live(&mut self) {
        let Some(rate) = self.living.filter(|rate| *rate > 0.0) else {
            return;
        };
        if self.posts.count() >= MOST_POSTS {
            return;
        }
        self.step();
        let share = f64::from(self.rng.random_range(40..160_u32)) / 100.0;
        let wait = (60_000.0 / rate * share).clamp(1.0, 3_600_000.0);
        self.plan(wait as u64, Due::Life);
    }

    fn step(&mut self) {
        let recent = self.recent(ATTENTION);
        let target = self.pick(&recent).copied();
        let fan = self.speaker(None);
        if let (Some(post), Some(fan)) = (target, fan) {
            self.favourite(fan, post);
        }
        match (self.rng.random_range(0..100_u32), target, fan) {
            (0..=7, Some(post), Some(fan)) => drop(self.boost(fan, post)),
            (8..=13, Some(post), _) => {
                let text = self.posts[post].current().text.clone();
                if !text.is_empty() && !text.contains("Edit:") {
                    self.edit(
                        post,
                        &EditSpec::text(format!("{text}\n\nEdit: now with the right day.")),
                    );
                }
            }
            (14..=16, Some(post), _) => drop(self.delete(post, None)),
            (17..=32, Some(post), _) => {
                let mut spec = self.answer_to(post);
                spec.delay_ms = self.late();
                if let Some(author) = self.author_of(&spec) {
                    self.publish(author, &spec, Vec::new());
                }
            }
            _ => {
                let number = usize::try_from(self.rng.random_range(0..92_u32)).unwrap_or(0);
                let mut spec = self.saying(number);
                spec.delay_ms = self.late();
                if let Some(author) = self.author_of(&spec) {
                    let post = self.publish(author, &spec, Vec::new());
                    self.posts[post].crowd = (0, 0);
                }
            }
        }
    }

    /// Some posts travel slowly: one in twelve for seconds, one in forty for a minute.
    fn late(&mut self) -> Option<u64> {
        match self.rng.random_range(0..120_u32) {
            0..=2 => Some(self.rng.random_range(20_000..90_000)),
            3..=12 => Some(self.rng.random_range(2_000..10_000)),
            _ => None,
        }
    }
}
