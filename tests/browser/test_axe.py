"""axe-core finds nothing, and nothing runs out of the page sideways, on every page and state."""

import pytest

from tests.browser.axed import faults
from tools import floor_page
from tools import tour as sights
from tools.pages import ConsolePage, PhonePage
from tools.queue_tour import QueueTour
from tools.talk_tour import TalkTour
from tools.tour import Tour

SEED = sights.SEED
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def examine():
    """What the views show has nothing wrong with it, in both themes and at every size."""

    def look(views):
        found = [f"{name}, {fault}" for name, page in views for fault in faults(page)]
        if found:
            pytest.fail("\n".join(found))

    return look


@pytest.fixture
def tour(stack, sandbox):
    return Tour(stack)


@pytest.fixture
def jane(stack, page_of):
    return ConsolePage(page_of(), stack, "jane")


def test_the_log_in(tour, page_of, examine):
    examine(tour.log_in(page_of()))


def test_what_operators_and_supervisors_see(tour, page_of, examine, expected):
    expected.append("Failed to load resource")  # the pages that say what is not there

    examine(tour.office(page_of()))
    examine(tour.refused(page_of()))


def test_the_console_before_a_call(tour, jane, examine):
    examine(tour.before_the_call(jane))


def test_the_console_in_a_call(tour, jane, examine):
    jane.log_in()

    examine(tour.call(jane))


def test_the_work_of_queues(tour, jane, examine, expected):
    expected.append("/api/todo")  # once it cannot be loaded
    queues = QueueTour(tour, jane)

    examine(queues.between_calls())
    examine(queues.in_a_call())


def test_calls_that_go_on(jane, examine):
    talks = TalkTour(jane)

    examine(talks.calling_out())
    examine(talks.asked())
    examine(talks.handed_on())
    examine(talks.coaching())


def test_the_console_when_things_go_wrong(tour, jane, examine, expected):
    expected += ["net::ERR_", "WebSocket"]
    jane.log_in()

    examine(tour.two_windows(jane))
    examine(tour.lost(jane))
    examine(tour.missed(jane))


def test_the_phone_page(tour, page_of, stack, examine):
    examine(tour.phone(PhonePage(page_of(700), stack)))


def test_the_floor(stack, page_of, examine, expected):
    expected.append("WebSocket")  # once the floor is closed to them
    examine(floor_page.views(page_of(), stack))
