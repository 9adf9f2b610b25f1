"""What callers hear while they wait."""

from datetime import timedelta

import pytest
import requests

from calls.models import Call, CallEvent, Instruction, Leg, Offer, QueueEntry
from calls.services import announcing
from ivr.models import Flow
from ivr.services import publish
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]

SECOND = "0779a56d002f1c7f47f82ef5fe84ab80"
THIRD = "0779a56d002f1c7f47f82ef5fe84ab81"


@pytest.fixture
def told(world, sales):
    """Sales tells everybody their position every 30 seconds."""
    sales.announce_every_seconds = 30
    sales.save()
    return world


def hears(world, seconds=0.0):
    """Time goes by; what was said meanwhile, as (leg's uuid, words)."""
    world.now += timedelta(seconds=seconds)
    before = len(world.transport.requests)
    announcing.announce_due(now=world.now)
    world.send()
    return [
        (path.split("/")[3], body["text"])
        for _, path, body in world.transport.requests[before:]
        if path.endswith("/talk")
    ]


def test_callers_hear_their_position_again_and_again(told):
    told.waits()
    told.waits(SECOND)

    assert hears(told, 29) == []
    assert hears(told, 1) == [
        (World.UUID, "You are next in line."),
        (SECOND, "You are second in line."),
    ]
    assert hears(told, 29) == []
    assert len(hears(told, 1)) == 2


def test_nobody_is_told_anything_where_nothing_is_set(world):
    world.waits()

    assert hears(world, 600) == []


def test_comfort_messages_follow_in_turn(told, sales):
    sales.announces_position = False
    sales.comfort_messages = "Thank you for waiting.\nDid you know?"
    sales.save()
    told.waits()

    heard = [hears(told, 30) for _ in range(3)]

    assert [words for [(_, words)] in heard] == [
        "Thank you for waiting.",
        "Did you know?",
        "Thank you for waiting.",
    ]


def test_a_position_never_gets_worse_whoever_comes(told):
    call = told.waits()
    assert hears(told, 30) == [(World.UUID, "You are next in line.")]
    QueueEntry.objects.filter(call=told.waits(SECOND)).update(priority=50)

    assert hears(told, 30) == [
        (World.UUID, "You are next in line."),
        (SECOND, "You are next in line."),
    ]
    assert call.entries.get().announced_position == 1


def test_a_better_position_is_told_and_written_down(told):
    told.waits()
    second = told.waits(SECOND)
    hears(told, 30)
    told.event("completed", disconnected_by="user")

    assert hears(told, 30) == [(SECOND, "You are next in line.")]
    positions = CallEvent.objects.filter(call=second, type="announced_position").order_by("version")
    assert [event.data["position"] for event in positions] == [2, 1]


def test_nothing_is_said_while_an_agent_is_rung_and_something_soon_after(told):
    call = told.waits()
    call.state = "offered"
    call.save()

    assert hears(told, 60) == []
    call.state = "queued"
    call.save()
    assert len(hears(told)) == 1


def test_nothing_is_said_to_somebody_out_of_the_room_or_gone_home(told):
    QueueEntry.objects.filter(call=told.waits()).update(paused_at=told.now)
    QueueEntry.objects.filter(call=told.waits(SECOND)).update(is_virtual=True)

    assert hears(told, 60) == []


def test_an_announcement_that_is_still_unsent_when_an_agent_answers_is_never_said(told):
    call = told.waits()
    told.now += timedelta(seconds=30)
    announcing.announce_due(now=told.now)
    call.refresh_from_db()
    call.state = "connected"
    call.save()

    told.send()

    assert Instruction.objects.get(verb="talk").state == "cancelled"
    assert told.transport.requests == []


def test_an_announcement_that_waited_too_long_is_not_true_any_more(told):
    told.waits()
    told.now += timedelta(seconds=30)
    announcing.announce_due(now=told.now)
    told.now += timedelta(seconds=16)

    told.send()

    assert Instruction.objects.get(verb="talk").state == "cancelled"


@pytest.mark.parametrize("answer", [400, 429, 503, requests.ConnectionError()])
def test_an_announcement_that_vonage_does_not_take_is_skipped_and_never_repeated(told, answer):
    told.waits()
    told.transport.answers = lambda method, path: answer

    assert len(hears(told, 30)) == 1
    assert hears(told, 5) == []
    assert Instruction.objects.get(verb="talk").state == "failed"


def test_an_unsent_announcement_does_not_keep_the_caller_from_being_moved(told, sales):
    told.waits()
    told.now += timedelta(seconds=30)
    announcing.announce_due(now=told.now)

    told.passes(1771)

    assert [path for _, path, _ in told.transport.requests if path.endswith("/talk")] == []
    assert len(told.sent("PUT", "transfer")) == 1


def test_the_wait_is_told_only_while_it_comes_true(told, sales, jane):
    sales.announces_wait = True
    sales.save()
    told.available(jane)
    call = told.waits()
    past(call, sales, foreseen=100, actual=130, handling=90, jane=jane)

    [(_, words)] = hears(told, 30)
    assert words == "You are next in line. The wait is about 2 minutes."

    QueueEntry.objects.exclude(left_at=None).update(estimated_seconds=400)
    assert [words for _, words in hears(told, 30)] == ["You are next in line."]


def past(call, queue, *, foreseen, actual, handling, jane):
    """Ten calls that the queue has answered, each with an agent's leg of this length."""
    for number in range(10):
        left_at = call.started_at - timedelta(hours=number + 1)
        other = Call.objects.create(key=f"past-{number}", direction="inbound")
        entry = QueueEntry.objects.create(
            call=other,
            queue=queue,
            enqueued_at=left_at - timedelta(seconds=actual),
            left_at=left_at,
            outcome="answered",
            give_up_at=left_at,
            offer_seconds=20,
            wrap_up_seconds=30,
            estimated_seconds=foreseen,
        )
        leg = Leg.objects.create(
            call=other,
            kind="agent",
            agent=jane,
            key=f"past-{number}",
            state="ended",
            ended_at=left_at + timedelta(seconds=handling),
        )
        Offer.objects.create(
            call=other,
            entry=entry,
            agent=jane,
            leg=leg,
            state="accepted",
            offered_at=left_at,
            ended_at=left_at,
        )


def test_a_flow_in_another_language_gets_its_own_messages_only(told, sales):
    node = {"type": "queue", "queue": sales.id}
    flow = Flow.objects.get()
    publish(flow=flow, graph={"start": "a", "language": "cy-GB", "nodes": {"a": node}})
    sales.comfort_messages = "Diolch am aros."
    sales.save()
    told.notify(told.answer())

    hears(told, 30)

    [body] = [body for _, path, body in told.transport.requests if path.endswith("/talk")]
    assert body == {"text": "Diolch am aros.", "language": "cy-GB"}


def test_one_who_cannot_be_told_does_not_keep_the_others_from_it(told, monkeypatch):
    broken = told.waits()
    told.waits(SECOND)
    broken.refresh_from_db()
    keep = announcing._keep

    def fails(call, *args, **more):
        if call.id == broken.id:
            raise RuntimeError
        keep(call, *args, **more)

    monkeypatch.setattr(announcing, "_keep", fails)

    assert [uuid for uuid, _ in hears(told, 30)] == [SECOND]
