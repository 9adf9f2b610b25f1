"""What the console makes of what it is told: states that would take long to come about."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tools.pages import ConsolePage
from tools.retold import Retold

SEEN_WITHIN = 12_000  # milliseconds: consoles ask for what others did one after the other
LONG = "Training for the new price list of the autumn season, group B"
MESSAGE = {
    "id": 1, "call": 1, "number": "447700900123", "queue": "Sales", "began_at": "", "duration": 48,
    "state": "new", "claimed_by": None, "mine": False, "claimable": True,
    "audio": "/static/audio/hold.mp3",
}  # fmt: skip
CARD = {
    "id": 9, "kind": "call", "number": None, "from": "447700900001", "to": "442079460000",
    "queue": "Sales", "steps": [], "note": "", "disposition": None, "dispositions": [],
    "outcome_required": False, "calls_30_days": 0, "earlier": [],
}  # fmt: skip
NOTHING: dict[str, list] = {"voicemails": [], "callbacks": [], "outcomes": []}


def ago(seconds):
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def message(number=1, **facts):
    return MESSAGE | {"id": number, "began_at": ago(60)} | facts


def holding(*messages):
    return NOTHING | {"voicemails": list(messages)}


def offer():
    return {
        "id": 9, "call": 9, "kind": "call", "queue": "Sales", "from": "447700900001",
        "to": "442079460000", "number": None, "enqueued_at": ago(9), "ring_until": ago(-60),
        "priority": 0, "needs": [], "uuid": None, "choice": None, "why": None,
    }  # fmt: skip


def wrap_up(**facts):
    return {
        "call": 9, "kind": "call", "number": None, "from": "447700900001", "to": "442079460000",
        "queue": "Sales", "answered_at": ago(90), "ended_at": ago(5), "hung_up_by": "customer",
        "extendable": True, "seconds": 30, "outcome_required": False, "outcome": None, **facts,
    }  # fmt: skip


@pytest.fixture(scope="module")
def told(stack, voice):
    """Jane's console, which is told what the tests say."""
    context = voice(1100).new_context(permissions=["microphone"])
    told = Retold(context.new_page())
    told.answers("/api/calls/9/card", CARD)
    told.answers("/api/todo", NOTHING)
    ConsolePage(told.page, stack, "jane").log_in().go_available()
    yield told
    context.close()


@pytest.fixture
def page(told):
    return told.page


@pytest.fixture
def ask(told):
    """Makes the page ask for its list at once, as after something that Jane has done herself."""
    counts = itertools.count(1)

    def anew():
        told.agent(outcomes=next(counts))

    return anew


@pytest.fixture
def jane(told, stack, ask):
    """Jane, available, with nothing to do."""
    jane = ConsolePage(told.page, stack, "jane")
    told.page.locator("#toasts").evaluate("it => it.replaceChildren()")
    told.agent()
    jane.has(view="available")
    for queue in ("Sales", "Support", ""):
        told.queues(queue)
    list_has(jane, told, ask)
    return jane


def list_has(jane, told, ask, *messages):
    told.answers("/api/todo", holding(*messages))
    ask()
    expect(jane.todo).to_have_count(len(messages))


def is_playing(page):
    playing = "[...document.querySelectorAll('#todo audio')].map(it => !it.paused)"
    return page.evaluate(playing)


def plays(page, at=0):
    page.locator("#todo audio").nth(at).evaluate("it => it.play()")


def test_a_message_falls_silent_when_a_call_is_offered(jane, told, page, ask):
    list_has(jane, told, ask, message())
    plays(page)
    assert is_playing(page) == [True]

    told.agent(state="offered", offer=offer())
    jane.has(view="offer")

    assert is_playing(page) == [False]


def test_one_message_plays_at_a_time(jane, told, page, ask):
    list_has(jane, told, ask, message(1), message(2))
    plays(page, 0)
    plays(page, 1)

    assert is_playing(page) == [False, True]


def test_a_message_whose_sound_is_missing_says_so(jane, told, page, ask):
    list_has(jane, told, ask, message(audio="/static/audio/nothing.mp3"))

    page.locator("#todo audio").evaluate("it => it.play().catch(() => {})")

    jane.says("The recording could not be loaded.")


def test_what_an_agent_may_only_see_has_no_claim(jane, told, ask):
    list_has(jane, told, ask, message(claimable=False))

    expect(jane.todo.get_by_role("button", name="Claim")).to_be_hidden()


def test_focus_in_the_list_goes_to_the_offer_that_hides_it(jane, told, page, ask):
    list_has(jane, told, ask, message())
    jane.todo.get_by_role("button", name="Claim").focus()

    told.agent(state="offered", offer=offer())

    expect(page.get_by_role("heading", name="+44 7700 900 001")).to_be_focused()


def test_a_new_message_is_announced(jane, told, page, ask):
    list_has(jane, told, ask, message())

    expect(page.locator("#said")).to_have_text("New to do: Message, 0:48.")


def test_changes_of_two_queues_that_cancel_out_are_seen(jane, told):
    told.queues("Sales", voicemails=1)
    told.answers("/api/todo", holding(message()))
    expect(jane.todo).to_have_count(1, timeout=SEEN_WITHIN)
    told.answers("/api/todo", holding(message(), message(2)))

    told.queues("Sales", voicemails=0)
    told.queues("Support", voicemails=1)

    expect(jane.todo).to_have_count(2, timeout=SEEN_WITHIN)


def test_many_changes_by_others_are_one_question(jane, told, page):
    asked = []
    page.on("request", lambda one: asked.append(one) if one.url.endswith("/api/todo") else None)
    told.answers("/api/todo", holding(message()))

    for count in range(1, 10):
        told.queues("Sales", voicemails=count)

    expect(jane.todo).to_have_count(1, timeout=SEEN_WITHIN)
    assert len(asked) == 1


def test_a_list_that_could_not_be_loaded_is_asked_for_again(jane, told, page, ask):
    page.unroute("**/api/todo")
    page.route("**/api/todo", lambda route: route.fulfill(status=503, body="{}"))
    ask()
    jane.says("The list could not be loaded.")
    expect(page.locator("#said")).to_have_text("The list of things to do could not be loaded.")

    told.answers("/api/todo", holding(message()))

    expect(jane.todo).to_have_count(1, timeout=25_000)


def test_done_leads_to_what_follows_and_only_offline_does_so_without_the_outcome(jane, told, page):
    required = wrap_up(outcome_required=True)
    told.agent(state="wrap_up", wrap_up=required, wrap_up_until=ago(-60))
    done = page.locator("#done")
    expect(done).to_have_attribute("aria-disabled", "true")

    told.agent(state="wrap_up", wrap_up=required, wrap_up_until=ago(-60), next_state="offline")
    expect(done).to_have_accessible_name("Done, offline")
    assert done.get_attribute("aria-disabled") is None  # at once, not with the next news

    told.agent(state="wrap_up", wrap_up=required, wrap_up_until=ago(-60))
    expect(done).to_have_attribute("aria-disabled", "true")


def test_what_was_chosen_to_follow_stays_until_the_server_says_it(jane, told, page):
    told.agent(state="busy", next_state=None, next_reason=None)
    page.evaluate(
        """() => {
          window.shown = [];
          const select = document.querySelector("#next-state");
          setInterval(() => shown.push(select.value), 20);
        }"""
    )

    jane.plans("Offline")
    expect(page.locator("#said")).to_have_text("After this: Offline.")
    told.agent(state="busy", next_state="offline", next_reason=None)
    page.wait_for_timeout(200)

    shown = page.evaluate("shown")
    assert "available" not in shown[shown.index("offline") :]
    told.agent()
    jane.go_available()  # no call held her in truth, so it came true at once


def test_a_reason_that_is_not_on_the_list_can_be_shown_and_not_chosen(jane, told, page):
    told.agent(state="busy", next_state="on_break", next_reason="device")
    expect(page.locator("#next-state option:checked")).to_have_text("Break: device")
    expect(page.locator("#next-state option:checked")).to_be_disabled()

    told.agent(state="busy")

    expect(page.locator("#next-state [value='on_break device']")).to_have_count(0)


def test_a_wrap_up_names_the_number_that_was_called(jane, told, page):
    told.agent(state="wrap_up", wrap_up=wrap_up(kind="callback", number="442079460123"))

    expect(page.locator("[data-bar=wrapup]")).to_contain_text("+44 20 7946 0123")


def dialling(state="dialing"):
    return {
        "id": 9, "state": state, "kind": "callback", "from": "447700900001", "to": "442079460000",
        "number": None, "queue": "Sales", "enqueued_at": ago(60), "answered_at": None,
        "uuid": None, "phone_call": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("awaiting_callback", "+44 7700 900 001 was not reached. You are available again."),
        ("ended", "The callback to +44 7700 900 001 is over"),
        ("dialing", None),
    ],
)
def test_only_a_callback_that_was_not_reached_is_said_to_be(jane, told, page, last, words):
    told.agent(state="busy", call=dialling())
    jane.has(view="call")
    told.agent(state="busy", call=dialling(last))
    told.agent()
    jane.has(view="available")

    if words:
        jane.says(words)
    expect(page.get_by_text("was not reached")).to_have_count(
        1 if last == "awaiting_callback" else 0
    )


def test_a_reason_is_called_what_the_server_calls_it(jane, told, page):
    told.agent(state="on_break", reason="course", reason_label="CRM course", since=ago(60))

    expect(page.get_by_role("heading", name="On a break: CRM course")).to_be_visible()


def test_who_is_next_is_told_by_what_the_router_goes_by(jane, told):
    told.agent(idle_since=ago(3600), since=ago(1))

    jane.says("You are next in line")


def test_a_queue_with_a_new_name_is_called_so(jane, told, page):
    told.queues("Sales", name="Sales and service")

    expect(page.locator("#queues")).to_contain_text("Sales and service")


@pytest.mark.parametrize("width", [320, 500, 700, 800, 1000, 1280])
def test_the_call_bar_keeps_its_place_whatever_stands_above_it(jane, told, page, width):
    page.set_viewport_size({"width": width, "height": 700})
    top = "document.querySelector('[data-bar]:not([hidden])').getBoundingClientRect().top"
    wide = "document.documentElement.scrollWidth - innerWidth"
    idle = page.evaluate(top)

    told.agent(state="on_break", reason="long", reason_label=LONG, actor="ada.lovelace@example.com")
    jane.has(view="break")
    aside, over_aside = page.evaluate(top), page.evaluate(wide)
    told.agent(
        state="wrap_up", wrap_up=wrap_up(), wrap_up_until=ago(-60),
        next_state="on_break", next_reason=LONG.replace(" ", ""),
    )  # fmt: skip
    jane.has(view="wrapup")
    held, over_held = page.evaluate(top), page.evaluate(wide)

    assert (aside, held) == (idle, idle)
    assert max(over_aside, over_held) <= 0


def test_a_break_that_is_over_is_said_once(jane, told, page):
    over = {"since": ago(3600), "limit_at": ago(1200), "reason": "lunch"}
    told.agent(state="on_break", **over)
    jane.says("Lunch was over at")
    expect(page.locator("#said")).to_contain_text("Lunch was over at")

    page.reload()
    jane.says("Lunch was over at")

    expect(page.locator("#said")).to_have_text("")


def test_what_follows_is_not_chosen_where_the_phone_is_not(jane, told, page):
    told.agent(state="busy")
    expect(jane.next_state).to_be_enabled()

    other = page.context.new_page()  # the phone stays there, so this is the last test
    other.goto(f"{jane.stack.web}/console/")
    other.get_by_role("button", name="Take over here").click()

    expect(jane.next_state).to_be_disabled()
    expect(jane.next_state).to_have_accessible_description(
        "Your phone is in another window: choose your state there."
    )
