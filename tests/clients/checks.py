"""Checks of a client, one line each, and what all of them need: the world, its control, and the person who presses the button."""

import html.parser
import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

WORLD = json.loads(os.environ["WATERSMEET_WORLD"])
BASE = WORLD["base"]
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"

# How long what is written on a server may take to reach a reader of the relay, in seconds; only a failure waits so long.
PATIENCE = 20

_failed = False


class Skip(Exception):
    """Raised by a check that cannot be made here, with the reason."""


def check(name):
    """Runs the function at once and says how it went; a later check goes on in any case."""

    def run(body):
        global _failed
        try:
            body()
            print(f"ok - {name}")
        except Skip as why:
            print(f"skip - {name}: {why}")
        except BaseException as error:  # A client may end the program.
            _failed = True
            print(f"not ok - {name}")
            for line in traceback.format_exception(error)[-6:]:
                print(line.rstrip())
        return body

    return run


def finish():
    """Ends the script: badly when a check failed."""
    sys.exit(1 if _failed else 0)


def same(found, wanted, what="found"):
    """Two values that should be equal."""
    assert found == wanted, f"{what}: {found!r}, wanted {wanted!r}"


def wait_for(ask, what):
    """Asks until something true comes, and gives that."""
    until = time.monotonic() + PATIENCE
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < until, f"{what} did not happen within {PATIENCE} seconds"
        time.sleep(0.05)


def control(verb, **fields):
    """A deed of the servers' people."""
    request = urllib.request.Request(
        f"{WORLD['control']}/control/{verb}",
        data=json.dumps(fields).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def publish(who, text, **fields):
    """Writes a post on a server and gives its `uri`."""
    return control("publish", who=who, text=text, delay_ms=0, **fields)["uri"]


def get(path, **headers):
    """A plain answer of the relay: status, headers, text."""
    request = urllib.request.Request(BASE + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


class _Form(html.parser.HTMLParser):
    """The one form of the authorize page."""

    def __init__(self):
        super().__init__()
        self.action, self.method, self.fields = None, "get", []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and self.action is None:
            self.action, self.method = given.get("action", ""), given.get("method", "get").lower()
        elif self.action is not None and tag in ("input", "button") and given.get("name"):
            self.fields.append((given["name"], given.get("value") or ""))


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are looked at and not followed: the client's own address may not be a page at all."""

    def redirect_request(self, *_):
        return None


def press_the_button(url):
    """What the person does: opens the page in a browser, presses the button, and gives the code that comes out."""
    with urllib.request.urlopen(url) as answer:
        page = answer.read().decode()
        opened = answer.geturl()
    form = _Form()
    form.feed(page)
    assert form.action is not None, f"the page has no form: {page[:2000]}"
    action = urllib.parse.urljoin(opened, form.action)
    filled = urllib.parse.urlencode(form.fields)
    if form.method == "post":
        request = urllib.request.Request(action, data=filled.encode(), headers={"Origin": BASE, "Sec-Fetch-Site": "same-origin"})
    else:
        request = urllib.request.Request(f"{action}?{filled}")
    try:
        answer = urllib.request.build_opener(_Stay).open(request)
    except urllib.error.HTTPError as error:
        answer = error
    target = answer.headers.get("Location") or answer.geturl()
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query).get("code")
    assert code, f"no code in {target}: {answer.status} {answer.read()[:2000]!r}"
    return code[0]
