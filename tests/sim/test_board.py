"""What the floor shows of a day equals what a report counts from the calls themselves."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from rest_framework.test import APIClient

from agents.models import User
from calls.models import Call, Queue
from tests.sim.scenario import BAD, NONE, stream
from tests.sim.services.day import Day
from tests.sim.services.run import Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
CALLS = 20
LIVELY = 12  # the seed of a day on which everything in BY_CHANCE happens
HOUR = 3600
# Each day begins a little before midnight. In Tokyo nothing else happens; in London the clocks go
# back or forward at one; in the Azores they go back at one, so that midnight comes twice; in Cairo
# they go forward at midnight, so that it does not come at all.
DAYS = [
    pytest.param(LIVELY, "Asia/Tokyo", "2026-11-19T15:00", 0, BAD, marks=pytest.mark.db),
    (2, "Europe/London", "2026-10-24T23:00", 2 * HOUR, NONE),
    (3, "Europe/London", "2026-03-29T00:00", 1 * HOUR, NONE),
    (4, "Atlantic/Azores", "2026-10-25T00:00", 1 * HOUR, NONE),
    (8, "Africa/Cairo", "2026-04-23T22:00", 0, BAD),
]
BECAME = {("call", "answered"), ("call", "abandoned"), ("call", "short_abandoned")}
BY_CHANCE = {("call", "voicemail"), ("callback", "answered"), ("callback", "callback")}


class Office:
    """A supervisor who compares, and agents who hand their callers on to other queues."""

    def __init__(self, run, zone, *, seed):
        self._run, self._zone, self._dice = run, ZoneInfo(zone), stream(seed, "office")
        self._client = APIClient()
        self.became, self.compared, self.transfers = set(), 0, 0

    def asks(self, path, **query):
        user, _ = User.objects.get_or_create(username="root", is_superuser=True)
        self._client.force_authenticate(user)
        return self._client.get(path, query).json()

    def compares(self):
        now = self._run.clock.now
        waits = self._waits()
        self.became |= {(one["kind"], one["outcome"]) for one in waits}
        floor = self.asks("/api/floor")["floor"]
        for row in floor["queues"]:
            own = [one for one in waits if one["queue"] == row["name"]]
            told = {name: row[name] for name in counted([], row["target"]["seconds"])}
            assert told == counted(self._of_today(own, now), row["target"]["seconds"]), (now, row)
            self.compared += 1
        lately = [one for one in waits if one["queue"] and now - began(one) <= timedelta(hours=0.5)]
        assert floor["totals"]["service_level_30"] == counted(lately, 20)["service_level"]

    def _waits(self):
        pages = self.asks("/api/calls", since="2026-01-01T00:00:00Z", page_size=200)
        assert pages["next"] is None
        shown = [self.asks(f"/api/calls/{call['id']}") for call in pages["results"][:3]]
        assert shown == pages["results"][:3]
        return [one for call in pages["results"] for one in call["entries"]]

    def _of_today(self, waits, now):
        today = now.astimezone(self._zone).date()
        return [one for one in waits if began(one).astimezone(self._zone).date() == today]

    def hands_on(self):
        """Of the calls that go on, one goes to another queue, by its agent's wish."""
        calls = Call.objects.filter(state="connected").exclude(agent=None).order_by("id")
        call = self._dice.choice([*calls, None])
        if call is None:
            return
        to = self._dice.choice(Queue.objects.order_by("id").values_list("name", flat=True))
        client = APIClient()
        client.force_authenticate(call.agent.user)
        asked = {"kind": "blind", "to": {"queue": to}}
        reply = client.post(f"/api/calls/{call.id}/transfer", asked, format="json")
        self.transfers += reply.status_code == 202


def began(wait):
    return datetime.fromisoformat(wait["enqueued_at"])


def counted(waits, target):
    """The figures by the definitions: an own count, of what the API says."""
    answered = [one for one in waits if one["answered_at"]]
    classes = Counter((one["kind"], one["outcome"]) for one in waits if not one["answered_at"])
    in_time = sum(one["wait_s"] <= target for one in answered)
    short, abandoned = (
        sum(count for (_, what), count in classes.items() if what == name)
        for name in ("short_abandoned", "abandoned")
    )
    shared_by = len(answered) + abandoned
    return {
        "offered_today": len(waits) - short,
        "answered_today": len(answered),
        "abandoned_today": abandoned,
        "service_level": int(100 * in_time / shared_by) if shared_by else None,
    }


@pytest.mark.parametrize(("seed", "zone", "midnight", "lull", "faults"), DAYS)
def test_the_floor_counts_as_a_report_does(settings, seed, zone, midnight, lull, faults):
    print("seed", seed)  # noqa: T201
    settings.TIME_ZONE = zone
    day = Day.of(seed, calls=CALLS, faults=faults, lull=lull)
    midnight = datetime.fromisoformat(midnight).replace(tzinfo=UTC)
    run = Run(day, start=midnight - timedelta(seconds=day.crowd / 2))
    office = Office(run, zone, seed=seed)
    half = day.crowd / 2
    looks = [half - 1, half + 1, 2 * half, lull + 3 * half, lull + 4 * half, day.seconds + 590]
    for seconds in looks:
        run.clock.after(seconds, office.compares)
    for seconds in range(0, int(day.crowd), 5):
        for later in (seconds, day.crowd + lull + seconds):
            run.clock.after(later, partial(run.process.does, office.hands_on))

    run.play()

    assert office.compared
    assert office.transfers
    assert office.became >= BECAME | (BY_CHANCE if seed == LIVELY else set())
