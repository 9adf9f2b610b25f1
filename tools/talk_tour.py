"""What a call that goes on looks like at the console, told to the page: hold to conference."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tools.pages import ConsolePage
from tools.retold import Retold as Told
from tools.retold import Row
from tools.tour import Views

CALL = 9
CARD = {
    "id": CALL, "kind": "call", "number": None, "from": "447700900123", "to": "442079460000",
    "queue": "Sales", "steps": [], "note": "", "disposition": None, "dispositions": [],
    "outcome_required": False, "calls_30_days": 0, "earlier": [],
}  # fmt: skip
BUSY = "In a call for 6 minutes."
TARGETS: dict[str, list[Any]] = {
    "agents": [
        {"username": "joe", "name": "Joe", "state": "available", "reason": None}
        | {"since": None, "available": True, "why": None},
        {"username": "kim", "name": "Kim", "state": "busy", "reason": None}
        | {"since": None, "available": False, "why": BUSY},
    ],
    "queues": [
        {"name": "Sales", "waiting": 4, "agents_available": 0, "open": True},
        {"name": "Support", "waiting": 0, "agents_available": 2, "open": True},
        {"name": "Night", "waiting": 0, "agents_available": 0, "open": False},
    ],
    "flows": [{"name": "Menu"}],
    "numbers": ["442079460991"],
}
DIAL = {
    "caller_ids": [
        {"number": "442079460000", "label": "Menu", "usual": False},
        {"number": "442079460002", "label": None, "usual": True},
    ],
    "recent": [
        {"number": "447700900456", "name": None, "direction": "inbound", "at": None},
        {"number": "447700900457", "name": "Ann Bee", "direction": "outbound", "at": None},
    ],
    "rules": ["Numbers in the United Kingdom.", "At most five calls in a minute."],
}
LISTENING = {
    "call": 77, "leg": 7, "mode": "listen", "state": "joined", "name": "Joe",
    "number": "447700900123", "uuid": None, "phone_call": None,
}  # fmt: skip


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def party(leg: int, kind: str, **facts: Any) -> Row:
    """Somebody in a call."""
    return {
        "leg": leg, "kind": kind, "name": None, "number": None, "role": None, "state": "in",
        "me": False, "since": ago(30), "removable": False, **facts,
    }  # fmt: skip


def customer(**facts: Any) -> Row:
    return party(1, "customer", number="447700900123", **facts)


def own(**facts: Any) -> Row:
    return party(2, "agent", name="Jane", me=True, **facts)


def joe(**facts: Any) -> Row:
    return party(3, "agent", name="Joe", **facts)


def talk(**facts: Any) -> Row:
    """The call at hand, as the agent whose call it is sees it."""
    return {
        "id": CALL, "state": "connected", "kind": "call", "direction": "inbound",
        "from": "447700900123", "to": "442079460000", "number": None, "queue": "Sales",
        "enqueued_at": ago(362), "answered_at": ago(250), "held_at": None, "mine": True,
        "machine": False, "pop": None, "uuid": None, "phone_call": None,
        "parties": [customer(), own()], "consult": None, "commands": [], "supervisors": [], **facts,
    }  # fmt: skip


def held(seconds: float = 12, **facts: Any) -> Row:
    """The same with the customer on hold for so long."""
    at = ago(seconds)
    return talk(state="held", held_at=at, **{"parties": [customer(state="held"), own()], **facts})


def consulting(state: str, **facts: Any) -> Row:
    """Jane asks Joe about the customer."""
    consult = {"leg": 3, "name": "Joe", "number": None, "state": state, "since": ago(31)}
    where = {"ringing": "ringing", "aside": "aside"}.get(state, "in")
    parties = [customer(state="held"), own(), joe(role="consult", state=where)]
    is_held = state in {"ringing", "talking"}
    return (held if is_held else talk)(**{"consult": consult, "parties": parties, **facts})


def dialling(**facts: Any) -> Row:
    """A call that Jane makes; it rings."""
    return talk(
        state="dialing", direction="outbound", to="447700900456", queue=None, enqueued_at=None,
        answered_at=None, **{"from": "442079460000", **facts},
    )  # fmt: skip


def offer(kind: str, **facts: Any) -> Row:
    return {
        "id": 5, "call": CALL, "kind": kind, "queue": "Sales", "from": "447700900123",
        "to": "442079460000", "number": None, "enqueued_at": None, "ring_until": ago(-60),
        "priority": 0, "needs": [], "uuid": None, "choice": None, "why": None, "by": "Joe",
        **facts,
    }  # fmt: skip


def prepare(told: Told) -> None:
    """What the page asks besides, about the call that it is told of."""
    told.answers(f"/api/calls/{CALL}/card", CARD)
    told.answers("/api/targets*", TARGETS)
    told.answers("/api/dial", DIAL)


class TalkTour:
    """Made before Jane's console is opened."""

    def __init__(self, jane: ConsolePage) -> None:
        self._jane, self._page = jane, jane.page
        self._told = Told(jane.page)
        prepare(self._told)

    def calling_out(self) -> Views:
        """Colleagues to coach, the form for a call, and the call while it rings."""
        told, jane, page = self._told, self._jane, self._page
        jane.log_in().go_available()
        told.people(state="busy", call=77, since=ago(60))
        jane.button("Listen, Joe").wait_for()
        yield "coaching", page
        jane.opens_dialling()
        page.get_by_text("Ann Bee").wait_for()
        yield "make-a-call", page
        jane.button("Keys for the number").click()
        jane.dials("12")
        yield "make-a-call-refused", page
        page.keyboard.press("Escape")
        told.agent(state="busy", call=dialling(machine=True))
        jane.says("An answering machine")
        yield "calling-out", page

    def asked(self) -> Views:
        """What a colleague asks of Jane."""
        told, jane, page = self._told, self._jane, self._page
        told.agent(state="offered", offer=offer("consult"), since=ago(2))
        jane.says("asks you about")
        yield "offer-of-a-consultation", page
        parties = [customer(state="held"), own(role="consult"), joe()]
        told.agent(state="busy", call=held(mine=False, parties=parties))
        jane.says("Talking with Joe")
        yield "consulted", page

    def handed_on(self) -> Views:
        """Hold, transfer, consultation and conference."""
        told, jane, page = self._told, self._jane, self._page
        told.agent(state="busy", call=held(72))
        jane.says("On hold for more than a minute")
        yield "held", page
        told.agent(state="busy", call=talk(supervisors=[{"name": "Ada", "mode": "listen"}]))
        jane.says("Ada listens")
        jane.control("Transfer").click()
        page.get_by_text(BUSY).wait_for()
        yield "transfer", page
        jane.control("Add").click()
        page.get_by_role("button", name="Add Joe").wait_for()
        yield "add", page
        page.keyboard.press("Escape")
        for state in ("ringing", "talking", "aside"):
            told.agent(state="busy", call=consulting(state))
            jane.control("Swap").wait_for()
            yield f"consultation-{state}", page
        number = party(4, "number", number="442079460991", role="conference", removable=True)
        parties = [customer(), own(), joe(role="conference"), number | {"state": "ringing"}]
        told.agent(state="busy", call=talk(parties=parties))
        jane.button("Leave").wait_for()
        yield "conference", page

    def coaching(self) -> Views:
        """Jane listens to Joe."""
        told, jane, page = self._told, self._jane, self._page
        told.agent(state="busy", call=None, supervision=LISTENING | {"since": ago(70)})
        jane.has(view="coach")
        yield "listening", page
        whispering = LISTENING | {"mode": "whisper", "since": ago(70)}
        told.agent(state="busy", call=None, supervision=whispering)
        jane.says("Joe hears you, the caller does not.")
        yield "whispering", page
        told.agent()
        told.people()
        jane.has(view="available")
