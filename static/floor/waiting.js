// The calls that wait: who is next for each and why, and what can be done about it.

import { setAttribute, setText } from "../console/dom.js";
import { lasting, levelOf, mark, secondsSince } from "./marks.js";
import { callerOf, LIMIT } from "./calls.js";
import { Rows } from "./rows.js";
import { WaitingActs } from "./waiting_acts.js";

const CALLBACK = "callback";
const PRIORITY_POINT = 60_000; // milliseconds of waiting that a point of priority counts for

/** The caller of a waiting row, in words. */
const named = (row) => (row.kind === CALLBACK ? `Callback to ${callerOf(row)}` : callerOf(row));

/** "Joe, Jane": who would be asked, in this order; or whom it is ringing at. */
function next({ offered_to: offered, candidates }) {
  if (offered) return `${offered}, ringing now`;
  return candidates?.length ? candidates.map(({ name }) => name).join(", ") : "Nobody";
}

export function waitingTable({ section, store, acts }) {
  const table = new Rows(section, {
    limit: LIMIT,
    draw(tr, row) {
      const { slots } = tr;
      const caller = named(row);
      setText(slots.position, row.position ?? "");
      setText(slots.caller, caller);
      setText(slots.queue, row.queue ?? "in no queue yet");
      setText(slots.priority, row.priority);
      setText(slots.next, next(row));
      setText(slots.why, row.why ?? "");
      setAttribute(tr.acts.more, "aria-label", `Assign ${caller}, move it, or change its priority`);
      tr.target = [...store.queues.values()].find(({ name }) => name === row.queue)?.target.seconds;
    },
    tick(tr, { enqueued_at: since }) {
      mark(tr.slots.wait, lasting(since), levelOf(secondsSince(since), tr.target));
    },
    acted: (_, row) => table.toggle(row.id),
    details: (row) =>
      new WaitingActs({
        row,
        caller: named(row),
        store,
        acts,
        close: () => table.close(row.id),
      }).box,
    detailed: (box, row) => box.acts.draw(row),
  });
  return table;
}

const turnOf = ({ enqueued_at: since, priority }) => Date.parse(since) - priority * PRIORITY_POINT;

/** Who is next comes first: the longest wait, to which priority adds. */
export const byTurn = (a, b) => turnOf(a) - turnOf(b);
