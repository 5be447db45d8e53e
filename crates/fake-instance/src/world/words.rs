//! What people say: a table of sentences in many languages, with slots that make each saying a little different.

/// Posts by language; `{place}`, `{thing}`, `{food}`, `{animal}` and `{n}` are filled in.
pub(crate) const POSTS: &[(&str, &str)] = &[
    (
        "en",
        "Walked along {place} before breakfast. {n} herons, one very proud dog, no people. #morning",
    ),
    (
        "en",
        "The borrow checker and I have reached an agreement about the {thing}. It was right, I was loud. #rust #rustlang",
    ),
    (
        "en",
        "Does anybody have a good pattern for a bounded queue that drops the oldest item? Mine works but it looks like {food}. #rust",
    ),
    (
        "en",
        "Repaired the {thing} with a paper clip and {n} minutes of swearing. #repair",
    ),
    (
        "en",
        "Tonight's sky over {place}: Jupiter, the edge of the Milky Way and {n} aeroplanes. #astronomy",
    ),
    (
        "en",
        "New loaf: 78% water, {n} hours in the fridge. The crumb is finally open. #sourdough #baking",
    ),
    (
        "en",
        "A {animal} has moved into the shed at {place}. We have decided that it owns the shed now.",
    ),
    (
        "en",
        "Reading week. {n} books on the table, one finished, the {thing} still unwritten. #books",
    ),
    (
        "en",
        "If your server shows only a part of the conversation, try opening the thread at its origin. It surprises me every time. #fediverse #fediversetips",
    ),
    (
        "en",
        "Small release today: faster start, fewer allocations and the {thing} no longer forgets what it was doing. https://example.org/releases/0.{n} #opensource",
    ),
    (
        "en",
        "Choir practice moved to {place} because of the rain. Acoustics of a bathtub, joy of a cathedral. #music",
    ),
    (
        "en",
        "I keep a list of words that only exist in one language. Number {n} came from a fisherman at {place}. #language",
    ),
    (
        "en",
        "The market at {place} had the first {food} of the year. I bought too much and regret nothing. #food",
    ),
    (
        "en",
        "Today I taught {n} teenagers how a sundial works. One of them now wants to fix summer time. #science #teaching",
    ),
    (
        "en",
        "Accessibility note of the day: if your {thing} only says it in colour, it does not say it. #a11y",
    ),
    (
        "en",
        "Slow train, window seat, {food} in a paper bag. Perfect. #trains",
    ),
    (
        "en",
        "Someone left a {thing} on the bench with a note: take me if you can fix me. Reader, I took it. #repair",
    ),
    (
        "en",
        "Photo from {place} this morning. The light lasted for about {n} seconds. #photography",
    ),
    (
        "en",
        "What is your comfort {food}? Asking for a cold evening.",
    ),
    (
        "en",
        "The {animal} on the webcam at {place} has laid {n} eggs. Work is cancelled. #birds",
    ),
    (
        "de",
        "Der Zug nach {place} kam heute {n} Minuten zu früh. Niemand wusste, wie man damit umgeht. #bahn",
    ),
    (
        "de",
        "Heute den alten Wecker zerlegt, gereinigt und mit nur einer Schraube zu viel wieder zusammengesetzt. #reparatur",
    ),
    (
        "de",
        "Im Garten von {place} blüht es, als hätte niemand dem Kalender Bescheid gesagt. #garten",
    ),
    (
        "de",
        "Frage in die Runde: Wie haltet ihr {n} offene Lesezeichen aus?",
    ),
    (
        "fr",
        "Premières tomates à {place}. Les limaces ont déjà voté. #jardin",
    ),
    (
        "fr",
        "J'ai relu le même paragraphe {n} fois, le train était trop beau. #lecture",
    ),
    (
        "fr",
        "Il pleut sur {place} et tout le monde fait semblant d'aimer ça. #météo",
    ),
    (
        "es",
        "Mapa nuevo: {n} pueblos sin tren, con sus horarios de autobús. Los datos están abiertos. #datos #mapas",
    ),
    (
        "es",
        "Hoy tocan empanadas de calabaza. La receta, si sobrevivo. #cocina",
    ),
    ("es", "Un gato me ha mirado como si le debiera dinero."),
    (
        "pt",
        "Céu limpo em {place}: {n} minutos de Saturno e depois nuvens. #astronomia",
    ),
    ("pt", "O mar hoje estava manso como um gato velho. #surf"),
    (
        "it",
        "Prova d'orchestra: {n} battute perfette, poi è suonato un telefono. #musica",
    ),
    (
        "it",
        "Ho perso l'ultimo treno per {place} e ho guadagnato una passeggiata.",
    ),
    (
        "nl",
        "Vanochtend {n} grutto's bij {place}. De fiets was te luid. #vogels",
    ),
    (
        "pl",
        "Stół prawie gotowy. Zostało {n} warstw oleju i dużo cierpliwości. #drewno",
    ),
    (
        "tr",
        "Kırk yıllık bilgisayar bugün {n}. denemede açıldı. Kedi şaşırmadı. #retro",
    ),
    (
        "sw",
        "Leo darasani tulihesabu nyota {n} kwa darubini ya karatasi. #nyota",
    ),
    (
        "ja",
        "朝の{place}を散歩。光がやわらかくて、フィルムを{n}本も使ってしまった。 #写真",
    ),
    (
        "ja",
        "古いカメラの修理が終わった。シャッターの音が戻ってきた。 #写真 #カメラ",
    ),
    ("ja", "雨の日は本とお茶。{n}ページ進んだ。 #読書"),
    ("zh", "週末去{place}，路上遇到{n}隻貓，牠們都不理我。 #單車"),
    ("zh", "今年的春茶到了，第一泡像雨後的山。 #茶"),
    (
        "ko",
        "새벽 산행 {n}km. 정상에서 마신 커피가 오늘의 전부. #등산",
    ),
    ("ko", "기타 줄을 갈았더니 다른 사람이 된 기분이다. #음악"),
    (
        "ar",
        "الضوء في {place} عند العصر يشبه رسالة قديمة. التقطت {n} صورة. #عمارة #تصوير",
    ),
    ("ar", "قهوة، كتاب، ونافذة تطل على الشارع. هذا يكفي اليوم."),
    ("he", "תרגמתי היום {n} עמודים ונתקעתי על מילה אחת. #תרגום"),
    (
        "he",
        "הגשם הראשון של {place} תמיד מפתיע את כולם, כל שנה מחדש.",
    ),
    (
        "hi",
        "आज सुबह {place} पर {n} सारस देखे। चाय ठंडी हो गई, पर कोई बात नहीं। #पक्षी",
    ),
    (
        "el",
        "Μια απόδειξη {n} γραμμών και ένα καφεδάκι στο λιμάνι. #μαθηματικά",
    ),
    (
        "uk",
        "Уночі на короткій хвилі зловив станцію за {n} кілометрів. #радіо",
    ),
    (
        "ru",
        "Переплёл том 1891 года. Внутри нашлась закладка с рецептом. #книги",
    ),
    ("th", "ตลาดเช้าวันนี้มีมะม่วงสุกแล้ว ซื้อมา {n} ลูก #อาหาร"),
    (
        "en",
        "Poll results are in and the {animal} has won again. Democracy is a mystery.",
    ),
    (
        "en",
        "I moved my notes from an app to a folder of text files. {n} files, one search, no login. #plaintext",
    ),
    (
        "en",
        "Three servers, one conversation: the reply I was looking for was on the third. #fediverse",
    ),
    (
        "en",
        "Hot take: {food} tastes better when somebody else cuts it.",
    ),
    (
        "en",
        "Wrote a parser for tide tables from 1912. The {thing} of that time had a very good font. #history #rust",
    ),
];

/// The parts of a long story, told again from the start when they run out.
pub(crate) const STORY: &[&str] = &[
    "It began with a boat that nobody had ordered. It lay at {place} one morning, painted green, with a ticket on the mast.",
    "The ticket said: paid until the tide turns. We looked at the sea. The sea looked away.",
    "My aunt, who knows about boats, knocked on the hull and something inside knocked back.",
    "It was a {animal}. It came out, shook itself and walked up Hill Street as if it had an appointment.",
    "We followed it, of course. By the bakery we were {n} people and a pram.",
    "It stopped in front of the clockmaker's, who has not opened on a Tuesday since the war.",
    "The door opened. On the counter stood a {thing}, wrapped in sailcloth, with the same green paint on its feet.",
    "The clockmaker said: you are late. To whom he said it we still discuss.",
    "Then the bell rang {n} times, which it cannot do, and the tide turned.",
    "When we came back to the quay the boat was gone, and in its place lay a basket of {food}, still warm.",
];

/// What the tide bot says.
pub(crate) const TIDE: &str =
    "High water at {place} in {n} minutes, wind from the west. Mind the steps. #tides";

/// Answers; the first words of a thread's branches.
pub(crate) const REPLIES: &[(&str, &str)] = &[
    ("en", "This made my evening, thank you."),
    (
        "en",
        "I had the same with the {thing}. In the end it was the cable. It is always the cable.",
    ),
    (
        "en",
        "Could you say more about the second step? I got lost there.",
    ),
    ("en", "Counterpoint: a {animal} would disagree."),
    (
        "en",
        "Yes! And at {place} they have done it like this for years.",
    ),
    ("en", "Took me {n} tries, but it works. Write-up to follow."),
    ("en", "I think that depends on how cold your kitchen is."),
    ("en", "Source? Not doubting, just collecting."),
    ("de", "Genau so. Und dann noch einmal {n} Minuten warten."),
    ("de", "Danke, das hat mir gerade sehr geholfen!"),
    ("fr", "Merci, je vais essayer dès demain."),
    ("es", "Qué bonito. Yo estuve en {place} el año pasado."),
    ("ja", "すてきな写真ですね。"),
    ("ja", "それ、わかります。"),
    ("ko", "저도 같은 생각입니다."),
    ("ar", "جميل جدا، شكرا على المشاركة."),
    ("pt", "Que maravilha! Aqui só nuvens."),
    ("it", "Anche a me è successo, {n} volte."),
    ("hi", "बहुत सुंदर!"),
    ("en", "Agreed on all points except the {food}."),
    ("en", "Bookmarking this for the weekend."),
    (
        "en",
        "My neighbour does exactly that, with a {thing} and a lot of tape.",
    ),
];

/// Content warnings with what they hide.
pub(crate) const WARNED: &[(&str, &str)] = &[
    (
        "Food",
        "Fried {food} with far too much garlic, eaten over the sink, no regrets. #food",
    ),
    (
        "Spoilers, last chapter",
        "The {animal} did it. I knew it from page {n}. #books",
    ),
    (
        "Politics, local",
        "The council of {place} voted on the bridge again: {n} to 7. The bridge was not asked.",
    ),
    (
        "Spider, close up",
        "She has built her web across the {thing} and I am not going to argue.",
    ),
];

/// Descriptions of pictures.
pub(crate) const PICTURES: &[&str] = &[
    "Three ranges of hills under a low sun, the nearest almost black.",
    "A row of houses at dusk, some of the windows lit.",
    "Rings spreading on still water where drops have fallen.",
    "The view from {place}: mist in the valley and a pale sky.",
    "A quiet street in the evening; light falls from two windows onto the wall.",
];

/// Questions with their choices.
pub(crate) const POLLS: &[(&str, &[&str])] = &[
    (
        "How do you take your tea?",
        &["Black", "With milk", "Green", "I am a coffee person"],
    ),
    (
        "Best time to be at {place}? #poll",
        &["Before sunrise", "At noon", "In the rain"],
    ),
    (
        "Tabs or spaces, and be honest",
        &["Tabs", "Spaces", "Whatever the formatter says"],
    ),
    (
        "Which animal should be on the club's flag?",
        &["Heron", "Otter", "Snail", "The neighbour's cat"],
    ),
];

/// Pages with previews: title, description, site.
pub(crate) const PAGES: &[(&str, &str, &str)] = &[
    (
        "How tides are predicted with brass wheels",
        "A machine of 1872 that added ten waves at once, and why it still works.",
        "Example Almanac",
    ),
    (
        "The town that kept its night trains",
        "One timetable, four borders and a kitchen that never closes.",
        "Example Gazette",
    ),
    (
        "A field guide to moss",
        "Ten species within a minute of your door.",
        "Example Botany",
    ),
    (
        "Bounded queues, explained with bread",
        "What a bakery knows about back-pressure.",
        "Example Engineering",
    ),
];

/// HTML as software with a richer editor sends it.
pub(crate) const RICH: &[(&str, &str)] = &[
    (
        "en",
        "<p>A small trick I use every day:</p><pre><code>let seen: BTreeSet&lt;_&gt; = posts.iter().map(|p| &amp;p.uri).collect();\nassert_eq!(seen.len(), posts.len());</code></pre><p>One <code>uri</code>, one post. <strong>Nothing else</strong> is the same on two servers.</p>",
    ),
    (
        "en",
        "<blockquote><p>The sea is patient with the harbour.</p></blockquote><p>From a letter of 1903. Things to take from it:</p><ul><li>be the <em>harbour</em></li><li>be the sea<ol start=\"3\"><li>be neither</li></ol></li><li><del>be on time</del></li></ul>",
    ),
    (
        "ja",
        "<p lang=\"ja\"><ruby>潮<rp>(</rp><rt>しお</rt><rp>)</rp></ruby>と<ruby>月<rp>(</rp><rt>つき</rt><rp>)</rp></ruby>の話を書きました。</p>",
    ),
    (
        "ar",
        "<p dir=\"rtl\" lang=\"ar\">بين <strong>البحر</strong> والمدينة شارع واحد، وفيه مقهى اسمه <em>Watersmeet</em>.</p>",
    ),
];

/// A text near the limit of what one post may hold.
pub(crate) const LONG: &str = "A long one, sorry. When I was small my grandfather kept the lighthouse at the end of the mole, and every evening he wrote one line into the log: wind, water, ships, and one thing that had made him laugh. After forty years that is a thick book of weather and jokes. I am typing it up now, a page a day. Today's line, from 1961: west 4, calm, two trawlers, and a goat on the ferry that refused to pay. I think about that goat more than I should. #history #sea";

/// Proper names, so that they fit into every language.
const PLACE_NAMES: &[&str] = &[
    "Nordhavn",
    "Rua da Bica",
    "Kranplatz",
    "San Telmo",
    "Skerryvore",
    "Lago Verde",
    "Hill Street",
    "Ostufer",
    "Kilfenora",
    "Marina di Vento",
];
const THINGS: &[&str] = &[
    "typewriter",
    "radio",
    "parser",
    "kettle",
    "timetable",
    "telescope",
    "accordion",
    "cache",
    "bicycle",
    "lamp",
];
const FOODS: &[&str] = &[
    "dumplings",
    "plum cake",
    "rhubarb",
    "flatbread",
    "pickled lemons",
    "lentil soup",
    "cardamom buns",
];
const ANIMALS: &[&str] = &[
    "heron", "hedgehog", "goat", "magpie", "otter", "barn owl", "cat",
];

/// Fills the slots of a sentence; `draw` gives a fresh number each time.
pub(crate) fn fill(sentence: &str, mut draw: impl FnMut() -> usize) -> String {
    let mut out = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, tail)) = after.split_once('}') else {
            rest = after;
            continue;
        };
        let words = match slot {
            "place" => PLACE_NAMES,
            "thing" => THINGS,
            "food" => FOODS,
            "animal" => ANIMALS,
            _ => &[],
        };
        match words.get(draw() % words.len().max(1)) {
            Some(word) => out.push_str(word),
            None => out.push_str(&(draw() % 58 + 2).to_string()),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
