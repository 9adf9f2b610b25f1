"""Who hears a supervisor when agents come and go: consultation, conference, transfer."""

import pytest

from agents.models import Agent, User
from calls import selectors
from calls.models import Leg, Offer, Supervision
from calls.tests.supervising import (
    answers,
    ask,
    is_hung_up,
    leaves,
    listens,
    moves,
    state_of,
)

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def phone(ada):
    """The agent by whom Ada, a supervisor, can be rung."""
    return Agent.objects.create(user=ada, vonage_user="Ada")


@pytest.fixture
def coached(world, browser, ada, jane, phone):
    """Jane talks to a customer, and Ada whispers to her: the call, Jane's leg, Ada's leg."""
    world.available(jane)
    call, offer = world.talks()
    supervision, _ = listens(world, browser, ada, call, "whisper")
    offer.leg.refresh_from_db()
    return call, offer.leg, supervision.leg


@pytest.fixture
def act(world, browser, jane, coached):
    """Something that Jane asks to be done with the call, and Vonage does."""
    call = coached[0]

    def asked(act, /, **body):
        reply = ask(world, browser, jane.user, call, act, **body)
        assert reply.status_code == 202, reply.content
        world.send()

    return asked


def comes(world, agent):
    """A colleague who was asked in picks up; their leg."""
    offer = Offer.objects.get(agent=agent, state="pending")
    answers(world, offer.leg)
    world.send()
    offer.leg.refresh_from_db()
    return offer.leg


def heard_by(world, leg):
    """The legs that may hear the supervisor now."""
    return set(moves(world, leg)[-1][0]["canSpeak"])


def consults(world, act, joe):
    world.available(joe)
    act("consult", to={"agent": "joe"})
    return comes(world, joe)


def test_whoever_is_consulted_hears_who_whispers(world, joe, coached, act):
    _, janes, adas = coached

    joes = consults(world, act, joe)

    assert heard_by(world, adas) == {janes.uuid, joes.uuid}


def test_whoever_is_only_rung_is_not_among_those_who_hear(world, joe, coached, act):
    _, _, adas = coached
    world.available(joe)

    act("consult", to={"agent": "joe"})

    assert moves(world, adas) == []


def test_whoever_is_put_aside_does_not_hear_until_they_are_back(world, joe, coached, act):
    _, janes, adas = coached
    joes = consults(world, act, joe)

    act("swap")
    assert heard_by(world, adas) == {janes.uuid}

    act("swap")
    assert heard_by(world, adas) == {janes.uuid, joes.uuid}


def test_after_a_merge_both_agents_hear_and_the_customer_does_not(world, joe, coached, act):
    call, janes, adas = coached
    joes = consults(world, act, joe)

    act("merge")

    adas.refresh_from_db()
    customer = Leg.objects.get(call=call, kind="customer")
    assert heard_by(world, adas) == {janes.uuid, joes.uuid}
    assert customer.uuid not in heard_by(world, adas)
    assert customer.room == adas.room == call.room_name()


def test_after_completion_the_supervisor_stays_with_the_call(world, joe, coached, act):
    call, janes, adas = coached
    joes = consults(world, act, joe)

    act("complete")
    leaves(world, janes, disconnected_by="platform")

    assert heard_by(world, adas) == {joes.uuid}
    assert Supervision.objects.get().state == "joined"
    call.refresh_from_db()
    assert call.agent == joe


def test_a_consultation_that_is_cancelled_leaves_the_agent_alone_with_the_whisper(
    world, joe, coached, act
):
    _, janes, adas = coached
    joes = consults(world, act, joe)

    act("cancel")
    leaves(world, joes, disconnected_by="platform")

    assert heard_by(world, adas) == {janes.uuid}


def test_who_is_added_hears_who_whispers_and_who_leaves_does_not(world, joe, coached, act):
    _, janes, adas = coached
    world.available(joe)
    act("add", to={"agent": "joe"})
    joes = comes(world, joe)
    assert heard_by(world, adas) == {janes.uuid, joes.uuid}

    leaves(world, joes)

    assert heard_by(world, adas) == {janes.uuid}


def test_when_the_agent_leaves_a_conference_the_whisper_is_for_who_stays(world, joe, coached, act):
    _, janes, adas = coached
    world.available(joe)
    act("add", to={"agent": "joe"})
    joes = comes(world, joe)

    act("end")
    leaves(world, janes, disconnected_by="platform")

    assert heard_by(world, adas) == {joes.uuid}


def test_a_number_that_is_added_does_not_hear_who_whispers(world, coached, act):
    _, _, adas = coached

    act("add", to={"number": "447700900123"})
    leg = Leg.objects.get(kind="number")
    world.post(
        f"/webhooks/answer/{leg.key}",
        {"to": leg.number, "from": world.MENU, "uuid": leg.uuid, "conversation_uuid": "CON-6"},
    )
    world.send()

    assert moves(world, adas) == []


def test_a_blind_transfer_lets_the_supervisor_go_for_nobody_has_the_call(
    world, phone, joe, coached, act
):
    _, janes, adas = coached
    world.available(joe)

    act("transfer", kind="blind", to={"agent": "joe"})
    assert is_hung_up(world, janes)
    leaves(world, janes, disconnected_by="platform")

    (told,) = moves(world, adas)[-1]
    assert told["action"] == "talk"
    leaves(world, adas)
    assert state_of(phone) == "offline"


def test_the_supervisor_follows_when_the_next_agent_is_there_first(world, joe, coached, act):
    call, janes, adas = coached
    world.available(joe)
    act("transfer", kind="blind", to={"agent": "joe"})
    world.route()

    joes = comes(world, joe)

    call.refresh_from_db()
    (ncco,) = moves(world, adas)[-1]
    assert (ncco["name"], ncco["canSpeak"]) == (call.room_name(), [joes.uuid])
    leaves(world, janes, disconnected_by="platform")
    assert Supervision.objects.get().state == "joined"


def test_a_consultation_keeps_the_call_from_being_taken_over(
    world, browser, ada, joe, coached, act
):
    call, _, _ = coached
    consults(world, act, joe)
    act("swap")

    reply = ask(world, browser, ada, call, "supervise", mode="take_over")

    assert reply.status_code == 403
    assert "consulted" in reply.json()["error"]["message"]


def test_a_merged_call_is_taken_over_from_its_agent_alone(world, browser, ada, joe, coached, act):
    call, janes, _ = coached
    joes = consults(world, act, joe)
    act("merge")

    ask(world, browser, ada, call, "supervise", mode="take_over")
    world.send()
    leaves(world, janes, disconnected_by="platform")

    call.refresh_from_db()
    assert (call.agent, call.state) == (ada.agent, "connected")
    assert not is_hung_up(world, joes)
    assert (state_of(janes.agent), state_of(joe)) == ("wrap_up", "busy")
    broken = {name: found for name, found in selectors.violations(now=world.now).items() if found}
    assert broken == {}


def test_a_supervisor_does_not_count_as_somebody_who_is_left_with_the_customer(
    world, jane, coached
):
    call, janes, adas = coached

    leaves(world, janes)

    call.refresh_from_db()
    assert call.hung_up_by == "agent"
    assert is_hung_up(world, Leg.objects.get(call=call, kind="customer"))
    world.event("completed", disconnected_by="platform")
    world.send()
    assert is_hung_up(world, adas)


def test_a_supervisor_stays_with_the_agents_who_consult_when_one_of_two_is_lost(
    world, joe, coached, act
):
    call, janes, adas = coached
    joes = consults(world, act, joe)

    leaves(world, janes, disconnected_by="platform")

    call.refresh_from_db()
    assert call.agent == joe
    assert heard_by(world, adas) == {joes.uuid}
    assert User.objects.get(username="ada").agent.states.get(ended_at=None).state == "busy"
