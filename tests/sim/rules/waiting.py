"""A call begins to wait, waits again, is sent on; `calls.services.waiting`, `overflow`, `flows`."""

from typing import Any

from calls.states import CallState, HungUpBy, LegKind
from tests.sim.rules import centre as deadlines
from tests.sim.rules import journal, outbox
from tests.sim.rules.centre import Centre, customer_leg
from tests.sim.rules.rows import NEVER, Agent, Call, Entry

PREFERRED_FOR = 30.0
HOPS = 8
Ncco = tuple[Any, ...]
BYE: Ncco = ("bye",)


def enter(centre: Centre, call: Call, queue_id: int, hops: int = 0) -> Ncco:
    """The caller comes to a queue: they wait, or are sent on at once when it is full."""
    queue = centre.queues[queue_id]
    if hops >= HOPS:
        return _words_and_end(centre, call)
    if centre.sizes[queue_id] >= queue.max_size:
        call.entries.append(_entry(centre, call, queue_id, left="overflowed"))
        return send_on(centre, call, queue_id, "full", hops)
    entry = _entry(centre, call, queue_id)
    if queue.choices_after is not None:
        entry.choices_at = deadlines.after(centre.now, queue.choices_after)
    call.entries.append(entry)
    centre.sizes[queue_id] += 1
    centre.remind_of(entry)
    first = call.row["first_enqueued_at"]
    journal.record(
        centre,
        call,
        "enqueued",
        state=CallState.QUEUED,
        queue_id=queue_id,
        node="",
        room=call.row["room"] + 1,
        enqueued_at=centre.now,
        first_enqueued_at=centre.now if first is None else first,
    )
    return ("room", call.row["room"])


def _entry(centre: Centre, call: Call, queue_id: int, left: str = "") -> Entry:
    queue = centre.queues[queue_id]
    return Entry(
        centre.next_id(),
        call,
        queue,
        enqueued_at=centre.now,
        give_up_at=deadlines.after(centre.now, queue.max_wait),
        left_at=centre.now if left else None,
        outcome=left,
    )


def close(centre: Centre, call: Call, outcome: str) -> None:
    entry = call.entry
    if entry:
        centre.sizes[entry.queue.id] -= 1
        entry.left_at, entry.outcome = centre.now, outcome
        entry.is_paused = False
        centre.show(call)


def send_on(centre: Centre, call: Call, queue_id: int, reason: str, hops: int = 0) -> Ncco:
    """Where the queue sends those who cannot wait in it, or not any longer."""
    target, other = centre.queues[queue_id].overflow.get(reason, ("flow_exit", None))
    journal.record(centre, call, "sent_on", state=CallState.IN_FLOW, queue_id=None, node="@sent_on")
    if target == "queue" and other is not None:
        return enter(centre, call, other, hops + 1)
    if target == "voicemail":
        return voicemail(centre, call)
    if target == "number":
        return _to_number(centre, call)
    return _words_and_end(centre, call)


def voicemail(centre: Centre, call: Call) -> Ncco:
    if call.entries:
        call.entries[-1].outcome = "voicemail"
    journal.record(centre, call, "voicemail", state=CallState.VOICEMAIL)
    return ("record",)


def _to_number(centre: Centre, call: Call) -> Ncco:
    journal.record(centre, call, "dialing", state=CallState.DIALING, room=call.row["room"] + 1)
    outbox.dial(centre, centre.plan_leg(call, LegKind.NUMBER), takes_token=False)
    return ("room", call.row["room"])


def _words_and_end(centre: Centre, call: Call) -> Ncco:
    journal.record(centre, call, "flow_ended", state=CallState.IN_FLOW, hung_up_by=HungUpBy.SYSTEM)
    return BYE


def give_up(centre: Centre, entry: Entry) -> None:
    """A wait has lasted too long. While an offer is pending it waits for its outcome."""
    call, customer = entry.call, customer_leg(entry.call)
    is_due = entry.left_at is None and entry.give_up_at <= centre.now
    if not is_due or entry.is_virtual or call.state != CallState.QUEUED:
        return
    centre.given_up[entry] = None
    close(centre, call, "overflowed")
    reply = send_on(centre, call, entry.queue.id, "late")
    if customer:
        outbox.transfer(centre, customer, reply)


def wait_again(centre: Centre, call: Call, lost: Agent) -> bool:
    """The agent was lost in mid-call: a fresh room, at the old place in the queue."""
    customer = customer_leg(call)
    if not call.entries or customer is None:
        return False
    entry = call.entries[-1]
    centre.sizes[entry.queue.id] += 1
    entry.left_at, entry.outcome, entry.is_virtual = None, "", False
    entry.give_up_at = deadlines.after(centre.now, entry.queue.max_wait)
    entry.choices_at = NEVER
    entry.preferred_agent_id = lost.id
    entry.preferred_until = deadlines.after(centre.now, PREFERRED_FOR)
    centre.remind_of(entry)
    room = call.row["room"] + 1
    journal.record(centre, call, "agent_lost", state=CallState.QUEUED, agent_id=None, room=room)
    outbox.transfer(centre, customer, ("room", room))
    return True


def return_to_room(centre: Centre, call: Call, entry: Entry) -> Ncco:
    """Back from a question: a fresh room, the old place."""
    entry.is_paused, entry.choices_at = False, NEVER
    centre.remind_of(entry)
    room = call.row["room"] + 1
    journal.record(centre, call, "returned", state=CallState.QUEUED, node="", room=room)
    return ("room", room)
