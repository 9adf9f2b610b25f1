"""Writing instructions, and sending those of a call in their order; `calls.services.sending`."""

import heapq
from typing import Any

from calls.states import LegState
from tests.sim.rules import centre as deadlines
from tests.sim.rules import tokens
from tests.sim.rules.centre import REQUESTS, Centre
from tests.sim.rules.rows import NEVER, Call, Instruction, Leg

CLAIM = 15.0
UUID_PATIENCE = 45.0
KINDS = {"hang_up": "live", "transfer": "live", "dial": "dial", "check": "check"}


def write(centre: Centre, leg: Leg, verb: str, body: Any = None) -> Instruction:
    one = Instruction(
        centre.next_id(), leg.call, leg, verb, written_at=centre.now, due_at=centre.now, body=body
    )
    leg.call.open.append(one)
    line_up(centre, leg.call)
    return one


def line_up(centre: Centre, call: Call) -> None:
    """Put what may be sent next for the call before the sender."""
    for one in call.open:
        if one.state != "waiting" or one.is_lined_up:
            continue
        if not any(_is_before(other, one) for other in call.open):
            if one.due_at <= centre.now:
                one.is_lined_up = True
                heapq.heappush(centre.outbox[KINDS[one.verb]], (one.id, one))
                centre.is_fresh = True
            else:
                centre.remind(one.due_at, "send", one)


def _is_before(other: Instruction, one: Instruction) -> bool:
    if other.id >= one.id or (other.verb == "check" and other.state == "waiting"):
        return False
    return not (other.verb == "hang_up" and not other.leg.uuid and other.leg is not one.leg)


def dial(centre: Centre, leg: Leg, *, takes_token: bool) -> None:
    one = write(centre, leg, "dial")
    if takes_token:
        tokens.take(centre.setups, one, centre.now)


def transfer(centre: Centre, leg: Leg, ncco: Any) -> None:
    """A newer move of a leg supersedes an unsent one."""
    for one in _waiting(leg, "transfer"):
        finish(centre, one)
    write(centre, leg, "transfer", ncco)


def hang_up(centre: Centre, leg: Leg, *, though_ended: bool = False) -> bool:
    """True when it was never dialled, so that it is ended already."""
    leg.on_purpose = True
    for one in _waiting(leg, "dial"):
        finish(centre, one, token_free_at=centre.now)
        return True
    is_asked = any(one.leg is leg and one.verb == "hang_up" for one in leg.call.open)
    if (though_ended or leg.state != LegState.ENDED) and not is_asked:
        for one in _waiting(leg, "transfer"):
            finish(centre, one)
        write(centre, leg, "hang_up")
    return False


def drop(centre: Centre, leg: Leg) -> None:
    if hang_up(centre, leg):
        centre.end_leg(leg, at=centre.now, how="cancelled")


def check(centre: Centre, leg: Leg) -> bool:
    if any(one.leg is leg and one.verb == "check" for one in leg.call.open):
        return False
    write(centre, leg, "check")
    return True


def withdraw(centre: Centre, call: Call) -> None:
    """Nothing more is to be asked about legs that have ended."""
    for one in list(call.open):
        is_over = one.leg.state == LegState.ENDED and one.leg.ended_as != "unknown"
        if one.state == "waiting" and one.verb != "dial" and is_over:
            finish(centre, one)


def _waiting(leg: Leg, verb: str) -> list[Instruction]:
    return [
        one
        for one in leg.call.open
        if one.leg is leg and one.verb == verb and one.state == "waiting"
    ]


def finish(centre: Centre, one: Instruction, *, token_free_at: float | None = None) -> None:
    one.state, one.claimed_until = "over", NEVER
    one.call.open.remove(one)
    if token_free_at is not None:
        tokens.give_back(one, token_free_at)
    line_up(centre, one.call)


def postpone(centre: Centre, one: Instruction, seconds: float) -> None:
    one.state, one.claimed_until = "waiting", NEVER
    one.due_at = centre.now + seconds
    line_up(centre, one.call)


def reserved(centre: Centre) -> int:
    """Set-ups that dials without a token wait for."""
    return sum(one.state == "waiting" and one.token is None for _, one in centre.outbox["dial"])


# Sending ----------------------------------------------------------------------------------------


def may_send(centre: Centre) -> bool:
    """Whether anything before the sender is new, or has a token now."""
    ready = centre.outbox
    return (
        centre.is_fresh
        or (bool(ready["dial"]) and tokens.free(centre.setups, centre.now) > 0)
        or (bool(ready["live"]) and tokens.free(centre.requests, centre.now) > 0)
        or (bool(ready["check"]) and _may_check(centre))
    )


def _may_check(centre: Centre) -> bool:
    """What is not urgent leaves two thirds of the requests to the rest."""
    return tokens.free(centre.requests, centre.now) > REQUESTS - REQUESTS // 3


def send(centre: Centre) -> None:
    """Send all that is due and for which there are tokens, most urgent first."""
    centre.is_fresh = False
    for kind, ready in centre.outbox.items():
        starved: list[tuple[int, Instruction]] = []
        while ready:
            _, one = item = heapq.heappop(ready)
            one.is_lined_up = False
            if one.state != "waiting" or one.due_at > centre.now:
                continue
            if not one.leg.uuid and kind != "dial":
                _await_uuid(centre, one)
            elif not _claim(centre, one):
                one.is_lined_up = True
                starved.append(item)
                if kind != "dial":
                    break  # behind a dial without a token there may be one that holds its own
        for item in starved:
            heapq.heappush(ready, item)


def _await_uuid(centre: Centre, one: Instruction) -> None:
    """A leg whose dial we got no reply to: its uuid comes with an event, or it never was."""
    if one.written_at + UUID_PATIENCE < centre.now or one.leg.state == LegState.ENDED:
        finish(centre, one)
        if one.leg.state != LegState.ENDED:
            centre.end_leg(one.leg, at=centre.now, how="unknown")
    else:
        postpone(centre, one, 0.25)


def _claim(centre: Centre, one: Instruction) -> bool:
    if one.verb == "check" and not _may_check(centre):
        return False
    supply = centre.setups if one.verb == "dial" else centre.requests
    if not tokens.take(supply, one, centre.now):
        return False
    one.state, one.tries = "claimed", one.tries + 1
    one.claimed_until = deadlines.after(centre.now, CLAIM)
    centre.remind(one.claimed_until, "claim", one)
    centre.platform.request(one)
    return True
