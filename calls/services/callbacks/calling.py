"""An agent has taken the callback: they hear it ring while the customer is called."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agents import services as agents
from calls.broadcast import announce
from calls.models import Call, Callback, Instruction, Leg, Offer, Queue, QueueEntry, waits
from calls.services import due, journal, offers, outbox, waiting
from calls.services.callbacks.ending import OPEN, end, kept_until, release
from calls.services.following import node_in_flow
from calls.services.keys import leg_key
from calls.states import CallState, LegKind, LegState, OfferState
from ivr import ncco
from ivr.ncco import Ncco

RING_SECONDS = 30
NO_NEWS = timedelta(seconds=60)  # since the dial was sent, longer than it rings; or not sent
BREATH = timedelta(seconds=10)  # before a line that was just in use is called
LANGUAGE = "en-GB"
Verb = Instruction.Verb
SENT = [Instruction.State.DONE, Instruction.State.UNKNOWN]

FOR_AGENT = "Callback for {queue}. We are calling them now."
TAKEN = "The callback is not there any more."
CLOSED = "The queue has just closed. They are called back once it is open."
FOR_CUSTOMER = "This is your callback. You are being connected."
TOO_LATE = "Sorry, we have just stopped ringing you. Goodbye."
NO_ANSWER = "No answer."
NOT_SENT = "The customer could not be called just now."
WHY_NOT = {
    "busy": "The line is busy.",
    "rejected": "The call was declined.",
    "failed": "The number could not be reached.",
    "refused": "The number could not be called.",
}


def agent_accepts(offer: Offer, *, call: Call, now: datetime) -> Ncco:
    """The answer webhook of an agent's leg: they hear it ring, and the customer is called."""
    callback = Callback.objects.filter(entry=offer.entry_id, state__in=OPEN).first()
    if callback and offer.queue and not waits.is_open(offer.queue, now=now):
        offers.settle(offer, OfferState.RESCINDED, call=call, now=now)
        return ncco.speak([CLOSED], language=LANGUAGE)
    if callback and offers.accept(offer, call=call, now=now):
        _call_customer(callback, offer, call=call, now=now)
    is_theirs = offer.state == OfferState.ACCEPTED and call.agent_id == offer.agent_id
    if is_theirs and call.state == CallState.DIALING:
        words = FOR_AGENT.format(queue=offer.queue or "a caller")
        ring = ncco.wait(call.room_name(), music_url=outbox.ringback())
        return [ncco.talk(words, language=LANGUAGE), ring]
    if is_theirs and call.state == CallState.CONNECTED:
        return [ncco.join(call.room_name())]
    return ncco.speak([TAKEN], language=LANGUAGE)


def _call_customer(callback: Callback, offer: Offer, *, call: Call, now: datetime) -> None:
    for leg in _customer_legs(call).exclude(state=LegState.ENDED):
        offers.drop(leg, now=now)
    Callback.objects.filter(id=callback.id).update(state=Callback.State.CALLING)
    journal.record(
        call,
        "callback_dialled",
        at=now,
        data={"agent": offer.agent_id, "try": callback.tries + 1},
        agent_id=offer.agent_id,
        room=call.room + 1,
    )
    Leg.objects.filter(id=offer.leg_id).update(room=call.room_name())
    leg = Leg.objects.create(
        call=call,
        kind=LegKind.CUSTOMER,
        key=leg_key(call.key, call.legs.count()),
        # A room is known in its own region alone.
        region_url=call.legs.values_list("region_url", flat=True).get(id=offer.leg_id),
        room=call.room_name(),
        planned_at=now,
        news_at=now,
    )
    outbox.dial_number(
        leg,
        to=callback.number,
        from_number=call.our_number,
        ring_seconds=RING_SECONDS,
        now=now,
    )


def customer_answers(leg: Leg, *, call: Call, now: datetime) -> Ncco | None:
    """The answer webhook of a customer leg that we dialled; None: of one who has answered before.

    They have gone on since, like everybody on the line.
    """
    if leg.on_purpose or leg.state == LegState.ENDED or not _is_newest(leg, call):
        return ncco.speak([TOO_LATE], language=LANGUAGE)
    callback = Callback.objects.filter(call=call, state=Callback.State.CALLING)
    called = callback.select_related("entry").first()
    if called is None or call.state != CallState.DIALING:
        return None
    _connect(called, call=call, now=now)
    return [ncco.talk(FOR_CUSTOMER, language=LANGUAGE), ncco.join(call.room_name())]


def _connect(callback: Callback, *, call: Call, now: datetime) -> None:
    entry = callback.entry
    Callback.objects.filter(id=callback.id).update(
        state=Callback.State.REACHED, settled_at=now, last_result="answered"
    )
    QueueEntry.objects.filter(id=entry.id).update(retry_at=None, preferred_agent=None)
    waiting.close(entry, QueueEntry.Outcome.ANSWERED, at=now)
    taken = Offer.objects.filter(entry=entry, state=OfferState.ACCEPTED).order_by("-id").first()
    journal.record(
        call,
        "connected",
        at=now,
        actor=str(taken.agent) if taken else "",
        data={"offer": taken.id if taken else None, "agent": call.agent_id},
        state=CallState.CONNECTED,
        answered_at=call.answered_at or now,
        node=node_in_flow(call),
    )
    announce(agents=[call.agent_id], queues=[entry.queue_id])


def customer_ended(leg: Leg, *, call: Call, ended: str, now: datetime) -> bool:
    """A customer leg of this call has ended. True when that does not end the call."""
    callback = Callback.objects.filter(call=call).select_related("entry").first()
    if callback is None:
        return False
    if not _is_newest(leg, call):
        return True  # they have been called since
    if callback.entry.left_at or not callback.entry.is_virtual:
        return False
    if call.state == CallState.DIALING:
        # One that we have hung up ourselves is no try: its agent has left, or is about to.
        if not leg.on_purpose:
            _missed(callback, call=call, ended=ended, now=now)
    elif callback.tries == 0:
        QueueEntry.objects.filter(id=callback.entry_id).update(retry_at=now + BREATH)
    return True


def _missed(callback: Callback, *, call: Call, ended: str, now: datetime) -> None:
    """This try was in vain. The agent is told so, and the next one comes later, or none."""
    entry, queue = callback.entry, Queue.objects.get(entries=callback.entry_id)
    callback.tries += 1
    callback.state, callback.last_result = Callback.State.WAITING, ended[:12]
    callback.save(update_fields=["tries", "state", "last_result"])
    data = {"agent": call.agent_id, "try": callback.tries, "result": ended}
    retry_at = now + timedelta(seconds=queue.callback_retry_seconds)
    # The next try comes, however long the pause before it is.
    give_up_at = max(entry.give_up_at, kept_until(entry, now=retry_at))
    QueueEntry.objects.filter(id=entry.id).update(retry_at=retry_at, give_up_at=give_up_at)
    release(call, words=WHY_NOT.get(ended, NO_ANSWER), now=now)
    agent_id = call.agent_id
    journal.record(
        call, "callback_missed", at=now, data=data,
        state=CallState.AWAITING_CALLBACK, agent_id=None, hung_up_by="",
    )  # fmt: skip
    announce(agents=[agent_id], queues=[entry.queue_id])
    if callback.tries >= queue.callback_tries:
        end(callback, Callback.State.EXPIRED, call=call, now=now)


def agent_left(leg: Leg, offer: Offer, *, call: Call, is_lost: bool, now: datetime) -> bool:
    """The leg of an agent who took a callback has ended. True when no talk has come of it.

    While the customer was still being called they wait again, and it was no try.
    """
    callback = Callback.objects.filter(entry=offer.entry_id).select_related("entry").first()
    is_ringing = call.state == CallState.DIALING and call.agent_id == offer.agent_id
    if callback is None or (leg.room and not is_ringing):
        return False
    if leg.room:
        _withdraw(callback, call=call, now=now)
    if is_lost:
        agents.lose(agent_id=offer.agent_id, now=now)
    else:
        agents.wrap_up(agent_id=offer.agent_id, until=now, now=now)
    announce(agents=[offer.agent_id])
    return True


def _withdraw(callback: Callback, *, call: Call, now: datetime) -> None:
    """This try is none: they wait on, and are called before long."""
    for leg in _customer_legs(call).exclude(state=LegState.ENDED):
        offers.drop(leg, now=now)
    Callback.objects.filter(id=callback.id).update(state=Callback.State.WAITING)
    QueueEntry.objects.filter(id=callback.entry_id).update(retry_at=now + BREATH)
    agent_id = call.agent_id
    journal.record(
        call,
        "callback_withdrawn",
        at=now,
        data={"agent": agent_id},
        state=CallState.AWAITING_CALLBACK,
        agent_id=None,
        hung_up_by="",  # the agent has ended their part of it, nobody the call
    )
    announce(agents=[agent_id], queues=[callback.entry.queue_id])


def give_up_due(*, now: datetime) -> None:
    """Customers who have been called for long, and of whom we hear nothing: not reached."""
    dials = Instruction.objects.filter(_is_recent(now), call=OuterRef("id"), verb=Verb.DIAL)
    calling = Call.objects.filter(
        ~Exists(dials.filter(leg__kind=LegKind.CUSTOMER)),
        state=CallState.DIALING,
        callback__state=Callback.State.CALLING,
    )
    for call_id in calling.values_list("id", flat=True):
        due.guarded(partial(_give_up, call_id=call_id, now=now))


def _is_recent(now: datetime) -> Q:
    """A dial of which we may still hear, or that may still be sent."""
    since = now - NO_NEWS
    return Q(settled_at__gt=since) | Q(settled_at=None, leg__planned_at__gt=since)


@transaction.atomic(durable=True)
def _give_up(*, call_id: int, now: datetime) -> None:
    call = journal.locked(id=call_id, state=CallState.DIALING)
    calling = Callback.objects.filter(call=call_id, state=Callback.State.CALLING)
    callback = calling.select_related("entry").first()
    leg = _customer_legs(call).last() if call else None
    dial = Instruction.objects.filter(leg=leg, verb=Verb.DIAL)
    if call is None or callback is None or leg is None or dial.filter(_is_recent(now)).exists():
        return
    if not dial.filter(state__in=SENT).exists():
        release(call, words=NOT_SENT, now=now)
        _withdraw(callback, call=call, now=now)
        return
    offers.drop(leg, now=now)
    Leg.objects.filter(id=leg.id, uuid=None).exclude(state=LegState.ENDED).update(
        state=LegState.ENDED, ended_at=now, ended_as="unknown"
    )
    _missed(callback, call=call, ended="timeout", now=now)


def _customer_legs(call: Call) -> QuerySet[Leg]:
    return call.legs.filter(kind=LegKind.CUSTOMER).order_by("id")


def _is_newest(leg: Leg, call: Call) -> bool:
    newest = _customer_legs(call).last()
    return newest is not None and newest.id == leg.id
