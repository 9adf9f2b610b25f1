"""What people have written or named may be one long word: no page runs out sideways."""

import pytest

from tools.talk_tour import CALL, CARD, TARGETS, ago, customer, offer, own, party, talk

WORD = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 2
ADDRESS = f"{WORD}@{WORD}.example"
EARLIER = {
    "id": 3, "at": ago(3600), "direction": "inbound", "queue": WORD, "agent": WORD, "talk_s": 60,
    "outcome": WORD, "note": WORD, "callback": None, "voicemail": False, "mine": True,
}  # fmt: skip
WHO = {
    "id": 1, "key": "r", "name": WORD, "company": WORD, "email": ADDRESS, "note": WORD,
    "external_id": "", "numbers": [],
}  # fmt: skip
STEP = {"at": ago(60), "seg": "talk", "text": WORD}
OVER = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(params=[320, 500, 1280])
def wordy(request, told, jane):
    """Jane's console at some width, where everybody and everything has a long name."""
    outcomes = [{"id": 1, "label": WORD, "children": []}]
    card = {"customer": WHO, "earlier": [EARLIER], "steps": [STEP], "dispositions": outcomes}
    told.answers(f"/api/calls/{CALL}/card", CARD | card)
    agent, queue = TARGETS["agents"][0], TARGETS["queues"][0]
    long = {"agents": [agent | {"name": WORD, "reason": WORD}], "queues": [queue | {"name": WORD}]}
    told.answers("/api/targets*", TARGETS | long)
    told.queues(name=WORD)
    told.people(name=WORD, queues=[WORD], state="on_break", reason=WORD)
    jane.page.set_viewport_size({"width": request.param, "height": 700})
    yield jane
    told.queues()
    told.people()
    told.answers(f"/api/calls/{CALL}/card", CARD)
    told.answers("/api/targets*", TARGETS)


def test_between_calls(wordy, page):
    wordy.says(WORD)

    assert page.evaluate(OVER) <= 0


def test_while_a_call_is_offered(wordy, told, page):
    told.agent(state="offered", offer=offer("call", queue=WORD, choice=WORD))
    wordy.says(ADDRESS)

    assert page.evaluate(OVER) <= 0


def test_in_a_call(wordy, told, page):
    parties = [customer(), own(), party(3, "agent", name=WORD, role="conference")]
    listener = {"name": WORD, "mode": "listen"}
    told.agent(state="busy", call=talk(queue=WORD, parties=parties, supervisors=[listener]))
    wordy.says(ADDRESS)
    wordy.control("Transfer").click()
    page.get_by_role("button", name=f"Transfer to {WORD}").first.wait_for()

    assert page.evaluate(OVER) <= 0
