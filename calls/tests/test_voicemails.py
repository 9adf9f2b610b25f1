"""Messages: recorded at Vonage, fetched from nowhere else, and worked off by one agent each."""

from datetime import timedelta
from pathlib import Path

import pytest
import requests

from agents.models import Agent, User
from calls.errors import NoSuchVoicemail, VoicemailTaken
from calls.models import Call, Instruction, Offer, Overflow, Queue, Voicemail
from calls.selectors.log import rebuild
from calls.services import voicemails
from calls.tests.leaving import (
    RECORDING,
    checked,
    entry_of,
    fresh,
    hangs_up,
    kinds,
    moved,
    offers_ways,
    press,
    speaks,
    tells,
    words,
)
from tests.world import World

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def ways(world, sales):
    offers_ways(sales)


@pytest.fixture
def message(world):
    """A message of twelve seconds in Sales, with its sound."""
    _, voicemail, ncco = speaks(world)
    tells(world, ncco)
    hangs_up(world)
    world.send()
    return fresh(voicemail)


@pytest.fixture
def kim(floor):
    """An agent who does not serve Sales."""
    user = User.objects.create(username="kim", first_name="Kim")
    return Agent.objects.create(user=user, vonage_user="Kim", team=floor)


def fetched(world):
    return [path for method, path, _ in world.transport.requests if method == "GET"]


def test_they_hear_a_tone_and_are_recorded(world, sales):
    call, voicemail, ncco = speaks(world)

    assert kinds(ncco) == ["talk", "record", "talk"]
    assert ncco[1] == {
        "action": "record",
        "format": "mp3",
        "beepStart": True,
        "endOnSilence": 5,
        "endOnKey": "#",
        "timeOut": 180,
        "eventUrl": [f"http://testserver/webhooks/record/{voicemail.key}"],
        "eventMethod": "POST",
    }
    assert (call.state, call.node, entry_of(call).outcome) == (
        "voicemail",
        "@voicemail",
        "voicemail",
    )
    assert (voicemail.queue, voicemail.number, voicemail.state) == (
        sales,
        World.CALLER,
        "recording",
    )


def test_the_sound_is_fetched_and_the_message_is_work(world, settings):
    call, voicemail, ncco = speaks(world)

    tells(world, ncco, seconds=12)
    hangs_up(world)
    world.send()

    voicemail, call = fresh(voicemail), fresh(call)
    assert (voicemail.state, voicemail.duration) == ("new", 12)
    sound = Path(voicemail.audio.path)
    assert sound.read_bytes()
    assert sound.is_relative_to(settings.MEDIA_ROOT)
    assert sound.stat().st_mode & 0o777 == 0o600
    assert fetched(world) == [RECORDING.removeprefix("https://api-eu.nexmo.com")]
    assert (call.state, call.outcome) == ("ended", "voicemail")
    assert rebuild(call) == {name: getattr(call, name) for name in rebuild(call)}


def test_nobody_is_rung_for_a_caller_who_leaves_a_message(world, jane):
    speaks(world)
    world.available(jane)

    world.passes(1)

    assert not Offer.objects.exists()


def test_word_of_the_recording_may_come_after_the_caller_has_gone(world):
    call, voicemail, ncco = speaks(world)

    hangs_up(world)
    world.passes(59)
    assert fresh(voicemail).state == "recording"
    tells(world, ncco)
    world.passes(2)

    assert (fresh(voicemail).state, fresh(call).outcome) == ("new", "voicemail")


def test_who_says_nothing_leaves_no_work_and_has_abandoned(world):
    call, voicemail, _ = speaks(world)

    hangs_up(world)
    assert fresh(call).outcome == "voicemail"
    world.passes(61)

    call = fresh(call)
    assert fresh(voicemail).state == "empty"
    assert (call.outcome, entry_of(call).outcome) == ("abandoned", "abandoned")
    assert rebuild(call) == {name: getattr(call, name) for name in rebuild(call)}
    assert fetched(world) == []


@pytest.mark.parametrize("too_little", [{"seconds": 0.9}, {"seconds": 0}, {"size": 0}])
def test_less_than_a_second_is_nothing(world, too_little):
    call, voicemail, ncco = speaks(world)

    tells(world, ncco, **too_little)
    hangs_up(world)
    world.passes(61)

    assert (fresh(voicemail).state, fresh(call).outcome) == ("empty", "abandoned")
    assert fetched(world) == []


@pytest.mark.parametrize("times", [{"start_time": None}, {"end_time": "soon"}, {"start_time": 7}])
def test_a_message_of_unknown_length_is_kept(world, times):
    _, voicemail, ncco = speaks(world)

    tells(world, ncco, **times)
    world.send()

    assert (fresh(voicemail).state, fresh(voicemail).duration) == ("new", None)


def test_word_that_comes_when_we_had_given_up_makes_it_work_after_all(world):
    call, voicemail, ncco = speaks(world)
    hangs_up(world)
    world.passes(61)

    tells(world, ncco)
    world.send()

    call = fresh(call)
    assert fresh(voicemail).state == "new"
    assert fresh(voicemail).audio
    assert (call.outcome, entry_of(call).outcome) == ("voicemail", "voicemail")
    assert rebuild(call) == {name: getattr(call, name) for name in rebuild(call)}


def test_a_recording_told_of_twice_is_one_message(world):
    _, voicemail, ncco = speaks(world)

    tells(world, ncco)
    world.now += timedelta(seconds=1)
    tells(world, ncco, url=RECORDING.replace("7f3e", "0000"), seconds=3)
    hangs_up(world)
    world.send()

    assert len(fetched(world)) == 1
    assert (fresh(voicemail).duration, fresh(voicemail).recording_url) == (12, RECORDING)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/v1/files/7f3e0f1a-0000-4000-8000-2f6c5d3a9b10",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:8000/",
        "http://[::1]/",
        "file:///etc/passwd",
        "https://api.nexmo.com@example.com/",
        "https://api.nexmo.com.example.com/",
        "http://api.nexmo.com/v1/files/1",
        "https://api.nexmo.com:8443/v1/files/1",
        "",
        "https://api.nexmo.com/" + "a" * 300,
    ],
)
def test_our_token_goes_nowhere_but_to_vonage(world, url, caplog):
    call, voicemail, ncco = speaks(world)

    tells(world, ncco, url=url)
    hangs_up(world)
    world.passes(61)

    assert fetched(world) == []
    assert not Instruction.objects.filter(verb="fetch").exists()
    # Something was said, so there is work: the number can be called back.
    assert (fresh(voicemail).state, bool(fresh(voicemail).audio)) == ("new", False)
    assert fresh(call).outcome == "voicemail"
    assert "not fetched" in caplog.text
    assert "example" not in caplog.text


def test_while_vonage_stumbles_the_sound_is_asked_for_again(world):
    _, voicemail, ncco = speaks(world)
    world.transport.answers = lambda method, path: 503 if method == "GET" else 204
    tells(world, ncco)
    hangs_up(world)
    world.send()
    assert fresh(voicemail).state == "recording"

    world.transport.answers = lambda method, path: 204
    for _ in range(8):
        world.passes(1)

    assert fresh(voicemail).audio
    assert fresh(voicemail).state == "new"


@pytest.mark.parametrize("answer", [404, 403, 500, requests.exceptions.ReadTimeout()])
def test_a_message_whose_sound_cannot_be_had_is_work_all_the_same(world, answer):
    call, voicemail, ncco = speaks(world)
    world.transport.answers = lambda method, path: answer if method == "GET" else 204
    tells(world, ncco)
    hangs_up(world)

    world.passes(61)
    assert (fresh(voicemail).state, bool(fresh(voicemail).audio)) == ("new", False)
    for _ in range(30):
        world.passes(60)

    assert not Instruction.objects.filter(verb="fetch", state__in=["waiting", "claimed"]).exists()
    assert (fresh(voicemail).state, fresh(call).outcome) == ("new", "voicemail")


def test_a_sound_that_comes_late_is_added_to_work_that_somebody_has(world, jane):
    _, voicemail, ncco = speaks(world)
    world.transport.answers = lambda method, path: 503 if method == "GET" else 204
    tells(world, ncco)
    hangs_up(world)
    world.passes(61)
    voicemails.claim(voicemail_id=voicemail.id, agent_id=jane.id, now=world.now)
    world.transport.answers = lambda method, path: 204

    for _ in range(30):
        world.passes(60)

    assert (fresh(voicemail).state, fresh(voicemail).agent) == ("claimed", jane)
    assert fresh(voicemail).audio


def test_asked_what_the_leg_shall_run_it_may_speak_until_it_has_spoken(world):
    _, _, ncco = speaks(world)
    fallback = {"uuid": world.UUID, "conversation_uuid": "CON-0", "reason": "Socket timeout."}

    again = world.post("/webhooks/fallback", fallback)
    tells(world, ncco)
    after = world.post("/webhooks/fallback", fallback | {"reason": "Timeout."})

    assert again == ncco
    assert (kinds(after), words(after)) == (["talk"], "Thank you. Goodbye.")


def test_a_late_press_changes_nothing_while_they_speak(world):
    call, _, ncco = speaks(world)
    question = world.sent("PUT", "transfer")[-1]["destination"]["ncco"]
    version = call.version

    again = press(world, question, "1")

    assert again == ncco
    assert (fresh(call).version, Voicemail.objects.count()) == (version, 1)


def test_a_closed_queue_takes_messages(world, sales):
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)
    Overflow.objects.create(
        queue=sales, reason="emergency", target="voicemail", words="We are closed."
    )

    ncco = checked(world.press(world.answer(), "1"))
    tells(world, ncco)
    hangs_up(world)
    world.send()

    assert words(ncco).startswith("We are closed. Please leave a message")
    assert (Voicemail.objects.get().state, Call.objects.get().outcome) == ("new", "voicemail")
    assert Voicemail.objects.get().queue == sales


def test_who_was_not_let_in_and_says_nothing_was_sent_on(world, sales):
    Queue.objects.filter(id=sales.id).update(is_emergency_closed=True)
    Overflow.objects.create(queue=sales, reason="emergency", target="voicemail")
    world.press(world.answer(), "1")

    hangs_up(world)
    world.passes(61)

    assert (Voicemail.objects.get().state, Call.objects.get().outcome) == ("empty", "overflowed")


def test_one_agent_looks_after_a_message(world, message, jane, joe):
    voicemails.claim(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    voicemails.claim(voicemail_id=message.id, agent_id=jane.id, now=world.now)

    for act in (voicemails.claim, voicemails.release, voicemails.finish):
        with pytest.raises(VoicemailTaken, match="Jane is looking after this message already"):
            act(voicemail_id=message.id, agent_id=joe.id, now=world.now)

    assert (fresh(message).state, fresh(message).agent) == ("claimed", jane)


def test_a_message_given_back_is_anybodys_again(world, message, jane, joe):
    voicemails.claim(voicemail_id=message.id, agent_id=jane.id, now=world.now)

    voicemails.release(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    voicemails.claim(voicemail_id=message.id, agent_id=joe.id, now=world.now)

    assert (fresh(message).state, fresh(message).agent) == ("claimed", joe)


def test_a_message_that_is_done_stays_done(world, message, jane, joe):
    voicemails.claim(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    voicemails.finish(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    done = fresh(message)
    world.now += timedelta(seconds=1)

    voicemails.finish(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    with pytest.raises(VoicemailTaken, match="done already"):
        voicemails.claim(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    with pytest.raises(VoicemailTaken, match="Jane has done this message already"):
        voicemails.claim(voicemail_id=message.id, agent_id=joe.id, now=world.now)

    assert done.state == fresh(message).state == "done"
    assert done.settled_at == fresh(message).settled_at


@pytest.mark.parametrize("act", ["claim", "release", "finish"])
def test_messages_of_other_queues_do_not_exist_for_an_agent(world, message, kim, act):
    with pytest.raises(NoSuchVoicemail):
        getattr(voicemails, act)(voicemail_id=message.id, agent_id=kim.id, now=world.now)

    assert fresh(message).state == "new"


def test_what_is_still_recorded_and_what_is_empty_is_no_work(world, jane):
    _, voicemail, _ = speaks(world)
    for state in ("recording", "empty"):
        Voicemail.objects.update(state=state)
        with pytest.raises(NoSuchVoicemail):
            voicemails.claim(voicemail_id=voicemail.id, agent_id=jane.id, now=world.now)


def test_who_leaves_the_queue_finishes_what_they_have(world, message, sales, jane):
    voicemails.claim(voicemail_id=message.id, agent_id=jane.id, now=world.now)
    sales.agents.remove(jane)

    voicemails.finish(voicemail_id=message.id, agent_id=jane.id, now=world.now)

    assert fresh(message).state == "done"


def test_a_call_that_was_answered_stays_answered_whatever_is_said_to_the_mailbox(world, jane):
    world.available(jane)
    call, offer = world.talks()
    leg = fresh(offer.leg)
    world.event("completed", leg.uuid, key=leg.key, disconnected_by="platform")
    world.passes(61)
    press(world, moved(world), "2")
    hangs_up(world)
    outcome = fresh(call).outcome

    world.passes(61)

    assert (outcome, fresh(call).outcome) == ("answered", "answered")
    assert (entry_of(call).outcome, Voicemail.objects.get().state) == ("abandoned", "empty")
