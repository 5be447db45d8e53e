//! Every word that the app says, checked by the compiler: a page names a [`Message`], never a text.

mod numbers;
#[cfg(test)]
mod tests;

pub use numbers::{compact, grouped};

/// Something that is said to a person. Names and numbers are part of it, so that a language can order them as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the text beside each name, below, is its best description"
)]
pub enum Message<'a> {
    About,
    AboutWhat,
    AboutHow,
    Alt,
    AltShow,
    AltHide,
    AlreadyShown,
    Attachment,
    AudioLabel,
    Automated,
    Back,
    Boosted,
    Boosts(u64),
    Close,
    ConnectTo,
    Counts {
        replies: u64,
        boosts: u64,
        favourites: u64,
    },
    DemoBefore,
    DemoAfter,
    Edited {
        when: &'a str,
    },
    EmptyHashtag,
    EmptyHashtagWhy,
    EmptyTimeline,
    EmptyTimelineWhy,
    EndOfTimeline,
    FailedLimited,
    FailedMalformed,
    FailedNotFound,
    FailedOffline,
    FailedServer {
        status: u16,
    },
    FailedServerSays {
        words: &'a str,
    },
    FailedSignIn,
    FailedSlow,
    Favourites(u64),
    GapHere,
    Hashtag {
        tag: &'a str,
    },
    HashtagFollowed(usize),
    HashtagNote,
    HidePictures,
    InsecureWhy,
    Install,
    LeavePost,
    LeftAlone,
    ListensTo {
        streams: &'a str,
    },
    LoadFailed,
    LoadOlder,
    Loading,
    LoadingOlder,
    MainNavigation,
    NewPosts(usize),
    NextTry,
    NoneYet,
    NobodyHeard,
    NobodyHeardWhy,
    NotFound,
    NotFoundWhy,
    NumberByPoll,
    NumberDeletes,
    NumberDuplicates,
    NumberLast,
    NumberLate,
    NumberPosts,
    Offline,
    OfflineWhy,
    OnItsServer,
    Picture,
    PollClosed,
    PollCloses {
        when: &'a str,
    },
    PollMultiple,
    PollPeople(u64),
    PollVotes(u64),
    Post,
    PostBy {
        name: &'a str,
    },
    PostGone,
    PostGoneWhy,
    QuoteGone,
    QuotePending,
    Quoting,
    Reconnecting,
    RelayAddress,
    RelayIs {
        name: &'a str,
        address: &'a str,
        version: &'a str,
    },
    RelayMissing,
    RelayMissingWhy,
    RelayTells {
        domain: &'a str,
        reason: &'a str,
    },
    Replies(u64),
    RepliesCount(usize),
    Replying {
        to: &'a str,
    },
    ReplyingSelf,
    ReplyingSomeone,
    SeenOn {
        servers: &'a str,
        others: usize,
    },
    Sensitive,
    Shortcuts,
    ShortcutBack,
    ShortcutHelp,
    ShortcutHome,
    ShortcutNew,
    ShortcutNext,
    ShortcutOpen,
    ShortcutPrevious,
    ShortcutReveal,
    ShortcutSources,
    ShowLess,
    ShowMore,
    ShowPictures,
    StateChanged,
    SkipToPosts,
    Sources,
    SourcesFailed,
    SourcesHearing {
        hearing: usize,
        total: usize,
    },
    SourcesIntro,
    SourcesNone,
    SourcesOffline,
    StateDown,
    StateDownWhat,
    StateLimited,
    StateLimitedWhat,
    StateLive,
    StateLiveWhat,
    StatePolling,
    StatePollingWhat,
    StateRefused,
    StateRefusedWhat,
    StateSilent,
    StateSilentWhat,
    StateStarting,
    StateStartingWhat,
    Theme,
    ThemeDark,
    ThemeLight,
    ThemeSystem,
    Thread,
    ThreadPartial,
    Timeline,
    TimelineNote,
    TryAgain,
    VideoLabel,
    Views,
    WindowTitle {
        page: &'a str,
    },
}

impl Message<'_> {
    /// The words, in English.
    pub fn text(self) -> String {
        use Message as M;
        match self {
            M::Boosts(n) => counted(n, "boost", "boosts"),
            M::Counts {
                replies,
                boosts,
                favourites,
            } => [
                M::Replies(replies).text(),
                M::Boosts(boosts).text(),
                M::Favourites(favourites).text(),
            ]
            .join(", "),
            M::Edited { when } => format!("Edited {when}"),
            M::Favourites(n) => counted(n, "favourite", "favourites"),
            M::FailedServer { status } => format!("The relay answered with error {status}."),
            M::FailedServerSays { words } => format!("The relay says: {words}"),
            M::HashtagFollowed(n) => format!(
                "Followed by name on {}",
                counted(as_u64(n), "server", "servers")
            ),
            M::Hashtag { tag } => format!("#{tag}"),
            M::ListensTo { streams } => format!("Listening to {streams}"),
            M::NewPosts(n) => counted(as_u64(n), "new post", "new posts"),
            M::PollCloses { when } => format!("closes {when}"),
            M::PollPeople(n) => counted(n, "person voted", "people voted"),
            M::PollVotes(n) => counted(n, "vote", "votes"),
            M::PostBy { name } => format!("Post by {name}"),
            M::RelayIs {
                name,
                address,
                version,
            } => format!("Reading from {name} at {address} ({version})"),
            M::RelayTells { domain, reason } => format!("{domain}: {reason}"),
            M::Replies(n) => counted(n, "reply", "replies"),
            M::RepliesCount(n) => counted(as_u64(n), "reply here", "replies here"),
            M::Replying { to } => format!("Replying to @{to}"),
            M::SeenOn { servers, others: 0 } => format!("Seen on {servers}"),
            M::SeenOn { servers, others } => format!("Seen on {servers} +{others}"),
            M::SourcesHearing { hearing, total } => format!("Hearing {hearing} of {total} servers"),
            M::WindowTitle { page } => format!("{page} · Watersmeet"),
            fixed => fixed.fixed().to_owned(),
        }
    }

    /// The words of a message that has no names or numbers in it.
    const fn fixed(self) -> &'static str {
        use Message as M;
        match self {
            M::About => "About",
            M::AboutWhat => {
                "Watersmeet reads many Mastodon servers as one timeline: each post once, whichever servers carry it."
            }
            M::AboutHow => {
                "The relay behind this page listens to the servers named under Sources, takes public posts only, and keeps out of the way of people who ask not to be collected."
            }
            M::Alt => "ALT",
            M::AltShow => "Show the description of this picture",
            M::AltHide => "Hide the description",
            M::AlreadyShown => "Shown above",
            M::Attachment => "Open the attachment",
            M::AudioLabel => "Sound",
            M::Automated => "Automated account",
            M::Back => "Back",
            M::Boosted => "boosted",
            M::Close => "Close",
            M::ConnectTo => "Read from this relay",
            M::DemoBefore => "To see Watersmeet without a network, start the relay with ",
            M::DemoAfter => ": it brings three servers of its own.",
            M::EmptyHashtag => "No posts with this hashtag yet",
            M::EmptyHashtagWhy => "Posts appear here as soon as one of the servers carries one.",
            M::EmptyTimeline => "No posts yet",
            M::EmptyTimelineWhy => {
                "The relay is listening. Posts appear here as soon as a server sends one."
            }
            M::EndOfTimeline => "That is all the relay remembers",
            M::FailedLimited => "Too much was asked of the relay. Wait a moment.",
            M::FailedMalformed => "The answer was not what a relay answers.",
            M::FailedNotFound => "Nothing of that kind is there.",
            M::FailedOffline => "The relay cannot be reached. Is the network there?",
            M::FailedSignIn => "The relay shows this only to those with an access key.",
            M::FailedSlow => "The relay took too long to answer.",
            M::GapHere => "Load the posts between",
            M::HashtagNote => "From every server the relay hears",
            M::HidePictures => "Hide the pictures",
            M::InsecureWhy => {
                "This page was opened without HTTPS, so it cannot be installed, work offline or notify you. Whoever runs the relay can put Caddy before it, which brings HTTPS by itself. Its whole Caddyfile, with a name of one's own:"
            }
            M::Install => "Install the app",
            M::LeavePost => "Read it on its own server",
            M::LeftAlone => "Asked again",
            M::LoadFailed => "The posts could not be loaded",
            M::LoadOlder => "Load older posts",
            M::Loading => "Loading posts",
            M::LoadingOlder => "Loading older posts",
            M::MainNavigation => "Main",
            M::NextTry => "Next try",
            M::NoneYet => "none yet",
            M::NobodyHeard => "No server can be heard",
            M::NobodyHeardWhy => {
                "The relay listens to these servers, and each says why nothing comes:"
            }
            M::NotFound => "There is no such page",
            M::NotFoundWhy => "The address may be mistyped, or what was there is gone.",
            M::NumberByPoll => "Found only by asking",
            M::NumberDeletes => "Deletions",
            M::NumberDuplicates => "Already known",
            M::NumberLast => "Last post",
            M::NumberLate => "Late",
            M::NumberPosts => "Posts",
            M::Offline => "You are offline",
            M::OfflineWhy => {
                "What was loaded stays readable. New posts come when the network is back."
            }
            M::OnItsServer => "Open on its own server",
            M::Picture => "Picture",
            M::PollClosed => "closed",
            M::PollMultiple => "several answers allowed",
            M::Post => "Post",
            M::PostGone => "This post is not here",
            M::PostGoneWhy => "It was deleted, or the relay never heard it.",
            M::QuoteGone => "The quoted post cannot be shown",
            M::QuotePending => "The quoted post waits for its author's consent",
            M::Quoting => "Quoted post",
            M::Reconnecting => "The connection to the relay is lost; trying again",
            M::RelayAddress => "Address of a relay",
            M::RelayMissing => "No relay at this address",
            M::RelayMissingWhy => {
                "This copy of the app was not served by a relay. Enter the address of one to read from."
            }
            M::ReplyingSelf => "Continues their own thread",
            M::ReplyingSomeone => "Replying to a post",
            M::Sensitive => "Sensitive content",
            M::Shortcuts => "Keyboard shortcuts",
            M::ShortcutBack => "Go back, close",
            M::ShortcutHelp => "Show this help",
            M::ShortcutHome => "Go to the timeline",
            M::ShortcutNew => "Show new posts",
            M::ShortcutNext => "Next post",
            M::ShortcutOpen => "Open the post",
            M::ShortcutPrevious => "Previous post",
            M::ShortcutReveal => "Show or hide what is behind a warning",
            M::ShortcutSources => "Go to the sources",
            M::ShowLess => "Show less",
            M::ShowMore => "Show more",
            M::ShowPictures => "Show",
            M::StateChanged => "State changed",
            M::SkipToPosts => "Skip to the posts",
            M::Sources => "Sources",
            M::SourcesFailed => "The relay's report could not be loaded",
            M::SourcesIntro => {
                "The servers this relay listens to, and how each is heard right now."
            }
            M::SourcesNone => "This relay listens to no server yet. Name some in relay.toml.",
            M::SourcesOffline => "The relay was started offline: it dials nobody.",
            M::StateDown => "Down",
            M::StateDownWhat => "Cannot be reached.",
            M::StateLimited => "Limited",
            M::StateLimitedWhat => "Asked the relay for less, and gets less.",
            M::StateLive => "Live",
            M::StateLiveWhat => "Posts arrive as they are written.",
            M::StatePolling => "Polling",
            M::StatePollingWhat => "Does not stream, so it is asked every now and then.",
            M::StateRefused => "Refused",
            M::StateRefusedWhat => "Does not let the relay read.",
            M::StateSilent => "Silent",
            M::StateSilentWhat => "The stream is open, but nothing comes through it.",
            M::StateStarting => "Starting",
            M::StateStartingWhat => "The first attempt is under way.",
            M::Theme => "Colours",
            M::ThemeDark => "Dark",
            M::ThemeLight => "Light",
            M::ThemeSystem => "As the system",
            M::Thread => "Thread",
            M::ThreadPartial => "The rest of the thread could not be loaded",
            M::Timeline => "Timeline",
            M::TimelineNote => "Everything the servers carry, each post once",
            M::TryAgain => "Try again",
            M::VideoLabel => "Video",
            M::Views => "Views",
            // Those with names and numbers are written by `text`.
            M::Boosts(_)
            | M::Counts { .. }
            | M::Edited { .. }
            | M::Favourites(_)
            | M::FailedServer { .. }
            | M::FailedServerSays { .. }
            | M::Hashtag { .. }
            | M::HashtagFollowed(_)
            | M::ListensTo { .. }
            | M::NewPosts(_)
            | M::PollCloses { .. }
            | M::PollPeople(_)
            | M::PollVotes(_)
            | M::PostBy { .. }
            | M::RelayIs { .. }
            | M::RelayTells { .. }
            | M::Replies(_)
            | M::RepliesCount(_)
            | M::Replying { .. }
            | M::SeenOn { .. }
            | M::SourcesHearing { .. }
            | M::WindowTitle { .. } => "",
        }
    }
}

/// `n` with the word for it; English knows one and many.
fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

fn as_u64(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
