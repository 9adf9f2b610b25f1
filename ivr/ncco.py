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
