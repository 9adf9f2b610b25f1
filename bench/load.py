"""An open loop of callers: they come when they come, however slow the answers are."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

import aiohttp

PATIENCE = 5.0  # seconds; Vonage waits no longer for an NCCO


@dataclass(frozen=True, slots=True)
class Request:
    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Answered:
    """What became of the requests: seconds each, from when it was due, whatever its end.

    `wrong` got a reply that is not the right one, `late` none within `PATIENCE`.
    """

    latencies: list[float] = field(default_factory=list)
    wrong: int = 0
    late: int = 0


Check = Callable[[bytes], bool]  # whether this body is the right one


def arrivals(*, rate: float, seconds: float, seed: int) -> Iterator[float]:
    """Moments of a Poisson stream with `rate` per second, in seconds from its beginning."""
    chance = random.Random(seed)
    at = chance.expovariate(rate)
    while at < seconds:
        yield at
        at += chance.expovariate(rate)


def post_all(url: str, due: Sequence[float], requests: Sequence[Request], check: Check) -> Answered:
    """POST each request at its moment. Ends at most `PATIENCE` after the last one."""
    return asyncio.run(_post_all(url, due, requests, check))


def post_in_turn(url: str, requests: Sequence[Request], check: Check) -> Answered:
    """POST each request when the one before it is done: what one costs, without waiting."""
    return asyncio.run(_post_in_turn(url, requests, check))


async def _post_in_turn(url: str, requests: Sequence[Request], check: Check) -> Answered:
    answered = Answered()
    async with _session() as session:
        for request in requests:
            await _post(session, url, time.perf_counter(), request, check, answered)
    return answered


async def _post_all(
    url: str, due: Sequence[float], requests: Sequence[Request], check: Check
) -> Answered:
    answered = Answered()
    async with _session() as session, asyncio.TaskGroup() as group:
        began = time.perf_counter()
        for after, request in zip(due, requests, strict=True):
            # Not asyncio's sleep: its timers are a millisecond coarse.
            await asyncio.to_thread(_sleep_until, began + after)
            group.create_task(_post(session, url, began + after, request, check, answered))
    return answered


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=PATIENCE)
    )


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))


async def _post(
    session: aiohttp.ClientSession,
    url: str,
    due: float,
    request: Request,
    check: Check,
    answered: Answered,
) -> None:
    try:
        async with session.post(url, data=request.body, headers=request.headers) as response:
            is_right = check(await response.read()) and response.status == 200
            answered.wrong += not is_right
    except TimeoutError:
        answered.late += 1
    except aiohttp.ClientError:
        answered.wrong += 1
    answered.latencies.append(time.perf_counter() - due)


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part (0-1) of all values does not exceed."""
    return sorted(values)[max(0, ceil(part * len(values)) - 1)]
