// What is shown: by team, queue and state, and what is searched for. Kept in the address.

import { make, setText, show } from "../console/dom.js";
import { HELD_LIMIT, secondsSince } from "./marks.js";

const NAMES = ["team", "queue", "state", "q"];

const past = (iso) => Boolean(iso) && secondsSince(iso) > 0;

/** Whether a supervisor should look at this agent now. */
export const needsAttention = (agent) =>
  agent.state === "missed" ||
  (agent.connection === "lost" && Boolean(agent.call)) ||
  past(agent.limit_at) ||
  past(agent.wrap_up_until) ||
  (secondsSince(agent.held_at) ?? 0) > HELD_LIMIT;

const IN_STATE = {
  "": () => true,
  attention: needsAttention,
  signed_in: ({ state }) => state !== "offline",
  busy: ({ call }) => Boolean(call),
};

export class Filters {
  #form;
  #store;
  #known = "";
  #changed;

  constructor({ form, store, changed }) {
    this.#form = form;
    this.#store = store;
    this.#changed = changed;
    const asked = new URLSearchParams(location.search);
    for (const name of NAMES) this.#remember(name, asked.get(name) ?? "");
    form.addEventListener("input", () => this.#apply());
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.clear();
    });
  }

  /** Teams and queues to choose from, as the floor has them now. */
  refresh() {
    const { agents, queues } = this.#store;
    const teams = [...new Set([...agents.values()].map(({ team }) => team).filter(Boolean))].sort();
    const names = [...queues.values()].map(({ name }) => name).sort();
    const key = JSON.stringify([teams, names]);
    if (key !== this.#known) {
      this.#known = key;
      this.#offer("team", teams);
      this.#offer("queue", names);
    }
    const { isOn } = this;
    show(this.#form.querySelector("[type=reset]"), isOn);
  }

  get isOn() {
    return NAMES.some((name) => this.#value(name));
  }

  clear() {
    for (const name of NAMES) this.#remember(name, "");
    this.#apply();
    this.#form.elements.team.focus();
  }

  /** Show one queue alone, or all again. */
  choose(queue) {
    this.#remember("queue", this.#value("queue") === queue ? "" : queue);
    this.#apply();
  }

  get queue() {
    return this.#value("queue");
  }

  /** The rows of the four tables that are to be seen. */
  pick() {
    const [team, queue, state, said] = NAMES.map((name) => this.#value(name));
    const q = said.trim().toLowerCase();
    const digits = q.replaceAll(/[\s+]/g, "");
    const says = (...texts) => !q || texts.some((text) => text?.toLowerCase().includes(q));
    const hasNumber = (number) => Boolean(digits) && Boolean(number?.includes(digits));
    const all = (name) => [...this.#store[name].values()];
    const ofTeam = all("agents").filter((one) => !team || one.team === team);
    const served = team && new Set(ofTeam.flatMap(({ queues }) => queues));
    const isServed = (name) => (!queue || name === queue) && (!served || served.has(name));
    const people = team && new Set(ofTeam.map(({ name }) => name));
    return {
      queues: all("queues").filter(({ name }) => isServed(name) && says(name)),
      waiting: all("waiting").filter(
        (row) => isServed(row.queue) && (says(row.queue, row.name) || hasNumber(row.number)),
      ),
      calls: all("calls").filter(
        ({ agents, queue: of, name, number }) =>
          (!queue || of === queue) &&
          (!people || agents.some((one) => people.has(one))) &&
          (says(of, name, ...agents) || hasNumber(number)),
      ),
      agents: ofTeam.filter(
        (row) =>
          (!queue || row.queues.includes(queue)) &&
          (IN_STATE[state]?.(row) ?? row.state === state) &&
          (says(row.name, row.username, row.call_queue) || hasNumber(row.call_number)),
      ),
    };
  }

  #value(name) {
    const field = this.#form.elements[name];
    return field.value || field.dataset.wanted || "";
  }

  /** A choice whose option is not known yet waits for it. */
  #remember(name, value) {
    const field = this.#form.elements[name];
    field.value = value;
    field.dataset.wanted = field.value === value ? "" : value;
  }

  #offer(name, words) {
    const field = this.#form.elements[name];
    const value = this.#value(name);
    const options = words.map((word) => make("option", { value: word }, word));
    field.replaceChildren(field.options[0], ...options);
    this.#remember(name, words.includes(value) ? value : "");
  }

  #apply() {
    const address = new URL(location.href);
    for (const name of NAMES) {
      const value = this.#value(name);
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
    this.#changed();
  }
}

/** "14", or "5 of 14" while a filter hides some. */
export const counted = (element, shown, all, words) =>
  setText(element, `${shown === all ? all : `${shown} of ${all}`}${words ? `, ${words}` : ""}`);
