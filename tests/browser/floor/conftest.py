"""The floor in a supervisor's browser, told what it shows."""

import pytest

from tools.floor_page import FloorPage, Told
from tools.floor_rows import afternoon


@pytest.fixture(scope="package")
def stack(stack_with):
    """One for all that is only told, and for the one call that is heard."""
    with stack_with({"SEED_WRAP_UP": "900"}) as stack:
        yield stack


@pytest.fixture
def told(page_of, stack):
    """Opens the floor in a page that is told this picture."""

    def open_floor(picture, query=""):
        told = Told(page_of(), picture)
        told.floor = FloorPage(told.page, stack).log_in(query)
        return told

    return open_floor


@pytest.fixture
def busy(told):
    """A floor with everything on it."""
    return told(afternoon())
