from django.conf import settings

from contactcenter.asgi import SocketSession

KEY = "k" * 32


async def test_a_socket_knows_the_session_of_its_cookie_and_sends_past_it():
    seen = []

    async def application(scope, receive, send):
        seen.append((scope["session"].session_key, send))

    async def receive():
        raise AssertionError

    async def send(message):
        raise AssertionError

    scope = {"type": "websocket", "cookies": {settings.SESSION_COOKIE_NAME: KEY}}
    await SocketSession(application)(scope, receive, send)

    assert seen == [(KEY, send)]
