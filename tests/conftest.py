"""What journeys have in common, whether their agents are robots or sit at browsers."""

import pytest

from tests.journeys.hearing import OUTSIDE
from tools.people import Party, wait_until


@pytest.fixture
def telephone(sandbox):
    """Says how a number outside behaves; then, once it has answered, who is there."""

    def answered(number):
        legs = (leg for leg in sandbox.live_legs() if leg["number"] == number)
        return next((leg["uuid"] for leg in legs if leg["status"] == "answered"), None)

    def behaves(number, answer="after 1s"):
        body = {"number": number, "answer": answer, "audio": {"tone": OUTSIDE}}
        sandbox.post("phones", body)
        return lambda: Party(sandbox, wait_until(lambda: answered(number), f"{number} answers"))

    return behaves
