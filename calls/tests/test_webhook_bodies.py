"""Bodies that are signed and yet not what Vonage could have sent: nothing comes of them."""

import json

import pytest
from channels.routing import get_default_application

from calls.models import Leg, VonageEvent
from calls.tests.doors import ABSENT, ANSWER, EVENT, KEY, NOTHING, PATHS, changed, rows

pytestmark = [pytest.mark.db, pytest.mark.django_db]

MENU = ["talk", "input"]


def actions(response):
    return [action["action"] for action in response.json()]


UNREADABLE = {
    "empty": b"",
    "half": b'{"to":',
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "true": b"true",
    "two objects": b"{}{}",
    "NaN": b'{"uuid":"a","conversation_uuid":"C","status":NaN}',
    "Infinity": b'{"uuid":"a","conversation_uuid":"C","status":-Infinity}',
    "a key twice": b'{"uuid":"a","uuid":"b","conversation_uuid":"C"}',
    "a key twice inside": b'{"uuid":"a","conversation_uuid":"C","x":{"y":1,"y":2}}',
    "1e400": b'{"uuid":"a","conversation_uuid":"C","x":1e400}',
    "4,000 digits": b'{"uuid":"a","conversation_uuid":"C","x":' + b"9" * 4000 + b"}",
    "5,000 digits": b'{"uuid":"a","conversation_uuid":"C","x":' + b"9" * 5000 + b"}",
    "10,000 lists": b'{"uuid":"a","conversation_uuid":"C","x":'
    + b"[" * 10**4
    + b"]" * 10**4
    + b"}",
    "10,000 objects": b'{"x":' * 10**4 + b"1" + b"}" * 10**4,
    "900 lists": b'{"uuid":"a","conversation_uuid":"C","x":' + b"[" * 900 + b"]" * 900 + b"}",
    "a lone surrogate": b'{"uuid":"a","conversation_uuid":"C","from":"\\ud83d"}',
    "NUL": b'{"uuid":"a","conversation_uuid":"C","from":"a\\u0000"}',
    "NUL in a name": b'{"uuid":"a","conversation_uuid":"C","x":{"a\\u0000":1}}',
    "a raw control character": b'{"uuid":"a\x01","conversation_uuid":"C"}',
    "not UTF-8": b'{"uuid":"a","conversation_uuid":"C","from":"\xff"}',
    "UTF-16": '{"uuid":"a","conversation_uuid":"C"}'.encode("utf-16"),
    "UTF-8 of a surrogate": b'{"uuid":"a","conversation_uuid":"C","from":"\xed\xa0\x80"}',
}


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_a_json_object_is_refused_and_changes_nothing(doors, path):
    responses = {name: doors.send(path, body) for name, body in UNREADABLE.items()}

    assert {name: one.status_code for name, one in responses.items()} == dict.fromkeys(
        UNREADABLE, 400
    )
    assert {one.json()["error"]["code"] for one in responses.values()} == {"invalid"}
    assert rows() == NOTHING


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("text/plain", {}),
        ("application/x-www-form-urlencoded", {}),
        ("multipart/form-data; boundary=x", {}),
        ("application/jsonp", {}),
        ("", {}),
        ("application/json", {"Content-Encoding": "gzip"}),
        ("application/json", {"Content-Encoding": "identity"}),
    ],
)
def test_only_plain_json_is_read(doors, content_type, headers):
    responses = [doors.post(path, ANSWER, content_type=content_type, **headers) for path in PATHS]

    assert [response.status_code for response in responses] == [415] * len(PATHS)
    assert rows() == NOTHING


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_is_read_however_it_is_called(doors, content_type):
    assert doors.post("/webhooks/answer", ANSWER, content_type=content_type).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense"])
def test_the_answer_is_json_whatever_is_asked_for(doors, accept):
    response = doors.post("/webhooks/answer?format=xml", ANSWER, Accept=accept)

    assert actions(response) == MENU
    assert response["Content-Type"] == "application/json"


WRONG_UUIDS = [
    ABSENT,
    None,
    "",
    "' OR 1=1; DROP TABLE calls_call; --",
    "../../etc/passwd",
    "a" * 65,
    "a" * 10_000,
    "a b",
    "a_b",
    "a\n",
    "é",
    "١٢٣",
    7,
    True,
    ["a"],
    {"a": "a"},
]


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("/webhooks/answer", ANSWER),
        (f"/webhooks/answer/{KEY}", ANSWER),
        ("/webhooks/event", EVENT),
        (f"/webhooks/event/{KEY}", EVENT),
        (f"/webhooks/input/{KEY}/1", changed(EVENT, status=ABSENT, dtmf={"digits": "1"})),
        ("/webhooks/fallback", ANSWER),
    ],
)
def test_a_leg_without_a_right_uuid_is_refused(doors, path, payload):
    believed = [
        uuid
        for uuid in WRONG_UUIDS
        if doors.post(path, changed(payload, uuid=uuid)).status_code != 400
    ]

    assert believed == []
    assert rows() == NOTHING


@pytest.mark.parametrize(
    "uuid", ["a", "0", "A-9", "-", "63f61863-4a51-4f6b-86e1-46edebcf9356", "z" * 64]
)
def test_a_leg_with_a_right_uuid_is_answered(doors, uuid):
    response = doors.post("/webhooks/answer", changed(ANSWER, uuid=uuid))

    assert actions(response) == MENU
    assert Leg.objects.get().uuid == uuid


@pytest.mark.parametrize("conversation", [ABSENT, None, 7, []], ids=repr)
@pytest.mark.parametrize(
    ("path", "payload"),
    [("/webhooks/answer", ANSWER), ("/webhooks/event", EVENT), ("/webhooks/fallback", ANSWER)],
)
def test_a_leg_without_a_conversation_is_refused(doors, path, payload, conversation):
    response = doors.post(path, changed(payload, conversation_uuid=conversation))

    assert response.status_code == 400
    assert rows() == NOTHING


@pytest.mark.parametrize(
    "path",
    [
        f"/webhooks/input/{KEY}/{'9' * 200}",
        f"/webhooks/notify/{KEY}/{'9' * 5000}",
        f"/webhooks/input/{KEY}/-1",
        "/webhooks/event/ABCDEF0123456789",
        "/webhooks/answer/..%2f..%2fetc",
        "/webhooks/answer/",
    ],
    ids=lambda path: path[:40],
)
def test_an_address_that_is_none_of_ours_is_not_found(doors, path):
    response = doors.post(path, ANSWER)

    assert response.status_code == 404
    assert rows() == NOTHING


async def test_a_long_body_is_refused_before_it_is_read(settings):
    sent = []

    async def receive():
        raise AssertionError("It was read.")

    async def send(message):
        sent.append(message)

    length = str(settings.WEBHOOK_MAX_BYTES + 1).encode()
    scope = {
        "type": "http",
        "path": "/webhooks/answer",
        "method": "POST",
        "headers": [(b"content-length", length)],
    }

    await get_default_application()(scope, receive, send)

    assert sent[0]["status"] == 413


def test_the_body_is_kept_as_it_came(doors):
    body = json.dumps(changed(ANSWER, SipHeader_X="<é&😀>", nested={"a": [1, 2.5, None, True]}))

    doors.send("/webhooks/answer", body.encode())

    assert VonageEvent.objects.get().body == json.loads(body)
