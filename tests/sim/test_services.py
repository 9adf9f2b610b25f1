"""The real services on a real database, through bad days drawn from seeds."""

import pytest

from tests.sim.scenario import Scenario
from tests.sim.services.run import Run

# Some days are long; nothing in them waits for real time.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
AGAIN = 2  # of the seeds, on PostgreSQL as well


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=pytest.mark.db if seed < AGAIN else ()) for seed in range(20)],
)
def test_everything_holds_on_bad_days(seed):
    result = Run(Scenario.make(seed, calls=50)).play()

    assert result.calls == 50
