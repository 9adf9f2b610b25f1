// The calls that go on: whom they are with, and the way to end one that is stuck.

import { phoneNumber } from "../console/numbers.js";
import { setAttribute, setText } from "../console/dom.js";
import { MODES } from "../supervising/modes.js";
import { lasting, mark } from "./marks.js";
import { Rows } from "./rows.js";
import { CALL_STATES } from "./words.js";

export const LIMIT = 50;

/** The customer of a call, in words. */
export const callerOf = ({ name, number }) => name || phoneNumber(number);

/** The address of a call's page in the admin, if this person may open it. */
export const pageOf = (call) => document.body.dataset.callPage?.replace("/0/", `/${call}/`) ?? null;

export function callTable({ section, acts }) {
  return new Rows(section, {
    limit: LIMIT,
    draw(tr, row) {
      const { slots } = tr;
      setText(slots.caller, callerOf(row));
      setAttribute(slots.caller, "href", pageOf(row.id));
      setText(slots.queue, row.queue ?? "");
      setText(slots.state, CALL_STATES[row.state] ?? row.state);
      setText(slots.with, row.agents.join(", ") || "nobody");
      setText(
        slots.supervised,
        row.supervisions
          .map(({ by, mode }) => `${by}: ${MODES[mode]?.word.toLowerCase() ?? mode}`)
          .join(", "),
      );
      setAttribute(tr.acts.end, "aria-label", `End call, ${callerOf(row)}`);
    },
    tick: ({ slots }, { since, held_at: held }) => mark(slots.time, lasting(held ?? since)),
    acted: (_, row) => acts.endCall(row.id, callerOf(row)),
  });
}

export const bySince = (a, b) => (a.since < b.since ? -1 : 1);
