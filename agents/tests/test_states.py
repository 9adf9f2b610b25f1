"""The one state that is shown of an agent."""

from agents.states import CHOOSABLE, STORED


def test_an_agent_chooses_among_three_states_and_never_to_have_missed_a_call():
    assert set(CHOOSABLE) == {"available", "on_break", "offline"}
    assert set(STORED) - set(CHOOSABLE) == {"missed"}
