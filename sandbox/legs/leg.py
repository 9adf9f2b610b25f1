"""One party's connection, called a call in Vonage's Voice API."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sandbox.legs.conversations import Conversation, Membership
from sandbox.legs.player import Player
from sandbox.media.mixer import Port
from sandbox.tasks import Tasks
from sandbox.webhooks.hooks import Hook
from sandbox.webhooks.outbox import Outbox
from sandbox.webhooks.sender import Delivery

Kind = Literal["phone", "app"]
Direction = Literal["inbound", "outbound"]


class Keypad:
    """The keys the far end presses: kept only while somebody listens."""

    def __init__(self) -> None:
        self._keys: deque[str] = deque()
        self._pressed = asyncio.Event()
        self._open = False

    def listen(self) -> None:
        """From now on keys are kept, those kept already included."""
        self._open = True

    def close(self) -> None:
        """Forget the keys and keep no more."""
        self._open = False
        self._keys.clear()
        self._pressed.clear()

    def press(self, digits: str) -> None:
        if self._open:
            self._keys.extend(digits)
            self._pressed.set()

    @property
    def has_keys(self) -> bool:
        return bool(self._keys)

    async def pressed(self) -> None:
        """Wait until there is a key."""
        await self._pressed.wait()

    async def next(self) -> str:
        """Take the next key, waiting for it."""
        await self._pressed.wait()
        key = self._keys.popleft()
        if not self._keys:
            self._pressed.clear()
        return key


@dataclass(eq=False)
class Leg:
    """A leg; `caller` and `called` are what webhooks say in `from` and `to`.

    `start_time` is when it was answered, `end_time` when it ended. `says` is the text its far
    end speaks for ever, if it speaks text; `heard_texts` are those it could hear so far.
    `outcome_answered` gets the reply to the event that says why nobody answered. `custom_data` is
    what a browser sent along with its call, as JSON text.
    """

    uuid: str
    kind: Kind
    direction: Direction
    application_id: str
    caller: str
    called: str
    port: Port
    player: Player
    outbox: Outbox
    rtc_outbox: Outbox
    created: datetime
    event_hook: Hook | None = None
    outcome_answered: Callable[[Delivery], None] | None = None
    status: str = "started"
    history: list[tuple[str, datetime]] = field(default_factory=list)
    start_time: datetime | None = None
    end_time: datetime | None = None
    membership: Membership | None = None
    conversation_id: str = ""
    muted: bool = False
    earmuffed: bool = False
    says: str = ""
    custom_data: str | None = None
    spoken: list[str] = field(default_factory=list)
    heard_texts: list[str] = field(default_factory=list)
    keypad: Keypad = field(default_factory=Keypad)
    key_listener: Hook | None = None
    program: asyncio.Task[Any] | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    user_id: str = field(default_factory=lambda: f"USR-{uuid4()}")
    tasks: Tasks = field(init=False)

    def __post_init__(self) -> None:
        self.tasks = Tasks(f"leg {self.uuid}")

    @property
    def answered(self) -> bool:
        return self.start_time is not None and not self.over

    @property
    def over(self) -> bool:
        return self.end_time is not None

    @property
    def recording(self) -> bool:
        """Whether what it says is being recorded."""
        return bool(self.port.tapes)

    @property
    def conversation(self) -> Conversation | None:
        return self.membership.conversation if self.membership else None

    @property
    def room(self) -> str | None:
        """The name of the named conversation it is in."""
        conversation = self.conversation
        return conversation.name if conversation and conversation.named else None

    @property
    def far_end(self) -> str:
        """Who is at the other end: a number, or a user's name."""
        return self.caller if self.direction == "inbound" else self.called

    @property
    def user(self) -> str | None:
        return self.far_end if self.kind == "app" else None

    @property
    def number(self) -> str | None:
        return self.far_end if self.kind == "phone" else None

    @property
    def user_name(self) -> str:
        """Its name as a platform user: phone legs are users too."""
        return self.user or f"vapi-user-{self.uuid.replace('-', '')}"


def new_uuid(kind: Kind, direction: Direction) -> str:
    """An id as the platform gives it: phone calls that come in have no dashes."""
    identity = uuid4()
    return identity.hex if (kind, direction) == ("phone", "inbound") else str(identity)
