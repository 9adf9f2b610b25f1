"""Calls that go out: how far ends behave, and what is told about it."""

import pytest

from sandbox.tests.world import NUMBER, wait_until

JANE = {"type": "app", "user": "Jane"}
PHONE = {"type": "phone", "number": "447700900123"}
STAY = [{"action": "talk", "text": "Hello.", "loop": 0}]


async def robot(world, answer, **body):
    status, _ = await world.control("POST", "/users/Jane", {"answer": answer} | body)
    assert status == 200


async def phone(world, answer):
    body = {"number": PHONE["number"], "answer": answer}
    status, _ = await world.control("POST", "/phones", body)
    assert status == 200


async def test_a_robot_agent_answers_at_once_and_its_ncco_runs(world):
    await robot(world, "after 0s")

    uuid = await world.dial(JANE, ncco=STAY)

    await world.playing(uuid, "talk:Hello.")
    statuses = await wait_until(
        lambda: len(world.customer.statuses(uuid)) == 3 and world.customer.statuses(uuid)
    )
    assert statuses == ["started", "ringing", "answered"]
    _, call = await world.api("GET", f"/v1/calls/{uuid}")
    assert call["to"] == JANE
    assert call["from"] == {"type": "phone", "number": NUMBER}
    assert call["status"] == "answered"


async def test_the_answer_url_of_a_call_is_asked_when_it_is_answered(world):
    await phone(world, "after 2s")
    world.customer.reply("/own-answer", STAY)
    url = world.customer.url

    uuid = await world.dial(
        PHONE, answer_url=[url + "/own-answer"], answer_method="POST", event_url=[url + "/own"]
    )

    await world.playing(uuid, "talk:Hello.")
    assert world.customer.got("/own-answer")[0]["uuid"] == uuid
    assert world.customer.got("/answer") == []
    await wait_until(lambda: len(world.customer.got("/own")) == 3)
    assert world.customer.got("/event") == []


async def test_an_answer_url_is_asked_by_get_unless_said_otherwise(world):
    await phone(world, "after 0s")
    world.customer.reply("/own-answer", STAY)

    await world.dial(PHONE, answer_url=[world.customer.url + "/own-answer"])

    hook = await wait_until(
        lambda: [each for each in world.customer.hooks if each.path == "/own-answer"]
    )
    assert hook[0].method == "GET"
    assert hook[0].body["to"] == PHONE["number"]


@pytest.mark.parametrize(
    ("answer", "statuses", "detail"),
    [
        ("busy", ["started", "ringing", "busy", "completed"], None),
        ("never", ["started", "ringing", "timeout", "completed"], None),
        ("offline", ["started", "unanswered", "completed"], "unavailable"),
    ],
)
async def test_a_far_end_that_does_not_answer_is_reported(world, answer, statuses, detail):
    await robot(world, answer)

    uuid = await world.dial(JANE, ncco=STAY, ringing_timer=1)
    completed = await world.completed(uuid)

    assert world.customer.statuses(uuid) == statuses
    assert world.customer.events(uuid, statuses[-2])[0].get("detail") == detail
    assert completed["start_time"] is None
    assert completed["duration"] == "0"


async def test_no_completed_follows_a_rejected_call(world):
    await robot(world, "reject")

    uuid = await world.dial(JANE, ncco=STAY)
    await wait_until(lambda: world.customer.events(uuid, "rejected"))
    await world.sandbox.post.drained(2)

    assert world.customer.statuses(uuid) == ["started", "ringing", "rejected"]
    assert world.customer.events(uuid, "rejected")[0]["detail"] == "declined"


async def test_users_without_a_device_are_offline_and_unknown_phones_never_answer(world):
    app = await world.dial(JANE, ncco=STAY)
    number = await world.dial(PHONE, ncco=STAY, ringing_timer=1)

    await world.completed(app)
    await world.completed(number)

    assert "unanswered" in world.customer.statuses(app)
    assert "timeout" in world.customer.statuses(number)


async def test_hanging_up_before_the_answer_cancels(world):
    await robot(world, "never")
    uuid = await world.dial(JANE, ncco=STAY)
    await wait_until(lambda: "ringing" in world.customer.statuses(uuid))

    status = await world.modify(uuid, "hangup")
    await world.completed(uuid)

    assert status == 204
    assert world.customer.statuses(uuid) == ["started", "ringing", "cancelled", "completed"]


async def test_hanging_up_an_answered_call_completes_it(world):
    await robot(world, "after 0s")
    uuid = await world.dial(JANE, ncco=STAY)
    await world.playing(uuid, "talk:Hello.")

    await world.modify(uuid, "hangup")

    assert (await world.completed(uuid))["disconnected_by"] == "platform"
    status, _ = await world.api("PUT", f"/v1/calls/{uuid}", {"action": "hangup"})
    assert status == 404
    _, call = await world.api("GET", f"/v1/calls/{uuid}")
    assert call["status"] == "completed"
    assert call["end_time"]


async def test_a_call_lasts_no_longer_than_its_length_timer(world):
    await robot(world, "after 0s")

    uuid = await world.dial(JANE, ncco=STAY, length_timer=2)

    assert (await world.completed(uuid))["disconnected_by"] == "platform"


async def test_only_a_hang_up_is_possible_before_the_answer(world):
    await robot(world, "never")
    uuid = await world.dial(JANE, ncco=STAY)

    statuses = [await world.modify(uuid, word) for word in ("mute", "earmuff")]
    statuses.append(await world.transfer(uuid, *STAY))
    talk, _ = await world.api("PUT", f"/v1/calls/{uuid}/talk", {"text": "Hi"})

    assert [*statuses, talk] == [400, 400, 400, 400]


async def test_a_far_end_that_is_lost_is_ended_by_the_platform(world):
    await robot(world, "after 0s")
    uuid = await world.dial(JANE, ncco=STAY)
    await world.playing(uuid, "talk:Hello.")

    await world.control("POST", f"/calls/{uuid}/lose")

    assert (await world.completed(uuid))["disconnected_by"] == "platform"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": []}, "to"),
        ({"to": [{"type": "phone", "number": "+4477"}]}, "to[0].number"),
        ({"to": [{"type": "sip", "uri": "sip:bob@example.com"}]}, "to[0].type"),
        ({"from": {"type": "phone", "number": "447700900999"}}, "from.number"),
        ({"from": None}, "from"),
        ({"ncco": None}, "ncco"),
        ({"ncco": [{"action": "sing"}]}, "ncco"),
        ({"answer_url": ["https://example.com"]}, "ncco"),
        ({"ncco": None, "answer_url": "https://example.com"}, "answer_url"),
        ({"ringing_timer": 121}, "ringing_timer"),
        ({"length_timer": 0}, "length_timer"),
        ({"event_url": ["nowhere"]}, "event_url"),
        ({"answerurl": ["https://example.com"]}, "answerurl"),
    ],
)
async def test_a_wrong_call_is_refused_with_the_name_of_the_field(world, change, field):
    body = {"to": [JANE], "from": {"type": "phone", "number": NUMBER}, "ncco": STAY} | change

    status, reply = await world.api("POST", "/v1/calls", body)

    assert status == 400
    assert list(reply["invalid_parameters"]) == [field]
    assert reply["detail"].startswith(f"{field}: ")


async def test_calls_are_listed_by_page_and_status(world):
    await robot(world, "after 0s")
    first = await world.dial(JANE, ncco=STAY)
    second = await world.dial(JANE, ncco=STAY)
    await world.playing(first, "talk:Hello.")
    await world.playing(second, "talk:Hello.")
    await world.modify(first, "hangup")

    _, page = await world.api("GET", "/v1/calls?page_size=1")
    _, live = await world.api("GET", "/v1/calls?status=answered&order=desc")

    assert page["count"] == 2
    assert [call["uuid"] for call in page["_embedded"]["calls"]] == [first]
    assert page["_links"]["next"]["href"].startswith(world.url)
    assert [call["uuid"] for call in live["_embedded"]["calls"]] == [second]
