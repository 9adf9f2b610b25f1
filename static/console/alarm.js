// An offer makes itself known: ring, one spoken sentence, notification, title.

import * as clock from "./clock.js";
import { byId } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { STATES } from "./words.js";

const NAME = "Contact centre";

export class Alarm {
  #store;
  #ring;
  #told = null;
  #notification = null;

  constructor({ store, ring }) {
    this.#store = store;
    this.#ring = ring;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { agent, answering, isElsewhere } = this.#store;
    const offer = agent?.state === "offered" && !isElsewhere ? agent.offer : null;
    this.#title(agent, offer);
    if (!offer) return this.#end();
    if (answering) this.#ring.stop();
    else this.#ring.start(offer.id);
    if (this.#told !== offer.id) this.#tell(offer);
  }

  #title(agent, offer) {
    const word = agent && STATES[agent.state].word;
    const title = offer
      ? `Call from ${phoneNumber(offer.from)} – ${NAME}`
      : word
        ? `${word} – ${NAME}`
        : NAME;
    if (document.title !== title) document.title = title;
  }

  #tell(offer) {
    this.#told = offer.id;
    const left = Math.round(clock.secondsLeft(offer.ring_until));
    const what = `${phoneNumber(offer.from)}${offer.queue ? ` for ${offer.queue}` : ""}`;
    byId("alert").textContent = `Call offered: ${what}. ${left} seconds to accept.`;
    if (!document.hidden || window.Notification?.permission !== "granted") return;
    this.#notification = new Notification(`Call from ${phoneNumber(offer.from)}`, {
      body: offer.queue ? `For ${offer.queue}` : "",
      tag: "offer",
      requireInteraction: true,
    });
    this.#notification.addEventListener("click", () => window.focus());
  }

  #end() {
    this.#ring.stop();
    if (this.#told === null) return;
    this.#told = null;
    byId("alert").textContent = "";
    this.#notification?.close();
    this.#notification = null;
  }
}
