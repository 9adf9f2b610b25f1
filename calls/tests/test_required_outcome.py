"""Queues that require an outcome: the wrap-up, the list of things to do, and sub-levels."""

from datetime import timedelta

import pytest

from agents import services as agents
from calls import selectors
from calls.errors import OutcomeRequired, UnknownCommand
from calls.models import Disposition, Handling, Queue
from calls.services import handling, presence
from calls.tests.doors import error
from calls.tests.sockets import refused, run

pytestmark = [pytest.mark.db]
rows = pytest.mark.django_db
sockets = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sold(sales):
    """Sales requires an outcome, and this is the only one."""
    sold = Disposition.objects.create(label="Sold")
    sales.dispositions.add(sold)
    Queue.objects.filter(id=sales.id).update(is_disposition_required=True)
    return sold


@pytest.fixture
def after_call(world, jane, sold):
    """Jane's wrap-up of a call of Sales has begun."""
    return wraps_up(world, jane)


def wraps_up(world, jane, uuid="a" * 32):
    world.available(jane)
    call, offer = world.talks(uuid)
    world.event("completed", uuid, disconnected_by="user")
    offer.leg.refresh_from_db()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    return call


def choose(world, agent, state="available"):
    presence.choose(agent_id=agent.id, state=state, reason="", actor="jane", now=world.now)


def dispose(world, call, agent, disposition):
    chosen = disposition and disposition.id
    handling.dispose(call_id=call.id, agent_id=agent.id, disposition_id=chosen, now=world.now)


def me(world, agent):
    return selectors.me(agent_id=agent.id, now=world.now)


def todo(world, agent):
    return selectors.todo(agent.user, now=world.now)["outcomes"]


@rows
@pytest.mark.parametrize("state", ["available", "on_break"])
def test_a_wrap_up_does_not_end_by_hand_without_the_outcome(world, after_call, jane, state):
    with pytest.raises(OutcomeRequired):
        choose(world, jane, state)

    assert me(world, jane)["state"] == "wrap_up"


@rows
def test_with_the_outcome_it_ends_by_hand(world, after_call, jane, sold):
    dispose(world, after_call, jane, sold)

    choose(world, jane)

    assert me(world, jane)["state"] == "available"


@rows
def test_an_outcome_that_was_taken_back_is_required_again(world, after_call, jane, sold):
    dispose(world, after_call, jane, sold)
    dispose(world, after_call, jane, None)

    with pytest.raises(OutcomeRequired):
        choose(world, jane)


@rows
def test_who_goes_offline_is_not_kept(world, after_call, jane):
    choose(world, jane, "offline")

    assert (me(world, jane)["state"], me(world, jane)["outcomes"]) == ("offline", 1)


@rows
def test_when_its_time_is_over_the_call_stays_on_the_list(world, after_call, jane, sold):
    assert (me(world, jane)["outcomes"], todo(world, jane)) == (0, [])

    world.passes(31)

    assert (me(world, jane)["state"], me(world, jane)["outcomes"]) == ("available", 1)
    after_call.refresh_from_db()
    assert todo(world, jane) == [
        {
            "call": after_call.id,
            "queue": "Sales",
            "number": world.CALLER,
            "answered_at": after_call.answered_at,
            "ended_at": after_call.ended_at,
        }
    ]
    dispose(world, after_call, jane, sold)
    assert (me(world, jane)["outcomes"], todo(world, jane)) == (0, [])


@rows
def test_a_wrap_up_that_is_over_but_not_ended_yet_keeps_nobody(world, after_call, jane):
    world.now += timedelta(seconds=30)

    choose(world, jane)

    assert me(world, jane)["state"] == "available"


@rows
def test_calls_of_yesterday_and_of_colleagues_are_not_on_the_list(world, after_call, jane, joe):
    world.passes(31)

    assert todo(world, joe) == []
    assert me(world, joe)["outcomes"] == 0
    world.now += timedelta(days=1)
    assert todo(world, jane) == []


@rows
def test_the_call_that_is_wrapped_up_is_not_on_the_list_and_the_one_before_is(
    world, after_call, jane
):
    world.passes(31)

    second = wraps_up(world, jane, "b" * 32)

    assert me(world, jane)["wrap_up"]["call"] == second.id
    assert [row["call"] for row in todo(world, jane)] == [after_call.id]


@rows
def test_a_call_that_goes_on_is_not_on_the_list(world, jane, sold):
    world.available(jane)
    world.talks()

    assert me(world, jane)["outcomes"] == 0


@rows
def test_the_wrap_up_says_what_is_required_and_what_was_chosen(world, after_call, jane, sold):
    before = me(world, jane)["wrap_up"]
    dispose(world, after_call, jane, sold)
    after = me(world, jane)["wrap_up"]

    assert (before["outcome_required"], before["outcome"]) == (True, None)
    assert (after["outcome_required"], after["outcome"]) == (True, sold.id)
    card = selectors.card(call_id=after_call.id, agent_id=jane.id, now=world.now)
    assert card["outcome_required"] is True


@rows
def test_a_queue_without_outcomes_to_choose_requires_none(world, jane, sold, sales):
    sales.dispositions.clear()
    call = wraps_up(world, jane)

    choose(world, jane)

    assert me(world, jane)["outcomes"] == 0
    card = selectors.card(call_id=call.id, agent_id=jane.id, now=world.now)
    assert card["outcome_required"] is False


@rows
def test_what_follows_a_wrap_up_can_be_chosen_without_it(world, after_call, jane):
    presence.choose_next(agent_id=jane.id, state="on_break", reason="", actor="jane", now=world.now)
    world.passes(31)

    picture = me(world, jane)
    assert (picture["state"], picture["outcomes"]) == ("on_break", 1)


@rows
def test_the_api_says_that_it_is_required(world, after_call, janes, jane):
    agents.extend_wrap_up(agent_id=jane.id, seconds=30, now=world.now)
    later = {"wrap_up_until": "2099-01-01T00:00:00Z"}  # the API asks the real clock
    type(jane).objects.filter(id=jane.id).update(**later)

    reply = janes.put("/api/agents/me/state", {"state": "available"}, format="json")

    assert error(reply) == (409, "outcome_required")


@sockets
async def test_the_console_is_told_too_and_an_outcome_shows_in_every_window(
    world, consoles, jane, sold
):
    call = await run(wraps_up, world, jane)
    await run(type(jane).objects.filter(id=jane.id).update, wrap_up_until="2099-01-01T00:00:00Z")
    one, _ = await consoles(jane.user)
    other, snapshot = await consoles(jane.user)

    answer, _ = await one.ask(command="state", state="available")
    await one.ask(command="disposition", call=call.id, disposition=sold.id)

    assert refused(answer, "outcome_required")
    assert snapshot["agent"]["wrap_up"]["outcome"] is None
    frame = await other.frame()
    assert frame["changes"]["agent"]["wrap_up"]["outcome"] == sold.id


@rows
def test_a_broader_outcome_is_not_chosen_but_one_below_it(world, after_call, jane, sold, sales):
    fault = Disposition.objects.create(label="Fault", position=1)
    line = Disposition.objects.create(label="Line", parent=fault)
    modem = Disposition.objects.create(label="Modem", parent=fault, position=2)
    sales.dispositions.add(fault)

    card = selectors.card(call_id=after_call.id, agent_id=jane.id, now=world.now)
    with pytest.raises(UnknownCommand):
        dispose(world, after_call, jane, fault)
    dispose(world, after_call, jane, modem)

    assert card["dispositions"] == [
        {"id": sold.id, "label": "Sold", "children": []},
        {
            "id": fault.id,
            "label": "Fault",
            "children": [{"id": line.id, "label": "Line"}, {"id": modem.id, "label": "Modem"}],
        },
    ]
    assert Handling.objects.get().disposition == modem
    choose(world, jane)


@rows
def test_a_queue_may_offer_some_of_what_is_below_a_broader_outcome(world, after_call, jane, sales):
    fault = Disposition.objects.create(label="Fault")
    line = Disposition.objects.create(label="Line", parent=fault)
    modem = Disposition.objects.create(label="Modem", parent=fault)
    sales.dispositions.set([line])

    card = selectors.card(call_id=after_call.id, agent_id=jane.id, now=world.now)
    with pytest.raises(UnknownCommand):
        dispose(world, after_call, jane, modem)

    assert card["dispositions"] == [
        {"id": fault.id, "label": "Fault", "children": [{"id": line.id, "label": "Line"}]}
    ]
