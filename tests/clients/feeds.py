"""A reader of feeds that is used everywhere, feedparser, and curl on the streams."""

import json
import os
import shutil
import subprocess

import feedparser
from checks import BASE, WORLD, Skip, check, control, finish, get, publish, same, wait_for

POSTS = WORLD["posts"]
RIVER = [POSTS["film"], POSTS["warned"], POSTS["tea"]]


def parsed(path):
    status, headers, text = get(path)
    same(status, 200, path)
    feed = feedparser.parse(text, response_headers=dict(headers.items()))
    assert not feed.bozo, f"{path}: {feed.get('bozo_exception')}: {text[:1500]}"
    return feed, headers, text


@check("reads a hashtag as RSS")
def _():
    feed, headers, _ = parsed("/tags/river.rss")
    same(feed.version, "rss20")
    assert headers["Content-Type"].startswith("application/rss+xml"), headers["Content-Type"]
    same([it.id for it in feed.entries], RIVER)
    assert feed.feed.title and feed.feed.link and feed.feed.description, feed.feed
    film = feed.entries[0]
    assert film.link and film.published_parsed and "wheel turns" in film.description, film
    assert film.enclosures[0].type.startswith("video/"), film.enclosures
    assert int(film.enclosures[0].length) >= 0


@check("reads a hashtag as Atom")
def _():
    feed, headers, _ = parsed("/tags/river.atom")
    same(feed.version, "atom10")
    assert headers["Content-Type"].startswith("application/atom+xml"), headers["Content-Type"]
    same([it.id for it in feed.entries], RIVER)
    for entry in feed.entries:
        assert entry.title and entry.link and entry.updated_parsed and entry.author, entry
    assert feed.feed.id and feed.feed.updated_parsed, feed.feed
    assert any(it.rel == "self" and it.href.startswith(BASE) for it in feed.feed.links), feed.feed.links


@check("reads a hashtag as a JSON feed")
def _():
    status, headers, text = get("/tags/river.json")
    same(status, 200)
    assert headers["Content-Type"].startswith("application/feed+json"), headers["Content-Type"]
    feed = json.loads(text)
    same(feed["version"], "https://jsonfeed.org/version/1.1")
    same([it["id"] for it in feed["items"]], RIVER)


@check("reads a view in all three forms")
def _():
    view = [POSTS["film"], POSTS["card"], POSTS["warned"], POSTS["poll"], POSTS["tea"]]
    same([it.id for it in parsed("/views/water.rss")[0].entries], view)
    same([it.id for it in parsed("/views/water.atom")[0].entries], view)
    same([it["id"] for it in json.loads(get("/views/water.json")[2])["items"]], view)


@check("finds nothing dangerous in a feed")
def _():
    uri = publish("ben@beta", "#odd", html='<p>Hi <script>alert(1)</script><a href="javascript:x()" onclick="x()">there</a> ]]&gt; <a href="https://a.example/?b=1&amp;c=2" class="mention hashtag" rel="tag">#<span>odd</span></a></p>')
    found = wait_for(lambda: [it for it in parsed("/tags/odd.rss")[0].entries if it.id == uri], "the post in the feed")
    text = get("/tags/odd.rss")[2] + get("/tags/odd.atom")[2] + get("/tags/odd.json")[2]
    for bad in ("<script", "&lt;script", "javascript:", "onclick"):
        assert bad not in text, f"{bad} in {text}"
    assert found[0].title
    control("delete", uri=uri)


@check("gets 304 for a feed that has not changed")
def _():
    for path in ("/tags/river.rss", "/tags/river.atom", "/tags/river.json"):
        _, headers, _ = get(path)
        same(get(path, **{"If-None-Match": headers["ETag"]})[0], 304, path)
        if headers["Last-Modified"]:
            same(get(path, **{"If-Modified-Since": headers["Last-Modified"]})[0], 304, path)


def curl(path, *options, until):
    """Listens with curl until a line holds `until`, and gives the lines."""
    if shutil.which("curl") is None:
        raise Skip("there is no curl")
    listening = subprocess.Popen(
        ["curl", "--silent", "--no-buffer", "--max-time", "20", *options, BASE + path],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "NO_PROXY": "*"},
    )
    lines = []
    try:
        for line in listening.stdout:
            lines.append(line.rstrip("\n"))
            if until(lines[-1]):
                return lines
    finally:
        listening.kill()
        listening.wait()
    raise AssertionError(f"{path}: {lines[-8:]}")


@check("goes on with curl after the last event that it got")
def _():
    _, headers, _ = get("/api/v1/timelines/tag/ferry")
    start = headers["Watersmeet-Cursor"]
    first, second = publish("ada@alpha", "One #ferry"), publish("ben@beta", "Two #ferry")
    both = lambda: len(json.loads(get("/api/v1/timelines/tag/ferry")[2])) == 2
    wait_for(both, "both posts")
    got = curl(f"/api/v1/streaming/hashtag?tag=ferry&cursor={start}", until=lambda it: second in it or first in it)
    (last,) = [it.removeprefix("id:").strip() for it in got if it.startswith("id:")]
    other = second if first in got[-1] else first
    rest = curl("/api/v1/streaming/hashtag?tag=ferry", "--header", f"Last-Event-ID: {last}", until=lambda it: it.startswith("data:"))
    assert other in rest[-1], rest
    assert not any("watersmeet.gap" in it for it in rest), rest
    control("delete", uri=first)
    control("delete", uri=second)


finish()
