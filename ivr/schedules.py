"""When a schedule is open. Pure: no Django, no clock, no I/O.

It is open whenever the clock on the wall of its time zone shows a time within its hours, the
opening time included, the closing time not. So an hour that the clocks skip does not exist, and an
hour that they show twice counts twice. Closing at 00:00 means midnight, the end of the day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIDNIGHT = time(0)
DAY = 86_400  # seconds that a wall clock shows
AROUND_MIDNIGHT = timedelta(hours=3)  # some zones change their clocks at midnight itself
FAR = 400  # days that are searched for the next change
NEVER_OPENS = "It never opens: add opening hours for at least one day."
HALF = "{}: fill in both when it opens and when it closes, or neither for a day that is closed."
BACKWARDS = (
    "{}: {} ends before it begins. For a night, write one span until 00:00 and another from 00:00 "
    "on the next day."
)


@dataclass(frozen=True, slots=True)
class Hours:
    """One span of every such weekday; 0 is Monday."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class DayException:
    """One span of this date instead of its weekday's; without times it is closed all day."""

    date: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    time_zone: str
    hours: tuple[Hours, ...] = ()
    exceptions: tuple[DayException, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}"

    @property
    def seconds(self) -> tuple[int, int]:
        """From and until, in seconds of the wall clock since midnight."""
        return _second(self.opens), _second(self.closes) or DAY


def is_open(plan: Plan, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(plan.time_zone))
    second = _second(local.time())
    return any(start <= second < end for start, end in _seconds_of(plan, local.date()))


def next_change(plan: Plan, now: datetime) -> datetime | None:
    """When it next opens or closes (UTC), or None when that is more than 400 days away."""
    zone, before = ZoneInfo(plan.time_zone), is_open(plan, now)
    today = now.astimezone(zone).date()
    for day in range(FAR + 1):
        for moment in sorted(set(_moments(plan, today + timedelta(day), zone))):
            if moment > now and is_open(plan, moment) != before:
                return moment if moment <= now + timedelta(FAR) else None
    return None


def sentence(plan: Plan, now: datetime) -> str:
    """For people: "Open until 17:00", "Closed until Monday 09:00"."""
    word, change = "Open" if is_open(plan, now) else "Closed", next_change(plan, now)
    if change is None:
        return "Always open" if word == "Open" else f"Closed for more than {FAR} days"
    zone = ZoneInfo(plan.time_zone)
    local, today = change.astimezone(zone), now.astimezone(zone).date()
    if local.time() == MIDNIGHT and local.date() == today + timedelta(1):
        return f"{word} until midnight"
    return f"{word} until {_day_word(local.date(), today)}{local:%H:%M}"


def spans_of(plan: Plan, day: date) -> list[Span]:
    """The hours of this date, earliest first; none when it is closed all day."""
    exceptions = [one for one in plan.exceptions if one.date == day]
    weekly = [one for one in plan.hours if one.weekday == day.weekday()]
    return sorted(_spans(exceptions or weekly), key=lambda span: span.seconds)


def problems(plan: Plan) -> list[str]:
    """Why the schedule cannot work, a sentence each; none: it works."""
    found = []
    if plan.time_zone not in available_timezones():
        found.append(f"There is no time zone {plan.time_zone!r}. Write it like Europe/London.")
    for weekday, name in enumerate(WEEKDAYS):
        found += _clashes(name, [one for one in plan.hours if one.weekday == weekday])
    for day in sorted({one.date for one in plan.exceptions}):
        found += _exception_problems(day, [one for one in plan.exceptions if one.date == day])
    if not plan.hours and not any(one.opens is not None for one in plan.exceptions):
        found.append(NEVER_OPENS)
    return found


def _exception_problems(day: date, exceptions: list[DayException]) -> list[str]:
    name = f"{day.day} {day:%B %Y}"
    if any((one.opens is None) != (one.closes is None) for one in exceptions):
        return [HALF.format(name)]
    closed = [one for one in exceptions if one.opens is None]
    if len(closed) > 1:
        return [f"{name} is closed twice. Delete one of the two."]
    if closed and len(exceptions) > 1:
        return [f"{name} is closed all day and has hours of its own. Delete one of the two."]
    return _clashes(name, exceptions)


def _spans(rows: Iterable[Hours | DayException]) -> Iterator[Span]:
    for one in rows:
        if one.opens is not None and one.closes is not None:
            yield Span(one.opens, one.closes)


def _clashes(name: str, rows: Iterable[Hours | DayException]) -> list[str]:
    spans = sorted(_spans(rows), key=lambda span: span.seconds)
    found = [BACKWARDS.format(name, one) for one in spans if one.seconds[0] >= one.seconds[1]]
    return found or [
        f"{name}: {one} and {other} overlap."
        for one, other in pairwise(spans)
        if other.seconds[0] < one.seconds[1]
    ]


def _moments(plan: Plan, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Every time of this day at which it may open or close; an hour shown twice has both."""
    for span in spans_of(plan, day):
        end = day if span.closes != MIDNIGHT else day + timedelta(1)
        for fold in (0, 1):
            yield _instant(day, span.opens, fold, zone)
            yield _instant(end, span.closes, fold, zone)
    yield from _clock_changes(day, zone)


def _clock_changes(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """The second at which the clocks are put forward or back on this day, if they are."""
    before = _instant(day, MIDNIGHT, 0, zone) - AROUND_MIDNIGHT
    after = _instant(day + timedelta(1), MIDNIGHT, 1, zone) + AROUND_MIDNIGHT
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    if after.astimezone(zone).date() == day:
        yield after


def _instant(day: date, clock: time, fold: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC)


def _seconds_of(plan: Plan, day: date) -> list[tuple[int, int]]:
    return [span.seconds for span in spans_of(plan, day)]


def _second(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _day_word(day: date, today: date) -> str:
    if day == today:
        return ""
    if day - today < timedelta(7):
        return f"{WEEKDAYS[day.weekday()]} "
    return f"{day.day} {day:%B} " if day.year == today.year else f"{day.day} {day:%B %Y} "
