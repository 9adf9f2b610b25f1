"""Calls: to make one, and to change one leg of it.

`region_url` is what the leg's answer webhook said; a leg is known in its own region alone.
https://developer.vonage.com/en/api/voice
"""

from dataclasses import dataclass
from typing import Any

from contactcenter.vonage import hosts
from contactcenter.vonage.client.ids import ID, checked
from contactcenter.vonage.client.outcomes import json_object, unreadable
from contactcenter.vonage.client.session import Session

CALLS = "/v1/calls"


@dataclass(frozen=True)
class CreatedCall:
    """The leg that Vonage is now dialling. Its first webhook may have come before this."""

    uuid: str
    conversation_uuid: str
    status: str


class Voice(Session):
    def create_call(self, body: dict[str, Any], *, region_url: str = "") -> CreatedCall:
        """Dial. Is sent once, whatever happens: a second time could be a second call."""
        response = self.send(
            "POST", self._base(region_url) + CALLS, auth=self.application, json=body
        )
        created = json_object("POST", CALLS, response)
        uuid = created.get("uuid")
        if not isinstance(uuid, str) or not ID.fullmatch(uuid):
            raise unreadable("POST", CALLS, response)
        return CreatedCall(
            uuid=uuid,
            conversation_uuid=str(created.get("conversation_uuid") or ""),
            status=str(created.get("status") or ""),
        )

    def get_call(self, uuid: str, *, region_url: str = "") -> dict[str, Any]:
        """The leg as Vonage knows it: status, direction, times. NotFound some days later."""
        return self.ask("GET", self._leg(uuid, region_url), auth=self.application)

    def hang_up(self, uuid: str, *, region_url: str = "") -> None:
        self._change(uuid, region_url, {"action": "hangup"})

    def transfer(self, uuid: str, ncco: list[dict[str, Any]], *, region_url: str = "") -> None:
        """Have the leg leave what it is doing and run this NCCO. It is accepted, not yet done."""
        destination = {"type": "ncco", "ncco": ncco}
        self._change(uuid, region_url, {"action": "transfer", "destination": destination})

    def mute(self, uuid: str, *, region_url: str = "") -> None:
        """Nobody hears the leg."""
        self._change(uuid, region_url, {"action": "mute"})

    def unmute(self, uuid: str, *, region_url: str = "") -> None:
        self._change(uuid, region_url, {"action": "unmute"})

    def earmuff(self, uuid: str, *, region_url: str = "") -> None:
        """The leg hears nobody."""
        self._change(uuid, region_url, {"action": "earmuff"})

    def unearmuff(self, uuid: str, *, region_url: str = "") -> None:
        self._change(uuid, region_url, {"action": "unearmuff"})

    def talk(self, uuid: str, text: str, *, language: str = "en-GB", region_url: str = "") -> None:
        """Say this to the leg alone, over what it hears. Refused while it is being told more."""
        url = self._leg(uuid, region_url) + "/talk"
        self.send("PUT", url, auth=self.application, json={"text": text, "language": language})

    def stop_talk(self, uuid: str, *, region_url: str = "") -> None:
        self.send("DELETE", self._leg(uuid, region_url) + "/talk", auth=self.application)

    def _change(self, uuid: str, region_url: str, change: dict[str, Any]) -> None:
        self.send("PUT", self._leg(uuid, region_url), auth=self.application, json=change)

    def _leg(self, uuid: str, region_url: str) -> str:
        return f"{self._base(region_url)}{CALLS}/{checked(uuid)}"

    def _base(self, region_url: str) -> str:
        """Where calls of this region are; ValueError for an address that must not see our token."""
        if not region_url:
            return self.api_url
        if not hosts.is_allowed(region_url, self.api_url):
            raise ValueError("The region's address is neither Vonage's nor the one that is set.")
        return hosts.base(region_url)
