"""The threads that send, and which of them is woken.

If all of them looked at every change, they would stand in each other's way: one looks, and if it
finds something to send it wakes the next one before it sends it.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Sender:
    """One thread that sends."""

    fetches: bool  # also the sound of messages
    woken: threading.Event = field(default_factory=threading.Event)
    is_sending: bool = False

    def begin(self) -> None:
        """It is about to look; whoever wakes it from now on has it look once more."""
        self.woken.clear()
        self.is_sending = False


class Senders(list[Sender]):
    def wake_one(self) -> None:
        """Have one look that does not send now; where all do, each looks when it has done so.

        Not one that was woken and has not looked since: it may be held up.
        """
        resting = [one for one in self if not one.is_sending and not one.woken.is_set()]
        # Only some may send everything.
        for one in sorted(resting, key=lambda one: not one.fetches)[:1]:
            one.woken.set()

    def wake_all(self) -> None:
        for one in self:
            one.woken.set()

    def found(self, sender: Sender) -> None:
        """This one is about to send something: another one looks whether there is more."""
        sender.is_sending = True
        self.wake_one()


def senders(shifts: Iterable[bool]) -> Senders:
    """One for each shift, which says whether it fetches messages."""
    return Senders(Sender(fetches) for fetches in shifts)
