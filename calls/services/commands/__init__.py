"""What somebody asks to be done with a call: kept as a row, done now or within seconds."""

from calls.services.commands.asking import arrived, ask, give_up, refused, tell
from calls.services.commands.connecting import connect, retry
from calls.services.commands.kinds import ACTS

__all__ = ["ACTS", "arrived", "ask", "connect", "give_up", "refused", "retry", "tell"]
