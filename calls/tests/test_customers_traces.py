"""Where else somebody is named who wants to be forgotten: others' calls, and the admin's log."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from agents.models import User
from calls.errors import NotAllowed
from calls.models import (
    Call,
    Callback,
    CallEvent,
    Customer,
    CustomerNumber,
    Instruction,
    Invitation,
    Leg,
    Transfer,
    Voicemail,
)
from calls.services import customers
from calls.tests.leaving import RECORDING, fresh, hangs_up, offers_ways, speaks, tells
from calls.tests.leftovers import a_call, callback, message
from conftest import START
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]
MOBILE = "447700900005"  # Ruth's: the number at which the callbacks of these tests are asked for
OFFICE = "447700900001"  # from which they are asked for; not Ruth's
OTHER = "447700900777"


@pytest.fixture
def ruth(db):
    return named("ruth", "Ruth Gold", MOBILE)


def named(key, name, number):
    found = Customer.objects.create(key=key, name=name)
    CustomerNumber.objects.create(customer=found, number=number)
    return found


def erase(customer):
    customers.erase(customer_id=customer.id, now=START)


def settled(sales, **more):
    """A callback that has come to nothing, with its call."""
    found = callback(sales, START, state="expired", **more)
    Call.objects.filter(id=found.call_id).update(state="ended", ended_at=START)
    return found


def logged(row, words, *, shown=None):
    return LogEntry.objects.create(
        user=User.objects.get_or_create(username="root")[0],
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=shown or str(row),
        action_flag=CHANGE,
        change_message=words,
    )


# Callbacks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["waiting", "calling"])
def test_nobody_is_erased_while_a_call_from_elsewhere_waits_to_call_them_back(ruth, sales, state):
    found = settled(sales)
    Callback.objects.filter(id=found.id).update(state=state)

    with pytest.raises(NotAllowed, match="wait to be called back"):
        erase(ruth)

    assert fresh(ruth).name == "Ruth Gold"


def test_nobody_is_erased_while_they_talk_after_such_a_callback(ruth, sales):
    found = callback(sales, START, state="reached")
    Call.objects.filter(id=found.call_id).update(state="connected")

    with pytest.raises(NotAllowed, match="in a call"):
        erase(ruth)


def test_the_number_at_which_others_asked_for_them_is_nowhere_any_more(ruth, sales):
    found = settled(sales)
    CallEvent.objects.create(
        call=found.call, version=1, type="callback_question", at=START, data={"number": MOBILE}
    )
    leg = Leg.objects.create(call=found.call, kind="customer", key="a" * 20)
    Instruction.objects.create(
        call=found.call,
        leg=leg,
        verb="dial",
        priority=2,
        state="done",
        body={"to": [{"number": MOBILE}]},
        written_at=START,
        due_at=START,
    )

    erase(ruth)

    rows = (Callback, CallEvent, Instruction)
    written = json.dumps([list(model.objects.values()) for model in rows], default=str)
    assert MOBILE[2:] not in written
    assert fresh(found).number == ""


def test_a_call_that_only_asked_for_them_stays_its_callers(ruth, sales):
    ben = named("ben", "Ben", OFFICE)
    found = settled(sales)
    Call.objects.filter(id=found.call_id).update(customer=ben)
    typed = message(sales, START)
    Voicemail.objects.filter(id=typed.id).update(call=found.call)

    erase(ruth)

    call = fresh(found.call)
    assert (call.customer, call.from_number) == (ben, OFFICE)
    assert (fresh(typed).number, fresh(typed).state) == (OFFICE, "new")


# Legs, invitations and transfers ------------------------------------------------------------------


def test_their_number_is_not_kept_where_an_agent_dialled_it_in_their_call(ruth, jane):
    call = a_call(START, number=MOBILE)
    CustomerNumber.objects.create(customer=ruth, number=OFFICE)
    for number in (OFFICE, OTHER):
        key = f"{number:0>20}"
        leg = Leg.objects.create(call=call, kind="number", key=key, number=number, state="ended")
        facts = {"call": call, "by": jane, "number": number, "asked_at": START}
        Invitation.objects.create(**facts, leg=leg, kind="conference", state="ended")
        Transfer.objects.create(**facts, target="number", state="returned")

    erase(ruth)

    for model in (Leg, Invitation, Transfer):
        assert [row.number for row in model.objects.order_by("id")] == ["", OTHER]


# Sound ------------------------------------------------------------------------------------------


def test_a_sound_that_was_being_fetched_when_they_were_erased_is_not_kept(world, sales):
    ruth = named("ruth", "Ruth Gold", World.CALLER)
    offers_ways(sales)
    _, voicemail, ncco = speaks(world)
    tells(world, ncco)
    hangs_up(world)

    def erased_meanwhile(method, path):
        if method == "GET":
            erase(ruth)
        return 204

    world.transport.answers = erased_meanwhile
    world.send()

    assert [path for method, path, _ in world.transport.requests if method == "GET"] == [
        RECORDING.removeprefix("https://api-eu.nexmo.com")
    ]
    assert (fresh(voicemail).audio.name, fresh(voicemail).state) == ("", "done")


def test_a_recording_that_is_told_of_after_they_were_erased_is_not_fetched(world, sales):
    ruth = named("ruth", "Ruth Gold", World.CALLER)
    offers_ways(sales)
    call, voicemail, ncco = speaks(world)
    hangs_up(world)
    world.passes(61)  # by then it counts as empty
    erase(ruth)

    tells(world, ncco)
    world.send()

    assert [path for method, path, _ in world.transport.requests if method == "GET"] == []
    assert (fresh(voicemail).state, fresh(voicemail).recording_url) == ("empty", "")
    assert fresh(call).outcome == "abandoned"


# The admin's log ----------------------------------------------------------------------------------


def test_the_log_does_not_say_who_they_were(ruth):
    entry = logged(ruth, f'[{{"added": {{"name": "number", "object": "+{MOBILE}"}}}}]')

    erase(ruth)

    assert (fresh(entry).object_repr, fresh(entry).change_message) == (str(fresh(ruth)), "")


def test_the_log_does_not_say_who_was_merged_into_them(ruth):
    other = Customer.objects.create(key="other", name="R. Gold")
    entry = logged(other, "Name: R. Gold.")
    customers.merge(into=ruth.id, others=[other.id], now=START)

    erase(ruth)

    assert (fresh(entry).object_repr, fresh(entry).change_message) == (str(fresh(other)), "")


def test_the_log_of_others_stays(ruth, sales):
    ben = logged(named("ben", "Ben", OFFICE), "Named.")
    queue = logged(sales, "Closed at once.", shown="Sales")
    LogEntry.objects.filter(id=queue.id).update(object_id=str(ruth.id))

    erase(ruth)

    assert (fresh(ben).object_repr, fresh(ben).change_message) == ("Ben", "Named.")
    assert (fresh(queue).object_repr, fresh(queue).change_message) == ("Sales", "Closed at once.")


def test_the_log_names_callbacks_and_messages_without_a_number(sales):
    named_rows = [callback(sales, START), message(sales, START)]

    written = [logged(row, "Done.").object_repr for row in named_rows]

    assert written == [f"Callback {named_rows[0].id}", f"Message {named_rows[1].id}"]
