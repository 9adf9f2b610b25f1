"""What open floors are told, worked out once for all that see the same."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from calls import floor_alerts
from calls.broadcast import Hint
from calls.floor_alerts import Memory
from calls.selectors import board
from calls.selectors.board import Changes, Floor, Reading, Scopes, View, Viewer, Wall


@dataclass(frozen=True, slots=True)
class Known:
    """The floor as all screens were last told of it."""

    reading: Reading
    floor: Floor
    scopes: Scopes
    alerts: Memory = field(default_factory=dict)

    def view_of(self, who: Viewer | Wall) -> View:
        if isinstance(who, Wall):
            return View(self.scopes.of(who.team_ids))
        return board.view_of(self.scopes.of_viewer(who), who.asker, self.floor)


def known_after(
    old: Known | None, *, hint: Hint | None, is_look: bool, is_ahead: bool, now: datetime
) -> Known:
    """The floor now: all of it at a look, else what the hint names; `is_ahead`: who is next."""
    if old is None or is_look:
        reading = board.read(now=now)
        scopes = Scopes(reading, old.scopes if old else None)
    else:
        reading, scopes = old.reading, old.scopes
        if hint:
            reading = board.reread(reading, agents=hint.agents, queues=hint.queues, now=now)
        if is_ahead:
            reading = board.look_ahead(reading, now=now)
    floor = board.floor_of(reading, now=now)
    found = floor_alerts.holding(floor.queues.values(), floor.agents.values(), now=now)
    alerts = floor_alerts.watch(old.alerts if old else {}, found, now=now)
    return Known(reading, floor, scopes, alerts)


def deltas(old: Known, new: Known, views: Collection[View]) -> tuple[Changes, dict[View, str]]:
    """What is different, and for each view that shows some of it the changes as JSON."""
    changes = board.changes(old.floor, new.floor)
    before, after = (floor_alerts.raised(one.alerts) for one in (old, new))
    found = {}
    for view in views:
        told = board.delta(view, old.floor, new.floor, changes) if changes else {}
        alerts = board.alert_rows(view, after)
        if alerts != board.alert_rows(view, before):
            told["alerts"] = alerts
        totals = board.totals(view.scope, new.floor)
        if totals != board.totals(view.scope, old.floor):
            told["totals"] = totals
        if told:
            found[view] = encoded(told)
    return changes, found


def pictures(known: Known, views: Collection[View]) -> dict[View, str]:
    """For each view the whole picture as JSON, but for who looks at it."""
    raised = floor_alerts.raised(known.alerts)
    return {
        view: encoded(board.whole(view, known.floor) | {"alerts": board.alert_rows(view, raised)})
        for view in views
    }


def encoded(content: Any) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, separators=(",", ":"))
