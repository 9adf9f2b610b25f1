// The notes of the call at hand: saved while they are typed, kept in this browser until they are.

import * as clock from "./clock.js";
import { byId, icon, redraw, setAttribute } from "./dom.js";
import { browserStorage } from "./storage.js";
import { every } from "./ticker.js";
import { refusal } from "./words.js";

const AFTER_TYPING = 800; // milliseconds
const AGAIN = 5; // seconds
const LATER = ["not_connected", "no_answer", "rate_limited"]; // refusals that pass

export class Notes {
  #store;
  #socket;
  #keep;
  #call = null;
  #timer = null;
  #card = null;
  #changed = 0; // when the note was last typed or saved here: an older card knows less
  #isElsewhere = false;
  #refused = new Set(); // calls whose note the server does not take
  #area = byId("notes");

  /** `agentId` keeps apart what two people write in one browser. */
  constructor({ store, socket, agentId }) {
    this.#store = store;
    this.#socket = socket;
    this.#keep = `note-${agentId}-`;
    store.addEventListener("change", () => this.#follow());
    socket.addEventListener("live", () => this.#saveKept());
    every(AGAIN, () => store.isLive && !store.isElsewhere && !this.#timer && this.#saveKept());
    this.#area.addEventListener("input", () => this.#typed());
    this.#area.addEventListener("blur", () => this.#save());
  }

  #follow() {
    const { callId: call, card, isElsewhere } = this.#store;
    if (call !== this.#call) {
      this.#save();
      this.#call = call;
      this.#area.value = call ? (this.#kept(call) ?? "") : "";
      this.#say();
    }
    if (isElsewhere !== this.#isElsewhere) this.#moved(isElsewhere);
    // What is typed here wins over what the server had.
    if (card?.id === call && this.#card !== card && this.#kept(call) === null) {
      const isNews = card.asked > this.#changed && this.#area.value !== card.note;
      if (isNews) this.#area.value = card.note;
    }
    this.#card = card;
  }

  /** Notes are written in the window that has the phone; two would overwrite each other. */
  #moved(isElsewhere) {
    this.#isElsewhere = isElsewhere;
    this.#area.readOnly = isElsewhere;
    if (isElsewhere) this.#save();
    else if (this.#call) this.#area.value = this.#kept(this.#call) ?? this.#area.value;
  }

  #typed() {
    if (!this.#call) return;
    this.#changed = performance.now();
    this.#refused.delete(this.#call);
    browserStorage.setItem(this.#keep + this.#call, this.#area.value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), AFTER_TYPING);
  }

  #kept(call) {
    return browserStorage.getItem(this.#keep + call);
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#call && this.#kept(this.#call) !== null) this.#send(this.#call);
  }

  /** What could not be saved before, of this call and of others. */
  #saveKept() {
    const names = browserStorage.names().filter((name) => name.startsWith(this.#keep));
    const calls = names.map((name) => Number(name.slice(this.#keep.length)));
    for (const call of calls) if (!this.#refused.has(call)) this.#send(call);
  }

  async #send(call) {
    const text = this.#kept(call);
    try {
      await this.#socket.send("note", { call, text });
      if (this.#kept(call) === text) browserStorage.removeItem(this.#keep + call);
      if (call !== this.#call) return;
      this.#changed = performance.now();
      this.#say("check", `Saved ${clock.atSecond(clock.now())}`);
    } catch (error) {
      if (!LATER.includes(error.code)) this.#refused.add(call);
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
