"""Callers who ring again are known to the agent they spoke to last."""

from datetime import timedelta

import pytest
from django.db import transaction

from agents import services as agents
from agents.models import AgentSkill, Skill
from calls.models import Call, Offer, QueueEntry, Requirement
from calls.services import journal, offers
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]

AGAIN = "0779a56d002f1c7f47f82ef5fe84ab80"


@pytest.fixture
def known(world, sales, jane):
    """A caller has talked to Jane in Sales, which keeps callers for 60 seconds."""
    sales.prefer_last_agent_seconds = 60
    sales.save()
    world.available(jane)
    _, offer = world.talks()
    world.event("completed", disconnected_by="user")
    world.send()
    world.event("completed", offer.leg.uuid or "", key=offer.leg.key, disconnected_by="user")
    world.passes(31)
    return world


def rings_again(world):
    world.press(world.answer(AGAIN), "1", AGAIN)
    return QueueEntry.objects.get(call__legs__uuid=AGAIN)


def test_they_are_kept_for_the_agent_they_spoke_to_last(known, jane):
    entry = rings_again(known)

    assert (entry.preferred_agent, entry.is_kept) == (jane, True)
    assert entry.preferred_until == known.now + timedelta(seconds=60)


@pytest.mark.parametrize("state", ["on_break", "offline"])
def test_they_are_not_kept_for_an_agent_who_is_not_at_work(known, jane, state):
    agents.choose(agent_id=jane.id, state=state, reason="", actor="test", now=known.now)

    entry = rings_again(known)

    assert (entry.preferred_agent, entry.is_kept) == (jane, False)


def test_nobody_is_preferred_where_the_queue_does_not_say_so(known, sales):
    sales.prefer_last_agent_seconds = 0
    sales.save()

    assert rings_again(known).preferred_agent is None


def test_after_thirty_days_they_are_not_remembered(known):
    known.now += timedelta(days=30, seconds=1)

    assert rings_again(known).preferred_agent is None


def test_an_agent_who_does_not_serve_the_queue_any_more_is_not_preferred(known, sales, jane):
    sales.agents.remove(jane)

    assert rings_again(known).preferred_agent is None


def test_a_caller_who_withholds_their_number_is_nobody_we_know(known):
    Call.objects.update(from_number="")
    reply = known.post(
        "/webhooks/answer",
        {
            "to": World.MENU,
            "from": "anonymous",
            "endpoint_type": "phone",
            "uuid": AGAIN,
            "conversation_uuid": "CON-0",
        },
    )
    known.press(reply, "1", AGAIN)

    entry = QueueEntry.objects.get(call__legs__uuid=AGAIN)
    assert (entry.call.from_number, entry.preferred_agent) == ("", None)


@pytest.fixture
def kept(known, sales):
    """A queue that keeps callers for five minutes."""
    sales.prefer_last_agent_seconds = 300
    sales.max_wait_seconds = 900
    sales.save()
    return known


def test_who_is_kept_for_an_agent_who_misses_the_call_goes_to_the_next(kept, joe):
    kept.available(joe)
    rings_again(kept)
    kept.route()
    offer = kept.offer()
    offers.see(offer_id=offer.id, agent_id=offer.agent_id, now=kept.now)
    kept.now += timedelta(seconds=20)

    kept.ends(offer, "timeout")
    kept.route()

    assert kept.offer().agent == joe


def test_who_is_kept_for_an_agent_who_declines_goes_to_the_next(kept, jane, joe):
    kept.available(joe)
    rings_again(kept)
    kept.route()

    offers.decline(offer_id=kept.offer().id, agent_id=jane.id, actor="jane", now=kept.now)
    kept.route()

    assert kept.offer().agent == joe


def test_who_is_kept_stays_so_when_the_offer_was_withdrawn(kept, jane, joe):
    kept.available(joe)
    entry = rings_again(kept)
    kept.route()

    with transaction.atomic():
        call = journal.locked(id=entry.call_id) or entry.call
        offers.rescind(call, now=kept.now)

    entry.refresh_from_db()
    assert entry.is_kept


@pytest.mark.parametrize("state", ["on_break", "offline"])
def test_who_is_kept_for_an_agent_who_leaves_work_goes_to_the_next(kept, jane, joe, state):
    _, other = kept.talks("b" * 32)  # Jane is in another call
    entry = rings_again(kept)
    kept.available(joe)
    kept.route()
    assert not Offer.objects.filter(entry=entry).exists()

    agents.choose_next(agent_id=jane.id, state=state, reason="", actor="jane", now=kept.now)
    kept.event("completed", "b" * 32, disconnected_by="user")
    kept.send()
    kept.event("completed", other.leg.uuid, key=other.leg.key)
    kept.passes(31)

    assert kept.offer().agent == joe


def test_who_is_kept_for_an_agent_who_no_longer_serves_the_queue_goes_to_the_next(
    kept, sales, jane, joe
):
    rings_again(kept)
    sales.agents.remove(jane)

    kept.available(joe)
    kept.route()

    assert kept.offer().agent == joe


@pytest.mark.parametrize(
    ("level", "until", "is_kept"),
    [(2, None, True), (3, None, False), (3, 15, False), (2, 15, True)],
)
def test_nobody_is_kept_for_an_agent_who_may_not_take_the_call(
    kept, sales, jane, level, until, is_kept
):
    french = Skill.objects.create(name="French")
    AgentSkill.objects.create(agent=jane, skill=french, level=2)
    Requirement.objects.create(queue=sales, skill=french, level=level, until_seconds=until)

    assert rings_again(kept).is_kept is is_kept
