import asyncio

import pytest

from sandbox.media.frames import FRAME
from sandbox.media.mixer import Mixer, Port


class Time:
    """A clock that only moves when the mixer sleeps, or when a test says that it worked."""

    def __init__(self, until: float) -> None:
        self.now = 1000.0
        self.end = 1000.0 + until
        self.slept: list[float] = []
        self.delays: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds + (self.delays.pop(0) if self.delays else 0.0)
        if self.now >= self.end - 1e-9:
            raise asyncio.CancelledError


def running(until: float) -> tuple[Time, Mixer, Port]:
    time = Time(until)
    mixer = Mixer(clock=time.clock, sleep=time.sleep)
    port = mixer.ports["leg"] = Port("leg")
    return time, mixer, port


async def run(mixer: Mixer) -> None:
    with pytest.raises(asyncio.CancelledError):
        await mixer.run()


def ticks(port: Port) -> int:
    return port.ear.since() // FRAME


async def test_it_ticks_fifty_times_a_second():
    _, mixer, port = running(until=10)

    await run(mixer)

    assert ticks(port) == 500
    assert mixer.underruns == 0


async def test_late_wake_ups_do_not_add_up():
    time, mixer, port = running(until=10)
    time.delays = [0.003] * 1000

    await run(mixer)

    assert ticks(port) == 500
    assert time.slept[1:10] == pytest.approx([0.017] * 9)


async def test_ten_frames_are_caught_up_at_once_with_a_turn_for_others_after_each():
    time, mixer, port = running(until=2)
    time.delays = [0.0, 0.2]

    await run(mixer)

    assert ticks(port) == 100
    assert mixer.underruns == 0
    assert time.slept[2:12] == pytest.approx([0.0] * 10, abs=1e-9)


@pytest.mark.parametrize(("late", "lost"), [(0.225, 0), (0.245, 1)])
async def test_eleven_frames_behind_is_one_too_many(late, lost):
    time, mixer, _ = running(until=2)
    time.delays = [0.0, late]

    await run(mixer)

    assert mixer.underruns == lost


async def test_what_is_further_behind_is_given_up_and_counted():
    time, mixer, port = running(until=4)
    time.delays = [0.0, 1.005]

    await run(mixer)

    assert mixer.underruns == pytest.approx(40, abs=1)
    assert ticks(port) + mixer.underruns == 200


async def test_it_ends_when_it_is_cancelled():
    mixer = Mixer()
    task = asyncio.create_task(mixer.run())
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
