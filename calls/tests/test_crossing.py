"""Two people want different things at the same moment, or Vonage has not done the first of them."""

import pytest

from agents.models import Agent, Team, User
from calls.errors import CallGone
from calls.models import Supervision
from calls.router import rounds
from calls.tests.asking import ask, became
from calls.tests.parties import Talk, broken, state_of
from calls.tests.supervising import ask as asks
from calls.tests.supervising import command_of, listens, moves

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    """Jane talks to a caller; Joe is free."""
    world.available(jane)
    found = Talk(world, jane)
    world.available(joe)
    return found


@pytest.fixture
def supervisor(ada):
    """Ada, with a phone of her own."""
    Agent.objects.create(user=ada, vonage_user="Ada")
    return ada


def says_nothing(world):
    """Vonage answers no move for as long as a command waits for it; from then on it does."""
    world.transport.answers = lambda method, path: 500
    for _ in range(24):
        world.passes(1)
    world.transport.answers = lambda method, path: 204
    world.passes(5)


def test_a_customer_is_not_left_to_a_colleague_who_ends_in_that_moment(talk, jane, joe):
    talk.consult(joe)

    ask(talk.world, "complete", talk.call, jane)
    ask(talk.world, "end", talk.call, joe)
    talk.world.send()
    talk.hung_up()

    assert talk.where(talk.customer, talk.leg(jane)) == ["talk", "talk"]
    assert (talk.row.state, talk.row.agent) == ("connected", jane)
    assert state_of(joe) != "busy"
    assert broken(talk.world) == {}


@pytest.mark.parametrize("turn", ["complete", "swap", "merge"])
def test_nothing_turns_once_the_colleague_has_pressed_end(talk, jane, joe, turn):
    talk.consult(joe)
    ask(talk.world, "end", talk.call, joe)

    with pytest.raises(CallGone, match="leaving"):
        ask(talk.world, turn, talk.call, jane)

    assert (talk.row.state, talk.row.agent) == ("held", jane)


@pytest.mark.parametrize("act", ["hold", "add", "transfer"])
def test_who_has_pressed_end_asks_for_nothing_more(talk, jane, joe, act):
    talk.add(joe)
    ask(talk.world, "end", talk.call, joe)

    with pytest.raises(CallGone, match="leaving"):
        ask(talk.world, act, talk.call, joe, kind="blind", to={"number": "447700900888"})

    assert (talk.row.state, talk.row.agent) == ("connected", jane)


def test_who_leaves_already_is_not_removed(talk, jane, joe):
    talk.add(joe)
    ask(talk.world, "end", talk.call, joe)

    with pytest.raises(CallGone, match="leaving"):
        ask(talk.world, "remove", talk.call, jane, leg=talk.leg(joe).id)


@pytest.mark.parametrize("turns", [[], ["swap"]])
def test_a_consultation_is_cancelled_though_the_colleague_leaves_at_that_moment(
    talk, jane, joe, turns
):
    talk.consult(joe)
    for turn in turns:
        talk.ask(turn)
    ask(talk.world, "end", talk.call, joe)

    key = ask(talk.world, "cancel", talk.call, jane)
    talk.world.send()

    assert became(key) == ("done", "")
    talk.hung_up()
    assert talk.where(talk.customer, talk.leg(jane), talk.leg(joe)) == ["talk", "talk", "gone"]
    assert (talk.row.state, talk.invitation().result) == ("connected", "cancelled")
    assert broken(talk.world) == {}


@pytest.mark.parametrize("turns", [[], ["swap"]])
def test_who_may_have_been_swapped_by_moves_that_vonage_never_told_of_is_sent_back(
    talk, jane, joe, turns
):
    talk.consult(joe)
    for turn in turns:
        talk.ask(turn)
    people = (talk.customer, talk.leg(joe))
    before, moved = talk.where(*people), len(talk.moves())

    key = ask(talk.world, "swap", talk.call, jane)
    says_nothing(talk.world)

    assert became(key)[0] == "failed"
    assert talk.where(*people) == before
    rooms = dict(talk.moves()[moved:])  # the last move of each
    assert rooms == {leg.uuid: leg.room for leg in people}
    assert broken(talk.world) == {}


def test_who_has_just_got_the_call_may_hand_it_on_before_the_other_has_gone(talk, joe, sales):
    talk.consult(joe)
    talk.ask("complete")

    key = ask(talk.world, "transfer", talk.call, joe, kind="blind", to={"queue": sales.name})
    talk.world.send()

    assert became(key) == ("done", "")


def test_a_hold_in_between_leaves_who_wanted_the_call_listening(talk, jane, supervisor, browser):
    world = talk.world
    supervision, entry = listens(world, browser, supervisor, talk.call)

    reply = asks(world, browser, supervisor, talk.call, "supervise", mode="take_over")
    ask(world, "hold", talk.call, jane)
    world.send()

    assert command_of(reply).state == "failed"
    assert Supervision.objects.get().mode == "listen"
    assert moves(world, supervision.leg)[-1] == entry


def test_who_may_be_heard_by_a_move_that_vonage_never_told_of_is_silenced(
    talk, supervisor, browser
):
    world = talk.world
    supervision, entry = listens(world, browser, supervisor, talk.call)

    reply = asks(world, browser, supervisor, talk.call, "supervise", mode="barge")
    says_nothing(world)

    assert command_of(reply).state == "failed"
    assert Supervision.objects.get().mode == "listen"
    assert moves(world, supervision.leg)[-1] == entry


@pytest.mark.parametrize(("team", "state"), [("Floor", "joined"), ("Night", "ended")])
def test_a_supervisor_follows_the_call_to_agents_of_their_teams_only(
    talk, joe, ada, supervisor, browser, team, state
):
    ada.teams.set([talk.main.team])
    joe.team = talk.main.team if team == talk.main.team.name else Team.objects.create(name=team)
    joe.save()
    supervision, _ = listens(talk.world, browser, supervisor, talk.call, "whisper")
    talk.consult(joe)
    assert Supervision.objects.get().state == "joined"

    talk.ask("complete")

    assert Supervision.objects.get().state == state
    told = moves(talk.world, supervision.leg)[-1][0]
    assert told["action"] == {"joined": "conversation", "ended": "talk"}[state]
    assert (talk.row.state, talk.row.agent) == ("connected", joe)


@pytest.mark.parametrize("loses", ["the team", "the log-in"])
def test_who_loses_the_right_to_listen_is_let_go(talk, ada, supervisor, browser, loses):
    supervision, _ = listens(talk.world, browser, supervisor, talk.call)
    if loses == "the team":
        ada.teams.clear()
    else:
        User.objects.filter(id=ada.id).update(is_active=False)

    rounds.heal(now=talk.world.now, started_at=talk.world.now)
    talk.world.send()

    assert Supervision.objects.get().state == "ended"
    assert moves(talk.world, supervision.leg)[-1][0]["action"] == "talk"
    assert (talk.row.state, talk.row.agent) == ("connected", talk.main)


def test_a_colleague_who_is_told_of_listeners_is_told_of_one_who_was_there_before(
    talk, joe, supervisor, browser
):
    listens(talk.world, browser, supervisor, talk.call)
    assert Supervision.objects.get().is_told is False
    Agent.objects.filter(id=joe.id).update(
        team=Team.objects.create(name="Night", tells_of_supervision=True)
    )

    talk.add(joe)

    assert Supervision.objects.get().is_told is True
