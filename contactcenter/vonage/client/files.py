"""What Vonage has recorded.

https://developer.vonage.com/en/voice/voice-api/guides/recording
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from contactcenter.vonage import hosts
from contactcenter.vonage.client import outcomes
from contactcenter.vonage.client.session import Session
from contactcenter.vonage.errors import Rejected, Unavailable

LARGEST = 20 * 1024 * 1024  # bytes; three minutes of speech are a tenth of it
LONGEST = 60.0  # seconds for the whole of it, however it trickles
CHUNK = 64 * 1024


class Files(Session):
    def fetch(self, url: str, *, clock: Callable[[], float] = monotonic) -> bytes:
        """The content of a recording, at most `LARGEST` bytes: Rejected for more.

        ValueError for an address that must not see our token. A redirect is never followed.
        """
        if not hosts.is_allowed(url, self.api_url):
            raise ValueError("The recording is neither at Vonage nor at the address that is set.")
        began, path = clock(), urlsplit(url).path
        content = bytearray()
        with closing(self.send("GET", url, auth=self.application, stream=True)) as response:
            for chunk in _chunks(response, path):
                content += chunk
                if len(content) > LARGEST:
                    raise Rejected(f"GET {path}: more than {LARGEST} bytes")
                if clock() - began > LONGEST:
                    raise Unavailable(f"GET {path}: not finished after {LONGEST:.0f} s")
        return bytes(content)


def _chunks(response: requests.Response, path: str) -> Iterator[bytes]:
    try:
        yield from response.iter_content(CHUNK)
    except (OSError, HTTPError) as error:
        # Not chained: the cause holds the address with its query.
        raise outcomes.silence("GET", path, error) from None
