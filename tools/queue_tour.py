"""What the work of queues looks like at the console: told to the page where it takes long."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.pages import ConsolePage
from tools.retold import Retold
from tools.tour import Tour, Views

LATE, EARLY = timedelta(minutes=20), timedelta(minutes=50)
OUTCOMES = [
    {"id": 1, "label": "Sold", "children": []},
    {"id": 2, "label": "Wrong number", "children": []},
    {
        "id": 3,
        "label": "Interested",
        "children": [{"id": 4, "label": "Wants a quote"}, {"id": 5, "label": "Wants a visit"}],
    },
    {
        "id": 6,
        "label": "Complaint",
        "children": [{"id": 7, "label": "About the bill"}, {"id": 8, "label": "About a fault"}],
    },
]


class QueueTour:
    """Goes on with a tour; made before Jane's console is opened."""

    def __init__(self, tour: Tour, jane: ConsolePage) -> None:
        self._tour, self._jane, self._page = tour, jane, jane.page
        self._told = Retold(jane.page)

    def between_calls(self) -> Views:
        """Things to do, and states that somebody else has set."""
        told, page = self._told, self._page
        told.answers("/api/todo", _todo())
        told.answers("/api/calls/9/card", {"dispositions": OUTCOMES})
        self._jane.log_in().go_available()
        told.queues(voicemails=2, callbacks=1)
        told.agent(outcomes=1)
        page.get_by_text("tried 1 of 3 times").wait_for()
        yield "todo", page
        page.route("**/api/todo", lambda route: route.fulfill(status=503, body="{}"))
        told.agent(outcomes=2)
        page.get_by_text("The list could not be loaded.").wait_for()
        yield "todo-failed", page
        told.agent(taken={"by": "Joe", "queue": "Sales", "at": _ago(timedelta(0))})
        self._jane.says("Joe has taken the Sales call.")
        yield "taken", page
        told.agent(state="on_break", reason="lunch", since=_ago(EARLY), limit_at=_ago(LATE))
        self._jane.says("Lunch was over at")
        yield "over-the-limit", page
        told.agent(state="on_break", reason="device", since=_ago(LATE), actor=None)
        self._jane.says("Set by the system")
        yield "break-by-the-system", page
        told.agent(state="offline", reason="unreachable", since=_ago(LATE), actor=None)
        self._jane.has(view="offline")
        yield "offline-by-the-system", page
        told.agent()
        self._jane.has(view="available")

    def in_a_call(self) -> Views:
        """A callback from the offer to its outcome; Jane is available."""
        told, jane, page = self._told, self._jane, self._page
        customer = self._tour.dial()
        jane.is_rung()
        callback = {"kind": "callback", "number": "447700900456"}
        asks = {"priority": 2, "needs": ["French 3", "Repairs 2"], "why": "Longest idle in Sales"}
        lunch = {"next_state": "on_break", "next_reason": "lunch"}
        told.agent(offer=callback | asks, **lunch)
        jane.says("They asked to be called")
        yield "offer-of-a-callback", page
        told.agent()
        jane.answers()
        told.agent(call={**callback, "state": "dialing", "answered_at": None}, **lunch)
        jane.says("Calling, it rings")
        yield "calling-back", page
        told.agent()
        self._ask_for_an_outcome()
        customer.hang_up()
        jane.has(view="wrapup")
        told.agent(wrap_up={"outcome_required": True, "outcome": None}, **lunch)
        jane.says("An outcome is required")
        yield "outcome-required", page
        told.agent()
        jane.is_done()

    def _ask_for_an_outcome(self) -> None:
        """Cards list broader and narrower outcomes from now on."""

        def answer(route: Any) -> None:
            card = route.fetch().json()
            route.fulfill(json=card | {"dispositions": OUTCOMES, "outcome_required": True})

        self._page.route(re.compile(r"/api/calls/\d+/card"), answer)


def _ago(how_long: timedelta) -> str:
    return (datetime.now(UTC) - how_long).isoformat()


def _todo() -> dict[str, list[dict[str, Any]]]:
    sales, support = {"queue": "Sales"}, {"queue": "Support"}
    message = {"began_at": _ago(LATE), "state": "claimed", "audio": "/static/audio/hold.mp3"}
    callback = {"asked_at": _ago(EARLY), "enqueued_at": _ago(EARLY), "max_tries": 3}
    return {
        "voicemails": [
            {"id": 1, "call": 1, "number": "447700900123", "duration": 48, **sales, **message}
            | {"state": "new", "claimed_by": None, "mine": False, "claimable": True},
            {"id": 2, "call": 2, "number": "", "duration": 7, **support, **message}
            | {"claimed_by": "Jane", "mine": True, "claimable": True},
            {"id": 3, "call": 3, "number": "442079460991", "duration": None, **support, **message}
            | {"claimed_by": "Joe", "mine": False, "claimable": True, "audio": None},
        ],
        "callbacks": [
            {"id": 1, "call": 4, "number": "447700900456", **sales, **callback}
            | {"tries": 1, "state": "waiting", "retry_at": _ago(-LATE)},
            {"id": 2, "call": 5, "number": "447700900457", **support, **callback}
            | {"tries": 0, "state": "calling", "retry_at": None},
        ],
        "outcomes": [
            {"call": 9, "number": "447700900999", **sales}
            | {"answered_at": _ago(EARLY), "ended_at": _ago(LATE)}
        ],
    }
