"""What on the floor needs somebody. Pure: the caller keeps what was found before.

A condition is told once it has held for five seconds, and taken back fifteen seconds after it was
last seen, so nothing flickers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

RAISED_AFTER = timedelta(seconds=5)
KEPT_FOR = timedelta(seconds=15)
MOST_WAITING = 2  # for each agent at work
LONGEST_WAIT = 2  # times the target
FEWEST_CALLS = 10  # below that a service level says nothing
LONGEST_HOLD = timedelta(seconds=180)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that holds; `queue` and `agent` are ids."""

    key: str
    level: str
    text: str
    since: datetime | None = None  # when it began, where the floor says so
    queue: int | None = None
    agent: int | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """An alert, since when it holds, and when it was last seen."""

    alert: Alert
    began_at: datetime
    seen_at: datetime
    is_raised: bool = False

    def row(self) -> dict[str, Any]:
        one = self.alert
        return {
            "key": one.key,
            "level": one.level,
            "text": one.text,
            "since": one.since or self.began_at,
            "queue": one.queue,
            "agent": one.agent,
        }


Memory = Mapping[str, Watched]


def watch(
    before: Memory,
    found: Iterable[Alert],
    *,
    now: datetime,
    raised_after: timedelta = RAISED_AFTER,
) -> dict[str, Watched]:
    """What is known after another look; `found` is what holds now."""
    known = {
        key: one for key, one in before.items() if one.is_raised and now - one.seen_at < KEPT_FOR
    }
    for alert in found:
        old = before.get(alert.key)
        began_at = old.began_at if old else now
        is_raised = (old is not None and old.is_raised) or now - began_at >= raised_after
        known[alert.key] = Watched(alert, began_at, now, is_raised)
    return known


def at_once(found: Iterable[Alert], *, now: datetime) -> dict[str, Watched]:
    """For who looks once and has no memory: whatever holds is told."""
    return watch({}, found, now=now, raised_after=timedelta(0))


def raised(known: Memory) -> list[Watched]:
    """Those that are told: the worse first, then the older."""
    shown = [one for one in known.values() if one.is_raised]
    return sorted(
        shown, key=lambda one: (one.alert.level != "danger", one.row()["since"], one.alert.key)
    )


def holding(queues: Iterable[Row], agents: Iterable[Row], *, now: datetime) -> Iterator[Alert]:
    """Everything that needs somebody, of these rows of the floor."""
    for queue in queues:
        yield from (replace(one, queue=queue["id"]) for one in _of_queue(queue, now))
    for agent in agents:
        yield from (replace(one, agent=agent["id"]) for one in _of_agent(agent, now))


def _of_queue(queue: Row, now: datetime) -> Iterator[Alert]:
    key, name, target = queue["id"], queue["name"], queue["target"]
    waiting, since = queue["waiting"], queue["longest_since"]
    away = queue["agents_on_break"]
    at_work = queue["agents_signed_in"] - away
    if waiting and not at_work:
        away_words = f"{away} on a break" if away else "nobody is signed in"
        text = f"{name}: {_callers(waiting)} and nobody is there to answer, {away_words}"
        yield Alert(f"nobody:{key}", "danger", text, since)
    elif waiting > MOST_WAITING * at_work:
        people = "1 agent" if at_work == 1 else f"{at_work} agents"
        yield Alert(f"crowd:{key}", "warn", f"{name}: {_callers(waiting)} for {people} at work")
    limit = timedelta(seconds=LONGEST_WAIT * target["seconds"])
    if since and now - since > limit:
        text = f"{name}: somebody waits more than twice the target of {target['seconds']} s"
        yield Alert(f"wait:{key}", "danger", text, since)
    level, calls = queue["service_level"], queue["answered_today"] + queue["abandoned_today"]
    if calls >= FEWEST_CALLS and level is not None and level < target["percent"]:
        text = f"{name}: service level today {level} %, target {target['percent']} %"
        yield Alert(f"level:{key}", "warn", text)


def _callers(count: int) -> str:
    return "1 caller waits" if count == 1 else f"{count} callers wait"


def _of_agent(agent: Row, now: datetime) -> Iterator[Alert]:
    key, name, held_at = agent["id"], agent["name"], agent["held_at"]
    if held_at and agent["talk_since"] and now - held_at > LONGEST_HOLD:
        seconds = int(LONGEST_HOLD.total_seconds())
        text = f"{name}: the customer has been on hold for more than {seconds} s"
        yield Alert(f"hold:{key}", "warn", text, held_at)
    until = agent["wrap_up_until"]
    if agent["state"] == "wrap_up" and until and until <= now:
        yield Alert(f"wrap_up:{key}", "warn", f"{name}: the wrap-up time is over", until)
    limit = agent["limit_at"]
    if limit and limit <= now:
        reason = agent["reason_label"] or "Break"
        yield Alert(f"break:{key}", "warn", f"{name}: {reason} is over its time", limit)
    if agent["connection"] == "lost" and agent["talk_since"]:
        text = f"{name}: the connection to their console is lost during a call"
        yield Alert(f"lost:{key}", "danger", text)
