"""When a schedule is open, by the clock on the wall of its time zone."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.schedules import (
    NEVER_OPENS,
    DayException,
    Hours,
    Plan,
    is_open,
    next_change,
    problems,
    sentence,
    spans_of,
)

LONDON, NEW_YORK = "Europe/London", "America/New_York"
SUNDAY = 6
MINUTE = timedelta(minutes=1)


def at(text, zone=LONDON, fold=0):
    """That time on the wall; fold 1 is the second one of an hour that is shown twice."""
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return local.astimezone(UTC)


def span(text):
    opens, closes = text.split("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


def weekly(*spans, zone=LONDON, weekdays=range(7), exceptions=()):
    hours = [Hours(day, *span(one)) for day in weekdays for one in spans]
    return Plan(zone, tuple(hours), tuple(exceptions))


OFFICE = weekly("09:00-17:00", weekdays=range(5))
FRIDAY = "2026-11-20"


def minutes_open(plan, day):
    """How many minutes of this date it is open, counted one by one as they pass."""
    start, end = at(f"{day}T00:00", plan.time_zone), at(f"{day}T00:00", plan.time_zone)
    end += timedelta(hours=26)
    zone, count = ZoneInfo(plan.time_zone), 0
    while start < end:
        is_that_day = start.astimezone(zone).date() == date.fromisoformat(day)
        count += is_that_day and is_open(plan, start)
        start += MINUTE
    return count


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("08:59:59", False), ("09:00", True), ("16:59:59.999999", True), ("17:00", False)],
)
def test_it_opens_with_the_first_second_and_closes_before_the_last(clock, expected):
    assert is_open(OFFICE, at(f"{FRIDAY}T{clock}")) is expected


def test_a_day_without_hours_is_closed():
    assert not is_open(OFFICE, at("2026-11-21T12:00"))


def test_hours_are_those_of_its_zone_in_summer_and_in_winter():
    assert is_open(OFFICE, datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
    assert not is_open(OFFICE, datetime(2026, 12, 1, 8, 0, tzinfo=UTC))


def test_lunch_is_between_two_spans():
    plan = weekly("09:00-12:00", "13:00-17:00")

    assert [is_open(plan, at(f"{FRIDAY}T{hour}:30")) for hour in (11, 12, 13)] == [
        *(True, False, True)
    ]


def test_closing_at_midnight_is_the_end_of_the_day():
    plan = weekly("18:00-00:00", weekdays=[4])

    assert is_open(plan, at(f"{FRIDAY}T23:59:59"))
    assert not is_open(plan, at("2026-11-21T00:00"))
    assert next_change(plan, at(f"{FRIDAY}T20:00")) == at("2026-11-21T00:00")


def test_a_night_of_two_spans_does_not_close_at_midnight():
    plan = weekly("00:00-06:00", "22:00-00:00")

    assert is_open(plan, at(f"{FRIDAY}T00:00"))
    assert next_change(plan, at(f"{FRIDAY}T23:00")) == at("2026-11-21T06:00")


def test_an_exception_replaces_the_hours_of_its_weekday():
    short = DayException(date(2026, 11, 20), *span("10:00-12:00"))
    plan = weekly("09:00-17:00", exceptions=[short])

    assert [is_open(plan, at(f"{FRIDAY}T{hour}:30")) for hour in ("09", "11", "13")] == [
        *(False, True, False)
    ]
    assert is_open(plan, at("2026-11-27T09:30"))


def test_a_holiday_is_closed_all_day():
    plan = weekly("00:00-00:00", exceptions=[DayException(date(2026, 12, 25))])

    assert not is_open(plan, at("2026-12-25T00:00"))
    assert not is_open(plan, at("2026-12-25T23:59:59"))
    assert is_open(plan, at("2026-12-26T00:00"))


def test_an_exception_may_have_several_spans_and_open_a_sunday():
    sunday = date(2026, 11, 22)
    exceptions = [DayException(sunday, *span(one)) for one in ("14:00-16:00", "09:00-12:00")]
    plan = weekly("09:00-17:00", weekdays=range(5), exceptions=exceptions)

    assert [str(one) for one in spans_of(plan, sunday)] == ["09:00 to 12:00", "14:00 to 16:00"]
    assert is_open(plan, at("2026-11-22T15:00"))


# The days on which the clocks change: forward in spring (23 hours), back in autumn (25 hours).
SPRING = {LONDON: ("2026-03-29", "2027-03-28"), NEW_YORK: ("2026-03-08", "2027-03-14")}
AUTUMN = {LONDON: ("2026-10-25", "2027-10-31"), NEW_YORK: ("2026-11-01", "2027-11-07")}
# What a zone skips in spring, and shows twice in autumn.
SKIPPED = {LONDON: 1, NEW_YORK: 2}
TWICE = {LONDON: 1, NEW_YORK: 1}
CHANGES = [(zone, year) for zone in (LONDON, NEW_YORK) for year in (0, 1)]


@pytest.mark.parametrize(("zone", "year"), CHANGES)
def test_a_day_of_23_hours_and_one_of_25_are_open_for_all_of_them(zone, year):
    plan = weekly("00:00-00:00", zone=zone)

    assert minutes_open(plan, SPRING[zone][year]) == 23 * 60
    assert minutes_open(plan, AUTUMN[zone][year]) == 25 * 60


@pytest.mark.parametrize(("zone", "year"), CHANGES)
def test_a_span_in_the_hour_that_is_skipped_is_not_there_that_day(zone, year):
    hour, day = SKIPPED[zone], SPRING[zone][year]
    plan = weekly(f"{hour:02}:10-{hour:02}:50", zone=zone, weekdays=[SUNDAY])

    assert minutes_open(plan, day) == 0
    week_later = date.fromisoformat(day) + timedelta(7)
    assert next_change(plan, at(f"{day}T00:00", zone)) == at(f"{week_later}T{hour:02}:10", zone)


@pytest.mark.parametrize(("zone", "year"), CHANGES)
def test_a_span_that_begins_in_the_skipped_hour_begins_when_the_clocks_have_moved(zone, year):
    hour, day = SKIPPED[zone], SPRING[zone][year]
    plan = weekly(f"{hour:02}:30-{hour + 1:02}:30", zone=zone)
    moved = at(f"{day}T{hour + 1:02}:00", zone)

    assert minutes_open(plan, day) == 30
    assert next_change(plan, moved - MINUTE) == moved
    assert not is_open(plan, moved - MINUTE)
    assert is_open(plan, moved)


@pytest.mark.parametrize(("zone", "year"), CHANGES)
def test_a_span_in_the_hour_that_comes_twice_is_open_twice(zone, year):
    hour, day = TWICE[zone], AUTUMN[zone][year]
    plan = weekly(f"{hour:02}:10-{hour:02}:50", zone=zone)
    first, second = (at(f"{day}T{hour:02}:10", zone, fold) for fold in (0, 1))

    assert minutes_open(plan, day) == 80
    assert second - first == timedelta(hours=1)
    assert [is_open(plan, one) for one in (first, second)] == [True, True]
    assert next_change(plan, first + timedelta(minutes=40)) == second


def test_closing_in_the_hour_that_comes_twice_is_closing_twice():
    plan = weekly("00:00-01:30")
    day = AUTUMN[LONDON][0]
    first, second = (at(f"{day}T01:30", fold=fold) for fold in (0, 1))

    assert next_change(plan, at(f"{day}T00:00")) == first
    assert next_change(plan, first) == at(f"{day}T01:00", fold=1)
    assert next_change(plan, at(f"{day}T01:00", fold=1)) == second


ZONES = [
    *(LONDON, NEW_YORK, "UTC", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"),
    *("America/Havana", "America/Nuuk", "Africa/Casablanca", "Pacific/Chatham"),
]


@pytest.mark.parametrize("zone", ZONES)
def test_the_next_change_is_the_one_that_a_minute_by_minute_search_finds(zone):
    """Around every change of the clocks of 2026, with spans chosen at random."""
    seed = 20261120
    chance = random.Random(f"{zone} {seed}")  # noqa: S311
    for start in [*clock_changes(zone), datetime(2026, 5, 5, tzinfo=UTC)]:
        for _ in range(4):
            plan = Plan(zone, tuple(_some_hours(chance)))
            _compare(plan, start - timedelta(hours=20), f"seed {seed} {plan}")


def clock_changes(zone):
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=one) for one in range(8760))
    place = ZoneInfo(zone)
    last = None
    for hour in hours:
        offset = hour.astimezone(place).utcoffset()
        if last is not None and offset != last:
            yield hour
        last = offset


def _some_hours(chance):
    for weekday in range(7):
        ends = sorted(chance.sample(range(24 * 60 // 10), 4))
        for opens, closes in (ends[:2], ends[2:]):
            yield Hours(weekday, *(time(one // 6, one % 6 * 10) for one in (opens, closes)))


def _compare(plan, start, words):
    """Over 40 hours, in steps of ten minutes; every zone here changes by such steps."""
    step = timedelta(minutes=10)
    start = start.replace(minute=start.minute // 10 * 10)
    if ZoneInfo(plan.time_zone).utcoffset(start).total_seconds() % 600:
        step = timedelta(minutes=5)
    times = [start + step * one for one in range(int(timedelta(hours=40) / step))]
    states = [is_open(plan, one) for one in times]
    expected = [b for b, old, new in zip(times[1:], states, states[1:], strict=False) if old != new]

    found, now = [], start
    while (now := next_change(plan, now)) and now <= times[-1]:
        found.append(now)

    assert found == expected, words


def test_the_next_change_may_be_after_the_weekend():
    assert next_change(OFFICE, at(f"{FRIDAY}T17:00")) == at("2026-11-23T09:00")


def test_what_is_always_open_never_changes():
    plan = weekly("00:00-00:00")

    assert next_change(plan, at(f"{FRIDAY}T10:00")) is None
    assert sentence(plan, at(f"{FRIDAY}T10:00")) == "Always open"


def test_the_next_change_is_looked_for_400_days_ahead():
    now = at(f"{FRIDAY}T10:00")
    near, far = (
        DayException(now.date() + timedelta(day), *span("09:00-10:00")) for day in (399, 401)
    )

    assert next_change(Plan(LONDON, (), (near,)), now) == at(f"{near.date}T09:00")
    assert next_change(Plan(LONDON, (), (far,)), now) is None
    assert sentence(Plan(LONDON, (), (far,)), now) == "Closed for more than 400 days"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (f"{FRIDAY}T10:00", "Open until 17:00"),
        (f"{FRIDAY}T08:00", "Closed until 09:00"),
        (f"{FRIDAY}T17:00", "Closed until Monday 09:00"),
        ("2026-12-24T18:00", "Closed until Monday 09:00"),
        ("2026-12-31T18:00", "Closed until 11 January 2027 09:00"),
    ],
)
def test_a_sentence_says_when_it_changes(now, words):
    closed = [DayException(date(2026, 12, 25))]
    closed += [DayException(date(2027, 1, 1) + timedelta(day)) for day in range(8)]
    plan = weekly("09:00-17:00", weekdays=range(5), exceptions=closed)

    assert sentence(plan, at(now)) == words


def test_a_sentence_calls_the_end_of_the_day_midnight():
    plan = weekly("18:00-00:00", weekdays=[4])

    assert sentence(plan, at(f"{FRIDAY}T20:00")) == "Open until midnight"


def test_a_sentence_uses_the_clock_of_the_schedule():
    plan = weekly("09:00-17:00", zone=NEW_YORK)

    assert sentence(plan, at(f"{FRIDAY}T20:00", LONDON)) == "Open until 17:00"


def test_a_schedule_that_works_has_no_problems():
    plan = weekly(
        *("00:00-09:00", "09:00-13:00", "14:00-00:00"),
        exceptions=[DayException(date(2026, 12, 25))],
    )

    assert problems(plan) == []


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (
            weekly("09:00-17:00", zone="Mars/Base"),
            "There is no time zone 'Mars/Base'. Write it like Europe/London.",
        ),
        (
            weekly("09:00-13:00", "12:00-17:00", weekdays=[0]),
            "Monday: 09:00 to 13:00 and 12:00 to 17:00 overlap.",
        ),
        (
            weekly("20:00-00:00", "23:00-23:30", weekdays=[0]),
            "Monday: 20:00 to 00:00 and 23:00 to 23:30 overlap.",
        ),
        (
            weekly("09:00-17:00", "09:00-17:00", weekdays=[1]),
            "Tuesday: 09:00 to 17:00 and 09:00 to 17:00 overlap.",
        ),
        (
            weekly("22:00-06:00", weekdays=[4]),
            "Friday: 22:00 to 06:00 ends before it begins. For a night, write one span until "
            "00:00 and another from 00:00 on the next day.",
        ),
        (Plan(LONDON), NEVER_OPENS),
        (Plan(LONDON, (), (DayException(date(2026, 12, 25)),)), NEVER_OPENS),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(plan, problem):
    assert problems(plan) == [problem]


CHRISTMAS = date(2026, 12, 25)


@pytest.mark.parametrize(
    ("exceptions", "problem"),
    [
        (
            [DayException(CHRISTMAS, time(9), None)],
            "25 December 2026: fill in both when it opens and when it closes, or neither for a "
            "day that is closed.",
        ),
        (
            [DayException(CHRISTMAS), DayException(CHRISTMAS)],
            "25 December 2026 is closed twice. Delete one of the two.",
        ),
        (
            [DayException(CHRISTMAS), DayException(CHRISTMAS, time(9), time(12))],
            "25 December 2026 is closed all day and has hours of its own. Delete one of the two.",
        ),
        (
            [
                DayException(CHRISTMAS, time(9), time(12)),
                DayException(CHRISTMAS, time(11), time(13)),
            ],
            "25 December 2026: 09:00 to 12:00 and 11:00 to 13:00 overlap.",
        ),
    ],
)
def test_exceptions_that_cannot_work_are_said_too(exceptions, problem):
    assert problems(weekly("09:00-17:00", exceptions=exceptions)) == [problem]
