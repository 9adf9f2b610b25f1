"""One round of the router; `calls.router.rounds`, `calls.services.healing`."""

from collections.abc import Callable
from typing import Any

from calls.routing import Assignment
from calls.states import CallState, FailCause, LegKind, LegState, OfferState
from tests.sim.rules import agents, leaving, offers, outbox, replies, tokens, waiting
from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import NEVER, Agent, Entry, Instruction, Leg

OVERDUE, ROUTINE, LEFTOVER, AT_ONCE = 60.0, 300.0, 10.0, 20


def act(centre: Centre) -> None:
    """Everything whose time has come, then offers, then requests."""
    while due := centre.reminders.take(centre.now):
        kind, row = due
        DUE[kind](centre, row)
    pair(centre)
    while outbox.may_send(centre):
        outbox.send(centre)
        if not centre.is_changed:
            break
        pair(centre)


def pair(centre: Centre) -> None:
    """Offer waiting calls to idle agents, as many as there are set-up tokens."""
    centre.is_changed = False
    centre.was_limited = False
    if not centre.waiting or not centre.idle:
        return
    free = tokens.free(centre.setups, centre.now)
    if free:
        free -= outbox.reserved(centre)
    if free <= 0:
        centre.was_limited = True
        return
    found = centre.board.assign(centre.now, free)
    centre.was_limited = len(found) >= free
    for one in found:
        centre.waiting.pop(one.entry_id, None)  # ring all: it may be there for several agents
        del centre.idle[one.agent_id]
    for place, one in enumerate(found):
        entry, agent = centre.entries[one.entry_id], centre.agents[one.agent_id]
        free -= 2 if entry.is_virtual else 1
        if free < 0:
            _put_back(centre, found[place:])
            break
        offers.offer_call(centre, entry, agent)
        centre.assigned += 1
    centre.is_changed = False


def next_look(centre: Centre) -> float:
    """When to look again if nothing happens until then: when a token comes back that is missed."""
    now, look = centre.now, NEVER
    if centre.was_limited or centre.outbox["dial"]:
        look = tokens.next_free(centre.setups, now)
    if centre.outbox["live"]:
        look = min(look, tokens.next_free(centre.requests, now))
    if centre.outbox["check"] or (centre.waiting and centre.idle and not centre.was_limited):
        look = min(look, now + 1.0)
    return look


def _put_back(centre: Centre, found: list[Assignment]) -> None:
    """A callback needs two set-ups: when one is missing, younger calls must not take the other."""
    centre.was_limited = True
    for one in found:
        centre.show(centre.entries[one.entry_id].call)
        centre.show_agent(centre.agents[one.agent_id])


def _retry(centre: Centre, entry: Entry) -> None:
    centre.show(entry.call)


def _give_up(centre: Centre, entry: Entry) -> None:
    if entry.left_at is not None:
        return
    waiting.give_up(centre, entry)
    leaving.expire(centre, entry)
    if entry.left_at is None and entry.give_up_at <= centre.now:
        # ↑ an offer is pending, or the caller is at a question: its outcome comes first
        centre.remind(centre.now + 1, "give_up", entry)


def _choices(centre: Centre, entry: Entry) -> None:
    leaving.offer_choices(centre, entry)
    is_held = entry.call.state == CallState.OFFERED and entry.left_at is None
    if is_held and entry.choices_at <= centre.now:
        centre.remind(centre.now + 1, "choices", entry)


def _lapse(centre: Centre, agent: Agent) -> None:
    if agent.console_until <= centre.now:
        for offer in list(agent.pending):
            offers.settle(centre, offer, OfferState.FAILED, FailCause.UNREACHABLE)
            outbox.drop(centre, offer.leg)
    agents.release_lapsed(centre, agent)


def _send(centre: Centre, one: Instruction) -> None:
    outbox.line_up(centre, one.call)


DUE: dict[str, Callable[[Centre, Any], None]] = {
    "wrap_up": agents.end_wrap_up,
    "pause": Centre.show_agent,
    "lapse": _lapse,
    "ring": offers.expire,
    "dial": leaving.dial_overdue,
    "give_up": _give_up,
    "choices": _choices,
    "retry": _retry,
    "claim": replies.recover,
    "send": _send,
}


def heal(centre: Centre) -> None:
    """Compare what we believe of legs with what Vonage knows, a little at a time."""
    budget, quiet_since = AT_ONCE, max(centre.now - ROUTINE, centre.started_at)
    for call in centre.calls.values():
        is_over = call.state == CallState.ENDED
        for leg in call.legs:
            is_alive = leg.state != LegState.ENDED and leg.uuid
            if is_alive and (is_over or leg.on_purpose or leg.news_at < quiet_since):
                budget -= _look_again(centre, leg)
                if not budget:
                    return


def _look_again(centre: Centre, leg: Leg) -> bool:
    now, call = centre.now, leg.call
    is_over = call.state == CallState.ENDED
    is_left = is_over and leg.kind != LegKind.CUSTOMER and leg.checked_at is None
    if is_left and min(now - call.row["ended_at"], now - leg.news_at) > LEFTOVER:
        outbox.hang_up(centre, leg)
        leg.checked_at = now
    started = centre.started_at
    is_quiet = leg.news_at < started and (leg.checked_at is None or leg.checked_at < started)
    is_overdue = leg.news_at < now - OVERDUE and (leg.on_purpose or is_over)
    if is_quiet or is_overdue or leg.news_at < now - ROUTINE:
        return outbox.check(centre, leg)
    return False
