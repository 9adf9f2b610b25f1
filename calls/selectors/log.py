"""What the log of a call says of its row."""

from typing import Any

from calls.folding import FOLDED, fold
from calls.models import Call, CallEvent


def rebuild(call: Call) -> dict[str, Any]:
    """The folded columns of the call, made again from its events alone, up to its version."""
    known = CallEvent.objects.filter(call=call, version__lte=call.version)  # it may have gone on
    events = known.order_by("version")
    row = fold((event.version, event.changes) for event in events)
    columns: dict[str, Any] = {name: Call._meta.get_field(name) for name in FOLDED}
    blank = {name: column.get_default() for name, column in columns.items()}
    return {name: column.to_python((blank | row)[name]) for name, column in columns.items()}
