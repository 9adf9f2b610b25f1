// The call bar of the work after a call.

import * as clock from "./clock.js";
import { byId, fill, forbid, setAttribute, setText } from "./dom.js";
import { reasonWord } from "./reasons.js";
import { outcomeMissing } from "./store.js";
import { otherSide } from "./talk.js";
import { choosable, ENDED_BY } from "./words.js";

export function drawWrapUp(section, store) {
  const { wrap_up: wrapUp, wrap_up_until: until, ...agent } = store.agent;
  if (!wrapUp) return;
  const { queue, answered_at: answered, ended_at: ended } = wrapUp;
  fill(section, {
    left: until ? `${clock.duration(Math.ceil(clock.secondsLeft(until)))} left` : "",
    from: otherSide(wrapUp),
    queue,
    talked: answered && ended ? clock.between(answered, ended) : "",
    taken: wrapUp.taken_over_by ?? "",
    ended_by: wrapUp.taken_over_by ? "" : (ENDED_BY[wrapUp.hung_up_by] ?? ""),
    then: `At 0:00 you ${becomes(agent)}. The server keeps this time, also if you close the tab.`,
    done: `Done, ${afterwards(agent)}`,
    required: outcomeMissing(store) ? "An outcome is required" : "",
  });
  drawExtend(wrapUp);
  drawDone(store);
}

function becomes({ next_state: state, next_reason: reason }) {
  if (state === "offline") return "go offline";
  if (state !== "on_break") return "become Available";
  return reason ? `go on a break: ${reasonWord(reason)}` : "go on a break";
}

/** In one word: the sentence beside it says which break. */
const afterwards = ({ next_state: state }) =>
  state === "on_break" ? "break" : (state ?? "available");

function drawExtend({ extendable, seconds }) {
  const why = "This was used already: after-call work is extended once.";
  fill(byId("extend"), { extend: `${seconds} s more` });
  forbid(byId("extend"), !extendable);
  setText(byId("extend-why"), extendable ? "" : why);
  setAttribute(byId("extend"), "title", extendable ? null : "After-call work is extended once.");
}

/** Done is the way to what follows; only going offline does without a required outcome. */
function drawDone(store) {
  const { next_state: state, next_reason: reason } = store.agent;
  const isMissing = outcomeMissing(store);
  forbid(byId("done"), isMissing && state !== "offline");
  forbid(byId("done-break"), isMissing);
  setAttribute(byId("done"), "data-choose", state ?? "available");
  setAttribute(byId("done"), "data-reason", state ? choosable(reason) : null);
}
