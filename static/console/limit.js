// A break that has a time limit: the page knows when it is over, and says so once.

import * as clock from "./clock.js";
import { reasonLabel } from "./reasons.js";
import { tabStorage } from "./storage.js";
import { everyTick } from "./ticker.js";
import { say } from "./toasts.js";
import { plural } from "./words.js";

const SAID = "limit-said"; // in tabStorage: the limit of which this tab has spoken
const ASIDE = ["on_break", "offline"];

/** "Lunch was over at 12:30 (30 minutes)." */
export function limitSentence({ reason, reason_label: label, since, limit_at: limit }) {
  const minutes = Math.round((Date.parse(limit) - Date.parse(since)) / 60_000);
  const what = reasonLabel(reason, label) || "Your break";
  return `${what} was over at ${clock.onDayOrAt(limit)} (${plural(minutes, "minute", "minutes")}).`;
}

export class Limit {
  #store;

  constructor(store) {
    this.#store = store;
    everyTick(() => this.#look());
    store.addEventListener("change", () => this.#look());
  }

  #look() {
    const { agent, isOverLimit } = this.#store;
    const limit = ASIDE.includes(agent?.state) ? agent.limit_at : null;
    const isOver = Boolean(limit) && clock.secondsLeft(limit) === 0;
    if (isOver && !this.#store.isElsewhere && limit !== tabStorage.getItem(SAID)) {
      tabStorage.setItem(SAID, limit);
      say(`${limitSentence(agent)} Choose Available when you are back.`);
    }
    if (isOver !== isOverLimit) this.#store.change({ isOverLimit: isOver });
  }
}
