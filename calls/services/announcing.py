"""What callers hear of their wait: position, estimated wait, comfort; into the leg, by TALK."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from calls import estimates
from calls.models import Call, Queue, QueueEntry, waits
from calls.services import due, journal, outbox, waiting
from calls.services.entries import after
from calls.states import CallState
from ivr import selectors

AT_ONCE = 10  # announcements of one round, so that it is short; the others follow in the next


@dataclass(frozen=True, slots=True)
class Line:
    """A queue as it stands now, looked at once for everybody who waits in it."""

    places: list[tuple[float, int]]
    seconds_each: float | None  # until the line moves up by one
    error: estimates.Error | None

    def position(self, entry: QueueEntry) -> int:
        own = waits.order_key(entry.enqueued_at, entry.priority), entry.id
        return estimates.place(own, self.places)

    def wait(self, position: int) -> float | None:
        """The estimate for this position, where recent ones came true."""
        if self.seconds_each is None:
            return None
        seconds = position * self.seconds_each
        return seconds if estimates.may_be_told(seconds, self.error) else None


def _line(queue_id: int, *, now: datetime) -> Line:
    places = waits.places(queue_id=queue_id, now=now)
    if not Queue.objects.filter(id=queue_id, announces_wait=True).exists():
        return Line(places, seconds_each=None, error=None)
    seconds_each = waits.estimate(queue_id=queue_id, position=1)
    return Line(places, seconds_each, waits.error(queue_id=queue_id))


def announce_due(*, now: datetime) -> None:
    """Make every announcement that is due.

    Nothing is said to those who are out of the room, or for whom an agent is rung: later then.
    """
    lines: dict[int, Line] = {}
    for entry_id, queue_id in _due(now=now):
        if queue_id not in lines:
            lines[queue_id] = _line(queue_id, now=now)
        due.guarded(partial(_announce, entry_id, lines[queue_id], now=now))


def _due(*, now: datetime) -> list[tuple[int, int]]:
    told = QueueEntry.objects.filter(
        left_at=None, announce_at__lte=now, paused_at=None, is_virtual=False, queue__isnull=False
    ).filter(call__state=CallState.QUEUED)
    return list(told.order_by("announce_at").values_list("id", "queue_id")[:AT_ONCE])


@transaction.atomic(durable=True)
def _announce(entry_id: int, line: Line, *, now: datetime) -> None:
    call = journal.locked(entries=entry_id, entries__left_at=None, state=CallState.QUEUED)
    entry = QueueEntry.objects.filter(id=entry_id, announce_at__lte=now, paused_at=None).first()
    customer = waiting.customer_leg(call) if call else None
    if call is None or entry is None or entry.queue is None or customer is None:
        return
    told = _position(entry, entry.queue, line)
    language = _language(call)
    words = " ".join(_sentences(entry, entry.queue, line, told, language))
    if words:
        outbox.talk(customer, words, language=language, now=now)
    _keep(call, entry, told, now=now)
    QueueEntry.objects.filter(id=entry.id).update(
        announcements=entry.announcements + 1,
        announce_at=after(entry.queue.announce_every_seconds, now=now),
    )


def _language(call: Call) -> str:
    version_id = call.flow_version_id
    return selectors.language_of(version_id=version_id) if version_id else selectors.ENGLISH


def _position(entry: QueueEntry, queue: Queue, line: Line) -> int | None:
    """The position to tell, never worse than the best one told; None: none is told."""
    if not queue.announces_position:
        return entry.announced_position
    position = line.position(entry)
    return min(position, entry.announced_position or position)


def _sentences(
    entry: QueueEntry, queue: Queue, line: Line, told: int | None, language: str
) -> Iterator[str]:
    """Position and wait are our own sentences, in English; comfort is what the queue has set."""
    is_ours = language.startswith("en")
    if is_ours and queue.announces_position and told:
        yield estimates.position_words(told)
    if is_ours and queue.announces_wait:
        seconds = line.wait(told or line.position(entry))
        if seconds is not None:
            yield estimates.wait_words(seconds)
    if comfort := estimates.comfort(queue.comfort_messages, entry.announcements):
        yield comfort


def _keep(call: Call, entry: QueueEntry, told: int | None, *, now: datetime) -> None:
    """Write down a better position than the last one."""
    if told == entry.announced_position:
        return
    QueueEntry.objects.filter(id=entry.id).update(announced_position=told)
    journal.record(call, "announced_position", at=now, data={"entry": entry.id, "position": told})
