"""The page of one call: who may see it, and what it tells them."""

import pytest
from django.contrib.auth.models import Permission

from agents.models import Agent, Team, User
from calls.admin.lanes import Scale
from calls.admin.spans import traces_of
from calls.models import Leg, Offer, Queue
from calls.tests.asking import ask
from calls.tests.parties import Talk

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def talk(world, jane, joe):
    world.available(jane)
    found = Talk(world, jane)
    world.available(joe)
    return found


@pytest.fixture
def adas_phone(ada):
    return Agent.objects.create(user=ada, vonage_user="Ada")


def page(client, user, talk):
    client.force_login(user)
    return client.get(f"/calls/{talk.call.id}/")


def shown(client, user, talk):
    response = page(client, user, talk)
    assert response.status_code == 200
    return response.context, response.content.decode()


def told(context):
    return [step["text"] for step in context["steps"]]


def lane(context, name):
    """The parts of the lane of this name, as (kind, words)."""
    found = next(one for one in context["journey"].picture.lanes if one.name == name)
    return [(segment.kind, segment.words.rpartition(" ")[0]) for segment in found.segments]


def listens(talk, adas_phone, user, *, mode="listen"):
    """A supervisor is in the call."""
    ask(talk.world, "supervise", talk.call, adas_phone, user=user, mode=mode)
    talk.world.send()
    leg = Leg.objects.get(agent=adas_phone)
    talk.world.post(
        f"/webhooks/answer/{leg.key}",
        {"to": "Ada", "from": "x", "uuid": leg.uuid, "conversation_uuid": "CON-8"},
    )
    talk.began(leg)
    return leg


def test_supervisors_and_agents_of_the_call_see_it(client, talk, jane, ada):
    for user in (jane.user, ada):
        context, html = shown(client, user, talk)
        assert f"Call {talk.call.id}" in html
        assert "Called +44 20 7946 0000" in told(context)


def test_nobody_else_does(client, talk, joe, cy):
    sam = User.objects.create(username="sam")
    Team.objects.create(name="Night").supervisors.add(sam)

    for user in (joe.user, cy, sam):
        assert page(client, user, talk).status_code == 404
    client.logout()
    assert client.get(f"/calls/{talk.call.id}/")["Location"].startswith("/login/")


def test_a_call_that_is_not_there_is_not_found(client, ada, world):
    client.force_login(ada)

    assert client.get("/calls/999999/").status_code == 404


def test_raw_events_are_for_supervisors(client, talk, jane, ada):
    _, agents_page = shown(client, jane.user, talk)
    _, adas_page = shown(client, ada, talk)

    assert "Raw events" in adas_page
    assert "/webhooks/answer" in adas_page
    assert "Raw events" not in agents_page
    assert "/webhooks/" not in agents_page


def test_hold_and_consultation_are_parts_of_the_lanes(client, talk, joe, ada):
    talk.world.passes(30)
    talk.ask("hold")
    talk.world.passes(30)
    talk.ask("resume")
    talk.world.passes(30)
    talk.consult(joe)
    talk.world.passes(30)
    talk.ask("merge")
    talk.world.passes(30)
    talk.drops(talk.customer)
    talk.hung_up()
    talk.world.passes(40)

    context, html = shown(client, ada, talk)
    kinds = [kind for kind, _ in lane(context, "Jane")]
    assert kinds[:1] == ["talk"]
    assert [one for one in kinds if one != "talk"] == ["hold", "consult", "wrap"]
    assert [kind for kind, _ in lane(context, "Joe")] == ["consult", "talk", "wrap"]
    assert "Asked in" in html
    assert dict(context["journey"].facts)["On hold"] != "0:00"


def test_transfers_are_told_with_what_became_of_them(client, talk, jane, joe, ada):
    ask(talk.world, "transfer", talk.call, jane, kind="blind", to={"agent": "joe"})
    talk.world.send()
    talk.world.route()

    context, html = shown(client, ada, talk)
    assert [one.agent for one in context["journey"].transfers] == [joe]
    assert "Transfers" in html


def test_supervisors_see_who_listened_and_agents_only_who_they_are_told_of(
    client, talk, jane, ada, adas_phone
):
    leg = listens(talk, adas_phone, ada)

    mine, html = shown(client, jane.user, talk)
    assert "Ada" not in html
    assert "Ada" not in [one.name for one in mine["journey"].picture.lanes]
    theirs, _ = shown(client, ada, talk)
    assert lane(theirs, "Ada") == [("supervision", "listen")]
    assert "Ada joined the call" in told(theirs)
    assert leg.uuid not in html


def test_the_api_tells_agents_no_more_than_the_page(talk, jane, ada, adas_phone, browser):
    leg = listens(talk, adas_phone, ada)

    for path in (f"/api/calls/{talk.call.id}", "/api/calls"):
        mine = browser(jane.user).get(path).content.decode()
        theirs = browser(ada).get(path).content.decode()
        assert (leg.uuid in mine, "supervis" in mine) == (False, False)
        assert (leg.uuid in theirs, "supervised" in theirs) == (True, True)


def test_the_api_tells_who_leads_another_team_no_more_than_the_agents(
    talk, joe, ada, adas_phone, browser
):
    Team.objects.create(name="Night").supervisors.add(joe.user)
    Agent.objects.filter(id=joe.id).update(team=None)
    Leg.objects.create(call=talk.call, kind="agent", agent=joe, state="ended")
    Queue.objects.get().agents.remove(joe)
    leg = listens(talk, adas_phone, ada)

    for path in (f"/api/calls/{talk.call.id}", "/api/calls"):
        his = browser(joe.user).get(path).content.decode()
        assert (talk.call.legs.first().uuid in his, leg.uuid in his) == (True, False)


def test_who_did_it_and_why_stands_beside_what_happened(client, talk, joe, ada):
    talk.ask("consult", to={"agent": "joe"})
    talk.world.ends(Offer.objects.get(agent=joe), "rejected")

    context, _ = shown(client, ada, talk)
    by = {step["text"]: step["by"] for step in context["steps"]}
    assert by["Joe could not be reached"] in {"declined", "failed"}
    assert by["Called +44 20 7946 0000"] == ""


def test_agents_see_who_listens_where_their_team_says_so(
    client, talk, jane, ada, adas_phone, floor
):
    Team.objects.filter(id=floor.id).update(tells_of_supervision=True)
    listens(talk, adas_phone, ada)

    mine, _ = shown(client, jane.user, talk)
    assert lane(mine, "Ada") == [("supervision", "listen")]


def test_switching_is_another_part_of_the_lane(client, talk, ada, adas_phone):
    listens(talk, adas_phone, ada)
    talk.world.passes(20)
    ask(talk.world, "supervise", talk.call, adas_phone, user=ada, mode="whisper")
    talk.world.send()
    talk.world.passes(20)

    context, _ = shown(client, ada, talk)
    assert lane(context, "Ada") == [("supervision", "listen"), ("supervision", "whisper")]


def test_a_survey_is_part_of_the_flow(client, talk, ada, sales):
    sales.survey_question = "From 1 to 5?"
    sales.save()
    talk.world.passes(10)
    talk.ask("end")
    talk.hung_up()
    talk.world.passes(6)
    talk.drops(talk.customer)

    context, html = shown(client, ada, talk)
    assert lane(context, "Flow")[-1] == ("flow", "survey")
    assert "no answer" in html


def test_the_admins_page_shows_them_too_and_leads_here(client, talk, joe, ada):
    ada.is_staff = True
    ada.save()
    ada.user_permissions.set(Permission.objects.filter(codename="view_call"))
    talk.consult(joe)
    client.force_login(ada)

    html = client.get(f"/admin/calls/call/{talk.call.id}/change/").content.decode()

    assert "Asked in" in html
    assert f'href="/calls/{talk.call.id}/"' in html


def test_a_call_in_a_menu_can_be_looked_at(client, world, ada):
    world.answer()
    client.force_login(ada)

    call_id = Leg.objects.get().call_id
    assert client.get(f"/calls/{call_id}/").status_code == 200


def test_a_piece_never_begins_before_the_call(world, jane, talk):
    traces = traces_of(talk.row, tells_all=True)
    scale = Scale(traces.call.started_at, talk.world.now)

    assert all(scale.place(leg.planned_at) >= 0 for leg in traces.legs)
    assert Offer.objects.count() == len(traces.offers)
