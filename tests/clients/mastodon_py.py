"""Mastodon.py reads the relay as a guest: REST, server-sent events and WebSocket."""

import mastodon
from checks import BASE, OUT_OF_BAND, WORLD, check, control, finish, press_the_button, publish, same, wait_for
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, StreamListener

POSTS = WORLD["posts"]
SCOPES = ["read"]


def connect(**given):
    # It refuses calls that a server of this version does not have: the relay's version must promise enough.
    return Mastodon(api_base_url=BASE, version_check_mode="created", **given)


client = connect()


def find(uri, within=None):
    """The relay's copy of a post."""
    pages = within or client.timeline_public(limit=40)
    while pages:
        for status in pages:
            if status.uri == uri:
                return status
        pages = client.fetch_next(pages)
    raise AssertionError(f"{uri} is not on the timeline")


@check("reads the version as one that has what it asks for")
def _():
    assert client.verify_minimum_version("4.3.0"), (client.mastodon_major, client.mastodon_minor)
    same(client.mastodon_api_version, 2)


@check("signs in as a guest by a code out of band")
def _():
    global client
    name, secret = Mastodon.create_app("Checks", api_base_url=BASE, redirect_uris=OUT_OF_BAND, scopes=SCOPES)
    guest = connect(client_id=name, client_secret=secret)
    url = guest.auth_request_url(redirect_uris=OUT_OF_BAND, scopes=SCOPES, allow_http=True)
    token = guest.log_in(code=press_the_button(url), redirect_uri=OUT_OF_BAND, scopes=SCOPES, allow_http=True)
    assert token
    client = guest


@check("knows who it is signed in as")
def _():
    me = client.account_verify_credentials()
    assert me.id and me.username and me.acct, me
    same(client.me().id, me.id)
    same(client.account(me.id).acct, me.acct, "its account by id")
    same(client.app_verify_credentials().name, "Checks")


@check("reads about the relay")
def _():
    same(client.instance_v2().title, "The ford")
    same(client.instance_v1().title, "The ford")
    same(sorted(client.instance_peers()), sorted(WORLD["domains"].values()))
    same(client.instance_rules(), [])
    assert client.instance_nodeinfo().software.name == "watersmeet"
    same(client.announcements(), [])
    client.custom_emojis()
    client.instance_extended_description()
    client.instance_activity()
    client.instance_domain_blocks()
    client.instance_languages()
    client.instance_translation_languages()


@check("walks the public timeline to its end")
def _():
    walked = client.fetch_remaining(client.timeline_public(limit=17))
    same(sorted(status.uri for status in walked), sorted(WORLD["public"]))
    ids = [int(status.id) for status in walked]
    same(ids, sorted(ids, reverse=True), "order")


@check("goes back up by the previous page")
def _():
    first = client.timeline_public(limit=5)
    second = client.fetch_next(first)
    same([it.id for it in client.fetch_previous(second)], [it.id for it in first])


@check("reads local, remote and media timelines")
def _():
    local = client.timeline_local(limit=40)
    assert local and all("@" in it.account.acct for it in local)
    media = client.timeline_public(only_media=True, limit=40)
    same(sorted(it.uri for it in media), sorted([POSTS["tea"], POSTS["film"]]))
    same(client.timeline_public(remote=True), [])


@check("reads the home timeline of a guest")
def _():
    assert client.timeline_home(limit=5), "a guest's home shows what the relay has"


@check("reads hashtags")
def _():
    river = client.timeline_hashtag("river")
    same([it.uri for it in river], [POSTS["film"], POSTS["warned"], POSTS["tea"]])
    same(len(client.timeline_hashtag("RIVER", only_media=True)), 2)
    same(client.tag("river").name, "river")


@check("reads one post with its people, pictures and poll")
def _():
    tea = client.status(find(POSTS["tea"]))
    same(tea.account.display_name, "Ada of the mill")
    same(tea.media_attachments[0].description, "A cup on a window sill")
    same([tag.name for tag in tea.tags], ["river"])
    poll = client.status(find(POSTS["poll"])).poll
    same([(it.title, it.votes_count) for it in poll.options], [("The stone one", 3), ("The rope one", 1)])
    same(client.poll(poll.id).votes_count, 4)
    warned = client.status(find(POSTS["warned"]))
    same((warned.spoiler_text, warned.language), ("Ends badly", "de"))
    assert "warm" in find(POSTS["edited"]).content
    same([it.id for it in client.statuses([tea.id, warned.id])], [tea.id, warned.id])


@check("reads the card, the history and the source of a post")
def _():
    same(find(POSTS["card"]).card.title, "How bridges stand")
    history = client.status_history(find(POSTS["edited"]))
    assert history and "warm" in history[-1].content, history
    client.status_reblogged_by(find(POSTS["tea"]))
    client.status_favourited_by(find(POSTS["tea"]))


@check("reads a conversation")
def _():
    context = client.status_context(find(POSTS["tea"]))
    same([it.uri for it in context.descendants], [POSTS["bread"], POSTS["butter"]])
    above = client.status_context(context.descendants[1])
    same([it.uri for it in above.ancestors], [POSTS["tea"], POSTS["bread"]])
    same(above.ancestors[1].in_reply_to_id, above.ancestors[0].id)


@check("is told that an unknown post is unknown")
def _():
    try:
        client.status(1)
    except MastodonNotFoundError:
        return
    raise AssertionError("no error")


@check("finds the views as lists")
def _():
    (water,) = client.lists()
    same(water.title, "By the water")
    same(client.list(water).title, "By the water")
    uris = [it.uri for it in client.timeline_list(water, limit=40)]
    same(uris, [POSTS["film"], POSTS["card"], POSTS["warned"], POSTS["poll"], POSTS["tea"]])
    client.list_accounts(water)


@check("searches accounts, hashtags and words")
def _():
    found = client.search_v2("bridges")
    assert any(it.name == "bridges" for it in found.hashtags), found.hashtags
    words = client.search_v2("oven", result_type="statuses")
    same([it.uri for it in words.statuses], [POSTS["edited"]])
    people = client.search_v2("cleo", result_type="accounts")
    assert any(it.username == "cleo" for it in people.accounts), people
    same(client.search_v2("from:nobody@nowhere.example oven").statuses, [])
    by_address = client.search_v2(POSTS["tea"], resolve=True)
    same([it.uri for it in by_address.statuses], [POSTS["tea"]])
    assert any(it.username == "ben" for it in client.account_search("ben"))


@check("reads an account and what it wrote")
def _():
    acct = find(POSTS["tea"]).account.acct
    ada = client.account_lookup(acct)
    same(client.account(ada).acct, acct)
    wrote = client.account_statuses(ada, limit=40)
    assert POSTS["film"] in [it.uri for it in wrote]
    assert all(it.account.id == ada.id for it in wrote)
    media = client.account_statuses(ada, only_media=True)
    same([it.uri for it in media], [POSTS["film"], POSTS["tea"]])
    client.account_statuses(ada, pinned=True)
    client.account_statuses(ada, exclude_replies=True, exclude_reblogs=True)
    client.account_followers(ada)
    client.account_following(ada)
    client.account_featured_tags(ada)
    client.account_lists(ada)
    (relation,) = client.account_relationships([ada])
    same((relation.id, relation.following, relation.blocking), (ada.id, False, False))
    same([it.id for it in client.accounts([ada])], [ada.id])
    # It sends this one's parameters as a body.
    same([it.id for it in client.account_familiar_followers([ada])], [ada.id])


@check("reads the trends")
def _():
    # They are counted every few moments at first.
    wait_for(lambda: any(it.name == "count" for it in client.trending_tags()), "a hashtag that three people use")
    (count, *_others) = client.trending_tags()
    same(len(count.history), 7)
    same([it.uri for it in client.trending_statuses()], [POSTS["tea"]])
    client.trending_links()


@check("gets valid empty answers for what a guest has not")
def _():
    client.preferences()
    for empty in (
        client.filters(), client.filters_v2(), client.notifications(), client.conversations(),
        client.bookmarks(), client.favourites(), client.mutes(), client.blocks(), client.domain_blocks(),
        client.follow_requests(), client.followed_tags(), client.featured_tags(), client.scheduled_statuses(),
        client.suggestions(), client.endorsements(),
    ):
        same(list(empty), [])
    client.markers_get(["home", "notifications"])
    same(client.notifications_unread_count().count, 0)
    same(client.grouped_notifications().notification_groups, [])
    client.notifications_policy()
    client.notification_requests()
    client.featured_tag_suggestions()


@check("is told in words that nothing can be written")
def _():
    for write in (lambda: client.status_post("Hello"), lambda: client.status_favourite(find(POSTS["tea"]))):
        try:
            write()
        except MastodonAPIError as error:
            same(error.args[1], 403, "status")
            assert len(error.args[3]) > 20, error.args
        else:
            raise AssertionError("it was written")


class Book(StreamListener):
    """Writes down what comes."""

    def __init__(self):
        self.came, self.edited, self.gone = [], [], []

    def on_update(self, status):
        self.came.append(status)

    def on_status_update(self, status):
        self.edited.append(status)

    def on_delete(self, status_id):
        self.gone.append(status_id)


def hears(stream, tag, number):
    """A post comes once, its edit after it, its deletion with its id."""
    book = Book()
    handle = stream(book)
    try:
        # It may have been told that it listens before it does.
        wait_for(lambda: not hasattr(handle, "is_receiving") or handle.is_receiving(), "listening")
        uri = publish("ada@alpha", f"Live number {number} #{tag}")
        mine = lambda: [it for it in book.came if it.uri == uri]
        wait_for(mine, "update")
        control("edit", uri=uri, text=f"Live number {number}, edited #{tag}", delay_ms=0)
        wait_for(lambda: [it for it in book.edited if it.uri == uri and "edited" in it.content], "status.update")
        control("delete", uri=uri, delay_ms=0)
        wait_for(lambda: mine()[0].id in map(str, book.gone), "delete")
        same(len(mine()), 1, "times")
    finally:
        handle.close()


def by_events(name, *given, **options):
    stream = getattr(client, name)
    return lambda book: stream(*given, book, run_async=True, **options)


@check("hears the public stream as server-sent events")
def _():
    assert client.stream_healthy()
    hears(by_events("stream_public"), "live", 1)


@check("hears a hashtag as server-sent events")
def _():
    hears(by_events("stream_hashtag", "live"), "live", 2)


@check("hears the local stream as server-sent events")
def _():
    hears(by_events("stream_local"), "live", 3)


@check("hears a list as server-sent events")
def _():
    (water,) = client.lists()
    hears(by_events("stream_list", water), "river", 4)


@check("hears the user's stream as server-sent events")
def _():
    hears(by_events("stream_user"), "live", 5)


def by_socket(name, *given):
    def stream(book):
        socket = client.stream_open_websocket()
        getattr(client, name)(*given, book, websocket_handle=socket)
        return socket

    return stream


@check("hears the public stream on a WebSocket")
def _():
    hears(by_socket("stream_public"), "live", 6)


@check("hears a hashtag on a WebSocket")
def _():
    hears(by_socket("stream_hashtag", "live"), "live", 7)


@check("hears a list on a WebSocket")
def _():
    (water,) = client.lists()
    hears(by_socket("stream_list", water), "river", 8)


@check("signs out")
def _():
    client.revoke_access_token(allow_http=True)


finish()
