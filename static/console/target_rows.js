// The rows of those who could take a call.

import * as clock from "./clock.js";
import { forbid, icon, make, redraw, setAttribute, setText } from "./dom.js";
import { asTyped, digitsOf, phoneNumber } from "./numbers.js";
import { stateWords } from "./reasons.js";
import { STATES } from "./words.js";

const DO = {
  consult: {
    word: "Consult",
    of: (name) => `Consult ${name}`,
    says: "You talk first, the caller waits with music",
  },
  transfer: {
    word: "Transfer",
    of: (name) => `Transfer to ${name}`,
    says: "The caller goes at once, you leave",
  },
  add: { word: "Add", of: (name) => `Add ${name}`, says: "They join you and the caller" },
};
const BOTH = ["agents", "numbers"]; // they can be asked first

let count = 0;

/** What is listed: {key, kind, name, to, why, …}; a number that was typed comes first. */
export function listTargets(list, kinds, words) {
  const all = kinds.flatMap((kind) => (list[kind] ?? []).map((one) => MAKE[kind](one)));
  const digits = digitsOf(words);
  if (!/^\d{5,15}$/.test(digits)) return all;
  const listed = all.find(({ to }) => to.number === `+${digits}`);
  const first = { ...(listed ?? typedNumber(words, digits)), isTyped: true };
  return [first, ...all.filter((one) => one !== listed)];
}

/** Without its country it is shown as it was typed: the server says which country it is in. */
function typedNumber(words, digits) {
  const number = asTyped(words);
  const name = /^(\+|00)/.test(number) ? phoneNumber(digits) : number;
  return { key: `typed ${number}`, kind: "numbers", name, to: { number }, sub: "", why: "" };
}

const MAKE = {
  agents: ({ username, name, state, reason, since, available, why }) => ({
    key: `agents ${username}`,
    kind: "agents",
    name,
    to: { agent: username },
    why: available ? "" : (why ?? "Not available now."),
    mark: { state, reason },
    since,
  }),
  queues: ({ name, waiting, agents_available: free, open }) => ({
    key: `queues ${name}`,
    kind: "queues",
    name,
    to: { queue: name },
    why: open === false ? "This queue is closed now." : "",
    waiting,
    free,
    open,
  }),
  flows: ({ name }) => ({ key: `flows ${name}`, kind: "flows", name, to: { flow: name }, why: "" }),
  numbers: (one) => {
    const { number, name, why } = typeof one === "string" ? { number: one } : one;
    return {
      key: `numbers ${number}`,
      kind: "numbers",
      name: name || phoneNumber(number),
      to: { number: `+${number}` },
      sub: name ? phoneNumber(number) : "",
      why: why ?? "",
    };
  },
};

/** A new row; what can be done with it depends on the mode only, so it keeps its buttons. */
export function startTarget(target, mode) {
  const acts =
    mode === "add" ? ["add"] : BOTH.includes(target.kind) ? ["consult", "transfer"] : ["transfer"];
  const why = make("span", { class: "muted small", id: `target-why-${(count += 1)}` });
  const buttons = acts.map((act) =>
    make(
      "button",
      {
        class: "btn btn-sm",
        type: "button",
        "data-do": act,
        title: DO[act].says,
        "aria-label": DO[act].of(target.name),
        "aria-describedby": why.id,
      },
      DO[act].word,
    ),
  );
  return make(
    "li",
    { "data-mode": mode },
    make("b", {}),
    make("span", { class: "mark" }),
    why,
    make("span", { class: "acts" }, ...buttons),
  );
}

/** Fill the row of `row.target`; `busy` forbids all of them for now. */
export function drawTarget(row, busy) {
  const { target } = row;
  const [name, mark, why, acts] = row.children;
  const picture = { queues: "queue", flows: "flow", numbers: "phone" }[target.kind];
  redraw(name, [picture, target.name], () => [
    ...(picture ? [icon(picture), " "] : []),
    target.name,
  ]);
  drawMark(mark, target);
  setText(why, target.why || factsOf(target));
  for (const button of acts.children) {
    forbid(button, busy || target.why);
    setAttribute(button, "aria-describedby", busy ? "targets-busy" : why.id);
  }
}

function drawMark(place, { kind, mark, waiting, free, open }) {
  if (kind === "agents") {
    const { state, reason } = mark;
    const words = stateWords(state, reason);
    setAttribute(place, "class", "state mark");
    setAttribute(place, "data-state", state);
    redraw(place, [state, words], () => [icon(STATES[state].icon), words]);
  } else if (kind === "queues") {
    const [look, picture] =
      open === false ? ["", "lock"] : waiting ? ["badge-warn", "clock"] : ["badge-ok", "check"];
    const words = open === false ? "Closed" : `${waiting} waiting, ${free} free`;
    setAttribute(place, "class", `badge ${look} mark`);
    redraw(place, [picture, words], () => [icon(picture), words]);
  }
}

function factsOf({ kind, mark, since, sub }) {
  if (kind === "agents")
    return mark.state === "available" && since
      ? `free for ${clock.hours((clock.now() - Date.parse(since)) / 1000)}`
      : "";
  if (kind === "queues") return "the caller waits there";
  if (kind === "flows") return "the caller hears it from its start";
  return sub ?? "";
}
