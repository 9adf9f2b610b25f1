// The notes of the call at hand: saved while they are typed, kept in this browser until they are.

import * as clock from "./clock.js";
import { byId, icon, redraw, setAttribute } from "./dom.js";
import { refusal } from "./words.js";

const AFTER_TYPING = 800; // milliseconds

export class Notes {
  #store;
  #socket;
  #keep;
  #call = null;
  #timer = null;
  #card = null;
  #area = byId("notes");

  /** `agentId` keeps apart what two people write in one browser. */
  constructor({ store, socket, agentId }) {
    this.#store = store;
    this.#socket = socket;
    this.#keep = `note-${agentId}-`;
    store.addEventListener("change", () => this.#follow());
    socket.addEventListener("live", () => this.#saveKept());
    this.#area.addEventListener("input", () => this.#typed());
    this.#area.addEventListener("blur", () => this.#save());
  }

  #follow() {
    const { callId: call, card } = this.#store;
    if (call !== this.#call) {
      this.#save();
      this.#call = call;
      this.#area.value = call ? (this.#kept(call) ?? "") : "";
      this.#say();
    }
    // What is typed here wins over what the server had.
    if (card?.id === call && this.#card !== card && this.#kept(call) === null && !this.#timer) {
      if (this.#area.value !== card.note) this.#area.value = card.note;
    }
    this.#card = card;
  }

  #typed() {
    if (!this.#call) return;
    localStorage.setItem(this.#keep + this.#call, this.#area.value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), AFTER_TYPING);
  }

  #kept(call) {
    return localStorage.getItem(this.#keep + call);
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#call && this.#kept(this.#call) !== null) this.#send(this.#call);
  }

  /** What could not be saved before, of this call and of others. */
  #saveKept() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(this.#keep));
    for (const name of names) this.#send(Number(name.slice(this.#keep.length)));
  }

  async #send(call) {
    const text = this.#kept(call);
    try {
      await this.#socket.send("note", { call, text });
      if (this.#kept(call) === text) localStorage.removeItem(this.#keep + call);
      if (call === this.#call) this.#say("check", `Saved ${clock.atSecond(clock.now())}`);
    } catch (error) {
      if (call !== this.#call) return;
      const isAway = ["not_connected", "no_answer"].includes(error.code);
      this.#say(
        "alert",
        isAway ? "Kept in this browser, saved when connected" : `Not saved: ${refusal(error)}`,
      );
    }
  }

  #say(name, sentence) {
    const place = byId("notes-saved");
    setAttribute(place, "class", name === "alert" ? "saved warn" : "saved");
    redraw(place, [name, sentence], () => (sentence ? [icon(name), sentence] : []));
  }
}
