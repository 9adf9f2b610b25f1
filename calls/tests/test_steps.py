"""What an agent is told of a caller who was sent on, asked to be called, or left a message."""

from datetime import timedelta

import pytest

from calls import selectors
from calls.services import journal

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def tell(world, jane):
    """What Jane's card says of events of a call that she was rung for."""

    def told(*events):
        world.available(jane)
        call = world.waits()
        world.route()
        call.refresh_from_db()
        before = len(_steps(call, jane, world))
        for kind, data in events:
            world.now += timedelta(seconds=1)
            journal.record(call, kind, at=world.now, actor="ada", data=data)
        return _steps(call, jane, world)[before:]

    return told


def _steps(call, agent, world):
    steps = selectors.card(call_id=call.id, agent_id=agent.id, now=world.now)["steps"]
    return [(step["seg"], step["text"]) for step in steps]


@pytest.mark.parametrize(
    ("reason", "target", "words"),
    [
        ("late", "queue", "Had waited too long: sent on to another queue"),
        ("closed", "hang_up", "The queue was closed: said goodbye"),
        ("something new", "somewhere", "Could not wait: sent on"),
    ],
)
def test_who_was_sent_on_and_why(tell, reason, target, words):
    assert tell(("sent_on", {"reason": reason, "target": target})) == [("queue", words)]


def test_a_callback_is_told_from_the_wish_to_the_end(tell, jane):
    told = tell(
        ("choices_offered", {}),
        ("callback_asked", {}),
        ("callback_accepted", {"agent": jane.id}),
        ("callback_missed", {}),
        ("callback_expired", {}),
    )

    assert told == [
        ("queue", "Was offered other ways than waiting"),
        ("queue", "Asked to be called back, and hung up"),
        ("offer", "You took the callback"),
        ("lost", "Was called back, and not reached"),
        ("lost", "The callback came to nothing"),
    ]


def test_a_message_and_a_wish_of_a_supervisor_are_told(tell, jane):
    told = tell(("connect_asked", {"agent": jane.id}), ("returned", {}), ("voicemail", {}))

    assert told == [
        ("offer", "ada asked for you"),
        ("queue", "Went on waiting"),
        ("queue", "Was asked to leave a message"),
    ]


def test_hold_is_told_with_its_length(tell, jane):
    told = tell(("held", {"agent": jane.id}), ("resumed", {"agent": jane.id}), ("held", {}))

    assert told == [
        ("hold", "Was on hold for 0:01"),
        ("talk", "Came back from hold"),
        ("hold", "Is on hold"),
    ]


def test_a_call_that_is_handed_on_says_by_whom_to_whom_and_back(tell, jane, sales):
    told = tell(
        ("transfer_asked", {"queue": sales.id}),
        ("transferred", {"from": jane.id, "queue": sales.id}),
        ("transferred", {"from": jane.id, "number": "442079461234"}),
        ("transfer_returned", {"agent": jane.id}),
        ("transfer_failed", {"from": jane.id, "queue": sales.id}),
    )

    assert told == [
        ("offer", "You handed the call on to Sales"),
        ("offer", "You handed the call on to +44 20 7946 1234"),
        ("queue", "Nobody took it; the call goes back to you"),
        ("talk", "The call could not be handed on to Sales"),
    ]


def test_who_was_asked_in_is_told(tell, jane):
    told = tell(
        ("consult_asked", {"agent": jane.id}),
        ("consult_answered", {"number": "442079461234"}),
        ("merged", {"agent": jane.id}),
        ("left", {"number": "442079461234"}),
    )

    assert told == [
        ("hold", "Ada asked you for advice; the caller is on hold"),
        ("hold", "+44 20 7946 1234 answered"),
        ("talk", "You joined the talk with the caller"),
        ("talk", "+44 20 7946 1234 left the call"),
    ]


def test_of_those_who_listened_agents_are_told_only_by_policy(tell):
    told = tell(
        ("supervision_answered", {"mode": "listen"}),
        ("supervision_changed", {"mode": "whisper", "told": False}),
        ("supervision_changed", {"mode": "barge", "told": True}),
    )

    assert told == [("talk", "Ada joined the call")]


def test_what_only_machines_care_for_is_not_told(tell):
    assert tell(("announced_position", {}), ("connect_refused", {})) == []
