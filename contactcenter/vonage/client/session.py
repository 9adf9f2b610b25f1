"""How a request travels to Vonage: who we are, how long we wait, what is sent twice."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from contactcenter.vonage import hosts
from contactcenter.vonage.client import outcomes
from contactcenter.vonage.errors import Rejected
from contactcenter.vonage.tokens import APPLICATION_LIFETIME, Key, application_token

TIMEOUT = (3.05, 10)  # seconds to connect, and to wait for the next byte
# `other=0` and `read=False`: an answer that broke off is not asked for again. A server's
# Retry-After is ignored, for it could hold a sender for hours.
REPEATED = Retry(
    total=2,
    read=False,
    other=0,
    allowed_methods={"GET"},
    status_forcelist={429, 502, 503, 504},
    backoff_factor=0.2,
    raise_on_status=False,
    respect_retry_after_header=False,
)
# urllib3 warns of a repeated request with its whole address: the names and numbers in its query.
logging.getLogger("urllib3").setLevel(logging.ERROR)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Transport(BaseAdapter):
    """Repeats a GET that met a passing fault; sends everything else once.

    Two adapters, because urllib3's Retry repeats some failures whatever the method is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._reading = HTTPAdapter(max_retries=REPEATED)
        self._writing = HTTPAdapter(max_retries=0)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        adapter = self._reading if request.method == "GET" else self._writing
        return adapter.send(request, *args, **kwargs)

    def close(self) -> None:
        self._reading.close()
        self._writing.close()


class ApplicationAuth(AuthBase):
    """Signs each request as the application, with one token for four fifths of its life."""

    def __init__(self, key: Key | None, clock: Callable[[], datetime]) -> None:
        self._key = key
        self._clock = clock
        self._made: tuple[datetime, str] | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request

    def _token(self) -> str:
        if self._key is None:
            raise Rejected("No private key of the application is set.")
        now = self._clock()
        made = self._made
        # A token from the future, after the clock was set back, would be refused.
        if made is None or not made[0] <= now < made[0] + 0.8 * APPLICATION_LIFETIME:
            made = self._made = (now, application_token(self._key, now=now))
        return made[1]


class Session:
    """One requests.Session, with the two ways to sign in: `application` and `account`."""

    def __init__(
        self,
        *,
        api_url: str,
        rest_url: str,
        key: Key | None,
        api_key: str,
        api_secret: str,
        transport: BaseAdapter | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.api_url = api_url.rstrip("/")
        self.rest_url = rest_url.rstrip("/")
        self.application = ApplicationAuth(key, clock)
        self.account = HTTPBasicAuth(api_key.encode(), api_secret.encode())
        self._http = requests.Session()
        # A proxy named in the environment cannot reach a Vonage that runs on this machine.
        self._http.trust_env = not hosts.is_loopback(api_url)
        # Cookies are the one thing of a session that threads would share and change.
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        transport = transport or Transport()
        self._http.mount("https://", transport)
        self._http.mount("http://", transport)

    def close(self) -> None:
        self._http.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        auth: AuthBase,
        params: Mapping[str, str] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """The 2xx answer to a request. Raises the VonageError that anything else stands for.

        `stream` leaves its content to be read, and the answer to be closed.
        """
        path = urlsplit(url).path
        try:
            response = self._http.request(
                method,
                url,
                auth=auth,
                params=params,
                json=json,
                data=form,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=stream,
            )
        # requests' errors are OSErrors; a few of urllib3's pass through it.
        except (OSError, HTTPError) as error:
            # Not chained: the cause holds the address with its query.
            raise outcomes.silence(method, path, error) from None
        if not 200 <= response.status_code < 300:
            raise outcomes.refusal(method, path, response)
        return response

    def ask(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        """Like send(), where the answer must hold a JSON object, and that object."""
        response = self.send(method, url, **sent)
        return outcomes.json_object(method, urlsplit(url).path, response)
