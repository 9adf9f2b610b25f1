"""The way from page to page, at the top of each."""

import re

import pytest

from agents.models import User
from calls.tests.parties import Talk

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def ways(world, jane, browser):
    """By page, where its top leads this user: (words, whether it is this page)."""
    world.available(jane)
    call = Talk(world, jane).call

    def of(user, *pages):
        found = [browser(user).get(page.format(call=call.id)) for page in pages]
        assert [one.status_code for one in found] == [200] * len(pages)
        return [links(one.content.decode()) for one in found]

    return of


def links(html):
    nav = re.search(r'<nav aria-label="Main">(.*?)</nav>', html, re.DOTALL)
    return re.findall(r'<a href="[^"]+"( aria-current="page")?>(\w+)</a>', nav[1]) if nav else []


def test_supervisors_are_led_the_same_ways_from_every_page(ways, ada, jane):
    ada.is_superuser = ada.is_staff = True
    ada.save()

    home, floor, call = ways(ada, "/", "/floor/", "/calls/{call}/")

    assert [word for _, word in home] == ["Floor", "Calls", "Flows", "Admin"]
    assert home == call
    assert floor == [(' aria-current="page"', "Floor"), *home[1:]]


def test_agents_are_led_to_their_console_alone(ways, jane):
    assert ways(jane.user, "/calls/{call}/") == [[("", "Console")]]


def test_who_may_go_nowhere_is_led_nowhere(ways):
    assert ways(User.objects.create(username="sam"), "/") == [[]]
