"""What the settings of a queue cannot be, each refusal a sentence. Pure: no Django, no I/O."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import groupby, pairwise

from contactcenter.lists import listed
from contactcenter.vonage import hosts, numbers

SHORTEST_INTERVAL = 15  # seconds; sooner, nobody would hear the music
LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home", "arpa", "test", "invalid")
NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
Place = tuple[int, str]  # a queue, and the flow's node whose way out a caller has there


@dataclass(frozen=True, slots=True)
class Step:
    """A skill that is asked for until so many seconds of waiting; None: always."""

    skill: str
    level: int
    until: int | None = None

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


def interval_problem(seconds: int) -> str:
    if 0 < seconds < SHORTEST_INTERVAL:
        return f"Write 0 for never, or at least {SHORTEST_INTERVAL} seconds."
    return ""


def choices_problem(seconds: int, *, callback: bool, message: bool) -> str:
    """Ways that are offered and never, or an interval at which nothing is offered."""
    if (callback or message) and not seconds:
        what = "callback" if callback else "message"
        return (
            f"A {what} is offered, but callers are never asked: write how often they are, at least "
            f"every {SHORTEST_INTERVAL} seconds."
        )
    if seconds and not (callback or message):
        return "There is nothing to offer: tick a callback or a message below, or write 0."
    return ""


def outlasting_problem(seconds: int, *, longest_wait: int, what: str) -> str:
    """What begins, or ends, only once callers have been sent away never comes about."""
    if seconds and seconds >= longest_wait:
        return f"Callers wait {longest_wait} s at most: {what} Write less than that."
    return ""


def announcing_problem(seconds: int, *, has_words: bool) -> str:
    if seconds and not has_words:
        return "There is nothing to announce: tick the position or the wait, or write a message."
    return ""


def relaxing_problems(steps: Iterable[Step]) -> list[str]:
    """Later steps of one skill must ask for less than the ones before."""
    found = []
    for _, group in groupby(sorted(steps, key=_order), key=lambda step: step.skill):
        for one, later in pairwise(group):
            if one.until == later.until:
                found.append(f"{one.skill} is asked for twice {_while(one)}. Delete one of them.")
            elif later.level >= one.level:
                found.append(
                    f"{later} {_while(later)} does not relax {one} {_while(one)}: each later step "
                    "of a skill must ask for a lower level."
                )
    return found


def unmet(steps: Iterable[Step], agents: Iterable[Mapping[str, int]]) -> list[str]:
    """What nobody can meet. `agents`: the skills of each, by name."""
    steps, agents = list(steps), list(agents)
    ends = sorted({step.until for step in steps if step.until is not None})
    found = []
    for start, end in pairwise([0, *ends, None]):
        asked = [step for step in steps if step.until is None or step.until > (start or 0)]
        if not any(all(has.get(one.skill, 0) >= one.level for one in asked) for has in agents):
            until = f"until {end} s of waiting" if end else "for as long as they wait"
            words = listed(_strongest(asked))
            found.append(f"Nobody in this queue has {words}, which callers need {until}.")
    return found


def number_problem(digits: str, *, own: Iterable[str]) -> str:
    """`digits`: as numbers.normal gives them."""
    if len(digits) < numbers.SHORTEST_ABROAD:
        return "Write a telephone number with its country code, such as +44 20 7946 0000."
    if digits in set(own):
        return "This is one of our own numbers: callers would go round. Choose its flow instead."
    return ""


def music_problem(url: str, *, public_url: str) -> str:
    """Why Vonage could not fetch this address, or must not be told to."""
    found = hosts.origin(url)
    if found is None:
        return "Write a plain address that begins with https:// or http://."
    if found == hosts.origin(public_url) or _is_public(found[1]):
        return ""
    return "Vonage cannot reach this address: it is not on the public internet."


def circle(
    starts: Iterable[Place],
    onward: Callable[[Place], Iterable[Place]],
    first_hops: Callable[[Place], Iterable[Place]],
) -> list[Place]:
    """The way from one of the places over one of its first hops back to itself; [] is: none."""
    for start in starts:
        for hop in first_hops(start):
            if way := _way(hop, start, onward):
                return [start, *way]
    return []


def reached(starts: Iterable[Place], onward: Callable[[Place], Iterable[Place]]) -> set[Place]:
    """Every place a caller can come to from these."""
    seen: set[Place] = set()
    todo = list(starts)
    while todo:
        place = todo.pop()
        if place not in seen:
            seen.add(place)
            todo.extend(onward(place))
    return seen


def _way(
    start: Place, goal: Place, onward: Callable[[Place], Iterable[Place]]
) -> list[Place] | None:
    """The shortest way, both ends included."""
    ways: list[list[Place]] = [[start]]
    seen = {start}
    for way in ways:  # grows while it is walked
        if way[-1] == goal:
            return way
        fresh = [place for place in dict.fromkeys(onward(way[-1])) if place not in seen]
        seen.update(fresh)
        ways.extend([*way, place] for place in fresh)
    return None


def _order(step: Step) -> tuple[str, float]:
    return step.skill, float("inf") if step.until is None else step.until


def _strongest(steps: Iterable[Step]) -> list[str]:
    """Each skill at the highest level that is asked for."""
    by_level = sorted(steps, key=lambda step: step.level)
    return sorted({step.skill: str(step) for step in by_level}.values())


def _while(step: Step) -> str:
    return "always" if step.until is None else f"until {step.until} s"


def _is_public(host: str) -> bool:
    *_, last = labels = host.split(".")
    if host.startswith("[") or NUMERIC.fullmatch(last):
        return _is_public_address(host.strip("[]"))
    return len(labels) > 1 and last not in LOCAL_NAMES


def _is_public_address(text: str) -> bool:
    """False also for other ways to write a private one, such as 127.1 or 0x7f.0.0.1."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return inner.is_global and not inner.is_multicast
