// What is asked to be done with the call at hand: shown as pending at once, and what came of it told.

import { commandsOf } from "./talk.js";
import { pause } from "./ticker.js";
import { say, toast } from "./toasts.js";
import { refusal } from "./words.js";

export const SEEN_WITHIN = 3000; // milliseconds: what was asked is in the agent's picture by then

const DONE = {
  hold: "The caller is on hold and hears music.",
  resume: "The caller is back with you.",
  swap: "Swapped.",
  merge: "All of you are in one call.",
  remove: "They are no longer in the call.",
};

/**
 * Events: "failed" {kind, sentence}, when the server refused, or Vonage did not do it.
 */
export class Asking extends EventTarget {
  #store;
  #socket;
  #told = new Set(); // keys of commands whose end was told
  #isBegun = false; // this page knows the agent's picture

  constructor({ store, socket }) {
    super();
    this.#store = store;
    this.#socket = socket;
    store.addEventListener("change", () => this.#follow());
  }

  /** Ask once; whether the server took it. `call` is another one than one's own for coaching. */
  async ask(kind, body = {}, call = this.#store.agent?.call?.id) {
    if (!call || this.#store.asked.some((one) => one.kind === kind)) return false;
    const asked = { kind, call, key: null, leg: body.leg };
    this.#store.change({ asked: [...this.#store.asked, asked] });
    try {
      const { command } = await this.#socket.send(kind, { call, ...body });
      asked.key = command;
      this.#follow();
      pause(SEEN_WITHIN).then(() => this.#forget([asked]));
      return true;
    } catch (error) {
      this.#forget([asked]);
      this.#fail(kind, error.message || refusal(error));
      return false;
    }
  }

  #forget(all) {
    const left = this.#store.asked.filter((one) => !all.includes(one));
    if (left.length < this.#store.asked.length) this.#store.change({ asked: left });
  }

  #follow() {
    const { agent, asked, spoken, isLive, isElsewhere } = this.#store;
    const commands = commandsOf(agent);
    const known = new Set(commands.map(({ key }) => key));
    this.#forget(asked.filter(({ key, call }) => known.has(key) || (key && call !== spoken?.id)));
    // What was settled before this page was here was told by the one that asked.
    const isNews = this.#isBegun && !isElsewhere;
    this.#isBegun ||= Boolean(agent && isLive);
    for (const { key, kind, state, error } of commands) {
      if (state === "pending" || this.#told.has(key)) continue;
      this.#told.add(key);
      if (!isNews) continue;
      if (state === "failed") this.#fail(kind, error?.message || "That could not be done.");
      else if (DONE[kind] && isLive) say(DONE[kind]);
    }
  }

  #fail(kind, sentence) {
    toast(sentence, "warn");
    this.dispatchEvent(new CustomEvent("failed", { detail: { kind, sentence } }));
  }
}
