"""Whose call a colleague can be heard in."""

import pytest

from calls.selectors.consoles import people_rows

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def test_a_colleagues_row_names_the_call_they_are_in(world, jane, joe):
    world.available(jane)
    call, _ = world.talks()

    rows = people_rows([jane.id, joe.id])

    assert (rows[jane.id]["call"], rows[joe.id]["call"]) == (call.id, None)


def test_a_call_that_only_rings_is_not_theirs_yet(world, jane):
    world.available(jane)
    world.waits()
    world.route()

    assert people_rows([jane.id])[jane.id]["call"] is None
