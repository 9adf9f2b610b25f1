"""Word of recordings at our door: late, odd or of nothing; nobody is harmed."""

import pytest

from calls.models import Voicemail, VonageEvent
from calls.tests.doors import ABSENT, KEY, NOTHING, changed, error, rows

pytestmark = [pytest.mark.db, pytest.mark.django_db]

RECORDED = {
    "start_time": "2026-11-20T10:00:00Z",
    "end_time": "2026-11-20T10:00:12Z",
    "size": 240352,
    "recording_url": "https://api-eu.nexmo.com/v1/files/7f3e0f1a-0000-4000-8000-2f6c5d3a9b10",
    "recording_uuid": "7f3e0f1a-0000-4000-8000-2f6c5d3a9b10",
    "conversation_uuid": "CON-0",
    "timestamp": "2026-11-20T10:00:12.100Z",
}


def test_a_recording_that_nobody_made_is_kept_without_effect(doors):
    response = doors.post(f"/webhooks/record/{KEY}", RECORDED)

    assert (response.status_code, response.content) == (204, b"")
    kept = VonageEvent.objects.get()
    assert (kept.kind, kept.body, kept.error) == ("record", RECORDED, "")
    assert rows()[:-1] == NOTHING[:-1]


@pytest.mark.parametrize("url", [ABSENT, None, 7, [], {}], ids=repr)
def test_a_recording_without_an_address_is_refused(doors, url):
    response = doors.post(f"/webhooks/record/{KEY}", changed(RECORDED, recording_url=url))

    assert error(response) == (400, "invalid")
    assert rows() == NOTHING


@pytest.mark.parametrize(
    "odd",
    [
        {"start_time": ABSENT},
        {"end_time": "9999-12-31T23:59:59Z"},
        {"start_time": [], "end_time": {}},
        {"size": "many"},
        {"size": -1},
        {"size": 10**17},
        {"recording_uuid": ABSENT},
        {"conversation_uuid": ABSENT},
        {"start_time": "2026-11-20T10:00:12Z", "end_time": "2026-11-20T10:00:00Z"},
        {"recording_url": "x" * 5000},
        {"recording_url": "https://api-eu.nexmo.com\n.example.com/"},
        {"transcription": {"text": "hello"}},
    ],
    ids=lambda odd: str(odd)[:40],
)
def test_whatever_else_is_said_of_a_recording_is_taken(doors, odd):
    call = doors.world.waits()
    message = Voicemail.objects.create(call=call, key=KEY, began_at=doors.world.now)

    response = doors.post(f"/webhooks/record/{KEY}", changed(RECORDED, **odd))

    assert response.status_code == 204
    assert VonageEvent.objects.last().error == ""
    message.refresh_from_db()
    assert message.state in {"recording", "new"}
    assert message.duration in {None, 12}
