"""What Vonage's words make of legs and offers."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.states import LEG_STATES, LegState, OfferState, advances, ending, offer_outcome

ENDS = sorted(word for word, state in LEG_STATES.items() if state == LegState.ENDED)


def outcome(status, sip_code=None, *, invite_seen):
    return offer_outcome(ending(status, sip_code), invite_seen=invite_seen)


@pytest.mark.parametrize(
    ("status", "sip_code", "invite_seen", "expected"),
    [
        # The agent refused an offer that they saw.
        ("rejected", 603, True, ("declined", None)),
        ("completed", 603, True, ("declined", None)),
        ("completed", 403, True, ("declined", None)),
        # Their phone rang, and nobody answered.
        ("timeout", 480, True, ("missed", None)),
        ("unanswered", 480, True, ("missed", None)),
        ("cancelled", 487, True, ("missed", None)),
        ("completed", 408, True, ("missed", None)),
        ("completed", 480, True, ("missed", None)),
        ("completed", 487, True, ("missed", None)),
        ("completed", None, True, ("missed", None)),
        # It rang nowhere.
        ("timeout", 480, False, ("failed", "unreachable")),
        ("unanswered", 480, False, ("failed", "unreachable")),
        ("cancelled", 487, False, ("failed", "unreachable")),
        ("completed", 480, False, ("failed", "unreachable")),
        ("completed", None, False, ("failed", "unreachable")),
        # Their device refused by itself.
        ("rejected", 603, False, ("failed", "device")),
        ("completed", 603, False, ("failed", "device")),
        ("busy", 486, True, ("failed", "device")),
        ("busy", 486, False, ("failed", "device")),
        ("completed", 486, True, ("failed", "device")),
        ("completed", 600, False, ("failed", "device")),
        # Vonage could not.
        ("failed", 503, True, ("failed", "platform")),
        ("failed", 503, False, ("failed", "platform")),
        ("failed", None, False, ("failed", "platform")),
        ("completed", 503, True, ("failed", "platform")),
        ("completed", 200, False, ("failed", "platform")),
    ],
)
def test_what_becomes_of_an_offer_whose_leg_ended_unanswered(
    status, sip_code, invite_seen, expected
):
    assert outcome(status, sip_code, invite_seen=invite_seen) == expected


@given(st.sampled_from(ENDS), st.none() | st.integers(100, 699))
@settings(derandomize=True)
def test_nobody_has_missed_or_declined_what_they_never_saw(status, sip_code):
    state, cause = outcome(status, sip_code, invite_seen=False)

    assert state == OfferState.FAILED
    assert cause is not None


@given(st.sampled_from(ENDS), st.none() | st.integers(), st.booleans())
@settings(derandomize=True)
def test_only_a_failure_has_a_cause_and_no_end_is_an_accept(status, sip_code, invite_seen):
    state, cause = outcome(status, sip_code, invite_seen=invite_seen)

    assert state in {"declined", "missed", "failed"}
    assert (cause is not None) == (state == "failed")


@pytest.mark.parametrize("status", [word for word in ENDS if word != "completed"])
def test_a_word_for_the_end_outweighs_the_sip_code(status):
    assert ending(status, 603) == status


def test_legs_only_move_forward():
    order = ["planned", "started", "ringing", "answered", "ended"]

    moves = {(str(old), str(new)) for old, new in product(LegState, repeat=2) if advances(old, new)}

    assert moves == {(old, new) for place, old in enumerate(order) for new in order[place + 1 :]}


@pytest.mark.parametrize(
    "words", list(permutations(["started", "ringing", "answered", "completed"]))
)
def test_a_leg_ends_up_the_same_in_whatever_order_its_news_comes(words):
    state = LegState.PLANNED

    for word in words:
        if advances(state, LEG_STATES[word]):
            state = LEG_STATES[word]

    assert state == "ended"


@pytest.mark.parametrize(
    "word", ["machine", "human", "disconnected", "record", "transfer", "input", "COMPLETED", ""]
)
def test_words_that_do_not_move_a_leg_are_not_taken_for_states(word):
    assert word not in LEG_STATES
