"""The journey as a picture: one lane for each leg, the waits and the offers, against time.

Places are percentages of the lane's width, so the picture needs neither script nor style.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from calls.admin.platform import party_of
from calls.admin.spans import Piece, Traces, of_agent, of_flow, of_supervisor
from calls.models import Leg, Offer, QueueEntry
from calls.states import LegKind, OfferState
from contactcenter.durations import length

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # seconds
MOST_TICKS = 10
ROOM_FOR_WORDS = 20  # percent of the width
LOST = {OfferState.MISSED, OfferState.FAILED}


@dataclass(frozen=True, slots=True)
class Segment:
    kind: str  # flow, queue, offer, lost, talk, consult, hold, wrap, supervision: its colour
    x: str
    width: str
    words: str
    words_x: str
    words_at: str  # inside, after or before; empty: only for those who ask


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


def draw(traces: Traces, *, now: datetime) -> Picture:
    """Lanes from top to bottom: the customer, the flow, the waits, the offers, everybody in it."""
    call = traces.call
    wrapped = (piece.end or now for work in traces.wrap_ups.values() for piece in work)
    scale = Scale(call.started_at, max([call.ended_at or now, *wrapped]))
    customers = [leg for leg in traces.legs if leg.kind == LegKind.CUSTOMER]
    others = [leg for leg in traces.legs if leg.kind != LegKind.CUSTOMER and leg.answered_at]
    lanes = [
        *(_customer(leg, traces, scale) for leg in customers),
        *_flow(traces, scale),
        *_waits(traces.entries, scale),
        *_offers(traces.offers, scale),
        *(_party(leg, traces, scale) for leg in others),
    ]
    return Picture(call.started_at, scale.ticks(), lanes)


def _lane(name: str, detail: str, pieces: Iterable[Piece], scale: Scale) -> Lane:
    """Words stand where they cover nothing: in a part that is long enough, or behind the last."""
    segments = [scale.segment(one.kind, one.start, one.end, one.words) for one in pieces]
    hidden = [
        (one.words_at == "inside" and one.kind == "hold")
        or (one.words_at == "after" and one is not segments[-1])
        or (one.words_at == "before" and len(segments) > 1)
        for one in segments
    ]
    shown = [
        replace(one, words_at="") if is_hidden else one
        for one, is_hidden in zip(segments, hidden, strict=True)
    ]
    return Lane(name, detail, shown)


def _customer(leg: Leg, traces: Traces, scale: Scale) -> Lane:
    start = min(leg.answered_at or traces.call.started_at, traces.call.started_at)
    piece = Piece("talk", start, leg.ended_at, "in the call")
    return _lane("Customer", _name(leg), [piece], scale)


def _flow(traces: Traces, scale: Scale) -> list[Lane]:
    pieces = of_flow(traces)
    detail = str(traces.call.flow_version or "")
    return [_lane("Flow", detail, pieces, scale)] if pieces else []


def _waits(entries: Iterable[QueueEntry], scale: Scale) -> list[Lane]:
    return [
        _lane(
            "Wait",
            str(entry.queue or entry.agent),
            [Piece("queue", entry.enqueued_at, entry.left_at, "waited")],
            scale,
        )
        for entry in entries
    ]


def _offers(offers: Iterable[Offer], scale: Scale) -> list[Lane]:
    """One lane for each agent who was rung, however often."""
    by_agent = sorted(offers, key=lambda offer: (offer.agent_id, offer.offered_at))
    lanes = []
    for _, group in groupby(by_agent, key=lambda offer: offer.agent_id):
        rung = list(group)
        pieces = [
            Piece(
                "lost" if offer.state in LOST else "offer",
                offer.offered_at,
                offer.ended_at,
                str(offer.get_state_display()).lower(),
            )
            for offer in rung
        ]
        name = "Offer" if len(rung) == 1 else "Offers"
        lanes.append(_lane(name, str(rung[0].agent), pieces, scale))
    return lanes


def _party(leg: Leg, traces: Traces, scale: Scale) -> Lane:
    if leg.id in traces.supervisions:
        pieces: Sequence[Piece] = of_supervisor(leg, traces)
    else:
        pieces = of_agent(leg, traces)
    return _lane(party_of(leg), _name(leg), pieces, scale)


def _name(leg: Leg) -> str:
    return f"leg {leg.uuid[:4]}" if leg.uuid else "leg"
