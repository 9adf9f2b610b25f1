"""Reading what is sent to `/v1/calls`, and writing what it answers."""

from __future__ import annotations

import re
from typing import Any

from sandbox.account.store import Account, Application
from sandbox.calls import Dial
from sandbox.clock import stamp
from sandbox.fields import Fields
from sandbox.legs import events
from sandbox.legs.leg import Kind, Leg
from sandbox.legs.switch import Order
from sandbox.ncco.validation import Action, InvalidNcco, check_ncco
from sandbox.webhooks.hooks import own_answer_hook, own_event_hook

NUMBER = re.compile(r"[0-9]{7,15}")
METHODS = {"GET", "POST"}
KNOWN = (
    "to", "from", "random_from_number", "ncco", "answer_url", "answer_method", "event_url",
    "event_method", "machine_detection", "advanced_machine_detection", "length_timer",
    "ringing_timer",
)  # fmt: skip


def read_dial(body: Fields, application: Application, account: Account) -> Dial:
    """A call to be made; raises 400 with a sentence."""
    body.only(*KNOWN)
    kind, called = _read_to(body)
    event_hook = None
    if body.has("event_url"):
        method = body.choice("event_method", METHODS, "POST")
        event_hook = own_event_hook(application, body.url("event_url"), method)
    caller = _read_from(body, account)
    order = Order(kind, "outbound", application.id, caller, called, event_hook)
    if body.has("ncco") == body.has("answer_url"):
        raise body.refuse("ncco", "exactly one of ncco and answer_url must be given.")
    answer = None
    if body.has("answer_url"):
        method = body.choice("answer_method", METHODS, "GET")
        answer = own_answer_hook(application, body.url("answer_url"), method)
    ncco = read_ncco(body, "ncco") if body.has("ncco") else None
    ringing = body.whole("ringing_timer", 1, 120, 60)
    return Dial(order, answer, ncco, ringing, body.whole("length_timer", 1, 86_400, 7200))


def read_ncco(body: Fields, name: str) -> list[Action]:
    """A valid NCCO in a field; raises 400."""
    try:
        return check_ncco(body.array(name))
    except InvalidNcco as error:
        raise body.refuse(name, str(error)) from None


def _read_to(body: Fields) -> tuple[Kind, str]:
    endpoints = body.array("to")
    if len(endpoints) != 1 or not isinstance(endpoints[0], dict):
        raise body.refuse("to", "must be an array of one endpoint.")
    endpoint = Fields(endpoints[0], "to[0]")
    kind = endpoint.choice("type", {"phone", "app", "sip", "websocket", "vbc"})
    if kind == "app":
        return "app", endpoint.text("user", longest=100)
    if kind != "phone":
        raise endpoint.refuse("type", f"calls to {kind} are not offered by the sandbox.")
    return "phone", _read_number(endpoint)


def _read_from(body: Fields, account: Account) -> str:
    if body.has("from") == body.flag("random_from_number"):
        raise body.refuse("from", "exactly one of from and random_from_number must be given.")
    if not body.has("from"):
        return next(iter(account.numbers), "")
    caller = body.object("from")
    caller.choice("type", {"phone"})
    number = _read_number(caller)
    if number not in account.numbers:
        raise caller.refuse("number", "must be one of the account's numbers.")
    return number


def _read_number(fields: Fields) -> str:
    number = fields.text("number", longest=50)
    if not NUMBER.fullmatch(number):
        raise fields.refuse("number", "must be 7 to 15 digits, without a plus.")
    return number


def read_level(body: Fields) -> float:
    """`level`, which clients send as a number or as text."""
    value = body.raw("level", 0)
    try:
        level = float(value)
    except (TypeError, ValueError):
        level = 2.0
    if not -1 <= level <= 1:
        raise body.refuse("level", "must be from -1 to 1.")
    return level


def shown(leg: Leg) -> dict[str, Any]:
    """A call as GET shows it: costs and end only once it has ended."""
    far: dict[str, Any] = {"type": "app", "user": leg.user}
    if leg.kind == "phone":
        far = {"type": "phone", "number": leg.number}
    inbound = leg.direction == "inbound"
    near = {"type": "phone", "number": leg.called if inbound else leg.caller}
    row: dict[str, Any] = {
        "_links": {"self": {"href": f"/v1/calls/{leg.uuid}"}},
        "uuid": leg.uuid,
        "conversation_uuid": leg.conversation_id,
        "to": near if inbound else far,
        "from": far if inbound else near,
        "status": leg.status,
        "direction": leg.direction,
        "rate": events.rate(leg),
        "price": None,
        "duration": None,
        "start_time": stamp(leg.start_time) if leg.start_time else None,
        "end_time": None,
        "network": events.network(leg),
    }
    if leg.end_time is not None:
        row |= {"price": events.price(leg), "duration": str(events.duration(leg))}
        row["end_time"] = stamp(leg.end_time)
    return row
