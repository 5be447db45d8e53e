//! What somebody says next, and who says it.
use rand::Rng;

use crate::arena::{PersonKey, PostKey};
use crate::spec::{CardSpec, MediaSpec, PollSpec, PostSpec};
use crate::world::World;
use crate::world::words;

impl World {
    /// A writer of a language, or anybody.
    pub(crate) fn speaker(&mut self, language: Option<&str>) -> Option<PersonKey> {
        let writers: Vec<PersonKey> = self
            .writers()
            .into_iter()
            .filter(|person| !self.people[*person].bot)
            .collect();
        let fluent: Vec<PersonKey> = writers
            .iter()
            .copied()
            .filter(|person| {
                language.is_some_and(|language| self.people[*person].language == language)
            })
            .collect();
        self.pick(if fluent.is_empty() { &writers } else { &fluent })
            .copied()
    }

    /// Who says this: tides are announced by the bot, everything else by somebody who speaks the language.
    pub(crate) fn author_of(&mut self, spec: &PostSpec) -> Option<PersonKey> {
        if spec.text.contains("#tides") {
            let bots = self
                .people
                .iter()
                .filter(|(_, person)| person.bot && !person.group);
            return bots.map(|(key, _)| key).next();
        }
        self.speaker(spec.language.as_deref())
    }

    /// A sentence with its slots filled.
    pub(crate) fn say(&mut self, sentence: &str) -> String {
        words::fill(sentence, || {
            usize::try_from(self.rng.random_range(0..10_000_u32)).unwrap_or(0)
        })
    }

    /// Something to say; the number decides its kind so that every kind is there early.
    pub(crate) fn saying(&mut self, number: usize) -> PostSpec {
        let (language, sentence) = self.pick(words::POSTS).copied().unwrap_or(("en", ""));
        let mut spec = PostSpec::text(self.say(sentence));
        spec.language = Some(language.to_owned());
        match number % 23 {
            2 | 9 | 16 => spec.media = self.pictures(1, "image"),
            5 => spec.media = self.pictures(2 + number % 3, "image"),
            7 => {
                let (question, options) = self.pick(words::POLLS).copied().unwrap_or(("", &[]));
                spec.text = self.say(question);
                spec.language = Some("en".to_owned());
                let crowd = options
                    .iter()
                    .map(|_| self.rng.random_range(0..60))
                    .collect();
                let options = options.iter().map(|option| (*option).to_owned()).collect();
                let expires_in = if number.is_multiple_of(2) {
                    3 * 86_400
                } else {
                    20 * 86_400
                };
                spec.poll = Some(PollSpec {
                    options,
                    multiple: number.is_multiple_of(3),
                    hide_totals: false,
                    expires_in,
                    crowd,
                });
            }
            10 => {
                let (warning, text) = self.pick(words::WARNED).copied().unwrap_or(("", ""));
                spec = PostSpec::text(self.say(text));
                spec.spoiler_text = warning.to_owned();
                spec.language = Some("en".to_owned());
                if number.is_multiple_of(2) {
                    spec.media = self.pictures(1, "image");
                }
            }
            12 => {
                let (title, description, provider) =
                    self.pick(words::PAGES).copied().unwrap_or_default();
                let url = format!(
                    "https://example.org/{}",
                    title.to_lowercase().replace([' ', ','], "-")
                );
                spec.text = format!("{}\n\n{url}", spec.text);
                let look = (number.is_multiple_of(2)).then(|| self.rng.random());
                spec.card = Some(CardSpec {
                    url,
                    title: title.to_owned(),
                    description: description.to_owned(),
                    provider: provider.to_owned(),
                    look,
                    author: None,
                });
            }
            14 => {
                let (language, html) = words::RICH
                    .get(number / 23 % words::RICH.len())
                    .copied()
                    .unwrap_or_default();
                spec = PostSpec {
                    html: Some(html.to_owned()),
                    language: Some(language.to_owned()),
                    ..PostSpec::default()
                };
                spec.text = "rich".to_owned();
            }
            11 => {
                spec.text = self.say(words::TIDE);
                spec.language = Some("en".to_owned());
            }
            17 => spec.text = words::LONG.to_owned(),
            18 => spec.quote = self.quotable(),
            19 => {
                spec.media = self.pictures(
                    1,
                    if number.is_multiple_of(2) {
                        "gifv"
                    } else {
                        "video"
                    },
                )
            }
            20 => spec.media = self.pictures(1, "audio"),
            21 => {
                spec = PostSpec {
                    language: Some("en".to_owned()),
                    ..PostSpec::default()
                };
                spec.media = self.pictures(1, "image");
            }
            22 => spec.visibility = Some("unlisted".to_owned()),
            3 => spec.text.push_str(" :star:"),
            _ => {}
        }
        if number.is_multiple_of(2) {
            spec.application = Some("Web".to_owned());
        }
        spec
    }

    fn pictures(&mut self, count: usize, kind: &str) -> Vec<MediaSpec> {
        const SHAPES: &[(u32, u32)] = &[(640, 427), (480, 640), (640, 640), (640, 320), (320, 640)];
        (0..count)
            .map(|_| {
                let described = self.chance(0.8);
                let sentence = self.pick(words::PICTURES).copied().unwrap_or_default();
                let description = described.then(|| self.say(sentence));
                let (width, height) = self.pick(SHAPES).copied().unwrap_or((640, 427));
                let focus = self.chance(0.3).then(|| {
                    let mut along = || f64::from(self.rng.random_range(-80..80_i32)) / 100.0;
                    (along(), along())
                });
                MediaSpec {
                    kind: Some(kind.to_owned()),
                    description,
                    look: Some(self.rng.random_range(0..4_000)),
                    width: Some(width),
                    height: Some(height),
                    focus,
                }
            })
            .collect()
    }

    fn quotable(&mut self) -> Option<String> {
        let recent = self.recent(60);
        self.pick(&recent).map(|post| self.posts[*post].uri.clone())
    }

    /// The newest living public posts, boosts left out.
    pub(crate) fn recent(&self, most: usize) -> Vec<PostKey> {
        self.posts
            .iter()
            .rev()
            .filter(|(_, row)| {
                row.reblog_of.is_none() && row.deleted_ms.is_none() && row.visibility.is_open()
            })
            .map(|(key, _)| key)
            .take(most)
            .collect()
    }

    /// An answer that mentions whom it answers.
    pub(crate) fn answer_to(&mut self, parent: PostKey) -> PostSpec {
        let (language, sentence) = self.pick(words::REPLIES).copied().unwrap_or(("en", ""));
        let answered = &self.people[self.posts[parent].author];
        let handle = format!(
            "@{}@{}",
            answered.username, self.servers[answered.home].domain
        );
        let text = format!("{handle} {}", self.say(sentence));
        let mut spec = PostSpec::text(text).reply_to(&self.posts[parent].uri.clone());
        spec.language = Some(language.to_owned());
        spec
    }
}
