"""What the answer to a request means, or its absence."""

import re
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from contactcenter.vonage.errors import (
    NotFound,
    RateLimited,
    Rejected,
    TooEarly,
    Unavailable,
    UnknownOutcome,
    VonageError,
)

# Titles are Vonage's fixed phrases. One with digits or signs in it repeats something of ours.
PHRASE = re.compile(r"[A-Za-z][A-Za-z ,.'-]{0,79}")
TITLES = ("title", "error_title", "error-code-label")
LEG_PATH = "/v1/calls/"


def refusal(method: str, path: str, response: requests.Response) -> VonageError:
    """The error that an answer other than 2xx stands for. `path` comes without its query."""
    status = response.status_code
    message = f"{method} {path}: {status} {_title(response)}".rstrip()
    return _kind(method, path, status)(message, status=status)


def silence(method: str, path: str, error: Exception) -> VonageError:
    """The error that a broken or absent answer stands for."""
    perhaps_executed = method == "POST" and not _never_sent(error)
    kind = UnknownOutcome if perhaps_executed else Unavailable
    return kind(f"{method} {path}: no answer ({type(error).__name__})")


def json_object(method: str, path: str, response: requests.Response) -> dict[str, Any]:
    """The JSON object of a 2xx whose content we need."""
    body = content(response)
    if body is None:
        raise unreadable(method, path, response)
    return body


def unreadable(method: str, path: str, response: requests.Response) -> VonageError:
    """The error that a 2xx without the content we need stands for."""
    kind = UnknownOutcome if method == "POST" else Unavailable
    message = f"{method} {path}: {response.status_code} with unreadable content"
    return kind(message, status=response.status_code)


def content(response: requests.Response) -> dict[str, Any] | None:
    """The JSON object of an answer, or None for any other content."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _kind(method: str, path: str, status: int) -> type[VonageError]:
    if status == 429:
        return RateLimited
    if status >= 500:
        return UnknownOutcome if method == "POST" and status != 503 else Unavailable
    if status == 404:
        return NotFound
    if status == 400 and method == "PUT" and LEG_PATH in path:
        return TooEarly
    return Rejected


def _never_sent(error: Exception) -> bool:
    """True where there was no connection on which to send the request."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _title(response: requests.Response) -> str:
    body = content(response) or {}
    title = next((body[name] for name in TITLES if body.get(name)), "")
    return title if isinstance(title, str) and PHRASE.fullmatch(title) else ""
