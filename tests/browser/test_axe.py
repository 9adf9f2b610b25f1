"""axe-core finds nothing, and nothing runs out of the page sideways, on every page and state."""

import pytest

from tools import client_sdk
from tools import tour as sights
from tools.pages import ConsolePage, PhonePage
from tools.tour import SIZES, THEMES, Tour

SEED = sights.SEED
pytestmark = pytest.mark.timeout(600)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Without `preload`, which makes inline styles: what our pages' policy forbids.
AXE = """async (tags) => {
  const options = { runOnly: { type: "tag", values: tags }, preload: false };
  const { violations } = await axe.run(document, options);
  const found = ({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`);
  return violations.flatMap(found);
}"""
# Colours on their way from one theme to the other have no contrast to speak of.
SETTLED = """() => {
  const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
  return Promise.allSettled(moving.map(({ finished }) => finished)).then(() => true);
}"""
OVERFLOW = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"


@pytest.fixture(scope="module")
def axe():
    client_sdk.fetch(client_sdk.AXE)
    return client_sdk.AXE.path.read_text()


@pytest.fixture
def examine(axe):
    """What the views show has nothing wrong with it, in both themes and at every size."""

    def look(views):
        found = [one for name, page in views for one in _findings(axe, name, page)]
        if found:
            pytest.fail("\n".join(found))

    return look


def _findings(axe, name, page):
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(SETTLED)
            place = f"{name}, {theme}, {width} px"
            yield from (f"{place}: {found}" for found in page.evaluate(AXE, TAGS))
            if over := page.evaluate(OVERFLOW):
                yield f"{place}: runs out sideways by {over} px"


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


def test_the_console_when_things_go_wrong(tour, jane, examine, expected):
    expected += ["ERR_CONNECTION", "WebSocket"]
    jane.log_in()

    examine(tour.two_windows(jane))
    examine(tour.lost(jane))
    examine(tour.missed(jane))


def test_the_phone_page(tour, page_of, stack, examine):
    examine(tour.phone(PhonePage(page_of(700), stack)))
