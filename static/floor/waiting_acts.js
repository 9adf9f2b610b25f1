// What a supervisor can do with a call that waits: assign it, move it, set its priority, end it.

import { forbid, icon, make, show } from "../console/dom.js";
import { STATES } from "../console/words.js";
import { byName } from "./marks.js";

const MOST = 200; // agents to choose from at a time; a search finds the others

/**
 * A select whose options follow the floor: what is chosen stays, and so does an open list. If it
 * cannot be had any more nothing is chosen, and the browser asks for a choice.
 */
class Choice {
  box = make("select", { class: "select select-sm", required: "" });
  #wanted = [];

  constructor() {
    this.box.addEventListener("blur", () => this.#fill());
  }

  /** `options`: [value, text]. */
  offer(options) {
    this.#wanted = options;
    const texts = new Map(options);
    for (const one of this.box.options)
      if (texts.has(one.value) && one.text !== texts.get(one.value))
        one.text = texts.get(one.value);
    if (document.activeElement !== this.box) this.#fill();
  }

  #fill() {
    const said = JSON.stringify(this.#wanted);
    const { box } = this;
    if (box.drawnFrom === said) return;
    const { value } = box;
    const [chosen] = box.selectedOptions;
    const isGone = chosen && !this.#wanted.some(([name]) => name === value);
    box.drawnFrom = said;
    box.replaceChildren(...this.#wanted.map(([name, text]) => make("option", { value: name }, text)));
    if (isGone) box.prepend(gone(chosen.text));
    box.value = isGone ? "" : value || box.options[0]?.value;
  }

  /** The first one again, whatever was chosen. */
  forget() {
    this.box.replaceChildren();
    this.box.drawnFrom = null;
  }
}

const gone = (text) =>
  make("option", { value: "", disabled: "" }, text.replace(/( · .*)?$/, " · not there any more"));

/** The row below a call that waits. */
export class WaitingActs {
  #store;
  #close;
  #row;
  #agents = null; // the floor's tables when the choices were drawn
  #queues = null;
  #buttons = [];
  #isPending = false;
  #whom = new Choice();
  #find = make("input", {
    class: "input input-sm",
    type: "search",
    placeholder: "Find an agent",
    "aria-label": "Find an agent",
  });
  #where = new Choice();
  #nobody = make("p", { class: "hint" }, "No agent of yours is signed in.");

  constructor({ row, caller, store, acts, close }) {
    this.#store = store;
    this.#row = row;
    this.#close = close;
    const { id } = row;
    const priority = make("input", {
      class: "input input-sm",
      type: "number",
      min: "-100",
      max: "100",
      step: "1",
      required: "",
      value: row.priority,
    });
    const byUsername = (name) => [...store.agents.values()].find((one) => one.username === name);
    this.assign = this.#form("Assign to", this.#whom.box, "Assign now", (to) =>
      acts.assign(id, byUsername(to), caller),
    );
    this.assign.prepend(this.#find);
    this.#find.addEventListener("input", () => {
      this.#whom.forget();
      this.#drawPeople();
    });
    this.move = this.#form("Move to", this.#where.box, "Move", (to) => acts.move(id, to, caller));
    const rank = this.#form("Priority", priority, "Set", (to) =>
      acts.setPriority(id, Number(to), caller),
    );
    const end = make(
      "button",
      { class: "btn btn-sm btn-danger-quiet", type: "button" },
      icon("phone-down"),
      "End call",
    );
    end.addEventListener("click", () => acts.endCall(id, caller));
    const hint =
      "A point of priority counts like a minute of waiting. Whoever is assigned can still decline.";
    this.box = make("div", { class: "detail" }, this.#nobody, this.assign, this.move, rank, end);
    this.box.append(make("p", { class: "hint" }, hint));
    this.box.acts = this;
  }

  /** The choices as the floor has them now; what was typed and chosen stays. */
  draw(row) {
    const { agents, queues } = this.#store;
    const isSame =
      this.#agents === agents && this.#queues === queues && this.#row.queue === row.queue;
    this.#row = row;
    if (isSame && this.#where.box.drawnFrom) return;
    this.#agents = agents;
    this.#queues = queues;
    this.#drawPeople();
    const others = [...queues.values()].filter(({ name }) => name !== row.queue);
    this.#where.offer(
      others.map(({ name, open }) => [name, open === false ? `${name} · closed` : name]),
    );
    show(this.move, others.length > 0);
  }

  #drawPeople() {
    const all = this.#people();
    const sought = this.#find.value.trim().toLowerCase();
    const found = all.filter(({ name }) => name.toLowerCase().includes(sought));
    this.#whom.offer(
      found.slice(0, MOST).map(({ username, name, state }) => [
        username,
        `${name} · ${STATES[state].word}`,
      ]),
    );
    show(this.#find, all.length > MOST);
    show(this.assign, all.length > 0);
    show(this.#nobody, all.length === 0);
  }

  /** The agents that the call can go to: candidates, then those of its queue, then all others. */
  #people() {
    const { candidates, queue } = this.#row;
    const first = (candidates ?? []).map(({ agent }) => agent);
    const rank = ({ id, state, queues }) => {
      if (first.includes(id)) return first.indexOf(id) - first.length;
      return (state === "available" ? 0 : 2) + (queues.includes(queue) ? 0 : 1);
    };
    const agents = [...this.#store.agents.values()].filter(({ state }) => state !== "offline");
    return agents.sort((a, b) => rank(a) - rank(b) || byName(a, b));
  }

  /** A small form: label, field, button. One act at a time. */
  #form(label, field, word, act) {
    const button = make("button", { class: "btn btn-sm", type: "submit" }, word);
    this.#buttons.push(button);
    const made = make(
      "form",
      { class: "row" },
      make("label", { class: "row small" }, `${label} `, field),
      button,
    );
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (this.#isPending || !field.value) return;
      this.#pend(true);
      const isDone = await act(field.value);
      this.#pend(false);
      if (isDone) this.#close();
    });
    return made;
  }

  #pend(isPending) {
    this.#isPending = isPending;
    for (const button of this.#buttons)
      forbid(button, isPending ? "One moment: it is being done." : "");
  }
}
