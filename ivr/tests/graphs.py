"""Flows for tests: one to read, and as many others as Hypothesis likes."""

from typing import Any

from hypothesis import strategies as st

from ivr.fields import KEYS

MENU = {
    "type": "menu",
    "text": "For sales, press 1.",
    "options": {"1": "sales"},
    "no_input": "bye",
    "wrong_input": "sorry",
}
FLOW: dict[str, Any] = {
    "start": "hello",
    "nodes": {
        "hello": {"type": "say", "text": "Welcome.", "next": "menu"},
        "menu": MENU,
        "sales": {"type": "queue", "queue": 1, "timeout": "jane"},
        "jane": {"type": "agent", "agent": 7, "text": "I am calling Jane.", "no_answer": "sorry"},
        "sorry": {"type": "say", "text": "Sorry.", "next": "bye"},
        "bye": {"type": "hang_up", "text": "Goodbye."},
    },
}
NAMES = ["a", "b", "c", "d", "e", "f"]
texts = st.text(max_size=40)
needs = st.fixed_dictionaries(
    {"skill": st.sampled_from(["French", "Repairs"]), "level": st.integers(1, 5)},
    optional={"until": st.none() | st.integers(1, 7000)},
)


def flow(**nodes):
    """A flow that starts at the first of these nodes."""
    return {"start": next(iter(nodes)), "nodes": nodes}


@st.composite
def flows(draw):
    """Flows that work: every edge leads somewhere, and speech only ever leads onwards."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    nodes = {name: draw(_node(names, names[place + 1 :])) for place, name in enumerate(names)}
    return {"start": draw(st.sampled_from(names)), "language": "cy-GB", "nodes": nodes}


def _node(names, later):
    anywhere = st.sampled_from(names)
    kinds = [
        _of("hang_up", optional={"text": texts}),
        _of(
            "menu",
            {
                "text": texts,
                "options": st.dictionaries(st.sampled_from(sorted(KEYS)), anywhere, min_size=1),
                "no_input": anywhere,
                "wrong_input": anywhere,
            },
            {"wrong_text": texts, "tries": st.integers(1, 10), "timeout": st.integers(1, 10)},
        ),
        _of(
            "queue",
            {"queue": st.integers(1, 9)},
            {
                "text": texts,
                "timeout": anywhere,
                "priority": st.integers(-100, 100),
                "requires": st.lists(needs, max_size=3),
            },
        ),
    ]
    if later:
        onwards = st.sampled_from(later)
        kinds += [
            _of("say", {"text": texts, "next": onwards}),
            _of(
                "agent",
                {"agent": st.integers(1, 9)},
                {
                    "text": texts,
                    "no_answer": onwards,
                    "wait": st.integers(0, 3600),
                    "offer_seconds": st.integers(1, 120),
                    "wrap_up_seconds": st.integers(0, 900),
                },
            ),
        ]
    return st.one_of(kinds)


def _of(kind, required=None, optional=None):
    return st.fixed_dictionaries(
        {"type": st.just(kind), **(required or {})}, optional=optional or {}
    )
