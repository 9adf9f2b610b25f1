"""The small pages: log-in, home, and what is shown when something is wrong."""

from django.contrib.auth.models import Permission
from django.template.loader import get_template
from django.test import Client


def page(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def test_the_log_in_says_what_was_wrong_and_keeps_the_name(client, db):
    response = client.post("/login/", {"username": "ada", "password": "wrong"})

    html = response.content.decode()
    assert "User name or password is wrong." in html
    assert 'role="alert"' in html
    assert 'value="ada"' in html


def test_who_is_sent_to_the_log_in_from_inside_reads_why(client, db):
    assert "You have been logged out" in page(client, "/login/?next=/console/")


def test_who_just_comes_in_is_not_told_of_a_log_out(client, db):
    assert "You have been logged out" not in page(client, "/login/")
    assert "You have been logged out" not in page(client, "/login/?next=/")


def test_the_admin_has_the_same_log_in(client, db):
    html = page(client, "/admin/login/?next=/admin/calls/")

    assert 'action="/admin/login/"' in html
    assert 'name="next" value="/admin/calls/"' in html


def test_who_may_not_use_the_admin_reads_so_there(client, jane):
    client.force_login(jane.user)

    assert "Jane may not see that page" in page(client, "/admin/login/?next=/admin/")


def test_the_admin_says_what_is_wrong_with_a_log_in(client, jane):
    response = client.post("/admin/login/", {"username": "jane", "password": "wrong"})

    assert "may not use the admin" in response.content.decode()


def test_home_shows_an_operator_the_way_to_everything(client, admin_user):
    client.force_login(admin_user)

    html = page(client, "/")

    for place in ("calls/call", "calls/vonageevent", "agents/agent", "ivr/flow", "agents/user"):
        assert f'href="/admin/{place}/"' in html


def test_home_shows_a_supervisor_only_what_they_may_see(client, ada):
    ada.user_permissions.set(Permission.objects.filter(codename__in=["view_call", "view_queue"]))
    client.force_login(ada)

    html = page(client, "/")

    assert 'href="/admin/calls/call/"' in html
    assert 'href="/admin/calls/queue/"' in html
    assert 'href="/admin/calls/vonageevent/"' not in html
    assert 'href="/admin/ivr/flow/"' not in html


def test_home_tells_who_is_neither_agent_nor_supervisor_whom_to_ask(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="pat"))

    html = page(client, "/")

    assert "You are neither an agent nor a supervisor" in html
    assert "/admin/" not in html


def test_a_page_that_is_not_there_says_so(client, db):
    assert "There is no such page" in page(client, "/nothing/", status=404)


def test_a_page_that_may_not_be_seen_says_so(client, ada):
    client.force_login(ada)

    assert "You may not see this page" in page(client, "/admin/ivr/flow/", status=403)


def test_a_form_that_has_grown_old_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "ada"})

    assert response.status_code == 403
    assert "This page has expired" in response.content.decode()


def test_the_page_for_our_own_faults_needs_nothing_that_may_be_broken():
    assert "Something broke" in get_template("500.html").render()
