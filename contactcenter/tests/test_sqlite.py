"""Writers of one process take turns at SQLite."""

import threading

import pytest
from django.db import OperationalError, connections

from contactcenter.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def connect(tmp_path):
    """Another connection to one and the same file; who waits gives up at once."""
    opened = []

    def connect():
        default = connections["default"].settings_dict
        options = {"transaction_mode": "IMMEDIATE", "timeout": 0.01}
        settings = {**default, "NAME": str(tmp_path / "turns.sqlite3"), "OPTIONS": options}
        opened.append(DatabaseWrapper(settings, "turns"))
        return opened[-1]

    yield connect
    for one in opened:
        one.inc_thread_sharing()
        one.close()


def begin(connection):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def write(connection, number):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS written (number)")
        cursor.execute("INSERT INTO written VALUES (%s)", [number])


def written(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM written")
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_when_a_writer_ends_the_next_one_begins(connect, end):
    first, second = connect(), connect()
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)

    getattr(first, end)()
    begin(second)
    write(second, 2)
    second.commit()

    assert written(second) == [2]


def test_one_that_waits_writes_when_the_other_is_done(connect):
    first, second = connect(), connect()
    second.settings_dict["OPTIONS"]["timeout"] = 60
    second.inc_thread_sharing()
    begin(first)
    is_there = threading.Event()

    def follow():
        is_there.set()
        begin(second)
        write(second, len(written(second)) + 1)
        second.commit()

    follower = threading.Thread(target=follow)
    follower.start()
    assert is_there.wait(60)
    write(first, 1)
    first.commit()
    follower.join(60)

    assert written(first) == [1, 2]


def test_a_writer_of_another_file_waits_for_nobody(connect, tmp_path):
    first, other = connect(), connect()
    other.settings_dict["NAME"] = str(tmp_path / "another.sqlite3")
    begin(first)

    begin(other)
    write(other, 1)
    other.commit()

    assert written(other) == [1]


def test_a_turn_is_given_back_when_sqlite_refuses_to_begin(connect):
    """As it does while another process writes."""
    first, second = connect(), connect()
    with first.cursor() as outside:
        outside.execute("BEGIN IMMEDIATE")  # without a turn, as another process would
    with pytest.raises(OperationalError, match="locked"):
        begin(second)

    with first.cursor() as outside:
        outside.execute("ROLLBACK")
    begin(second)
    write(second, 1)
    second.commit()

    assert written(second) == [1]
