// The call bar: one for each view, one shown at a time, filled from what is known.

import { drawCall } from "./bar_call.js";
import { drawCoach } from "./bar_coach.js";
import {
  drawAvailable,
  drawBreak,
  drawElsewhere,
  drawLost,
  drawMissed,
  drawOffline,
} from "./bar_idle.js";
import { drawOffer } from "./bar_offer.js";
import { drawWrapUp } from "./bar_wrap_up.js";
import { fill, forbid, headingOf } from "./dom.js";
import { notReady, viewOf } from "./store.js";
import { everyTick } from "./ticker.js";

const SETTLING = 700; // milliseconds

const DRAW = {
  offer: drawOffer,
  call: drawCall,
  coach: drawCoach,
  wrapup: drawWrapUp,
  available: drawAvailable,
  break: drawBreak,
  offline: drawOffline,
  missed: drawMissed,
  elsewhere: drawElsewhere,
  lost: drawLost,
};

const bar = (name) => document.querySelector(`[data-bar="${name}"]`);

export class Bars {
  #store;
  #devices;
  #shown = "opening";
  #settling = null;

  constructor({ store, devices }) {
    this.#store = store;
    this.#devices = devices;
    store.addEventListener("change", () => this.#draw());
    everyTick(() => store.isLive && this.#fill());
  }

  #draw() {
    const name = this.#name();
    if (name !== this.#shown) this.#swap(name);
    this.#fill();
    const why = notReady(this.#store);
    for (const button of document.querySelectorAll("[data-ready]")) forbid(button, why);
    for (const place of ["preflight", "offline", "break", "missed"]) fill(bar(place), { why });
  }

  /** A call keeps its bar while the connection is lost: its sound has a way of its own. */
  #name() {
    const view = viewOf(this.#store);
    const { agent, phone } = this.#store;
    if (view === "lost" && phone.here && agent?.call) return "call";
    if (view === "lost" && phone.here && agent?.supervision) return "coach";
    return view || "opening";
  }

  #swap(name) {
    const old = bar(this.#shown);
    const hadFocus = old.contains(document.activeElement);
    old.hidden = true;
    bar(name).hidden = false;
    this.#shown = name;
    this.#settle(old, bar(name));
    // Focus that would fall into nothing goes to what stands there now.
    if (hadFocus) headingOf(bar(name)).focus();
  }

  /** A click that was meant for the old bar does nothing in the new one. Keys go through. */
  #settle(old, fresh) {
    clearTimeout(this.#settling);
    old.style.pointerEvents = "";
    fresh.style.pointerEvents = "none";
    this.#settling = setTimeout(() => (fresh.style.pointerEvents = ""), SETTLING);
  }

  #fill() {
    if (!this.#store.agent && this.#shown !== "lost") return;
    const ringer = this.#devices.inUse("ringer").label;
    DRAW[this.#shown]?.(bar(this.#shown), this.#store, ringer);
  }
}
