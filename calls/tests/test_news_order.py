"""News of a leg through the door, odd or in any order."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from calls.models import Call, Leg

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "hovering"},
        {"status": "completed", "timestamp": "9999-12-31T23:59:59Z"},
        {"status": "completed", "price": "NaN", "duration": "long", "network": ["GB"]},
        {"status": "completed", "price": "0.123456789123456789", "rate": "999.999999999999"},
        {"status": "completed", "sip_code": 10**18 - 1, "duration": "999999"},
    ],
    ids=lambda odd: json.dumps(odd)[:40],
)
def test_odd_news_is_taken_and_does_no_harm(world, odd):
    world.answer()

    world.event(**odd)

    leg = Leg.objects.get()
    assert (leg.state == "ended") == (odd["status"] == "completed")
    assert leg.ended_at in {None, world.now}


def test_news_in_any_order_gives_the_same_row(world):
    start = world.now

    def told(number, order):
        uuid = f"{number:032}"
        world.answer(uuid)
        for status, second in order:
            extra = {}
            if status == "completed":
                extra = {
                    "start_time": (start + timedelta(seconds=2)).isoformat(),
                    "end_time": (start + timedelta(seconds=9)).isoformat(),
                    "duration": "7",
                    "price": "0.01",
                    "disconnected_by": "user",
                }
            at = (start + timedelta(seconds=second)).isoformat()
            world.event(status, uuid, timestamp=at, **extra)
        leg = Leg.objects.get(uuid=uuid)
        call = Call.objects.get(legs=leg)
        return [
            leg.state,
            leg.started_at,
            leg.ringing_at,
            leg.answered_at,
            leg.ended_at,
            leg.ended_as,
            leg.duration,
            leg.price,
            leg.disconnected_by,
            call.state,
            call.outcome,
            call.ended_at,
            call.hung_up_by,
        ]

    in_order = [("started", 0), ("ringing", 1), ("answered", 2.4), ("completed", 9)]
    expected = told(0, in_order)

    assert expected[0] == "ended"
    for number, order in enumerate(permutations(in_order), start=1):
        assert told(number, order) == expected
    said_twice = [(status, second + 20) for status, second in in_order[:3]]
    assert told(98, [*in_order, *said_twice]) == expected
    assert told(99, [*said_twice, *in_order]) == expected
