"""The account's applications and numbers: what set-up needs once.

https://developer.vonage.com/en/api/application.v2 and https://developer.vonage.com/en/api/numbers
"""

from itertools import count
from typing import Any

from contactcenter.vonage.client.ids import checked
from contactcenter.vonage.client.outcomes import content
from contactcenter.vonage.client.session import Session
from contactcenter.vonage.errors import NotFound, Rejected

APPLICATIONS = "/v2/applications"
PAGE_SIZE = 100


class Account(Session):
    def create_application(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make it. The answer alone holds `keys.private_key`, unless `body` has a public key."""
        url = self.api_url + APPLICATIONS
        return self.ask("POST", url, auth=self.account, json=body)

    def get_application(self, application_id: str) -> dict[str, Any] | None:
        try:
            return self.ask("GET", self._application(application_id), auth=self.account)
        except NotFound:
            return None

    def update_application(self, application_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """Replace the whole application: a capability that `body` leaves out is lost."""
        url = self._application(application_id)
        return self.ask("PUT", url, auth=self.account, json=body)

    def owned_numbers(self, *, pattern: str = "") -> list[dict[str, Any]]:
        """The account's numbers: country, msisdn, features, app_id. `pattern`: how they begin."""
        owned: list[dict[str, Any]] = []
        for page in count(1):
            body = self._numbers("/account/numbers", pattern=pattern, index=str(page))
            rows = _rows(body)
            owned += rows
            total = body.get("count")
            if not rows or not isinstance(total, int) or len(owned) >= total:
                break
        return owned

    def search_numbers(self, *, country: str, pattern: str = "") -> list[dict[str, Any]]:
        """Up to 100 numbers with voice that are for sale: msisdn, type, cost (text, in EUR)."""
        return _rows(
            self._numbers("/number/search", pattern=pattern, country=country, features="VOICE")
        )

    def buy_number(self, *, country: str, msisdn: str) -> None:
        """Costs money, every month. Rejected with 420 for anything Vonage has against it."""
        self._write("/number/buy", {"country": country, "msisdn": msisdn})

    def link_number(self, *, country: str, msisdn: str, application_id: str) -> None:
        """Have calls to the number go to the application. The number's SMS webhook stays."""
        form = {"country": country, "msisdn": msisdn, "app_id": checked(application_id)}
        # An update replaces what it leaves out.
        for number in self.owned_numbers(pattern=msisdn):
            if number.get("msisdn") == msisdn and number.get("moHttpUrl"):
                form["moHttpUrl"] = str(number["moHttpUrl"])
        self._write("/number/update", form)

    def _application(self, application_id: str) -> str:
        return f"{self.api_url}{APPLICATIONS}/{checked(application_id)}"

    def _numbers(self, path: str, *, pattern: str, **wanted: str) -> dict[str, Any]:
        params = {"size": str(PAGE_SIZE), **wanted}
        if pattern:
            params["pattern"] = pattern
        return self.ask("GET", self.rest_url + path, auth=self.account, params=params)

    def _write(self, path: str, form: dict[str, str]) -> None:
        """The Numbers API can say no in a body, whatever its HTTP status says."""
        response = self.send("POST", self.rest_url + path, auth=self.account, form=form)
        code = (content(response) or {}).get("error-code", "200")
        if str(code) != "200":
            raise Rejected(f"POST {path}: refused in a {response.status_code}", status=420)


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    """An empty result has no `numbers` at all."""
    rows = body.get("numbers")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
