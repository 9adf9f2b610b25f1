// What others did to the agent's offer or call, in one sentence each.

import { phoneNumber } from "./numbers.js";
import { toast } from "./toasts.js";

// By how the call stood when it left the agent: to be tried again, or over after the last try or by
// a supervisor's word. While it still rings, it was the agent who left.
const OVER = {
  awaiting_callback: (number) => `${number} was not reached.`,
  ended: (number) => `The callback to ${number} is over; it is not tried again.`,
};

export class News {
  #store;
  #taken; // when a colleague took the last shared offer, as far as it was told; unknown at first
  #callback = null; // the callback that is being made: its number, and how its call stood last

  constructor(store) {
    this.#store = store;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { agent, isLive, isElsewhere } = this.#store;
    if (!isLive) this.#callback = null; // what came of it meanwhile is not known
    if (!agent || !isLive) return;
    this.#tellTaken(agent.taken);
    if (isElsewhere) this.#callback = null;
    else this.#followCallback(agent);
  }

  #tellTaken(taken) {
    const at = taken?.at ?? null;
    const isNews = this.#taken !== undefined && at !== null && at !== this.#taken;
    if (at !== null || this.#taken === undefined) this.#taken = at;
    if (!isNews || this.#store.isElsewhere) return;
    const what = taken.queue ? `the ${taken.queue} call` : "the call";
    toast(`${taken.by} has taken ${what}.`, "info");
  }

  #followCallback({ call, state }) {
    if (call?.kind === "callback" && !call.answered_at) {
      this.#callback = { number: call.number || call.from, state: call.state };
      return;
    }
    const over = this.#callback;
    this.#callback = null;
    if (!over || call) return;
    const free = state === "available" ? " You are available again." : "";
    const what = OVER[over.state]?.(phoneNumber(over.number));
    if (what) toast(`${what}${free}`, "info");
  }
}
