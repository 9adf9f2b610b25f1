"""What Vonage should do next, as plain lists. Pure: no Django, no I/O.

Source: Vonage's NCCO reference, https://developer.vonage.com/en/voice/voice-api/ncco-reference
"""

from collections.abc import Iterable
from typing import Any

Ncco = list[dict[str, Any]]


def talk(text: str, *, language: str, barge_in: bool = False) -> dict[str, Any]:
    action: dict[str, Any] = {"action": "talk", "text": text, "language": language}
    return {**action, "bargeIn": True} if barge_in else action


def speak(words: Iterable[str], *, language: str) -> Ncco:
    """Say everything; when it has been said, Vonage hangs the leg up."""
    return [talk(text, language=language) for text in words if text]


def ask(words: Iterable[str], *, prompt: str, timeout: int, url: str, language: str) -> Ncco:
    """Say `words`, then `prompt`, and post one key to `url`; keys count while it speaks.

    Everything is spoken with barge-in: a caller who knows the menu need not wait for it.
    """
    said = [talk(text, language=language, barge_in=True) for text in (*words, prompt) if text]
    return [
        *said,
        {
            "action": "input",
            "type": ["dtmf"],
            "dtmf": {"maxDigits": 1, "timeOut": timeout},
            "eventUrl": [url],
        },
    ]


def notify(words: Iterable[str], *, url: str, language: str) -> Ncco:
    """Say `words`, then ask `url` how to go on."""
    return [
        *speak(words, language=language),
        {"action": "notify", "payload": {}, "eventUrl": [url], "eventMethod": "POST"},
    ]


def wait(room: str, *, music_url: str) -> dict[str, Any]:
    """Be in the room and hear music until somebody starts it."""
    return {
        "action": "conversation",
        "name": room,
        "startOnEnter": False,
        "musicOnHoldUrl": [music_url],
    }


def join(room: str) -> dict[str, Any]:
    """Be in the room and start it, which ends the music of those who wait in it."""
    return {"action": "conversation", "name": room, "startOnEnter": True}


def listen(room: str, *, heard_by: Iterable[str] | None) -> dict[str, Any]:
    """Be in the room beside those who talk in it; it goes on without this leg.

    `heard_by`: uuids of the legs that hear it; none: nobody does; None: everybody does.
    """
    action: dict[str, Any] = {"action": "conversation", "name": room, "startOnEnter": False}
    return action if heard_by is None else {**action, "canSpeak": list(heard_by)}


def room_of(actions: Ncco) -> str:
    """The room in which a leg that runs these ends up; "" for none."""
    return next((str(one["name"]) for one in actions if one["action"] == "conversation"), "")


def ask_number(words: Iterable[str], *, timeout: int, url: str, language: str) -> Ncco:
    """Say `words`, and post a telephone number to `url`, when it is full or # is pressed."""
    said = [talk(text, language=language, barge_in=True) for text in words if text]
    keys = {"maxDigits": 15, "timeOut": timeout, "submitOnHash": True}
    return [*said, {"action": "input", "type": ["dtmf"], "dtmf": keys, "eventUrl": [url]}]


def record(*, longest: int, silence: int, url: str) -> dict[str, Any]:
    """Record what the leg says, until `silence`, a #, or `longest`; `url` is told where it is."""
    return {
        "action": "record",
        "format": "mp3",
        "beepStart": True,
        "endOnSilence": silence,
        "endOnKey": "#",
        "timeOut": longest,
        "eventUrl": [url],
        "eventMethod": "POST",
    }
