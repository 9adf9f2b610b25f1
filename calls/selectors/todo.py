"""What waits to be done: messages, callbacks, outcomes that are missing."""

from datetime import datetime
from typing import Any

from django.core.files import File
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.urls import reverse

from agents.models import Agent, User
from calls.errors import NoSuchVoicemail
from calls.models import Callback, Offer, Voicemail
from calls.selectors.called_back import kinds_of
from calls.selectors.outcomes import missing_outcomes
from calls.selectors.queues import queues_of

OPEN_MESSAGES = (Voicemail.State.NEW, Voicemail.State.CLAIMED)
OPEN_CALLBACKS = (Callback.State.WAITING, Callback.State.CALLING)
MOST = 200  # of each kind; the oldest come first

Row = dict[str, Any]


def todo(user: User, *, now: datetime) -> dict[str, list[Row]]:
    """The open messages and callbacks of the queues this user may see, and an agent's own calls
    that lack an outcome."""
    queues = queues_of(user)
    callbacks = Callback.objects.filter(entry__queue__in=queues, state__in=OPEN_CALLBACKS)
    messages = voicemails_of(user).filter(state__in=OPEN_MESSAGES)
    return {
        "voicemails": [voicemail_row(one, user) for one in _oldest(messages, user)],
        "callbacks": [
            _callback_row(one) for one in callbacks.select_related("entry__queue")[:MOST]
        ],
        "outcomes": _outcome_rows(_lacking(user, now=now)),
    }


def _oldest(messages: QuerySet[Voicemail], user: User) -> list[Voicemail]:
    """The user's own are among them, however many there are."""
    is_own = Case(When(agent__user=user, then=0), default=1)
    found = messages.order_by(is_own, "began_at")[:MOST]
    return sorted(found, key=lambda one: (one.began_at, one.id))


def voicemails_of(user: User) -> QuerySet[Voicemail]:
    """Messages for the queues this user may see, and those they claimed. Those for no queue are
    for every agent and supervisor."""
    seen = Q(queue__in=queues_of(user)) | Q(agent__user=user)
    agent_id = Agent.objects.filter(user=user).values_list("id", flat=True).first()
    if user.is_superuser or user.teams.exists() or agent_id:
        seen |= Q(queue=None)
    may = Voicemail.may_be_kept_by(agent_id) if agent_id else Voicemail.objects.none()
    found = Voicemail.objects.filter(seen).annotate(claimable=Exists(may.filter(id=OuterRef("id"))))
    return found.select_related("queue", "agent__user")


def voicemail_of(user: User, *, voicemail_id: int) -> Voicemail:
    """One message that this user may hear, or NoSuchVoicemail."""
    found = voicemails_of(user).filter(id=voicemail_id).first()
    if found is None:
        raise NoSuchVoicemail("There is no such message.")
    return found


def sound_of(user: User, *, voicemail_id: int) -> File:
    """The sound of a message that this user may hear, opened; or NoSuchVoicemail."""
    sound = voicemail_of(user, voicemail_id=voicemail_id).audio
    if not sound.name or not sound.storage.exists(sound.name):
        raise NoSuchVoicemail("The sound of this message is not there.")
    return sound.open("rb")


def voicemail_row(message: Voicemail, user: User) -> Row:
    agent = message.agent
    return {
        "id": message.id,
        "call": message.call_id,
        "queue": message.queue.name if message.queue else None,
        "number": message.number,
        "began_at": message.began_at,
        "duration": message.duration,
        "state": message.state,
        "claimed_by": str(agent) if agent else None,
        "mine": agent is not None and agent.user_id == user.id,
        "claimable": message.claimable,  # type: ignore[attr-defined]
        "audio": reverse("voicemail-audio", args=[message.id]) if message.audio else None,
    }


def _callback_row(callback: Callback) -> Row:
    queue = callback.entry.queue
    return {
        "id": callback.id,
        "call": callback.call_id,
        "queue": queue.name if queue else None,
        "number": callback.number,
        "asked_at": callback.asked_at,
        "enqueued_at": callback.entry.enqueued_at,
        "tries": callback.tries,
        "max_tries": queue.callback_tries if queue else 1,
        "state": callback.state,
        "retry_at": callback.entry.retry_at,
    }


def _lacking(user: User, *, now: datetime) -> list[Offer]:
    """An agent's own; nobody else has any."""
    ids = list(Agent.objects.filter(user=user).values_list("id", flat=True))
    found = missing_outcomes(ids, now=now) if ids else {}
    return [offer for offers in found.values() for offer in offers]


def _outcome_rows(offers: list[Offer]) -> list[Row]:
    kinds = kinds_of(offers)
    return [_outcome_row(offer, number=kinds[offer.id]["number"]) for offer in offers]


def _outcome_row(offer: Offer, *, number: str | None) -> Row:
    call = offer.call
    return {
        "call": call.id,
        "queue": offer.queue.name if offer.queue else None,
        "number": number or call.customer_number,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at or offer.leg.ended_at,
    }
