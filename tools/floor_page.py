"""The floor as a supervisor sees it, told what a test or a picture needs: states that take long.

`Told` answers the page's websocket and its API; nothing reaches the server but the page itself.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Request, Route, WebSocketRoute, expect

from tools.floor_rows import TABLES, Row, afternoon, floor, supervising, taken
from tools.pages import READY_WITHIN
from tools.stack import Stack


class Told:
    """What one page is told of the floor; to be made before the page is opened."""

    def __init__(self, page: Page, picture: Mapping[str, Any]) -> None:
        self.page, self.picture, self.version = page, dict(picture), 0
        self.floor: Any = None  # its FloorPage, for whoever opens it
        self.asked: list[tuple[str, str, Any]] = []  # method, path and body of each act
        self._socket: WebSocketRoute | None = None
        self._closed_with: int | None = None
        self._answers: dict[str, tuple[int, Any]] = {}
        page.route_web_socket(re.compile("/ws/floor/"), self._open)
        page.route(re.compile(r"/api/(?!agents/me/token)"), self._answer)

    def changes(self, **parts: Any) -> None:
        """A delta: whole rows by table, and what goes, as the server says it."""
        for name in TABLES:
            rows = {row["id"]: row for row in self.picture[name]}
            rows |= {row["id"]: row for row in parts.get(name, [])}
            gone = parts.get("gone", {}).get(name, [])
            self.picture[name] = [row for key, row in rows.items() if key not in gone]
        self.picture |= {one: parts[one] for one in ("alerts", "totals", "me") if one in parts}
        self._send({"type": "delta", "version": self._next(), "changes": parts})

    def answers(self, path: str, status: int, body: Any) -> None:
        """From now on acts at this path of the API get this answer."""
        self._answers[path] = (status, body)

    def refuses(self, path: str, code: str, words: str, status: int = 409) -> None:
        self.answers(path, status, {"error": {"code": code, "message": words, "fields": {}}})

    def cuts(self, code: int = 1012) -> None:
        """Close the websocket, and every one that comes after it."""
        self._closed_with = code
        if self._socket is not None:
            self._socket.close(code=code)
            self._socket = None

    def mends(self) -> None:
        self._closed_with = None

    def _open(self, socket: WebSocketRoute) -> None:
        if self._closed_with is not None:
            socket.close(code=self._closed_with)
            return
        self._socket, self.version = socket, 0
        socket.on_message(self._heard)
        self._snapshot()

    def _heard(self, message: str | bytes) -> None:
        said = json.loads(message)
        now = datetime.now(UTC).isoformat()
        if said["command"] == "snapshot":
            self._snapshot()
        self._send({"type": "result", "id": said["id"], "ok": True, "now": now})

    def _snapshot(self) -> None:
        now = datetime.now(UTC).isoformat()
        frame = {"type": "snapshot", "version": self._next(), "now": now, "floor": self.picture}
        self._send(frame)

    def _next(self) -> int:
        self.version += 1
        return self.version

    def _send(self, frame: Row) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps(frame))

    def _answer(self, route: Route, request: Request) -> None:
        path = "/" + request.url.split("/", 3)[3].split("?")[0]
        if request.method != "GET":
            self.asked.append((request.method, path, request.post_data_json))
        status, body = self._answers.get(path, self._usual(path))
        route.fulfill(status=status, json=body)

    def _usual(self, path: str) -> tuple[int, Any]:
        if path == "/api/floor":
            return 200, {"now": datetime.now(UTC).isoformat(), "floor": self.picture}
        if path.startswith("/api/commands/"):
            return 200, {"state": "done", "error": None}
        if path.startswith("/api/calls/"):
            return 202, {"command": "c1"}
        return 200, {}


def views(page: Page, stack: Stack) -> Iterator[tuple[str, Page]]:
    """The floor, each way it can look; and the wallboard."""
    told = Told(page, floor())
    FloorPage(page, stack).log_in()
    yield "floor-quiet", page
    told.changes(**afternoon())
    page.get_by_role("button", name="Show agent: Joe").click()
    yield "floor", page
    page.locator("#waiting tbody tr").first.get_by_role("button").click()
    yield from _of_my_own(told)
    page.get_by_role("button", name="Take over, Dev").click()
    yield "floor-asks", page
    page.keyboard.press("Escape")
    page.get_by_label("Search").fill("nobody of this name")
    page.get_by_text("Nothing here matches").first.wait_for()
    yield "floor-without-a-match", page
    page.get_by_role("button", name="Show everything").click()
    told.cuts(4401)
    page.get_by_text("You have been logged out.").wait_for()
    yield "floor-over", page
    told.mends()
    page.goto(f"{stack.web}/floor/?wall=1")
    page.locator("body[data-loaded=true]").wait_for()
    yield "wallboard", page


def _of_my_own(told: Told) -> Iterator[tuple[str, Page]]:
    """The bars of a call that I supervise, and of one that I have taken over."""
    page, me = told.page, told.picture["me"]
    told.changes(me=me | {"supervision": supervising(210, "whisper")})
    page.get_by_role("heading", name="Whispering to Dev").wait_for()
    yield "floor-supervising", page
    told.changes(me=me | {"call": taken()})
    page.get_by_role("heading", name="The call is yours").wait_for()
    yield "floor-taken-over", page
    told.changes(me=me)


class FloorPage:
    """A supervisor at the floor."""

    def __init__(self, page: Page, stack: Stack, username: str = "ada") -> None:
        self.page, self.stack, self.username = page, stack, username

    def log_in(self, query: str = "") -> "FloorPage":
        password = self.stack.described()["users"][self.username]["password"]
        self.page.goto(f"{self.stack.web}/login/?next=/floor/{query}")
        self.page.get_by_label("User name").fill(self.username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        return self.is_loaded()

    def is_loaded(self) -> "FloorPage":
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-loaded", "true", timeout=READY_WITHIN)
        return self

    def row(self, table: str, words: str) -> Any:
        """The row of this table that says these words."""
        rows = self.page.locator(f"#{table} tbody tr:not(.whyrow)")
        return rows.filter(has_text=words)

    def has_names(self, table: str, *names: str) -> None:
        """The rows of this table have these headings, from above, and no other."""
        heads = self.page.locator(f"#{table} tbody tr:not(.whyrow) th > :first-child")
        expect(heads).to_have_text(list(names), use_inner_text=True)

    @property
    def details(self) -> Any:
        return self.page.locator(".whyrow")

    def says(self, words: str) -> None:
        toasts = self.page.locator("#toasts")
        expect(toasts).to_contain_text(words, timeout=READY_WITHIN)
