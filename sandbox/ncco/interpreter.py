"""Runs NCCOs: one per leg, action by action."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from sandbox.account.store import Account
from sandbox.audio import Audio
from sandbox.clock import Clock
from sandbox.legs import events
from sandbox.legs.conversations import Terms
from sandbox.legs.leg import Leg
from sandbox.legs.switch import Switch
from sandbox.ncco import keys, sound
from sandbox.ncco.connect import Connecting, Refused
from sandbox.ncco.fetching import Fetching
from sandbox.ncco.recording import Recorder
from sandbox.ncco.validation import Action
from sandbox.webhooks.hooks import Hook, own_event_hook

logger = logging.getLogger(__name__)

ANSWERING = {"talk", "stream", "input", "conversation", "record"}
SHORTEST_WAIT, LONGEST_WAIT = 0.1, 7200.0

Replacement = list[Action] | None


class Interpreter:
    """Every action returns the NCCO that replaces the running one, or nothing to go on."""

    def __init__(
        self,
        account: Account,
        switch: Switch,
        fetching: Fetching,
        audio: Audio,
        connecting: Connecting,
        recorder: Recorder,
        clock: Clock,
    ) -> None:
        self.account = account
        self.switch = switch
        self.fetching = fetching
        self.audio = audio
        self.connecting = connecting
        self.recorder = recorder
        self.clock = clock
        self._actions: dict[str, Callable[[Leg, Action], Awaitable[Replacement]]] = {
            "input": self._input,
            "notify": self._notify,
            "conversation": self._conversation,
            "wait": self._wait,
            "connect": self._connect,
            "record": self._record,
        }

    def start(self, leg: Leg, ncco: list[Action]) -> None:
        """Run an NCCO on a leg, at once, instead of what runs there now."""
        old = leg.program
        if old is not None:
            old.cancel()
        leg.player.silence()
        leg.keypad.close()
        leg.key_listener = None
        leg.program = leg.tasks.spawn(self._run(leg, ncco, old))
        for watcher in self.switch.reports.watchers:
            watcher.began(leg)

    def press(self, leg: Leg, digits: str) -> None:
        """The far end presses keys."""
        leg.keypad.press(digits)
        if leg.key_listener is not None:
            leg.tasks.spawn(self._post_keys(leg, leg.key_listener, digits))
        for watcher in self.switch.reports.watchers:
            watcher.pressed(leg, digits)

    async def _run(self, leg: Leg, ncco: list[Action], old: asyncio.Task[None] | None) -> None:
        if old is not None:
            await asyncio.wait({old})
        try:
            await self._perform(leg, ncco)
        except Exception:
            logger.exception("The NCCO of leg %s failed.", leg.uuid)
        self.switch.end(leg, "platform")

    async def _perform(self, leg: Leg, ncco: list[Action]) -> None:
        waiting = deque(ncco)
        interruptible = False
        while waiting and not leg.over:
            action = waiting.popleft()
            if action["action"] in ANSWERING:
                self.switch.answer(leg)
            if action["action"] in {"talk", "stream"}:
                interruptible = interruptible or action.get("bargeIn", False)
                await self._play(leg, action, interruptible)
                continue
            interruptible = False
            replacement = await self._do(leg, action)
            waiting = waiting if replacement is None else deque(replacement)
            if waiting and action["action"] == "conversation":
                self.switch.move_out(leg)

    async def _do(self, leg: Leg, action: Action) -> Replacement:
        perform = self._actions.get(action["action"])
        if perform is not None:
            return await perform(leg, action)
        self.switch.reports.error(leg, f"{action['action']} is not offered by the sandbox.")
        return None

    async def _play(self, leg: Leg, action: Action, interruptible: bool) -> None:
        if interruptible:
            leg.keypad.listen()
            if leg.keypad.has_keys:
                return
        play = sound.talk if action["action"] == "talk" else sound.stream
        await play(self.audio, leg, action, interruptible)

    async def _input(self, leg: Leg, action: Action) -> Replacement:
        hook = self._hook(leg, action)
        if action.get("mode") == "asynchronous":
            leg.key_listener = hook
            return None
        leg.keypad.listen()
        dtmf = await keys.collect(leg.keypad, keys.wanted(action), self.clock)
        leg.keypad.close()
        body = events.input_body(leg, dtmf, keys.speech_part(action), self.clock.now())
        return await self.fetching.ask(leg, hook, body, "input") if hook else None

    async def _post_keys(self, leg: Leg, hook: Hook, digits: str) -> None:
        """One input event for each key; a reply may be a new NCCO here too."""
        for digit in digits:
            dtmf = {"digits": digit, "timed_out": False}
            body = events.input_body(leg, dtmf, {"results": []}, self.clock.now())
            ncco = await self.fetching.ask(leg, hook, body, "input")
            if ncco is not None:
                self.start(leg, ncco)
                return

    async def _notify(self, leg: Leg, action: Action) -> Replacement:
        hook = self._hook(leg, action)
        body = events.notify_body(leg, action["payload"], self.clock.now())
        return await self.fetching.ask(leg, hook, body, "notify") if hook else None

    async def _conversation(self, leg: Leg, action: Action) -> Replacement:
        application = self.account.applications.get(leg.application_id)
        region = application.region if application else ""
        rooms = self.switch.conversations
        conversation = rooms.named(leg.application_id, action["name"], region)
        membership = self.switch.move(leg, conversation, _terms(action))
        if "musicOnHoldUrl" in action and not conversation.room.started:
            url = action["musicOnHoldUrl"][0]
            samples = await self.audio.file(url)
            if not conversation.room.started:
                leg.player.play_music(f"music:{url}", sound.endless(samples))
        await membership.over.wait()
        return None

    async def _wait(self, leg: Leg, action: Action) -> Replacement:
        seconds = float(action.get("timeout", 10))
        await self.clock.sleep(min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT))
        return None

    async def _connect(self, leg: Leg, action: Action) -> Replacement:
        try:
            return await self.connecting.run(leg, action, self._hook(leg, action))
        except Refused as refusal:
            self.switch.reports.error(leg, str(refusal))
            return None

    async def _record(self, leg: Leg, action: Action) -> Replacement:
        await self.recorder.run(leg, action, self._hook(leg, action))
        return None

    def _hook(self, leg: Leg, action: Action) -> Hook | None:
        """Where an action's events go: its own eventUrl, or else where the leg's go."""
        application = self.account.applications.get(leg.application_id)
        if "eventUrl" not in action or application is None:
            return self.switch.reports.event_hook(leg)
        method = action.get("eventMethod", "POST")
        return own_event_hook(application, action["eventUrl"][0], method)


def _terms(action: Action) -> Terms:
    return Terms(
        start_on_enter=action.get("startOnEnter", True),
        end_on_exit=action.get("endOnExit", False),
        can_speak=_listed(action, "canSpeak"),
        can_hear=_listed(action, "canHear"),
        mute=action.get("mute", False),
    )


def _listed(action: Action, name: str) -> frozenset[str] | None:
    return frozenset(action[name]) if name in action else None
