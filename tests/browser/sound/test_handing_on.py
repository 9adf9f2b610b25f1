"""Callers whom Jane puts on hold, hands on, and has asked how satisfied they are."""

from tests.browser.hearing import hear
from tests.journeys.hearing import CUSTOMER, JANE, JOE, MUSIC, OUTSIDE
from tools.people import wait_until

HOME, HOME_SHOWN = "447700900063", "+44 7700 900 063"
QUESTION = "How satisfied are you, from 1 to 5?"


def test_on_hold_the_caller_has_music_and_does_not_hear_jane(jane, customer):
    jane.holds()
    hear((customer, MUSIC))
    jane.hears_nothing()

    jane.resumes()
    hear((customer, JANE), (jane, CUSTOMER))


def test_a_caller_whom_joe_declines_comes_back_to_jane_who_is_still_in_wrap_up(jane, joe, customer):
    joe.go_available()
    jane.transfers("Joe")
    jane.says("The caller was transferred to Joe.")
    jane.has(agent_state="wrap_up")
    hear((customer, MUSIC))
    joe.decline()

    jane.answers()
    hear((customer, JANE), (jane, CUSTOMER))
    jane.transfers("Joe")
    jane.has(agent_state="wrap_up")
    joe.answers()
    hear((customer, JOE), (joe, CUSTOMER))


def test_callers_are_handed_to_a_queue_and_to_a_number(jane, joe, customer, telephone):
    answered = telephone(HOME, "after 2s")
    joe.go_available()
    jane.transfers("Support")
    jane.has(agent_state="wrap_up")
    hear((customer, MUSIC))
    joe.answers()
    hear((customer, JOE), (joe, CUSTOMER))

    joe.transfers(HOME_SHOWN)
    joe.has(agent_state="wrap_up")
    phone = answered()
    hear((customer, OUTSIDE), (phone, CUSTOMER))
    phone.hang_up()
    customer.is_gone(within=5)


def test_a_caller_is_handed_to_a_flow_and_chooses_anew(jane, joe, customer):
    joe.go_available()

    jane.transfers("Menu")
    jane.says("The caller was transferred to Menu.")
    jane.has(agent_state="wrap_up")
    wait_until(lambda: times_welcomed(customer) == 2, "the menu is spoken again")
    customer.press("2")

    joe.answers()
    hear((customer, JOE), (joe, CUSTOMER))


def times_welcomed(customer):
    return sum("Welcome." in text for text in customer.now()["spoken"])


def test_when_jane_ends_the_call_the_caller_is_asked_and_presses_four(
    jane, customer, sales, root_sees
):
    sales.change(survey_question=QUESTION)

    jane.end()

    jane.has(agent_state="wrap_up")
    customer.has_heard_words(QUESTION)
    customer.press("4")
    customer.has_heard_words("Thank you. Goodbye.")
    answers = [
        event["data"]["score"]
        for event in root_sees(customer)["events"]
        if event["type"] == "survey_answered"
    ]
    assert answers == [4]
