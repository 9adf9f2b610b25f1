"""A wrap-up that takes longer."""

import pytest

from agents import services
from agents.errors import NoExtension
from agents.tests.acting import NOON, after, again, choose, hold, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def extend(agent, seconds=30, *, at):
    services.extend_wrap_up(agent_id=agent.id, seconds=seconds, now=at)


def test_a_wrap_up_is_extended_from_its_end_on(jane):
    hold(jane, "wrap_up")

    extend(jane, at=after(20))

    assert again(jane).wrap_up_until == after(60)
    assert services.end_wrap_ups(now=after(59)) == []
    assert services.end_wrap_ups(now=after(60)) == [jane.id]


def test_it_is_extended_once(jane):
    hold(jane, "wrap_up")
    extend(jane, at=after(20))

    with pytest.raises(NoExtension, match="again"):
        extend(jane, at=after(21))

    assert again(jane).wrap_up_until == after(60)


def test_the_next_wrap_up_may_be_extended_too(jane):
    hold(jane, "wrap_up")
    extend(jane, at=after(20))
    hold(jane, "wrap_up", at=after(100))

    extend(jane, at=after(110))

    assert again(jane).wrap_up_until == after(160)


def test_no_wrap_up_lasts_longer_than_fifteen_minutes(jane):
    hold(jane, "wrap_up")

    extend(jane, 900, at=after(20))

    assert again(jane).wrap_up_until == after(900)


def test_one_of_fifteen_minutes_cannot_be_extended(jane):
    hold(jane, "busy")
    services.wrap_up(agent_id=jane.id, until=after(900), now=NOON)

    with pytest.raises(NoExtension):
        extend(jane, at=after(1))


@pytest.mark.parametrize("state", ["available", "busy"])
def test_there_must_be_one(jane, state):
    choose(jane) if state == "available" else hold(jane, state)

    with pytest.raises(NoExtension, match="over"):
        extend(jane, at=after(1))

    assert running(jane).state == state


def test_one_that_has_run_out_is_over_even_before_the_router_says_so(jane):
    hold(jane, "wrap_up")

    with pytest.raises(NoExtension, match="over"):
        extend(jane, at=after(30))
