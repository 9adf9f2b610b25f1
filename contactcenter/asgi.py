"""Everything that comes in, and the embedded router's life."""

import asyncio
import os
import warnings
from typing import Any

from channels.auth import AuthMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import CookieMiddleware, InstanceSessionWrapper, SessionMiddleware
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.exception import convert_exception_to_response

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings")
pages: Any = get_asgi_application()  # Before the imports below: it loads the models.

from calls.broadcast import hear_others  # noqa: E402
from calls.router.loop import Router  # noqa: E402
from calls.routes import websocket_urlpatterns  # noqa: E402
from contactcenter.limits import LimitBody, Receive, Scope, Send  # noqa: E402
from contactcenter.threads import KeepThreads  # noqa: E402

# WhiteNoise serves small files of ours by synchronous iterators, which is no harm under ASGI.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")

WEBHOOKS = "/webhooks/"


class WithoutMiddleware(ASGIHandler):
    """Django for webhooks: no session, no cookie, no page, so none of the layers for them.

    Under ASGI each layer costs two changes of thread; without them an answer webhook takes a third
    less of the processor (`make bench`).
    """

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        respond = self._get_response_async  # type: ignore[attr-defined]
        self._middleware_chain = convert_exception_to_response(respond)


class SameOrigin(OriginValidator):
    """Browsers always name their origin, and only ours may open a socket with our cookie.

    A program that names none has no page to be tricked by.
    """

    def valid_origin(self, parsed_origin: Any) -> bool:
        try:
            return parsed_origin is None or bool(super().valid_origin(parsed_origin))
        except ValueError:  # a port that is none
            return False


class SocketSession(SessionMiddleware):
    """The session of a socket's cookie, which nothing that is said there changes.

    Channels' own looks at it for every frame that is sent, in case it is to be saved. For a
    thousand floors that took as long as the sending itself (`make bench`).
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = InstanceSessionWrapper(scope, send)
        await session.resolve_session()
        await self.inner(session.scope, receive, send)


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Hear the hints of other processes, and run the router where it is embedded."""
    end_hearing = hear_others()
    router = Router() if settings.ROUTER_EMBEDDED else None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if router:
                await asyncio.to_thread(router.start)
            await send({"type": "lifespan.startup.complete"})
        else:
            if router:
                await asyncio.to_thread(router.stop)
            await asyncio.to_thread(end_hearing)
            await send({"type": "lifespan.shutdown.complete"})
            return


without_middleware: Any = WithoutMiddleware()
webhooks = LimitBody(KeepThreads(without_middleware), limit=settings.WEBHOOK_MAX_BYTES, seconds=10)
# Django refuses longer bodies too, but only once they are on the disk. Slow lines get their time.
with_middleware = LimitBody(
    KeepThreads(pages), limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE, seconds=60
)


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    door = webhooks if scope["path"].startswith(WEBHOOKS) else with_middleware
    await door(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": SameOrigin(
            CookieMiddleware(SocketSession(AuthMiddleware(URLRouter(websocket_urlpatterns)))),
            [settings.PUBLIC_URL, *settings.ALLOWED_HOSTS],
        ),
        "lifespan": lifespan,
    }
)
