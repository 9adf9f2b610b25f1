"""Lists by cursor, as Vonage's newer interfaces give them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aiohttp import web

from sandbox.problems import bad_field

Row = TypeVar("Row")


def page_of(
    request: web.Request, name: str, rows: Sequence[Row], shown: Callable[[Row], dict[str, Any]]
) -> web.Response:
    """One page of `rows` (oldest first); the last page has no `next`."""
    size = page_size(request)
    if request.query.get("order", "asc") == "desc":
        rows = rows[::-1]
    start = _start(request.query.get("cursor"))
    links = {"self": _link(request, {}), "first": _link(request, {"cursor": None})}
    if start + size < len(rows):
        links["next"] = _link(request, {"cursor": _cursor(start + size)})
    if start:
        links["prev"] = _link(request, {"cursor": _cursor(max(0, start - size))})
    part = [shown(row) for row in rows[start : start + size]]
    return web.json_response({"page_size": size, "_embedded": {name: part}, "_links": links})


def page_size(request: web.Request) -> int:
    """The `page_size` asked for, 10 unless said; raises 400."""
    text = request.query.get("page_size", "10")
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise bad_field("page_size", "must be a number from 1 to 100.")
    return int(text)


def _link(request: web.Request, change: dict[str, str | None]) -> dict[str, str]:
    query = {**request.query, **change}
    url = request.url.with_query({name: text for name, text in query.items() if text is not None})
    return {"href": str(url)}


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"from:{start}".encode()).decode()


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(cursor).decode().partition(":")
        if word == "from":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise bad_field("cursor", "is not one this list gave.")
