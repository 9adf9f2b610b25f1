"""Playing scenarios outside the tests: on a database of their own, emptied between two."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from tests.sim.scenario import Scenario
from tests.sim.services.run import Result, Run


@contextmanager
def database() -> Iterator[None]:
    """A test database beside the configured one; in memory, where that is SQLite."""
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def play(scenario: Scenario) -> Result:
    """One scenario on an empty database."""
    call_command("flush", interactive=False, verbosity=0)
    return Run(scenario).play()
