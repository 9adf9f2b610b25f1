"""Conversations: the rooms legs are in, and who hears whom there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from sandbox.clock import Clock
from sandbox.media.mixer import Mixer, Room

if TYPE_CHECKING:
    from sandbox.legs.leg import Leg

REMEMBERED = 1000


@dataclass(frozen=True)
class Terms:
    """On what terms a leg is in a conversation; None in a list's place means everybody."""

    start_on_enter: bool = True
    end_on_exit: bool = False
    can_speak: frozenset[str] | None = None
    can_hear: frozenset[str] | None = None
    mute: bool = False


@dataclass(eq=False)
class Membership:
    """A leg's stay in a conversation; `over` is set when the conversation ends for it."""

    conversation: Conversation
    terms: Terms
    id: str = field(default_factory=lambda: f"MEM-{uuid4()}")
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class Conversation:
    """A named one outlives its legs; another is one call's own and goes with its last leg."""

    name: str
    named: bool
    application_id: str
    region: str
    created: datetime
    display_name: str = ""
    id: str = field(default_factory=lambda: f"CON-{uuid4()}")
    legs: dict[str, Leg] = field(default_factory=dict)
    events: int = 0
    room: Room = field(init=False)

    def __post_init__(self) -> None:
        self.room = Room(self.id)

    def start(self) -> None:
        """From now on its legs hear each other, and none hears music any more."""
        self.room.started = True
        for leg in self.legs.values():
            leg.player.stop_music()

    def apply(self, leg: Leg) -> None:
        """Give the mixer what rules over a leg now, and note whose texts can be heard."""
        membership = leg.membership
        if membership is not None:
            leg.port.muted = leg.muted or membership.terms.mute
        leg.port.earmuffed = leg.earmuffed
        self.note_texts()

    def note_texts(self) -> None:
        for listener, heard in self.room.hears().items():
            texts = self.legs[listener].heard_texts
            said = [self.legs[uuid].says for uuid in heard]
            texts.extend(text for text in said if text and text not in texts)


class Conversations:
    """All conversations, by id and by application and name.

    `over` are calls' own that are over, the latest: browsers still ask after them.
    """

    def __init__(self, mixer: Mixer, clock: Clock) -> None:
        self.mixer = mixer
        self.clock = clock
        self.by_id: dict[str, Conversation] = {}
        self.over: dict[str, Conversation] = {}
        self._by_name: dict[tuple[str, str], Conversation] = {}

    def named(self, application_id: str, name: str, region: str) -> Conversation:
        """The conversation of that name, made if there is none."""
        return self.find(application_id, name) or self._make(application_id, name, region, True)

    def own(self, application_id: str, region: str) -> Conversation:
        """A new one for one call alone."""
        return self._make(application_id, f"NAM-{uuid4()}", region, False)

    def find(self, application_id: str, name: str) -> Conversation | None:
        return self._by_name.get((application_id, name))

    def of(self, application_id: str) -> list[Conversation]:
        """An application's conversations, oldest first."""
        return [each for each in self.by_id.values() if each.application_id == application_id]

    def enter(self, leg: Leg, conversation: Conversation, terms: Terms) -> Membership:
        """Put a leg in; if it is there already, on new terms and without leaving."""
        stays = leg.conversation is conversation
        if stays:
            conversation.room.leave(leg.port.id)
        membership = Membership(conversation, terms)
        if stays and leg.membership is not None:
            membership.id = leg.membership.id
        leg.membership = membership
        leg.conversation_id = conversation.id
        self.mixer.rooms[conversation.id] = conversation.room
        conversation.legs[leg.uuid] = leg
        conversation.room.join(leg.port, can_speak=terms.can_speak, can_hear=terms.can_hear)
        if terms.start_on_enter and conversation.named:
            conversation.start()
        conversation.apply(leg)
        return membership

    def leave(self, leg: Leg) -> None:
        """Take a leg out; with it may end the conversation for the others, or altogether."""
        membership, leg.membership = leg.membership, None
        if membership is None:
            return
        conversation = membership.conversation
        del conversation.legs[leg.uuid]
        conversation.room.leave(leg.port.id)
        leg.player.stop_music()
        if membership.terms.end_on_exit:
            for other in conversation.legs.values():
                if other.membership is not None:
                    other.membership.over.set()
        if not conversation.legs:
            self._emptied(conversation)

    def clear(self) -> None:
        self.by_id.clear()
        self.over.clear()
        self._by_name.clear()
        self.mixer.rooms.clear()

    def _emptied(self, conversation: Conversation) -> None:
        conversation.room.started = False
        self.mixer.rooms.pop(conversation.id, None)
        if not conversation.named:
            self.by_id.pop(conversation.id, None)
            self.over[conversation.id] = conversation
            if len(self.over) > REMEMBERED:
                del self.over[next(iter(self.over))]

    def _make(self, application_id: str, name: str, region: str, named: bool) -> Conversation:
        conversation = Conversation(name, named, application_id, region, self.clock.now())
        self.by_id[conversation.id] = conversation
        if named:
            self._by_name[application_id, name] = conversation
        return conversation
