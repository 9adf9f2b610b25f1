"""Who wants to be forgotten is; what is counted stays."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from agents.models import User
from calls.errors import NotAllowed
from calls.models import (
    Call,
    CallEvent,
    Customer,
    CustomerNumber,
    Instruction,
    Queue,
    Voicemail,
    VonageEvent,
)
from calls.services import customers, handling
from calls.tests.leftovers import message
from calls.tests.parties import Talk
from calls.tests.settings import SETTINGS
from conftest import START
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]
CUSTOMERS = "/admin/calls/customer/"
RIGHTS = [
    f"{verb}_{model}"
    for verb in ("add", "change", "delete", "view")
    for model in ("customer", "customernumber")
]


@pytest.fixture
def ruth(db):
    found = Customer.objects.create(
        key="ruth", name="Ruth Gold", email="r@example.com", note="VIP", external_id="7"
    )
    CustomerNumber.objects.create(customer=found, number=World.CALLER)
    return found


@pytest.fixture
def talk(world, jane, ruth):
    world.available(jane)
    return Talk(world, jane)


@pytest.fixture
def over(talk, jane):
    """Ruth has called, and Jane has written a note."""
    handling.note(call_id=talk.call.id, agent_id=jane.id, text="Ruth asks.", now=talk.world.now)
    talk.drops(talk.customer)
    talk.hung_up()
    return talk


@pytest.fixture
def supervisor(client, ada):
    ada.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    client.force_login(ada)
    return ada


def act(client, action, *rows, **more):
    return client.post(
        CUSTOMERS,
        {"action": action, "_selected_action": [row.pk for row in rows], **more},
        follow=True,
    )


def test_who_they_are_is_forgotten_and_the_key_stays(over, ruth):
    customers.erase(customer_id=ruth.id, now=over.world.now)

    ruth.refresh_from_db()
    facts = (ruth.name, ruth.company, ruth.email, ruth.note, ruth.external_id)
    assert facts == ("", "", "", "", "")
    assert (ruth.key, ruth.erased_at) == ("ruth", over.world.now)
    assert not ruth.numbers.exists()


def test_their_numbers_are_nowhere_any_more(over, ruth):
    customers.erase(customer_id=ruth.id, now=over.world.now)

    kept = [
        *VonageEvent.objects.values_list("body", "reply"),
        *Instruction.objects.values_list("body"),
        *CallEvent.objects.values_list("data", "changes"),
        *Call.objects.values_list("from_number", "to_number"),
    ]
    written = json.dumps(kept)
    assert World.MENU in written
    assert World.CALLER[2:] not in written


def test_calls_are_counted_as_before(over, ruth):
    customers.erase(customer_id=ruth.id, now=over.world.now)

    call = over.row
    assert (call.customer, call.outcome, call.from_number) == (ruth, "answered", "")
    assert call.handlings.get().note == ""


def test_the_sound_of_their_messages_is_gone(over, ruth, django_capture_on_commit_callbacks):
    found = message(Queue.objects.get(), over.world.now)
    Voicemail.objects.filter(id=found.id).update(call=over.call)
    found.refresh_from_db()
    storage, name = found.audio.storage, found.audio.name
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        customers.erase(customer_id=ruth.id, now=over.world.now)

    found.refresh_from_db()
    assert (found.audio.name, found.number, found.state) == ("", "", "done")
    assert not storage.exists(name)


def test_nobody_is_forgotten_in_the_middle_of_a_call(talk, ruth):
    with pytest.raises(NotAllowed, match="in a call"):
        customers.erase(customer_id=ruth.id, now=talk.world.now)

    ruth.refresh_from_db()
    assert ruth.name == "Ruth Gold"


def test_a_new_call_from_the_number_is_a_strangers(over, ruth):
    customers.erase(customer_id=ruth.id, now=over.world.now)

    over.world.answer("f" * 32)

    assert Call.objects.get(legs__uuid="f" * 32).customer is None


def test_supervisors_are_asked_before_anybody_is_erased(client, supervisor, ruth):
    page = act(client, "erase", ruth).content.decode()

    assert "cannot be undone" in page
    assert "Ruth Gold (+44 7700 900 001)" in page
    ruth.refresh_from_db()
    assert ruth.name == "Ruth Gold"


def test_what_was_confirmed_is_done_and_logged(client, supervisor, ruth):
    act(client, "erase", ruth, confirmed="yes")

    ruth.refresh_from_db()
    assert ruth.erased_at
    entry = LogEntry.objects.get()
    assert (entry.user, entry.change_message) == (supervisor, "Erased.")
    assert "Ruth" not in entry.object_repr


def test_supervisors_choose_who_stays_when_two_are_merged(client, supervisor, ruth):
    other = Customer.objects.create(key="other", name="R. Gold")

    assert "Who stays" in act(client, "merge", ruth, other).content.decode()
    assert not Customer.objects.exclude(merged_into=None).exists()
    act(client, "merge", ruth, other, into=other.pk)

    ruth.refresh_from_db()
    assert ruth.merged_into == other
    assert LogEntry.objects.get().change_message == "Merged with ruth."


def test_one_alone_is_not_merged(client, supervisor, ruth):
    assert "at least two" in act(client, "merge", ruth).content.decode()


def test_the_page_of_a_customer_shows_their_calls(client, supervisor, over, ruth):
    page = client.get(f"{CUSTOMERS}{ruth.pk}/change/").content.decode()

    assert f"/calls/{over.call.id}/" in page


@pytest.mark.parametrize(
    ("number", "words"),
    [("07700 900 002", "with its country code"), ("+44 7700 900001", "Ruth Gold")],
)
def test_numbers_that_cannot_be_kept_are_refused(client, supervisor, ruth, number, words):
    other = Customer.objects.create(key="other", name="Joan")
    page = client.post(
        f"{CUSTOMERS}{other.pk}/change/",
        {
            "name": "Joan",
            "numbers-TOTAL_FORMS": 1,
            "numbers-INITIAL_FORMS": 0,
            "numbers-0-number": number,
            "numbers-0-customer": other.pk,
        },
    ).content.decode()

    assert words in page
    assert not other.numbers.exists()


def test_who_may_only_look_may_neither_merge_nor_erase(client, ada, ruth):
    ada.user_permissions.set(Permission.objects.filter(codename="view_customer"))
    client.force_login(ada)

    act(client, "erase", ruth, confirmed="yes")

    ruth.refresh_from_db()
    assert ruth.erased_at is None


def queue_form(client, url, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: START)
    client.force_login(User.objects.create(username="root", is_staff=True, is_superuser=True))
    queue = Queue.objects.get()
    facts = {"name": queue.name, "members": [], **SETTINGS, "screen_pop_url": url}
    return client.post(f"/admin/calls/queue/{queue.pk}/change/", facts)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://crm.example.com/", "must begin with https"),
        ("javascript:alert(1)", "whole address"),
        ("https://crm.example.com/{nummer}", "no {nummer}"),
        ("https://{number}.example.com/", "behind the host"),
        ("https://me:secret@crm.example.com/", "password"),
        ("https://crm.example.com/{", "stands alone"),
        ("https://crm.example.com/a b", "whole address"),
        ("crm.example.com", "whole address"),
    ],
)
def test_addresses_that_cannot_be_opened_safely_are_refused(client, sales, url, words, monkeypatch):
    reply = queue_form(client, url, monkeypatch)

    assert words in " ".join(reply.context["adminform"].form.errors["screen_pop_url"])


@pytest.mark.parametrize("url", ["https://crm.example.com/{number}", "http://localhost:9/{call}"])
def test_addresses_that_can_be_opened_are_kept(client, sales, url, monkeypatch):
    assert queue_form(client, url, monkeypatch).status_code == 302
    assert Queue.objects.get().screen_pop_url == url
