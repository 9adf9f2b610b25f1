"""What is due or overdue: the router's deadlines."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from agents.models import Agent
from agents.states import State
from calls.models import (
    Call,
    Command,
    Instruction,
    Invitation,
    Offer,
    Queue,
    QueueEntry,
    Supervision,
    Voicemail,
)
from calls.selectors.floor import entries_to_offer
from calls.states import CallState, OfferState
from contactcenter.prepared import Checks, Prepared, given

SILENCE = timedelta(seconds=5)  # past the ring time, before we believe that no news will come


class Due(StrEnum):
    """Kinds of deadlines."""

    UNATTENDED_OFFERS = "unattended offers"
    WRAP_UPS = "wrap-ups"
    CONSOLES = "consoles"
    OFFERS = "offers"
    WAITS = "waits"
    ANNOUNCEMENTS = "announcements"
    CHOICES = "choices"
    DIALLING = "dialling"
    INVITATIONS = "invitations"
    MESSAGES = "messages"
    COMMANDS = "commands"
    CLAIMS = "claims"
    SUPERVISIONS = "supervisions"
    NAMELESS = "legs without a uuid"


def _overdue_offers(now: datetime) -> QuerySet[Offer]:
    silent = Q(ring_until__lt=now - SILENCE) | Q(dialled_at=None, offered_at__lt=now - 4 * SILENCE)
    return Offer.objects.filter(silent, state=OfferState.PENDING)


def _unattended_offers(now: datetime) -> QuerySet[Offer]:
    return Offer.objects.filter(state=OfferState.PENDING, agent__console_until__lte=now)


def _overdue_entries(now: datetime) -> QuerySet[QueueEntry]:
    waits = Q(call__state=CallState.QUEUED) | Q(call__state=CallState.AWAITING_CALLBACK)
    return QueueEntry.objects.filter(waits, left_at=None, give_up_at__lte=now)


NOW = given("now")
WAITING = QueueEntry.objects.filter(left_at=None)
# What there is to look after. Whether its time has really come, and what then, its service knows:
# here may be more than that, and never less.
CHECKS = Checks(
    {
        Due.UNATTENDED_OFFERS: lambda: _unattended_offers(NOW),
        Due.WRAP_UPS: lambda: Agent.objects.filter(wrap_up_until__lte=NOW),
        Due.CONSOLES: lambda: Agent.objects.filter(
            console_until__lte=NOW, states__state=State.AVAILABLE, states__ended_at=None
        ),
        Due.OFFERS: lambda: _overdue_offers(NOW),
        Due.WAITS: lambda: _overdue_entries(NOW),
        Due.ANNOUNCEMENTS: lambda: WAITING.filter(announce_at__lte=NOW),
        Due.CHOICES: lambda: WAITING.filter(choices_at__lte=NOW),
        Due.DIALLING: lambda: Call.objects.filter(state=CallState.DIALING),
        Due.INVITATIONS: lambda: Invitation.objects.filter(
            state=Invitation.State.RINGING, ring_until__lte=NOW
        ),
        Due.MESSAGES: lambda: Voicemail.objects.filter(state=Voicemail.State.RECORDING),
        # One that offers a call to an agent is tried again in every round.
        Due.COMMANDS: lambda: Command.objects.filter(
            Q(give_up_at__lte=NOW) | Q(kind="connect"), state=Command.State.PENDING
        ),
        Due.CLAIMS: lambda: Instruction.objects.filter(
            state=Instruction.State.CLAIMED, claimed_until__lte=NOW
        ),
        Due.SUPERVISIONS: lambda: Supervision.objects.filter(state=Supervision.State.RINGING),
        Due.NAMELESS: lambda: Instruction.objects.filter(
            state=Instruction.State.WAITING, leg__uuid=None
        ).exclude(verb=Instruction.Verb.DIAL),
    }
)
CALLBACKS = Prepared(
    lambda: (
        entries_to_offer(now=NOW)
        .filter(is_virtual=True)
        .exclude(queue=None)
        .order_by()
        .values_list("id", "queue")
    )
)


def due(*, now: datetime) -> frozenset[str]:
    """The kinds of deadlines of which one may have come; a single look at the tables."""
    return CHECKS.found(now=now)


def callbacks_due(*, now: datetime) -> dict[int, Queue]:
    """Entries of callers who wait to be called back, and their queue, which must be open for it."""
    found = CALLBACKS.rows(now=now)
    queues = Queue.objects.in_bulk({queue_id for _, queue_id in found}) if found else {}
    return {entry_id: queues[queue_id] for entry_id, queue_id in found}


def overdue_offers(*, now: datetime) -> list[int]:
    """Pending offers of which no news came in time, or whose dial was never sent."""
    return list(_overdue_offers(now).values_list("id", flat=True))


def unattended_offers(*, now: datetime) -> list[int]:
    """Pending offers that ring at a console which has gone."""
    return list(_unattended_offers(now).values_list("id", flat=True))


def overdue_entries(*, now: datetime) -> list[int]:
    """Waits that have lasted too long; one that is being offered waits for the outcome."""
    return list(_overdue_entries(now).values_list("id", flat=True))
