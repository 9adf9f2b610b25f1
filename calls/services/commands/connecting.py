"""Offering a waiting call to one agent at once, whoever is next."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from calls.errors import NotOffered
from calls.models import Call, Command, Offer, QueueEntry, waits
from calls.services import due, journal, offers, reaching
from calls.services.commands.rows import Refusal, keep, settle
from calls.states import CallState

CONNECT = "connect"
PATIENCE = timedelta(seconds=5)
GONE, BUSY, LATE = "call_gone", "agent_busy", "rate_limited"


def connect(*, call_id: int, agent_id: int, user_id: int, actor: str, now: datetime) -> str:
    """Offer a waiting call to this agent, whoever is next. Returns the key of the command.

    It is tried at once, and again by the router for 5 s where only a set-up token is missing.
    """
    command = _ask(call_id=call_id, agent_id=agent_id, user_id=user_id, actor=actor, now=now)
    if command.state == Command.State.PENDING:
        _attempt(command, now=now)
    return command.key


@transaction.atomic(durable=True)
def _ask(*, call_id: int, agent_id: int, user_id: int, actor: str, now: datetime) -> Command:
    call = Call.objects.select_for_update().get(id=call_id)
    has_rival = call.commands.filter(kind=CONNECT, state=Command.State.PENDING).exists()
    body = {"agent": agent_id, "actor": actor}
    command = keep(
        call, CONNECT, user_id=user_id, agent_id=None, body=body, patience=PATIENCE, now=now
    )
    if call.state != CallState.ENDED:
        journal.record(call, "connect_asked", at=now, actor=actor, data={"agent": agent_id})
    if has_rival:
        rival = "Somebody is connecting this caller already."
        _settle(command, call=call, refusal=(GONE, rival), now=now)
    return command


def retry(*, now: datetime) -> None:
    """Try what is pending once more, and give up what is overdue."""
    for command in Command.objects.filter(state=Command.State.PENDING, kind=CONNECT):
        due.guarded(partial(_attempt, command, now=now))


def _attempt(command: Command, *, now: datetime) -> None:
    """Make the offer, or find out what stands in its way. A missing set-up token only delays it."""
    agent_id, actor = command.body["agent"], command.body["actor"]
    rung = Offer.objects.filter(call=command.call_id, agent=agent_id)
    if rung.filter(offered_at__gte=command.asked_at).exists():
        finish(command_id=command.id, refusal=None, now=now)  # made by whoever tried last
        return
    entry = QueueEntry.objects.filter(call=command.call_id, left_at=None).first()
    refusal = _refusal(command, entry, now=now)
    if entry is None or refusal:
        finish(command_id=command.id, refusal=refusal, now=now)
        return
    try:
        offer = offers.offer_call(entry_id=entry.id, agent_id=agent_id, actor=actor, now=now)
    except NotOffered:
        return
    offers.explain(offer_id=offer.id, explanation={"rule": "connected by", "actor": actor})
    finish(command_id=command.id, refusal=None, now=now)


def _refusal(command: Command, entry: QueueEntry | None, *, now: datetime) -> Refusal | None:
    if words := _why_not_call(Call.objects.get(id=command.call_id), entry, now=now):
        return GONE, words
    if words := reaching.why_not(command.body["agent"], now=now):
        return BUSY, words
    if now >= command.give_up_at:
        return LATE, "No call could be set up in time, for there were too many; please try again."
    return None


def _why_not_call(call: Call, entry: QueueEntry | None, *, now: datetime) -> str:
    """Why the caller can be connected to nobody just now; "" if they can."""
    if call.state == CallState.ENDED or call.hung_up_by:
        return "The caller has hung up."
    if entry is None:
        return "This caller does not wait any more."
    if entry.paused_at:
        return "This caller is answering a question just now; please try again in a moment."
    if call.state not in {CallState.QUEUED, CallState.AWAITING_CALLBACK}:
        return "This caller's call rings at somebody already."
    if entry.is_virtual and entry.queue and not waits.is_open(entry.queue, now=now):
        return "The queue is closed; nobody is called back before it opens."
    return ""


@transaction.atomic(durable=True)
def finish(*, command_id: int, refusal: Refusal | None, now: datetime) -> None:
    """The command is done, or refused for good."""
    command = Command.objects.get(id=command_id)
    call = Call.objects.select_for_update().get(id=command.call_id)
    _settle(command, call=call, refusal=refusal, now=now)


def _settle(command: Command, *, call: Call, refusal: Refusal | None, now: datetime) -> None:
    """Settle a pending command of a locked call, once; a refusal is told in the call's log."""
    if settle(command, refusal, now=now) and refusal and call.state != CallState.ENDED:
        data = {"agent": command.body["agent"]}
        actor = command.body["actor"]
        journal.record(call, "connect_refused", at=now, actor=actor, reason=refusal[0], data=data)
