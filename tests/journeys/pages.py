"""The admin as a supervisor uses it: pages are read, changed in places, and sent back."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import requests

from agents.states import State
from tests.journeys.forms import Form
from tools.people import wait_until


class Admin:
    """The admin pages, for somebody who has logged in."""

    def __init__(self, stack, person):
        self._origin, self._session = f"{stack.web}/admin/", person.session

    def read(self, path):
        response = self._session.get(self._origin + path, timeout=10)
        response.raise_for_status()
        return response.text

    def form(self, path):
        return Form(self.read(path))

    def save(self, path, form):
        """Send the page back; the words it says then. A refusal fails with its reasons."""
        sent = {name: values for name, values in form.fields.items() if "__prefix__" not in name}
        address = self._origin + path
        response = self._session.post(
            address, data=sent | {"_save": ["Save"]}, headers={"Referer": address}, timeout=10
        )
        shown = Form(response.text)
        assert response.history, shown.errors or response.text[:2000]
        return shown.messages

    def find(self, table, words):
        """The number of the row that has these words in its line of the list."""
        lines = re.findall(r"<tr.*?</tr>", self.read(f"{table}/?q={words}"), re.DOTALL)
        links = [
            re.search(rf"/{table}/(\d+)/change/", line)
            for line in lines
            if words in re.sub(r"<[^>]*>", " ", line)
        ]
        return next((int(link[1]) for link in links if link), None)


class Health:
    """The page that says what must hold, and whether it does."""

    def __init__(self, admin):
        self._admin, self._page = admin, ""

    def look_anew(self):
        """Wait until a router has looked once more."""
        before = self._checked()
        wait_until(lambda: self._checked() != before, "the invariants are checked", within=30)
        return self

    def broken(self):
        """What does not hold, and how often."""
        rows = re.findall(r"<tr.*?</tr>", self._page, re.DOTALL)
        checks = [row for row in rows if "field-holds" in row]
        texts = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in checks]
        assert texts, "no invariant is on the page"
        return [text for text in texts if " Holds " not in text]

    def _checked(self):
        self._page = self._admin.read("calls/invariantcheck/")
        return re.findall(r"field-checked[^>]*>([^(<]*)", self._page)


class QueuePage:
    """One queue's page. What a journey changes is put back by `restore`."""

    INLINES = ("overflows", "requirements")

    def __init__(self, admin, name):
        self._admin = admin
        self.number = admin.find("calls/queue", name)
        self._path = f"calls/queue/{self.number}/change/"
        self._as_it_was = admin.form(self._path).fields

    def change(self, **values):
        form = self._admin.form(self._path)
        form.set(**values)
        self._admin.save(self._path, form)
        return self

    def sends_on(self, reason, target, **more):
        """Callers whom the queue does not keep for that reason go there."""
        form = self._admin.form(self._path)
        form.add("overflows", reason=reason, target=target, **more)
        self._admin.save(self._path, form)
        return self

    def sends_nobody_on(self):
        """As without any rule."""
        form = self._admin.form(self._path)
        form.empty("overflows")
        self._admin.save(self._path, form)
        return self

    def asks_for(self, **requirement):
        form = self._admin.form(self._path)
        form.add("requirements", **requirement)
        self._admin.save(self._path, form)
        return self

    def restore(self):
        form = self._admin.form(self._path)
        for rows in self.INLINES:
            form.empty(rows)
        own = {
            name
            for name in {*form.fields, *self._as_it_was}
            if not name.startswith(tuple(f"{rows}-" for rows in self.INLINES))
            and name != "csrfmiddlewaretoken"
        }
        form.set(**{name: self._as_it_was.get(name) for name in own})
        self._admin.save(self._path, form)


class Program:
    """Another system, with an API key that an operator made for it."""

    def __init__(self, stack, operator, *, user):
        self._api, self._operator = f"{stack.web}/api/", operator
        form = operator.form("agents/apikey/add/")
        form.set(name="Journey", user=operator.find("agents/user", user))
        messages = operator.save("agents/apikey/add/", form)
        # The key is the one thing there that is a single word.
        key = next(words for words in messages if " " not in words)
        self._headers = {"Authorization": f"Bearer {key}"}

    def connect(self, call, agent):
        """Ask for it; the name of the command."""
        response = requests.post(
            f"{self._api}calls/{call}/connect",
            json={"agent": agent}, headers=self._headers, timeout=10,
        )  # fmt: skip
        assert response.status_code == 202, response.text
        return response.json()["command"]

    def outcome(self, command):
        address = f"{self._api}commands/{command}"
        return requests.get(address, headers=self._headers, timeout=10).json()


def make_schedule(operator, weekdays, closed):
    """Open around the clock on these days of the week, but not on those dates; its number."""
    name = f"Journey {uuid4().hex[:8]}"
    form = operator.form("ivr/schedule/add/")
    form.set(name=name, time_zone="UTC")
    for weekday in weekdays:
        form.add("hours", weekday=weekday, opens="00:00", closes="00:00")
    for day in closed:
        form.add("exceptions", date=day.isoformat(), label="Journey")
    operator.save("ivr/schedule/add/", form)
    return operator.find("ivr/schedule", name)


def make_skill(operator, name):
    """The number of the skill of that name, made if there is none."""
    known = operator.find("agents/skill", name)
    if known is None:
        form = operator.form("agents/skill/add/")
        form.set(name=name)
        operator.save("agents/skill/add/", form)
    return known or operator.find("agents/skill", name)


def set_dial_rules(operator, **values):
    path = "calls/dialrules/1/change/"  # the only row
    form = operator.form(path)
    form.set(**values)
    operator.save(path, form)


def seconds_told_of(agent):
    """The sum of an agent's states today, and the least and the most that it may be by now.

    Each state is told in whole seconds, rounded down, and one of less than a second not at all:
    just after midnight that can be all of them.
    """
    asked = datetime.now(UTC)
    day = agent.day()
    since = datetime.fromisoformat(day["since"])
    told = sum(state["seconds"] for state in day["states"])
    least = (asked - since).total_seconds() - len(State)
    return told, least, (datetime.now(UTC) - since).total_seconds()
