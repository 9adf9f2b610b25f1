"""The log of a call. Its row changes here and nowhere else."""

from datetime import datetime
from typing import Any

from calls.folding import FOLDED, fold
from calls.models import Call, CallEvent


class ConcurrentChange(Exception):
    """Somebody else changed the call in between; the transaction must begin again."""


def locked(**known_by: Any) -> Call | None:
    """The call, held against other writers until the end of the transaction."""
    return Call.objects.select_for_update().filter(**known_by).first()


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

    `changes` are columns of `FOLDED`, foreign keys as `queue_id`. The version only ever grows by
    one: a writer who saw an older version raises ConcurrentChange and changes nothing.
    """
    version = call.version + 1
    moved = Call.objects.filter(id=call.id, version=call.version).update(version=version, **changes)
    if not moved:
        raise ConcurrentChange(call.key)
    CallEvent.objects.create(
        call=call,
        version=version,
        type=kind,
        at=at,
        actor=actor,
        reason=reason,
        data=data or {},
        changes=_stored_all(changes),
    )
    call.version = version
    for name, value in changes.items():
        setattr(call, name, value)


def rebuild(call: Call) -> dict[str, Any]:
    """The folded columns of the call, made again from its events alone."""
    events = CallEvent.objects.filter(call=call).order_by("version")
    row = fold((event.version, event.changes) for event in events)
    columns: dict[str, Any] = {name: Call._meta.get_field(name) for name in FOLDED}
    blank = {name: column.get_default() for name, column in columns.items()}
    return {name: column.to_python((blank | row)[name]) for name, column in columns.items()}


def _stored_all(changes: dict[str, Any]) -> dict[str, Any]:
    """As JSON keeps it, without losing the microseconds that the row has."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in changes.items()
    }
