"""The one state that is shown of an agent."""

import pytest

from agents.states import CHOOSABLE, STORED, visible


@pytest.mark.parametrize("choice", STORED)
@pytest.mark.parametrize(
    ("busy", "offered", "wrapping_up", "shown"),
    [
        (True, True, True, "busy"),
        (True, True, False, "busy"),
        (True, False, True, "busy"),
        (True, False, False, "busy"),
        (False, True, True, "offered"),
        (False, True, False, "offered"),
        (False, False, True, "wrap_up"),
        (False, False, False, None),
    ],
)
def test_a_call_shows_before_an_offer_a_wrap_up_and_the_agents_choice(
    choice, busy, offered, wrapping_up, shown
):
    seen = visible(choice, offered=offered, busy=busy, wrapping_up=wrapping_up)

    assert seen == (shown or choice)


def test_an_agent_chooses_among_three_states_and_never_to_have_missed_a_call():
    assert set(CHOOSABLE) == {"available", "on_break", "offline"}
    assert set(STORED) - set(CHOOSABLE) == {"missed"}
