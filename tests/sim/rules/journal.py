"""The log of a call; `calls.services.journal`."""

from typing import Any

from tests.sim.rules.centre import Centre
from tests.sim.rules.rows import Call


def record(centre: Centre, call: Call, kind: str, **changes: Any) -> None:
    """Append the next event and change the row by what it carries."""
    version = call.row["version"] + 1
    call.log.append((version, kind, centre.now, changes))
    call.row |= changes
    call.row["version"] = version
    centre.touched[call] = None
    centre.show(call)
