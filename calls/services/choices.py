"""Other ways than waiting, offered outside the room: a callback, a message, back to the music.

`offer_due` runs a service for each call. The others run inside a service that holds the call.
"""

from datetime import datetime
from functools import partial

from django.db import transaction

from calls.models import Call, Instruction, Queue, QueueEntry
from calls.services import callbacks, due, entries, journal, outbox, overflow, voicemails, waiting
from calls.states import CallState
from ivr import ncco
from ivr.ncco import Ncco

CHOICES = "@choices"
CALLBACK_KEY, MESSAGE_KEY = "1", "2"
KEY_SECONDS = 5
AT_ONCE = 10  # on their way to the question: hang-ups and other moves share their requests
LANGUAGE = "en-GB"

BUSY = "All our agents are still busy."
CALLBACK = "For us to call you back, so that you keep your place without waiting, press 1."
MESSAGE = "To leave a message, press 2."
STAY = "Or stay on the line."
GOODBYE = "Sorry, nobody can take your call right now. Goodbye."


def offer_due(*, now: datetime) -> None:
    """Ask those who have waited long enough to be asked; a few at a time, the longest due first."""
    moves = Instruction.objects.filter(
        verb=Instruction.Verb.TRANSFER, state=Instruction.State.WAITING, call__node=CHOICES
    )
    asked = QueueEntry.objects.filter(
        left_at=None, paused_at=None, choices_at__lte=now, call__state=CallState.QUEUED
    )
    room = max(AT_ONCE - moves.count(), 0)
    for entry_id in asked.order_by("choices_at", "id").values_list("id", flat=True)[:room]:
        due.guarded(partial(_offer, entry_id=entry_id, now=now))


@transaction.atomic(durable=True)
def _offer(*, entry_id: int, now: datetime) -> None:
    """Out of the room, to the question. A wait for which an offer is pending is asked later."""
    call = journal.locked(entries=entry_id, entries__left_at=None, state=CallState.QUEUED)
    waits = QueueEntry.objects.filter(id=entry_id, paused_at=None, choices_at__lte=now)
    entry = waits.select_related("queue").first()
    customer = waiting.customer_leg(call) if call else None
    if call is None or entry is None or customer is None:
        return
    if not _ways(entry.queue):
        QueueEntry.objects.filter(id=entry_id).update(choices_at=None)
        return
    QueueEntry.objects.filter(id=entry_id).update(paused_at=now)
    journal.record(
        call,
        "choices_offered",
        at=now,
        data={"entry": entry_id},
        state=CallState.IN_FLOW,
        node=CHOICES,
        step=call.step + 1,
        attempt=1,
    )
    outbox.transfer(customer, _question(call, entry.queue), room="", now=now)


def _ways(queue: Queue | None) -> list[str]:
    """What callers of this queue can do instead, in words."""
    if queue is None:
        return []
    ways = [(queue.offers_callback, CALLBACK), (queue.offers_voicemail, MESSAGE)]
    return [words for is_offered, words in ways if is_offered]


def _question(call: Call, queue: Queue | None) -> Ncco:
    return ncco.ask(
        [],
        prompt=" ".join([BUSY, *_ways(queue), STAY]),
        timeout=KEY_SECONDS,
        url=outbox.url(f"/webhooks/input/{call.key}/{call.step}"),
        language=LANGUAGE,
    )


def pressed(call: Call, *, step: int, digits: str, now: datetime) -> Ncco:
    """What a caller at one of our own questions (`Call.node` begins with @) has pressed."""
    entry = _entry(call)
    is_here = call.state == CallState.IN_FLOW and step == call.step and not call.hung_up_by
    if not is_here or entry is None:
        return current_ncco(call)
    if call.node != callbacks.NUMBER:  # that is no key, and is kept with the callback
        journal.record(call, "pressed", at=now, data={"digits": digits, "node": call.node})
    if call.node != CHOICES:
        reply = callbacks.pressed(call, entry, digits=digits, now=now)
        return _back(call, entry, now=now) if reply is None else reply
    if digits == CALLBACK_KEY and entry.queue and entry.queue.offers_callback:
        return callbacks.ask(call, entry, words=(), now=now)
    if digits == MESSAGE_KEY and entry.queue and entry.queue.offers_voicemail:
        return voicemails.begin(call, queue_id=entry.queue_id, words=(), now=now)
    return _back(call, entry, now=now)


def notified(call: Call, *, step: int, now: datetime) -> Ncco:
    """Words of ours have been said."""
    if (call.node, call.state, call.step) == (overflow.SAYING, CallState.IN_FLOW, step):
        return overflow.said(call, now=now)
    return current_ncco(call)


def current_ncco(call: Call) -> Ncco:
    """What the leg of a caller at one of our own questions should run; changes nothing."""
    if call.state == CallState.VOICEMAIL:
        return voicemails.current_ncco(call)
    if call.state == CallState.AWAITING_CALLBACK:
        return callbacks.current_ncco(call)
    return _spoken(call) if call.state == CallState.IN_FLOW else []


def _spoken(call: Call) -> Ncco:
    if call.node == overflow.SAYING:
        return overflow.current_ncco(call)
    entry = _entry(call)
    if entry is None:
        return ncco.speak([GOODBYE], language=LANGUAGE)
    if call.node == CHOICES:
        return _question(call, entry.queue)
    return callbacks.current_ncco(call)


def _entry(call: Call) -> QueueEntry | None:
    return QueueEntry.objects.filter(call=call, left_at=None).select_related("queue").first()


def _back(call: Call, entry: QueueEntry, *, now: datetime) -> Ncco:
    """They want none of it: back to the music. Who may not wait here any longer is sent on."""
    if entry.queue and entry.give_up_at <= now:
        reason = overflow.reason_of(call, entry)
        return overflow.send_on(call, entry.queue, reason, now=now)
    every = entry.queue.choices_every_seconds if entry.queue else 0
    QueueEntry.objects.filter(id=entry.id).update(choices_at=entries.after(every, now=now))
    return waiting.return_to_room(call, entry, now=now)
