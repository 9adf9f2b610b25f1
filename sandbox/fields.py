"""Reading a JSON body field by field; what is wrong is answered 400 with the field's name."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from aiohttp import web
from yarl import URL

from sandbox.problems import bad_field, bad_request

NEEDED: Final = object()


async def read_object(request: web.Request) -> Fields:
    """The request's body as an object; an empty body is an empty object."""
    raw = await request.read()
    try:
        body = json.loads(raw) if raw.strip() else {}
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise bad_request("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object.")
    return Fields(body)


class Fields:
    """An object of a body. Each reader returns the value, its default, or raises 400.

    A field without a default is required; null counts as left out.
    """

    def __init__(self, body: dict[str, Any], path: str = "") -> None:
        self.body = body
        self.path = path

    def name(self, field: str) -> str:
        return f"{self.path}.{field}" if self.path else field

    def refuse(self, field: str, sentence: str) -> Exception:
        return bad_field(self.name(field), sentence)

    def only(self, *allowed: str) -> None:
        """Refuse fields that nobody reads: they are typing errors."""
        for field in self.body:
            if field not in allowed:
                raise self.refuse(field, f"is not known; known are {', '.join(allowed)}.")

    def has(self, field: str) -> bool:
        return self.body.get(field) is not None

    def raw(self, field: str, default: Any = NEEDED) -> Any:
        value = self.body.get(field)
        if value is not None:
            return value
        if default is NEEDED:
            raise self.refuse(field, "is required.")
        return default

    def text(self, field: str, default: Any = NEEDED, longest: int = 1000) -> str:
        value = self.raw(field, default)
        if not self.has(field):
            return str(value)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise self.refuse(field, f"must be a text of 1 to {longest} characters.")
        return value

    def choice(self, field: str, words: Collection[str], default: Any = NEEDED) -> str:
        value = self.raw(field, default)
        if value not in words:
            raise self.refuse(field, f"must be one of {', '.join(sorted(words))}.")
        return str(value)

    def number(self, field: str, low: float, high: float, default: Any = NEEDED) -> float:
        value = self.raw(field, default)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            raise self.refuse(field, f"must be a number from {low:g} to {high:g}.")
        return float(value)

    def whole(self, field: str, low: int, high: int, default: Any = NEEDED) -> int:
        value = self.number(field, low, high, default)
        if value != int(value):
            raise self.refuse(field, "must be a whole number.")
        return int(value)

    def flag(self, field: str, default: bool = False) -> bool:
        value = self.raw(field, default)
        if not isinstance(value, bool):
            raise self.refuse(field, "must be true or false.")
        return value

    def object(self, field: str, default: Any = NEEDED) -> Fields:
        value = self.raw(field, default)
        if not isinstance(value, dict):
            raise self.refuse(field, "must be an object.")
        return Fields(value, self.name(field))

    def array(self, field: str, default: Any = NEEDED) -> list[Any]:
        value = self.raw(field, default)
        if not isinstance(value, list):
            raise self.refuse(field, "must be an array.")
        return value

    def url(self, field: str) -> str:
        """An array of exactly one URL, as Vonage writes them."""
        value = self.array(field)
        if len(value) != 1 or not is_url(value[0]):
            raise self.refuse(field, "must be an array of one http or https URL.")
        return str(value[0])


def is_url(value: object) -> bool:
    """Whether a value is an absolute http or https URL that can be asked."""
    if not isinstance(value, str) or any(letter.isspace() for letter in value):
        return False
    try:
        url = URL(value)
        return url.scheme in {"http", "https"} and bool(url.host and url.port)
    except ValueError:
        return False
