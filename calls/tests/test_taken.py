"""An agent's own picture: who was faster, why this call, limits, and what follows."""

from datetime import timedelta

import pytest

from agents import services as agents
from agents.models import Skill, StateReason
from calls import selectors
from calls.models import Offer, QueueEntry
from calls.services import offers, presence
from calls.tests.leftovers import callback
from calls.tests.sockets import refused, run
from conftest import START

pytestmark = [pytest.mark.db]
rows = pytest.mark.django_db
sockets = pytest.mark.django_db(transaction=True)


def me(agent, *, at):
    return selectors.me(agent_id=agent.id, now=at)


def rung_together(world, jane, joe, *, taken=True):
    """Jane and Joe are rung for the same call of Sales, and Joe takes it, or the caller goes."""
    world.available(joe)
    call, joes = world.talks()
    leg = call.legs.create(kind="agent", agent=jane, key="j" * 32, state="ended")
    Offer.objects.filter(id=joes.id).update(is_shared=True)
    joes.refresh_from_db()
    Offer.objects.create(
        call=call,
        entry=joes.entry,
        agent=jane,
        leg=leg,
        state="rescinded",
        is_shared=True,
        offered_at=world.now,
        ended_at=joes.ended_at if taken else world.now + timedelta(seconds=1),
    )
    return joes


@rows
def test_who_was_rung_too_is_told_who_took_the_call(world, jane, joe):
    won = rung_together(world, jane, joe)

    taken = me(jane, at=world.now)["taken"]

    assert taken == {"by": "Joe", "queue": "Sales", "at": won.ended_at}
    assert me(joe, at=world.now)["taken"] is None


@rows
def test_half_a_minute_later_it_is_no_news_any_more(world, jane, joe):
    won = rung_together(world, jane, joe)

    seen = [me(jane, at=won.ended_at + timedelta(seconds=s))["taken"] for s in (29, 30)]

    assert [bool(one) for one in seen] == [True, False]


@rows
def test_a_caller_who_hung_up_was_taken_by_nobody(world, jane, joe):
    rung_together(world, jane, joe, taken=False)

    assert me(jane, at=world.now)["taken"] is None


@rows
def test_an_offer_says_how_urgent_it_is_and_what_it_needs(world, jane):
    french, repairs = (Skill.objects.create(name=name) for name in ("French", "Repairs"))
    world.available(jane)
    call = world.waits()
    needs = [[french.id, 4, 30], [french.id, 2, 60], [repairs.id, 3, None], [10**6, 1, None]]
    world.route()
    world.now += timedelta(seconds=45)
    QueueEntry.objects.filter(call=call).update(priority=7, requirements=needs)
    fresh = me(jane, at=world.now)["offer"]
    Offer.objects.update(offered_at=call.enqueued_at + timedelta(seconds=30))
    relaxed = me(jane, at=world.now)["offer"]

    assert (fresh["priority"], fresh["needs"]) == (7, ["French 4", "Repairs 3"])
    assert relaxed["needs"] == ["French 2", "Repairs 3"]


@rows
def test_the_offer_of_a_callback_says_so_and_which_number_will_be_called(world, jane, sales):
    asked = callback(sales, START)
    leg = asked.call.legs.create(kind="agent", agent=jane, key="j" * 32)
    world.available(jane)
    agents.reserve(agent_id=jane.id, now=world.now)
    offer = Offer.objects.create(
        call=asked.call, entry=asked.entry, agent=jane, leg=leg, offered_at=world.now
    )

    offered = me(jane, at=world.now)["offer"]
    Offer.objects.filter(id=offer.id).update(state="accepted", ended_at=world.now)
    agents.occupy(agent_id=jane.id, now=world.now)
    dialling = me(jane, at=world.now)["call"]

    assert (offered["kind"], offered["number"]) == ("callback", "447700900005")
    assert (dialling["kind"], dialling["number"]) == ("callback", "447700900005")


@rows
def test_an_offer_that_somebody_asked_for_names_them(world, jane):
    world.available(jane)
    world.waits()
    world.route()
    offers.explain(offer_id=world.offer().id, explanation={"rule": "connected by", "actor": "ada"})

    assert me(jane, at=world.now)["offer"]["why"] == "Connected to you by ada"


@rows
@pytest.mark.parametrize(("seconds", "limit"), [(1800, timedelta(minutes=30)), (None, None)])
def test_a_break_says_when_it_should_be_over(world, jane, seconds, limit):
    StateReason.objects.create(code="lunch", label="Lunch", max_seconds=seconds)
    agents.choose(agent_id=jane.id, state="on_break", reason="lunch", actor="jane", now=START)

    picture = me(jane, at=START)

    assert (picture["reason"], picture["reason_label"], picture["actor"]) == (
        "lunch",
        "Lunch",
        "jane",
    )
    assert picture["limit_at"] == (limit and START + limit)


@rows
def test_what_the_system_set_has_its_reason_and_nobody_who_set_it(world, jane):
    StateReason.objects.create(code="device", label="Microphone failed", is_system=True)
    world.available(jane)
    world.waits()
    world.route()
    offers.fail(offer_id=world.offer().id, agent_id=jane.id, cause="x", actor="jane", now=world.now)

    picture = me(jane, at=world.now)

    assert (picture["state"], picture["reason"], picture["reason_label"], picture["actor"]) == (
        "on_break",
        "device",
        "Microphone failed",
        None,
    )


@rows
def test_what_follows_is_shown_while_something_holds_the_agent(world, jane):
    StateReason.objects.create(code="lunch", label="Lunch")
    world.available(jane)
    world.waits()
    world.route()

    presence.choose_next(
        agent_id=jane.id, state="on_break", reason="lunch", actor="jane", now=world.now
    )

    picture = me(jane, at=world.now)
    assert (picture["state"], picture["next_state"], picture["next_reason"]) == (
        "offered",
        "on_break",
        "lunch",
    )
    world.picks_up(world.offer())
    assert me(jane, at=world.now)["next_state"] == "on_break"
    offers_leg = Offer.objects.get().leg
    world.event("completed", disconnected_by="user")
    world.event("completed", offers_leg.uuid, key=offers_leg.key, disconnected_by="platform")
    assert me(jane, at=world.now)["next_state"] == "on_break"
    world.passes(31)
    picture = me(jane, at=world.now)
    assert (picture["state"], picture["next_state"], picture["next_reason"]) == (
        "on_break",
        None,
        None,
    )


@rows
def test_the_api_chooses_what_follows(world, janes, jane):
    world.available(jane)
    world.talks()

    reply = janes.put("/api/agents/me/next-state", {"state": "offline"}, format="json")
    wrong = janes.put("/api/agents/me/next-state", {"state": "busy"}, format="json")

    assert (reply.status_code, reply.json()["state"], reply.json()["next_state"]) == (
        200,
        "busy",
        "offline",
    )
    assert wrong.status_code == 400
    assert janes.put("/api/agents/me/state", {"state": "offline"}, format="json").status_code == 409


@sockets
async def test_the_console_chooses_what_follows_and_takes_it_back(world, consoles, jane):
    await run(world.available, jane)
    await run(world.talks)
    socket, _ = await consoles(jane.user)
    shown = []

    for state in ("on_break", "available"):
        answer, frames = await socket.ask(command="next_state", state=state)
        frame = frames[0] if frames else await socket.frame()
        assert answer["ok"] is True
        shown.append((frame["changes"]["agent"]["state"], frame["changes"]["agent"]["next_state"]))

    assert shown == [("busy", "on_break"), ("busy", None)]


@sockets
async def test_what_follows_is_not_chosen_in_a_window_without_the_phone(world, consoles, jane):
    phone, _ = await consoles(jane.user)
    other, _ = await consoles(jane.user)
    await phone.ask(command="claim", tab="x" * 16)

    answer, _ = await other.ask(command="next_state", state="on_break")

    assert refused(answer, "phone_elsewhere")
