"""Forty callers and thirty agents freed at once: Vonage's limits hold, and nobody is wronged."""

import itertools

import pytest

from tools.people import wait_until

CALLERS, AGENTS = 40, 30
SETUPS, REQUESTS = 3, 15


def most_in_a_second(times: list[float]) -> int:
    """The largest number of these times (ms) within any second."""
    times = sorted(times)
    return max((sum(start <= time < start + 1000 for time in times) for start in times), default=0)


# Thirty log-ins, and thirty dials of which three are sent a second; beside another worker.
@pytest.mark.timeout(300)
def test_no_second_holds_more_than_vonage_allows(sandbox, caller, agent, ada_sees_all):
    agents = [agent(f"agent{number:02}", "after 1s") for number in range(1, AGENTS + 1)]
    callers = [caller() for _ in range(CALLERS)]
    for customer in callers:
        customer.has_heard_words("Welcome.")
        customer.press("1")
    for customer in callers:
        wait_until(customer.gets_music, "the music plays")
    before = max((row["n"] for row in sandbox.get("requests")), default=0)

    for one in agents:
        one.is_("available")
    wait_until(
        lambda: sum(leg["kind"] == "app" for leg in sandbox.live_legs()) >= AGENTS,
        "thirty agents talk",
        within=60,
    )
    for customer in callers:
        customer.hang_up()
    wait_until(lambda: not sandbox.live_legs(), "everybody has gone", within=60)

    made = [row for row in sandbox.get("requests", since=before) if "/v1/calls" in row["url"]]
    setups = [row["at"] for row in made if row["method"] == "POST"]
    others = [row["at"] for row in made if row["method"] != "POST"]
    assert len(setups) >= AGENTS
    assert most_in_a_second(setups) <= SETUPS
    assert most_in_a_second(others) <= REQUESTS
    assert {row["status"] for row in made} <= {200, 201, 204, 400, 404}
    calls = ada_sees_all(callers, "ended")
    offers = list(itertools.chain.from_iterable(call["offers"] for call in calls))
    assert {offer["state"] for offer in offers} <= {"accepted", "rescinded"}
