"""Callers whom a queue does not let in, or does not keep any longer: each is sent somewhere."""

from datetime import time, timedelta

import pytest

from agents.models import Skill
from calls.models import Call, Offer, Overflow, Queue, QueueEntry
from calls.selectors.log import rebuild
from calls.services import flows, journal, waiting
from ivr.models import Flow, OpeningHours, Schedule
from ivr.services import publish
from ivr.tests.test_ncco import check
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]

NOBODY = "Sorry, nobody can take your call right now. Goodbye."


@pytest.fixture
def support(joe):
    queue = Queue.objects.create(name="Support")
    queue.agents.add(joe)
    return queue


@pytest.fixture
def closed(sales):
    """Sales opens at nine on Mondays only; the world's time is a Friday."""
    schedule = Schedule.objects.create(name="Mondays")
    OpeningHours.objects.create(schedule=schedule, weekday=0, opens=time(9), closes=time(17))
    sales.schedule = schedule
    sales.save()


def overflows(queue, reason, target="hang_up", words="", **more):
    return Overflow.objects.create(queue=queue, reason=reason, target=target, words=words, **more)


def presses_1(world, uuid=World.UUID):
    """A caller chooses Sales; what they get, and their call."""
    reply = world.press(world.answer(uuid), "1", uuid)
    check(reply)
    return reply, Call.objects.get(legs__uuid=uuid)


def said(reply):
    return [action["text"] for action in reply if action["action"] == "talk"]


def moved(world):
    """The NCCO to which the customer was moved last."""
    ncco = world.sent("PUT", "transfer")[-1]["destination"]["ncco"]
    check(ncco)
    return ncco


def notified(world, words):
    """What the caller gets when these words have been said."""
    reply = world.notify(words)
    check(reply)
    return reply


def hangs_up(world, call):
    world.event("completed", disconnected_by="user")
    call.refresh_from_db()
    return call.outcome


def test_a_closed_queue_says_so_and_ends_the_call(world, sales, closed):
    overflows(sales, "any", words="Not now.")
    overflows(sales, "closed", words="We are closed until Monday.")

    reply, call = presses_1(world)

    assert said(reply) == ["We are closed until Monday."]
    assert (call.state, call.hung_up_by, call.entries.count()) == ("in_flow", "system", 0)
    assert hangs_up(world, call) == "overflowed"


def test_a_queue_within_its_hours_lets_callers_in(world, sales, closed):
    OpeningHours.objects.create(schedule=sales.schedule, weekday=4, opens=time(9), closes=time(17))

    _, call = presses_1(world)

    assert call.state == "queued"


def test_a_queue_closed_at_once_lets_nobody_in_whatever_the_schedule_says(world, sales):
    sales.is_emergency_closed = True
    sales.save()
    overflows(sales, "closed", words="We are closed.")
    overflows(sales, "emergency", words="We have had to close.")

    reply, _ = presses_1(world)

    assert said(reply) == ["We have had to close."]


def test_a_full_queue_sends_the_next_caller_on(world, sales):
    sales.max_size = 1
    sales.save()
    overflows(sales, "full", words="All lines are busy.")
    world.waits()

    reply, call = presses_1(world, "0779a56d002f1c7f47f82ef5fe84ab7a")

    assert said(reply) == ["All lines are busy."]
    assert call.entries.count() == 0


def test_a_caller_who_will_be_called_back_takes_nobodys_place(world, sales):
    sales.max_size = 1
    sales.save()
    QueueEntry.objects.filter(call=world.waits()).update(is_virtual=True)

    _, call = presses_1(world, "0779a56d002f1c7f47f82ef5fe84ab7a")

    assert call.state == "queued"


def test_a_queue_where_nobody_is_logged_in_sends_callers_on_if_it_is_told_to(world, sales, jane):
    overflows(sales, "no_agents", words="Nobody is here.")

    reply, _ = presses_1(world)
    world.available(jane)
    _, second = presses_1(world, "0779a56d002f1c7f47f82ef5fe84ab7a")

    assert said(reply) == ["Nobody is here."]
    assert second.state == "queued"


def test_callers_wait_where_nobody_is_logged_in_and_nothing_was_said_about_it(world, sales):
    overflows(sales, "any", words="Not now.")

    _, call = presses_1(world)

    assert call.state == "queued"


def test_the_row_for_any_reason_decides_where_no_other_does(world, sales, closed):
    overflows(sales, "any", words="Not now.")
    overflows(sales, "full", words="All lines are busy.")

    reply, _ = presses_1(world)

    assert said(reply) == ["Not now."]


def test_without_any_row_the_flows_own_way_out_is_taken(world, sales, closed):
    reply, call = presses_1(world)

    assert said(reply) == [NOBODY]
    assert hangs_up(world, call) == "overflowed"


def test_a_flow_goes_on_behind_a_queue_that_is_closed(world, sales, closed, jane):
    nodes = {
        "start": {"type": "queue", "queue": sales.id, "timeout": "later"},
        "later": {"type": "menu", "text": "Press 1.", "options": {"1": "bye"},
                  "no_input": "bye", "wrong_input": "bye"},
        "bye": {"type": "hang_up", "text": "Goodbye."},
    }  # fmt: skip
    publish(flow=Flow.objects.get(), graph={"start": "start", "nodes": nodes})
    overflows(sales, "closed", "flow_exit", words="We are closed.")

    reply = world.notify(world.answer())

    check(reply)
    assert said(reply) == ["We are closed.", "Press 1."]
    assert said(world.press(reply, "1")) == ["Goodbye."]


def test_a_wait_that_has_lasted_too_long_goes_on_in_another_queue(world, sales, support):
    overflows(sales, "late", "queue", other_queue=support, words="Please hold.")
    call = world.waits()
    began = call.enqueued_at

    world.passes(1801)
    words = moved(world)
    world.now += timedelta(seconds=4)
    room = notified(world, words)

    call.refresh_from_db()
    assert said(words) == ["Please hold."]
    assert [action["name"] for action in room] == [f"call-{call.key}-2"]
    first, second = QueueEntry.objects.filter(call=call).order_by("id")
    left_at = world.now - timedelta(seconds=4)
    assert (first.outcome, first.left_at, first.enqueued_at) == ("overflowed", left_at, began)
    assert (second.queue, second.enqueued_at, second.left_at) == (support, world.now, None)
    assert (call.queue, call.state, call.room) == (support, "queued", 2)
    assert (call.enqueued_at, call.first_enqueued_at) == (world.now, began)
    assert call.legs.get().room == f"call-{call.key}-2"


def test_where_the_other_queue_does_not_let_them_in_either_its_own_rule_decides(
    world, sales, support
):
    support.is_emergency_closed = True
    support.save()
    overflows(sales, "late", "queue", other_queue=support, words="Please hold.")
    overflows(support, "emergency", words="Sorry, we have had to close.")
    call = world.waits()

    world.passes(1801)

    assert said(moved(world)) == ["Please hold."]
    assert said(notified(world, moved(world))) == ["Sorry, we have had to close."]
    call.refresh_from_db()
    assert (call.state, call.hung_up_by, call.queue) == ("in_flow", "system", None)


def test_queues_that_send_callers_to_each_other_end_with_civil_words(world, sales, support):
    Queue.objects.update(is_emergency_closed=True)
    overflows(sales, "any", "queue", other_queue=support)
    overflows(support, "any", "queue", other_queue=sales)

    reply, call = presses_1(world)

    assert said(reply) == [NOBODY]
    assert call.events.filter(type="sent_on").count() == 9
    assert call.hung_up_by == "system"


def test_flows_that_lead_back_to_a_closed_queue_end_with_civil_words(world, sales, closed):
    nodes = {
        "start": {"type": "queue", "queue": sales.id, "timeout": "again"},
        "again": {"type": "say", "text": "One moment.", "next": "start"},
    }
    publish(flow=Flow.objects.get(), graph={"start": "start", "nodes": nodes})

    reply, rounds = world.answer(), 0
    while any(action["action"] == "notify" for action in reply):
        reply, rounds = world.notify(reply), rounds + 1

    assert said(reply) == [NOBODY]
    assert rounds == 9


def goes_to_support(sales, support, reason="emergency", words="Sales is closed."):
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=reason == "emergency")
    return overflows(sales, reason, "queue", other_queue=support, words=words)


def test_nobody_is_rung_while_a_caller_hears_why_they_go_to_another_queue(
    world, sales, support, joe
):
    goes_to_support(sales, support)
    world.available(joe)

    words, call = presses_1(world)
    world.passes(5)

    assert [action["action"] for action in words] == ["talk", "notify"]
    assert (call.state, call.entries.count(), Offer.objects.count()) == ("in_flow", 0, 0)
    room = notified(world, words)
    world.route()
    assert [action["action"] for action in room] == ["conversation"]
    assert call.entries.get().enqueued_at == world.now
    assert world.offer().agent == joe


def test_who_hangs_up_while_they_hear_it_was_sent_on(world, sales, support):
    goes_to_support(sales, support)
    words, call = presses_1(world)

    assert hangs_up(world, call) == "overflowed"
    assert world.notify(words) == []


def test_asked_once_more_the_words_are_said_again_and_nothing_changes(world, sales, support):
    goes_to_support(sales, support)
    words, call = presses_1(world)

    again = world.post(
        "/webhooks/fallback",
        {"uuid": World.UUID, "conversation_uuid": "CON-0", "reason": "Socket timeout."},
    )

    assert again == words
    assert Call.objects.get().version == call.version


def test_the_end_of_the_words_told_twice_is_one_wait(world, sales, support):
    goes_to_support(sales, support)
    words, call = presses_1(world)
    room = notified(world, words)
    world.now += timedelta(seconds=1)

    assert world.notify(words) == room
    assert call.entries.count() == 1


def test_an_old_answer_that_comes_while_the_words_are_said_changes_nothing(world, sales, support):
    goes_to_support(sales, support)
    menu = world.answer()
    words = world.press(menu, "1")
    world.now += timedelta(seconds=1)

    assert world.press(menu, "1") == words


def test_a_rule_that_is_gone_when_its_words_are_said_is_the_flows_own_way_out(
    world, sales, support
):
    rule = goes_to_support(sales, support)
    words, _ = presses_1(world)
    rule.delete()

    assert said(notified(world, words)) == [NOBODY]


def test_a_caller_waits_ten_times_and_no_more(world, sales, support):
    overflows(sales, "late", "queue", other_queue=support)
    overflows(support, "late", "queue", other_queue=sales)
    call = world.waits()

    for _ in range(12):
        world.passes(1801)

    call.refresh_from_db()
    assert (call.entries.count(), call.hung_up_by) == (10, "system")
    assert said(moved(world)) == [NOBODY]
    assert hangs_up(world, call) == "overflowed"


def test_what_the_call_itself_needs_goes_with_it_into_the_other_queue(world, sales, support):
    french = Skill.objects.create(name="French")
    node = {"type": "queue", "queue": sales.id, "priority": 7,
            "requires": [{"skill": "French", "level": 3}]}  # fmt: skip
    publish(flow=Flow.objects.get(), graph={"start": "start", "nodes": {"start": node}})
    overflows(sales, "late", "queue", other_queue=support)
    world.notify(world.answer())

    world.passes(1801)

    entry = QueueEntry.objects.get(left_at=None)
    assert (entry.queue, entry.priority) == (support, 7)
    assert entry.requirements == [[french.id, 3, None]]


def test_a_flow_as_target_begins_at_its_start_in_its_live_version(world, sales, closed):
    night = Flow.objects.create(name="Night")
    menu = {"type": "menu", "text": "To leave, press 9.", "options": {"9": "bye"},
            "no_input": "bye", "wrong_input": "bye"}  # fmt: skip
    bye = {"type": "hang_up", "text": "Good night."}
    version = publish(flow=night, graph={"start": "menu", "nodes": {"menu": menu, "bye": bye}})
    overflows(sales, "closed", "flow", flow=night, words="We are closed.")

    reply, call = presses_1(world)

    assert said(reply) == ["We are closed.", "To leave, press 9."]
    assert (call.flow_version, call.node) == (version, "menu")
    assert said(world.press(reply, "9")) == ["Good night."]


def test_a_flow_that_was_never_published_is_a_civil_end(world, sales, closed):
    overflows(sales, "closed", "flow", flow=Flow.objects.create(name="Empty"))

    reply, call = presses_1(world)

    assert said(reply) == [NOBODY]
    assert call.hung_up_by == "system"


def test_a_silent_caller_does_not_go_round_for_ever_between_a_menu_and_a_closed_queue(
    world, sales, closed
):
    nodes = {
        "menu": {"type": "menu", "text": "Press 1.", "options": {"1": "sales"}, "tries": 1,
                 "no_input": "sales", "wrong_input": "sales"},
        "sales": {"type": "queue", "queue": sales.id, "timeout": "menu"},
    }  # fmt: skip
    publish(flow=Flow.objects.get(), graph={"start": "menu", "nodes": nodes})

    reply, asked = world.answer(), 0
    while any(action["action"] == "input" for action in reply):
        reply, asked = world.press(reply, ""), asked + 1

    assert said(reply) == [NOBODY]
    assert asked == 9


def test_a_message_is_taken_instead(world, sales):
    overflows(sales, "late", "voicemail", words="Nobody is free.")
    call = world.waits()

    world.passes(1801)

    call.refresh_from_db()
    assert [action["action"] for action in moved(world)] == ["talk", "talk", "record", "talk"]
    assert (call.state, call.entries.get().outcome) == ("voicemail", "voicemail")
    assert hangs_up(world, call) == "voicemail"


def test_a_message_for_a_queue_that_is_closed_needs_no_wait(world, sales, closed):
    overflows(sales, "closed", "voicemail")

    _, call = presses_1(world)

    assert (call.state, call.queue, call.entries.count()) == ("voicemail", sales, 0)


def test_a_callback_keeps_the_place_of_who_has_waited_too_long(world, sales):
    overflows(sales, "late", "callback", words="Nobody is free.")
    call = world.waits()
    began = call.enqueued_at

    world.passes(1801)
    world.press(moved(world), "1")

    call.refresh_from_db()
    entry = call.entries.get()
    assert said(moved(world))[0] == "Nobody is free."
    assert (call.state, entry.is_virtual, entry.enqueued_at) == ("awaiting_callback", True, began)


def test_who_does_not_want_a_callback_is_asked_once_and_then_sent_on(world, sales, closed):
    overflows(sales, "any", "callback", words="We are closed.")
    reply, call = presses_1(world)

    for _ in range(3):
        reply = world.press(reply, "")
        check(reply)

    call.refresh_from_db()
    assert said(reply) == [NOBODY]
    assert (call.state, call.hung_up_by) == ("in_flow", "system")
    assert hangs_up(world, call) == "overflowed"


def test_back_from_a_question_the_flow_goes_on_where_it_was(world, sales):
    call = world.waits()
    entry = call.entries.get()
    call.refresh_from_db()
    journal.record(call, "choices_offered", at=world.now, state="in_flow", node="@choices")
    QueueEntry.objects.update(paused_at=world.now)

    reply = waiting.return_to_room(call, entry, now=world.now)

    check(reply)
    entry.refresh_from_db()
    assert [action["name"] for action in reply] == [f"call-{call.key}-2"]
    assert (call.state, call.node, call.queue, entry.paused_at) == ("queued", "sales", sales, None)


def test_music_is_the_queues_own_where_it_has_one(world, sales):
    sales.music_url = "https://music.example.com/jazz.mp3"
    sales.save()

    reply, _ = presses_1(world)

    assert reply[0]["musicOnHoldUrl"] == ["https://music.example.com/jazz.mp3"]


def test_somebody_who_is_out_of_the_room_is_not_given_up(world, sales):
    overflows(sales, "late", words="Goodbye.")
    call = world.waits()
    entry = call.entries.get()
    call.refresh_from_db()
    journal.record(call, "choices_offered", at=world.now, state="in_flow", node="@choices")

    flows.give_up(entry_id=entry.id, now=entry.give_up_at)

    entry.refresh_from_db()
    assert entry.left_at is None


def test_the_row_is_the_fold_of_its_events_after_all_this(world, sales, support):
    overflows(sales, "late", "queue", other_queue=support)
    call = world.waits()
    world.passes(1801)
    world.passes(1801)
    hangs_up(world, call)

    row = rebuild(call)

    assert row == {name: getattr(call, name) for name in row}
