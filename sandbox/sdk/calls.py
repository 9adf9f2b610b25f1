"""Legs with a user's browser at their far end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from sandbox.account.store import User
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.endpoints.far_end import Verdict
from sandbox.legs.leg import Leg, new_uuid
from sandbox.legs.switch import Switch
from sandbox.media.mixer import Port
from sandbox.media.webrtc import BrowserSound
from sandbox.problems import Problem
from sandbox.sdk import events
from sandbox.sdk.problems import Refusal, no_call
from sandbox.sdk.sessions import Event, Session, Sessions
from sandbox.tasks import Tasks

MEDIA_IN = 10.0  # seconds from the answer, or a new call, to its sound
GRACE = 30.0  # seconds a leg lives without its browser's socket, or its sound


@dataclass(eq=False)
class BrowserCall:
    """A leg with a user's browser at its far end.

    `session` is the browser it is in, None while all the user's browsers ring; `invite` is what
    makes them ring, `verdict` how that went. `joined` is whether they were told that it is in a
    conversation, `members` the ids it has had there.
    """

    leg: Leg
    user: User
    sound: BrowserSound
    session: Session | None = None
    invite: Event | None = None
    verdict: asyncio.Future[Verdict] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    joined: bool = False
    members: set[str] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Whether no browser has answered or rejected it."""
        return self.session is None and not self.verdict.done()

    def decide(self, verdict: Verdict) -> None:
        if not self.verdict.done():
            self.verdict.set_result(verdict)


@dataclass(frozen=True)
class Knock:
    """A browser's sound that is there before its call is."""

    user: User
    session: Session
    sound: BrowserSound


class BrowserCalls:
    """What browsers do with calls, and what becomes of calls whose browser is gone."""

    def __init__(self, switch: Switch, sessions: Sessions, clock: Clock) -> None:
        self.switch = switch
        self.sessions = sessions
        self.clock = clock
        self.by_leg: dict[str, BrowserCall] = {}
        self.tasks = Tasks("the browsers' calls")
        self._knocks: dict[str, Knock] = {}
        sessions.when_lost.append(self._socket_lost)
        sessions.when_new.append(self._ring_again)

    def of_member(self, user: User, member: str) -> BrowserCall:
        """The user's call with that member id, now or before a transfer; raises 404."""
        for call in self.by_leg.values():
            if member in call.members and call.user.id == user.id:
                return call
        raise Refusal(404, "member:error:not-found", "There is no member with that id.")

    def of_leg(self, user: User, uuid: str) -> BrowserCall:
        """The user's call with that id; raises 404."""
        call = self.by_leg.get(uuid)
        if call is None or call.user.id != user.id:
            raise no_call()
        return call

    def tell(self, call: BrowserCall, event: Event) -> None:
        """Every browser of the user."""
        for session in self.sessions.of(call.user):
            session.send(event)

    async def ring(self, leg: Leg, user: User) -> Verdict:
        """Ring in all the user's browsers until one of them decides."""
        sound = BrowserSound(leg.port, partial(self._sound_lost, leg.uuid))
        call = self._add(BrowserCall(leg, user, sound))
        sdp = await sound.offer()
        if leg.membership is not None:
            call.members.add(leg.membership.id)
            call.invite = events.invited(leg, leg.membership, sdp, self.clock.now())
            self.tell(call, call.invite)
        return await call.verdict

    def take(self, call: BrowserCall, session: Session) -> None:
        """A browser answers, the first one; its sound has to follow. Raises 400."""
        if call.session is not None:
            raise Refusal(400, "member:error:already-joined", "The call is answered elsewhere.")
        self._settle_in(call, session)
        self.join(call)
        call.leg.tasks.spawn(self._await_sound(call))

    def join(self, call: BrowserCall) -> None:
        """Tell the browsers which conversation the call is in."""
        membership = call.leg.membership
        if membership is not None:
            call.joined = True
            call.members.add(membership.id)
            self.tell(call, events.joined(call.leg, membership, self.clock.now()))

    def leave(self, call: BrowserCall) -> None:
        """The browser rejects the call, or hangs up."""
        if call.leg.direction == "outbound" and not call.verdict.done():
            call.decide("rejected")
        else:
            self.switch.end(call.leg, "user")

    async def knock(self, user: User, session: Session, sdp: str) -> tuple[str, str]:
        """A browser is about to call: the id its leg will have, and the answer to its offer."""
        port = Port(new_uuid("app", "outbound"))
        sound = BrowserSound(port, partial(self._sound_lost, port.id))
        try:
            answer = await sound.answer(sdp)
        except ValueError as error:
            await sound.close()
            raise _bad_sdp(error) from None
        self._knocks[port.id] = Knock(user, session, sound)
        self.tasks.spawn(self._forget_knock(port.id))
        return port.id, answer

    def call(
        self, calls: Calls, user: User, knocking: str, called: str, custom_data: str
    ) -> BrowserCall:
        """The call of a browser that knocked; raises 404."""
        knock = self._knocks.get(knocking)
        application = self.switch.account.applications.get(user.application_id)
        if knock is None or application is None or knock.user.id != user.id:
            raise no_call()
        del self._knocks[knocking]
        port = knock.sound.port
        leg = calls.arrive(
            application, "app", user.name, called, port=port, custom_data=custom_data
        )
        call = self._add(BrowserCall(leg, user, knock.sound))
        self._settle_in(call, knock.session)
        if not knock.sound.live:
            leg.tasks.spawn(self._end_if_silent(call, knock.sound, MEDIA_IN))
        return call

    async def reconnect(self, call: BrowserCall, session: Session, sdp: str) -> None:
        """Give a call a new sound, perhaps in another browser; the old one ends. Raises 400."""
        leg = call.leg
        sound = BrowserSound(leg.port, partial(self._sound_lost, leg.uuid))
        try:
            answer = await sound.answer(sdp)
        except ValueError as error:
            await sound.close()
            raise _bad_sdp(error) from None
        if leg.membership is None:
            await sound.close()
            raise no_call()
        self.tasks.spawn(call.sound.close())
        call.sound = sound
        self._settle_in(call, session)
        leg.tasks.spawn(self._end_if_silent(call, sound))
        session.send(events.answer(leg, leg.membership, answer, self.clock.now()))

    def drop_sound(self, call: BrowserCall) -> None:
        """Its connection is gone, on our side."""
        self.tasks.spawn(call.sound.close())
        call.leg.tasks.spawn(self._end_if_silent(call, call.sound))

    def ended(self, call: BrowserCall) -> None:
        """The leg is over."""
        self.by_leg.pop(call.leg.uuid, None)
        self.tasks.spawn(call.sound.close())

    async def close(self) -> None:
        """End all sound."""
        sounds = [call.sound for call in self.by_leg.values()]
        sounds += [knock.sound for knock in self._knocks.values()]
        for sound in sounds:
            await sound.close()
        await self.tasks.settle()

    def _add(self, call: BrowserCall) -> BrowserCall:
        self.by_leg[call.leg.uuid] = call
        return call

    def _settle_in(self, call: BrowserCall, session: Session) -> None:
        """The call is in that browser, whose socket may be gone already."""
        call.session = session
        if session.line is None:
            self._miss(call, session)

    def _ring_again(self, session: Session) -> None:
        """A page that knows nothing rings with the user's other browsers."""
        for call in self.by_leg.values():
            if call.user.id == session.user.id and call.invite is not None and call.is_open:
                session.owe(call.invite)

    def _sound_lost(self, uuid: str) -> None:
        call = self.by_leg.get(uuid)
        if call is not None:
            call.leg.tasks.spawn(self._end_if_silent(call, call.sound))

    def _socket_lost(self, session: Session) -> None:
        for call in self.by_leg.values():
            if call.session is session:
                self._miss(call, session)

    def _miss(self, call: BrowserCall, session: Session) -> None:
        call.leg.tasks.spawn(self._end_if_gone(call, session, session.losses))

    async def _await_sound(self, call: BrowserCall) -> None:
        try:
            async with self.clock.timeout(MEDIA_IN):
                await call.sound.connected.wait()
        except TimeoutError:
            call.decide("failed")
        else:
            call.decide("answered")

    async def _forget_knock(self, uuid: str) -> None:
        await self.clock.sleep(MEDIA_IN)
        knock = self._knocks.pop(uuid, None)
        if knock is not None:
            await knock.sound.close()

    async def _end_if_silent(
        self, call: BrowserCall, sound: BrowserSound, seconds: float = GRACE
    ) -> None:
        """The leg ends, unless by then its sound is another, or there after all."""
        await self.clock.sleep(seconds)
        if call.sound is sound and not sound.live:
            self.switch.end(call.leg, "platform")

    async def _end_if_gone(self, call: BrowserCall, session: Session, losses: int) -> None:
        """The leg ends, unless by then its browser was back, or it is in another."""
        await self.clock.sleep(GRACE)
        if call.session is session and session.line is None and session.losses == losses:
            self.switch.end(call.leg, "platform")


def _bad_sdp(error: ValueError) -> Problem:
    return Refusal(400, "rtc:error:invalid-sdp", str(error))
