"""A PostgreSQL database of a benchmark's own, where a server answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/postgres"


def server() -> str:
    """Where the server is, and who we are there: BENCH_POSTGRES_URL, or a local one."""
    return os.environ.get("BENCH_POSTGRES_URL") or DEFAULT_URL


def refusal(url: str) -> str:
    """Why there is nothing to measure there, without the password; "" when it answers."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error as error:
        parts = urlsplit(url)
        return (
            f"PostgreSQL at {parts.hostname}:{parts.port or 5432} skipped: {type(error).__name__}."
        )
    return ""


@contextmanager
def own_database(url: str) -> Iterator[tuple[str, str]]:
    """A new database: its address and its name. It is dropped afterwards, come what may."""
    name = f"bench_{token_hex(6)}"
    _execute(url, "CREATE DATABASE {}", name)
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl(), name
    finally:
        _execute(url, "DROP DATABASE {} WITH (FORCE)", name)


def _execute(url: str, command: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(command).format(sql.Identifier(name)))
