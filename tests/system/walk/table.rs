//! Which field names what, and how what is named is fetched.

use serde_json::Value;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Status,
    Account,
    /// The id of an account that may follow from its handle alone, where a mention tells of it or a server that gives accounts
    /// no address: it leads to the account, which may have a better one.
    Mentioned,
    Media,
    Poll,
    List,
    /// Mastodon has no path for a hashtag's id; it is fetched by its name and must say the same id.
    Tag,
    /// Mastodon has no path for one rule: it stands in the list of rules.
    Rule,
    /// Everybody's role is -99 on every server, and Mastodon has no path for it.
    Role,
    /// A registered client is shown to itself only, without a path for its id.
    Application,
    /// What a feed knows a post by: its `uri`, which the search finds.
    Guid,
    /// Not an id of something shown: a client says it when it signs in, as the walk did.
    Client,
}

impl Kind {
    pub(super) const ALL: [Self; 12] = [
        Self::Status,
        Self::Account,
        Self::Mentioned,
        Self::Media,
        Self::Poll,
        Self::List,
        Self::Tag,
        Self::Rule,
        Self::Role,
        Self::Application,
        Self::Guid,
        Self::Client,
    ];
}

/// How the way to a field ends, and what the id there names.
const FIELDS: [(&str, Kind); 19] = [
    ("in_reply_to_id", Kind::Status),
    ("quoted_status_id", Kind::Status),
    ("quoted_status.id", Kind::Status),
    ("ancestors.id", Kind::Status),
    ("descendants.id", Kind::Status),
    ("statuses.id", Kind::Status),
    // A copy may know whom it answers by a mention alone.
    ("in_reply_to_account_id", Kind::Mentioned),
    ("mentions.id", Kind::Mentioned),
    ("account.id", Kind::Mentioned),
    ("accounts.id", Kind::Account),
    ("moved.id", Kind::Account),
    ("media_attachments.id", Kind::Media),
    ("poll.id", Kind::Poll),
    ("views.id", Kind::List),
    ("hashtags.id", Kind::Tag),
    ("rules.id", Kind::Rule),
    ("role.id", Kind::Role),
    ("items.id", Kind::Guid),
    ("client_id", Kind::Client),
];

/// How a path begins and ends, and what the answer (or each item of it) is. The first that fits counts.
const ANSWERS: [(&str, &str, Kind); 15] = [
    ("/api/v1/timelines/", "", Kind::Status),
    ("/api/v1/streaming/", "", Kind::Status),
    ("/api/v1/statuses/", "by", Kind::Account),
    ("/api/v1/statuses", "", Kind::Status),
    ("/api/v1/trends/statuses", "", Kind::Status),
    ("/api/v1/trends", "", Kind::Tag),
    ("/api/v1/accounts/", "/statuses", Kind::Status),
    ("/api/v1/accounts", "", Kind::Account),
    ("/api/v1/profile", "", Kind::Account),
    ("/api/v1/lists", "", Kind::List),
    ("/api/v1/polls/", "", Kind::Poll),
    ("/api/v1/media/", "", Kind::Media),
    ("/api/v1/tags/", "", Kind::Tag),
    ("/api/v1/instance/rules", "", Kind::Rule),
    ("/api/v1/apps", "", Kind::Application),
];

/// Where the walk begins: every path that needs no id.
pub(super) const SEEDS: [&str; 76] = [
    "/.well-known/nodeinfo",
    "/.well-known/oauth-authorization-server",
    "/api/v1/accounts/lookup?acct=guest",
    "/api/v1/accounts/search?q=ada",
    "/api/v1/accounts/verify_credentials",
    "/api/v1/announcements",
    "/api/v1/annual_reports",
    "/api/v1/apps/verify_credentials",
    "/api/v1/blocks",
    "/api/v1/bookmarks",
    "/api/v1/conversations",
    "/api/v1/custom_emojis",
    "/api/v1/directory",
    "/api/v1/domain_blocks",
    "/api/v1/endorsements",
    "/api/v1/favourites",
    "/api/v1/featured_tags",
    "/api/v1/featured_tags/suggestions",
    "/api/v1/filters",
    "/api/v1/follow_requests",
    "/api/v1/followed_tags",
    "/api/v1/instance",
    "/api/v1/instance/activity",
    "/api/v1/instance/domain_blocks",
    "/api/v1/instance/extended_description",
    "/api/v1/instance/languages",
    "/api/v1/instance/peers",
    "/api/v1/instance/privacy_policy",
    "/api/v1/instance/rules",
    "/api/v1/instance/translation_languages",
    "/api/v1/lists",
    "/api/v1/markers",
    "/api/v1/mutes",
    "/api/v1/notifications",
    "/api/v1/notifications/policy",
    "/api/v1/notifications/requests",
    "/api/v1/notifications/requests/merged",
    "/api/v1/notifications/unread_count",
    "/api/v1/preferences",
    "/api/v1/profile",
    "/api/v1/scheduled_statuses",
    "/api/v1/search?q=bridges",
    "/api/v1/suggestions",
    "/api/v1/tags/river",
    "/api/v1/timelines/direct",
    "/api/v1/timelines/home",
    "/api/v1/timelines/list/water",
    "/api/v1/timelines/public?limit=40",
    "/api/v1/timelines/public?local=true",
    "/api/v1/timelines/public?only_media=true",
    "/api/v1/timelines/public?remote=true",
    "/api/v1/timelines/tag/river",
    "/api/v1/timelines/tag/river?any[]=bridges&none[]=tea",
    "/api/v1/trends",
    "/api/v1/trends/links",
    "/api/v1/trends/statuses",
    "/api/v1/trends/tags",
    "/api/v2/filters",
    "/api/v2/instance",
    "/api/v2/notifications",
    "/api/v2/notifications/policy",
    "/api/v2/notifications/unread_count",
    "/api/v2/search?q=%23river",
    "/api/v2/search?q=ben&resolve=true",
    "/api/v2/search?q=bridges",
    "/api/v2/search?q=oven",
    "/api/v2/search?q=tea",
    "/api/v2/suggestions",
    "/api/watersmeet/about",
    "/api/watersmeet/sources",
    "/feed.json",
    "/health",
    "/health/live",
    "/health/ready",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
];

/// What the id at this way in the answer of this path names; nothing when the table does not know it.
pub(super) fn kind_of(path: &str, way: &str) -> Option<Kind> {
    let path = path.split('?').next().unwrap_or_default();
    if way == "id" {
        let mut answers = ANSWERS.iter();
        let fits =
            |(begin, end, _): &&(&str, &str, Kind)| path.starts_with(begin) && path.ends_with(end);
        return answers.find(fits).map(|(_, _, kind)| *kind);
    }
    let ends = |end: &str| way == end || way.ends_with(&format!(".{end}"));
    let field = FIELDS.iter().find(|(end, _)| ends(end));
    field.map(|(_, kind)| *kind)
}

/// Where what is named is fetched, with everything that its id is a part of; `true` where the answer must have this very id.
/// `around` is the object that the id stands in.
pub(super) fn paths_of(
    kind: Kind,
    id: &str,
    around: &Value,
) -> Result<Vec<(String, bool)>, String> {
    let below = |base: &str, parts: &[&str], is_same: bool| {
        let own = format!("/api/v1/{base}/{id}");
        let parts = parts.iter().map(|part| (format!("{own}{part}"), false));
        let mut paths: Vec<_> = parts.collect();
        paths.insert(0, (own.clone(), is_same));
        paths
    };
    Ok(match kind {
        Kind::Status => {
            let parts = [
                "/context",
                "/history",
                "/source",
                "/favourited_by",
                "/reblogged_by",
                "/quotes",
            ];
            let mut paths = below("statuses", &parts, true);
            paths.push((format!("/api/v1/statuses?id[]={id}"), false));
            paths
        }
        Kind::Account | Kind::Mentioned => {
            let parts = [
                "/statuses",
                "/endorsements",
                "/featured_tags",
                "/followers",
                "/following",
                "/lists",
            ];
            let mut paths = below("accounts", &parts, kind == Kind::Account);
            paths.extend(
                ["", "/relationships", "/familiar_followers"]
                    .map(|it| (format!("/api/v1/accounts{it}?id[]={id}"), false)),
            );
            paths
        }
        Kind::Media => below("media", &[], true),
        Kind::Poll => below("polls", &[], true),
        Kind::List => {
            let mut paths = below("lists", &["/accounts"], true);
            paths.push((format!("/api/v1/timelines/list/{id}"), false));
            paths
        }
        Kind::Tag => {
            let name = around["name"].as_str().ok_or("a hashtag without a name")?;
            vec![(format!("/api/v1/tags/{name}"), true)]
        }
        Kind::Rule => vec![("/api/v1/instance/rules".to_owned(), false)],
        Kind::Role if id == "-99" => Vec::new(),
        Kind::Role => return Err(format!("{id} is not everybody's role")),
        Kind::Guid => vec![(format!("/api/v2/search?type=statuses&q={id}"), false)],
        Kind::Application | Kind::Client => Vec::new(),
    })
}
