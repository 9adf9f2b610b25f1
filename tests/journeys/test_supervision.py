"""Journeys of supervisors who listen, coach, barge in and take over, proved by sound."""

import pytest

from tests.journeys.hearing import ADA, CUSTOMER, JANE, JOE, MUSIC, Listener, hear
from tests.journeys.pages import seconds_told_of
from tools.people import Party, wait_until


@pytest.fixture
def coach(agent, talk):
    """Ada, who asks for something with Jane's call."""
    _, jane, _ = talk
    one = agent("ada", tone=ADA)
    one.call_id = jane.call_id
    return one


def joins(coach, sandbox, mode):
    """The coach is in the call from now on; their leg."""
    coach.gets("supervise", mode=mode)
    live = (leg for leg in sandbox.live_legs() if leg["user"] == coach.vonage_user)
    uuid = next(leg["uuid"] for leg in live)
    return Party(sandbox, uuid)


def dials(sandbox):
    """How many phones we have had rung so far."""
    rows = sandbox.get("requests")
    return sum(row["method"] == "POST" and row["url"].endswith("/v1/calls") for row in rows)


def test_a_supervisor_listens_coaches_barges_in_and_takes_over_with_one_dial(talk, coach, sandbox):
    customer, jane, leg = talk
    to_customer, to_jane = Listener(customer), Listener(leg)

    adas = joins(coach, sandbox, "listen")
    hear((adas, CUSTOMER, JANE), (customer, JANE), (leg, CUSTOMER))
    to_jane.never_heard(ADA)
    dialled = dials(sandbox)
    assert dialled

    coach.gets("supervise", mode="whisper")
    hear((leg, CUSTOMER, ADA), (adas, CUSTOMER, JANE), (customer, JANE))

    jane.gets("hold")
    hear((customer, MUSIC), (leg, ADA), (adas, JANE))
    jane.gets("resume")
    hear((leg, CUSTOMER, ADA), (adas, CUSTOMER, JANE))
    to_customer.never_heard(ADA)

    coach.gets("supervise", mode="barge")
    hear((customer, JANE, ADA), (leg, CUSTOMER, ADA), (adas, CUSTOMER, JANE))
    assert jane.me()["call"]["supervisors"] == [{"name": "Ada", "mode": "barge"}]

    coach.gets("supervise", mode="listen")
    hear((customer, JANE), (leg, CUSTOMER), (adas, CUSTOMER, JANE))

    coach.gets("supervise", mode="take_over")
    leg.is_gone(within=3)
    hear((customer, ADA), (adas, CUSTOMER))
    assert coach.me()["call"]["mine"]
    assert dials(sandbox) == dialled
    coach.gets("end")
    customer.is_gone(within=3)
    wait_until(lambda: coach.me()["state"] == "offline", "Ada is where she was before")


def test_who_coaches_is_heard_by_joe_once_the_call_is_his_and_never_by_the_customer(
    talk, coach, joe, sandbox
):
    customer, jane, leg = talk
    to_customer = Listener(customer)
    adas = joins(coach, sandbox, "whisper")
    hear((leg, CUSTOMER, ADA), (customer, JANE))

    joe.is_("available")
    jane.gets("consult", to={"agent": "joe"})
    joes = joe.answers()
    hear((customer, MUSIC), (leg, JOE, ADA), (joes, JANE, ADA), (adas, JANE, JOE))

    jane.gets("complete")
    leg.is_gone(within=3)
    hear((customer, JOE), (joes, CUSTOMER, ADA), (adas, CUSTOMER, JOE))
    to_customer.never_heard(ADA)

    coach.gets("leave")
    adas.is_gone(within=3)
    hear((joes, CUSTOMER), (customer, JOE))


def test_an_agent_who_is_no_coach_cannot_listen(talk, agent):
    _, jane, _ = talk
    nosy = agent("agent03").is_("available")
    nosy.call_id = jane.call_id

    refused = nosy.asks("supervise", mode="listen")

    assert refused.status_code in {403, 404}
    assert nosy.me()["state"] == "available"


def test_an_agent_who_may_coach_is_heard_by_the_colleague_alone(caller, agent, sandbox):
    joe, jane = agent("joe", tone=JOE).is_("available"), agent("jane")
    customer = caller(presses="1", audio={"tone": CUSTOMER})
    joes = joe.answers()
    jane.call_id = joe.call_id

    janes = joins(jane, sandbox, "whisper")

    hear((joes, CUSTOMER, JANE), (customer, JOE), (janes, CUSTOMER, JOE))
    customer.hang_up()
    for leg in (joes, janes):
        leg.is_gone(within=3)
    wait_until(lambda: jane.me()["state"] == "offline", "Jane is where she was before")


def test_after_all_of_it_nothing_is_broken_and_every_second_is_accounted_for(health, agent):
    for one in (agent(name) for name in ("jane", "joe", "ada", "agent01", "agent02", "agent03")):
        told, least, most = seconds_told_of(one)
        assert least <= told <= most

    # The sums to the microsecond, and all else that must hold.
    assert health.look_anew().broken() == []
