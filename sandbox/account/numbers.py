"""The Numbers API: an inventory of British landlines to buy, link and cancel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.account.store import INVENTORY, Account, Number
from sandbox.auth import check_account
from sandbox.settings import Settings

DONE = {"error-code": "200", "error-code-label": "success"}
FAILED = {"error-code": "420", "error-code-label": "method failed"}
CALLBACKS = (
    "moHttpUrl", "moSmppSysType", "voiceCallbackType", "voiceCallbackValue", "voiceStatusCallback",
)  # fmt: skip


class NumbersApi:
    """Every failure is 420 without a reason, and no result is `{}`, as Vonage has it."""

    def __init__(self, settings: Settings, account: Account) -> None:
        self.settings = settings
        self.account = account

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/account/numbers", self.owned),
            web.get("/number/search", self.search),
            web.post("/number/buy", self.buy),
            web.post("/number/cancel", self.cancel),
            web.post("/number/update", self.update),
        ]

    async def owned(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        query = request.query
        rows = [number for number in self.account.numbers.values() if _belongs(number, query)]
        found = [number for number in rows if _matches(number.msisdn, query)]
        found = [number for number in found if query.get("country", "GB") == number.country]
        return _page([shown(number) for number in found], query)

    async def search(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        query = request.query
        features = {each for each in query.get("features", "").upper().split(",") if each}
        offered = (
            query.get("country") == "GB"
            and query.get("type", "landline") == "landline"
            and features <= {"VOICE"}
        )
        free = [each for each in INVENTORY if offered and each not in self.account.numbers]
        rows = [_for_sale(each) for each in free if _matches(each, query)]
        return _page(rows, query)

    async def buy(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        form = await _form(request)
        msisdn = form.get("msisdn", "")
        taken = msisdn in self.account.numbers
        if form.get("country") != "GB" or msisdn not in INVENTORY or taken:
            return _failed()
        self.account.numbers[msisdn] = Number(country="GB", msisdn=msisdn)
        return self._done()

    async def cancel(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        number = self._own(await _form(request))
        if number is None:
            return _failed()
        del self.account.numbers[number.msisdn]
        return self._done()

    async def update(self, request: web.Request) -> web.Response:
        """Replace the number's settings: what is left out is cleared."""
        check_account(request, self.settings)
        form = await _form(request)
        number = self._own(form)
        application = form.get("app_id", "")
        if form.get("voiceCallbackType") == "app":
            application = application or form.get("voiceCallbackValue", "")
        known = not application or application in self.account.applications
        if number is None or not known:
            return _failed()
        number.app_id = application
        number.callbacks = {name: form[name] for name in CALLBACKS if form.get(name)}
        return self._done()

    def _own(self, form: dict[str, str]) -> Number | None:
        number = self.account.numbers.get(form.get("msisdn", ""))
        return number if number and number.country == form.get("country") else None

    def _done(self) -> web.Response:
        self.account.save()
        return web.json_response(DONE)


def shown(number: Number) -> dict[str, Any]:
    """An owned number as replies show it; the link to an application only if there is one."""
    row: dict[str, Any] = {
        "country": number.country,
        "msisdn": number.msisdn,
        "moHttpUrl": number.callbacks.get("moHttpUrl", ""),
        "type": number.type,
        "features": list(number.features),
    }
    row |= {name: value for name, value in number.callbacks.items() if name != "moHttpUrl"}
    if number.app_id:
        row |= {"voiceCallbackType": "app", "voiceCallbackValue": number.app_id}
        row["app_id"] = number.app_id
    return row


def _for_sale(msisdn: str) -> dict[str, Any]:
    return {
        "country": "GB",
        "msisdn": msisdn,
        "type": "landline",
        "cost": "0.80",
        "features": ["VOICE"],
    }


def _failed() -> web.Response:
    return web.json_response(FAILED, status=420)


async def _form(request: web.Request) -> dict[str, str]:
    """The form's fields; some clients send a form under a JSON content type, or JSON itself."""
    raw = (await request.read()).decode(errors="replace")
    try:
        body = json.loads(raw)
    except json.JSONDecodeError:
        return dict(parse_qsl(raw))
    return {name: str(value) for name, value in body.items()} if isinstance(body, dict) else {}


def _belongs(number: Number, query: Any) -> bool:
    application = query.get("application_id")
    linked = query.get("has_application", "").lower()
    if application and number.app_id != application:
        return False
    return linked not in {"true", "false"} or bool(number.app_id) == (linked == "true")


def _matches(msisdn: str, query: Any) -> bool:
    pattern = query.get("pattern", "")
    match query.get("search_pattern", "0"):
        case "1":
            return pattern in msisdn
        case "2":
            return msisdn.endswith(pattern)
        case _:
            return msisdn.startswith(pattern)


def _page(rows: Sequence[dict[str, Any]], query: Any) -> web.Response:
    size = _whole(query.get("size", "10"), 10, 100)
    page = _whole(query.get("index", "1"), 1, 10_000)
    part = rows[(page - 1) * size : page * size]
    return web.json_response({"count": len(rows), "numbers": list(part)} if part else {})


def _whole(text: str, default: int, highest: int) -> int:
    return min(int(text), highest) if text.isdigit() and int(text) else default
