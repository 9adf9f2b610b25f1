"""The admin's page of schedules: what it shows, and what it refuses."""

from datetime import UTC, date, datetime, time

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone

from ivr.models import Schedule
from ivr.schedules import NEVER_OPENS

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SCHEDULES = "/admin/ivr/schedule/"
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def operator(client, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: FRIDAY)
    user = get_user_model().objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def office(db):
    schedule = Schedule.objects.create(name="Office")
    for weekday in range(5):
        schedule.hours.create(weekday=weekday, opens=time(9), closes=time(17))
    return schedule


def serves_sales(schedule):
    apps.get_model("calls.Queue").objects.create(name="Sales", schedule=schedule)


def rows(prefix, *given, old=0):
    """A formset as a browser sends it."""
    data = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": old}
    for number, row in enumerate(given):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def hours(*given):
    return rows("hours", *(_times("weekday", *one) for one in given))


def exceptions(*given):
    return rows("exceptions", *(_times("date", *one) for one in given))


def _times(name, day, opens, closes):
    return {name: day, "opens": opens, "closes": closes}


def save(client, *formsets, schedule=None, zone="Europe/London"):
    data = {"name": "New", "time_zone": zone, **hours(), **exceptions()}
    for formset in formsets:
        data |= formset
    path = f"{SCHEDULES}{schedule.id}/change/" if schedule else f"{SCHEDULES}add/"
    return client.post(path, data)


def refusals(response):
    page = response.context
    found = [*page["adminform"].form.errors.values()]
    found += [one.formset.non_form_errors() for one in page["inline_admin_formsets"]]
    return [sentence for errors in found for sentence in errors]


def test_a_schedule_that_works_is_saved(client, operator):
    save(client, hours((0, "09:00", "12:00"), (0, "13:00", "00:00")))

    schedule = Schedule.objects.get(name="New")
    assert [str(one) for one in schedule.hours.all()] == [
        "Monday 09:00 to 12:00",
        "Monday 13:00 to 00:00",
    ]


@pytest.mark.parametrize(
    ("formsets", "sentence"),
    [
        (
            [hours((0, "09:00", "13:00"), (0, "12:00", "17:00"))],
            "Monday: 09:00 to 13:00 and 12:00 to 17:00 overlap.",
        ),
        (
            [hours((0, "09:00", "17:00")), exceptions(("2026-12-25", "09:00", ""))],
            "25 December 2026: fill in both when it opens and when it closes, or neither for a "
            "day that is closed.",
        ),
        ([], NEVER_OPENS),
        ([exceptions(("2026-12-25", "", ""))], NEVER_OPENS),
    ],
)
def test_a_schedule_that_cannot_work_is_refused(client, operator, formsets, sentence):
    response = save(client, *formsets)

    assert refusals(response) == [sentence]
    assert not Schedule.objects.exists()


def test_a_time_zone_that_is_unknown_is_refused(client, operator):
    response = save(client, hours((0, "09:00", "17:00")), zone="Mars/Base")

    assert "Mars/Base" in refusals(response)[0]
    assert not Schedule.objects.exists()


def test_a_year_of_single_days_needs_no_weekly_hours(client, operator):
    save(client, exceptions(("2026-12-25", "09:00", "12:00")))

    assert Schedule.objects.get().exceptions.get().date == date(2026, 12, 25)


def test_the_last_hours_are_not_deleted(client, operator):
    schedule = Schedule.objects.create(name="Mondays")
    monday = schedule.hours.create(weekday=0, opens=time(9), closes=time(17))
    row = {"id": monday.id, **_times("weekday", 0, "09:00", "17:00"), "DELETE": "on"}

    response = save(client, rows("hours", row, old=1), schedule=schedule)

    assert refusals(response) == [NEVER_OPENS]
    assert schedule.hours.exists()


def test_the_page_shows_now_and_the_next_fourteen_days(client, operator, office):
    office.exceptions.create(date=date(2026, 11, 26), label="Founders' day")

    html = client.get(f"{SCHEDULES}{office.id}/change/").content.decode()

    assert "Open until 17:00 (Fri 10:00 there)" in html
    assert "<dt>Fri 20 Nov</dt><dd>09:00 to 17:00</dd>" in html
    assert "<dt>Thu 26 Nov</dt><dd>closed (Founders&#x27; day)</dd>" in html
    assert html.count("<dt>") == 14


def test_the_list_says_what_is_open(client, operator, office):
    serves_sales(office)

    html = client.get(SCHEDULES).content.decode()

    assert "Open until 17:00" in html
    assert "Sales" in html


def test_a_schedule_of_a_queue_is_not_deleted(client, operator, office):
    serves_sales(office)

    html = client.post(f"{SCHEDULES}{office.id}/delete/", {"post": "yes"}).content.decode()

    assert (
        "Office cannot be deleted: needed by queue Sales. Give it another schedule first."
    ) in html
    assert Schedule.objects.exists()


def test_schedules_of_queues_are_not_deleted_together(client, operator, office):
    serves_sales(office)
    chosen = {"action": "delete_selected", "_selected_action": [office.id], "post": "yes"}

    html = client.post(SCHEDULES, chosen).content.decode()

    assert "needed by queue Sales" in html
    assert Schedule.objects.exists()


def test_a_schedule_that_nobody_uses_is_deleted(client, operator, office):
    client.post(f"{SCHEDULES}{office.id}/delete/", {"post": "yes"})

    assert not Schedule.objects.exists()
