"""A floor's end of its websocket."""

import json

from channels.routing import get_default_application

from calls.tests.sockets import ORIGIN, Patient


class FloorSocket(Patient):
    """It keeps the version of its last frame and insists on the next."""

    def __init__(self, cookie="", *, wall=None, origin=ORIGIN):
        headers = [(b"cookie", cookie.encode())] if cookie else []
        if origin is not None:
            headers.append((b"origin", origin))
        path = "/ws/floor/" + (f"?wall={wall}" if wall is not None else "")
        super().__init__(get_default_application(), path, headers)
        self.version = 0

    async def frame(self):
        found = json.loads(await self.receive_from())
        if found["type"] == "result":
            return found
        self.version += 1
        assert found["version"] == self.version
        return found

    async def changes(self, section):
        """The next delta that tells of this section."""
        while True:
            found = (await self.frame())["changes"]
            if section in found:
                return found[section]

    async def tell(self, **content):
        await self.send_to(json.dumps(content))

    async def ask(self, **content):
        """Send a command, and read until its result."""
        await self.tell(id="c1", **content)
        while (found := await self.frame())["type"] != "result":
            pass
        return found

    async def closed(self):
        while (event := await self.receive_output())["type"] != "websocket.close":
            pass
        return event["code"]


def by(rows, value, key="name"):
    return next(row for row in rows if row[key] == value)
