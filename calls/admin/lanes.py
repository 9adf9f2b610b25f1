"""The journey as a picture: one lane for each leg, the waits and the offers, against time.

Places are percentages of the lane's width, so the picture needs neither script nor style.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from calls.admin.platform import party_of
from calls.models import Call, Leg, Offer, QueueEntry
from calls.states import LegKind, OfferState
from contactcenter.durations import length

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # seconds
MOST_TICKS = 10
ROOM_FOR_WORDS = 20  # percent of the width
LOST = {OfferState.MISSED, OfferState.FAILED}


@dataclass(frozen=True, slots=True)
class Segment:
    kind: str  # flow, queue, offer, lost, talk: its colour
    x: str
    width: str
    words: str
    words_x: str
    words_at: str  # inside, after or before


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    detail: str
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    word: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    start: datetime
    ticks: list[Tick]
    lanes: list[Lane]


@dataclass(frozen=True, slots=True)
class Scale:
    """Times as percentages between two times."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return max((self.end - self.start).total_seconds(), 1.0)

    def place(self, time: datetime) -> float:
        return min(max((time - self.start).total_seconds() / self.seconds * 100, 0.0), 100.0)

    def segment(self, kind: str, start: datetime, end: datetime | None, words: str) -> Segment:
        """A bar from start to end (none: to the right edge), its words where there is room."""
        end = end or self.end
        left, right = self.place(start), self.place(end)
        words = f"{words} {length((end - start).total_seconds())}"
        if right - left >= ROOM_FOR_WORDS:
            at, words_x = "inside", left
        elif right <= 100 - ROOM_FOR_WORDS:
            at, words_x = "after", right
        else:
            at, words_x = "before", left
        return Segment(
            kind, f"{left:.3f}%", f"{max(right - left, 0.3):.3f}%", words, f"{words_x:.3f}%", at
        )

    def ticks(self) -> list[Tick]:
        step = next((one for one in STEPS if self.seconds / one <= MOST_TICKS), STEPS[-1])
        return [
            Tick(
                x=f"{second / self.seconds * 100:.3f}%",
                word=length(second),
                anchor="start" if second == 0 else "middle",
            )
            for second in range(0, int(self.seconds * 0.97) + 1, step)
        ]


def draw(
    call: Call,
    *,
    legs: Iterable[Leg],
    entries: Iterable[QueueEntry],
    offers: Iterable[Offer],
    now: datetime,
) -> Picture:
    """Lanes from top to bottom: the customer, the waits, the offers, everybody who was rung."""
    scale = Scale(call.started_at, call.ended_at or now)
    lanes = [
        *(_customer(leg, call, scale) for leg in legs if leg.kind == LegKind.CUSTOMER),
        *_waits(entries, scale),
        *_offers(offers, scale),
        *(_party(leg, scale) for leg in legs if leg.kind != LegKind.CUSTOMER and leg.answered_at),
    ]
    return Picture(call.started_at, scale.ticks(), lanes)


def _customer(leg: Leg, call: Call, scale: Scale) -> Lane:
    start = min(leg.answered_at or call.started_at, call.started_at)
    return Lane("Customer", _name(leg), [scale.segment("flow", start, leg.ended_at, "in the call")])


def _waits(entries: Iterable[QueueEntry], scale: Scale) -> list[Lane]:
    return [
        Lane(
            "Wait",
            str(entry.queue or entry.agent),
            [scale.segment("queue", entry.enqueued_at, entry.left_at, "waited")],
        )
        for entry in entries
    ]


def _offers(offers: Iterable[Offer], scale: Scale) -> list[Lane]:
    """One lane for each agent who was rung, however often."""
    by_agent = sorted(offers, key=lambda offer: (offer.agent_id, offer.offered_at))
    lanes = []
    for _, group in groupby(by_agent, key=lambda offer: offer.agent_id):
        rung = list(group)
        segments = [
            scale.segment(
                "lost" if offer.state in LOST else "offer",
                offer.offered_at,
                offer.ended_at,
                str(offer.get_state_display()).lower(),
            )
            for offer in rung
        ]
        lanes.append(Lane("Offer" if len(rung) == 1 else "Offers", str(rung[0].agent), segments))
    return lanes


def _party(leg: Leg, scale: Scale) -> Lane:
    start = leg.answered_at or leg.planned_at
    return Lane(party_of(leg), _name(leg), [scale.segment("talk", start, leg.ended_at, "talked")])


def _name(leg: Leg) -> str:
    return f"leg {leg.uuid[:4]}" if leg.uuid else "leg"
