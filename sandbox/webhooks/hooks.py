"""Where webhooks go, and how the application wants them sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.account.store import Application

CONNECT_MS = 1000
ANSWER_MS = 5000
EVENT_MS = 10_000


@dataclass(frozen=True)
class Hook:
    """One address with its method and time-outs (milliseconds)."""

    url: str
    method: str = "POST"
    connect_ms: int = CONNECT_MS
    socket_ms: int = EVENT_MS


def answer_hook(application: Application) -> Hook | None:
    """The application's answer webhook; GET unless it says otherwise."""
    return _hook(application.webhook("voice", "answer_url"), "GET", ANSWER_MS)


def fallback_hook(application: Application) -> Hook | None:
    return _hook(application.webhook("voice", "fallback_answer_url"), "GET", ANSWER_MS)


def event_hook(application: Application) -> Hook | None:
    return _hook(application.webhook("voice", "event_url"), "POST", EVENT_MS)


def rtc_hook(application: Application) -> Hook | None:
    return _hook(application.webhook("rtc", "event_url"), "POST", EVENT_MS)


def own_answer_hook(application: Application, url: str, method: str) -> Hook:
    """An answer URL of one call, with the time-outs the application has for its own."""
    settings = application.webhook("voice", "answer_url") or {}
    return _built(settings, url, method, ANSWER_MS)


def own_event_hook(application: Application, url: str, method: str) -> Hook:
    """An event URL of one call or action, with the application's time-outs for events."""
    settings = application.webhook("voice", "event_url") or {}
    return _built(settings, url, method, EVENT_MS)


def _hook(settings: dict[str, Any] | None, method: str, socket_ms: int) -> Hook | None:
    if settings is None:
        return None
    return _built(settings, settings["address"], settings.get("http_method", method), socket_ms)


def _built(settings: dict[str, Any], url: str, method: str, socket_ms: int) -> Hook:
    return Hook(
        url=url,
        method=method,
        connect_ms=int(settings.get("connect_timeout") or CONNECT_MS),
        socket_ms=int(settings.get("socket_timeout") or socket_ms),
    )
