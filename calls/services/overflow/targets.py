"""Who is let into a queue, who is sent on from it, and where to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from calls.models import Call, Overflow, Queue, QueueEntry
from calls.services import callbacks, journal, outbox, voicemails, waiting
from calls.services.following import follow, node_in_flow
from calls.services.overflow import numbers
from calls.services.overflow.speaking import end, graph_of, words
from calls.states import CallState
from ivr import ncco, steps
from ivr.graph import QueueNode
from ivr.ncco import Ncco
from ivr.steps import Await, Enqueue

Reason, Target = Overflow.Reason, Overflow.Target
SAYING = "@sent_on"  # where a call is while the words before another queue or a number are said
MOST_HOPS = 8  # from queue to queue, before the caller did anything
MOST_WAITS = 10  # of one call, however its queues and flows lead to each other
TAKES_THE_WAIT = {Target.VOICEMAIL, Target.CALLBACK}  # they close it, or go on with it
BEGINS_WAITING = {Target.QUEUE, Target.NUMBER}  # nobody is rung before the words have been said


def admit(call: Call, step: Enqueue | Await, *, now: datetime) -> Ncco:
    """Let the caller wait in the queue, or for the agent; or send them on."""
    if call.entries.count() >= MOST_WAITS:
        return end(call, (), now=now)
    if isinstance(step, Enqueue):
        queue = Queue.objects.get(id=step.queue)
        refused = waiting.refusal(queue, now=now)
        if refused:
            return _send_on(call, queue, refused, step, now=now)
    waiting.enqueue(call, step, now=now)
    return waiting.room(call)


def send_on(call: Call, queue: Queue, reason: Overflow.Reason, *, now: datetime) -> Ncco:
    """What a caller shall hear whom this queue does not keep: the reply, or what to move them to.

    The row for this very reason decides, else the one for any, else the flow's own way out.
    """
    return _send_on(call, queue, reason, step_into(call, queue), now=now)


def reason_of(call: Call, entry: QueueEntry) -> Overflow.Reason:
    """Why a caller whose time in the queue is over may not wait there."""
    return Reason.LATE if waiting.was_let_in(entry) else _last(call)[1]


def step_into(call: Call, queue: Queue) -> Enqueue:
    """The wait in this queue, with what the call itself needs."""
    name = node_in_flow(call)
    node = graph_of(call).nodes.get(name)
    step = Enqueue(name, queue.id)
    if isinstance(node, QueueNode):
        step = replace(step, priority=node.priority, requires=node.requires)
    return step


def _send_on(
    call: Call, queue: Queue, reason: Overflow.Reason, step: Enqueue, *, now: datetime
) -> Ncco:
    row = _row(call, queue, reason)
    hops = _hops(call)
    entry = QueueEntry.objects.filter(call=call, left_at=None).first()
    if entry and row.target not in TAKES_THE_WAIT:
        waiting.close(entry, QueueEntry.Outcome.OVERFLOWED, at=now)
        entry = None
    journal.record(
        call,
        "sent_on",
        at=now,
        data={"reason": reason, "target": row.target, "queue": queue.id},
        state=CallState.IN_FLOW,
        queue_id=entry and entry.queue_id,
        node=step.node,
    )
    if hops >= MOST_HOPS:
        return end(call, (), now=now)
    if row.words and row.target in BEGINS_WAITING:
        journal.record(call, "announced", at=now, node=SAYING, step=call.step + 1, attempt=0)
        return _say(call, row)
    return TARGETS[Target(row.target)](call, row, step, now)


def _row(call: Call, queue: Queue, reason: Overflow.Reason) -> Overflow:
    """What the queue says. A callback is offered once; who did not want it is not asked again."""
    rows = {row.reason: row for row in queue.overflows.all()}
    row = rows.get(reason) or rows.get(Reason.ANY) or Overflow(queue=queue)
    asked = call.events.filter(
        type="sent_on", data__target=Target.CALLBACK, data__queue=queue.id
    ).exists()
    if row.target == Target.CALLBACK and asked:
        return Overflow(queue=queue)
    return row


def _last(call: Call) -> tuple[Queue, Overflow.Reason]:
    """From where the call was sent on last, and why."""
    sent_on = call.events.filter(type="sent_on").order_by("-version")
    data = sent_on.values_list("data", flat=True)[0]
    return Queue.objects.get(id=data["queue"]), Reason(data["reason"])


def _hops(call: Call) -> int:
    """How often the caller was sent on since they last waited, or pressed a key."""
    events = call.events.order_by("version")
    acts = events.filter(type__in=["enqueued", "pressed"])
    acted = acts.exclude(type="pressed", data__digits="").last()
    return events.filter(type="sent_on", version__gt=acted.version if acted else 0).count()


def current_ncco(call: Call) -> Ncco:
    """The words that are being said, once more; changes nothing."""
    return _say(call, _row(call, *_last(call)))


def _say(call: Call, row: Overflow) -> Ncco:
    url = outbox.url(f"/webhooks/notify/{call.key}/{call.step}")
    return ncco.notify(words(row), url=url, language=graph_of(call).language)


def said(call: Call, *, now: datetime) -> Ncco:
    """The words have been said. What the queue says by now is done."""
    queue, reason = _last(call)
    row = _row(call, queue, reason)
    row.words = ""
    return TARGETS[Target(row.target)](call, row, step_into(call, queue), now)


def _flow_exit(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    graph = graph_of(call)
    return follow(call, graph, steps.give_up(graph, step.node, words(row)), now=now)


def _hang_up(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    return end(call, words(row), now=now)


def _to_queue(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    """Another queue, with what the call itself needs; it may send them on in turn."""
    if row.other_queue_id is None:
        return end(call, (), now=now)
    return admit(call, replace(step, queue=row.other_queue_id), now=now)


def _to_flow(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    version = row.flow.versions.filter(is_live=True).first() if row.flow else None
    if version is None:
        return end(call, words(row), now=now)
    graph = version.parsed()
    first = steps.enter(graph, graph.start, words(row))
    return follow(call, graph, first, now=now, flow_version_id=version.id)


def _to_voicemail(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    return voicemails.begin(call, queue_id=row.queue_id, words=words(row), now=now)


def _to_callback(call: Call, row: Overflow, step: Enqueue, now: datetime) -> Ncco:
    """Their place is kept. Who was not let in gets one, and no longer than for the question."""
    entry = QueueEntry.objects.filter(call=call, left_at=None).first()
    if entry is None:
        entry = waiting.enqueue(call, replace(step, queue=row.queue_id), now=now)
        entry.give_up_at = entry.enqueued_at
        entry.save(update_fields=["give_up_at"])
    return callbacks.ask(call, entry, words=words(row), now=now)


TARGETS: dict[Overflow.Target, Callable[[Call, Overflow, Enqueue, datetime], Ncco]] = {
    Target.FLOW_EXIT: _flow_exit,
    Target.QUEUE: _to_queue,
    Target.NUMBER: numbers.dial,
    Target.FLOW: _to_flow,
    Target.VOICEMAIL: _to_voicemail,
    Target.CALLBACK: _to_callback,
    Target.HANG_UP: _hang_up,
}
