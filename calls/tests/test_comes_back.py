"""A call that nobody took comes back to who handed it on, in the midst of the work after it."""

from datetime import timedelta

import pytest

from agents import services as agents
from agents.errors import NoExtension
from agents.models import Agent
from calls import selectors
from calls.models import Disposition, Leg, Offer, Queue, QueueEntry, Transfer
from calls.router import rounds
from calls.selectors.board.people import people
from calls.services import handling, offers, presence
from calls.tests.asking import ask
from calls.tests.leaving import agent_goes, fresh, hangs_up
from calls.tests.parties import broken, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]
NUMBER = "442079461234"
OTHER = "d" * 32


@pytest.fixture
def handed(world, jane, joe):
    """After a minute Jane has handed her caller on to Joe, who is rung; her wrap-up lasts 30 s."""
    world.available(jane)
    call, offer = world.talks()
    world.event("answered", offer.leg.uuid, key=offer.leg.key)
    world.passes(60)
    world.available(joe)
    hands_on(world, call, jane, offer, agent="joe")
    return call


def hands_on(world, call, agent, offer, /, **to):
    ask(world, "transfer", call, agent, kind="blind", to=to)
    world.send()
    agent_goes(world, offer, disconnected_by="platform")
    world.route()


@pytest.fixture
def back(world, jane, handed):
    """Joe has turned it down ten seconds later: it rings for Jane."""
    world.passes(10)
    refused(world)
    return world.offer()


def refused(world):
    world.ends(world.offer(), "rejected")
    world.route()
    world.route()


def picture(world, agent):
    return selectors.me(agent_id=agent.id, now=world.now)


def rung(world, agent):
    return Offer.objects.filter(agent=agent, state="pending").exists()


# She is rung --------------------------------------------------------------------------------


def test_jane_is_rung_in_the_wrap_up_of_this_very_call(world, jane, handed):
    world.passes(10)
    assert state_of(jane) == "wrap_up"

    refused(world)

    offer = world.offer()
    assert (offer.agent, offer.ring_seconds) == (jane, 20)
    shown = picture(world, jane)
    assert (shown["state"], shown["wrap_up"]) == ("offered", None)
    assert shown["offer"]["why"] == "Back to you: Joe did not take the call"
    assert shown["offer"]["by"] is None
    on_floor = people([jane.id], now=world.now)[jane.id].row
    assert (on_floor["state"], on_floor["wrap_up_until"]) == ("offered", None)
    assert broken(world) == {}


def test_she_is_rung_too_when_a_number_does_not_answer(world, jane):
    world.available(jane)
    call, offer = world.talks()
    hands_on(world, call, jane, offer, number=NUMBER)
    number = Leg.objects.get(kind="number")

    world.event("busy", number.uuid, key=number.key)
    world.passes(1)

    assert world.offer().agent == jane
    assert picture(world, jane)["offer"]["why"] == "Back to you: nobody took the call"


def test_she_is_rung_as_soon_as_her_leg_has_ended(world, jane, joe):
    """Joe turned it down before we had heard that Jane's own leg had ended."""
    world.available(jane)
    call, offer = world.talks()
    world.available(joe)
    ask(world, "transfer", call, jane, kind="blind", to={"agent": "joe"})
    world.send()
    world.route()
    refused(world)
    assert not rung(world, jane)

    agent_goes(world, offer, disconnected_by="platform")
    world.route()

    assert world.offer().agent == jane


def test_without_a_wrap_up_too_it_comes_before_callers_who_have_waited_for_longer(
    world, jane, joe, sales
):
    Queue.objects.filter(id=sales.id).update(wrap_up_seconds=0)
    world.available(jane)
    call, offer = world.talks()
    world.available(joe)
    ask(world, "transfer", call, jane, kind="blind", to={"agent": "joe"})
    world.send()
    world.route()
    world.waits(OTHER)
    refused(world)

    agent_goes(world, offer, disconnected_by="platform")
    assert state_of(jane) == "available"
    world.route()

    assert (world.offer().agent, world.offer().call) == (jane, call)


def test_who_has_chosen_a_break_meanwhile_is_not_held(world, jane, handed):
    Agent.objects.filter(id=jane.id).update(choice="on_break")

    held = agents.reserve_all(agent_ids=[jane.id], in_wrap_up=[jane.id], now=world.now)

    assert (held, state_of(jane)) == ({}, "wrap_up")


def test_other_callers_are_not_offered_to_her_meanwhile(world, jane, back):
    world.waits(OTHER)
    world.passes(1)
    assert not Offer.objects.filter(call__legs__uuid=OTHER).exists()

    offers.decline(offer_id=back.id, agent_id=jane.id, actor="jane", now=world.now)
    world.passes(11)

    assert not rung(world, jane)
    assert broken(world) == {}


def test_an_agent_in_the_wrap_up_of_another_call_is_not_rung(world, jane, joe, handed):
    """Jane talked to somebody else after it."""
    agents.choose(agent_id=jane.id, state="available", reason="", actor="jane", now=world.now)
    world.waits(OTHER)
    world.route()
    other = Offer.objects.get(agent=jane, state="pending")
    world.picks_up(other)
    world.passes(2)
    hangs_up(world, OTHER)
    agent_goes(world, other, disconnected_by="platform")
    assert state_of(jane) == "wrap_up"

    refused(world)

    assert not rung(world, jane)
    assert QueueEntry.objects.get(call=handed, left_at=None).queue.name == "Sales"


def test_nor_is_she_by_a_new_call_that_is_for_her_alone(world, jane, handed):
    """Her caller rings at Joe still; somebody else has pressed 2, for Jane."""
    world.press(world.answer(OTHER), "2", OTHER)

    world.passes(1)

    assert QueueEntry.objects.get(call__legs__uuid=OTHER, left_at=None).agent == jane
    assert not rung(world, jane)


def test_who_wants_a_break_after_it_is_not_rung(world, jane, handed):
    agents.choose_next(agent_id=jane.id, state="on_break", reason="", actor="jane", now=world.now)

    refused(world)

    assert not rung(world, jane)
    assert QueueEntry.objects.get(left_at=None).queue.name == "Sales"


def test_who_chooses_a_break_before_it_rings_is_not_rung(world, jane, handed):
    world.ends(world.offer(), "rejected")
    rounds.expire(now=world.now)
    assert QueueEntry.objects.get(left_at=None).agent == jane
    agents.choose_next(agent_id=jane.id, state="on_break", reason="", actor="jane", now=world.now)

    world.route()

    assert not rung(world, jane)


def test_who_closes_the_console_is_not_rung(world, jane, handed):
    agents.beat(agent_id=jane.id, now=world.now)
    world.passes(16)

    refused(world)

    assert not rung(world, jane)


# What becomes of it -------------------------------------------------------------------------


def test_she_takes_it_and_wraps_it_up_once(world, jane, back):
    world.picks_up(back)
    call = fresh(back.call)
    assert (call.state, call.agent, state_of(jane)) == ("connected", jane, "busy")
    assert picture(world, jane)["wrap_up_until"] is None
    world.passes(40)
    assert state_of(jane) == "busy"

    hangs_up(world)
    agent_goes(world, back, disconnected_by="platform")

    assert state_of(jane) == "wrap_up"
    assert picture(world, jane)["wrap_up"]["call"] == call.id
    assert broken(world) == {}
    world.passes(31)
    assert state_of(jane) == "available"
    assert Transfer.objects.get().state == "returned"


def test_the_call_goes_on_so_its_outcome_is_asked_for_at_its_end(world, sales, jane, back):
    sold = Disposition.objects.create(label="Sold")
    sales.dispositions.add(sold)
    Queue.objects.update(is_disposition_required=True)

    assert picture(world, jane)["outcomes"] == 0
    world.picks_up(back)
    world.passes(40)
    assert picture(world, jane)["outcomes"] == 0
    hangs_up(world)
    agent_goes(world, back, disconnected_by="platform")

    shown = picture(world, jane)
    assert (shown["outcomes"], shown["wrap_up"]["outcome_required"]) == (0, True)
    world.passes(31)
    assert picture(world, jane)["outcomes"] == 1
    handling.dispose(call_id=back.call_id, agent_id=jane.id, disposition_id=sold.id, now=world.now)
    assert picture(world, jane)["outcomes"] == 0


def test_she_declines_and_goes_on_with_her_work(world, jane, joe, back):
    until = picture(world, jane)["wrap_up_until"]

    offers.decline(offer_id=back.id, agent_id=jane.id, actor="jane", now=world.now)
    world.route()

    shown = picture(world, jane)
    assert (shown["state"], shown["wrap_up_until"]) == ("wrap_up", until)
    assert shown["wrap_up"]["call"] == back.call_id
    assert QueueEntry.objects.get(left_at=None).queue.name == "Sales"
    assert broken(world) == {}
    world.passes(20)
    assert state_of(jane) != "wrap_up"


@pytest.mark.parametrize(
    ("status", "seen", "state"),
    [("timeout", True, "missed"), ("timeout", False, "wrap_up"), ("failed", True, "wrap_up")],
)
def test_what_she_does_not_hear_or_answer_goes_to_the_queue(world, jane, back, status, seen, state):
    if seen:
        offers.see(offer_id=back.id, agent_id=jane.id, now=world.now)

    world.ends(back, status)
    world.route()

    assert state_of(jane) == state
    assert fresh(back.call).state in {"queued", "offered"}
    assert QueueEntry.objects.get(left_at=None).queue.name == "Sales"
    assert broken(world) == {}


def test_a_caller_who_hangs_up_while_it_rings_leaves_her_to_her_work(world, jane, back):
    hangs_up(world)
    world.send()

    assert (fresh(back.call).state, fresh(back).state) == ("ended", "rescinded")
    assert state_of(jane) == "wrap_up"
    assert picture(world, jane)["wrap_up"]["ended_at"] == world.now
    assert broken(world) == {}


def test_a_wrap_up_that_runs_out_while_it_rings_frees_her_when_it_stops(world, jane, back):
    world.passes(21)
    assert state_of(jane) == "offered"
    assert broken(world) == {}

    offers.decline(offer_id=back.id, agent_id=jane.id, actor="jane", now=world.now)

    assert state_of(jane) == "available"
    assert broken(world) == {}


def test_a_break_that_she_chooses_while_it_rings_is_kept(world, jane, back):
    presence.choose_next(agent_id=jane.id, state="on_break", reason="", actor="jane", now=world.now)
    assert picture(world, jane)["next_state"] == "on_break"

    hangs_up(world)

    assert (state_of(jane), picture(world, jane)["next_state"]) == ("wrap_up", "on_break")
    world.passes(31)
    assert state_of(jane) == "on_break"


def test_she_logs_out_while_it_rings(world, jane, back):
    presence.log_out(agent_id=jane.id, actor="jane", now=world.now)

    offers.decline(offer_id=back.id, agent_id=jane.id, actor="jane", now=world.now)

    assert state_of(jane) == "offline"
    assert broken(world) == {}


def test_more_time_is_refused_while_it_rings(world, jane, back):
    with pytest.raises(NoExtension, match="rings for you"):
        handling.extend_wrap_up(agent_id=jane.id, now=world.now)


# Her work, cut in two ------------------------------------------------------------------------


@pytest.fixture
def cut(world, jane, back):
    """It has rung for five seconds when she turns it down; her wrap-up has ended since."""
    world.passes(5)
    offers.decline(offer_id=back.id, agent_id=jane.id, actor="jane", now=world.now)
    world.route()
    world.passes(20)
    assert state_of(jane) == "available"


def test_both_parts_of_her_work_are_on_the_page_of_the_call(client, ada, handed, cut):
    client.force_login(ada)

    lanes = client.get(f"/calls/{handed.id}/").context["journey"].picture.lanes

    segments = next(lane.segments for lane in lanes if lane.name == "Jane")
    assert [one.words for one in segments if one.kind == "wrap"] == ["wrap-up 0:10", "wrap-up 0:15"]


def test_the_longest_wrap_up_offers_no_more_time_for_being_broken_into(world, jane, back):
    Offer.objects.update(wrap_up_seconds=900)
    Agent.objects.filter(id=jane.id).update(wrap_up_until=world.now + timedelta(seconds=890))

    offers.decline(offer_id=back.id, agent_id=jane.id, actor="jane", now=world.now)

    assert picture(world, jane)["wrap_up"]["extendable"] is False
    with pytest.raises(NoExtension):
        handling.extend_wrap_up(agent_id=jane.id, now=world.now)
