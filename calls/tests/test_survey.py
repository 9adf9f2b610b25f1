"""Customers are asked how satisfied they are, once the agent has left."""

import pytest

from agents.models import Agent
from calls import selectors
from calls.models import Call, Leg, SurveyAnswer
from calls.tests.asking import ask
from calls.tests.parties import Talk, broken, state_of

pytestmark = [pytest.mark.db, pytest.mark.django_db]
QUESTION = "How satisfied are you, from 1 to 5?"
THANKS = [{"action": "talk", "text": "Thank you. Goodbye.", "language": "en-GB"}]


@pytest.fixture
def talk(world, jane, sales):
    """A caller of a queue with a survey talks with Jane."""
    sales.survey_question = QUESTION
    sales.save()
    world.available(jane)
    found = Talk(world, jane)
    yield found
    assert broken(world) == {}


def asked(talk):
    """The question, as the customer was moved to it."""
    moves = [
        body["destination"]["ncco"]
        for _, path, body in talk.world.transport.requests
        if body.get("action") == "transfer" and path.endswith(talk.uuid)
    ]
    return moves[-1]


def answer():
    return SurveyAnswer.objects.get()


def test_the_customer_is_asked_once_the_agent_has_ended_the_call(talk, jane):
    talk.ask("end")
    talk.hung_up()

    question, keys = asked(talk)
    assert (question["text"], question["bargeIn"]) == (QUESTION, True)
    assert keys["dtmf"] == {"maxDigits": 1, "timeOut": 8}
    assert (talk.row.state, talk.row.node) == ("in_flow", "@survey")
    assert state_of(jane) == "wrap_up"
    assert talk.where(talk.customer) == [""]
    assert (answer().score, answer().agent, answer().queue.name) == (None, jane, "Sales")


def test_the_agent_is_hung_up_only_after_the_customer_was_moved(talk, jane):
    talk.ask("end")

    done = [
        (body["action"], path.rpartition("/")[2])
        for _, path, body in talk.world.transport.requests[-2:]
    ]
    assert done == [("transfer", talk.uuid), ("hangup", talk.leg(jane).uuid)]


def test_hanging_up_in_the_browser_asks_as_well(talk, jane):
    talk.drops(talk.leg(jane))

    assert asked(talk)[0]["text"] == QUESTION
    assert talk.row.hung_up_by == "agent"
    assert state_of(jane) == "wrap_up"


def test_the_answer_is_kept_and_the_customer_thanked(talk, jane):
    talk.ask("end")
    talk.hung_up()

    assert talk.world.press(asked(talk), "4") == THANKS
    talk.drops(talk.customer, by="platform")

    assert (answer().score, answer().answered_at) == (4, talk.world.now)
    assert (talk.row.state, talk.row.outcome, talk.row.hung_up_by) == ("ended", "answered", "agent")
    assert talk.events()[-3:] == ["survey_asked", "survey_answered", "ended"]


@pytest.mark.parametrize("key", ["9", "0", "#", None])
def test_any_other_key_and_none_is_thanked_for_as_well(talk, key):
    talk.ask("end")
    talk.hung_up()

    assert talk.world.press(asked(talk), key) == THANKS
    assert (answer().score, answer().answered_at) == (None, None)


def test_a_second_key_changes_no_answer(talk):
    talk.ask("end")
    talk.hung_up()
    question = asked(talk)
    talk.world.press(question, "5")

    assert talk.world.press(question, "1") == THANKS
    assert answer().score == 5


def test_a_customer_on_hold_is_asked_too(talk, jane):
    talk.ask("hold")
    talk.ask("end")
    talk.hung_up()

    assert asked(talk)[0]["text"] == QUESTION
    assert talk.row.held_at is None


def test_nobody_is_asked_who_has_hung_up(talk, jane):
    talk.drops(talk.customer)
    talk.hung_up()

    assert (talk.row.state, talk.row.hung_up_by) == ("ended", "customer")
    assert not SurveyAnswer.objects.exists()


def test_a_customer_who_hangs_up_on_their_way_to_the_question_ends_the_call(talk):
    talk.world.transport.answers = lambda method, path: 404 if path.endswith(talk.uuid) else 204
    talk.ask("end")
    talk.hung_up()

    assert (talk.row.state, talk.row.hung_up_by) == ("ended", "agent")
    assert answer().score is None


def test_a_customer_who_cannot_be_moved_is_let_go(talk):
    talk.world.transport.answers = lambda method, path: 400 if path.endswith(talk.uuid) else 204
    talk.ask("end")
    talk.world.passes(5)

    assert f"/v1/calls/{talk.uuid}" in talk.hang_ups()


def test_a_lost_agent_is_no_reason_to_ask(talk, jane):
    talk.drops(talk.leg(jane), by="platform")

    assert talk.row.state == "queued"
    assert not SurveyAnswer.objects.exists()
    talk.drops(talk.customer)


def test_a_supervisor_who_ends_the_call_asks_nobody(talk, ada):
    ask(talk.world, "end", talk.call, None, user=ada)
    talk.world.send()
    talk.hung_up()

    assert talk.row.hung_up_by == "supervisor"
    assert not SurveyAnswer.objects.exists()


def test_a_queue_asks_nothing_unless_told_to(world, jane):
    world.available(jane)
    talk = Talk(world, jane)

    talk.ask("end")

    assert f"/v1/calls/{talk.uuid}" in talk.hang_ups()
    assert not SurveyAnswer.objects.exists()


def test_the_agent_who_leaves_others_in_the_call_asks_nobody(talk, joe):
    talk.world.available(joe)
    talk.add(joe)

    talk.ask("end")
    talk.hung_up()
    assert not SurveyAnswer.objects.exists()
    talk.ask("end", by=joe)
    talk.hung_up()

    assert answer().agent == joe
    assert asked(talk)[0]["text"] == QUESTION


def test_vonage_asking_again_is_told_the_question_again(talk):
    talk.ask("end")
    talk.hung_up()

    told = talk.world.post(
        "/webhooks/fallback",
        {"uuid": talk.uuid, "to": talk.world.MENU, "conversation_uuid": "CON-0"},
    )
    assert told[0]["text"] == QUESTION


def test_the_survey_is_told_among_the_steps(talk, jane):
    talk.ask("end")
    talk.hung_up()
    talk.world.press(asked(talk), "3")
    talk.drops(talk.customer, by="platform")

    steps = selectors.card(call_id=talk.call.id, agent_id=jane.id, now=talk.world.now)["steps"]
    assert [step["text"] for step in steps][-3:] == [
        "Was asked how satisfied they are",
        "Answered the survey with 3",
        "You ended the call",
    ]
    assert not Leg.objects.exclude(state="ended").exists()


def test_whoever_listens_is_let_go_when_the_agent_has_left(talk, jane, ada):
    phone = Agent.objects.create(user=ada, vonage_user="Ada")
    ask(talk.world, "supervise", talk.call, phone, user=ada, mode="listen")
    talk.world.send()
    adas = Leg.objects.get(agent=phone)
    talk.world.post(
        f"/webhooks/answer/{adas.key}",
        {"to": "Ada", "from": "x", "uuid": adas.uuid, "conversation_uuid": "CON-8"},
    )
    talk.began(adas)

    talk.drops(talk.leg(jane))

    assert f"/v1/calls/{adas.uuid}" in talk.hang_ups()
    assert asked(talk)[0]["text"] == QUESTION
    talk.hung_up()


def test_a_callback_is_followed_by_the_survey_as_well(talk):
    """A call of a queue that we have made: nothing tells it from one that came in."""
    Call.objects.filter(id=talk.call.id).update(direction="outbound")

    talk.ask("end")
    talk.hung_up()

    assert asked(talk)[0]["text"] == QUESTION
