"""The least a server can do here: uvicorn, served as ours is, that answers every request alike."""

import sys

import uvicorn

from contactcenter.limits import Application, Receive, Scope, Send


def answering(body: bytes) -> Application:
    """An ASGI application that reads the request and answers 200 with this JSON."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return application


if __name__ == "__main__":
    uvicorn.run(
        answering(sys.argv[2].encode()),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
