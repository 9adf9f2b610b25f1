"""The switch: every change of a leg's state happens here, and is reported."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sandbox.account.store import Account
from sandbox.clock import Clock
from sandbox.legs import events
from sandbox.legs.conversations import Conversation, Conversations, Membership, Terms
from sandbox.legs.events import CANCELLED, Outcome
from sandbox.legs.leg import Direction, Kind, Leg, new_uuid
from sandbox.legs.player import Player
from sandbox.legs.reports import Reports
from sandbox.media.ear import Ear
from sandbox.media.mixer import Mixer, Port
from sandbox.webhooks.hooks import Hook

KEPT = 10_000
REMEMBERED = 60.0  # seconds for which what a leg heard is kept after its end
OWN = Terms(start_on_enter=False)


@dataclass(frozen=True)
class Order:
    """A leg to be opened; `conversation` is given when it joins that of another leg.

    `port` is given when its far end is connected before there is a leg: the leg takes its id.
    """

    kind: Kind
    direction: Direction
    application_id: str
    caller: str
    called: str
    event_hook: Hook | None = None
    conversation: Conversation | None = None
    port: Port | None = None


class Switch:
    """Legs by uuid, those that ended lately included, and what can be done with them."""

    def __init__(
        self,
        account: Account,
        mixer: Mixer,
        conversations: Conversations,
        reports: Reports,
        clock: Clock,
    ) -> None:
        self.account = account
        self.mixer = mixer
        self.conversations = conversations
        self.reports = reports
        self.clock = clock
        self.legs: dict[str, Leg] = {}
        self._ended: deque[Leg] = deque()

    def live(self) -> Iterator[Leg]:
        return (leg for leg in self.legs.values() if not leg.over)

    def open(self, order: Order) -> Leg:
        """A new leg, `started`, in a conversation of its own unless one is given."""
        leg = self._make(order)
        self.legs[leg.uuid] = leg
        self.mixer.ports[leg.uuid] = leg.port
        conversation = order.conversation or self._own(leg)
        membership = self.conversations.enter(leg, conversation, OWN)
        self.reports.status(leg, "started")
        if order.conversation is None:
            self.reports.joined(leg, membership)
        self._forget_old()
        return leg

    def ring(self, leg: Leg) -> None:
        self.reports.status(leg, "ringing")

    def answer(self, leg: Leg) -> None:
        """The leg is answered, if it was not before."""
        if leg.start_time is None and not leg.over:
            leg.start_time = self.clock.now()
            self.reports.status(leg, "answered", events.answered_extra())

    def move(self, leg: Leg, conversation: Conversation, terms: Terms) -> Membership:
        """Put a leg into a conversation, or on new terms where it is already."""
        old = leg.membership
        if old is not None and old.conversation is conversation:
            return self.conversations.enter(leg, conversation, terms)
        if old is not None:
            self.conversations.leave(leg)
            self.reports.left(leg, old)
        membership = self.conversations.enter(leg, conversation, terms)
        if old is not None:
            self.reports.transfer(leg, old.conversation.id, conversation.id)
        self.reports.joined(leg, membership)
        if old is not None:
            for watcher in self.reports.watchers:
                watcher.moved(leg, old, membership)
        return membership

    def move_out(self, leg: Leg) -> Membership:
        """Put a leg into a new conversation of its own."""
        return self.move(leg, self._own(leg), OWN)

    def end(self, leg: Leg, by: str, outcome: Outcome | None = None) -> None:
        """End a leg, once; `by` is `user` or `platform`, `outcome` why nobody answered."""
        if leg.over:
            return
        leg.tasks.cancel()
        leg.player.silence()
        leg.end_time = self.clock.now()
        unanswered = leg.start_time is None and (by == "user" or leg.direction == "outbound")
        outcome = outcome or (CANCELLED if unanswered else None)
        sip_code = outcome.sip_code if outcome else 200
        if outcome is not None:
            self.reports.status(leg, outcome.status, outcome.extra())
        if outcome is None or outcome.status != "rejected":
            self.reports.status(leg, "completed", events.completed_extra(leg, by, sip_code))
        membership = leg.membership
        self._leave(leg, sip_code)
        if membership is not None:
            for watcher in self.reports.watchers:
                watcher.ended(leg, membership, by, outcome)
        self._ended.append(leg)
        leg.ended.set()

    def mute(self, leg: Leg, muted: bool) -> None:
        """Nobody hears a muted leg; unmuting also lifts the mute it joined with."""
        leg.muted = muted
        membership = leg.membership
        if membership is not None:
            if not muted and membership.terms.mute:
                membership.terms = _unmuted(membership.terms)
            membership.conversation.apply(leg)
        for watcher in self.reports.watchers:
            watcher.muted(leg)

    def earmuff(self, leg: Leg, earmuffed: bool) -> None:
        """An earmuffed leg hears nobody."""
        leg.earmuffed = earmuffed
        if leg.conversation is not None:
            leg.conversation.apply(leg)
        for watcher in self.reports.watchers:
            watcher.earmuffed(leg)

    def recent(self) -> list[Leg]:
        """Live legs, and those that ended a moment ago."""
        since = self.clock.now() - timedelta(seconds=REMEMBERED)
        return [leg for leg in self.legs.values() if leg.end_time is None or leg.end_time > since]

    def forget(self) -> None:
        """Drop what has ended; nothing may be alive."""
        self.legs.clear()
        self._ended.clear()
        self.conversations.clear()

    def _own(self, leg: Leg) -> Conversation:
        application = self.account.applications.get(leg.application_id)
        region = application.region if application else "eu-west"
        return self.conversations.own(leg.application_id, region)

    def _make(self, order: Order) -> Leg:
        port = order.port or Port(new_uuid(order.kind, order.direction))
        leg = Leg(
            uuid=port.id,
            kind=order.kind,
            direction=order.direction,
            application_id=order.application_id,
            caller=order.caller,
            called=order.called,
            port=port,
            player=Player(port),
            outbox=self.reports.post.outbox(),
            rtc_outbox=self.reports.post.outbox(),
            created=self.clock.now(),
            event_hook=order.event_hook,
        )
        user = self.account.user(leg.application_id, leg.user) if leg.user else None
        if user is not None:
            leg.user_id = user.id
        return leg

    def _leave(self, leg: Leg, sip_code: int) -> None:
        membership = leg.membership
        self.conversations.leave(leg)
        if membership is not None:
            self.reports.hangup(leg, membership, sip_code)
            self.reports.left(leg, membership)
        self.mixer.ports.pop(leg.uuid, None)

    def _forget_old(self) -> None:
        """Keep the memory bounded: sound first, then the oldest legs that ended."""
        before = self.clock.now() - timedelta(seconds=REMEMBERED)
        while self._ended and (self._ended[0].end_time or before) < before:
            self._ended.popleft().port.ear = Ear()
        if len(self.legs) > KEPT:
            old = next((uuid for uuid, leg in self.legs.items() if leg.over), None)
            if old is not None:
                del self.legs[old]


def _unmuted(terms: Terms) -> Terms:
    return Terms(terms.start_on_enter, terms.end_on_exit, terms.can_speak, terms.can_hear)
