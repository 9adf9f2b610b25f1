"""The application's users: whom a browser registers as, and a call to `app` reaches.

https://developer.vonage.com/en/api/application.v2#Users
"""

from typing import Any

from contactcenter.vonage.client.session import Session

USERS = "/v1/users"


class Users(Session):
    def find_user(self, name: str) -> dict[str, Any] | None:
        """The user of exactly this name, with its `id`; None where there is none."""
        params = {"name": name, "page_size": "100"}
        found = self.ask("GET", self.api_url + USERS, auth=self.application, params=params)
        embedded = found.get("_embedded")
        users = embedded.get("users") if isinstance(embedded, dict) else None
        for user in users if isinstance(users, list) else []:
            if isinstance(user, dict) and user.get("name") == name:
                return user
        return None

    def create_user(self, *, name: str, display_name: str) -> dict[str, Any]:
        """Make the user. Rejected where the name is taken."""
        user = {"name": name, "display_name": display_name}
        return self.ask("POST", self.api_url + USERS, auth=self.application, json=user)
