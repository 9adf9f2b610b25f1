"""Every way out of a consultation or conference: who goes on, and who is let go."""

from datetime import timedelta

import pytest

from agents.models import Agent
from calls.errors import CallGone
from calls.models import Healing, Invitation, Leg, Offer
from calls.router import rounds
from calls.tests.asking import ask
from calls.tests.parties import NUMBER, Talk, broken, offer_to, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    """A caller talks with Jane, and Joe is free."""
    world.available(jane)
    found = Talk(world, jane)
    world.available(joe)
    yield found
    assert broken(world) == {}


def is_over(talk):
    talk.hung_up()
    assert talk.row.state == "ended"
    assert not Leg.objects.exclude(state="ended").exists()
    return talk.row.outcome


# Nobody comes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state", "result"),
    [
        ("rejected", "available", "declined"),
        ("timeout", "missed", "missed"),
        ("busy", "available", "failed"),
    ],
)
def test_a_colleague_who_does_not_come_leaves_the_customer_on_hold(
    talk, jane, joe, status, state, result
):
    talk.ask("consult", to={"agent": "joe"})
    Offer.objects.filter(agent=joe).update(seen_at=talk.world.now)

    talk.world.ends(offer_to(joe), status)

    assert (talk.row.state, state_of(jane), state_of(joe)) == ("held", "busy", state)
    assert talk.invitation().result == result
    assert talk.events()[-1] == "consult_failed"
    talk.ask("resume")
    assert talk.where(talk.customer) == ["talk"]


def test_a_colleague_whose_phone_cannot_be_dialled_does_not_come(talk, joe):
    talk.world.transport.answers = lambda method, path: 400 if method == "POST" else 204

    talk.ask("consult", to={"agent": "joe"})

    assert talk.row.state == "held"
    assert talk.invitation().state == "ended"
    talk.world.passes(11)
    assert state_of(joe) == "available"


def test_a_colleague_of_whom_nothing_is_heard_does_not_come(talk, joe):
    talk.ask("consult", to={"agent": "joe"})

    talk.world.passes(36)

    assert talk.invitation().result == "failed"
    assert talk.row.state == "held"
    assert state_of(joe) == "available"
    talk.drops(talk.leg(joe), by="platform")


@pytest.mark.parametrize("status", ["busy", "timeout", "failed", "rejected"])
def test_a_number_that_is_not_reached_leaves_the_customer_on_hold(talk, jane, status):
    talk.ask("consult", to={"number": NUMBER})

    talk.drops(talk.number(), status=status)

    assert talk.row.state == "held"
    assert talk.invitation().state == "ended"
    assert talk.events()[-1] == "consult_failed"
    talk.ask("resume")
    assert talk.where(talk.customer, talk.leg(jane)) == ["talk", "talk"]


def test_a_number_that_vonage_does_not_dial_is_not_reached(talk):
    talk.world.transport.answers = lambda method, path: 400 if method == "POST" else 204

    talk.ask("consult", to={"number": NUMBER})

    assert talk.row.state == "held"
    assert talk.events()[-1] == "consult_failed"


def test_a_number_of_which_nothing_is_heard_is_given_up(talk):
    talk.ask("add", to={"number": NUMBER})

    talk.world.passes(61)

    assert talk.invitation().state == "ended"
    assert talk.events()[-1] == "add_failed"
    assert f"/v1/calls/{talk.number().uuid}" in talk.hang_ups()
    talk.drops(talk.number(), by="platform")


def test_a_number_that_never_had_a_uuid_is_given_up(talk):
    talk.world.transport.answers = lambda method, path: 429 if method == "POST" else 204
    talk.ask("add", to={"number": NUMBER})

    for _ in range(7):
        talk.world.passes(10)

    assert talk.number().state == "ended"
    assert talk.invitation().state == "ended"


# Whoever was asked in leaves ------------------------------------------------------------------


@pytest.mark.parametrize("by", ["user", "platform"])
def test_a_colleague_who_drops_leaves_the_customer_on_hold(talk, jane, joe, by):
    talk.consult(joe)

    talk.drops(talk.leg(joe), by=by)

    assert (talk.row.state, talk.row.agent, state_of(jane)) == ("held", jane, "busy")
    assert state_of(joe) == ("available" if by == "user" else "offline")
    assert talk.events()[-1] == "consult_left"
    talk.ask("resume")
    assert talk.where(talk.customer, talk.leg(jane)) == ["talk", "talk"]


def test_a_consulted_colleague_who_ends_only_leaves(talk, jane, joe):
    talk.consult(joe)

    talk.ask("end", by=joe)
    talk.hung_up()

    assert (talk.row.state, talk.row.agent) == ("held", jane)
    assert (state_of(jane), state_of(joe)) == ("busy", "available")


def test_a_consulted_number_that_drops_leaves_the_customer_on_hold(talk):
    talk.consult()

    talk.drops(talk.number())

    assert talk.row.state == "held"
    assert talk.events()[-1] == "consult_left"


def test_who_was_put_aside_and_drops_leaves_the_others_talking(talk, jane, joe):
    talk.consult(joe)
    talk.ask("swap")

    talk.drops(talk.leg(joe))

    assert talk.where(talk.customer, talk.leg(jane)) == ["talk", "talk"]
    assert talk.row.state == "connected"
    assert state_of(joe) == "available"


@pytest.mark.parametrize("how", ["merge", "add"])
def test_a_colleague_who_talked_with_the_customer_has_work_to_do_after_it(talk, jane, joe, how):
    if how == "add":
        talk.add(joe)
    else:
        talk.consult(joe)
        talk.ask("merge")

    talk.ask("end", by=joe)
    talk.hung_up()

    assert (state_of(jane), state_of(joe)) == ("busy", "wrap_up")
    assert talk.where(talk.customer, talk.leg(jane)) == ["talk", "talk"]
    assert (talk.row.state, talk.row.agent) == ("connected", jane)


def test_a_number_of_a_conference_that_drops_leaves_the_others_talking(talk, jane):
    talk.add()

    talk.drops(talk.number())

    assert talk.where(talk.customer, talk.leg(jane)) == ["talk", "talk"]
    assert talk.row.state == "connected"


# The agent leaves -----------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["end", "user", "platform"])
def test_an_agent_who_leaves_has_completed_the_consultation(talk, jane, joe, how):
    talk.consult(joe)

    if how == "end":
        talk.ask("end")
        talk.hung_up()
    else:
        talk.drops(talk.leg(jane), by=how)

    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert (talk.row.state, talk.row.agent, talk.row.held_at) == ("connected", joe, None)
    assert state_of(jane) == ("offline" if how == "platform" else "wrap_up")
    talk.drops(talk.leg(joe))
    assert state_of(joe) == "wrap_up"
    assert is_over(talk) == "answered"


def test_an_agent_who_ends_and_hangs_up_at_once_leaves_once(talk, jane, joe):
    talk.consult(joe)
    talk.world.now += timedelta(seconds=1)
    ask(talk.world, "end", talk.call, jane)
    talk.drops(talk.leg(jane))

    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert talk.events().count("completed") == 1
    assert state_of(jane) == "wrap_up"


def test_who_was_put_aside_is_brought_back_when_the_agent_is_lost(talk, jane, joe):
    talk.consult(joe)
    talk.ask("swap")

    talk.drops(talk.leg(jane), by="platform")

    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert talk.row.agent == joe


def test_an_agent_who_is_lost_while_a_colleague_rings_is_waited_for(talk, jane, joe):
    talk.ask("consult", to={"agent": "joe"})

    talk.drops(talk.leg(jane), by="platform")

    assert offer_to(joe).state in {"rescinded", "pending"}
    consult = Invitation.objects.get()
    assert (consult.state, consult.result) == ("ended", "cancelled")
    assert talk.row.state in {"queued", "offered"}
    assert talk.row.held_at is None
    assert talk.moves()[-1] == (talk.customer.uuid, talk.row.room_name())
    assert state_of(jane) == "offline"
    talk.drops(consult.leg, by="platform")


def test_an_agent_who_ends_while_a_colleague_rings_ends_the_call(talk, jane, joe):
    talk.ask("consult", to={"agent": "joe"})

    talk.ask("end")

    assert state_of(joe) == "available"
    assert is_over(talk) == "answered"
    assert state_of(jane) == "wrap_up"


def test_a_lost_agent_leaves_no_number_alone_with_the_customer(talk, jane, joe):
    talk.consult()
    number = talk.number()

    talk.drops(talk.leg(jane), by="platform")

    assert talk.row.state in {"queued", "offered"}
    assert talk.where(number) == ["gone"]
    talk.drops(number, by="platform")
    assert talk.row.state in {"queued", "offered"}


def test_an_agent_who_hangs_up_beside_a_number_ends_the_call(talk, jane):
    talk.add()

    talk.drops(talk.leg(jane))

    assert is_over(talk) == "answered"


def test_the_call_goes_on_with_the_next_agent_of_a_conference(talk, jane, joe):
    talk.add(joe)
    talk.world.passes(2)
    talk.add()

    talk.ask("end")
    talk.hung_up()

    assert (talk.row.state, talk.row.agent) == ("connected", joe)
    assert talk.where(talk.customer, talk.leg(joe), talk.number()) == ["talk"] * 3
    assert (state_of(jane), state_of(joe)) == ("wrap_up", "busy")
    assert talk.events()[-1] == "left"


def test_a_customer_on_hold_is_not_left_there_by_whoever_put_them_on_hold(talk, jane, joe):
    talk.add(joe)
    talk.ask("hold")

    talk.drops(talk.leg(jane), by="platform")

    assert talk.where(talk.customer, talk.leg(joe)) == ["talk", "talk"]
    assert (talk.row.state, talk.row.held_at) == ("connected", None)


@pytest.mark.parametrize("first", ["jane", "joe"])
def test_both_agents_lost_means_that_the_customer_waits_again(talk, jane, joe, first):
    talk.consult(joe)
    legs = [talk.leg(jane), talk.leg(joe)]

    for leg in legs if first == "jane" else reversed(legs):
        talk.drops(leg, by="platform")

    assert talk.row.state == "queued"
    assert talk.row.held_at is None
    assert talk.moves()[-1] == (talk.customer.uuid, talk.row.room_name())
    assert [state_of(one) for one in (jane, joe)] == ["offline", "offline"]
    assert talk.row.entries.get().preferred_agent == jane


@pytest.mark.parametrize(("seconds", "rung_first"), [(4, "jane"), (6, "joe")])
def test_who_has_had_the_customer_for_a_while_is_rung_first(talk, jane, joe, seconds, rung_first):
    talk.add(joe)
    legs = [talk.leg(jane), talk.leg(joe)]

    talk.drops(legs[0], by="platform")
    talk.world.passes(seconds)
    talk.drops(legs[1], by="platform")

    preferred = talk.row.entries.get().preferred_agent
    assert preferred == {"jane": jane, "joe": joe}[rung_first]


def test_who_answers_after_everybody_has_left_is_told_so(talk, jane, joe):
    talk.ask("consult", to={"agent": "joe"})
    invitation = talk.invited()
    talk.ask("end")

    hears = talk.answers(invitation)

    assert [action["action"] for action in hears] == ["talk"]
    assert is_over(talk) == "answered"
    assert state_of(joe) == "available"


# The customer hangs up ------------------------------------------------------------------------


def test_two_agents_who_consult_talk_on_when_the_customer_hangs_up(talk, jane, joe):
    talk.consult(joe)

    talk.drops(talk.customer)

    assert (talk.row.state, talk.row.outcome) == ("ended", "answered")
    assert talk.where(talk.leg(jane), talk.leg(joe)) == ["talk", "talk"]
    assert (state_of(jane), state_of(joe)) == ("busy", "busy")
    talk.world.passes(15)
    rounds.heal(now=talk.world.now, started_at=talk.world.now)
    talk.world.send()
    assert talk.where(talk.leg(jane), talk.leg(joe)) == ["talk", "talk"]
    assert not Healing.objects.exists()


@pytest.mark.parametrize("first", ["jane", "joe"])
@pytest.mark.parametrize("how", ["end", "user", "platform"])
def test_the_first_of_them_to_leave_frees_both(talk, jane, joe, first, how):
    talk.consult(joe)
    talk.drops(talk.customer)
    leaver = jane if first == "jane" else joe

    if how == "end":
        talk.ask("end", by=leaver)
    else:
        talk.drops(talk.leg(leaver), by=how)
    for _ in range(2):
        talk.hung_up()

    assert not Leg.objects.exclude(state="ended").exists()
    assert (state_of(jane), state_of(joe)) == ("wrap_up", "available")
    assert talk.invitation().state == "ended"


def test_nothing_but_the_end_can_be_asked_for_without_a_customer(talk, joe):
    talk.consult(joe)
    talk.drops(talk.customer)

    for kind in ("merge", "complete", "swap", "cancel", "hold", "resume"):
        with pytest.raises(CallGone):
            talk.ask(kind)


@pytest.mark.parametrize("how", ["number", "aside", "merged", "conference", "ringing"])
def test_everybody_else_is_let_go_when_the_customer_hangs_up(talk, jane, joe, how):
    if how == "number":
        talk.consult()
    elif how == "conference":
        talk.add(joe)
    elif how == "ringing":
        talk.ask("consult", to={"agent": "joe"})
    else:
        talk.consult(joe)
        talk.ask("swap" if how == "aside" else "merge")

    talk.drops(talk.customer)

    if how == "ringing":
        assert state_of(joe) == "available"
    assert is_over(talk) == "answered"
    assert state_of(jane) == "wrap_up"
    expected = "wrap_up" if how in {"merged", "conference"} else "available"
    assert state_of(joe) == expected
    assert not Invitation.objects.exclude(state="ended").exists()


# What nobody told us --------------------------------------------------------------------------


def test_an_invitation_whose_leg_ended_unnoticed_is_ended(talk, joe):
    talk.consult()
    long_ago = talk.world.now - timedelta(seconds=6)
    Leg.objects.filter(kind="number").update(state="ended", ended_at=long_ago)

    rounds.heal(now=talk.world.now, started_at=talk.world.now)

    assert talk.invitation().state == "ended"
    assert Healing.objects.get().kind == "lost_party"


def test_a_colleague_who_rings_is_not_taken_for_a_stray(talk, joe):
    talk.ask("consult", to={"agent": "joe"})
    talk.world.passes(10)

    rounds.heal(now=talk.world.now, started_at=talk.world.now)

    assert offer_to(joe).state == "pending"
    assert not Healing.objects.exists()


def test_a_colleague_without_a_console_is_not_rung(talk, joe):
    Agent.objects.filter(id=joe.id).update(console_until=talk.world.now)

    with pytest.raises(Exception, match="no console open"):
        talk.ask("consult", to={"agent": "joe"})
