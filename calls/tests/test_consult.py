"""Consultations: a colleague or a number is asked while the customer hears music."""

from unittest.mock import patch

import pytest

from agents.errors import AgentBusy
from calls.errors import CallGone, NotAllowed, RefusedNumber
from calls.models import Command, DoNotCall, Invitation, Offer
from calls.tests.asking import ask, became
from calls.tests.leaving import words
from calls.tests.parties import NUMBER, Talk, broken, offer_to, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    """A caller talks with Jane, and Joe is free."""
    world.available(jane)
    found = Talk(world, jane)
    world.available(joe)
    return found


def test_the_customer_hears_music_before_a_colleague_is_rung(talk, joe):
    talk.ask("consult", to={"agent": "joe"})

    music = talk.world.sent("PUT", "transfer")[-1]["destination"]["ncco"]
    assert music[0]["name"] == talk.row.hold_room
    assert music[0]["startOnEnter"] is False
    assert music[0]["musicOnHoldUrl"]
    requests = [(method, body.get("action")) for method, _, body in talk.world.transport.requests]
    assert requests[-2:] == [("PUT", "transfer"), ("POST", None)]
    assert talk.row.state == "held"
    assert talk.row.held_at == talk.world.now
    assert (offer_to(joe).kind, state_of(joe)) == ("consult", "offered")
    assert broken(talk.world) == {}


def test_a_colleague_hears_who_asks_and_joins_the_agent_alone(talk, jane, joe):
    hears = talk.consult(joe)

    assert words(hears) == "Jane has a customer from Sales for you."
    assert hears[-1] == {
        "action": "conversation",
        "name": talk.row.room_name(),
        "startOnEnter": True,
    }
    assert talk.where(talk.customer, talk.leg(jane), talk.leg(joe)) == ["hold", "talk", "talk"]
    assert (state_of(jane), state_of(joe)) == ("busy", "busy")
    assert talk.row.agent == jane
    assert broken(talk.world) == {}


def test_a_customer_who_is_on_hold_already_stays_there(talk, joe):
    talk.ask("hold")
    since, moves = talk.row.held_at, talk.moves()
    talk.world.passes(10)

    talk.consult(joe)

    assert talk.moves() == moves
    assert talk.row.held_at == since


def test_a_number_sees_our_own_number_and_just_talks(talk):
    hears = talk.consult()

    dial = talk.world.sent("POST")[-1]
    assert dial["to"] == [{"type": "phone", "number": NUMBER}]
    assert dial["from"] == {"type": "phone", "number": talk.world.MENU}
    assert [action["action"] for action in hears] == ["conversation"]
    assert talk.where(talk.customer, talk.number()) == ["hold", "talk"]


def test_the_call_is_the_colleagues_when_the_consultation_is_completed(talk, jane, joe):
    talk.consult(joe)

    key = talk.ask("complete")

    assert became(key) == ("done", "")
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert f"/v1/calls/{talk.leg(jane).uuid}" in talk.hang_ups()
    talk.hung_up()
    assert (talk.row.state, talk.row.agent) == ("connected", joe)
    assert (state_of(jane), state_of(joe)) == ("wrap_up", "busy")
    assert broken(talk.world) == {}

    talk.drops(talk.leg(joe))
    assert state_of(joe) == "wrap_up"
    talk.hung_up()
    assert (talk.row.state, talk.row.outcome) == ("ended", "answered")


def test_the_agent_goes_only_after_the_customer_has_come_back(talk, jane, joe):
    talk.consult(joe)

    talk.ask("complete")

    bodies = [body.get("action") for method, _, body in talk.world.transport.requests]
    assert bodies[-2:] == ["transfer", "hangup"]


def test_the_agent_stays_when_the_customer_cannot_be_brought_back(talk, jane, joe):
    talk.consult(joe)
    talk.world.transport.answers = lambda method, path: 400
    talk.world.passes(3)

    key = talk.ask("complete")

    assert became(key) == ("failed", "call_gone")
    assert talk.where(talk.customer, talk.leg(jane), talk.leg(joe)) == ["hold", "talk", "talk"]
    assert (talk.row.state, talk.row.agent) == ("held", jane)
    assert broken(talk.world) == {}


def test_a_number_keeps_the_customer_when_the_consultation_is_completed(talk, jane):
    talk.consult()

    talk.ask("complete")
    talk.hung_up()

    assert talk.where(talk.customer, talk.number()) == ["talk", "talk"]
    assert (talk.row.state, talk.row.agent) == ("connected", None)
    assert state_of(jane) == "wrap_up"
    assert broken(talk.world) == {}

    talk.drops(talk.number())
    talk.hung_up()
    assert (talk.row.state, talk.row.outcome) == ("ended", "answered")


def test_everybody_is_together_once_merged(talk, jane, joe):
    talk.consult(joe)

    talk.ask("merge")

    people = [talk.customer, talk.leg(jane), talk.leg(joe)]
    assert talk.where(*people) == ["talk", "talk", "talk"]
    assert (talk.row.state, talk.row.held_at, talk.row.agent) == ("connected", None, jane)
    assert talk.invitation().merged_at == talk.world.now
    assert broken(talk.world) == {}


def test_whoever_is_merged_has_the_call_when_the_agent_leaves(talk, jane, joe):
    talk.consult(joe)
    talk.ask("merge")

    talk.ask("end")
    talk.hung_up()

    assert talk.row.agent == joe
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert (state_of(jane), state_of(joe)) == ("wrap_up", "busy")


def test_a_swap_silences_the_one_before_the_other_is_heard(talk, joe):
    talk.consult(joe)
    before = len(talk.moves())

    talk.ask("swap")

    room, aside = talk.row.room_name(), talk.row.aside_room
    assert talk.moves()[before:] == [(talk.leg(joe).uuid, aside), (talk.customer.uuid, room)]
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "aside"]
    assert (talk.row.state, talk.row.held_at) == ("connected", None)

    talk.world.now += talk.world.now.resolution
    talk.ask("swap")

    hold = talk.row.hold_room
    assert talk.moves()[before + 2 :] == [(talk.customer.uuid, hold), (talk.leg(joe).uuid, room)]
    assert talk.where(talk.customer, talk.leg(joe)) == ["hold", "talk"]
    assert talk.row.state == "held"
    assert broken(talk.world) == {}


def test_the_customer_stays_apart_when_a_swap_fails(talk, joe):
    talk.consult(joe)
    talk.world.passes(3)
    talk.world.transport.answers = lambda method, path: 400

    key = talk.ask("swap")

    assert became(key) == ("failed", "call_gone")
    assert talk.where(talk.customer, talk.leg(joe)) == ["hold", "talk"]
    assert talk.row.state == "held"
    talk.world.transport.answers = lambda method, path: 204
    talk.ask("swap")
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "aside"]


@pytest.mark.parametrize("turn", ["merge", "complete"])
def test_whoever_was_put_aside_is_brought_back(talk, jane, joe, turn):
    talk.consult(joe)
    talk.ask("swap")

    talk.ask(turn)

    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert talk.row.agent == (joe if turn == "complete" else jane)
    assert broken(talk.world) == {}


def test_a_cancelled_colleague_goes_before_the_customer_comes_back(talk, joe):
    talk.consult(joe)

    key = talk.ask("cancel")

    bodies = [body.get("action") for method, _, body in talk.world.transport.requests]
    assert bodies[-2:] == ["hangup", "transfer"]
    assert became(key) == ("done", "")
    talk.hung_up()
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "gone"]
    assert (talk.row.state, state_of(joe)) == ("connected", "available")
    assert broken(talk.world) == {}


def test_a_colleague_who_still_rings_can_be_cancelled(talk, joe):
    talk.ask("consult", to={"agent": "joe"})

    talk.ask("cancel")

    assert state_of(joe) == "available"
    assert talk.where(talk.customer) == ["talk"]
    assert offer_to(joe).state == "rescinded"
    assert talk.invitation().result == "cancelled"


def test_a_colleague_who_was_cancelled_in_the_very_moment_they_answered_is_let_go(talk, joe):
    talk.ask("consult", to={"agent": "joe"})
    invitation = talk.invited()
    talk.ask("cancel")

    hears = talk.answers(invitation)

    assert [action["action"] for action in hears] == ["talk"]
    assert state_of(joe) == "available"


def test_who_is_cancelled_and_cannot_be_hung_up_is_not_heard_by_the_customer(talk, joe):
    talk.consult(joe)
    talk.world.passes(3)
    talk.world.transport.answers = lambda method, path: 400

    key = talk.ask("cancel")

    assert became(key) == ("failed", "call_gone")
    assert talk.row.state == "held"
    talk.world.transport.answers = lambda method, path: 204
    talk.ask("cancel")
    talk.hung_up()
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "gone"]


def test_who_had_left_already_is_cancelled_all_the_same(talk, joe):
    talk.consult(joe)
    uuid = talk.leg(joe).uuid
    talk.world.transport.answers = lambda method, path: 404 if path.endswith(uuid) else 204

    key = talk.ask("cancel")

    assert became(key) == ("done", "")
    assert talk.where(talk.customer) == ["talk"]
    assert state_of(joe) == "available"


def test_nobody_is_asked_when_the_customer_cannot_be_put_on_hold(talk, jane, joe):
    talk.world.passes(3)
    talk.world.transport.answers = lambda method, path: 400

    key = talk.ask("consult", to={"agent": "joe"})

    assert became(key) == ("failed", "call_gone")
    assert talk.world.sent("POST")[1:] == []
    assert (talk.row.state, talk.row.held_at) == ("connected", None)
    assert (state_of(jane), state_of(joe)) == ("busy", "available")
    assert talk.invitation().state == "ended"
    assert broken(talk.world) == {}


def test_a_colleague_who_is_not_free_is_refused_in_words(talk, jane, joe):
    talk.consult(joe)
    talk.ask("cancel")

    with pytest.raises(AgentBusy, match="Joe is in a call"):
        talk.ask("consult", to={"agent": "joe"})

    assert talk.row.state == "connected"
    assert Command.objects.filter(kind="consult").count() == 1


@pytest.mark.parametrize("name", ["jane"])
def test_nobody_consults_themselves(talk, name):
    with pytest.raises(NotAllowed, match="That is you"):
        talk.ask("consult", to={"agent": name})


def test_a_second_click_finds_the_consultation_begun(talk, joe):
    talk.ask("consult", to={"agent": "joe"})

    with pytest.raises(CallGone, match="takes part already"):
        talk.ask("consult", to={"number": NUMBER})

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("turn", ["swap", "merge", "complete"])
def test_nothing_turns_while_it_still_rings(talk, turn):
    talk.ask("consult", to={"agent": "joe"})

    with pytest.raises(CallGone, match="have not answered"):
        talk.ask(turn)


@pytest.mark.parametrize("turn", ["swap", "merge", "complete", "cancel"])
def test_without_a_consultation_nothing_turns(talk, turn):
    with pytest.raises(CallGone, match="no consultation"):
        talk.ask(turn)


@pytest.mark.parametrize("turn", ["swap", "merge", "complete", "cancel"])
def test_only_the_agent_whose_call_it_is_turns_it(talk, joe, turn):
    talk.consult(joe)

    with pytest.raises(NotAllowed, match="Jane's call"):
        talk.ask(turn, by=joe)


def test_two_clicks_on_complete_end_no_second_call(talk, jane, joe):
    talk.consult(joe)
    talk.ask("complete")

    with pytest.raises((CallGone, NotAllowed)):
        talk.ask("complete")

    talk.hung_up()
    assert (talk.row.state, talk.row.agent) == ("connected", joe)


def test_two_merges_are_one(talk, joe):
    talk.consult(joe)
    talk.ask("merge")

    with pytest.raises(CallGone, match="together already"):
        talk.ask("merge")


def test_the_new_agent_may_consult_in_turn(talk, jane, joe):
    talk.consult(joe)
    talk.ask("complete")
    talk.hung_up()

    talk.ask("consult", by=joe, to={"number": NUMBER})
    talk.answers(talk.invited())
    talk.ask("complete", by=joe)
    talk.hung_up()

    assert talk.where(talk.customer, talk.number()) == ["talk", "talk"]
    assert [state_of(one) for one in (jane, joe)] == ["wrap_up", "wrap_up"]
    offers = Offer.objects.filter(call=talk.call).values_list("wrap_up_seconds", flat=True)
    assert set(offers) == {30}


def test_a_customer_who_was_not_held_after_all_does_not_hear_who_is_consulted(talk, joe):
    talk.world.passes(3)
    ask(talk.world, "hold", talk.call, talk.main)
    ask(talk.world, "consult", talk.call, talk.main, to={"agent": "joe"})
    talk.world.transport.answers = lambda method, path: 400 if method == "PUT" else 204
    talk.world.send()
    talk.world.transport.answers = lambda method, path: 204

    hears = talk.answers(talk.invited())

    assert hears[-1]["name"] == talk.row.aside_room
    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "aside"]
    assert talk.row.state == "connected"
    talk.ask("swap")
    assert talk.where(talk.customer, talk.leg(joe)) == ["hold", "talk"]


def test_a_party_that_vonage_asks_about_again_is_sent_where_they_are(talk, joe):
    hears = talk.consult(joe)
    talk.world.now += talk.world.now.resolution * 1000

    again = talk.answers_again(joe)
    talk.ask("swap")
    aside = talk.answers_again(joe)

    assert again == hears[-1:]
    assert aside[0]["name"] == talk.row.aside_room


def test_a_number_that_the_dial_rules_refuse_is_not_asked(talk):
    DoNotCall.objects.create(number=NUMBER)

    with pytest.raises(RefusedNumber):
        talk.ask("consult", to={"number": NUMBER})

    assert talk.row.state == "connected"
    assert not Invitation.objects.exists()


def test_a_consultation_is_asked_for_and_completed_over_the_rest_api(talk, joe, janes):
    path = f"/api/calls/{talk.call.id}"
    with patch("django.utils.timezone.now", lambda: talk.world.now):
        asked = janes.post(f"{path}/consult", {"to": {"agent": "joe"}}, format="json")
        talk.world.send()
        talk.answers(talk.invited())
        completed = janes.post(f"{path}/complete", {}, format="json")
        talk.world.send()

    assert (asked.status_code, completed.status_code) == (202, 202)
    assert became(completed.json()["command"]) == ("done", "")
    assert talk.row.agent == joe
