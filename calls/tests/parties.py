"""A call in which several people take part, driven through the doors."""

from urllib.parse import urlsplit

from django.conf import settings

from agents.models import AgentState
from calls import selectors
from calls.models import Call, Invitation, Leg, Offer
from calls.tests.asking import ask
from calls.tests.leaving import checked
from tests.world import World

NUMBER = "447700900777"


class Talk:
    """A caller talks with the first agent; others are asked in."""

    def __init__(self, world, main, *, uuid=World.UUID):
        self.world = world
        self.uuid = uuid
        self.main = main
        self.call, self.offer = world.talks(uuid)
        world.event("answered", uuid)
        self.began(self.offer.leg)
        self.world.send()

    # What people do ------------------------------------------------------------------------

    def ask(self, kind, by=None, **body):
        """Ask for it and let Vonage do what can be done at once; the command's key."""
        key = ask(self.world, kind, self.call, by or self.main, **body)
        self.world.send()
        return key

    def consult(self, colleague=None, *, number=NUMBER):
        """Asked, and they have answered: the NCCO that they hear."""
        self.ask("consult", to=self.to(colleague, number))
        return self.answers(self.invited())

    def add(self, colleague=None, *, number=NUMBER, by=None):
        self.ask("add", by=by, to=self.to(colleague, number))
        return self.answers(self.invited())

    @staticmethod
    def to(colleague, number=NUMBER):
        return {"agent": colleague.user.username} if colleague else {"number": number}

    def invited(self):
        """Whoever rings."""
        return Invitation.objects.select_related("leg").get(call=self.call, state="ringing")

    def answers(self, invitation):
        """They pick up: what they hear."""
        leg = Leg.objects.get(id=invitation.leg_id)
        ncco = self.world.post(
            f"/webhooks/answer/{leg.key}",
            {
                "to": "x",
                "from": World.MENU,
                "endpoint_type": "app",
                "uuid": leg.uuid,
                "conversation_uuid": "CON-9",
                "region_url": settings.VONAGE_API_URL,
            },
        )
        self.began(leg)
        self.world.send()
        return checked(ncco)

    def answers_again(self, agent):
        """Vonage asks once more about a leg whose webhook it has lost."""
        leg = self.leg(agent)
        return self.world.post(
            "/webhooks/fallback",
            {"to": "x", "uuid": leg.uuid, "conversation_uuid": "CON-9", "at": self.world._stamp()}
            | {"room": leg.room},
        )

    def began(self, leg):
        """The event that says so; young legs may not be moved, so they grow a little older."""
        leg = Leg.objects.get(id=leg.id)
        self.world.event("answered", leg.uuid, key=leg.key)

    def drops(self, leg, *, by="user", status="completed"):
        """A leg ends: on purpose, or (by the platform) because it broke off."""
        leg = Leg.objects.get(id=leg.id)
        key = "" if leg.kind == "customer" and leg.uuid == self.uuid else leg.key
        self.world.event(status, leg.uuid, key=key, disconnected_by=by)
        self.world.send()

    def hung_up(self):
        """Vonage says that those whom we hung up have ended."""
        for leg in Leg.objects.filter(call=self.call, on_purpose=True).exclude(state="ended"):
            if leg.uuid and f"/v1/calls/{leg.uuid}" in self.hang_ups():
                self.drops(leg, by="platform")

    # What can be seen ----------------------------------------------------------------------

    @property
    def row(self):
        return Call.objects.get(id=self.call.id)

    @property
    def customer(self):
        return Leg.objects.filter(call=self.call, kind="customer").last()

    def leg(self, agent):
        return Leg.objects.filter(call=self.call, agent=agent).last()

    def number(self):
        return Leg.objects.filter(call=self.call, kind="number").last()

    def where(self, *people):
        """In which of the call's rooms each of them is: talk, hold, aside or gone."""
        return [self._where(one) for one in people]

    def _where(self, leg):
        leg = Leg.objects.get(id=leg.id)
        call = self.row
        rooms = {call.room_name(): "talk", call.hold_room: "hold", call.aside_room: "aside"}
        if leg.state == "ended" or f"/v1/calls/{leg.uuid}" in self.hang_ups():
            return "gone"
        return rooms.get(leg.room, leg.room)

    def moves(self):
        """Every move so far, as (whose leg, name of the room)."""
        return [
            (urlsplit(path).path.rpartition("/")[2], body["destination"]["ncco"][-1].get("name"))
            for method, path, body in self.world.transport.requests
            if body.get("action") == "transfer"
        ]

    def hang_ups(self):
        return [
            path
            for method, path, body in self.world.transport.requests
            if body.get("action") == "hangup"
        ]

    def events(self):
        return [event.type for event in self.call.events.order_by("version")]

    def invitation(self):
        return Invitation.objects.filter(call=self.call).last()


def state_of(agent):
    return AgentState.objects.get(agent=agent, ended_at=None).state


def broken(world):
    found = selectors.violations(now=world.now)
    return {name: found[name] for name in found if found[name]}


def offer_to(agent):
    return Offer.objects.filter(agent=agent).last()
