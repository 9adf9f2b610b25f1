"""The Client SDK's side of the platform, put together."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.account.store import Account
from sandbox.audio import Audio
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.endpoints.far_end import Directory
from sandbox.legs.switch import Switch
from sandbox.sdk.actions import ActionsApi
from sandbox.sdk.calls import BrowserCalls
from sandbox.sdk.far_end import BrowsersFirst
from sandbox.sdk.gate import UserGate
from sandbox.sdk.lookups import LookupsApi
from sandbox.sdk.news import News
from sandbox.sdk.sessions import Sessions
from sandbox.sdk.socket import Socket


class SdkSide:
    """Sessions and browsers' calls, and what serves them."""

    def __init__(self, account: Account, switch: Switch, clock: Clock) -> None:
        self.account = account
        self.switch = switch
        self.clock = clock
        self.sessions = Sessions(account, clock)
        self.calls = BrowserCalls(switch, self.sessions, clock)
        switch.reports.watchers.append(News(self.calls, clock))

    def before(self, others: Directory) -> Directory:
        """A directory that knows the browsers, and else asks `others`."""
        return BrowsersFirst(self.account, self.calls, others)

    def gate(self) -> Any:
        """The middleware that says which user asks."""
        return UserGate(self.account, self.sessions, self.clock).middleware()

    def serve(self, application: web.Application, calls: Calls, audio: Audio) -> None:
        lookups = LookupsApi(self.account, self.switch, self.sessions, self.calls)
        application.add_routes(lookups.routes())
        application.add_routes(ActionsApi(self.calls, calls, audio, self.clock).routes())
        Socket(self.account, self.sessions, self.clock).attach(application)
