// A caller on hold is not forgotten: one banner, and a sentence each minute.

import * as clock from "./clock.js";
import { consultOf } from "./talk.js";
import { everyTick } from "./ticker.js";
import { toast } from "./toasts.js";

const EVERY = 60; // seconds
const FLOOR = 180; // seconds after which the floor marks it

/** How many whole minutes the caller has been on hold; 0 as long as nobody has to be reminded. */
export function minutesHeld({ agent }) {
  const { call } = agent ?? {};
  if (call?.state !== "held" || !call.held_at || call.mine === false) return 0;
  return Math.floor((clock.now() - Date.parse(call.held_at)) / 1000 / EVERY);
}

/** What the banner says now. */
export function heldBanner({ minutesHeld: minutes, agent }) {
  const next = clock.duration((minutes + 1) * EVERY);
  const isLong = minutes * EVERY >= FLOOR;
  const floor = isLong ? "Your supervisor sees it." : "Your supervisor sees it at 3:00.";
  return {
    key: "hold",
    kind: "warn",
    icon: "clock",
    title: `On hold for more than ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    text: `The next reminder comes at ${next}. ${floor}`,
    button: consultOf(agent.call) ? null : ["hold", "play", "Resume"],
    quiet: true, // the reminder is said
  };
}

export class HoldReminder {
  #store;
  #held = ""; // which hold
  #reminded = 0; // of how many minutes

  constructor(store) {
    this.#store = store;
    everyTick(() => this.#look());
    store.addEventListener("change", () => this.#look());
  }

  #look() {
    const { agent, isLive, isElsewhere, minutesHeld: shown } = this.#store;
    const minutes = isLive && !isElsewhere ? minutesHeld(this.#store) : 0;
    const held = agent?.call?.held_at ?? "";
    if (held !== this.#held) {
      this.#held = held;
      this.#reminded = 0;
    }
    if (minutes > this.#reminded) {
      this.#reminded = minutes;
      toast(`The caller has been on hold for ${clock.duration(minutes * EVERY)}.`, "warn");
    }
    if (minutes !== shown) this.#store.change({ minutesHeld: minutes });
  }
}
