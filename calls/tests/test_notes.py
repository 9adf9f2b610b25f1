"""An agent's note on a call, and how they say it turned out."""

import pytest

from calls.models import Disposition, Handling
from calls.services import handling
from calls.tests.sockets import refused, run

pytestmark = [pytest.mark.db]
rows = pytest.mark.django_db
sockets = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sold(sales):
    """What a call of Sales can be."""
    sold = Disposition.objects.create(label="Sold")
    sales.dispositions.add(sold)
    return sold


@pytest.fixture
def talk(world, jane, sold):
    world.available(jane)
    return world.talks()[0]


def dispose(call, agent, disposition, *, at):
    handling.dispose(call_id=call.id, agent_id=agent.id, disposition_id=disposition, now=at)


def note(call, agent, text, *, at):
    handling.note(call_id=call.id, agent_id=agent.id, text=text, now=at)


@rows
def test_note_and_outcome_are_kept_beside_each_other(world, talk, jane, sold):
    note(talk, jane, "Wants blue.\nCall on Monday.", at=world.now)
    dispose(talk, jane, sold.id, at=world.now)
    note(talk, jane, "Wants green.", at=world.now)

    kept = Handling.objects.get()
    assert (kept.call, kept.agent, kept.saved_at) == (talk, jane, world.now)
    assert (kept.note, kept.disposition) == ("Wants green.", sold)


@rows
def test_an_outcome_can_be_taken_back(world, talk, jane, sold):
    dispose(talk, jane, sold.id, at=world.now)

    dispose(talk, jane, None, at=world.now)

    assert Handling.objects.get().disposition is None


@rows
def test_both_can_be_changed_when_the_call_is_long_over(world, talk, jane, sold):
    world.event("completed", disconnected_by="user")
    world.passes(86400)

    note(talk, jane, "Called back today.", at=world.now)
    dispose(talk, jane, sold.id, at=world.now)

    assert Handling.objects.get().note == "Called back today."


@sockets
async def test_the_outcome_of_another_queue_cannot_be_chosen(world, talk, consoles, jane):
    solved = await run(Disposition.objects.create, label="Solved")
    socket, _ = await consoles(jane.user)

    for wrong in (solved.id, 0, -1, 10**15):
        answer, _ = await socket.ask(command="disposition", call=talk.id, disposition=wrong)
        assert refused(answer, "invalid")

    assert await run(Handling.objects.count) == 0


@rows
def test_a_call_that_was_in_no_queue_has_any_outcome(world, jane, joe, sold):
    world.available(jane)
    world.press(world.answer(), "2")
    world.route()
    offer = world.offer()
    world.picks_up(offer)

    dispose(offer.call, jane, sold.id, at=world.now)

    assert Handling.objects.get().disposition == sold


@sockets
@pytest.mark.parametrize("whose", ["a colleague's", "nobody's"])
async def test_only_calls_of_ones_own_are_written_on(world, talk, consoles, joe, sold, whose):
    socket, _ = await consoles(joe.user)
    call = talk.id if whose == "a colleague's" else 0

    noted, _ = await socket.ask(command="note", call=call, text="Mine!")
    disposed, _ = await socket.ask(command="disposition", call=call, disposition=sold.id)

    assert (refused(noted, "not_found"), refused(disposed, "not_found")) == (True, True)
    assert await run(Handling.objects.count) == 0


@sockets
async def test_a_call_that_was_only_offered_is_not_written_on(world, consoles, jane, sold):
    await run(world.available, jane)
    await run(world.waits)
    await run(world.route)
    socket, snapshot = await consoles(jane.user)

    answer, _ = await socket.ask(
        command="note", call=snapshot["agent"]["offer"]["call"], text="Not yet."
    )

    assert refused(answer, "not_found")


@sockets
async def test_a_note_has_five_thousand_characters_at_most(world, talk, consoles, jane):
    socket, _ = await consoles(jane.user)
    text = "\N{PILE OF POO}\n" * 2500

    kept, _ = await socket.ask(command="note", call=talk.id, text=text)
    answer, _ = await socket.ask(command="note", call=talk.id, text=text + "x")

    assert kept["ok"] is True
    assert refused(answer, "invalid")
    assert "5,000" in answer["error"]["message"]
    assert (await run(Handling.objects.get)).note == text


@sockets
async def test_each_agent_of_a_call_has_their_own_note(world, talk, consoles, jane, joe):
    offer = await run(talk.legs.get, agent=jane)
    await run(world.available, joe)
    await run(world.event, "completed", offer.uuid, key=offer.key, disconnected_by="platform")
    await run(world.passes, 31)
    await run(world.picks_up, await run(world.offer))
    janes, _ = await consoles(jane.user)
    joes, _ = await consoles(joe.user)

    await janes.ask(command="note", call=talk.id, text="Began it.")
    await joes.ask(command="note", call=talk.id, text="Ended it.")

    notes = await run(lambda: list(Handling.objects.values_list("agent", "note")))
    assert notes == [(jane.id, "Began it."), (joe.id, "Ended it.")]
