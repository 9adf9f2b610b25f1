// Being let into a call: the page that asked for it answers what then rings, and no other does.

import { MEDIA_WITHIN } from "../console/phone_failures.js";
import { forgetSound, keepSound } from "./sound_place.js";

const RINGS_WITHIN = 45_000; // milliseconds from asking until it rings

/** Event "change", when what rings begins to be answered, and when that is over. */
export class Admission extends EventTarget {
  #store;
  #phone;
  #invites;
  #unanswered;
  #asked = null; // {call, at}: what this page has asked to be let into
  isAnswering = false;

  /**
   * The page's `store` has `supervision`, {call, uuid, phone_call}, or null. `unanswered` is told the
   * error when what rang could not be answered and is still wanted, and is waited for.
   */
  constructor({ store, phone, invites, unanswered }) {
    super();
    this.#store = store;
    this.#phone = phone;
    this.#invites = invites;
    this.#unanswered = unanswered;
    phone.addEventListener("invite", () => this.#answer());
    phone.addEventListener("hangup", ({ detail }) => forgetSound(detail.call));
    store.addEventListener("change", () => this.#answer());
  }

  /** This page asks for this call: its invite is answered. */
  expect(call) {
    this.#asked = { call, at: performance.now() };
  }

  /** What is on its way is not wanted any more. */
  refuse() {
    this.#asked = null;
  }

  /** Whether this page has asked for this call, and not had it yet. */
  expects(call) {
    const { call: asked, at } = this.#asked ?? {};
    return asked === call && performance.now() - at < RINGS_WITHIN;
  }

  async #answer() {
    const { supervision } = this.#store;
    const isOurs = supervision && this.expects(supervision.call);
    const name = isOurs ? this.#invites.of(supervision) : null;
    if (!name || this.isAnswering || this.#phone.call) return;
    this.#invites.take(name);
    this.#change(true);
    try {
      await this.#phone.answer(name, MEDIA_WITHIN);
      keepSound(name); // for a reload
      this.refuse();
    } catch (error) {
      const isWanted = this.#asked !== null; // it may have been left meanwhile
      this.refuse();
      if (isWanted) await this.#unanswered(error);
    }
    this.#change(false);
  }

  #change(isAnswering) {
    this.isAnswering = isAnswering;
    this.dispatchEvent(new Event("change"));
  }
}
