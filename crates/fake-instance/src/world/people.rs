//! The cast: who lives in the seeded world.

/// A role before it gets a home.
pub(crate) struct Role {
    pub(crate) username: &'static str,
    pub(crate) display_name: &'static str,
    pub(crate) language: &'static str,
    pub(crate) note: &'static str,
    pub(crate) traits: &'static [Trait],
}

/// What is special about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trait {
    Bot,
    Locked,
    /// Not in suggestions and trends.
    Hidden,
    /// In full-text search.
    Indexable,
    NoIndex,
    /// Hides followers and follows.
    Private,
    Group,
    /// Moved to the account before in the cast.
    Moved,
}

use Trait::{Bot, Group, Hidden, Indexable, Locked, Moved, NoIndex, Private};

const fn role(
    username: &'static str,
    display_name: &'static str,
    language: &'static str,
    note: &'static str,
    traits: &'static [Trait],
) -> Role {
    Role {
        username,
        display_name,
        language,
        note,
        traits,
    }
}

/// Everybody, in the order in which homes are given.
pub(crate) const CAST: &[Role] = &[
    role(
        "mira",
        "Mira Lindqvist :wave:",
        "en",
        "Boats, bread and small programs. She/her.\n\nAsk me about #sourdough and #rust.",
        &[Indexable],
    ),
    role(
        "haruka",
        "佐藤はるか",
        "ja",
        "写真と散歩。古いカメラが好きです。 #写真",
        &[Indexable],
    ),
    role(
        "amina",
        "أمينة الزهراء",
        "ar",
        "معمارية من فاس، أكتب عن المدن والضوء. #عمارة",
        &[],
    ),
    role(
        "jonas",
        "Jonas Breitner",
        "de",
        "Lokführer. Fahrpläne sind auch nur Gedichte. #bahn",
        &[Indexable],
    ),
    role(
        "priya",
        "प्रिया शर्मा",
        "hi",
        "पक्षी देखती हूँ और चाय पीती हूँ। #पक्षी",
        &[],
    ),
    role(
        "lucie",
        "Lucie Perrault 🌿",
        "fr",
        "Jardinière, lectrice, parfois patiente. #jardin",
        &[Locked],
    ),
    role(
        "olek",
        "Олекса Ковальчук",
        "uk",
        "Радіоаматор. Слухаю коротку хвилю вночі. #радіо",
        &[Indexable],
    ),
    role(
        "tidebot",
        "Tide tables :robot:",
        "en",
        "I post when the water turns. Automated, run by @mira. Source on request.",
        &[Bot, Indexable],
    ),
    role(
        "noor",
        "Noor van Dijk",
        "nl",
        "Fietsen, kaarten en vogels.\n\n#nobot please: my words are for people.",
        &[Hidden],
    ),
    role(
        "dimitra",
        "Δήμητρα Παππά",
        "el",
        "Θάλασσα, μαθηματικά και ελιές. #μαθηματικά",
        &[],
    ),
    role(
        "sol",
        "Sol Álvarez ☀️",
        "es",
        "Periodista de datos. Hago mapas y empanadas. #datos",
        &[Indexable],
    ),
    role(
        "yael",
        "יעל ברק",
        "he",
        "מתרגמת. מילים קטנות, תה גדול. #תרגום",
        &[NoIndex],
    ),
    role(
        "minjun",
        "김민준",
        "ko",
        "기타 치는 개발자. 산도 좋아합니다. #등산",
        &[Indexable],
    ),
    role(
        "ferrymen",
        "Rust friends :gear:",
        "en",
        "A group: mention us and we boost. #rust #rustlang",
        &[Group, Bot],
    ),
    role("wei", "陳薇", "zh", "茶、書法、單車。週末在山裡。 #茶", &[]),
    role(
        "tomasz",
        "Tomasz Wrona",
        "pl",
        "Robię meble i muzykę. #drewno",
        &[Private],
    ),
    role(
        "ada_k",
        "Ada Kimani",
        "sw",
        "Mwalimu wa sayansi, mpenda nyota. #nyota",
        &[Indexable],
    ),
    role(
        "bea",
        "Beatriz Nogueira",
        "pt",
        "Surf de manhã, astronomia à noite. #astronomia",
        &[Indexable],
    ),
    role(
        "finn_old",
        "Finn (moved)",
        "en",
        "I live somewhere else now.",
        &[Moved],
    ),
    role(
        "suda",
        "สุดา ใจดี",
        "th",
        "ทำอาหารไทย เล่าเรื่องตลาด #อาหาร",
        &[],
    ),
    role(
        "emre",
        "Emre Yıldız",
        "tr",
        "Eski bilgisayarlar ve kediler. #retro",
        &[Indexable],
    ),
    role(
        "quiet_kai",
        "Kai",
        "en",
        "Quiet account. #noarchive",
        &[NoIndex, Hidden],
    ),
    role(
        "giulia",
        "Giulia Ferri 🎻",
        "it",
        "Violinista in orchestra, ciclista in ritardo. #musica",
        &[],
    ),
    role(
        "longname",
        "The Society for the Slow Appreciation of Long Names and Other Overflowing Things",
        "en",
        "We test your layout with love.",
        &[Indexable],
    ),
    role("no_name", "", "en", "", &[]),
    role(
        "vera",
        "Вера Соколова",
        "ru",
        "Реставрирую книги. Пахнет клеем и временем. #книги",
        &[],
    ),
    role(
        "theo",
        "Theo Marsh",
        "en",
        "Baker by night, sailor at weekends. #sourdough #sea",
        &[Indexable],
    ),
    role(
        "wren",
        "Wren Okafor",
        "en",
        "Birds, maps, accessibility. They/them. #a11y #birds",
        &[Indexable],
    ),
    role(
        "samir",
        "Samir Haddad",
        "en",
        "Compilers and lentil soup. #rust",
        &[],
    ),
    role(
        "marg",
        "Marguerite Ellis :star:",
        "en",
        "Retired physics teacher. Ask me why the sky is dark.",
        &[Indexable],
    ),
    role(
        "ines",
        "Inês Carvalho",
        "en",
        "I repair things and write down how. #repair",
        &[Indexable],
    ),
];

/// Titles and descriptions for servers, by their order.
pub(crate) const PLACES: &[(&str, &str)] = &[
    (
        "Alpha Harbour",
        "A harbour town for makers, sailors and people who like ports of every kind.",
    ),
    (
        "Beta Gardens",
        "A quiet server among trees. Slow posts are welcome.",
    ),
    (
        "Gamma Observatory",
        "Looking up, writing down. Science and everything after dark.",
    ),
    ("Delta Workshop", "Tools on the wall, tea on the stove."),
];

/// Short codes and categories of the custom emojis that every server has.
pub(crate) const EMOJIS: &[(&str, Option<&str>)] = &[
    ("wave", Some("Sea")),
    ("star", Some("Sky")),
    ("blob", None),
    ("gear", Some("Workshop")),
    ("heart_tide", Some("Sea")),
    ("robot", Some("Workshop")),
    ("ring", Some("Sky")),
    ("comet", Some("Sky")),
];
