"""The phone page is served as it should be, and speaks to nobody but its own sandbox."""

import re

import pytest
from aiohttp.test_utils import make_mocked_request

from sandbox.page import routes
from sandbox.problems import Problem

FILES = sorted(path for path in routes.HERE.iterdir() if path.suffix in {".html", ".js"})
MODULES = [path.name for path in FILES if path.suffix == ".js"]
NAMES = {"http://www.w3.org/2000/svg"}  # a name that looks like an address; nobody asks it


async def test_the_page_is_served_under_a_strict_policy(world):
    async with world.http.get(f"{world.url}/") as reply:
        policy = reply.headers["Content-Security-Policy"]
        assert (reply.status, reply.content_type) == (200, "text/html")

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", MODULES)
async def test_every_module_is_served_under_the_same_policy(world, name):
    async with world.http.get(f"{world.url}/page/{name}") as reply:
        assert reply.status == 200
        assert reply.content_type in {"text/javascript", "application/javascript"}
        assert reply.headers["Content-Security-Policy"] == routes.POLICY
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["none.js", "routes.py", "__init__.py", "phone.html", "..%2Fapp.py"]
)
async def test_nothing_else_is_served_as_a_module(world, name):
    async with world.http.get(f"{world.url}/page/{name}") as reply:
        assert reply.status == 404


async def test_the_page_is_for_this_machine_only():
    request = make_mocked_request("GET", "/").clone(remote="192.0.2.1")

    with pytest.raises(Problem) as refusal:
        await routes.phone(request)

    assert refusal.value.status == 403


async def test_all_that_the_page_links_to_is_there(world):
    page = (routes.HERE / "phone.html").read_text()
    links = set(re.findall(r'(?:href|src)="(/[^"#]*)', page))

    assert "/static/css/pages.css" in links
    for link in links:
        async with world.http.get(world.url + link) as reply:
            assert reply.status == 200, link


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_names_a_foreign_address(path):
    found = set(re.findall(r"""(?:https?|wss?):[^\s"'`)]*""", path.read_text()))

    assert found <= NAMES | {"http://…/hold.mp3"}


def test_the_page_has_no_code_and_no_style_of_its_own():
    page = (routes.HERE / "phone.html").read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r"<script(?![^>]* src=)", page)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_data_never_becomes_markup(path):
    assert not re.search(
        r"innerHTML\s*\+?=[^=]|insertAdjacentHTML|outerHTML\s*=[^=]", path.read_text()
    )


def test_every_icon_is_in_the_sprite():
    sprite = (routes.STATIC / "css" / "icons.svg").read_text()
    known = set(re.findall(r'id="i-([a-z-]+)"', sprite))
    used = set()
    for path in FILES:
        used |= set(re.findall(r'(?:icons\.svg#i-|icon\(")([a-z-]+)', path.read_text()))

    assert {"phone", "phone-down"} <= used <= known
