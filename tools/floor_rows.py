"""What a floor is made of, as the server tells it: rows, and whole floors."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
TABLES = ("queues", "waiting", "agents", "calls")
MODES = ("listen", "whisper", "barge", "take_over")
HELD = "The customer is on hold, so nobody else can talk to them now."


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def queue(number: int, name: str, /, **facts: Any) -> Row:
    """A queue's row on a quiet day."""
    return {
        "id": number, "name": name, "waiting": 0, "longest_since": None, "agents_available": 2,
        "agents_signed_in": 5, "in_calls": 2, "answered_today": 91, "offered_today": 96,
        "service_level": 91, "target": {"percent": 80, "seconds": 20}, "abandoned_today": 3,
        "state": "ok", "open": True, **facts,
    }  # fmt: skip


def waiting(number: int, queue: str, seconds: float, /, **facts: Any) -> Row:
    """A caller who has waited so long."""
    return {
        "id": number, "queue": queue, "number": f"4477009{number:05}", "name": None,
        "enqueued_at": ago(seconds), "priority": 0, "position": 1, "kind": "call",
        "offered_to": None, "candidates": [], "why": "Nobody is free: 3 in a call.", **facts,
    }  # fmt: skip


def agent(number: int, name: str, state: str, seconds: float, /, **facts: Any) -> Row:
    """An agent who has been so for this long."""
    return {
        "id": number, "username": name.lower().replace(" ", ""), "name": name,
        "team": "Customer service", "state": state, "reason": None, "reason_label": None,
        "since": ago(seconds), "limit_at": None, "next_state": None,
        "queues": ["Sales", "Support"], "call": None, "call_number": None,
        "call_queue": None, "call_state": None, "talk_since": None, "held_at": None, "kind": None,
        "wrap_up_until": None, "connection": "ok", "supervised_by": [],
        "can": dict.fromkeys(MODES, f"{name} is not in a call that goes on."), **facts,
    }  # fmt: skip


def talking(number: int, name: str, call: int, seconds: float, /, **facts: Any) -> Row:
    """An agent in a call that may be supervised."""
    told = {
        "call": call, "call_number": f"4477009{call:05}", "call_queue": "Support",
        "call_state": "connected", "talk_since": ago(seconds), "kind": "call",
        "can": dict.fromkeys(MODES),
    }  # fmt: skip
    return agent(number, name, "busy", seconds, **(told | facts))


def call(number: int, seconds: float, /, *agents: str, **facts: Any) -> Row:
    """A call that goes on with these agents."""
    return {
        "id": number, "number": f"4477009{number:05}", "name": None, "queue": "Support",
        "state": "connected", "since": ago(seconds), "agents": list(agents), "held_at": None,
        "supervisions": [], **facts,
    }  # fmt: skip


def supervising(number: int, mode: str, /, **facts: Any) -> Row:
    """What I supervise: that call, in this mode."""
    return {
        "call": number, "leg": 7, "mode": mode, "state": "joined", "uuid": "u7",
        "phone_call": "u7", "since": ago(40), **facts,
    }  # fmt: skip


def taken(**facts: Any) -> Row:
    """A call of mine that I took over, an hour and some seconds ago."""
    return {
        "id": 210, "uuid": "u7", "phone_call": "u7", "kind": "take_over",
        "number": "447700900210", "name": None, "since": ago(3605), **facts,
    }  # fmt: skip


def floor(**parts: Any) -> Row:
    """A whole floor; without parts, one where nothing goes on."""
    empty: Row = {name: [] for name in TABLES}
    totals = {
        "waiting": 0, "longest_since": None, "available": 0, "offered": 0, "busy": 0,
        "wrap_up": 0, "on_break": 0, "missed": 0, "offline": 0, "service_level": None,
        "service_level_30": None, "target": None,
    }  # fmt: skip
    me = {"name": "Ada", "agent_id": 90, "supervision": None, "call": None, "wrap_up_until": None}
    return empty | {"alerts": [], "totals": totals, "me": me} | parts


def afternoon() -> Row:
    """A floor with everything on it: queues over their target, and every state of agents."""
    longest = ago(161)
    held = {**dict.fromkeys(MODES), "barge": HELD, "take_over": HELD}
    return floor(
        queues=[
            queue(1, "Billing"),
            queue(2, "Support", waiting=4, longest_since=longest, agents_available=0, in_calls=5,
                  service_level=71, state="over", abandoned_today=11),
            queue(3, "Sales", waiting=2, longest_since=ago(17), service_level=83, state="near",
                  target={"percent": 80, "seconds": 20}),
            queue(4, "Welsh line", waiting=1, longest_since=ago(9), agents_available=1),
            queue(5, "Complaints", offered_today=0, answered_today=0, abandoned_today=0,
                  service_level=None, open=False),
        ],
        waiting=[
            waiting(101, "Support", 161, enqueued_at=longest, priority=5, candidates=[
                {"agent": 8, "name": "Hannah", "score": None, "state": "wrap_up"},
                {"agent": 4, "name": "Dev", "score": None, "state": "busy"}],
                why="Nobody is free: 5 in a call, 1 in wrap-up."),
            waiting(102, "Support", 115, priority=5, position=2),
            waiting(103, "Sales", 17, number=None, priority=8),
            waiting(104, "Support", 31, position=3, name="Mr Aldous Featherstonehaugh",
                    why="Nobody who is signed in serves Support with the skills asked for."),
            waiting(105, "Welsh line", 9, offered_to="Jane", why="It rings for Jane."),
            waiting(106, "Sales", 4, kind="callback", position=2),
        ],
        agents=[
            agent(1, "Jane", "offered", 6, call=105, call_number="447700900105",
                  call_queue="Welsh line", call_state="offered", kind="call"),
            talking(2, "Joe", 209, 432, call_state="held", held_at=ago(184), can=held),
            talking(4, "Dev", 210, 380, supervised_by=[{"name": "Ben", "mode": "listen"}]),
            talking(5, "Elsa", 211, 62, connection="lost"),
            agent(7, "Gareth", "on_break", 2770, reason="lunch", reason_label="Lunch",
                  limit_at=ago(70)),
            agent(8, "Hannah", "wrap_up", 18, wrap_up_until=ago(-120)),
            agent(9, "Ines", "available", 760),
            agent(10, "Jon", "missed", 51),
            talking(11, "Kim", 212, 130, call_queue=None, kind="outgoing", next_state="on_break"),
            agent(12, "Lou", "available", 213, team="Sales", queues=["Sales"]),
            agent(13, "Mia", "offline", 9000, team="Sales", queues=["Sales"], connection="none"),
        ],
        calls=[
            call(209, 432, "Joe", state="held", held_at=ago(184)),
            call(210, 380, "Dev", supervisions=[
                {"id": 1, "by": "Ben", "agent": 91, "mode": "listen", "mine": False}]),
            call(211, 62, "Elsa"),
            call(212, 130, "Kim", queue=None, name="Bramble & Sons"),
        ],
        alerts=[
            {"key": "crowd:2", "level": "danger", "since": ago(140), "queue": 2, "agent": None,
             "text": "Support: somebody waits more than twice the target of 20 s"},
            {"key": "hold:2", "level": "warn", "since": ago(184), "queue": None, "agent": 2,
             "text": "Joe: the customer has been on hold for more than 180 s"},
            {"key": "break:7", "level": "warn", "since": ago(70), "queue": None, "agent": 7,
             "text": "Gareth: Lunch is over its time"},
        ],
        totals={
            "waiting": 6, "longest_since": longest, "available": 2, "offered": 1, "busy": 4,
            "wrap_up": 1, "on_break": 1, "missed": 1, "offline": 1, "service_level": 82,
            "service_level_30": 74, "target": {"percent": 80, "seconds": 20},
        },
    )  # fmt: skip


def crowded(agents: int = 1000, callers: int = 200, queues: int = 20) -> Row:
    """A big centre at its busiest."""
    names = [f"Queue {number:02}" for number in range(1, queues + 1)]
    states = itertools.cycle(("available", "busy", "busy", "wrap_up", "on_break", "offline"))
    people = [
        talking(one, f"Agent {one:04}", 10_000 + one, one)
        if state == "busy"
        else agent(one, f"Agent {one:04}", state, one)
        for one, state in zip(range(1, agents + 1), states, strict=False)
    ]
    return floor(
        queues=[queue(number, name, waiting=10) for number, name in enumerate(names, 1)],
        waiting=[
            waiting(one, names[one % queues], one, position=one) for one in range(1, callers + 1)
        ],
        agents=people,
        calls=[call(one["call"], one["id"], one["name"]) for one in people if one["call"]],
        totals={
            "waiting": callers, "longest_since": ago(callers), "available": agents // 6,
            "offered": 0, "busy": agents // 3, "wrap_up": agents // 6, "on_break": agents // 6,
            "missed": 0, "offline": agents // 6, "service_level": 80,
            "service_level_30": 80, "target": {"percent": 80, "seconds": 20},
        },
    )  # fmt: skip
