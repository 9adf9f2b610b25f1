"""An offer that rings where nobody is any more: it failed, and nobody missed it."""

from datetime import timedelta

import pytest

from agents import phones
from agents import services as agents
from agents.errors import PhoneElsewhere
from agents.models import Agent, AgentState
from calls.models import Call, Offer
from calls.router import rounds
from calls.services import offers, phone, presence

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def tab(world, jane):
    """Jane's window, which is her telephone."""

    class Tab:
        def __init__(self):
            self.claims()

        def claims(self, tab="jane's only tab", *, take_over=False):
            lease = phone.claim(
                agent_id=jane.id, tab=tab, epoch=None, take_over=take_over, now=world.now
            )
            self.epoch = lease.epoch

        def beats(self):
            agents.beat(agent_id=jane.id, epoch=self.epoch, now=world.now)

        def closes(self):
            phones.close(agent_id=jane.id, epoch=self.epoch, now=world.now)

    return Tab()


@pytest.fixture
def offer(world, jane, tab):
    """It rings at Jane's, and her window has said so."""
    world.available(jane)
    tab.beats()
    world.waits()
    world.route()
    offer = world.offer()
    offers.see(offer_id=offer.id, agent_id=jane.id, now=world.now)
    return offer


def outcome(offer):
    offer.refresh_from_db()
    return offer.state, offer.cause


def state_of(agent):
    running = AgentState.objects.get(agent=agent, ended_at=None)
    return running.state, running.reason


def test_a_closed_window_fails_its_offer_as_unreachable_after_five_seconds(world, jane, tab, offer):
    tab.closes()
    world.passes(4.9)
    assert outcome(offer) == ("pending", "")

    world.passes(0.2)

    assert outcome(offer) == ("failed", "unreachable")
    assert state_of(jane) == ("offline", "connection_lost")
    assert Call.objects.get().state == "queued"


def test_its_leg_is_hung_up_and_the_caller_offered_to_the_next(world, jane, joe, tab, offer):
    world.available(joe)
    tab.closes()

    world.passes(5.1)

    assert [body["action"] for body in world.sent("PUT")] == ["hangup"]
    again = Offer.objects.get(state="pending")
    assert (again.agent, again.entry_id) == (joe, offer.entry_id)


def test_the_agent_is_back_with_the_first_beat(world, jane, tab, offer):
    tab.closes()
    world.passes(5.1)

    tab.beats()

    assert state_of(jane)[0] == "available"


def test_a_window_that_loads_again_keeps_its_offer(world, jane, tab, offer):
    tab.closes()
    world.now += timedelta(seconds=2)
    tab.claims()
    tab.beats()

    world.passes(5)

    assert outcome(offer) == ("pending", "")


def test_a_console_that_falls_silent_fails_its_offer_with_its_lease(world, jane, offer):
    world.passes(14.9)
    assert outcome(offer) == ("pending", "")

    world.passes(0.2)

    assert outcome(offer) == ("failed", "unreachable")


@pytest.mark.parametrize("news", ["timeout", "unanswered"])
def test_what_rang_out_in_a_closed_window_is_not_missed(world, jane, tab, offer, news):
    tab.closes()
    world.now += timedelta(seconds=1)

    world.ends(offer, news)

    assert outcome(offer) == ("failed", "unreachable")
    assert Agent.objects.get(id=jane.id).choice == "available"


def test_what_rang_out_in_an_open_window_is_missed(world, jane, tab, offer):
    world.now += timedelta(seconds=10)
    tab.beats()
    world.now += timedelta(seconds=10)
    tab.beats()

    world.ends(offer, "timeout")

    assert outcome(offer) == ("missed", "")
    assert state_of(jane) == ("missed", "missed")


def test_a_declined_call_is_declined_whatever_becomes_of_the_window(world, jane, tab, offer):
    tab.closes()

    world.ends(offer, "rejected")

    assert outcome(offer) == ("declined", "")


@pytest.fixture(params=["a reload", "a take-over"])
def another_page(request, world, tab, offer):
    """Jane's telephone is a page that was not there when it began to ring."""
    world.now += timedelta(seconds=2)
    if request.param == "a reload":
        tab.closes()
        world.now += timedelta(seconds=2)
        tab.claims()
    else:
        tab.claims("jane's other tab", take_over=True)
    tab.beats()


def rings_out(world, tab, offer):
    for _ in range(4):
        world.now += timedelta(seconds=5)
        tab.beats()
    world.ends(offer, "timeout")


def test_what_rang_out_in_a_page_that_never_heard_it_is_not_missed(
    world, jane, tab, offer, another_page
):
    rings_out(world, tab, offer)

    assert outcome(offer) == ("failed", "unreachable")
    assert state_of(jane)[0] == "available"


def test_what_rings_in_the_other_page_as_well_can_be_missed(world, jane, tab, offer, another_page):
    offers.see(offer_id=offer.id, agent_id=jane.id, now=world.now)

    rings_out(world, tab, offer)

    assert outcome(offer) == ("missed", "")


def test_a_page_that_claims_its_own_phone_again_still_sees_what_rings(world, jane, tab, offer):
    phone.claim(agent_id=jane.id, tab="any", epoch=tab.epoch, take_over=False, now=world.now)

    rings_out(world, tab, offer)

    assert outcome(offer) == ("missed", "")


def test_a_refused_claim_takes_nothing_from_what_rings(world, jane, tab, offer):
    with pytest.raises(PhoneElsewhere):
        tab.claims("jane's other tab")

    rings_out(world, tab, offer)

    assert outcome(offer) == ("missed", "")


def test_nobody_is_rung_in_a_window_that_was_just_closed(world, jane, joe, tab):
    world.available(jane)
    tab.beats()
    tab.closes()
    world.waits()

    world.route()
    assert not Offer.objects.exists()

    world.available(joe)
    world.route()
    assert world.offer().agent == joe
    assert world.offer().explanation["excluded"] == {"console gone": 1}


def test_a_window_that_loads_again_in_time_is_rung(world, jane, tab):
    world.available(jane)
    tab.beats()
    tab.closes()
    world.waits()
    world.passes(2)
    tab.claims()
    tab.beats()

    world.route()

    assert world.offer().agent == jane


def test_who_closed_their_window_in_the_evening_is_rung_in_the_morning_when_they_choose(
    world, jane, tab
):
    world.available(jane)
    tab.beats()
    tab.closes()
    world.passes(6)
    world.now += timedelta(hours=15)

    presence.beat(agent_id=jane.id, now=world.now)
    tab.claims()
    tab.beats()
    world.waits()
    world.route()

    assert state_of(jane) == ("offline", "connection_lost")
    assert not Offer.objects.exists()
    world.available(jane)
    world.route()
    assert world.offer().agent == jane


@pytest.mark.parametrize("cause", ["microphone", "media", "no_sdk", "", "anything"])
def test_what_fails_in_the_browser_is_a_failure_and_a_break(world, jane, offer, cause):
    offers.fail(offer_id=offer.id, agent_id=jane.id, cause=cause, actor="jane", now=world.now)

    assert outcome(offer) == ("failed", "media")
    assert state_of(jane) == ("on_break", "device")


def test_an_invite_that_never_came_is_a_failure_and_a_pause(world, jane, offer):
    offers.fail(offer_id=offer.id, agent_id=jane.id, cause="no_invite", actor="jane", now=world.now)

    assert outcome(offer) == ("failed", "unreachable")
    assert state_of(jane)[0] == "available"
    paused_until = Agent.objects.get(id=jane.id).no_offer_until
    assert paused_until == world.now + timedelta(seconds=10)


def test_a_caller_who_hangs_up_withdraws_the_offer(world, jane, offer):
    world.event("completed", disconnected_by="user")

    assert outcome(offer) == ("rescinded", "")
    assert state_of(jane)[0] == "available"


def test_an_agent_without_a_console_is_rung_to_the_end(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offer = world.offer()

    world.passes(19)

    assert outcome(offer) == ("pending", "")


def test_a_round_without_work_is_one_look(world, jane, tab, django_assert_num_queries):
    world.available(jane)
    tab.beats()

    with django_assert_num_queries(1):
        rounds.expire(now=world.now)
