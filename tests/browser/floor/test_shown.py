"""What the floor shows of what it is told."""

from playwright.sync_api import expect

from tests.browser.floor.reading import button
from tools.floor_rows import HELD, afternoon, agent, ago, crowded, floor

PAINTED_WITHIN = 1000  # milliseconds of the page's thread, like the next
BUSY_FOR = 100  # for one change
CHANGES = 10


def test_queues_show_who_waits_against_their_target(busy):
    support = busy.floor.row("queues", "Support")

    expect(support).to_contain_text("80 % in 20 s")
    expect(support).to_contain_text("71 % under target")
    expect(support).to_have_attribute("data-waiting", "4")
    expect(busy.floor.row("queues", "Complaints")).to_contain_text("Closed now")


def recent(told):
    return told.page.locator("#total-recent")


def test_the_last_half_hour_stands_against_the_target_of_all_queues(busy):
    expect(recent(busy)).to_contain_text("74 % target 80 % under target", use_inner_text=False)
    expect(recent(busy)).to_have_attribute("data-level", "over")

    busy.changes(totals=busy.picture["totals"] | {"service_level_30": 80})

    expect(recent(busy)).to_have_attribute("data-level", "ok")
    expect(recent(busy)).not_to_contain_text("under target")


def test_queues_with_targets_of_their_own_have_none_together(busy):
    busy.changes(totals=busy.picture["totals"] | {"target": None})

    expect(recent(busy)).to_contain_text("all queues together")
    expect(recent(busy)).to_have_attribute("data-level", "")


def test_half_an_hour_without_a_call_has_no_service_level(told):
    quiet = told(floor())

    expect(recent(quiet)).to_contain_text("no call in that time")


def said(told):
    return told.page.locator("#said")


def test_alerts_are_read_out_when_they_are_new_and_only_then(busy):
    one, *others = busy.picture["alerts"]
    expect(said(busy)).to_have_text("")

    late = one | {"key": "crowd:9", "text": "Sales: too many wait"}
    busy.changes(alerts=[late, one, *others])

    expect(said(busy)).to_have_text("Alert: Sales: too many wait.")
    busy.changes(alerts=[late | {"text": "Sales: 12 wait"}, one, *others])
    expect(busy.page.locator("#alerts")).to_contain_text("12 wait")
    expect(said(busy)).to_have_text("Alert: Sales: too many wait.")


def test_callers_stand_in_the_order_in_which_they_are_served(busy):
    busy.floor.has_names(
        "waiting",
        *("number withheld", "+44 7700 900 101", "+44 7700 900 102"),
        *("Mr Aldous Featherstonehaugh", "+44 7700 900 105", "Callback to +44 7700 900 106"),
    )


def test_a_caller_has_the_next_agents_and_why_they_wait(busy):
    row = busy.floor.row("waiting", "900 101")

    expect(row).to_contain_text("Hannah, Dev")
    expect(row).to_contain_text("Nobody is free: 5 in a call, 1 in wrap-up.")


def test_agents_show_their_state_its_reason_and_what_they_do(busy):
    expect(busy.floor.row("agents", "Gareth")).to_contain_text("Break: lunch")
    expect(busy.floor.row("agents", "Gareth").locator("td.num")).to_contain_text("over target")
    expect(busy.floor.row("agents", "Joe")).to_contain_text("Support, on hold 3:")
    expect(busy.floor.row("agents", "Elsa")).to_contain_text("connection lost")
    expect(busy.floor.row("agents", "Kim")).to_contain_text("then on break")


def test_a_change_of_one_row_leaves_the_others_as_they_are(busy):
    busy.page.evaluate("document.querySelectorAll('#agents tr').forEach(tr => tr.was = true)")

    busy.changes(agents=[agent(9, "Ines", "on_break", 1, reason="lunch", reason_label="Lunch")])

    expect(busy.floor.row("agents", "Ines")).to_contain_text("Break: lunch")
    kept = "[...document.querySelectorAll('#agents tbody tr')].every(tr => tr.was)"
    assert busy.page.evaluate(kept)


def test_who_is_gone_leaves_the_floor(busy):
    busy.changes(gone={"waiting": [104], "agents": [13], "calls": [212]})

    expect(busy.floor.row("waiting", "Featherstonehaugh")).to_have_count(0)
    expect(busy.floor.row("agents", "Mia")).to_have_count(0)
    expect(busy.floor.row("calls", "Bramble")).to_have_count(0)


def test_a_quiet_floor_says_that_nothing_goes_on(told):
    quiet = told(floor())

    for words in ("Nobody is waiting.", "No call is going on.", "Your teams have no agents yet."):
        expect(quiet.page.get_by_text(words)).to_be_visible()


def test_an_alert_leads_to_the_agent_it_is_about(busy):
    busy.page.get_by_role("button", name="Show agent: Joe").click()

    expect(busy.floor.details).to_be_in_viewport()
    expect(busy.floor.details).to_contain_text(HELD)


def test_a_team_shows_its_agents_and_the_queues_they_serve(busy):
    busy.page.get_by_label("Team").select_option("Sales")

    busy.floor.has_names("agents", "Lou", "Mia")
    busy.floor.has_names("queues", "Sales")


def test_filters_stay_after_a_reload(busy):
    busy.page.get_by_role("combobox", name="Agents").select_option("attention")
    busy.floor.has_names("agents", "Elsa", "Gareth", "Joe", "Jon")

    busy.page.reload()

    busy.floor.is_loaded()
    busy.floor.has_names("agents", "Elsa", "Gareth", "Joe", "Jon")


def test_a_number_is_found_as_people_write_it(busy):
    busy.page.get_by_label("Search").fill("7700 900 101")

    busy.floor.has_names("waiting", "+44 7700 900 101")


def test_a_search_without_a_match_can_be_cleared(busy):
    busy.page.get_by_label("Search").fill("nobody of this name")
    expect(busy.page.get_by_text("Nothing here matches").first).to_be_visible()

    button(busy, "Show everything").click()

    expect(busy.floor.row("agents", "Jane")).to_be_visible()


def test_pages_of_calls_open_beside_the_floor(busy):
    expect(busy.floor.row("calls", "900 210").get_by_role("link")).to_have_attribute(
        "target", "_blank"
    )


def test_the_wallboard_shows_queues_and_no_people(told):
    wall = told(afternoon(), "?wall=1")

    expect(wall.page.locator("#total-waiting")).to_contain_text("6")
    expect(recent(wall)).to_have_attribute("data-level", "over")
    expect(wall.floor.row("queues", "Support")).to_contain_text("over target")
    expect(wall.page.get_by_text("Joe")).to_have_count(0)


def test_a_big_floor_is_painted_within_a_second_and_changes_within_a_tenth(told):
    big = told(crowded())
    rows = big.floor.row("agents", "Agent")
    expect(rows).to_have_count(100)
    devtools = big.page.context.new_cdp_session(big.page)
    devtools.send("Performance.enable")
    assert _worked(devtools) < PAINTED_WITHIN

    changed = [one | {"since": ago(1)} for one in big.picture["agents"][:20]]
    before = _worked(devtools)
    for _ in range(CHANGES):
        big.changes(agents=changed)
        body = big.page.locator("body")
        expect(body).to_have_attribute("data-version", str(big.version))

    assert (_worked(devtools) - before) / CHANGES < BUSY_FOR
    button(big, "Show 100 more of 1000").click()
    expect(rows).to_have_count(200)


def _worked(devtools):
    """Milliseconds that the page has spent on script, style and layout since it was opened."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    names = {"ScriptDuration", "LayoutDuration", "RecalcStyleDuration"}
    return 1000 * sum(one["value"] for one in metrics if one["name"] in names)
