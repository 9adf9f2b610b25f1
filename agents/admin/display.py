"""How facts look in the admin: times, lengths of time and badges; and pages that only show."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from agents.models import User
from agents.states import State
from contactcenter.durations import length

NOTHING = "\N{EN DASH}"
STATE_ICONS = {
    State.OFFLINE: "power",
    State.AVAILABLE: "check-circle",
    State.OFFERED: "bell",
    State.BUSY: "phone",
    State.WRAP_UP: "pencil",
    State.ON_BREAK: "cup",
    State.MISSED: "phone-missed",
}


class ReadOnlyAdmin(admin.ModelAdmin):
    """Facts that the system writes: everybody with the permission may look, nobody may change."""

    list_per_page = 50
    show_full_result_count = False  # these tables only grow

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def person(request: HttpRequest) -> User:
    """Who asks; the admin has let nobody in who has not logged in."""
    return cast(User, request.user)


def moment(value: datetime | None) -> str:
    """A time to the second: "20 Nov 2026 10:00:05"."""
    return f"{timezone.localtime(value):%d %b %Y %H:%M:%S}" if value else NOTHING


def clock(value: datetime | None) -> str:
    """The time of day, where the date is beside it: "10:00:05"."""
    return f"{timezone.localtime(value):%H:%M:%S}" if value else NOTHING


def between(start: datetime | None, end: datetime | None) -> str:
    """The length from one time to the other, where both are known."""
    return length((end - start).total_seconds()) if start and end else NOTHING


def badge(word: str, icon: str, tone: str = "") -> SafeString:
    """A word with its icon; `tone` is ok, info, warn, danger, note, accent or empty."""
    return format_html(
        '<span class="badge{}">{}{}</span>', f" badge-{tone}" if tone else "", symbol(icon), word
    )


def state_badge(state: str, word: str) -> SafeString:
    """An agent's state, as it looks everywhere."""
    icon = STATE_ICONS.get(State(state), "info")
    return format_html('<span class="state" data-state="{}">{}{}</span>', state, symbol(icon), word)


def symbol(icon: str) -> SafeString:
    """An icon of the sprite; it only repeats what the word beside it says."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"></use></svg>',
        static("css/icons.svg"),
        icon,
    )
