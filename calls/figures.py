"""How queues have done in an interval. Pure: counts go in, figures come out.

A wait belongs to the interval in which it began, whenever it ended. A call that goes on to another
queue waits anew there, and counts in both; one that comes back to its wait, for its agent was lost,
was answered when it was first answered. Boards and reports share these formulas, so they agree.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the waits that began in an interval.

    A callback counts as entered only: whoever asked for one has left the queue. Who was answered
    before they asked was answered all the same.
    """

    entered: int = 0  # those who still wait as well
    answered: int = 0
    in_time: int = 0  # of the answered
    abandoned: int = 0  # after the queue's short-abandon time
    short: int = 0  # before it

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.entered + other.entered,
            self.answered + other.answered,
            self.in_time + other.in_time,
            self.abandoned + other.abandoned,
            self.short + other.short,
        )

    @property
    def offered(self) -> int:
        """All who entered but the short abandons."""
        return self.entered - self.short

    @property
    def counted(self) -> int:
        """The calls that a service level is of: answered or abandoned, without short abandons."""
        return self.answered + self.abandoned

    @property
    def service_level(self) -> int | None:
        """Answered in time / (answered + abandoned - short abandons), per cent rounded down.

        Overflows, callbacks and messages are in neither part. None without a call.
        """
        return 100 * self.in_time // self.counted if self.counted else None
