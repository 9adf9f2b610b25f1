"""The dial rules and the do-not-call list in the admin."""

import pytest

from agents.models import User
from calls.models import DialRules, DoNotCall

pytestmark = [pytest.mark.db, pytest.mark.django_db]
RULES, LIST = "/admin/calls/dialrules/", "/admin/calls/donotcall/"
FILLED_IN = {
    "countries": "44, +353,44",
    "refused_prefixes": "449\r\n+4487\n449",
    "per_minute": 5,
    "per_hour": 60,
    "not_before": "08:00",
    "not_after": "20:00",
    "ring_seconds": 45,
    "wrap_up_seconds": 30,
}


@pytest.fixture
def root(client, db):
    user = User.objects.create(username="root", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def problems(response):
    return response.context["adminform"].form.errors


def test_the_rules_are_made_once_and_then_changed(root):
    assert root.get(RULES).url == f"{RULES}add/"
    root.post(f"{RULES}add/", FILLED_IN)

    row = DialRules.objects.get()
    assert (row.countries, row.refused_prefixes.split()) == ("44,353", ["449", "4487"])
    assert root.get(RULES).url == f"{RULES}{row.id}/change/"
    assert root.get(f"{RULES}add/").status_code == 403
    assert root.post(f"{RULES}{row.id}/delete/", {"post": "yes"}).status_code == 403
    assert DialRules.objects.count() == 1


def test_every_field_explains_itself(root):
    page = root.get(f"{RULES}add/").content.decode()

    for words in ("premium and special ranges", "by the clock where they are", "first of ours"):
        assert words in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("countries", "GB", "GB is no country code: write such as 44,353."),
        ("countries", "4420", "4420 is no country code: write such as 44,353."),
        ("refused_prefixes", "09", "09 is no beginning of a number"),
        ("refused_prefixes", "44x", "44x is no beginning of a number"),
        ("not_after", "", "Fill in both hours, or neither."),
        ("not_before", "", "Fill in both hours, or neither."),
        ("not_after", "08:00", "nobody could be called"),
        ("per_minute", 0, "greater than or equal to 1"),
        ("ring_seconds", 5, "greater than or equal to 10"),
    ],
)
def test_what_cannot_work_is_refused_beside_its_field(root, field, value, words):
    response = root.post(f"{RULES}add/", FILLED_IN | {field: value})

    assert words in str(problems(response)[field])
    assert not DialRules.objects.exists()


def test_a_number_is_listed_however_it_is_written_with_who_did_it(root):
    root.post(f"{LIST}add/", {"number": "+44 (0)7700 900123", "reason": "Asked us"})

    row = DoNotCall.objects.get()
    assert (row.number, row.reason, row.added_by) == ("447700900123", "Asked us", "root")
    assert "+44 7700 900 123" in root.get(f"{LIST}?q=%2B44+7700+900123").content.decode()


@pytest.mark.parametrize(
    ("written", "number"),
    [("+44 07700 900123", "447700900123"), ("+39 06 1234567", "39061234567")],
)
def test_a_zero_that_is_only_dialled_at_home_is_not_listed(root, written, number):
    root.post(f"{LIST}add/", {"number": written})

    assert DoNotCall.objects.get().number == number


@pytest.mark.parametrize("number", ["", "999", "Joe", "07700 900123", "4" * 20])
def test_what_is_no_number_is_not_listed(root, number):
    response = root.post(f"{LIST}add/", {"number": number})

    assert "number" in problems(response)
    assert not DoNotCall.objects.exists()


def test_a_number_is_listed_once(root):
    DoNotCall.objects.create(number="447700900123")

    response = root.post(f"{LIST}add/", {"number": "+44 7700 900123"})

    assert "is on the list already." in str(problems(response)["number"])
