"""Run a local Vonage: `python -m sandbox`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from aiohttp import web

from sandbox.app import Sandbox
from sandbox.settings import Settings, read_settings

HOST = "127.0.0.1"


async def serve(settings: Settings) -> None:
    """Serve until the process is told to end."""
    runner = web.AppRunner(Sandbox(settings).application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await web.TCPSite(runner, HOST, settings.port).start()
        await stop.wait()
    finally:
        await runner.cleanup()


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        sys.exit(str(error))
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
