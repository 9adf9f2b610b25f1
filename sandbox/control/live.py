"""`/sandbox/live`: what is going on, told to a page as it changes."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from aiohttp import web
from yarl import URL

from sandbox.account.store import Account
from sandbox.clock import Clock, milliseconds
from sandbox.control.phones import PhonesApi
from sandbox.endpoints.robots import Robots
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.legs.conversations import Conversation
from sandbox.legs.leg import Leg
from sandbox.legs.switch import Switch
from sandbox.webhooks.hooks import answer_hook

PACE = 0.25
ROWS = 200
RETRY_MS = 1000
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


class LiveApi:
    """Server-sent events: `picture` when it has changed, `webhooks` and `requests` with new rows.

    A page that comes back says in Last-Event-ID which rows it has; another gets the last 200.
    """

    def __init__(
        self, picture: Picture, webhooks: Journal, requests: Journal, phones: PhonesApi,
        clock: Clock,
    ) -> None:  # fmt: skip
        self.picture = picture
        self.journals = {"webhooks": webhooks, "requests": requests}
        self.phones = phones
        self.clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/sandbox/live", self.live)]

    async def live(self, request: web.Request) -> web.StreamResponse:
        """`?page=` is the name under which the page makes its calls: they end when it is gone."""
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        page = request.query.get("page", "")
        # A reset means that the page is gone.
        with self.phones.watched_by(page), suppress(ConnectionResetError):
            await self._tell(request, response)
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse) -> None:
        told = ""
        seen = self._seen(request.headers.get("Last-Event-ID", ""))
        await response.write(f"retry: {RETRY_MS}\n\n".encode())
        while request.transport is not None and not request.transport.is_closing():
            picture = json.dumps(self.picture.take())
            if picture != told:
                told = picture
                await response.write(f"event: picture\ndata: {picture}\n\n".encode())
            for name, journal in self.journals.items():
                if journal.last > seen[name]:
                    rows, seen[name] = journal.since(seen[name])[-ROWS:], journal.last
                    await response.write(_event(name, rows, seen))
            await self.clock.sleep(PACE)

    def _seen(self, last_id: str) -> dict[str, int]:
        """The number of the last row of each journal that the page has."""
        numbers = last_id.split("-")
        known = len(numbers) == len(self.journals) and all(
            number.isascii() and number.isdigit() and len(number) < 15 for number in numbers
        )
        seen = dict(zip(self.journals, map(int, numbers), strict=True)) if known else {}
        # Numbers from before a restart of the sandbox say nothing.
        return {
            name: seen[name] if name in seen and seen[name] <= journal.last else 0
            for name, journal in self.journals.items()
        }


def _event(name: str, rows: list[dict[str, Any]], seen: dict[str, int]) -> bytes:
    numbers = "-".join(str(n) for n in seen.values())
    return f"id: {numbers}\nevent: {name}\ndata: {json.dumps(rows)}\n\n".encode()


class Picture:
    """Legs, conversations, our numbers and the faults, as JSON; times are in milliseconds."""

    def __init__(
        self, account: Account, switch: Switch, robots: Robots, faults: Faults, phones: PhonesApi
    ) -> None:
        self.account = account
        self.switch = switch
        self.robots = robots
        self.faults = faults
        self.phones = phones

    def take(self) -> dict[str, Any]:
        """Legs that ended in the last minute are there too, as completed."""
        rooms = self.switch.conversations.by_id.values()
        return {
            "numbers": self._numbers(),
            "faults": self.faults.shown(),
            "legs": [self._leg(leg) for leg in self.switch.recent()],
            "conversations": [_conversation(room) for room in rooms if _is_shared(room)],
        }

    def _numbers(self) -> list[dict[str, str]]:
        """The numbers somebody answers; `home` is where that application is served."""
        rows = []
        for number in self.account.numbers.values():
            application = self.account.application_of(number.msisdn)
            if application is not None:
                hook = answer_hook(application)
                home = str(URL(hook.url).origin()) if hook else ""
                rows.append({"number": number.msisdn, "home": home})
        return rows

    def _leg(self, leg: Leg) -> dict[str, Any]:
        terms = leg.membership.terms if leg.membership else None
        return {
            "uuid": leg.uuid,
            "far_end": self._far_end(leg),
            "name": self._name(leg),
            "direction": leg.direction,
            "status": "completed" if leg.over else leg.status,
            "created": milliseconds(leg.created),
            "answered": milliseconds(leg.start_time) if leg.start_time else None,
            "ended": milliseconds(leg.end_time) if leg.end_time else None,
            "room": leg.room,
            "conversation": leg.conversation_id,
            "can_hear": _listed(terms.can_hear if terms else None),
            "can_speak": _listed(terms.can_speak if terms else None),
            "ends_room": bool(terms and terms.end_on_exit),
            "muted": leg.port.muted,
            "earmuffed": leg.port.earmuffed,
            "playing": leg.player.playing,
            "recording": leg.recording,
            "said": leg.spoken[-1] if leg.spoken else None,
        }

    def _far_end(self, leg: Leg) -> str:
        """`phone`, `browser` or `robot`: what is at the other end."""
        if leg.kind == "app":
            return "robot" if leg.user in self.robots.users else "browser"
        robot = leg.far_end in self.robots.phones or leg.direction == "inbound"
        return "robot" if robot and leg.uuid not in self.phones.lines else "phone"

    def _name(self, leg: Leg) -> str:
        """A number, or the name people know a user by."""
        user = self.account.user(leg.application_id, leg.user) if leg.user else None
        return user.display_name if user else leg.far_end


def _listed(uuids: frozenset[str] | None) -> list[str] | None:
    return None if uuids is None else sorted(uuids)


def _is_shared(conversation: Conversation) -> bool:
    """A named one with anybody in it, or a call's own with more than that call in it."""
    return len(conversation.legs) > (0 if conversation.named else 1)


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "name": conversation.name if conversation.named else None,
        "started": conversation.room.started,
        "legs": list(conversation.legs),
        "hears": conversation.room.hears(),
    }
