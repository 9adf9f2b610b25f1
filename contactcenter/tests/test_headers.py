"""What our replies allow a browser to do."""

import re
from html.parser import HTMLParser

import pytest

from contactcenter.tests.starting import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = (
    "/login/", "/", "/nothing/", "/api/docs/", "/admin/", "/admin/login/",
    "/admin/calls/call/", "/admin/calls/queue/", "/admin/calls/queue/add/",
    "/admin/agents/user/add/", "/admin/ivr/flow/add/",
)  # fmt: skip


class Inline(HTMLParser):
    """Collects what a strict policy would not run or not apply."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        names = [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not is_data_or_file(given)):
            names.append(tag)
        if str(given.get("href")).startswith("javascript:"):
            names.append("href")
        self.found += [(tag, name) for name in names]


def is_data_or_file(script):
    return "src" in script or script.get("type") == "application/json"


def policy(response):
    parts = response["Content-Security-Policy"].split("; ")
    return {name: set(sources.split()) for name, _, sources in (p.partition(" ") for p in parts)}


def connections(settings):
    return set(settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["connect-src"])


def test_a_page_loads_and_runs_nothing_but_our_own_files(client):
    allowed = policy(client.get("/login/"))

    assert allowed["default-src"] == {"'none'"}
    for kind in ("script-src", "style-src", "font-src", "form-action"):
        assert allowed[kind] == {"'self'"}
    for kind in ("base-uri", "frame-ancestors", "object-src", "manifest-src"):
        assert allowed[kind] == {"'none'"}
    assert allowed["img-src"] == {"'self'", "data:"}
    assert allowed["media-src"] == {"'self'", "blob:", "mediastream:"}


@pytest.mark.parametrize("path", ["/nothing/", "/health/live", "/api/agents/me", "/static/css/x"])
def test_every_reply_has_the_policy(client, path):
    assert policy(client.get(path))["default-src"] == {"'none'"}


def test_a_page_may_ask_for_the_microphone_and_for_no_other_device(client):
    asked = client.get("/login/")["Permissions-Policy"].split(", ")

    assert "microphone=(self)" in asked
    assert "speaker-selection=(self)" in asked
    assert "camera=()" in asked


def test_a_page_shares_its_window_with_no_other_site(client):
    assert client.get("/login/")["Cross-Origin-Opener-Policy"] == "same-origin"


def test_beside_the_sandbox_a_page_speaks_with_us_and_the_sandbox_alone(start):
    local = "http://localhost:8100"

    settings = start(PUBLIC_URL="http://localhost:8000", VONAGE_API_URL=local, VONAGE_WS_URL=local)

    assert connections(settings) == {
        "'self'", "ws://localhost:8000", "http://localhost:8100", "ws://localhost:8100",
    }  # fmt: skip


def test_on_the_platform_a_page_may_follow_its_session_to_another_region(start):
    settings = start(PUBLIC_URL="https://cc.example.com")

    assert connections(settings) == {
        "'self'", "wss://cc.example.com", "https://api.nexmo.com", "https://ws-us-3.vonage.com",
        "wss://ws-us-3.vonage.com", "https://*.vonage.com", "wss://*.vonage.com",
    }  # fmt: skip


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_inline_script_or_style(path):
    text = re.sub(r"{%.*?%}|{#.*?#}", "", path.read_text())

    assert Inline(text).found == []


@pytest.mark.parametrize("path", PAGES)
def test_no_page_arrives_with_inline_script_or_style(client, admin_user, path):
    if path not in {"/login/", "/admin/login/"}:
        client.force_login(admin_user)

    html = client.get(path).content.decode()

    assert "<html" in html
    assert Inline(html).found == []


def test_what_is_inline_would_be_found():
    html = '<p style="x" onclick="y"><script>z</script><style></style><a href="javascript:">'

    assert len(Inline(html).found) == 5
