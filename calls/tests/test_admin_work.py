"""Callbacks and messages in the admin: who sees them, and what is decided about them."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.models import Agent, Team, User
from calls.admin.work.messages import give_back
from calls.errors import VoicemailTaken
from calls.models import Callback, Queue, Voicemail
from calls.services import voicemails
from calls.tests.leaving import offers_ways, wants_callback
from calls.tests.leftovers import SOUND, callback, message
from conftest import START

pytestmark = [pytest.mark.db, pytest.mark.django_db]
CALLBACKS = "/admin/calls/callback/"
MESSAGES = "/admin/calls/voicemail/"
RIGHTS = ["view_callback", "change_callback", "view_voicemail", "change_voicemail", "view_call"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: START)


@pytest.fixture
def operator(client, db):
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client, ada):
    """Ada, logged in, with what supervisors may do here."""
    ada.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    client.force_login(ada)
    return ada


@pytest.fixture
def onlooker(client, ada):
    """Ada, who may look and no more."""
    looks = [right for right in RIGHTS if right.startswith("view")]
    ada.user_permissions.set(Permission.objects.filter(codename__in=looks))
    client.force_login(ada)
    return ada


@pytest.fixture
def billing(db):
    """A queue of another team, served by Kim."""
    night = Team.objects.create(name="Night")
    user = User.objects.create(username="kim", first_name="Kim")
    kim = Agent.objects.create(user=user, vonage_user="Kim", team=night)
    queue = Queue.objects.create(name="Billing")
    queue.agents.add(kim)
    return queue


@pytest.fixture
def promised(world, sales):
    """A caller of Sales who was promised a call."""
    offers_ways(sales)
    call = wants_callback(world)
    return Callback.objects.get(call=call)


def text(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def listed(client, path):
    return list(client.get(path).context["cl"].result_list)


def acts(client, path, name, *rows, **more):
    """Choose an action for these rows; the page that follows."""
    chosen = {"action": name, "_selected_action": [row.pk for row in rows]}
    return text(client.post(path, chosen | more, follow=True))


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_a_callback_is_listed_with_its_place_and_its_tries(client, supervisor, sales):
    later = START + timedelta(minutes=5)
    one = callback(sales, START - timedelta(hours=1), retry_at=later)

    page = text(client.get(CALLBACKS))

    row = page[page.index("<tbody>") : page.index("</tbody>")]
    for fact in (
        "+44 7700 900 005",
        "Sales",
        "20 Nov 2026 09:00:00",
        "1 of 3",
        "from 10:05:00",
        "Waiting</span>",
        f'<a href="/admin/calls/call/{one.call_id}/change/">',
    ):
        assert fact in row


@pytest.mark.parametrize(
    ("state", "words"),
    [("waiting", "when it is their turn"), ("calling", "now"), ("expired", "\N{EN DASH}")],
)
def test_the_next_try_is_said_in_words(client, supervisor, sales, state, words):
    callback(sales, START, state=state)

    page = text(client.get(CALLBACKS))

    assert f'<td class="field-next_try">{words}</td>' in page


@pytest.mark.parametrize(
    ("path", "leave", "words"),
    [
        (CALLBACKS, callback, "Nobody has asked to be called back."),
        (MESSAGES, message, "Nobody has left a message."),
    ],
)
def test_an_empty_list_says_so(client, supervisor, sales, path, leave, words):
    assert words in text(client.get(path))

    leave(sales, START)

    assert words not in text(client.get(path))
    assert "Nothing matches." in text(client.get(f"{path}?q=999"))


@pytest.mark.parametrize(("path", "leave"), [(CALLBACKS, callback), (MESSAGES, message)])
def test_a_supervisor_sees_what_was_left_for_the_queues_of_their_teams(
    client, supervisor, sales, billing, path, leave
):
    ours, theirs = leave(sales, START), leave(billing, START)

    assert listed(client, path) == [ours]
    assert client.get(f"{path}{theirs.pk}/change/", follow=True).request["PATH_INFO"] == "/admin/"


@pytest.mark.parametrize(("path", "leave"), [(CALLBACKS, callback), (MESSAGES, message)])
def test_an_operator_sees_all(client, operator, sales, billing, path, leave):
    leave(sales, START)
    leave(billing, START)

    assert len(listed(client, path)) == 2


def test_callbacks_are_found_by_number_state_and_queue(client, supervisor, sales):
    one = callback(sales, START, number="447700900111")
    callback(sales, START, number="447700900222", state="reached")

    assert listed(client, f"{CALLBACKS}?q=07700 900 111") == []
    assert listed(client, f"{CALLBACKS}?q=%2B44 7700 900111") == [one]
    assert listed(client, f"{CALLBACKS}?state__exact=waiting") == [one]
    assert len(listed(client, f"{CALLBACKS}?entry__queue__id__exact={sales.pk}")) == 2


@pytest.mark.parametrize(("path", "leave"), [(CALLBACKS, callback), (MESSAGES, message)])
def test_a_long_list_takes_as_many_looks_as_a_short_one(client, supervisor, sales, path, leave):
    def looks():
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return len(seen)

    leave(sales, START)
    short = looks()
    for _ in range(3):
        leave(sales, START)

    assert looks() == short


def test_before_a_callback_is_cancelled_one_is_asked(client, supervisor, promised):
    page = acts(client, CALLBACKS, "cancel", promised)

    assert "These callers were promised a call." in page
    assert "Callback to +44 7700 900 001" in page
    assert fresh(promised).state == "waiting"


def test_a_cancelled_callback_ends_its_call_and_is_in_the_log(client, supervisor, promised):
    page = acts(client, CALLBACKS, "cancel", promised, confirmed="yes")

    assert "Callback to +44 7700 900 001: cancelled." in page
    assert fresh(promised).state == "cancelled"
    assert (promised.call.events.last().type, fresh(promised.call).state) == ("ended", "ended")
    assert promised.call.events.get(type="callback_cancelled").actor == "ada"
    assert LogEntry.objects.get().change_message == "Cancelled."


def test_a_callback_that_is_over_is_not_cancelled_again(client, supervisor, sales):
    over = callback(sales, START, state="reached")

    question = acts(client, CALLBACKS, "cancel", over)
    answer = acts(client, CALLBACKS, "cancel", over, confirmed="yes")

    assert "These are over already, and cannot be cancelled:" in question
    assert 'name="confirmed"' not in question
    assert "Callback to +44 7700 900 005: This callback is over already." in answer
    assert not LogEntry.objects.exists()


def test_a_message_is_listed_and_heard_on_its_page(client, supervisor, sales, joe):
    left = message(sales, START, state="claimed", agent=joe)

    page = text(client.get(MESSAGES))
    own = text(client.get(f"{MESSAGES}{left.pk}/change/"))

    for fact in ("+44 7700 900 001", "Sales", "20 Nov 2026 10:00:00", "0:07", "Joe"):
        assert fact in page
    address = f"/api/voicemails/{left.pk}/audio"
    assert "<h2>Message from +44 7700 900 001</h2>" in own
    assert f'<audio controls preload="none" src="{address}"' in own
    assert b"".join(client.get(address).streaming_content) == SOUND


def test_a_message_without_its_sound_says_so(client, supervisor, sales):
    left = message(sales, START, sound=None)

    page = text(client.get(f"{MESSAGES}{left.pk}/change/"))

    assert "Its sound is not there." in page
    assert "<audio" not in page


def test_a_supervisor_gives_back_what_somebody_went_home_with(client, supervisor, sales, joe):
    left = message(sales, START, state="claimed", agent=joe)

    page = acts(client, MESSAGES, "give_back", left)

    assert "Message from +44 7700 900 001: given back." in page
    assert (fresh(left).state, fresh(left).agent) == ("new", None)
    assert LogEntry.objects.get().change_message == "Given back."


def test_what_nobody_has_cannot_be_given_back(client, supervisor, sales):
    left = message(sales, START)

    assert "Message from +44 7700 900 001: Nobody has it." in acts(
        client, MESSAGES, "give_back", left
    )


def test_what_a_colleague_has_claimed_meanwhile_is_left_to_them(supervisor, sales, jane, joe):
    left = message(sales, START, state="claimed", agent=joe)
    voicemails.release(voicemail_id=left.pk, agent_id=joe.id, now=START)
    voicemails.claim(voicemail_id=left.pk, agent_id=jane.id, now=START)

    with pytest.raises(VoicemailTaken, match="Jane is looking after"):
        give_back(left)

    assert fresh(left).agent == jane


@pytest.mark.parametrize("state", ["new", "claimed"])
def test_a_supervisor_finishes_a_message_whoever_has_it(client, supervisor, sales, joe, state):
    left = message(sales, START, state=state, agent=joe if state == "claimed" else None)

    page = acts(client, MESSAGES, "finish", left)

    assert "Message from +44 7700 900 001: done." in page
    assert (fresh(left).state, fresh(left).settled_at) == ("done", START)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("recording", "It is not there yet."),
        ("empty", "Nothing was said."),
        ("done", "It is done already."),
    ],
)
def test_a_message_that_is_no_work_is_not_finished(client, supervisor, sales, state, why):
    left = message(sales, START, state=state)

    assert why in acts(client, MESSAGES, "finish", left)
    assert fresh(left).state == state


@pytest.mark.parametrize(
    ("state", "buttons"),
    [("new", ["finish"]), ("claimed", ["give_back", "finish"]), ("done", [])],
)
def test_the_page_of_a_message_offers_what_can_be_done(client, supervisor, sales, state, buttons):
    left = message(sales, START, state=state)

    acts = client.get(f"{MESSAGES}{left.pk}/change/").context["acts"]

    assert [name for name, _ in acts] == buttons


def test_the_page_of_a_callback_leads_to_the_question(client, supervisor, sales):
    one, over = callback(sales, START), callback(sales, START, state="expired")

    page = text(client.get(f"{CALLBACKS}{one.pk}/change/"))

    assert f'formaction="{CALLBACKS}">Cancel this callback</button>' in page
    assert client.get(f"{CALLBACKS}{over.pk}/change/").context["acts"] == []


def test_who_may_only_look_decides_nothing(client, onlooker, sales, joe):
    one = callback(sales, START)
    left = message(sales, START, state="claimed", agent=joe)

    for path, row, name in ((CALLBACKS, one, "cancel"), (MESSAGES, left, "give_back")):
        assert client.get(f"{path}{row.pk}/change/").context["acts"] == []
        acts(client, path, name, row, confirmed="yes")

    assert (fresh(one).state, fresh(left).state) == ("waiting", "claimed")


def test_what_belongs_to_another_team_cannot_be_decided_about(client, supervisor, billing):
    one, left = callback(billing, START), message(billing, START)

    acts(client, CALLBACKS, "cancel", one, confirmed="yes")
    acts(client, MESSAGES, "finish", left)

    assert (fresh(one).state, fresh(left).state) == ("waiting", "new")


@pytest.mark.parametrize(("path", "model"), [(CALLBACKS, Callback), (MESSAGES, Voicemail)])
def test_nobody_adds_changes_or_deletes_one(client, operator, sales, path, model):
    row = (callback if model is Callback else message)(sales, START)

    for page in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert client.post(f"{path}{page}", {"number": "1", "post": "yes"}).status_code == 403
    assert fresh(row).number == row.number
