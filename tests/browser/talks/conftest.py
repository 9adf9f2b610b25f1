"""Jane's console, which is told of calls that go on: every button, refusal and sentence."""

import pytest

from tools.pages import ConsolePage
from tools.retold import Retold
from tools.talk_tour import prepare, talk

COMMANDS = (
    "hold", "resume", "transfer", "consult", "swap", "merge", "complete", "cancel", "add",
    "remove", "supervise", "leave",
)  # fmt: skip


@pytest.fixture(scope="package")
def stack(stack_with):
    """One for all that is only told."""
    with stack_with({}) as stack:
        yield stack


@pytest.fixture(scope="package")
def told(stack, voice):
    """Jane's console, which is told what the tests say."""
    context = voice(1100).new_context(permissions=["microphone"])
    told = Retold(context.new_page())
    prepare(told)
    ConsolePage(told.page, stack, "jane").log_in().go_available()
    yield told
    context.close()


@pytest.fixture
def page(told):
    return told.page


@pytest.fixture
def jane(told, stack):
    """Jane, available; whatever she asks is taken."""
    jane = ConsolePage(told.page, stack, "jane")
    told.agent()
    told.people()
    told.takes(*COMMANDS)
    jane.has(view="available")
    told.page.keyboard.press("Escape")
    told.page.locator("#toasts").evaluate("it => it.replaceChildren()")
    told.page.set_viewport_size({"width": 1280, "height": 800})
    told.asked.clear()
    return jane


@pytest.fixture
def talking(jane, told):
    """Jane in a call with a customer."""
    told.agent(state="busy", call=talk())
    jane.has(view="call", call_state="connected")
    return jane
