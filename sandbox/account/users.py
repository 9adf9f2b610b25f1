"""Users of an application, as `/v1/users` gives and takes them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from aiohttp import web

from sandbox.account.store import Account, User
from sandbox.auth import CALLER, Caller
from sandbox.fields import Fields, read_object
from sandbox.paging import page_of
from sandbox.problems import Problem, bad_field, not_found

EXTRA = ("image_url", "properties", "channels")


class UsersApi:
    """CRUD with an application's JWT; `request[CALLER]` says which application asks."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[web.RouteDef]:
        one = "/v1/users/{id}"
        return [
            web.get("/v1/users", self.list),
            web.post("/v1/users", self.create),
            web.get(one, self.show),
            web.patch(one, self.change),
            web.delete(one, self.delete),
        ]

    async def list(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        rows = self.account.users_of(caller.application.id)
        name = request.query.get("name")
        rows = [row for row in rows if name in {None, row.name}]
        return page_of(request, "users", rows, lambda row: _brief(row, request))

    async def create(self, request: web.Request) -> web.Response:
        caller = request[CALLER]
        body = await read_object(request)
        name = self._name(body, caller, f"NAM-{uuid4()}")
        user = User(
            id=f"USR-{uuid4()}",
            name=name,
            display_name=body.text("display_name", name),
            application_id=caller.application.id,
            extra={field: body.body[field] for field in EXTRA if body.has(field)},
        )
        self.account.users[user.id] = user
        self.account.save()
        return web.json_response(shown(user, request), status=201)

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response(shown(self._find(request), request))

    async def change(self, request: web.Request) -> web.Response:
        """Replace the fields that are given, keep the others."""
        user = self._find(request)
        body = await read_object(request)
        if body.has("name") and body.body["name"] != user.name:
            user.name = self._name(body, request[CALLER], user.name)
        user.display_name = body.text("display_name", user.display_name)
        user.extra |= {field: body.body[field] for field in EXTRA if field in body.body}
        self.account.save()
        return web.json_response(shown(user, request))

    async def delete(self, request: web.Request) -> web.Response:
        del self.account.users[self._find(request).id]
        self.account.save()
        return web.Response(status=204)

    def _find(self, request: web.Request) -> User:
        caller = request[CALLER]
        user = self.account.users.get(request.match_info["id"])
        if user is None or user.application_id != caller.application.id:
            problem = not_found("There is no user with that id.")
            problem.body["code"] = "user:error:not-found"
            raise problem
        return user

    def _name(self, body: Fields, caller: Caller, default: str) -> str:
        name = body.text("name", default, longest=100)
        if name == "me" or name.startswith("USR-"):
            problem = bad_field("name", "must not be 'me' and must not start with 'USR-'.")
            problem.body["code"] = "user:error:invalid-user-name"
            raise problem
        if self.account.user(caller.application.id, name) is not None:
            sentence = "A user of that name exists in this application."
            raise Problem(409, "Conflict", sentence, code="user:error:duplicate-name")
        return name


def shown(user: User, request: web.Request) -> dict[str, Any]:
    """A user as replies show it."""
    row: dict[str, Any] = _brief(user, request)
    links = row.pop("_links")
    row |= {"image_url": None, "properties": {"custom_data": {}}, "channels": {}} | user.extra
    return row | {"_links": links}


def _brief(user: User, request: web.Request) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "display_name": user.display_name,
        "_links": {"self": {"href": f"{request.url.origin()}/v1/users/{user.id}"}},
    }
