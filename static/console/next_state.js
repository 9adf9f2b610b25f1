// What follows the call: chosen while an offer, a call or the work after it holds the agent.

import { byId, make, setAttribute, show } from "./dom.js";
import { stateWords } from "./reasons.js";
import { pause } from "./ticker.js";
import { say, toast } from "./toasts.js";
import { refusal } from "./words.js";

const HOLDING = ["offered", "busy", "wrap_up"];
const SETTLED = 400; // milliseconds: with the keyboard one passes other choices on the way

const SEEN_WITHIN = 5000; // milliseconds: what was chosen is in the agent's picture by then

const valueOf = ({ next_state: state, next_reason: reason }) =>
  [state ?? "available", reason].filter(Boolean).join(" ");

export class NextState {
  #store;
  #socket;
  #wish = null; // what was chosen here, until the server says so: {value, isSent, isSeen}
  #select = byId("next-state");

  constructor({ store, socket }) {
    this.#store = store;
    this.#socket = socket;
    store.addEventListener("change", () => this.#follow());
    this.#select.addEventListener("change", () => this.#choose(this.#select.value));
  }

  #follow() {
    const { agent, isLive, phone } = this.#store;
    const isHeld = HOLDING.includes(agent?.state);
    const isOpen = isLive && phone.here;
    if (!(isHeld && isOpen) && document.activeElement === this.#select) byId("state").focus();
    show(byId("next"), isHeld);
    if (!isHeld) this.#wish = null;
    else if (!this.#isAhead(agent)) this.#show(agent);
    this.#select.disabled = !isOpen;
    // Why not stands in the menu beside it.
    setAttribute(this.#select, "aria-describedby", isOpen ? null : "states-why");
  }

  /** The server does not say yet what was chosen here. */
  #isAhead(agent) {
    const wish = this.#wish;
    if (wish?.isSent && wish.value === valueOf(agent)) wish.isSeen = true;
    return wish !== null && !wish.isSeen;
  }

  #show(agent) {
    const value = valueOf(agent);
    const { next_state: state, next_reason: reason } = agent;
    for (const option of this.#select.querySelectorAll("[data-extra]"))
      if (option.value !== value) option.remove();
    const isListed = [...this.#select.options].some((option) => option.value === value);
    if (!isListed) this.#select.append(extra(value, stateWords(state, reason)));
    if (this.#select.value !== value) this.#select.value = value;
  }

  async #choose(value) {
    const wish = { value, isSent: false, isSeen: false };
    this.#wish = wish;
    await pause(SETTLED);
    if (this.#wish !== wish) return;
    const [state, reason = null] = value.split(" ");
    wish.isSent = true;
    try {
      await this.#socket.send("next_state", { state, reason });
    } catch (error) {
      this.#forget(wish);
      toast(refusal(error), "warn");
      return;
    }
    if (this.#wish !== wish) return;
    say(`After this: ${stateWords(state, reason)}.`);
    await pause(SEEN_WITHIN);
    this.#forget(wish);
  }

  #forget(wish) {
    if (this.#wish !== wish) return;
    this.#wish = null;
    this.#follow();
  }
}

/** What follows can be shown and not be chosen: the system, or a supervisor, has set it. */
const extra = (value, words) => make("option", { value, disabled: "", "data-extra": "" }, words);
