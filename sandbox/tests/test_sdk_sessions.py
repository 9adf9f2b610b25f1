"""Sessions: logging in, staying in, and how they end."""

import json
import time

from sandbox.tests.rooms import room
from sandbox.tests.world import wait_until

MINUTES = 60


async def refused(sdk, token: str) -> str:
    browser = sdk.new_browser("jane", token)
    return str((await browser.log_in())["type"])


async def test_a_user_logs_in(sdk):
    jane = sdk.new_browser("jane")
    body = (await jane.log_in())["body"]
    status, user = await jane.ask("GET", "/v0.3/users/me")
    assert (status, user["id"], user["name"]) == (200, body["user_id"], "jane")
    assert body["name"] == "jane"
    assert body["pending_events"] == []


async def test_bad_tokens_do_not_log_in(sdk):
    past = int(time.time()) - 2000
    assert await refused(sdk, "nonsense") == "system:error:invalid-token"
    assert await refused(sdk, sdk.token("nobody")) == "system:error:invalid-token"
    assert await refused(sdk, sdk.token("jane", iat=past)) == "system:error:expired-token"
    assert await sdk.seen("jane") == 404


async def test_who_is_refused_is_disconnected(sdk):
    browser = sdk.new_browser("jane", "nonsense")
    await browser.log_in()
    await wait_until(lambda: not browser.socket.connected)


async def test_a_user_has_at_most_twenty_sessions(sdk):
    for _ in range(20):
        await sdk.browser("jane")
    assert await refused(sdk, sdk.token("jane")) == "session:error:max-open-sessions"
    await sdk.browser("joe")


async def test_requests_need_the_token_of_a_user(sdk):
    jane = await sdk.browser("jane")
    for token in ("nonsense", sdk.world.token(), sdk.token("nobody")):
        jane.token = token
        assert (await jane.ask("GET", "/v0.3/users/me"))[0] == 401


async def test_a_tokens_acl_rules_over_paths(sdk):
    acl: dict[str, dict[str, dict[str, str]]] = {"paths": {"/*/users/**": {}, "/*/sessions/**": {}}}
    jane = sdk.new_browser("jane", sdk.token("jane", acl=acl))
    await jane.log_in()
    assert (await jane.ask("GET", "/v0.3/users/me"))[0] == 200
    assert (await jane.ask("GET", "/v0.3/legs/none"))[0] == 403


async def test_a_session_needs_an_acl_that_allows_sessions(sdk):
    token = sdk.token("jane", acl={"paths": {"/*/users/**": {}}})
    assert await refused(sdk, token) == "system:error:permission"
    assert await refused(sdk, sdk.token("jane", acl={})) == "system:error:permission"
    assert await sdk.seen("jane") == 404


async def test_a_page_of_another_origin_may_ask(sdk):
    url = f"{sdk.world.url}/v0.3/users/me"
    async with sdk.world.http.options(url) as reply:
        assert reply.status == 204
        assert reply.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
        assert "DELETE" in reply.headers["Access-Control-Allow-Methods"]
    async with sdk.world.http.get(url) as reply:
        assert reply.status == 401
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


async def test_refusals_have_a_code(sdk):
    jane = await sdk.browser("jane")
    status, body = await jane.ask("GET", "/v0.3/legs/none")
    assert status == 404
    assert body["code"] == "leg:error:not-found"
    assert {"title", "type", "detail"} < body.keys()


async def test_a_session_ends_with_its_token(sdk):
    jane = await sdk.browser("jane")
    await sdk.clock.advance(15 * MINUTES)
    await jane.got("system:error:expired-token")
    await wait_until(lambda: not jane.socket.connected)
    assert (await jane.ask("GET", "/v0.3/users/me"))[0] == 401


async def test_a_new_token_keeps_a_session_alive(sdk):
    jane = await sdk.browser("jane")
    jane.token = sdk.token("jane", exp=int(time.time()) + 60 * MINUTES)
    status, body = await jane.ask("PUT", f"/v0.2/sessions/{jane.session}", "")
    assert (status, body["session_id"]) == (200, jane.session)
    await sdk.clock.advance(15 * MINUTES)
    assert (await jane.ask("GET", "/v0.3/users/me"))[0] == 200
    assert jane.socket.connected


async def test_nobody_renews_the_session_of_another(sdk):
    jane, joe = await sdk.browser("jane"), await sdk.browser("joe")
    assert (await joe.ask("PUT", f"/v0.2/sessions/{jane.session}", ""))[0] == 404


async def test_a_token_can_be_made_to_expire(sdk):
    jane = await sdk.browser("jane")
    await sdk.harm("jane", "expire_token")
    await jane.got("system:error:expired-token")
    assert (await jane.ask("GET", "/v0.3/users/me"))[0] == 401
    assert await refused(sdk, jane.token) == "system:error:expired-token"
    again = sdk.new_browser("jane")
    assert (await again.log_in(jane.session))["body"]["id"] == jane.session


async def test_what_a_browser_missed_comes_when_it_is_back(sdk):
    jane = await sdk.browser("jane")
    await sdk.harm("jane", "drop_socket")
    await wait_until(lambda: not jane.socket.connected)
    uuid = await sdk.ring("jane", room("Support"))
    again = sdk.new_browser("jane")
    greeting = await again.log_in(jane.session)
    assert greeting["body"]["id"] == jane.session
    (missed,) = greeting["body"]["pending_events"]
    assert missed["type"] == "member:invited"
    assert missed["body"]["channel"]["id"] == uuid
    await again.answer(missed)
    await sdk.world.in_room(uuid, "Support")


async def test_a_session_is_forgotten_a_minute_after_its_socket(sdk):
    jane = await sdk.browser("jane")
    await sdk.harm("jane", "drop_socket")
    await wait_until(lambda: not jane.socket.connected)
    await sdk.clock.advance(59)
    assert (await sdk.seen("jane"))["sessions"] == 0
    await sdk.clock.advance(1)
    assert await sdk.seen("jane") == 404
    again = sdk.new_browser("jane")
    assert (await again.log_in(jane.session))["body"]["id"] != jane.session


async def test_nobody_resumes_the_session_of_another(sdk):
    jane, joe = await sdk.browser("jane"), sdk.new_browser("joe")
    assert (await joe.log_in(jane.session))["body"]["id"] != jane.session


async def test_logging_out_ends_the_session(sdk):
    jane = await sdk.browser("jane")
    await jane.socket.emit("session:logout", {"tid": "1", "body": {}})
    await wait_until(lambda: not sdk.world.sandbox.sdk.sessions.by_id)
    assert await sdk.seen("jane") == 404


async def test_browsers_requests_are_kept_without_tokens_and_sockets_not_at_all(sdk):
    jane = await sdk.browser("jane")
    await jane.ask("GET", "/v0.3/users/me")
    await jane.call(ticket=42)
    gone = await sdk.browser("jane")
    await gone.leave()
    await wait_until(lambda: sdk.world.sandbox.sdk.sessions.by_id[gone.session].line is None)
    await jane.ask("POST", "/v2/rtc/metrics", {})
    _, rows = await sdk.world.control("GET", "/requests")
    urls = [row["url"] for row in rows]
    assert {"/v0.3/users/me", "/v0.3/legs", "/v0.3/knocking", "/v2/rtc/metrics"} <= set(urls)
    text = json.dumps(rows)
    assert jane.token not in text
    assert gone.token not in text
    assert "fingerprint" not in text


async def test_browsers_do_not_say_where_the_platform_is(sdk):
    jane = await sdk.browser("jane")
    sdk.world.sandbox.region.url = "http://known"
    await jane.ask("POST", "/v2/rtc/metrics", {})
    assert sdk.world.sandbox.region.url == "http://known"


async def test_a_socket_that_was_replaced_is_not_missed(sdk):
    jane, again = await sdk.browser("jane"), sdk.new_browser("jane")
    await again.log_in(jane.session)
    await jane.socket.disconnect()
    uuid = await sdk.ring("jane", room("Support"))
    assert await sdk.invite(again, uuid)
    assert (await sdk.seen("jane"))["sessions"] == 1


async def test_a_session_has_one_socket(sdk):
    jane, again = await sdk.browser("jane"), sdk.new_browser("jane")
    await again.log_in(jane.session)
    await wait_until(lambda: not jane.socket.connected)
    assert again.socket.connected
    assert (await sdk.seen("jane"))["sessions"] == 1


async def test_logging_out_from_a_socket_that_was_replaced_ends_nothing(sdk):
    jane, again = await sdk.browser("jane"), sdk.new_browser("jane")
    sessions = sdk.world.sandbox.sdk.sessions
    old = sessions.by_id[jane.session].line
    await again.log_in(jane.session)
    sessions.end(sessions.by_id[jane.session], old)
    assert (await sdk.seen("jane"))["sessions"] == 1
    await sdk.invite(again, await sdk.ring("jane", room("Support")))
