"""Deadlines are kept one by one: what goes wrong with one is told, and keeps no other waiting."""

import logging

import pytest

from calls.services import due
from calls.services.journal import ConcurrentChange


def fails(error):
    raise error


@pytest.fixture
def told(caplog):
    """What was logged: (level, whether with a traceback) each."""
    caplog.set_level(logging.INFO)
    return lambda: [(one.levelname, bool(one.exc_info)) for one in caplog.records]


def test_a_call_that_somebody_else_changed_is_no_fault_and_its_turn_comes_again(told):
    due.guarded(lambda: fails(ConcurrentChange("k")))

    assert told() == [("INFO", False)]


def test_a_deadline_that_cannot_be_kept_is_a_fault(told):
    due.guarded(lambda: 1 / 0)

    assert told() == [("ERROR", True)]
