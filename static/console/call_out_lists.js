// What the form for making a call offers: numbers to show, numbers of late, colleagues.

import * as clock from "./clock.js";
import { byId, forbid, icon, make, redraw, setAttribute, show } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { stateWords } from "./reasons.js";
import { STATES } from "./words.js";

/** The numbers that may be shown to whoever is called. */
export function drawFrom({ caller_ids: shown = [] }) {
  show(byId("dial-from-field"), shown.length > 0);
  redraw(byId("dial-from"), shown, () =>
    shown.map(({ number, label, usual }) => {
      const words = [label, phoneNumber(number)].filter(Boolean).join(" · ");
      return make("option", { value: `+${number}`, ...(usual && { selected: "" }) }, words);
    }),
  );
}

export function drawRecent({ recent = [] }) {
  show(byId("dial-recent"), recent.length > 0);
  redraw(byId("dial-recent-rows"), recent, () =>
    recent.map(({ number, name, at }) =>
      make(
        "li",
        {},
        make("b", {}, name || phoneNumber(number)),
        make("span", { class: "acts" }, take(number, name)),
        make("span", { class: "muted small" }, whenOf(number, name, at)),
      ),
    ),
  );
}

const take = (number, name) =>
  make(
    "button",
    {
      class: "btn btn-sm",
      type: "button",
      "data-number": number,
      "aria-label": `Take ${name || phoneNumber(number)}`,
    },
    "Take",
  );

const whenOf = (number, name, at) =>
  [name && phoneNumber(number), at && clock.onDayOrAt(at)].filter(Boolean).join(", ");

/** Whoever is available can be called; of the others it is said why not. */
export function drawColleagues(agents, why) {
  show(byId("dial-people"), agents.length > 0);
  const names = agents.map(({ username }) => username);
  redraw(byId("dial-people-rows"), names, () => agents.map(colleague));
  agents.forEach((one, at) => draw(byId("dial-people-rows").children[at], one, why));
}

function colleague({ username, name }, at) {
  const why = make("span", { class: "muted small", id: `dial-person-${at}` });
  const button = make(
    "button",
    {
      class: "btn btn-sm",
      type: "button",
      "data-call-agent": username,
      "aria-label": `Call ${name}`,
      "aria-describedby": why.id,
    },
    "Call",
  );
  const mark = make("span", { class: "state" });
  return make("li", {}, make("b", {}, name), mark, why, make("span", { class: "acts" }, button));
}

function draw(row, { state, reason, available, why: busy }, why) {
  const [, mark, said, acts] = row.children;
  const words = stateWords(state, reason);
  const cannot = why || (available ? "" : busy || "Not available now.");
  setAttribute(mark, "data-state", state);
  redraw(mark, [state, words], () => [icon(STATES[state].icon), words]);
  redraw(said, cannot, () => [cannot]);
  forbid(acts.firstElementChild, cannot);
}
