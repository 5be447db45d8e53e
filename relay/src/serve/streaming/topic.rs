//! Stream names as Mastodon has them, and what of the log each stands for.

use std::borrow::Cow;

use timeline::tag;

use super::super::{error::ApiError, query::Query};
use crate::views::{Reach, Selection, View, grammar};

/// Longest hashtag that can be subscribed to; no server lets anybody write a longer one.
const MAX_TAG_BYTES: usize = 400;

/// Parameters that some stream takes beside those of the grammar. One that a stream has no use for does no harm.
const PARAMETERS: &[&str] = &[
    "type",
    "stream",
    "tag",
    "list",
    "view",
    "cursor",
    "only_media",
];

/// The same for a view, where the grammar decides what else is known.
const PARAMETERS_OF_A_VIEW: &[&str] = &["type", "stream", "view", "cursor"];

/// One thing that a reader can listen to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topic {
    /// The stream's name on the wire.
    name: &'static str,
    /// Which of several of this name, as the reader spelled it.
    which: Option<String>,
    /// What belongs to it; nothing at all where a person's own posts and letters would come.
    pub(super) selection: Option<Selection>,
}

/// Why a subscription is refused; the text and the number are Mastodon's where it knows the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// For the `error` of an error frame.
    pub(super) error: Cow<'static, str>,
    /// For its `status`.
    pub(super) status: u16,
}

impl Refusal {
    pub(super) fn bad(error: impl Into<Cow<'static, str>>) -> Self {
        Self {
            error: error.into(),
            status: 400,
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let (status, error) = error.into_parts();
        Self {
            error,
            status: status.as_u16(),
        }
    }
}

impl Topic {
    /// The stream called `name`, with the parameters that came with it; `views` are the operator's.
    ///
    /// # Errors
    /// No such stream, or a parameter that is missing, unknown or broken: then it is named.
    pub(super) fn named(name: &str, query: &Query, views: &[View]) -> Result<Self, Refusal> {
        if name == "view" {
            return Self::view(query, views);
        }
        query.only(PARAMETERS)?;
        let public = |name, reach, only_media| {
            let selection = Some(Selection::public(reach, only_media));
            Ok(Self::new(name, None, selection))
        };
        match name {
            "public" => public("public", Reach::All, false),
            "public:local" => public("public:local", Reach::Local, false),
            "public:remote" => public("public:remote", Reach::Remote, false),
            "public:media" => public("public:media", Reach::All, true),
            "public:local:media" => public("public:local:media", Reach::Local, true),
            "public:remote:media" => public("public:remote:media", Reach::Remote, true),
            "hashtag" => Self::hashtag("hashtag", query.get("tag"), Reach::All),
            "hashtag:local" => Self::hashtag("hashtag:local", query.get("tag"), Reach::Local),
            "list" => Self::list(query.get("list"), views),
            // A guest's home is the combined timeline.
            "user" => public("user", Reach::All, false),
            "user:notification" => Ok(Self::new("user:notification", None, None)),
            "direct" => Ok(Self::new("direct", None, None)),
            _ => Err(Refusal::bad("Unknown stream type")),
        }
    }

    fn new(name: &'static str, which: Option<&str>, selection: Option<Selection>) -> Self {
        Self {
            name,
            which: which.map(ToOwned::to_owned),
            selection,
        }
    }

    fn hashtag(name: &'static str, tag: Option<&str>, reach: Reach) -> Result<Self, Refusal> {
        let spelling = tag.unwrap_or_default();
        let key = tag::key(spelling);
        if key.is_empty() || spelling.len() > MAX_TAG_BYTES {
            return Err(Refusal::bad("Missing tag name parameter"));
        }
        let selection = Selection::hashtag(&key, reach);
        Ok(Self::new(name, Some(spelling), Some(selection)))
    }

    /// Lists of Mastodon's API are the operator's views.
    fn list(list: Option<&str>, views: &[View]) -> Result<Self, Refusal> {
        let id = list.ok_or_else(|| Refusal::bad("Missing list name parameter"))?;
        let view = of_name(views, id).ok_or_else(|| strange("list", id))?;
        Ok(Self::new("list", Some(id), Some(view.selection.clone())))
    }

    /// A view by its name, with all or some of its posts, or what the grammar's parameters ask for.
    fn view(query: &Query, views: &[View]) -> Result<Self, Refusal> {
        if let Some(name) = query.get("view") {
            let view = of_name(views, name).ok_or_else(|| strange("view", name))?;
            let selection = query.narrowed(&view.selection, PARAMETERS_OF_A_VIEW)?;
            let more = written(query.own(PARAMETERS_OF_A_VIEW));
            let which = match more.as_str() {
                "" => name.to_owned(),
                more => format!("{name}?{more}"),
            };
            return Ok(Self::new("view", Some(&which), Some(selection)));
        }
        let selection = query.selection(PARAMETERS_OF_A_VIEW)?;
        let parameters = grammar::parameters(&selection);
        if parameters.is_empty() {
            return Err(Refusal::bad("Missing view parameter"));
        }
        let which = written(
            parameters
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        Ok(Self::new("view", Some(&which), Some(selection)))
    }

    /// The same for a reader who may see guarded posts, or may not.
    pub(super) fn seen_by(mut self, may_see_guarded: bool) -> Self {
        self.selection = self.selection.map(|it| it.seen_by(may_see_guarded));
        self
    }

    /// Whether both are one subscription: spellings of a hashtag do not count.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.selection == other.selection
    }

    /// The label of its frames as JSON: `["public"]`, or `["hashtag","Rust"]` in the reader's own spelling.
    pub(super) fn label(&self) -> String {
        let parts: Vec<_> = [Some(self.name), self.which.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        serde_json::json!(parts).to_string()
    }
}

/// Parameters as in an address, lists without brackets.
fn written<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let bare = parameters.map(|(name, value)| (name.trim_end_matches("[]"), value));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(bare)
        .finish()
}

fn of_name<'a>(views: &'a [View], name: &str) -> Option<&'a View> {
    views
        .iter()
        .find(|it| it.name == name || it.list_id() == name)
}

fn strange(parameter: &str, value: &str) -> Refusal {
    Refusal::bad(format!(
        "{parameter} \"{value}\" is not one of this relay's"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str, query: &str) -> Result<Topic, Refusal> {
        let views = [View {
            name: "news".to_owned(),
            selection: Selection::hashtag("news", Reach::All),
            ..View::default()
        }];
        Topic::named(name, &Query::parse(query).unwrap(), &views)
    }

    #[test]
    fn every_public_stream_of_mastodon_has_a_name_here() {
        for name in [
            "public",
            "public:local",
            "public:remote",
            "public:media",
            "public:local:media",
            "public:remote:media",
        ] {
            assert_eq!(topic(name, "").unwrap().label(), format!("[\"{name}\"]"));
        }
    }

    #[test]
    fn spellings_of_a_hashtag_are_one_topic_that_keeps_the_readers_own() {
        let one = topic("hashtag", "tag=Rust+Lang!").unwrap();
        let other = topic("hashtag", "tag=rustlang").unwrap();
        assert!(one.is_same(&other));
        assert_eq!(one.label(), r#"["hashtag","Rust Lang!"]"#);
        let local = topic("hashtag:local", "tag=rustlang").unwrap();
        assert!(!local.is_same(&other));
    }

    #[test]
    fn a_hashtag_without_a_name_is_refused_in_mastodons_words() {
        for query in ["", "tag=", "tag=!?", &format!("tag={}", "a".repeat(1_000))] {
            let refusal = topic("hashtag", query).unwrap_err();
            assert_eq!(refusal, Refusal::bad("Missing tag name parameter"));
        }
        assert_eq!(
            topic("weather", "").unwrap_err(),
            Refusal::bad("Unknown stream type")
        );
    }

    #[test]
    fn a_guests_home_is_the_combined_timeline_and_nobody_writes_to_a_guest() {
        let home = topic("user", "").unwrap();
        assert_eq!(home.label(), r#"["user"]"#);
        assert_eq!(home.selection, topic("public", "").unwrap().selection);
        for name in ["user:notification", "direct"] {
            assert_eq!(topic(name, "").unwrap().selection, None);
        }
    }

    #[test]
    fn a_view_is_heard_by_name_as_a_list_and_by_what_it_asks_for() {
        let named = topic("view", "view=news").unwrap();
        assert_eq!(named.label(), r#"["view","news"]"#);
        let list = topic("list", "list=news").unwrap();
        assert_eq!(list.label(), r#"["list","news"]"#);
        let asked = topic("view", "any=news&cursor=1-1").unwrap();
        assert_eq!(asked.label(), r#"["view","any=news"]"#);
        assert_eq!(named.selection, list.selection);
        assert_eq!(named.selection, asked.selection);
        let more = topic("view", "only_media=1&all[]=A&words[]=two+words").unwrap();
        assert_eq!(
            more.label(),
            r#"["view","all=a&words=two+words&only_media=true"]"#
        );
    }

    #[test]
    fn of_a_view_some_posts_can_be_heard() {
        let some = topic("view", "view=news&any[]=x&no_bots=1").unwrap();
        assert_eq!(some.label(), r#"["view","news?any=x&no_bots=1"]"#);
        let same = topic("view", "any=news&all=x&no_bots=true").unwrap();
        assert_eq!(some.selection, same.selection);
        assert!(!some.is_same(&topic("view", "view=news").unwrap()));
    }

    #[test]
    fn a_parameter_that_is_unknown_broken_or_missing_is_named() {
        for (name, query, told) in [
            ("public", "colour=red", "colour"),
            ("view", "view=olds", "view"),
            ("view", "view=news&min_reblogs=many", "min_reblogs"),
            ("view", "view=news&colour=red", "colour"),
            ("view", "min_reblogs=many", "min_reblogs"),
            ("view", "colour=red", "colour"),
            ("view", "", "view"),
            ("list", "list=7", "list"),
            ("list", "", "list"),
        ] {
            let refusal = topic(name, query).unwrap_err();
            assert_eq!(refusal.status, 400, "{name}?{query}");
            assert!(refusal.error.contains(told), "{name}?{query}: {refusal:?}");
        }
    }
}
