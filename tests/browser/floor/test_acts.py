"""What a supervisor asks of the floor, and what is said of it."""

from playwright.sync_api import expect

from tests.browser.floor.reading import button, open_agent, open_caller
from tools.floor_rows import HELD, agent, waiting


def test_a_caller_is_assigned_to_an_agent(busy):
    details = open_caller(busy, "900 101")

    details.get_by_role("button", name="Assign now").click()

    busy.floor.says("+44 7700 900 101 is offered to Hannah.")
    assert busy.asked == [("POST", "/api/calls/101/connect", {"agent": "hannah"})]


def test_a_caller_is_moved_to_another_queue(busy):
    details = open_caller(busy, "900 101")
    details.get_by_label("Move to").select_option("Sales")

    details.get_by_role("button", name="Move", exact=True).click()

    busy.floor.says("+44 7700 900 101 waits in Sales now.")
    assert busy.asked == [("POST", "/api/calls/101/move", {"queue": "Sales"})]


def test_a_caller_gets_another_priority(busy):
    details = open_caller(busy, "900 101")
    details.get_by_label("Priority").fill("10")

    details.get_by_role("button", name="Set").click()

    busy.floor.says("+44 7700 900 101 has priority 10 now.")
    assert busy.asked == [("POST", "/api/calls/101/priority", {"priority": 10})]


def test_ending_a_call_asks_first(busy):
    end = busy.floor.row("calls", "900 210").get_by_role("button")
    end.click()
    button(busy, "Keep it as it is").click()
    assert busy.asked == []

    end.click()
    button(busy, "End call").and_(busy.page.locator("#ask-yes")).click()

    busy.floor.says("The call of +44 7700 900 210 was ended.")
    assert busy.asked == [("POST", "/api/calls/210/end", {})]


def test_an_agent_is_set_on_a_break(busy):
    button(busy, "Set state, Ines").click()

    busy.floor.details.get_by_role("button", name="Break").first.click()

    busy.floor.says("Ines: break:")
    method, path, body = busy.asked[0]
    assert (method, path, body["state"]) == ("PUT", "/api/agents/ines/state", "on_break")


def test_setting_an_agent_offline_asks_first(busy):
    button(busy, "Set state, Ines").click()
    busy.floor.details.get_by_role("button", name="Set offline").click()

    busy.page.locator("#ask-yes").click()

    busy.floor.says("Ines: offline.")
    assert busy.asked == [("PUT", "/api/agents/ines/state", {"state": "offline", "reason": None})]


def test_wrap_up_is_ended(busy):
    button(busy, "End after-call work, Hannah").click()

    busy.floor.says("The after-call work of Hannah is over.")
    assert busy.asked == [("POST", "/api/agents/hannah/end_wrap_up", {})]


def test_a_refusal_is_said_in_its_own_words(busy, expected):
    expected.append("409")
    busy.refuses("/api/agents/hannah/end_wrap_up", "agent_busy", "Hannah is in a call now.")

    button(busy, "End after-call work, Hannah").click()

    busy.floor.says("Hannah is in a call now.")


def test_a_command_that_fails_later_says_why(busy):
    failed = {"code": "agent_busy", "message": "Hannah has just taken another call."}
    busy.answers("/api/commands/c1", 200, {"state": "failed", "error": failed})
    details = open_caller(busy, "900 101")

    details.get_by_role("button", name="Assign now").click()

    busy.floor.says("Hannah has just taken another call.")


def test_what_cannot_be_done_can_be_focused_and_says_why(busy):
    barge = busy.page.get_by_role("button", name=f"Barge in, Joe. {HELD}")
    expect(barge).to_have_attribute("aria-disabled", "true")

    barge.focus()
    busy.page.keyboard.press("Enter")

    busy.floor.says(HELD)
    assert busy.asked == []


def test_details_stay_open_while_the_floor_changes(busy):
    details = open_caller(busy, "900 101")
    details.get_by_label("Priority").fill("7")

    busy.changes(waiting=[waiting(101, "Support", 170, priority=5, why="Ines is next.")])

    expect(busy.floor.row("waiting", "900 101")).to_contain_text("Ines is next.")
    expect(details.get_by_label("Priority")).to_have_value("7")


def test_escape_closes_the_details_and_goes_back_to_their_button(busy):
    open_agent(busy, "Joe").get_by_role("button", name="Listen").focus()

    busy.page.keyboard.press("Escape")

    expect(busy.floor.details).to_have_count(0)
    expect(button(busy, "More for Joe")).to_be_focused()


def test_rows_that_come_and_go_leave_focus_where_it_was(busy):
    ines = button(busy, "Set state, Ines")
    ines.focus()

    busy.changes(
        agents=[agent(1, "Zoe", "available", 3), agent(40, "Abe", "available", 1)],
        gone={"agents": [2, 4]},
    )

    expect(busy.floor.row("agents", "Zoe")).to_be_visible()
    expect(busy.floor.row("agents", "Joe")).to_have_count(0)
    busy.floor.has_names(
        "agents",
        *("Abe", "Elsa", "Gareth", "Hannah", "Ines", "Jon", "Kim", "Lou", "Zoe", "Mia"),
    )
    expect(ines).to_be_focused()


def test_focus_stays_in_the_row_of_an_agent_whose_call_ends(busy):
    busy.page.get_by_role("button", name="Listen, Dev").focus()

    busy.changes(agents=[agent(4, "Dev", "wrap_up", 1)])

    expect(button(busy, "More for Dev")).to_be_focused()


def test_a_late_answer_leaves_the_details_that_were_opened_meanwhile(busy):
    busy.answers("/api/commands/c1", 200, {"state": "pending", "error": None})
    with busy.page.expect_request("**/api/commands/c1"):
        open_caller(busy, "900 101").get_by_role("button", name="Assign now").click()
    open_caller(busy, "900 102")

    busy.answers("/api/commands/c1", 200, {"state": "done", "error": None})

    busy.floor.says("+44 7700 900 101 is offered to Hannah.")
    expect(busy.floor.details.get_by_label("Priority")).to_have_value("5")


def test_whom_a_call_can_be_assigned_to_follows_the_floor(busy):
    whom = open_caller(busy, "900 101").get_by_label("Assign to")
    whom.select_option("ines")
    busy.page.get_by_role("heading", name="Floor").click()

    busy.changes(agents=[agent(9, "Ines", "on_break", 1), agent(41, "Noor", "available", 1)])

    expect(whom.get_by_role("option", name="Noor · Available")).to_have_count(1)
    expect(whom.get_by_role("option", name="Ines · On break")).to_have_count(1)
    expect(whom).to_have_value("ines")


def test_a_call_is_assigned_to_nobody_else_when_the_chosen_one_has_gone(busy):
    row = open_caller(busy, "900 101")
    whom = row.get_by_label("Assign to")
    whom.select_option("ines")
    busy.page.get_by_role("heading", name="Floor").click()

    busy.changes(agents=[agent(9, "Ines", "offline", 1)])
    row.get_by_role("button", name="Assign now").click()

    expect(whom.locator("option:checked")).to_have_text("Ines · not there any more")
    assert whom.evaluate("box => box.validity.valueMissing")
    assert busy.asked == []
