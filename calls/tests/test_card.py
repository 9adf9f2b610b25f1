"""What an agent is told of a call of theirs, and of its caller."""

from datetime import timedelta

import pytest

from agents import services as agents
from calls import selectors
from calls.errors import NoSuchCall
from calls.models import Call, Disposition, Leg, Offer, Queue, QueueEntry
from calls.selectors.steps import steps_of
from calls.services import handling, offers
from calls.tests.asking import ask
from calls.tests.doors import error
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def card(call, agent, *, at):
    return selectors.card(call_id=call.id, agent_id=agent.id, now=at)


def told(call, agent, *, at):
    return [(step["seg"], step["text"]) for step in card(call, agent, at=at)["steps"]]


def passes(world, seconds):
    world.now += timedelta(seconds=seconds)


def over(world, call, *, seconds=60):
    """The agent ends the call after these seconds."""
    passes(world, seconds)
    ask(world, "end", call, call.agent)
    for leg in call.legs.all():
        key = "" if leg.kind == "customer" else leg.key
        world.event("completed", leg.uuid, key=key, disconnected_by="platform")
    world.send()


def test_a_call_is_told_from_the_menu_to_its_end(world, jane):
    world.available(jane)
    asked = world.answer()
    passes(world, 5)
    world.press(asked, "1")
    call = Call.objects.get()
    passes(world, 112)
    world.route()
    before = told(call, jane, at=world.now)
    passes(world, 6)
    world.picks_up(world.offer())
    call.refresh_from_db()
    during = told(call, jane, at=world.now)
    over(world, call, seconds=125)

    steps = [
        ("flow", "Called +44 20 7946 0000"),
        ("flow", "Pressed 1, Sales"),
        ("queue", "Waited in Sales for 1:58"),
        ("offer", "Offered to you, accepted after 0:06"),
        ("talk", "Talked with you for 2:05"),
        ("wrap", "You ended the call"),
    ]
    assert before == [*steps[:2], ("queue", "Waiting in Sales"), ("offer", "Offered to you")]
    assert during == [*steps[:4], ("talk", "Talking with you")]
    assert told(call, jane, at=world.now) == steps


def test_steps_bear_their_times(world, jane):
    world.available(jane)
    began = world.now
    call = world.waits()
    passes(world, 30)
    world.route()

    assert [step["at"] for step in card(call, jane, at=world.now)["steps"]] == [
        *(began, began, began),
        world.now,
    ]


def test_what_became_of_offers_to_colleagues_is_told_by_name(world, jane, joe):
    world.available(joe)
    call = world.waits()
    world.route()
    declined = world.offer()
    offers.see(offer_id=declined.id, agent_id=joe.id, now=world.now)
    world.ends(declined, "rejected")
    world.passes(11)
    missed = world.offer()
    offers.see(offer_id=missed.id, agent_id=joe.id, now=world.now)
    passes(world, 20)
    world.ends(missed, "timeout")
    world.available(jane)
    world.route()
    world.ends(world.offer(), "busy")
    world.passes(11)

    assert told(call, jane, at=world.now)[3:] == [
        ("offer", "Offered to Joe, declined after 0:00"),
        ("lost", "Offered to Joe, missed after 0:20"),
        ("lost", "Offered to you: the device refused"),
        ("offer", "Offered to you"),
    ]


def test_an_agent_who_was_lost_and_the_next_one_are_told_apart(world, jane, joe):
    world.available(jane)
    call, offer = world.talks()
    passes(world, 60)
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    world.available(joe)
    world.passes(31)
    world.picks_up(world.offer())
    call.refresh_from_db()
    over(world, call, seconds=30)

    assert told(call, joe, at=world.now)[4:] == [
        ("talk", "Talked with Jane for 1:00"),
        ("lost", "The connection to Jane was lost; the caller waits again"),
        ("offer", "Offered to you, accepted after 0:00"),
        ("talk", "Talked with you for 0:30"),
        ("wrap", "You ended the call"),
    ]
    assert told(call, jane, at=world.now)[-2:] == [
        ("talk", "Talked with Joe for 0:30"),
        ("wrap", "Joe ended the call"),
    ]


def test_a_wait_for_one_agent_and_its_end_are_told(world, jane, joe):
    world.available(jane)
    world.press(world.answer(), "2")
    world.route()
    call = Call.objects.get()
    world.ends(world.offer(), "failed")
    world.route()

    assert told(call, jane, at=world.now)[1:5] == [
        ("flow", "Pressed 2, Jane"),
        ("queue", "Waited for you for 0:00"),
        ("lost", "Offered to you: could not be connected"),
        ("queue", "Nobody was free in time"),
    ]


@pytest.mark.parametrize(
    ("by", "words"),
    [("user", "The caller hung up"), ("platform", "The caller's line broke off")],
)
def test_the_end_names_who_ended_it(world, jane, by, words):
    world.available(jane)
    call, _ = world.talks()

    world.event("completed", disconnected_by=by)

    assert told(call, jane, at=world.now)[-1] == ("wrap", words)


def test_a_card_has_the_agents_own_note_and_the_outcomes_of_its_queue(world, jane, sales):
    labels = [Disposition.objects.create(label=label, position=n) for n, label in enumerate("ba")]
    Disposition.objects.create(label="of nobody's queue")
    sales.dispositions.add(*labels)
    world.available(jane)
    call, _ = world.talks()
    empty = card(call, jane, at=world.now)
    handling.note(call_id=call.id, agent_id=jane.id, text="Wants blue.", now=world.now)
    handling.dispose(call_id=call.id, agent_id=jane.id, disposition_id=labels[1].id, now=world.now)

    found = card(call, jane, at=world.now)

    assert (empty["note"], empty["disposition"]) == ("", None)
    assert (found["note"], found["disposition"]) == ("Wants blue.", labels[1].id)
    assert [one["label"] for one in found["dispositions"]] == ["b", "a"]


def test_an_outcome_that_was_chosen_stays_though_the_queue_has_it_no_more(world, jane, sales):
    sold = Disposition.objects.create(label="Sold")
    sales.dispositions.add(sold)
    world.available(jane)
    call, _ = world.talks()
    handling.dispose(call_id=call.id, agent_id=jane.id, disposition_id=sold.id, now=world.now)

    sales.dispositions.clear()

    found = card(call, jane, at=world.now)["dispositions"]
    assert found == [{"id": sold.id, "label": "Sold", "children": []}]


def test_the_callers_earlier_calls_are_there_newest_first(world, jane, joe):
    world.available(joe)
    first, _ = world.talks("a" * 32)
    handling.note(call_id=first.id, agent_id=joe.id, text="Asked for blue.", now=world.now)
    over(world, first)
    world.passes(31)
    second = world.waits("b" * 32)
    passes(world, 140)
    world.event("completed", "b" * 32, disconnected_by="user")
    world.route()
    agents.choose(agent_id=joe.id, state="offline", reason="", actor="joe", now=world.now)
    world.available(jane)
    call, _ = world.talks("c" * 32)

    found = card(call, jane, at=world.now)

    assert found["calls_30_days"] == 3
    first.refresh_from_db()
    assert found["earlier"] == [
        {
            "id": second.id,
            "at": second.started_at,
            "direction": "inbound",
            "queue": "Sales",
            "agent": None,
            "talk_s": None,
            "outcome": "Abandoned",
            "note": "",
            "callback": None,
            "voicemail": False,
            "mine": False,
        },
        {
            "id": first.id,
            "at": first.started_at,
            "direction": "inbound",
            "queue": "Sales",
            "agent": "Joe",
            "talk_s": 60,
            "outcome": "Answered",
            "note": "Asked for blue.",
            "callback": None,
            "voicemail": False,
            "mine": False,
        },
    ]


def earlier_calls(world, count, number):
    Call.objects.bulk_create(
        Call(
            key=f"{place:032}",
            direction="inbound",
            from_number=number,
            started_at=world.now - timedelta(days=place),
            state="ended",
            ended_at=world.now - timedelta(days=place),
        )
        for place in range(1, count + 1)
    )


def test_five_earlier_calls_are_shown_and_those_of_thirty_days_counted(
    world, jane, django_assert_max_num_queries
):
    earlier_calls(world, 40, World.CALLER)
    world.available(jane)
    call, _ = world.talks()

    with django_assert_max_num_queries(13):
        found = card(call, jane, at=world.now)

    assert len(found["earlier"]) == 5
    assert found["calls_30_days"] == 1 + 29


def test_nobody_knows_earlier_calls_of_a_withheld_number(world, jane, monkeypatch):
    earlier_calls(world, 3, "")
    monkeypatch.setattr(world, "CALLER", "")
    world.available(jane)
    call, _ = world.talks()

    found = card(call, jane, at=world.now)

    assert (found["from"], found["earlier"], found["calls_30_days"]) == ("", [], 0)


def test_only_who_was_rung_for_a_call_is_told_of_it(world, browser, jane, joe, ada):
    world.available(jane)
    call = world.waits()
    path = f"/api/calls/{call.id}/card"
    assert error(browser(jane.user).get(path)) == (404, "not_found")
    world.route()

    assert browser(jane.user).get(path).json()["id"] == call.id
    assert error(browser(joe.user).get(path)) == (404, "not_found")
    assert error(browser(ada).get(path)) == (403, "not_allowed")
    with pytest.raises(NoSuchCall):
        selectors.card(call_id=0, agent_id=jane.id, now=world.now)


def test_outcomes_are_those_of_the_queue_from_which_the_agent_got_the_call(world, jane, sales):
    support = Queue.objects.create(name="Support")
    for queue, label in ((sales, "Sold"), (support, "Solved")):
        queue.dispositions.add(Disposition.objects.create(label=label))
    world.available(jane)
    call, _ = world.talks()
    later = QueueEntry.objects.create(
        call=call,
        queue=support,
        enqueued_at=world.now,
        give_up_at=world.now,
        left_at=world.now,
        offer_seconds=20,
        wrap_up_seconds=30,
    )
    leg = Leg.objects.create(call=call, kind="agent", agent=jane, key="f" * 20, state="ended")
    Offer.objects.create(
        call=call, entry=later, agent=jane, leg=leg, state="missed", offered_at=world.now
    )

    found = card(call, jane, at=world.now)

    [sold] = found["dispositions"]
    assert (found["queue"], sold["label"]) == ("Sales", "Sold")
    handling.dispose(call_id=call.id, agent_id=jane.id, disposition_id=sold["id"], now=world.now)
    assert card(call, jane, at=world.now)["disposition"] == sold["id"]


def test_the_steps_end_where_the_call_was_read_though_it_has_ended_since(world, jane):
    world.available(jane)
    world.talks()
    read_before = Call.objects.get()
    over(world, read_before)

    steps = steps_of(read_before, list(Offer.objects.all()), agent_id=jane.id)

    assert steps[-1]["text"] == "Talking with you"
