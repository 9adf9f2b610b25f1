// The agents: their state and why, how long, which call, and what can be done about it.

import { setAttribute, setIcon, setText } from "../console/dom.js";
import { stateWords } from "../console/reasons.js";
import { phoneNumber } from "../console/numbers.js";
import { STATES } from "../console/words.js";
import * as clock from "../console/clock.js";
import { MODES } from "../supervising/modes.js";
import { AgentActs } from "./agent_acts.js";
import { drawButtons } from "./agent_buttons.js";
import { LIMIT, pageOf } from "./calls.js";
import { byName, HELD_LIMIT, lasting, levelOf, mark, secondsSince } from "./marks.js";
import { Rows } from "./rows.js";
import { CALL_STATES } from "./words.js";

export function agentTable({ section, store, acts, supervision }) {
  const table = new Rows(section, {
    limit: 2 * LIMIT,
    draw: (tr, row) => draw(tr, row, store),
    tick,
    acted: (button, row) => acted(button, row, { table, acts, supervision }),
    details: (row) => new AgentActs({ row, store, acts, supervision }).box,
    detailed: (box, row) => box.acts.draw(row),
  });
  return table;
}

/** Who is signed in first, each by name; nobody moves but by coming and going. */
export const byPresence = (a, b) =>
  (a.state === "offline") - (b.state === "offline") || byName(a, b);

function draw(tr, row, store) {
  const { slots } = tr;
  setText(slots.name, row.name);
  setText(slots.team, row.team ?? "");
  setAttribute(slots.team, "title", row.team);
  setAttribute(slots.state, "data-state", row.state);
  setIcon(slots.state, STATES[row.state].icon);
  setText(slots.word, stateWords(row.state, row.reason, row.reason_label));
  setText(slots.note, note(row));
  setText(slots.call, row.call ? phoneNumber(row.call_number) : "");
  setAttribute(slots.call, "href", row.call ? pageOf(row.call) : null);
  drawButtons(tr, row, store.supervision);
}

/** Who supervises them, whether their console is lost, and what follows their call. */
function note({ supervised_by: by, connection, next_state: next }) {
  const said = by.map(({ name, mode }) => `${name}: ${MODES[mode].word.toLowerCase()}`);
  if (connection === "lost") said.unshift("connection lost");
  if (next) said.push(`then ${STATES[next].word.toLowerCase()}`);
  return said.join(" · ");
}

/** What they do: the queue of their call and how it stands, or what they wait for. */
function what(row) {
  if (row.kind === "supervision") return "supervises this call";
  if (row.call) return [row.call_queue ?? row.kind, standing(row)].filter(Boolean).join(", ");
  if (row.state === "wrap_up" && row.wrap_up_until)
    return `${clock.duration(clock.secondsLeft(row.wrap_up_until))} left`;
  if (row.state === "missed") return "offer not answered";
  return row.state === "offline" ? "" : row.queues.join(", ");
}

function standing({ state, call_state: callState, held_at: held }) {
  if (held) return `on hold ${lasting(held)}`;
  if (state === "offered") return "ringing";
  return callState === "connected" ? "" : CALL_STATES[callState]?.toLowerCase();
}

function tick(tr, row) {
  const since = row.call && row.talk_since ? row.talk_since : row.since;
  mark(tr.slots.time, row.state === "offline" ? "" : lasting(since), levelOfTime(row));
  const said = what(row);
  if (tr.said !== said) setText(tr.slots.what, (tr.said = said));
}

function levelOfTime(row) {
  if (row.limit_at) return secondsSince(row.limit_at) > 0 ? "over" : "";
  if (row.state === "missed") return "near";
  return row.held_at ? levelOf(secondsSince(row.held_at), HELD_LIMIT) : "";
}

function acted(button, row, { table, acts, supervision }) {
  const act = button.dataset.act === "main" ? button.does : button.dataset.act;
  if (button.getAttribute("aria-disabled")) return supervision.explain(button.title);
  if (act === "more") return table.toggle(row.id);
  if (act === "end_wrap_up") return acts.endWrapUp(row);
  if (act === "available") return acts.setState(row, "available", null, "available");
  return supervision.press(act, row);
}
