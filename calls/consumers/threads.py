"""The threads in which consoles use the database, few enough for its pool of connections.

What one agent asks for may be slow; the heartbeats of all, and telling them what is new, have
threads of their own and do not wait for it.
"""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import Any

from channels.db import database_sync_to_async

COMMANDS: Executor = ThreadPoolExecutor(4, "console-command")
BEATS: Executor = ThreadPoolExecutor(2, "console-beat")
FLOOR: Executor = ThreadPoolExecutor(1, "floor-look")  # consoles do not wait for whole floors
LOOKS: Executor = ThreadPoolExecutor(1, "console-look")  # the hub asks one thing at a time


async def run_in(threads: Executor, function: Callable[..., Any], **arguments: Any) -> Any:
    """Call it in one of these threads. It keeps its connection to SQLite; PostgreSQL's goes back
    to the pool.
    """
    run = database_sync_to_async(
        partial(function, **arguments), thread_sensitive=False, executor=threads
    )
    return await run()
