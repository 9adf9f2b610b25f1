"""The least a server can do to tell many: uvicorn, served as ours is, that sends a frame to all."""

import sys

import uvicorn

from contactcenter.limits import Application, Receive, Scope, Send


def telling() -> Application:
    """An ASGI application that sends every text frame it gets to each of its sockets."""
    sockets: set[Send] = set()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await receive()
        await send({"type": "websocket.accept"})
        sockets.add(send)
        while (message := await receive())["type"] == "websocket.receive":
            for one in sockets:
                await one({"type": "websocket.send", "text": message["text"]})
        sockets.discard(send)

    return application


if __name__ == "__main__":
    uvicorn.run(
        telling(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
