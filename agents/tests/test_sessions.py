"""Whether log-ins still stand, asked for many at once."""

from datetime import timedelta

import pytest
from django.conf import settings as real
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from agents.sessions import logged_in

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def log_in(user):
    client = Client()
    client.force_login(user)
    return client.cookies[real.SESSION_COOKIE_NAME].value


def standing(*keys, now=None):
    return logged_in(session_keys=keys, now=now or timezone.now())


def test_many_are_asked_about_in_two_queries(jane, joe, django_assert_num_queries):
    keys = {log_in(jane.user), log_in(jane.user), log_in(joe.user)}

    with django_assert_num_queries(2):
        assert standing(*keys, "forged", None) == keys


def test_a_new_password_ends_the_log_ins_of_its_user_only(jane, joe):
    janes, joes = log_in(jane.user), log_in(joe.user)
    jane.user.set_password("another long password")
    jane.user.save()

    assert standing(janes, joes) == {joes}


def test_who_is_switched_off_or_deleted_is_not_logged_in(jane, joe, cy):
    keys = [log_in(user) for user in (jane.user, joe.user, cy)]
    jane.user.is_active = False
    jane.user.save()
    joe.user.delete()

    assert standing(*keys) == {keys[2]}


def test_a_session_ends_by_itself_and_one_of_a_visitor_is_no_log_in(jane):
    key = log_in(jane.user)
    visitor = Session.objects.create(
        session_key="visitor",
        session_data=Session.objects.encode({}),
        expire_date=timezone.now() + timedelta(days=1),
    )

    assert standing(key, visitor.session_key) == {key}
    assert standing(key, now=timezone.now() + timedelta(days=30)) == set()


def test_a_change_of_the_secret_key_ends_no_log_in_while_the_old_one_is_known(jane, settings):
    key = log_in(jane.user)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret key that is only ever used by tests"
    assert standing(key) == {key}

    settings.SECRET_KEY_FALLBACKS = []
    assert standing(key) == set()
