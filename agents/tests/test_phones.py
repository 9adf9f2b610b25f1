"""Which of an agent's windows is their telephone."""

import pytest

from agents import phones, services
from agents.errors import PhoneElsewhere
from agents.tests.acting import NOON, after, again, choose, hold, running

pytestmark = [pytest.mark.db, pytest.mark.django_db]

ONE, OTHER = "the first tab of two", "the other tab of two"


def claim(agent, tab=ONE, *, at=NOON, epoch=None, take_over=False):
    return phones.claim(agent_id=agent.id, tab=tab, epoch=epoch, take_over=take_over, now=at).epoch


def beat(agent, epoch=None, *, at):
    return services.beat(agent_id=agent.id, epoch=epoch, now=at)


def close(agent, epoch, *, at):
    return phones.close(agent_id=agent.id, epoch=epoch, now=at)


def taken(agent, *, at):
    return phones.phone_of(again(agent)).is_taken(at)


def test_a_free_phone_is_held_for_a_lease_of_fifteen_seconds(jane):
    assert taken(jane, at=NOON) is False

    assert claim(jane) == 1

    assert taken(jane, at=after(14.9)) is True
    assert taken(jane, at=after(15)) is False


def test_another_window_does_not_get_a_phone_that_is_held(jane):
    claim(jane)

    with pytest.raises(PhoneElsewhere, match="another window"):
        claim(jane, OTHER, at=after(14))

    assert again(jane).phone_tab == ONE


def test_a_lapsed_lease_is_free_for_another_window(jane):
    claim(jane)

    assert claim(jane, OTHER, at=after(15)) == 2


def test_taking_over_makes_a_new_epoch_and_leaves_the_old_holder_nothing(jane):
    old = claim(jane)

    new = claim(jane, OTHER, at=after(1), take_over=True)

    assert new == old + 1
    with pytest.raises(PhoneElsewhere):
        phones.check(agent_id=jane.id, epoch=old, now=after(2))
    phones.check(agent_id=jane.id, epoch=new, now=after(2))


def test_a_page_that_loads_again_gets_its_phone_back_and_its_old_socket_nothing(jane):
    old = claim(jane)

    new = claim(jane, at=after(2))

    assert close(jane, old, at=after(3)) is False
    assert taken(jane, at=after(16)) is True
    assert new != old


def test_the_same_socket_may_claim_again_and_keeps_its_epoch(jane):
    epoch = claim(jane)

    assert claim(jane, at=after(5), epoch=epoch) == epoch
    assert claim(jane, at=after(60), epoch=epoch) == epoch


def test_the_holders_beats_prolong_the_phone_and_the_console(jane):
    epoch = claim(jane)

    beat(jane, epoch, at=after(10))

    assert again(jane).phone_until == again(jane).console_until == after(25)


def test_a_holder_who_slept_past_the_lease_has_it_again_if_nobody_took_it(jane):
    epoch = claim(jane)

    beat(jane, epoch, at=after(60))

    assert taken(jane, at=after(61)) is True


@pytest.mark.parametrize("epoch", [None, 0, 1])
def test_a_window_without_the_phone_keeps_nobody_available_while_another_holds_it(jane, epoch):
    claim(jane)
    holder = claim(jane, OTHER, take_over=True)
    choose(jane)
    beat(jane, holder, at=NOON)

    beat(jane, epoch, at=after(14))

    assert again(jane).console_until == after(15)
    assert services.release_lapsed(now=after(15)) == [jane.id]


def test_a_window_without_the_phone_does_not_bring_a_lost_agent_back(jane):
    hold(jane, "busy")
    claim(jane, at=after(1))
    services.lose(agent_id=jane.id, now=after(2))

    assert beat(jane, None, at=after(3)) is False
    assert running(jane).reason == "connection_lost"


def test_a_program_that_never_claims_beats_as_ever_when_nobody_has_held_the_phone_lately(jane):
    beat(jane, None, at=NOON)
    assert again(jane).console_until == after(15)
    claim(jane)

    beat(jane, None, at=after(74.9))
    assert again(jane).console_until == after(15)
    beat(jane, None, at=after(75))

    assert again(jane).console_until == after(90)
    assert taken(jane, at=after(76)) is False


@pytest.mark.parametrize("epoch", [None, 1])
def test_a_window_that_is_not_the_phone_does_not_speak_for_one_that_has_gone(jane, epoch):
    claim(jane)
    holder = claim(jane, OTHER, take_over=True)
    choose(jane)
    beat(jane, holder, at=NOON)
    services.release_lapsed(now=after(15))

    assert beat(jane, epoch, at=after(16)) is False
    assert (running(jane).state, again(jane).console_until) == ("offline", None)

    assert beat(jane, holder, at=after(17)) is True


def test_a_window_that_was_superseded_never_speaks_again(jane):
    old = claim(jane)
    holder = claim(jane, OTHER, take_over=True)
    choose(jane)
    beat(jane, holder, at=NOON)
    services.release_lapsed(now=after(15))

    assert beat(jane, old, at=after(200)) is False
    assert running(jane).state == "offline"


def test_closing_shortens_both_leases_to_five_seconds(jane):
    epoch = claim(jane)
    beat(jane, epoch, at=NOON)

    assert close(jane, epoch, at=after(1)) is True

    assert again(jane).phone_until == again(jane).console_until == after(6)


def test_closing_never_lengthens_a_lease(jane):
    epoch = claim(jane)
    beat(jane, epoch, at=NOON)

    assert close(jane, epoch, at=after(12)) is False

    assert again(jane).phone_until == again(jane).console_until == after(15)


def test_closing_ends_the_console_of_a_holder_who_chose_before_they_were_heard_again(jane):
    epoch = claim(jane)
    beat(jane, epoch, at=NOON)
    choose(jane, at=after(60))

    close(jane, epoch, at=after(61))

    assert services.release_lapsed(now=after(66)) == [jane.id]


def test_a_console_is_gone_when_it_was_closed_or_has_missed_two_beats(jane):
    assert phones.is_gone(again(jane), now=NOON) is False  # there never was one
    epoch = claim(jane)
    beat(jane, epoch, at=NOON)
    assert phones.is_gone(again(jane), now=after(9.9)) is False
    assert phones.is_gone(again(jane), now=after(10)) is True

    close(jane, epoch, at=after(1))

    assert phones.is_gone(again(jane), now=after(1)) is True
