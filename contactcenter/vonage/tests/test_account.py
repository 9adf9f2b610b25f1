"""Applications and numbers: what set-up needs."""

import base64

import pytest
from responses import matchers

from contactcenter.vonage.errors import Rejected, Unavailable, UnknownOutcome
from contactcenter.vonage.tests.conftest import APPLICATION

APPLICATIONS = "https://api.nexmo.com/v2/applications"
NUMBERS = "https://rest.nexmo.com/account/numbers"
SEARCH = "https://rest.nexmo.com/number/search"
BUY = "https://rest.nexmo.com/number/buy"
UPDATE = "https://rest.nexmo.com/number/update"
DONE = {"error-code": "200", "error-code-label": "success"}


def number(msisdn, **more):
    return {"country": "GB", "msisdn": msisdn, "features": ["VOICE"]} | more


def test_the_account_signs_in_with_key_and_secret(vonage, platform):
    platform.get(f"{APPLICATIONS}/{APPLICATION}", json={"id": APPLICATION})

    assert vonage.get_application(APPLICATION) == {"id": APPLICATION}

    basic = base64.b64encode(b"abcd1234:s3cret").decode()
    assert platform.calls[0].request.headers["Authorization"] == f"Basic {basic}"


def test_an_application_that_is_not_there_is_none(vonage, platform):
    platform.get(f"{APPLICATIONS}/{APPLICATION}", status=404)

    assert vonage.get_application(APPLICATION) is None


def test_an_application_is_made_and_replaced(vonage, platform):
    made = {"id": APPLICATION, "keys": {"private_key": "-----BEGIN"}}
    body = {"name": "cc"}
    platform.post(APPLICATIONS, status=201, json=made, match=[matchers.json_params_matcher(body)])
    platform.put(
        f"{APPLICATIONS}/{APPLICATION}",
        json={"id": APPLICATION},
        match=[matchers.json_params_matcher(body)],
    )

    assert vonage.create_application(body) == made
    assert vonage.update_application(APPLICATION, body) == {"id": APPLICATION}


def test_an_application_that_is_refused_is_not_a_leg_too_young(vonage, platform):
    platform.put(f"{APPLICATIONS}/{APPLICATION}", status=400)

    with pytest.raises(Rejected) as refused:
        vonage.update_application(APPLICATION, {})

    assert type(refused.value) is Rejected


def test_an_application_made_without_an_answer_that_can_be_read_is_unknown(vonage, platform):
    platform.post(APPLICATIONS, status=201, body="")

    with pytest.raises(UnknownOutcome):
        vonage.create_application({})


def test_all_pages_of_numbers_are_read(vonage, platform):
    pages = [[number(str(440000000000 + n + 100 * page)) for n in range(100)] for page in range(2)]
    pages.append([number("449999999999")])
    for index, rows in enumerate(pages, start=1):
        query = {"size": "100", "index": str(index), "pattern": "44"}
        platform.get(
            NUMBERS,
            json={"count": 201, "numbers": rows},
            match=[matchers.query_param_matcher(query)],
        )

    owned = vonage.owned_numbers(pattern="44")

    assert len({row["msisdn"] for row in owned}) == 201


@pytest.mark.parametrize("body", [{}, {"count": 5}, {"count": 5, "numbers": []}, {"numbers": 7}])
def test_no_numbers_are_an_empty_list(vonage, platform, body):
    platform.get(NUMBERS, json=body)
    platform.get(SEARCH, json=body)

    assert vonage.owned_numbers() == []
    assert vonage.search_numbers(country="GB") == []


def test_numbers_without_a_count_are_one_page(vonage, platform):
    platform.get(NUMBERS, json={"numbers": [number("442079460000")]})

    assert vonage.owned_numbers() == [number("442079460000")]


def test_a_list_of_numbers_that_cannot_be_read_is_not_an_empty_one(vonage, platform):
    platform.get(NUMBERS, body="<html>")

    with pytest.raises(Unavailable):
        vonage.owned_numbers()


def test_numbers_for_sale_can_take_calls(vonage, platform):
    query = {"country": "GB", "features": "VOICE", "size": "100", "pattern": "4420"}
    platform.get(
        SEARCH,
        json={"count": 1, "numbers": [number("442079460000", cost="0.80")]},
        match=[matchers.query_param_matcher(query)],
    )

    found = vonage.search_numbers(country="GB", pattern="4420")

    assert [row["cost"] for row in found] == ["0.80"]


def test_a_number_is_bought_with_a_form(vonage, platform):
    form = {"country": "GB", "msisdn": "442079460000"}
    platform.post(BUY, json=DONE, match=[matchers.urlencoded_params_matcher(form)])

    vonage.buy_number(country="GB", msisdn="442079460000")

    assert len(platform.calls) == 1


@pytest.mark.parametrize("status", [200, 420])
def test_a_number_that_cannot_be_bought_is_refused_whatever_the_status(vonage, platform, status):
    failed = {"error-code": "420", "error-code-label": "method failed"}
    platform.post(BUY, status=status, json=failed)

    with pytest.raises(Rejected) as refused:
        vonage.buy_number(country="GB", msisdn="442079460000")

    assert refused.value.status == 420
    assert "442079460000" not in refused.value.message


@pytest.mark.parametrize("body", ["", "OK", '{"error-code":200}'])
def test_any_other_2xx_is_a_number_bought(vonage, platform, body):
    platform.post(BUY, body=body)

    vonage.buy_number(country="GB", msisdn="442079460000")

    assert len(platform.calls) == 1


def test_linking_a_number_leaves_its_sms_webhook(vonage, platform):
    owned = [
        number("4420794600001", moHttpUrl="https://example.com/other"),
        number("442079460000", moHttpUrl="https://example.com/sms"),
        number("4420794600002", moHttpUrl="https://example.com/other"),
    ]
    form = {
        "country": "GB",
        "msisdn": "442079460000",
        "app_id": APPLICATION,
        "moHttpUrl": "https://example.com/sms",
    }
    platform.get(NUMBERS, json={"count": 3, "numbers": owned})
    platform.post(UPDATE, json=DONE, match=[matchers.urlencoded_params_matcher(form)])

    vonage.link_number(country="GB", msisdn="442079460000", application_id=APPLICATION)

    assert len(platform.calls) == 2


def test_a_number_that_was_just_bought_may_be_linked_before_it_is_listed(vonage, platform):
    form = {"country": "GB", "msisdn": "442079460000", "app_id": APPLICATION}
    platform.get(NUMBERS, json={})
    platform.post(UPDATE, json=DONE, match=[matchers.urlencoded_params_matcher(form)])

    vonage.link_number(country="GB", msisdn="442079460000", application_id=APPLICATION)

    assert len(platform.calls) == 2
