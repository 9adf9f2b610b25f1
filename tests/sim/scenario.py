"""A day on a floor, drawn from a seed: what both simulations play. Pure: no Django, no clock.

The same seed gives the same queues, agents, callers and faults, whoever plays them. Every kind of
chance has a stream of its own, so that one more draw here moves nothing there.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from calls.states import Strategy

KEYS = ("", "1", "2")  # of the choices while waiting
SMALL = 5_000  # up to so many calls: a floor of a few agents, drawn anew by every seed


def stream(seed: int, name: str) -> random.Random:
    return random.Random(f"{seed}/{name}")  # noqa: S311 - to be repeated, not to be secret


@dataclass(frozen=True, slots=True)
class Skilled:
    """A skill a queue asks for: at least this level, for the first `until` seconds of a wait."""

    skill: int
    level: int
    until: float | None = None


@dataclass(frozen=True, slots=True)
class QueuePlan:
    id: int
    share: float  # of the callers
    strategy: Strategy = Strategy.LONGEST_IDLE
    priority: int = 0
    needs: tuple[Skilled, ...] = ()
    max_size: int = 200
    max_wait: float = 1800.0
    offer_seconds: float = 20.0
    wrap_up: float = 30.0
    # Where callers go who cannot wait: reason (full, late) → (target, other queue)
    overflow: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    choices_after: float | None = None  # seconds of waiting; callback and message are offered
    callback_tries: int = 3
    callback_retry: float = 300.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How often an agent does what with an offer; the rest is accepted."""

    decline: float = 0.03
    miss: float = 0.02
    unreachable: float = 0.02
    media: float = 0.01


@dataclass(frozen=True, slots=True)
class AgentPlan:
    id: int
    queues: dict[int, int]  # queue → place (top-down)
    skills: dict[int, int]  # skill → level
    manner: Manner = Manner()
    calm: float = 720.0  # mean seconds between two flaps: a break, a lost console, a lost call


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who calls: what they will do, whatever becomes of them."""

    number: int
    at: float
    queue: int
    menu: float  # seconds until the key is pressed
    patience: float  # seconds of waiting before they hang up
    talk: float
    press: str = ""  # when asked: "1" a callback, "2" a message, "" neither
    hangs_up: bool = True  # ends the talk; otherwise the agent does
    answers_callback: float = 0.7  # how likely


@dataclass(frozen=True, slots=True)
class Faults:
    """How bad the world is. Shares of webhooks and of requests, unless said otherwise."""

    duplicate: float = 0.0
    reorder: float = 0.0
    reorder_seconds: float = 30.0
    drop: float = 0.0
    api_429: float = 0.0
    api_5xx: float = 0.0
    api_timeout: float = 0.0
    timeout_executed: float = 0.5  # share of the timed-out requests that took place all the same
    kills: int = 0  # of our process, at random points of the run
    skew: float = 0.0  # the platform's clock goes wrong by up to so many seconds


NONE = Faults()
BAD = Faults(
    duplicate=0.1, reorder=0.1, drop=0.01, api_429=0.01, api_5xx=0.05, api_timeout=0.02, kills=3,
    skew=120.0,
)  # fmt: skip
FAULTS = {"none": NONE, "bad": BAD}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent does with one offer, and after how many seconds of ringing."""

    kind: str  # accept, decline, miss, unreachable, media
    after: float


@dataclass(frozen=True, slots=True)
class Scenario:
    seed: int
    calls: int
    queues: tuple[QueuePlan, ...]
    agents: tuple[AgentPlan, ...]
    faults: Faults
    rate: float  # calls a second
    talk: float  # mean seconds
    patience: float  # mean seconds

    @classmethod
    def make(cls, seed: int, *, calls: int, faults: Faults = BAD) -> "Scenario":
        draw = stream(seed, "floor")
        is_small = calls <= SMALL
        queues = _queues(draw, draw.randint(1, 6) if is_small else 20, is_small)
        agents = _agents(draw, draw.randint(3, 16) if is_small else 500, queues)
        talk = draw.uniform(20, 90) if is_small else 180.0
        wrap_up = sum(queue.share * queue.wrap_up for queue in queues)
        load = draw.uniform(0.6, 1.3) if is_small else 0.7
        # Never above what three set-ups a second can carry, with the offers that come to nothing.
        rate = min(load * len(agents) / (talk + wrap_up + 8), 2.2)
        patience = draw.uniform(30, 240) if is_small else 240.0
        return cls(seed, calls, queues, agents, faults, rate, talk, patience)

    @property
    def seconds(self) -> float:
        """About how long the callers keep coming."""
        return self.calls / self.rate

    def callers(self) -> Iterator[Caller]:
        """All who call, in the order of their arrival (Poisson)."""
        draw = stream(self.seed, "callers")
        at = 0.0
        ids = [queue.id for queue in self.queues]
        shares = list(accumulate(queue.share for queue in self.queues))
        for number in range(self.calls):
            at += draw.expovariate(self.rate)
            yield Caller(
                number=number,
                at=at,
                queue=draw.choices(ids, cum_weights=shares)[0],
                menu=draw.uniform(1, 9),
                patience=draw.expovariate(1 / self.patience),
                talk=draw.expovariate(1 / self.talk),
                press=draw.choices(KEYS, cum_weights=(0.5, 0.8, 1.0))[0],
                hangs_up=draw.random() < 0.7,
            )

    def kills(self) -> list[float]:
        """When our process dies, each time."""
        draw = stream(self.seed, "kills")
        return sorted(draw.uniform(0, self.seconds) for _ in range(self.faults.kills))

    def skew(self) -> float:
        """What the platform's clock shows more than ours."""
        return stream(self.seed, "skew").uniform(-self.faults.skew, self.faults.skew)


def answer(manner: Manner, draw: random.Random) -> Answer:
    """What an agent of this manner does with the next offer."""
    dice, after = draw.random(), draw.uniform(0.5, 8)
    for kind in ("decline", "miss", "unreachable", "media"):
        dice -= getattr(manner, kind)
        if dice < 0:
            return Answer(kind, after)
    return Answer("accept", after)


def _queues(draw: random.Random, count: int, is_small: bool) -> tuple[QueuePlan, ...]:
    weights = [draw.uniform(0.2, 1) for _ in range(count)]
    return tuple(
        _queue(draw, number, weight / sum(weights), count, is_small)
        for number, weight in enumerate(weights, 1)
    )


def _queue(draw: random.Random, number: int, share: float, count: int, is_small: bool) -> QueuePlan:
    strategies = [one for one in Strategy if is_small or one != Strategy.RING_ALL]
    return QueuePlan(
        id=number,
        share=share,
        strategy=draw.choice(strategies),
        priority=draw.choice([0, 0, 0, 1, 5, -3]),
        needs=_needs(draw),
        max_size=draw.choice([3, 10, 200]) if is_small else 200,
        max_wait=draw.choice([20.0, 60.0, 120.0, 900.0]) if is_small else 900.0,
        offer_seconds=draw.choice([10.0, 20.0]),
        wrap_up=draw.choice([0.0, 5.0, 30.0]),
        overflow={reason: _overflow(draw, number, count) for reason in ("full", "late")},
        choices_after=draw.choice([None, 15.0, 30.0]),
        callback_tries=draw.randint(1, 3),
        callback_retry=draw.choice([30.0, 300.0]),
    )


def _needs(draw: random.Random) -> tuple[Skilled, ...]:
    """None, or a skill in one or two steps that relax, the last of them maybe never."""
    if draw.random() < 0.5:
        return ()
    skill, level = draw.randint(1, 4), draw.randint(2, 5)
    first = Skilled(skill, level, until=draw.choice([10.0, 30.0]))
    last = Skilled(skill, level - 1, until=draw.choice([20.0, 60.0, None]))
    return (first, last)


def _overflow(draw: random.Random, number: int, count: int) -> tuple[str, int | None]:
    others = [other for other in range(1, count + 1) if other != number]
    targets = ["hang_up", "flow_exit", "voicemail", "number", *(["queue"] * 2 if others else [])]
    target = draw.choice(targets)
    return target, draw.choice(others) if target == "queue" else None


def _agents(
    draw: random.Random, count: int, queues: tuple[QueuePlan, ...]
) -> tuple[AgentPlan, ...]:
    return tuple(_agent(draw, number, count, queues) for number in range(1, count + 1))


def _agent(
    draw: random.Random, number: int, count: int, queues: tuple[QueuePlan, ...]
) -> AgentPlan:
    ids = [queue.id for queue in queues]
    served = draw.sample(ids, draw.randint(1, min(3, len(ids))))
    own = ids[number % len(ids)]  # nobody waits in a queue without agents
    return AgentPlan(
        id=number,
        queues={queue: draw.randint(0, count) for queue in sorted({own, *served})},
        skills={skill: draw.randint(1, 5) for skill in range(1, 5) if draw.random() < 0.6},
        manner=Manner(*(draw.uniform(0, 0.08) for _ in range(4))),
    )
