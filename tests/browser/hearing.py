"""Who hears whom, both at real consoles and at legs: every tone that sounds, and no other."""

from tests.journeys import hearing
from tools.pages import HearingPage
from tools.people import wait_until

LOUDEST = -45  # decibels that each tone reaches at least
APART = 25  # decibels from the faintest that is heard to the loudest that is not


def hear(*sides):
    """Wait until each, a console or a leg, hears these tones and nobody else's."""
    for side, *tones in sides:
        if isinstance(side, HearingPage):
            _hears(side, tones)
        else:
            hearing.hears(side, *tones)


def _hears(page, tones):
    wait_until(
        lambda: _is(levels(page), tones),
        f"{page.page.title()} hears {tones} and nothing else",
        seen=lambda: levels(page),
    )


def levels(page):
    """Of every voice in decibels, as the page hears it."""
    found = page.sound(*hearing.TONES)["levels"]
    return dict(zip(hearing.TONES, map(round, found), strict=True))


def _is(found, tones):
    heard = [found[tone] for tone in tones]
    others = [level for tone, level in found.items() if tone not in tones]
    return min(heard) > LOUDEST and min(heard) - max(others) > APART
