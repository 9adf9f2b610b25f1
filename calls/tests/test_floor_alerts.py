"""What needs somebody, when it is told, and when it is taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from calls.floor_alerts import Alert, at_once, holding, raised, watch

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALERT = Alert("wait:1", "danger", "Sales: somebody waits")


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def told(looks):
    """What is told after each of these looks: (second, whether the condition holds)."""
    known = watch({}, [], now=after(0))
    found = []
    for second, holds in looks:
        known = watch(known, [ALERT] if holds else [], now=after(second))
        found.append(bool(raised(known)))
    return found


def test_an_alert_is_told_once_it_has_held_for_five_seconds():
    assert told([(0, True), (4, True), (5, True)]) == [False, False, True]


def test_a_moment_is_not_told():
    assert told([(0, True), (4, False), (5, True), (9, True)]) == [False] * 4


def test_an_alert_is_taken_back_fifteen_seconds_after_it_was_seen_last():
    assert told([(0, True), (5, True), (6, False), (19, False), (20, False)]) == [
        *(False, True, True, True, False)
    ]


def test_an_alert_that_comes_back_meanwhile_stays():
    assert told([(0, True), (5, True), (6, False), (15, True), (29, False), (30, False)])[1:] == [
        *(True, True, True, True, False)
    ]


def test_it_says_since_when():
    known = watch({}, [ALERT], now=NOON)
    known = watch(known, [ALERT], now=after(5))

    assert [one.row()["since"] for one in raised(known)] == [NOON]


def test_who_looks_once_is_told_at_once():
    assert len(raised(at_once([ALERT], now=NOON))) == 1


def test_the_worse_comes_first_then_the_older():
    mild = Alert("level:1", "warn", "mild", since=after(-60))
    worse = Alert("wait:2", "danger", "worse", since=NOON)
    worst = Alert("wait:3", "danger", "worst", since=after(-30))

    shown = raised(at_once([mild, worse, worst], now=NOON))

    assert [one.alert.text for one in shown] == ["worst", "worse", "mild"]


QUEUE = {
    "id": 1,
    "name": "Sales",
    "waiting": 0,
    "longest_since": None,
    "agents_signed_in": 2,
    "agents_on_break": 0,
    "answered_today": 0,
    "abandoned_today": 0,
    "service_level": None,
    "target": {"percent": 80, "seconds": 20},
}
AGENT = {
    "id": 7,
    "name": "Jane",
    "state": "available",
    "held_at": None,
    "talk_since": None,
    "wrap_up_until": None,
    "limit_at": None,
    "reason_label": None,
    "connection": "ok",
}


def keys(queue=None, agent=None):
    queues = [QUEUE | queue] if queue is not None else []
    agents = [AGENT | agent] if agent is not None else []
    return [one.key for one in holding(queues, agents, now=NOON)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, []),
        ({"waiting": 4}, []),
        ({"waiting": 5}, ["crowd:1"]),
        ({"waiting": 1, "agents_on_break": 2}, ["nobody:1"]),
        ({"waiting": 1, "agents_signed_in": 0}, ["nobody:1"]),
        ({"agents_signed_in": 0}, []),
        ({"waiting": 1, "longest_since": after(-40)}, []),
        ({"waiting": 1, "longest_since": after(-41)}, ["wait:1"]),
        ({"answered_today": 9, "service_level": 0}, []),
        ({"answered_today": 9, "abandoned_today": 1, "service_level": 79}, ["level:1"]),
        ({"answered_today": 10, "service_level": 80}, []),
    ],
)
def test_what_of_a_queue_needs_somebody(row, found):
    assert keys(queue=row) == found


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({}, []),
        ({"talk_since": after(-900), "held_at": after(-180)}, []),
        ({"talk_since": after(-900), "held_at": after(-181)}, ["hold:7"]),
        ({"state": "wrap_up", "wrap_up_until": after(1)}, []),
        ({"state": "wrap_up", "wrap_up_until": NOON}, ["wrap_up:7"]),
        ({"state": "on_break", "limit_at": after(1)}, []),
        ({"state": "on_break", "limit_at": NOON, "reason_label": "Lunch"}, ["break:7"]),
        ({"connection": "lost"}, []),
        ({"connection": "lost", "talk_since": after(-9)}, ["lost:7"]),
    ],
)
def test_what_of_an_agent_needs_somebody(row, found):
    assert keys(agent=row) == found


def test_an_alert_names_its_queue_or_its_agent():
    [of_queue] = holding([QUEUE | {"waiting": 9}], [], now=NOON)
    [of_agent] = holding([], [AGENT | {"limit_at": NOON, "reason_label": "Lunch"}], now=NOON)

    assert (of_queue.queue, of_queue.agent) == (1, None)
    assert (of_agent.queue, of_agent.agent) == (None, 7)
    assert of_queue.text == "Sales: 9 callers wait for 2 agents at work"
    assert of_agent.text == "Jane: Lunch is over its time"
