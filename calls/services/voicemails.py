"""Messages: recorded by Vonage, fetched by the outbox, worked off by agents.

`claim`, `release` and `finish` are whole services; `settle_overdue` runs one for each message. The
others run inside a service that holds the call.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from calls.broadcast import announce
from calls.errors import NoSuchVoicemail, VoicemailTaken
from calls.models import Call, QueueEntry, Voicemail
from calls.services import due, journal, outbox, waiting
from calls.services.keys import voicemail_key
from calls.services.news import time_of
from calls.states import CallOutcome, CallState, LegKind
from contactcenter.vonage import hosts
from ivr import ncco
from ivr.ncco import Ncco

logger = logging.getLogger(__name__)
State = Voicemail.State
NODE = "@voicemail"
LONGEST, SILENCE = 180, 5  # seconds
SHORTEST = timedelta(seconds=1)  # of a message in which something was said
PATIENCE = timedelta(seconds=60)  # after the end of the call, for Vonage's word of the recording
LANGUAGE = "en-GB"

SPEAK = "Please leave a message after the tone. Press hash to end."
THANKS = "Thank you. Goodbye."


def begin(call: Call, *, queue_id: int | None, words: Sequence[str], now: datetime) -> Ncco:
    """Close the wait, if there is one, and record a message for the queue."""
    entry = QueueEntry.objects.filter(call=call, left_at=None).first()
    if entry:
        waiting.close(entry, QueueEntry.Outcome.VOICEMAIL, at=now)
    voicemail = Voicemail.objects.create(
        call=call,
        queue_id=queue_id,
        key=voicemail_key(call.key, call.voicemails.count()),
        number=call.customer_number,
        began_at=now,
    )
    journal.record(
        call,
        "voicemail",
        at=now,
        data={"voicemail": voicemail.id, "queue": queue_id},
        state=CallState.VOICEMAIL,
        queue_id=queue_id,
        node=NODE,
        step=call.step + 1,
    )
    return _ncco(voicemail, words)


def current_ncco(call: Call) -> Ncco:
    """What the leg of a caller who leaves a message should run; changes nothing."""
    voicemail = call.voicemails.filter(state=State.RECORDING, recording_url="").last()
    return _ncco(voicemail, ()) if voicemail else ncco.speak([THANKS], language=LANGUAGE)


def _ncco(voicemail: Voicemail, words: Sequence[str]) -> Ncco:
    url = outbox.url(f"/webhooks/record/{voicemail.key}")
    return [
        *ncco.speak([*words, SPEAK], language=LANGUAGE),
        ncco.record(longest=LONGEST, silence=SILENCE, url=url),
        *ncco.speak([THANKS], language=LANGUAGE),
    ]


def recorded(key: str, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Vonage says that the message with this key is there to be fetched.

    Nothing is kept of whoever was erased meanwhile.
    """
    call = journal.locked(voicemails__key=key)
    voicemail = Voicemail.objects.filter(key=key, recording_url="").first()
    if call is None or voicemail is None or voicemail.state not in {State.RECORDING, State.EMPTY}:
        return
    if call.customer and call.customer.erased_at:
        return
    length = _length(payload, now=now)
    if length is not None and length < SHORTEST:
        return  # as if it had not been recorded
    voicemail.duration = None if length is None else round(length.total_seconds())
    if voicemail.state == State.EMPTY:
        _count(voicemail, as_outcome=CallOutcome.VOICEMAIL, call=call, now=now)
        voicemail.state = State.NEW  # we had given it up
    _fetch(voicemail, payload["recording_url"], call=call, now=now)
    voicemail.save(update_fields=["duration", "recording_url", "state"])
    announce(queues=[voicemail.queue_id])


def _length(payload: Mapping[str, Any], *, now: datetime) -> timedelta | None:
    if payload.get("size") in {0, "0"}:
        return timedelta(0)
    began, ended = (time_of(payload.get(name), now=now) for name in ("start_time", "end_time"))
    return ended - began if began and ended and ended >= began else None


def _fetch(voicemail: Voicemail, url: str, *, call: Call, now: datetime) -> None:
    """Have the sound fetched. Our token goes to Vonage alone: else there is work without sound."""
    leg = call.legs.filter(kind=LegKind.CUSTOMER).last()
    is_safe = len(url) <= 300 and hosts.is_allowed(url, settings.VONAGE_API_URL)
    if leg is None or not is_safe:
        logger.error("the sound of message %s is not at Vonage: not fetched", voicemail.id)
        voicemail.state = State.NEW
        return
    voicemail.recording_url = url
    outbox.fetch(leg, url=url, voicemail_id=voicemail.id, now=now)


def keep(voicemail_id: int, content: bytes, *, now: datetime) -> None:
    """The sound of a message has come; it is work from now on, if it was not yet."""
    voicemail = Voicemail.objects.get(id=voicemail_id)
    # Without its address: whoever left it was erased while it was fetched.
    if voicemail.audio or not voicemail.recording_url or not content:
        return
    voicemail.audio.save(f"{voicemail.key}.mp3", ContentFile(content), save=False)
    voicemail.recorded_at = now
    voicemail.save(update_fields=["audio", "recorded_at"])
    Voicemail.objects.filter(id=voicemail_id, state=State.RECORDING).update(state=State.NEW)
    announce(queues=[voicemail.queue_id])


def settle_overdue(*, now: datetime) -> None:
    """Messages of callers who have gone: without a recording empty, without its sound work."""
    waited = Voicemail.objects.filter(
        state=State.RECORDING, call__state=CallState.ENDED, call__ended_at__lte=now - PATIENCE
    )
    for voicemail_id in waited.values_list("id", flat=True):
        due.guarded(partial(_settle, voicemail_id=voicemail_id, now=now))


@transaction.atomic(durable=True)
def _settle(*, voicemail_id: int, now: datetime) -> None:
    call = journal.locked(voicemails=voicemail_id)
    voicemail = Voicemail.objects.filter(id=voicemail_id, state=State.RECORDING).first()
    if call is None or voicemail is None:
        return
    is_empty = not voicemail.recording_url
    if is_empty:
        had_waited = call.entries.filter(outcome=QueueEntry.Outcome.VOICEMAIL).exists()
        outcome = CallOutcome.ABANDONED if had_waited else CallOutcome.OVERFLOWED
        _count(voicemail, as_outcome=outcome, call=call, now=now)
    Voicemail.objects.filter(id=voicemail_id).update(state=State.EMPTY if is_empty else State.NEW)
    announce(queues=[voicemail.queue_id])


def _count(voicemail: Voicemail, *, as_outcome: CallOutcome, call: Call, now: datetime) -> None:
    """The wait that ended in the message, and the call, count as something else after all.

    Who said nothing has abandoned their wait. Who had none was sent on, like all whom we do not
    let in. Who has talked to an agent before was answered, whatever they said later.
    """
    waits = call.entries.filter(queue=voicemail.queue_id, left_at=voicemail.began_at)
    waits.update(outcome=as_outcome)
    if call.answered_at:
        return
    reason = "said" if as_outcome == CallOutcome.VOICEMAIL else "not_said"
    data = {"voicemail": voicemail.id}
    journal.record(call, "recounted", at=now, reason=reason, data=data, outcome=as_outcome)


@transaction.atomic(durable=True)
def claim(*, voicemail_id: int, agent_id: int, now: datetime) -> None:
    """The agent looks after this message, and nobody else."""
    voicemail = _held(voicemail_id, agent_id)
    if voicemail.state == State.DONE:
        raise VoicemailTaken("This message is done already.")
    _write(voicemail, state=State.CLAIMED, agent_id=agent_id)


@transaction.atomic(durable=True)
def release(*, voicemail_id: int, agent_id: int, now: datetime) -> None:
    """The agent gives the message back to their colleagues."""
    voicemail = _held(voicemail_id, agent_id)
    if voicemail.state == State.CLAIMED:
        _write(voicemail, state=State.NEW, agent_id=None)


@transaction.atomic(durable=True)
def finish(*, voicemail_id: int, agent_id: int | None, now: datetime) -> None:
    """The agent has done what the message asks for; None: a supervisor, and no agent has it."""
    voicemail = _held(voicemail_id, agent_id)
    if voicemail.state != State.DONE:
        _write(voicemail, state=State.DONE, agent_id=agent_id, settled_at=now)


def _held(voicemail_id: int, agent_id: int | None) -> Voicemail:
    """A message of the agent's queues that no colleague has, held until the end of the service."""
    voicemail = (
        Voicemail.objects.select_for_update(of=("self",))
        .filter(id=voicemail_id, state__in=[State.NEW, State.CLAIMED, State.DONE])
        .select_related("agent")
        .first()
    )
    if voicemail is None or not _may(voicemail, agent_id):
        raise NoSuchVoicemail("There is no such message of your queues.")
    if voicemail.agent and voicemail.agent_id != agent_id:
        did = "has done" if voicemail.state == State.DONE else "is looking after"
        raise VoicemailTaken(f"{voicemail.agent} {did} this message already.")
    return voicemail


def _may(voicemail: Voicemail, agent_id: int | None) -> bool:
    if agent_id is None:
        return voicemail.agent_id is None or voicemail.queue_id is None
    return Voicemail.may_be_kept_by(agent_id).filter(id=voicemail.id).exists()


def _write(voicemail: Voicemail, **changes: Any) -> None:
    Voicemail.objects.filter(id=voicemail.id).update(**changes)
    announce(queues=[voicemail.queue_id])
