// Which window holds the phone. One does; the others look on.

import { pause } from "./ticker.js";

const AGAIN = 1000; // milliseconds

export class Lease {
  #store;
  #socket;
  #tab;
  #asking = false;
  #isKnown = false; // this websocket was told whether the phone is here

  constructor({ store, socket, tab }) {
    this.#store = store;
    this.#socket = socket;
    this.#tab = tab;
    socket.addEventListener("live", () => {
      this.#isKnown = false;
      this.claim(false);
    });
    store.addEventListener("change", () => this.#claimIfFree());
  }

  /** Ask for the phone; `takeOver` has it from another window too. Who holds it now, or CommandFailed. */
  async claim(takeOver) {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const { phone } = await this.#socket.send("claim", { tab: this.#tab, take_over: takeOver });
      this.#isKnown = true;
      this.#store.change({ phone });
    } catch (error) {
      if (error.code === "phone_elsewhere") {
        this.#isKnown = true;
        this.#store.change({ phone: { ...this.#store.phone, here: false, taken: true } });
      }
      if (!this.#isKnown) this.#claimAgain();
      if (takeOver) throw error;
    } finally {
      this.#asking = false;
    }
  }

  async #claimAgain() {
    await pause(AGAIN);
    if (this.#store.isLive && !this.#isKnown) this.claim(false);
  }

  /** The other window is gone: the phone comes here by itself, unless a call would move unasked. */
  #claimIfFree() {
    const { isLive, phone, agent } = this.#store;
    if (isLive && agent && !agent.call && !phone.taken && !phone.here) this.claim(false);
  }
}
