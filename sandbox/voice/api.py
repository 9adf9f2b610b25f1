"""`/v1/calls`: create, list, show and modify calls."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from aiohttp import web

from sandbox.account.store import Account
from sandbox.auth import CALLER
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.fields import Fields, read_object
from sandbox.legs.leg import Leg
from sandbox.paging import page_size
from sandbox.problems import bad_field, bad_request, not_found
from sandbox.voice.bodies import METHODS, read_dial, read_ncco, shown
from sandbox.webhooks.hooks import own_answer_hook

ACTIONS = {"hangup", "mute", "unmute", "earmuff", "unearmuff", "transfer"}
YOUNG = 2.0


class LegFinder:
    """The leg a request is about, in a state for what is asked."""

    def __init__(self, calls: Calls, faults: Faults, clock: Clock) -> None:
        self.calls = calls
        self.faults = faults
        self.clock = clock

    def any(self, request: web.Request) -> Leg:
        """A leg of the caller's application; raises 404."""
        caller = request[CALLER]
        leg = self.calls.switch.legs.get(request.match_info["uuid"])
        if leg is None or leg.application_id != caller.application.id:
            raise not_found("There is no call with that uuid.")
        return leg

    def live(self, request: web.Request) -> Leg:
        """One that has not ended (404), nor is too young while that fault is on (400)."""
        leg = self.any(request)
        if leg.over:
            raise not_found("The call has ended.")
        age = (self.clock.now() - leg.created).total_seconds()
        if age < YOUNG and self.faults.strikes(self.faults.plan.early_400):
            raise bad_request("Bad Request")
        return leg

    def answered(self, request: web.Request) -> Leg:
        """One that is answered; raises 400."""
        leg = self.live(request)
        if not leg.answered:
            raise bad_request("The call is not answered yet.")
        return leg


class VoiceApi:
    """Calls by REST, with an application's JWT."""

    def __init__(self, account: Account, calls: Calls, finder: LegFinder) -> None:
        self.account = account
        self.calls = calls
        self.finder = finder

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/calls", self.list),
            web.post("/v1/calls", self.create),
            web.get("/v1/calls/{uuid}", self.show),
            web.put("/v1/calls/{uuid}", self.modify),
        ]

    async def create(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        dial = read_dial(await read_object(request), caller.application, self.account)
        leg = self.calls.dial(dial)
        body = {
            "uuid": leg.uuid,
            "status": "started",
            "direction": "outbound",
            "conversation_uuid": leg.conversation_id,
        }
        return web.json_response(body, status=201)

    async def list(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        legs = [
            leg
            for leg in self.calls.switch.legs.values()
            if leg.application_id == caller.application.id and _matches(leg, request)
        ]
        if request.query.get("order") == "desc":
            legs.reverse()
        size = page_size(request)
        start = _index(request)
        links = {"self": {"href": str(request.rel_url)}}
        if start + size < len(legs):
            following = request.url.update_query(record_index=start + size)
            links["next"] = {"href": str(following)}
        body = {
            "count": len(legs),
            "page_size": size,
            "record_index": start,
            "_links": links,
            "_embedded": {"calls": [shown(leg) for leg in legs[start : start + size]]},
        }
        return web.json_response(body)

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response(shown(self.finder.any(request)))

    async def modify(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        action = body.choice("action", ACTIONS)
        if action == "hangup":
            self.calls.switch.end(self.finder.live(request), "platform")
        else:
            self._change(self.finder.answered(request), action, body)
        return web.Response(status=204)

    def _change(self, leg: Leg, action: str, body: Fields) -> None:
        match action:
            case "mute" | "unmute":
                self.calls.switch.mute(leg, action == "mute")
            case "earmuff" | "unearmuff":
                self.calls.switch.earmuff(leg, action == "earmuff")
            case _:
                self._transfer(leg, body.object("destination"))

    def _transfer(self, leg: Leg, destination: Fields) -> None:
        destination.choice("type", {"ncco"})
        if destination.has("ncco") == destination.has("url"):
            raise destination.refuse("ncco", "exactly one of ncco and url must be given.")
        if destination.has("ncco"):
            self.calls.transfer(leg, read_ncco(destination, "ncco"))
            return
        url = destination.url("url")
        method = destination.choice("method", METHODS, "GET")
        application = self.account.applications[leg.application_id]
        self.calls.transfer_to(leg, own_answer_hook(application, url, method))


def _matches(leg: Leg, request: web.Request) -> bool:
    query = request.query
    begin, end = _moment(query.get("date_start")), _moment(query.get("date_end"))
    return (
        query.get("status", leg.status) == leg.status
        and query.get("conversation_uuid", leg.conversation_id) == leg.conversation_id
        and (begin is None or leg.created >= begin)
        and (end is None or leg.created <= end)
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_field("date_start", "and date_end must be ISO 8601 times.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _index(request: web.Request) -> int:
    text = request.query.get("record_index", "0")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise bad_field("record_index", "must be a number from 0.")
    return int(text)
