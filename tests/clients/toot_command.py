"""The toot command signs in as a guest out of band and reads the relay, as a person at a terminal does."""

import json
import os
import subprocess
import sys

from checks import BASE, WORLD, check, finish, press_the_button, same

POSTS = WORLD["posts"]
TOOT = [sys.executable, "-m", "toot"]


def toot(*arguments):
    """Runs one command and gives what it printed."""
    done = subprocess.run([*TOOT, *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == 0, f"toot {' '.join(arguments)}: {done.stdout[-800:]} {done.stderr[-800:]}"
    return done.stdout


def read(*arguments):
    """The same as data, where a command has that form."""
    return json.loads(toot(*arguments, "--json"))


def timeline(*arguments):
    return toot("timelines", *arguments, "--no-pager", "--no-clear")


def find(name):
    """The relay's id of a post of the world."""
    for status in read("timelines", "public", "--limit", "40"):
        if status["uri"] == POSTS[name]:
            return status["id"]
    raise AssertionError(f"{name} is not on the timeline")


@check("reads about the relay before anybody signs in")
def _():
    assert "The ford" in toot("instance", BASE)


@check("reads timelines before anybody signs in")
def _():
    assert "The wheel turns" in toot("timeline", "--public", "--once", "--instance", BASE)
    assert "The wheel turns" in toot("timeline", "--tag", "river", "--once", "--instance", BASE)


@check("signs in as a guest by a code out of band")
def _():
    login = subprocess.Popen(
        [*TOOT, "login", "--instance", BASE],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    said = []
    for line in login.stdout:
        said.append(line)
        if line.startswith("http"):
            break
    else:
        raise AssertionError("".join(said))
    # "n": no, it shall not open a browser.
    rest, _ = login.communicate(f"n\n{press_the_button(said[-1].strip())}\n", timeout=60)
    assert login.returncode == 0 and "Successfully logged in" in rest, rest


@check("knows who it is signed in as")
def _():
    me = read("whoami")
    assert me["username"], me
    toot("whoami")
    assert "ACTIVE" in toot("auth")
    assert "The ford" in toot("instance")


@check("shows the public, home and hashtag timelines")
def _():
    for shown in (timeline("public"), timeline("home"), timeline("tag", "river")):
        assert "The wheel turns" in shown, shown[:2000]
    # The old spelling of the same.
    assert "The wheel turns" in toot("timeline", "--public", "--once")
    assert "The wheel turns" in toot("timeline", "--tag", "river", "--once")


@check("shows a view as a list")
def _():
    (water,) = read("lists", "list")
    same(water["title"], "By the water")
    assert "The wheel turns" in timeline("list", "By the water")


@check("shows one post and its thread")
def _():
    tea = find("tea")
    assert "Fresh tea" in toot("status", tea)
    same(read("status", tea)["uri"], POSTS["tea"])
    thread = toot("thread", tea)
    for words in ("Fresh tea", "I bring bread", "I have butter"):
        assert words in thread, thread
    assert "The stone one" in toot("status", find("poll"))


@check("searches accounts, hashtags and words")
def _():
    found = read("search", "bridges")
    assert "bridges" in [it["name"] for it in found["hashtags"]]
    same([it["uri"] for it in read("search", "oven", "--type", "statuses")["statuses"]], [POSTS["edited"]])
    assert "cleo" in toot("search", "cleo")


@check("shows an account and what it wrote")
def _():
    acct = read("status", find("tea"))["account"]["acct"]
    assert "Ada of the mill" in toot("whois", acct)
    assert "The wheel turns" in timeline("account", acct)
    toot("following", acct)
    toot("followers", acct)


@check("shows that a guest has no notifications, bookmarks, filters and hashtags of its own")
def _():
    toot("notifications")
    toot("bookmarks", "--once")
    timeline("favourites")
    toot("muted")
    toot("blocked")
    toot("tags", "followed")
    toot("tags", "featured")


@check("says why nothing can be written")
def _():
    for arguments in (["post", "Hello"], ["favourite", find("tea")]):
        done = subprocess.run([*TOOT, *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0
        assert "server" in done.stdout + done.stderr, done.stdout + done.stderr


@check("signs out")
def _():
    toot("logout", read("whoami")["username"] + "@" + json.loads(toot("instance", "--json"))["uri"])


finish()
