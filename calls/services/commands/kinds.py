"""Every kind of command that can be asked for while a call goes on."""

from calls.services import inviting
from calls.services.asked import Act
from calls.services.commands.ending import END
from calls.services.holding import HOLD, RESUME
from calls.services.supervising import LEAVE, SUPERVISE
from calls.services.transferring.asking import TRANSFER

ACTS: dict[str, Act] = {
    "add": inviting.ADD,
    "cancel": inviting.CANCEL,
    "complete": inviting.COMPLETE,
    "consult": inviting.CONSULT,
    "end": END,
    "hold": HOLD,
    "resume": RESUME,
    "transfer": TRANSFER,
    "merge": inviting.MERGE,
    "remove": inviting.REMOVE,
    "swap": inviting.SWAP,
    "supervise": SUPERVISE,
    "leave": LEAVE,
}
