"""Everything that comes in, and the embedded router's life."""

import asyncio
import os
import warnings
from typing import Any, cast

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings")
http = get_asgi_application()  # Before the imports below: it loads the models.

from calls.broadcast import hear_others  # noqa: E402
from calls.router.loop import Router  # noqa: E402
from calls.routes import websocket_urlpatterns  # noqa: E402
from contactcenter.limits import Application, LimitBody, Receive, Scope, Send  # noqa: E402

# WhiteNoise serves small files of ours by synchronous iterators, which is no harm under ASGI.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")


class SameOrigin(OriginValidator):
    """Browsers always name their origin, and only ours may open a socket with our cookie.

    A program that names none has no page to be tricked by.
    """

    def valid_origin(self, parsed_origin: Any) -> bool:
        try:
            return parsed_origin is None or bool(super().valid_origin(parsed_origin))
        except ValueError:  # a port that is none
            return False


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


application = ProtocolTypeRouter(
    {
        "http": LimitBody(
            cast("Application", http), prefix="/webhooks/", limit=settings.WEBHOOK_MAX_BYTES
        ),
        "websocket": SameOrigin(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
            [settings.PUBLIC_URL, *settings.ALLOWED_HOSTS],
        ),
        "lifespan": lifespan,
    }
)
