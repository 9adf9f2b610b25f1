"""`/` and `/page/`: the phone page's own files, and the looks it shares with our other pages."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from sandbox.gate import LOOPBACK
from sandbox.problems import forbidden

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob: mediastream:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes() -> list[web.AbstractRouteDef]:
    return [
        web.get("/", phone),
        web.get(r"/page/{name:[a-z_]+\.js}", module),
        web.static("/static", STATIC),
    ]


async def phone(request: web.Request) -> web.FileResponse:
    return _own(request, "phone.html")


async def module(request: web.Request) -> web.FileResponse:
    return _own(request, request.match_info["name"])


def _own(request: web.Request, name: str) -> web.FileResponse:
    if request.remote not in LOOPBACK:
        raise forbidden("The phone page is for this machine only.")
    return web.FileResponse(HERE / name, headers=HEADERS)
