"""`/v1/files/{id}`: recordings."""

from __future__ import annotations

from aiohttp import web

from sandbox.auth import CALLER
from sandbox.files import Files
from sandbox.problems import not_found


class FilesApi:
    """An application's recordings, for its JWT."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/v1/files/{id}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        file = self.files.get(request.match_info["id"])
        if file is None or file.application_id != request[CALLER].application.id:
            raise not_found("There is no file with that id.")
        return web.Response(body=file.content, content_type=file.content_type)
