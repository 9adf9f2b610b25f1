"""Refusals, and the bodies in which Vonage and the control API say them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from aiohttp import web

ERRORS = "https://developer.vonage.com/api-errors"


class Problem(Exception):
    """A request is answered with `status` and a problem+json body."""

    def __init__(self, status: int, title: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {
            "type": f"{ERRORS}#{title.lower().replace(' ', '-')}",
            "title": title,
            "detail": detail,
            "instance": str(uuid4()),
        } | extra

    def response(self) -> web.Response:
        return web.Response(
            status=self.status,
            text=json.dumps(self.body),
            content_type="application/problem+json",
        )


def bad_field(name: str, sentence: str) -> Problem:
    """400: the field `name` (a path such as `to[0].number`) is wrong, as `sentence` says."""
    return Problem(
        400,
        "Bad Request",
        f"{name}: {sentence}",
        error_title="Bad Request",
        invalid_parameters={name: sentence},
    )


def bad_request(sentence: str) -> Problem:
    """400 that no single field is to blame for, a leg in the wrong state for instance."""
    return Problem(400, "Bad Request", sentence, error_title="Bad Request")


def unauthorized() -> Problem:
    return Problem(401, "Unauthorized", "You did not provide correct credentials.")


def forbidden(sentence: str) -> Problem:
    return Problem(403, "Forbidden", sentence)


def not_found(sentence: str) -> Problem:
    return Problem(404, "Not Found", sentence)


def conflict(sentence: str) -> Problem:
    return Problem(409, "Conflict", sentence)


def rate_limited() -> Problem:
    problem = Problem(429, "Rate Limit Hit", "Please wait, then retry your request")
    problem.body["type"] = f"{ERRORS}#rate-limit"
    return problem
