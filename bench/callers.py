"""Callers of the menu as Vonage announces them: signed webhooks, and the answer that is right."""

import hashlib
import json
import re
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt

from bench.load import Request
from tools.stack import Stack

QUESTION = re.compile(r"/webhooks/input/[0-9a-f]{20}/1")


class Caller:
    """New callers of the menu's number, as Vonage announces them to this stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._menu = stack.described()["numbers"]["menu"]
        lines = Path(stack.environment["ENV_FILE"]).read_text().splitlines()
        named = (line.partition("=")[2] for line in lines if "APPLICATION_ID" in line)
        self._application_id = next(named).strip("'")

    def call(self) -> Request:
        """The signed webhook of a call that nobody has heard of yet."""
        uuid = uuid4().hex
        payload = {
            "to": self._menu,
            "from": "447700900001",
            "endpoint_type": "phone",
            "uuid": uuid,
            "conversation_uuid": f"CON-{uuid}",
            "region_url": self._stack.sandbox,
        }
        return self.signed(payload)

    def signed(self, payload: dict[str, Any]) -> Request:
        """A webhook that is believed."""
        body = json.dumps(payload).encode()
        return Request(
            body,
            {"Content-Type": "application/json", "Authorization": f"Bearer {self._token(body)}"},
        )

    def is_answer(self, reply: bytes) -> bool:
        """Whether this is the menu: its words, and a question of this call's own."""
        try:
            said, asked = json.loads(reply)
            words, url = said["text"], asked["eventUrl"][0]
            actions = said["action"], asked["action"]
            question = QUESTION.fullmatch(url.removeprefix(self._stack.web))
        except (ValueError, LookupError, TypeError, AttributeError):
            return False
        return actions == ("talk", "input") and "press 1" in words and question is not None

    def _token(self, body: bytes) -> str:
        environment = self._stack.environment
        claims = {
            "iss": "Vonage",
            "iat": int(time.time()),
            "jti": uuid4().hex,
            "api_key": environment["VONAGE_API_KEY"],
            "application_id": self._application_id,
            "payload_hash": hashlib.sha256(body).hexdigest(),
        }
        return jwt.encode(claims, environment["VONAGE_SIGNATURE_SECRET"], "HS256")
