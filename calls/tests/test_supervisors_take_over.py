"""A supervisor makes a call theirs; and what may not be done, with the reason."""

from datetime import timedelta

import pytest

from agents import services as agents
from agents.models import Agent, User
from calls import selectors
from calls.models import Offer, Supervision
from calls.models.coaching import NO_ROLE
from calls.selectors import board
from calls.selectors import supervision as supervisions
from calls.tests.doors import error
from calls.tests.supervising import (
    answers,
    ask,
    command_of,
    events,
    is_hung_up,
    leaves,
    listens,
    moves,
    state_of,
    supervise,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def phone(ada):
    """The agent by whom Ada, a supervisor, can be rung."""
    return Agent.objects.create(user=ada, vonage_user="Ada")


@pytest.fixture
def talk(world, jane, phone):
    """A customer who talks to Jane."""
    world.available(jane)
    call, offer = world.talks()
    offer.leg.refresh_from_db()
    return call, offer.leg


def take_over(world, browser, user, call):
    reply = ask(world, browser, user, call, "supervise", mode="take_over")
    world.send()
    return reply


def test_who_listens_takes_over_once_all_can_hear_them(world, browser, ada, phone, jane, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call)

    reply = take_over(world, browser, ada, call)

    (heard_by_all,) = moves(world, supervision.leg)
    assert "canSpeak" not in heard_by_all[0]
    assert is_hung_up(world, janes_leg)
    assert command_of(reply).state == "done"
    call.refresh_from_db()
    assert (call.state, call.agent) == ("connected", phone)
    offer = Offer.objects.get(kind="take_over")
    assert (offer.agent, offer.state, offer.wrap_up_seconds) == (phone, "accepted", 30)
    supervision.leg.refresh_from_db()
    assert supervision.leg.kind == "agent"
    assert events(call)[-1] == ("taken_over", "Ada")


def test_the_agent_who_leaves_has_a_wrap_up_and_the_call_goes_on(
    world, browser, ada, phone, jane, talk
):
    call, janes_leg = talk
    listens(world, browser, ada, call)
    take_over(world, browser, ada, call)

    leaves(world, janes_leg, disconnected_by="platform")

    call.refresh_from_db()
    assert (call.state, call.agent) == ("connected", phone)
    assert (state_of(jane), state_of(phone)) == ("wrap_up", "busy")


def test_both_are_shown_whose_the_call_is_now(world, browser, ada, phone, jane, talk):
    call, janes_leg = talk
    listens(world, browser, ada, call)
    take_over(world, browser, ada, call)
    leaves(world, janes_leg, disconnected_by="platform")

    before, now = (selectors.me(agent_id=one.id, now=world.now) for one in (jane, phone))

    assert before["wrap_up"]["taken_over_by"] == "Ada"
    assert (now["call"]["id"], now["call"]["taken_over"]) == (call.id, True)


def test_who_has_no_work_after_the_call_is_told_too_who_has_it(
    world, browser, ada, phone, jane, talk
):
    call, janes_leg = talk
    Offer.objects.filter(leg=janes_leg).update(wrap_up_seconds=0)
    listens(world, browser, ada, call)
    take_over(world, browser, ada, call)
    leaves(world, janes_leg, disconnected_by="platform")

    told = selectors.me(agent_id=jane.id, now=world.now)
    later = selectors.me(agent_id=jane.id, now=world.now + timedelta(seconds=15))

    assert (told["state"], told["wrap_up"]) == ("available", None)
    assert (told["taken_over"]["by"], told["taken_over"]["call"]) == ("Ada", call.id)
    assert later["taken_over"] is None
    assert selectors.me(agent_id=phone.id, now=world.now)["taken_over"] is None


def test_what_became_of_a_switch_is_shown_to_who_asked(world, browser, ada, phone, talk):
    call, _ = talk
    listens(world, browser, ada, call)
    world.now += timedelta(seconds=5)
    world.transport.answers = lambda method, path: 400
    ask(world, browser, ada, call, "supervise", mode="whisper")
    asked = selectors.me(agent_id=phone.id, now=world.now)["supervision"]["commands"]
    world.send()

    failed = selectors.me(agent_id=phone.id, now=world.now)["supervision"]["commands"]

    assert [one["state"] for one in asked] == ["done", "pending"]
    assert [one["state"] for one in failed] == ["done", "failed"]
    assert failed[-1]["error"]["message"]


def test_the_supervisor_who_has_the_call_ends_it_as_its_agent(world, browser, ada, phone, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call, "barge")
    take_over(world, browser, ada, call)
    leaves(world, janes_leg, disconnected_by="platform")

    leaves(world, supervision.leg)
    world.event("completed", disconnected_by="platform")

    call.refresh_from_db()
    assert (call.state, call.outcome, call.hung_up_by) == ("ended", "answered", "agent")
    assert state_of(phone) == "wrap_up"


def test_who_barges_already_takes_over_at_once(world, browser, ada, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call, "barge")

    take_over(world, browser, ada, call)

    assert moves(world, supervision.leg) == []
    assert is_hung_up(world, janes_leg)


def test_who_is_not_in_the_call_yet_takes_over_when_they_answer(world, browser, ada, phone, talk):
    call, janes_leg = talk
    reply = take_over(world, browser, ada, call)
    leg = Supervision.objects.get().leg
    assert not is_hung_up(world, janes_leg)

    ncco = answers(world, leg)
    world.send()

    assert ncco == [{"action": "conversation", "name": call.room_name(), "startOnEnter": True}]
    assert is_hung_up(world, janes_leg)
    assert command_of(reply).state == "done"
    call.refresh_from_db()
    assert call.agent == phone


def test_who_changes_their_mind_while_it_rings_does_not_take_over(world, browser, ada, jane, talk):
    call, janes_leg = talk
    take_over(world, browser, ada, call)
    ask(world, browser, ada, call, "supervise", mode="listen")

    answers(world, Supervision.objects.get().leg)
    world.send()

    assert not is_hung_up(world, janes_leg)
    call.refresh_from_db()
    assert call.agent == jane


def test_a_take_over_that_vonage_refuses_leaves_the_agent_in_the_call(
    world, browser, ada, jane, talk
):
    call, janes_leg = talk
    listens(world, browser, ada, call)
    world.now += timedelta(seconds=5)
    world.transport.answers = lambda method, path: 400

    reply = take_over(world, browser, ada, call)

    assert command_of(reply).state == "failed"
    assert not is_hung_up(world, janes_leg)
    call.refresh_from_db()
    assert call.agent == jane
    assert Supervision.objects.get().mode == "listen"


def test_a_take_over_is_done_once_however_often_it_is_clicked(world, browser, ada, talk):
    call, _ = talk
    listens(world, browser, ada, call)
    take_over(world, browser, ada, call)

    again = take_over(world, browser, ada, call)

    assert error(again) == (403, "not_allowed")
    assert Offer.objects.filter(kind="take_over").count() == 1


@pytest.mark.parametrize("mode", ["barge", "take_over"])
def test_nobody_breaks_in_while_the_customer_is_on_hold_and_why_is_said(
    world, browser, ada, jane, talk, mode
):
    call, _ = talk
    ask(world, browser, jane.user, call, "hold")
    world.send()

    reply = ask(world, browser, ada, call, "supervise", mode=mode)

    assert error(reply) == (403, "not_allowed")
    assert "on hold" in reply.json()["error"]["message"]


def test_a_hold_that_comes_first_keeps_the_call_from_being_taken_over(
    world, browser, ada, jane, talk
):
    call, janes_leg = talk
    reply = take_over(world, browser, ada, call)
    ask(world, browser, jane.user, call, "hold")
    world.send()

    answers(world, Supervision.objects.get().leg)
    world.send()

    assert command_of(reply).state == "failed"
    assert not is_hung_up(world, janes_leg)
    call.refresh_from_db()
    assert (call.agent, Supervision.objects.get().state) == (jane, "joined")


def test_hold_and_resume_leave_the_supervisor_where_they_are(world, browser, ada, jane, talk):
    call, _ = talk
    supervision, _ = listens(world, browser, ada, call, "whisper")

    ask(world, browser, jane.user, call, "hold")
    world.send()
    ask(world, browser, jane.user, call, "resume")
    world.send()

    assert moves(world, supervision.leg) == []
    supervision.refresh_from_db()
    assert supervision.state == "joined"


def test_others_who_whisper_are_heard_by_who_took_over(world, browser, ada, root, jane, talk):
    call, janes_leg = talk
    coach, _ = listens(world, browser, root, call, "whisper")
    taker, _ = listens(world, browser, ada, call, "barge")

    take_over(world, browser, ada, call)
    leaves(world, janes_leg, disconnected_by="platform")

    taker.leg.refresh_from_db()
    assert moves(world, coach.leg)[-1][0]["canSpeak"] == [taker.leg.uuid]


@pytest.fixture
def root(db):
    user = User.objects.create(username="root", is_superuser=True)
    Agent.objects.create(user=user, vonage_user="Root")
    return user


def test_nothing_stands_in_the_way_of_a_supervisor_of_a_call_that_goes_on(world, ada, talk):
    call, _ = talk

    assert supervisions.can(ada, call) == dict.fromkeys(("listen", "whisper", "barge", "take_over"))


def test_every_button_that_cannot_work_says_why(world, browser, ada, phone, jane, talk):
    call, _ = talk

    listens(world, browser, ada, call)
    assert supervisions.can(ada, call) == {
        "listen": "You listen to this call already.",
        "whisper": None,
        "barge": None,
        "take_over": None,
    }
    ask(world, browser, jane.user, call, "hold")
    call.refresh_from_db()
    on_hold = "The customer is on hold; wait until they are back."
    assert supervisions.can(ada, call)["whisper"] is None
    assert supervisions.can(ada, call)["barge"] == on_hold
    assert supervisions.can(ada, call)["take_over"] == on_hold


def test_who_has_no_right_or_no_phone_has_no_button(world, cy, ada, jane):
    world.available(jane)
    call, _ = world.talks()

    assert set(supervisions.can(cy, call).values()) == {NO_ROLE}
    assert set(supervisions.can(ada, call).values()) == {
        "You have no phone here: ask for an agent to be made for your log-in."
    }


def test_who_is_held_by_a_call_or_wrap_up_of_their_own_must_finish_it(
    world, ada, phone, joe, jane, sales
):
    sales.agents.add(phone)
    world.available(phone)
    world.talks("b" * 32)
    world.available(jane)
    call, _ = world.talks("c" * 32)

    assert set(supervisions.can(ada, call).values()) == {
        "You are in a call already; leave it first."
    }
    agents.wrap_up(agent_id=phone.id, until=world.now + timedelta(seconds=30), now=world.now)
    assert set(supervisions.can(ada, call).values()) == {"Finish your wrap-up first."}


def test_nothing_strange_is_found_after_a_take_over(world, browser, ada, talk):
    call, janes_leg = talk
    listens(world, browser, ada, call)
    take_over(world, browser, ada, call)
    leaves(world, janes_leg, disconnected_by="platform")

    broken = {name: found for name, found in selectors.violations(now=world.now).items() if found}

    assert broken == {}


def test_a_take_over_is_told_apart_from_leaving(world, browser, ada, talk):
    call, _ = talk
    supervise(world, browser, ada, call, "barge")
    supervision = Supervision.objects.get()
    answers(world, supervision.leg)

    take_over(world, browser, ada, call)

    supervision.refresh_from_db()
    assert (supervision.state, supervision.result) == ("ended", "taken_over")


def test_the_floor_of_the_supervisor_says_that_the_call_is_theirs(
    world, browser, ada, phone, jane, talk
):
    call, _ = talk
    supervision, _ = listens(world, browser, ada, call)
    before = me_on_floor(world, ada)

    take_over(world, browser, ada, call)
    moves(world, supervision.leg)

    shown = me_on_floor(world, ada)
    supervision.leg.refresh_from_db()
    assert (before["supervision"]["mode"], before["call"]) == ("listen", None)
    assert shown["supervision"] is None
    assert shown["call"] == {
        "id": call.id,
        "uuid": supervision.leg.uuid,
        "phone_call": supervision.leg.uuid,
        "kind": "take_over",
        "number": call.from_number,
        "name": None,
        "since": world.now,
    }


def test_the_floor_says_how_long_the_work_after_a_call_that_was_taken_over_lasts(
    world, browser, ada, phone, jane, talk
):
    call, _ = talk
    supervision, _ = listens(world, browser, ada, call)
    take_over(world, browser, ada, call)
    moves(world, supervision.leg)

    leaves(world, supervision.leg)

    shown = me_on_floor(world, ada)
    assert (shown["call"], shown["wrap_up_until"]) == (None, world.now + timedelta(seconds=30))


def me_on_floor(world, user):
    known = board.read(now=world.now)
    return board.me(board.viewer(user), board.floor_of(known, now=world.now))
