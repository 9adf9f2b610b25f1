"""The log of a call. Its row changes here and nowhere else."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model

from calls.models import Call, CallEvent
from contactcenter.prepared import Prepared, given

M = TypeVar("M", bound=Model)
LARGEST_ID = 2**63 - 1


class ConcurrentChange(Exception):
    """Somebody else changed the call in between; the transaction must begin again."""


def locked(**known_by: Any) -> Call | None:
    """The call, held against other writers until the end of the transaction."""
    known = {name: value for name, value in known_by.items() if value is not None}
    if any(isinstance(value, int) and abs(value) > LARGEST_ID for value in known.values()):
        return None  # SQLite cannot even be asked for it
    found = _holding(tuple(known), tuple(known_by.keys() - known)).objects(Call, **known)
    return found[0] if found else None


def rows_of(call: Call, query: Prepared, model: type[M]) -> list[M]:
    """What a query of rows of the given `call` finds; each has this very call at hand."""
    found = query.objects(model, call=call.id)
    for one in found:
        setattr(one, "call", call)  # noqa: B010 - models of many kinds
    return found


@cache
def _holding(known_by: tuple[str, ...], empty: tuple[str, ...]) -> Prepared:
    """The newest call with values to be given, and with none where it has to be empty."""
    values = {name: given(name) for name in known_by} | dict.fromkeys(empty)
    return Prepared(lambda: Call.objects.select_for_update().filter(**values).order_by("-id")[:1])


def begin(call: Call, *events: tuple[str, dict[str, Any]], at: datetime) -> Call:
    """Write a new call together with its first events: (type, changed columns) each."""
    for _, changes in events:
        for name, value in changes.items():
            setattr(call, name, value)
    call.version = len(events)
    call.save(force_insert=True)
    CallEvent.objects.bulk_create(
        CallEvent(call=call, version=version, type=kind, at=at, changes=_stored_all(changes))
        for version, (kind, changes) in enumerate(events, 1)
    )
    return call


def record(
    call: Call,
    kind: str,
    *,
    at: datetime,
    actor: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Append the next event to a locked call, and change its row by `changes`.

    `changes` are columns of `folding.FOLDED`, foreign keys as `queue_id`. The version only ever
    grows by one: a writer who saw an older version raises ConcurrentChange and changes nothing.
    """
    event = _next(call, kind, at=at, changes=changes)
    event.actor, event.reason, event.data = actor, reason, data or {}
    event.save(force_insert=True)


def record_each(
    calls: Iterable[tuple[Call, dict[str, Any]]],
    kind: str,
    *,
    at: datetime,
    actor: str = "",
    **changes: Any,
) -> None:
    """The same as `record` for many calls, each with its own data. A call may be there twice."""
    events = []
    for call, data in calls:
        event = _next(call, kind, at=at, changes=changes)
        event.actor, event.data = actor, data
        events.append(event)
    CallEvent.objects.bulk_create(events)


def _next(call: Call, kind: str, *, at: datetime, changes: dict[str, Any]) -> CallEvent:
    """Change the call's row; returns the event that says so, not written yet."""
    version = call.version + 1
    move = _move(tuple(changes))
    if not move.update(call=call.id, seen=call.version, version=version, **changes):
        raise ConcurrentChange(call.key)
    call.version = version
    for name, value in changes.items():
        setattr(call, name, value)
    return CallEvent(call=call, version=version, type=kind, at=at, changes=_stored_all(changes))


@cache
def _move(names: tuple[str, ...]) -> Prepared:
    """The update of a call's version and of these columns, if it still has the version seen."""
    changes = {name: given(name) for name in (*names, "version")}
    return Prepared(lambda: Call.objects.filter(id=given("call"), version=given("seen")), **changes)


def _stored_all(changes: dict[str, Any]) -> dict[str, Any]:
    """As JSON keeps it, without losing the microseconds that the row has."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in changes.items()
    }
