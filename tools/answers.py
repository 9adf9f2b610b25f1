"""Whether the database (DATABASE_URL) or Redis (REDIS_URL) answers: exit 0, or 1."""

import os
import sys

import psycopg
import redis


def database() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=3) as connection:
        connection.execute("SELECT 1")


def hints() -> None:
    redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=3).ping()


if __name__ == "__main__":
    try:
        {"database": database, "redis": hints}[sys.argv[1]]()
    except (psycopg.Error, redis.RedisError):
        sys.exit(1)
