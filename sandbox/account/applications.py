"""Applications, as `/v2/applications` gives and takes them."""

from __future__ import annotations

import asyncio
import math
from typing import Any
from uuid import uuid4

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from sandbox.account.store import Account, Application
from sandbox.auth import check_account
from sandbox.fields import Fields, is_url, read_object
from sandbox.problems import bad_field, not_found
from sandbox.settings import Settings

HOOKS = (
    ("voice", "answer_url", 5000),
    ("voice", "fallback_answer_url", 5000),
    ("voice", "event_url", 10_000),
    ("rtc", "event_url", 10_000),
)


class ApplicationsApi:
    """CRUD with the account's Basic credentials; a private key is shown once, when made here."""

    def __init__(self, settings: Settings, account: Account) -> None:
        self.settings = settings
        self.account = account

    def routes(self) -> list[web.RouteDef]:
        one = "/v2/applications/{id}"
        return [
            web.get("/v2/applications", self.list),
            web.post("/v2/applications", self.create),
            web.get(one, self.show),
            web.put(one, self.replace),
            web.delete(one, self.delete),
        ]

    async def list(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        size = _query(request, "page_size", 10)
        page = _query(request, "page", 1)
        rows = list(self.account.applications.values())
        body = {
            "page_size": size,
            "page": page,
            "total_items": len(rows),
            "total_pages": max(1, math.ceil(len(rows) / size)),
            "_embedded": {
                "applications": [shown(row) for row in rows[(page - 1) * size : page * size]]
            },
            "_links": {"self": {"href": str(request.url)}},
        }
        return web.json_response(body)

    async def create(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        body = await read_object(request)
        application = read_application(body, str(uuid4()), "")
        private = ""
        if not application.public_key:
            application.public_key, private = await asyncio.to_thread(make_keys)
        self._keep(application)
        reply = shown(application)
        if private:
            reply["keys"]["private_key"] = private
        return web.json_response(reply, status=201)

    async def show(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        return web.json_response(shown(self._find(request)))

    async def replace(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        old = self._find(request)
        new = read_application(await read_object(request), old.id, old.public_key)
        self._keep(new)
        return web.json_response(shown(new))

    async def delete(self, request: web.Request) -> web.Response:
        check_account(request, self.settings)
        application = self._find(request)
        del self.account.applications[application.id]
        for user in self.account.users_of(application.id):
            del self.account.users[user.id]
        self.account.save()
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Application:
        found = self.account.applications.get(request.match_info["id"])
        if found is None:
            raise not_found("There is no application with that id.")
        return found

    def _keep(self, application: Application) -> None:
        self.account.applications[application.id] = application
        self.account.save()


def make_keys() -> tuple[str, str]:
    """A new RSA pair as PEM: public, private."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return public.decode(), private.decode()


def shown(application: Application) -> dict[str, Any]:
    """An application as replies show it."""
    return {
        "id": application.id,
        "name": application.name,
        "keys": {"public_key": application.public_key},
        "privacy": application.privacy,
        "capabilities": application.capabilities,
        "_links": {"self": {"href": f"/v2/applications/{application.id}"}},
    }


def read_application(body: Fields, application_id: str, old_key: str) -> Application:
    """An application from a body; without a key in it the old one stays."""
    keys = body.object("keys", {})
    capabilities = body.object("capabilities", {})
    for capability, name, longest in HOOKS:
        hooks = capabilities.object(capability, {}).object("webhooks", {})
        if hooks.has(name):
            _check_hook(hooks.object(name), longest)
    application = Application(
        id=application_id,
        name=body.text("name"),
        public_key=keys.text("public_key", old_key, longest=10_000),
        capabilities=capabilities.body,
        privacy=body.object("privacy", {}).body,
    )
    _check_key(application, keys)
    return application


def _check_key(application: Application, keys: Fields) -> None:
    try:
        usable = not application.public_key or application.key() is not None
    except ValueError:
        usable = False
    if not usable:
        raise keys.refuse("public_key", "must be an RSA public key in PEM.")


def _check_hook(hook: Fields, longest: int) -> None:
    if hook.has("address") and hook.body["address"] and not is_url(hook.body["address"]):
        raise hook.refuse("address", "must be an http or https URL.")
    hook.choice("http_method", {"GET", "POST"}, "POST")
    hook.number("connect_timeout", 300, 1000, 1000)
    hook.number("socket_timeout", 1000, longest, longest)


def _query(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise bad_field(name, "must be a number from 1 to 1000.")
    return int(text)
