"""How long a wait may be, how wrong we were, and what is said of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import services as agents
from calls import estimates
from calls.estimates import Error, comfort, error, estimate, may_be_told, place, position_words
from calls.models import QueueEntry
from calls.selectors.estimates import error_of
from calls.selectors.estimates import estimate as estimate_of

seconds = st.floats(0, 7000)


def test_each_agent_takes_the_next_in_line_after_each_call():
    assert estimate(position=6, handling=300, agents=3) == 600


def test_nobody_can_say_how_long_it_takes_where_nobody_works():
    assert estimate(position=1, handling=300, agents=0) is None


def test_the_error_is_how_far_off_we_were_whichever_way():
    measured = error((60.0, 60.0 + off) for off in (-9, 8, -7, 6, -5, 4, -3, 2, -1, 50))

    assert measured == Error(measured=10, median=5.5, most=9)


def test_too_few_waits_say_nothing():
    assert error([(60.0, 60.0)] * 9) is None


@given(st.lists(st.tuples(seconds, seconds), min_size=10))
def test_nine_of_ten_were_not_more_wrong_than_the_error_says(waits):
    measured = error(waits)

    within = sum(abs(actual - foreseen) <= measured.most for foreseen, actual in waits)
    assert within >= 0.9 * len(waits)
    assert measured.median <= measured.most


@pytest.mark.parametrize(
    ("foreseen", "most", "may"),
    [(60, 59, True), (60, 60, False), (600, 299, True), (600, 300, False), (0, 59, True)],
)
def test_an_estimate_is_told_only_while_recent_ones_came_true(foreseen, most, may):
    assert may_be_told(foreseen, Error(50, 10, most)) is may


def test_an_estimate_that_was_never_measured_is_not_told():
    assert may_be_told(60, None) is False


@given(st.lists(st.tuples(seconds, st.integers(1, 99)), unique=True, min_size=1))
def test_positions_are_the_numbers_from_one_on(pairs):
    line = sorted(pairs)

    assert [place(own, line) for own in line] == list(range(1, len(line) + 1))


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (1, "You are next in line."),
        (2, "You are second in line."),
        (3, "You are third in line."),
        (10, "You are tenth in line."),
        (11, "You are number 11 in line."),
    ],
)
def test_positions_are_said_in_words(position, words):
    assert position_words(position) == words


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (0, "The wait is about one minute."),
        (60, "The wait is about one minute."),
        (61, "The wait is about 2 minutes."),
        (3600, "The wait is about 60 minutes."),
        (3601, "The wait is more than an hour."),
    ],
)
def test_waits_are_said_in_whole_minutes_rounded_up(wait, words):
    assert estimates.wait_words(wait) == words


def test_comfort_messages_take_turns_and_empty_lines_are_none():
    lines = "\nThank you for waiting.\n\n  Did you know?  \n"

    assert [comfort(lines, told) for told in range(3)] == [
        "Thank you for waiting.",
        "Did you know?",
        "Thank you for waiting.",
    ]
    assert comfort(" \n", 0) == ""


def talk(world, seconds_of_talk, uuid):
    """A whole call, and the wrap-up after it."""
    talk_only(world, seconds_of_talk, uuid)
    world.passes(30)


def talk_only(world, seconds_of_talk, uuid):
    world.talks(uuid)
    world.now += timedelta(seconds=seconds_of_talk)
    world.event("completed", uuid, disconnected_by="user")
    world.send()
    offer = QueueEntry.objects.order_by("-id").first().offers.get()
    world.event("answered", offer.leg.uuid or "", key=offer.leg.key)
    world.event("completed", offer.leg.uuid or "", key=offer.leg.key, disconnected_by="user")


@pytest.mark.db
@pytest.mark.django_db
def test_a_queue_without_a_past_cannot_be_estimated(world, sales, jane):
    world.available(jane)

    assert estimate_of(queue_id=sales.id, position=1, now=world.now) is None
    assert error_of(queue_id=sales.id) is None


@pytest.mark.db
@pytest.mark.django_db
def test_the_estimate_is_made_of_talk_wrap_up_and_agents_at_work(world, sales, jane, joe):
    world.available(jane)
    talk(world, 90, uuid_of(1))
    talk(world, 150, uuid_of(2))

    one = estimate_of(queue_id=sales.id, position=3, now=world.now)
    world.available(joe)
    two = estimate_of(queue_id=sales.id, position=3, now=world.now)

    assert one == pytest.approx(3 * (120 + 30), abs=0.1)
    assert two == pytest.approx(3 * (120 + 30) / 2, abs=0.1)


@pytest.mark.db
@pytest.mark.django_db
def test_a_wrap_up_that_a_call_rang_into_is_one_wrap_up(world, sales, jane):
    world.available(jane)
    talk(world, 90, uuid_of(1))
    talk_only(world, 90, uuid_of(2))
    world.passes(10)
    agents.reserve_all(agent_ids=[jane.id], in_wrap_up=[jane.id], now=world.now)
    world.passes(5)
    agents.free_after_offer(agent_id=jane.id, now=world.now, pause=False)
    world.passes(15)

    one = estimate_of(queue_id=sales.id, position=1, now=world.now)

    assert one == pytest.approx(90 + (30 + 10 + 15) / 2, abs=0.1)


@pytest.mark.db
@pytest.mark.django_db
def test_the_wait_foreseen_at_its_beginning_is_kept_and_measured(world, sales, jane):
    world.available(jane)
    for number in range(11):
        talk(world, 60, uuid_of(number))

    entries = QueueEntry.objects.order_by("id")
    measured = error_of(queue_id=sales.id)

    assert entries[0].estimated_seconds is None
    assert entries[10].estimated_seconds == 90
    assert (measured.measured, round(measured.median)) == (10, 90)


@pytest.mark.db
@pytest.mark.django_db
def test_callbacks_that_were_reached_say_nothing_about_the_wait(world, sales, jane):
    world.available(jane)
    for number in range(12):
        talk(world, 60, uuid_of(number))
    last = QueueEntry.objects.order_by("id").last()

    QueueEntry.objects.filter(id=last.id).update(
        is_virtual=True, enqueued_at=world.now - timedelta(hours=20)
    )

    measured = error_of(queue_id=sales.id)
    assert (measured.measured, round(measured.most)) == (10, 90)


@pytest.mark.db
@pytest.mark.django_db
def test_a_talk_that_broke_off_and_went_on_is_no_wait(world, sales, jane):
    world.available(jane)
    for number in range(11):
        talk(world, 60, uuid_of(number))
    _, offer = world.talks(uuid_of(11))
    world.now += timedelta(minutes=10)
    offer.leg.refresh_from_db()
    world.event("completed", offer.leg.uuid, key=offer.leg.key, disconnected_by="platform")
    agents.beat(agent_id=jane.id, now=world.now)
    world.passes(1)
    world.picks_up(world.offer())

    measured = error_of(queue_id=sales.id)

    assert (measured.measured, round(measured.most)) == (10, 90)


def uuid_of(number):
    return f"0779a56d002f1c7f47f82ef5fe84{number:04x}"
