"""Listening to calls, coaching, barging in, switching between them, and leaving."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from agents import services as agents
from agents.models import Agent, Team, User
from calls import selectors
from calls.models import Command, Instruction, Leg, Supervision
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


def test_who_listens_is_in_the_room_and_nobody_hears_them(world, browser, ada, talk):
    call, _ = talk

    supervision, reply = listens(world, browser, ada, call)

    room = call.room_name()
    assert reply == [
        {"action": "conversation", "name": room, "startOnEnter": False, "canSpeak": []}
    ]
    assert (supervision.state, supervision.leg.room) == ("joined", room)
    assert world.sent("POST")[-1]["to"] == [{"type": "app", "user": "Ada"}]
    assert [one for one in events(call) if one[0].startswith("supervis")] == [
        ("supervised", "ada"),
        ("supervision_answered", "Ada"),
    ]


def test_who_whispers_is_heard_by_the_agent_alone(world, browser, ada, talk):
    call, janes_leg = talk

    _, reply = listens(world, browser, ada, call, "whisper")

    assert reply[0]["canSpeak"] == [janes_leg.uuid]
    assert reply[0]["startOnEnter"] is False


def test_who_barges_in_is_heard_by_all(world, browser, ada, talk):
    call, _ = talk

    _, reply = listens(world, browser, ada, call, "barge")

    assert "canSpeak" not in reply[0]


def test_the_command_is_done_once_the_supervisor_is_in(world, browser, ada, talk):
    call, _ = talk
    reply = ask(world, browser, ada, call, "supervise", mode="listen")
    world.send()
    command = command_of(reply)
    assert command.state == "pending"

    answers(world, Supervision.objects.get().leg)

    command.refresh_from_db()
    assert command.state == "done"


def test_a_supervisor_is_busy_meanwhile_and_back_at_their_own_choice_after(
    world, browser, ada, phone, talk
):
    call, _ = talk
    agents.choose(agent_id=phone.id, state="on_break", reason="", actor="ada", now=world.now)

    supervision, _ = listens(world, browser, ada, call)
    assert state_of(phone) == "busy"
    leaves(world, supervision.leg)

    assert state_of(phone) == "on_break"
    supervision.refresh_from_db()
    assert (supervision.state, supervision.result) == ("ended", "left")


def test_switching_moves_only_the_supervisors_own_leg(world, browser, ada, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call)
    before = len(world.transport.requests)

    for mode in ("whisper", "barge", "listen"):
        reply = ask(world, browser, ada, call, "supervise", mode=mode)
        world.send()
        assert command_of(reply).state == "done"

    made = world.transport.requests[before:]
    assert {path for _, path, _ in made} == {f"/v1/calls/{supervision.leg.uuid}"}
    told = [ncco[0].get("canSpeak") for ncco in moves(world, supervision.leg)]
    assert told == [[janes_leg.uuid], None, []]
    assert {ncco[0]["name"] for ncco in moves(world, supervision.leg)} == {call.room_name()}
    assert events(call)[-1] == ("supervision_changed", "ada")
    supervision.refresh_from_db()
    assert supervision.mode == "listen"


def test_a_switch_that_vonage_refuses_changes_nothing(world, browser, ada, talk):
    call, _ = talk
    supervision, _ = listens(world, browser, ada, call)
    world.now += timedelta(seconds=5)
    world.transport.answers = lambda method, path: 400

    reply = ask(world, browser, ada, call, "supervise", mode="barge")
    world.send()

    supervision.refresh_from_db()
    assert (supervision.mode, supervision.state, supervision.heard_by) == ("listen", "joined", [])
    assert command_of(reply).state == "failed"


def test_a_switch_while_the_phone_rings_counts_when_it_is_answered(world, browser, ada, talk):
    call, janes_leg = talk
    supervision = supervise(world, browser, ada, call, "barge")
    second = ask(world, browser, ada, call, "supervise", mode="whisper")

    reply = answers(world, supervision.leg)

    assert reply[0]["canSpeak"] == [janes_leg.uuid]
    assert command_of(second).state == "done"


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_the_same_again_is_refused(world, browser, ada, talk, mode):
    call, _ = talk
    listens(world, browser, ada, call, mode)

    reply = ask(world, browser, ada, call, "supervise", mode=mode)

    assert error(reply) == (409, "call_gone")
    assert Command.objects.filter(kind="supervise").count() == 1


def test_a_second_call_is_refused_while_one_is_listened_to(world, browser, ada, joe, talk):
    call, _ = talk
    listens(world, browser, ada, call)
    world.available(joe)
    other, _ = world.talks("b" * 32)

    reply = ask(world, browser, ada, other, "supervise", mode="listen")

    assert error(reply) == (409, "agent_busy")


def test_who_has_no_phone_is_told_so(world, browser, ada, jane):
    world.available(jane)
    call, _ = world.talks()

    reply = ask(world, browser, ada, call, "supervise", mode="listen")

    assert error(reply) == (403, "not_allowed")
    assert "no phone" in reply.json()["error"]["message"]
    assert not Supervision.objects.exists()


def test_a_call_of_other_teams_is_not_found(world, browser, cy, talk):
    call, _ = talk
    Team.objects.create(name="Night").supervisors.add(cy)
    Agent.objects.create(user=cy, vonage_user="Cy")

    reply = ask(world, browser, cy, call, "supervise", mode="listen")

    assert error(reply) == (404, "not_found")


def test_an_agent_who_may_not_coach_cannot_listen(world, browser, joe, talk):
    call, _ = talk

    reply = ask(world, browser, joe.user, call, "supervise", mode="listen")

    assert error(reply) == (403, "not_allowed")


def test_an_agent_who_may_coach_can_listen_to_their_own_team(world, browser, joe, talk):
    call, _ = talk
    joe.user.user_permissions.add(Permission.objects.get(codename="coach"))

    supervision, _ = listens(world, browser, User.objects.get(username="joe"), call, "whisper")

    assert (supervision.agent, state_of(joe)) == (joe, "busy")


def test_nobody_listens_to_their_own_call(world, browser, jane, talk):
    call, _ = talk
    jane.user.user_permissions.add(Permission.objects.get(codename="coach"))

    reply = ask(world, browser, User.objects.get(username="jane"), call, "supervise", mode="listen")

    assert error(reply) == (403, "not_allowed")


def test_a_call_that_waits_cannot_be_listened_to(world, browser, ada, phone, jane):
    call = world.waits()

    reply = ask(world, browser, ada, call, "supervise", mode="listen")

    assert error(reply) == (409, "call_gone")
    assert reply.json()["error"]["message"] == "Nobody talks in this call just now."


@pytest.mark.parametrize("mode", [None, "", "shout", 3, ["listen"]])
def test_a_mode_that_there_is_not_is_refused(world, browser, ada, talk, mode):
    call, _ = talk

    reply = ask(world, browser, ada, call, "supervise", mode=mode)

    assert error(reply) == (400, "invalid")


def test_leaving_hangs_up_the_supervisor_and_nobody_else(world, browser, ada, phone, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call)

    reply = ask(world, browser, ada, call, "leave")
    world.send()
    leaves(world, supervision.leg, disconnected_by="platform")

    assert reply.status_code == 202
    assert is_hung_up(world, supervision.leg)
    assert not is_hung_up(world, janes_leg)
    assert state_of(phone) == "offline"
    call.refresh_from_db()
    assert call.state == "connected"
    assert events(call)[-1] == ("supervision_ended", "Ada")


def test_leaving_twice_is_refused_the_second_time(world, browser, ada, talk):
    call, _ = talk
    listens(world, browser, ada, call)
    ask(world, browser, ada, call, "leave")

    assert error(ask(world, browser, ada, call, "leave")) == (409, "call_gone")


def test_leaving_before_the_phone_was_dialled_frees_the_supervisor_at_once(
    world, browser, ada, phone, talk
):
    call, _ = talk
    ask(world, browser, ada, call, "supervise", mode="listen")

    ask(world, browser, ada, call, "leave")

    assert state_of(phone) == "offline"
    assert Leg.objects.get(agent=phone).state == "ended"


def test_a_supervisor_who_drops_out_leaves_the_call_as_it_was(world, browser, ada, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call, "whisper")
    before = len(world.transport.requests)

    leaves(world, supervision.leg, disconnected_by="platform")

    call.refresh_from_db()
    assert (call.state, len(world.transport.requests)) == ("connected", before)
    janes_leg.refresh_from_db()
    assert janes_leg.state != "ended"


def test_a_phone_that_is_not_answered_is_given_up_and_why_is_said(world, browser, ada, phone, talk):
    call, _ = talk
    reply = ask(world, browser, ada, call, "supervise", mode="listen")
    world.send()
    leg = Supervision.objects.get().leg
    leg.refresh_from_db()

    world.event("timeout", leg.uuid, key=leg.key)

    command = command_of(reply)
    assert (command.state, state_of(phone)) == ("failed", "offline")
    assert "could not be reached" in command.error
    assert Supervision.objects.get().result == "not_reached"


def test_a_phone_that_vonage_will_not_dial_is_given_up(world, browser, ada, phone, talk):
    call, _ = talk
    world.transport.answers = lambda method, path: 403

    reply = ask(world, browser, ada, call, "supervise", mode="listen")
    world.send()

    assert (command_of(reply).state, state_of(phone)) == ("failed", "offline")


def test_a_phone_of_which_nothing_is_heard_is_given_up(world, browser, ada, phone, talk):
    call, _ = talk
    world.transport.answers = lambda method, path: TimeoutError()
    ask(world, browser, ada, call, "supervise", mode="listen")
    world.send()
    world.transport.answers = lambda method, path: 204

    world.passes(26)

    assert (Supervision.objects.get().result, state_of(phone)) == ("not_reached", "offline")


def test_the_end_of_the_call_ends_the_listening(world, browser, ada, phone, talk):
    call, _ = talk
    supervision, _ = listens(world, browser, ada, call)

    world.event("completed", disconnected_by="user")
    world.send()
    leaves(world, supervision.leg, disconnected_by="platform")

    supervision.refresh_from_db()
    assert (supervision.state, supervision.result) == ("ended", "call_ended")
    assert is_hung_up(world, supervision.leg)
    assert state_of(phone) == "offline"


def test_a_late_answer_to_a_call_that_is_over_is_told_so(world, browser, ada, phone, talk):
    call, _ = talk
    supervision = supervise(world, browser, ada, call, "barge")
    world.event("completed", disconnected_by="user")

    reply = answers(world, supervision.leg)

    assert reply == [{"action": "talk", "text": "The call is over.", "language": "en-GB"}]


def test_when_the_agent_is_lost_the_supervisor_is_told_and_let_go(world, browser, ada, phone, talk):
    call, janes_leg = talk
    supervision, _ = listens(world, browser, ada, call, "whisper")

    leaves(world, janes_leg, disconnected_by="platform")

    call.refresh_from_db()
    assert call.state == "queued"
    (told,) = moves(world, supervision.leg)[-1]
    assert told["action"] == "talk"
    supervision.refresh_from_db()
    assert (supervision.state, supervision.result) == ("ended", "call_waits")
    leaves(world, supervision.leg)
    assert state_of(phone) == "offline"


def test_two_supervisors_listen_at_once(world, browser, ada, joe, talk):
    call, janes_leg = talk
    joe.user.user_permissions.add(Permission.objects.get(codename="coach"))

    first, _ = listens(world, browser, ada, call)
    second, reply = listens(world, browser, User.objects.get(username="joe"), call, "whisper")

    assert reply[0]["canSpeak"] == [janes_leg.uuid]
    leaves(world, first.leg)
    second.refresh_from_db()
    assert second.state == "joined"


def test_an_answer_webhook_that_comes_twice_gives_the_same(world, browser, ada, talk):
    call, _ = talk
    supervision, reply = listens(world, browser, ada, call, "whisper")
    world.now += timedelta(seconds=1)

    again = world.post(
        f"/webhooks/answer/{supervision.leg.key}",
        {"to": "Ada", "uuid": supervision.leg.uuid, "conversation_uuid": "CON-7"},
    )

    assert again == reply
    assert [kind for kind, _ in events(call)].count("supervision_answered") == 1


@pytest.mark.parametrize(
    ("tells", "mode", "is_told"),
    [(False, "listen", False), (True, "listen", True), (False, "barge", True)],
)
def test_the_team_decides_whether_agents_are_told_and_a_barge_always_is(
    world, browser, ada, talk, tells, mode, is_told
):
    call, _ = talk
    Team.objects.update(tells_of_supervision=tells)

    supervision, _ = listens(world, browser, ada, call, mode)

    assert supervision.is_told is is_told


def test_nothing_strange_is_found_while_somebody_listens(world, browser, ada, talk):
    call, _ = talk
    listens(world, browser, ada, call)

    broken = {name: found for name, found in selectors.violations(now=world.now).items() if found}

    assert broken == {}
    assert not Instruction.objects.filter(state="failed").exists()
