"""What a console can say of its agent and their calls: each command and what it needs.

What is to be done with a call that goes on is a kind of `calls.services.commands.ACTS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from agents import phones
from agents.phones import Phone
from agents.sessions import logged_in
from calls.errors import UnknownCommand
from calls.services import commands, handling, offers, phone, presence, voicemails
from calls.services.journal import LARGEST_ID
from contactcenter.storable import UNSTORABLE

Content = Mapping[str, Any]


class LoggedOut(Exception):
    """The log-in behind a window is over; nothing was done."""


@dataclass(frozen=True, slots=True)
class Command:
    """`arguments` reads them from what was sent and from the log-in's name, or UnknownCommand."""

    service: Callable[..., object]
    arguments: Callable[[Content, str], dict[str, Any]]
    needs_phone: bool = True  # refused while another window is the agent's telephone


def run(
    name: object,
    content: Content,
    *,
    agent_id: int,
    actor: str,
    session_key: str | None,
    epoch: int | None,
    now: datetime,
) -> dict[str, Any]:
    """Do what the console says, or Refused; returns what its result says besides.

    `epoch`: with which it holds the phone, if it does.
    """
    command = COMMANDS.get(str(name)) or _of_a_call(str(name))
    if command is None:
        raise UnknownCommand("There is no such command.")
    arguments = command.arguments(content, actor)
    check_log_in(session_key, now)
    if command.needs_phone:
        phones.check(agent_id=agent_id, epoch=epoch, now=now)
    done = command.service(agent_id=agent_id, now=now, **arguments)
    return {"command": done} if isinstance(done, str) else {}


def _of_a_call(name: str) -> Command | None:
    """What is to be done with a call that goes on; the result names the command's key."""
    if name not in commands.ACTS:
        return None
    return Command(
        partial(commands.ask, name),
        lambda content, actor: {
            "call_id": whole(content, "call"),
            "body": content,
            "actor": actor,
        },
    )


def beat(*, agent_id: int, session_key: str | None, epoch: int | None, now: datetime) -> None:
    """The console's heartbeat."""
    check_log_in(session_key, now)
    presence.beat(agent_id=agent_id, epoch=epoch, now=now)


def claim(*, agent_id: int, session_key: str | None, now: datetime, **lease: Any) -> Phone:
    """Make this window the agent's telephone, or PhoneElsewhere; see `agents.phones.claim`."""
    check_log_in(session_key, now)
    held = phone.claim(agent_id=agent_id, now=now, **lease)
    presence.beat(agent_id=agent_id, epoch=held.epoch, now=now)
    return held


def check_log_in(session_key: str | None, now: datetime) -> None:
    """LoggedOut unless the window's log-in still stands."""
    if not logged_in(session_keys=[session_key], now=now):
        raise LoggedOut


def whole(content: Content, name: str) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_ID:
        raise UnknownCommand(f"{name} must be a number.")
    return value


def word(content: Content, name: str, *, longest: int = 64) -> str:
    """A printable text in one line; what is missing is empty."""
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or not value.isprintable() or len(value) > longest:
        raise UnknownCommand(f"{name} must be a text of at most {longest} characters.")
    return value


def _text(content: Content, name: str) -> str:
    """A text of many lines, as somebody typed it."""
    value = content.get(name)
    if not isinstance(value, str) or UNSTORABLE.search(value):
        raise UnknownCommand(f"{name} must be a text.")
    return value


def _choice(content: Content, actor: str) -> dict[str, Any]:
    return {
        "state": word(content, "state"),
        "reason": word(content, "reason"),
        "actor": actor,
    }


def _message(service: Callable[..., object]) -> Command:
    """A command about a caller's message; whichever window says it."""
    return Command(
        service,
        lambda content, actor: {"voicemail_id": whole(content, "voicemail")},
        needs_phone=False,
    )


COMMANDS = {
    "ringing": Command(
        offers.see,
        lambda content, actor: {
            "offer_id": whole(content, "offer"),
            "phone_call": word(content, "call_id"),
        },
    ),
    "decline": Command(
        offers.decline,
        lambda content, actor: {"offer_id": whole(content, "offer"), "actor": actor},
    ),
    "failed": Command(
        offers.fail,
        lambda content, actor: {
            "offer_id": whole(content, "offer"),
            "cause": word(content, "cause"),
            "actor": actor,
        },
    ),
    "state": Command(presence.choose, _choice),
    "next_state": Command(presence.choose_next, _choice),
    "extend_wrap_up": Command(handling.extend_wrap_up, lambda content, actor: {}),
    "note": Command(
        handling.note,
        lambda content, actor: {"call_id": whole(content, "call"), "text": _text(content, "text")},
        needs_phone=False,
    ),
    "disposition": Command(
        handling.dispose,
        lambda content, actor: {
            "call_id": whole(content, "call"),
            "disposition_id": None
            if content.get("disposition", "") is None
            else whole(content, "disposition"),
        },
        needs_phone=False,
    ),
    "claim_voicemail": _message(voicemails.claim),
    "release_voicemail": _message(voicemails.release),
    "finish_voicemail": _message(voicemails.finish),
}
