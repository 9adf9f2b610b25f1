"""What an agent is shown of the call they are in: who else is, where, and what was asked."""

from datetime import timedelta

import pytest

from calls import selectors
from calls.models import Call, Customer, Leg, Supervision
from calls.selectors.me.talk import supervisions_of
from calls.services.offers import see
from calls.tests.asking import ask
from calls.tests.leaving import agent_goes

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane):
    world.available(jane)
    call, offer = world.talks()
    world.passes(3)
    return call, offer


def picture(world, agent):
    return selectors.me(agent_id=agent.id, now=world.now)


def parties(world, agent):
    return [
        (one["kind"], one["name"] or one["number"], one["state"], one["me"])
        for one in picture(world, agent)["call"]["parties"]
    ]


def test_the_customer_on_hold_is_shown_where_they_are(world, jane, talk):
    call, _ = talk
    Call.objects.filter(id=call.id).update(customer=Customer.objects.create(key="k", name="Kim"))

    ask(world, "hold", call, jane)
    asked = picture(world, jane)["call"]
    world.send()
    done = picture(world, jane)["call"]

    assert (asked["state"], asked["held_at"]) == ("held", world.now)
    assert [one["state"] for one in asked["commands"]] == ["pending"]
    assert [(one["kind"], one["state"], one["error"]) for one in done["commands"]] == [
        ("hold", "done", None)
    ]
    assert parties(world, jane) == [
        ("customer", "Kim", "held", False),
        ("agent", "Jane", "in", True),
    ]


def test_a_command_that_failed_says_why_for_fifteen_seconds(world, jane, talk):
    call, _ = talk
    world.transport.answers = lambda method, path: 400 if method == "PUT" else 204
    ask(world, "hold", call, jane)
    world.send()

    (command,) = picture(world, jane)["call"]["commands"]
    world.now += timedelta(seconds=16)

    assert command["state"] == "failed"
    assert command["error"]["code"] == "call_gone"
    assert command["error"]["message"].startswith("Vonage could not do it")
    assert picture(world, jane)["call"]["commands"] == []


def test_the_one_consulted_rings_talks_and_is_known_to_both(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    ask(world, "consult", call, jane, to={"agent": "joe"})
    world.send()

    ringing = picture(world, jane)["call"]["consult"]
    offered = picture(world, joe)["offer"]
    world.picks_up(world.offer())
    talking = picture(world, jane)["call"]
    his = picture(world, joe)["call"]

    assert (ringing["name"], ringing["state"]) == ("Joe", "ringing")
    assert (offered["kind"], offered["by"]) == ("consult", "Jane")
    assert talking["consult"]["state"] == "talking"
    assert [one["role"] for one in talking["parties"]] == [None, None, "consult"]
    assert [one["removable"] for one in talking["parties"]] == [False, False, True]
    assert (talking["mine"], his["mine"]) == (True, False)
    assert [one["me"] for one in his["parties"]] == [False, False, True]


def test_one_put_aside_is_shown_aside(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    ask(world, "consult", call, jane, to={"agent": "joe"})
    world.send()
    world.picks_up(world.offer())
    world.passes(1)
    ask(world, "swap", call, jane)
    world.send()

    assert picture(world, jane)["call"]["consult"]["state"] == "aside"
    assert parties(world, jane)[-1] == ("agent", "Joe", "aside", False)


def test_who_hands_a_call_on_is_named_in_its_offer(world, jane, joe, talk):
    call, offer = talk
    world.available(joe)
    ask(world, "transfer", call, jane, kind="blind", to={"agent": "joe"})
    world.send()
    agent_goes(world, offer, disconnected_by="platform")
    world.route()

    found = picture(world, joe)["offer"]

    assert (found["kind"], found["by"]) == ("call", "Jane")


@pytest.mark.parametrize(
    ("mode", "told", "shown"),
    [
        ("listen", False, []),
        ("whisper", False, []),
        ("listen", True, [{"name": "Joe", "mode": "listen"}]),
        ("barge", False, [{"name": "Joe", "mode": "barge"}]),
    ],
)
def test_agents_see_who_listens_only_if_they_are_told(world, jane, joe, talk, mode, told, shown):
    call, _ = talk
    leg = Leg.objects.create(
        call=call, kind="supervisor", agent=joe, key="f" * 20, state="answered",
        room=call.room_name(), planned_at=world.now, news_at=world.now,
    )  # fmt: skip
    Supervision.objects.create(
        call=call, agent=joe, leg=leg, mode=mode, state="joined", is_told=told, began_at=world.now
    )

    found = picture(world, jane)["call"]

    assert found["supervisors"] == shown
    assert [one["name"] for one in found["parties"] if one["kind"] == "supervisor"] == [
        one["name"] for one in shown
    ]


def test_an_answering_machine_is_noticed(world, jane, talk):
    call, _ = talk
    Call.objects.filter(id=call.id).update(direction="outbound")
    call.events.create(version=99, type="machine", at=world.now)

    assert picture(world, jane)["call"]["machine"] is True


@pytest.mark.parametrize(("status", "result"), [("rejected", "declined"), ("unanswered", "missed")])
def test_why_the_one_consulted_did_not_come_is_told_for_fifteen_seconds(
    world, jane, joe, talk, status, result
):
    call, _ = talk
    world.available(joe)
    ask(world, "consult", call, jane, to={"agent": "joe"})
    world.send()

    offer = world.offer()
    see(offer_id=offer.id, agent_id=joe.id, now=world.now)
    world.ends(offer, status)
    found = picture(world, jane)["call"]
    at = world.now
    world.now += timedelta(seconds=16)

    assert found["consult"] is None
    assert found["consult_ended"] == {"name": "Joe", "number": None, "result": result, "at": at}
    assert picture(world, jane)["call"]["consult_ended"] is None


def test_a_consultation_that_the_agent_ends_is_no_news(world, jane, joe, talk):
    call, _ = talk
    world.available(joe)
    ask(world, "consult", call, jane, to={"agent": "joe"})
    world.send()
    ask(world, "cancel", call, jane)
    world.send()

    assert picture(world, jane)["call"]["consult_ended"] is None


def test_who_listens_knows_by_which_leg(world, jane, joe, talk):
    call, _ = talk
    leg = Leg.objects.create(
        call=call, kind="supervisor", agent=joe, key="f" * 20, state="answered", uuid="LEG-9",
        room=call.room_name(), planned_at=world.now, news_at=world.now,
    )  # fmt: skip
    Supervision.objects.create(
        call=call, agent=joe, leg=leg, mode="listen", state="joined", began_at=world.now
    )

    found = supervisions_of([joe.id], now=world.now)[joe.id]

    assert (found["uuid"], found["phone_call"]) == ("LEG-9", "LEG-9")
