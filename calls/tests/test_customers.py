"""Customers: who calls, whatever number they use."""

from datetime import timedelta

import pytest

from calls import selectors
from calls.models import Call, Customer, CustomerNumber, Queue
from calls.services import customers, handling
from calls.tests.calling_out import asks, holds_phone
from calls.tests.doors import error
from calls.tests.leftovers import callback, message
from calls.tests.parties import Talk
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]
OTHER = "447700900555"


@pytest.fixture
def ruth(db):
    found = Customer.objects.create(key="ruth", name="Ruth Gold", company="Gold Ltd")
    for number in (World.CALLER, OTHER):
        CustomerNumber.objects.create(customer=found, number=number)
    return found


@pytest.fixture
def talk(world, jane):
    world.available(jane)
    return Talk(world, jane)


def card(talk, agent):
    return selectors.card(call_id=talk.call.id, agent_id=agent.id, now=talk.world.now)


def put(client, call, **facts):
    return client.put(f"/api/calls/{call.id}/customer", facts, format="json")


def found(client, words):
    rows = client.get("/api/customers", {"q": words}).json()["customers"]
    return [row["name"] for row in rows]


# Who it is ------------------------------------------------------------------------------------


def test_a_call_is_its_customers_from_the_first_moment(world, ruth):
    world.answer()

    assert Call.objects.get().customer == ruth


def test_a_stranger_makes_no_customer(world):
    world.answer()

    assert Call.objects.get().customer is None
    assert not Customer.objects.exists()


def test_the_card_says_who_it_is(talk, ruth, jane):
    assert card(talk, jane)["customer"] == {
        "id": ruth.id,
        "key": "ruth",
        "name": "Ruth Gold",
        "company": "Gold Ltd",
        "email": "",
        "note": "",
        "external_id": "",
        "numbers": [
            {"number": World.CALLER, "label": None},
            {"number": OTHER, "label": None},
        ],
    }


def test_the_card_of_a_stranger_names_nobody(talk, jane, janes):
    assert card(talk, jane)["customer"] is None
    assert janes.get(f"/api/calls/{talk.call.id}/card").json()["customer"] is None


def test_earlier_calls_from_all_numbers_of_the_customer_are_told(talk, ruth, jane):
    world = talk.world
    before = world.now - timedelta(days=2)
    for number, direction in ((OTHER, "inbound"), ("", "outbound")):
        Call.objects.create(
            key=f"old-{direction}",
            direction=direction,
            from_number=number,
            customer=None if number else ruth,
            state="ended",
            started_at=before,
            ended_at=before,
        )

    told = card(talk, jane)
    assert {row["direction"] for row in told["earlier"]} == {"inbound", "outbound"}
    assert told["calls_30_days"] == 3


def test_calls_to_a_stranger_are_told_among_the_earlier_calls(talk, jane):
    before = talk.world.now - timedelta(days=1)
    same = {"direction": "outbound", "state": "ended", "started_at": before, "ended_at": before}
    Call.objects.create(key="to them", to_number=World.CALLER, from_number=World.MENU, **same)
    colleagues = same | {"direction": "internal"}
    Call.objects.create(key="colleagues", from_number=World.CALLER, **colleagues)

    told = card(talk, jane)

    assert [row["direction"] for row in told["earlier"]] == ["outbound"]
    assert told["calls_30_days"] == 2


def test_callbacks_and_messages_are_told_among_the_earlier_calls(talk, ruth, jane, sales):
    before = talk.world.now - timedelta(days=1)
    asked, spoken = callback(sales, before, state="reached"), message(sales, before)
    Call.objects.filter(id=asked.call_id).update(
        state="ended", ended_at=before, started_at=before - timedelta(hours=1)
    )

    earlier = card(talk, jane)["earlier"]

    assert [(row["id"], row["callback"], row["voicemail"]) for row in earlier] == [
        (spoken.call_id, None, True),
        (asked.call_id, "reached", False),
    ]


# What agents say of them ----------------------------------------------------------------------


def test_the_first_thing_said_of_a_stranger_makes_a_customer(talk, janes):
    reply = put(janes, talk.call, name="Ruth", note="Speaks French.")

    row = reply.json()["customer"]
    assert (reply.status_code, row["name"], row["note"]) == (200, "Ruth", "Speaks French.")
    assert row["numbers"] == [{"number": World.CALLER, "label": None}]
    assert talk.row.customer_id == row["id"]
    event = talk.call.events.get(type="customer_saved")
    assert (event.actor, event.data["fields"]) == ("jane", ["name", "note"])


def test_earlier_calls_of_that_number_are_theirs_as_well(talk, janes):
    now = talk.world.now
    old = Call.objects.create(
        key="old", direction="outbound", to_number=World.CALLER, state="ended", ended_at=now
    )

    put(janes, talk.call, name="Ruth")

    old.refresh_from_db()
    assert old.customer.name == "Ruth"


def test_saying_nothing_makes_nobody(talk, janes):
    assert put(janes, talk.call, name="", note="  ").json() == {"customer": None}
    assert not Customer.objects.exists()


def test_what_is_left_out_stays(talk, ruth, janes):
    put(janes, talk.call, email="ruth@example.com")

    ruth.refresh_from_db()
    assert (ruth.name, ruth.email) == ("Ruth Gold", "ruth@example.com")


def test_saying_the_same_again_changes_nothing(talk, ruth, janes):
    put(janes, talk.call, name="Ruth Gold")

    assert not talk.call.events.filter(type="customer_saved").exists()


def test_a_withheld_number_can_be_given_a_name_for_this_call(talk, janes):
    Call.objects.filter(id=talk.call.id).update(from_number="")

    row = put(janes, talk.call, name="Ruth").json()["customer"]

    assert (row["numbers"], talk.row.customer_id) == ([], row["id"])


def test_somebody_made_of_the_number_meanwhile_is_taken(talk, janes):
    made = Customer.objects.create(key="made")
    CustomerNumber.objects.create(customer=made, number=World.CALLER)

    put(janes, talk.call, name="Ruth")

    assert talk.row.customer == made


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"name": "x" * 121}, "name"),
        ({"note": "x" * 5001}, "note"),
        ({"name": "a\0b"}, "name"),
    ],
)
def test_what_cannot_be_kept_is_named(talk, janes, facts, field):
    reply = put(janes, talk.call, **facts)

    assert error(reply) == (400, "invalid")
    assert list(reply.json()["error"]["fields"]) == [field]
    assert not Customer.objects.exists()


def test_only_agents_of_the_call_may_say_who_it_is(talk, joe, browser, ada):
    for user, status in ((joe.user, 404), (ada, 403)):
        assert put(browser(user), talk.call, name="Ruth").status_code == status
    assert not Customer.objects.exists()


@pytest.mark.parametrize("call_id", [0, 2**63 - 1, 2**63, 10**30])
def test_nobody_says_who_a_call_is_that_there_is_not(janes, call_id):
    reply = janes.put(f"/api/calls/{call_id}/customer", {"name": "Ruth"}, format="json")

    assert error(reply) == (404, "not_found")
    assert not Customer.objects.exists()


def test_a_call_that_an_agent_makes_is_its_customers(world, jane, janes, ruth):
    world.available(jane)
    holds_phone(world, jane)

    asks(world, janes, World.CALLER)

    assert Call.objects.get().customer == ruth


# Looking for them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["Ru", "gold", "GOLD L", "4477009000", "07700 900 001", "+44 7700 900001", "ruth"],
)
def test_customers_are_found_as_people_write_them(janes, ruth, words):
    assert found(janes, words) == ["Ruth Gold"]


@pytest.mark.parametrize("words", ["", "R", "uth", "447700900999", "Joe"])
def test_nobody_else_is_found(janes, ruth, words):
    assert found(janes, words) == []


def test_at_most_twenty_are_shown(janes):
    for number in range(25):
        Customer.objects.create(key=f"k{number}", name=f"Ruth {number}")

    assert len(found(janes, "Ruth")) == 20


def test_supervisors_may_look_and_others_may_not(browser, ada, cy, ruth):
    assert found(browser(ada), "Ruth") == ["Ruth Gold"]
    assert browser(cy).get("/api/customers", {"q": "Ruth"}).status_code == 403


# Screen pop -----------------------------------------------------------------------------------


def test_the_address_of_the_queue_is_filled_and_quoted(ruth, talk, jane, janes):
    Customer.objects.update(external_id="A&B 7")
    Queue.objects.update(
        screen_pop_url="https://crm.example.com/?t={number}&q={queue}&c={call}&x={external_id}"
    )

    pop = f"https://crm.example.com/?t={World.CALLER}&q=Sales&c={talk.call.id}&x=A%26B%207"
    assert card(talk, jane)["pop"] == pop
    assert janes.get("/api/agents/me").json()["call"]["pop"] == pop


def test_without_an_address_nothing_pops(talk, jane):
    assert card(talk, jane)["pop"] is None


# Two are one ----------------------------------------------------------------------------------


def test_merging_moves_numbers_calls_and_notes(talk, ruth, janes):
    other = Customer.objects.create(
        key="other", name="R. Gold", email="r@example.com", note="Likes tea."
    )
    CustomerNumber.objects.create(customer=other, number="442079460999")
    Call.objects.filter(id=talk.call.id).update(customer=other)

    customers.merge(into=ruth.id, others=[other.id], now=talk.world.now)

    ruth.refresh_from_db()
    assert (ruth.name, ruth.email, ruth.note) == ("Ruth Gold", "r@example.com", "Likes tea.")
    assert ruth.numbers.count() == 3
    assert talk.row.customer == ruth
    assert found(janes, "other") == ["Ruth Gold"]


def test_a_key_leads_to_the_last_of_several_merges(ruth, janes, world):
    first, second = (Customer.objects.create(key=key) for key in ("first", "second"))
    customers.merge(into=second.id, others=[first.id], now=world.now)
    customers.merge(into=ruth.id, others=[second.id], now=world.now)

    assert found(janes, "first") == ["Ruth Gold"]


def test_a_merged_customer_cannot_be_merged_again(ruth, world):
    other, third = (Customer.objects.create(key=key) for key in ("other", "third"))
    customers.merge(into=ruth.id, others=[other.id], now=world.now)

    with pytest.raises(Exception, match="cannot be merged"):
        customers.merge(into=third.id, others=[other.id], now=world.now)


def test_a_note_of_an_agent_reaches_the_survivor(talk, ruth, janes, jane):
    handling.note(call_id=talk.call.id, agent_id=jane.id, text="Hm.", now=talk.world.now)
    other = Customer.objects.create(key="other")
    customers.merge(into=other.id, others=[ruth.id], now=talk.world.now)

    put(janes, talk.call, note="Now known.")

    other.refresh_from_db()
    assert (other.name, other.note) == ("Ruth Gold", "Now known.")
