"""One sandbox, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from sandbox.account.applications import ApplicationsApi
from sandbox.account.numbers import NumbersApi
from sandbox.account.store import Account
from sandbox.account.users import UsersApi
from sandbox.audio import Audio
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.control.browsers import BrowsersApi
from sandbox.control.live import LiveApi, Picture
from sandbox.control.phones import PhonesApi
from sandbox.control.robots import RobotsApi
from sandbox.control.state import StateApi
from sandbox.endpoints.robots import Robots
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.gate import PlatformGate, RequestLog, only_loopback, say_problems
from sandbox.journal import Journal
from sandbox.legs.conversations import Conversations
from sandbox.legs.reports import Reports
from sandbox.legs.ringing import Ringing
from sandbox.legs.switch import Switch
from sandbox.limits import Limits
from sandbox.media.mixer import Mixer
from sandbox.ncco.connect import Connecting
from sandbox.ncco.fetching import Fetching
from sandbox.ncco.interpreter import Interpreter
from sandbox.ncco.recording import Recorder
from sandbox.page.routes import page_routes
from sandbox.region import Region
from sandbox.sdk.gate import allow_origins
from sandbox.sdk.side import SdkSide
from sandbox.settings import Settings
from sandbox.tasks import Tasks
from sandbox.voice.api import LegFinder, VoiceApi
from sandbox.voice.conversations import ConversationsApi
from sandbox.voice.files import FilesApi
from sandbox.voice.playing import PlayingApi
from sandbox.webhooks.outbox import Post
from sandbox.webhooks.sender import Sender


class Sandbox:
    """The parts of a platform, and the application that serves them.

    `run_mixer` drives the sound: in real time, unless a test wants it faster.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        run_mixer: Callable[[Mixer], Awaitable[None]] = Mixer.run,
    ) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.run_mixer = run_mixer
        self._build_state()
        self._build_switch()
        self._build_programs()

    def application(self) -> web.Application:
        """The routes, behind the gates."""
        gate = PlatformGate(self.account, self.limits, self.faults, self.clock, self.region)
        log = RequestLog(self.requests, self.clock)
        gates = [only_loopback, gate.middleware(), self.sdk.gate()]
        application = web.Application(
            middlewares=[allow_origins, log.middleware(), say_problems, *gates]
        )
        application.add_routes([*self._account_routes(), *self._call_routes()])
        application.add_routes([*self._control_routes(), *page_routes(), *_health_routes()])
        self.sdk.serve(application, self.calls, self.audio)
        application.cleanup_ctx.append(self._work)
        return application

    def _build_state(self) -> None:
        self.account = Account(self.settings.state)
        self.faults = Faults()
        self.limits = Limits(self.faults, self.clock)
        self.webhooks = Journal()
        self.requests = Journal()
        self.region = Region(f"http://localhost:{self.settings.port}")
        self.files = Files()
        self.robots = Robots(self.clock)
        self.mixer = Mixer()

    def _build_switch(self) -> None:
        self.sender = Sender(self.settings, self.account, self.faults, self.webhooks, self.clock)
        self.post = Post(self.sender, self.faults, self.clock)
        reports = Reports(self.account, self.post, self.clock)
        conversations = Conversations(self.mixer, self.clock)
        self.switch = Switch(self.account, self.mixer, conversations, reports, self.clock)
        self.sdk = SdkSide(self.account, self.switch, self.clock)

    def _build_programs(self) -> None:
        self.audio = Audio(self.sender)
        ringing = Ringing(self.switch, self.sdk.before(self.robots), self.clock)
        fetching = Fetching(self.account, self.sender, self.switch.reports)
        connecting = Connecting(
            self.account, self.switch, ringing, fetching, self.audio, self.limits
        )
        recorder = Recorder(self.post, self.files, self.region, self.clock)
        interpreter = Interpreter(
            self.account, self.switch, fetching, self.audio, connecting, recorder, self.clock
        )
        self.calls = Calls(self.account, self.switch, ringing, interpreter, fetching, self.region)
        self.phones = PhonesApi(self.account, self.calls, self.clock)
        self.picture = Picture(self.account, self.switch, self.robots, self.faults, self.phones)

    def _account_routes(self) -> list[web.RouteDef]:
        return [
            *ApplicationsApi(self.settings, self.account).routes(),
            *NumbersApi(self.settings, self.account).routes(),
            *UsersApi(self.account).routes(),
        ]

    def _call_routes(self) -> list[web.RouteDef]:
        finder = LegFinder(self.calls, self.faults, self.clock)
        return [
            *VoiceApi(self.account, self.calls, finder).routes(),
            *PlayingApi(self.account, self.audio, finder).routes(),
            *ConversationsApi(self.switch.conversations).routes(),
            *FilesApi(self.files).routes(),
        ]

    def _control_routes(self) -> list[web.RouteDef]:
        state = StateApi(
            self.account, self.switch, self.robots, self.faults, self.files,
            webhooks=self.webhooks, requests=self.requests,
        )  # fmt: skip
        live = LiveApi(self.picture, self.webhooks, self.requests, self.phones, self.clock)
        return [
            *RobotsApi(self.account, self.calls, self.robots, self.clock).routes(),
            *state.routes(),
            *BrowsersApi(self.sdk.sessions, self.sdk.calls).routes(),
            *self.phones.routes(),
            *live.routes(),
        ]

    async def _work(self, _: web.Application) -> AsyncIterator[None]:
        """The sound runs while the server does; at the end nothing is waited for."""
        background = Tasks("the sandbox")
        background.spawn(_run(self.run_mixer, self.mixer))
        yield
        for leg in list(self.switch.live()):
            await leg.tasks.settle()
        await self.phones.close()
        await self.sdk.calls.close()
        await self.post.tasks.settle()
        await background.settle()
        await self.sender.close()


async def _run(run_mixer: Callable[[Mixer], Awaitable[None]], mixer: Mixer) -> None:
    await run_mixer(mixer)


def _health_routes() -> list[web.RouteDef]:
    async def healthy(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    return [web.get("/health/live", healthy), web.get("/health/ready", healthy)]
