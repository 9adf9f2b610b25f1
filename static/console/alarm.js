// An offer makes itself known: ring, one spoken sentence, notification, title.

import * as clock from "./clock.js";
import { byId } from "./dom.js";
import { offerWords } from "./offer_words.js";
import { lowerFirst, STATES } from "./words.js";

const NAME = "Contact centre";

const what = (offer) => offerWords(offer).said;

/** From a queue, and not from a colleague, whose words name it. */
const isRouted = ({ kind, queue }) =>
  Boolean(queue) && !["consult", "conference", "outgoing"].includes(kind);

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
    const { agent, answering, isElsewhere, isLive } = this.#store;
    const isOffered = isLive && agent?.state === "offered" && !isElsewhere;
    const offer = isOffered ? agent.offer : null;
    this.#title(agent, offer);
    if (!offer) return this.#end();
    if (answering) this.#ring.silence();
    else this.#ring.start(offer.id);
    if (this.#told !== offer.id) this.#tell(offer);
  }

  #title(agent, offer) {
    const word = agent && (this.#store.isLive ? STATES[agent.state].word : "No connection");
    const title = offer ? `${what(offer)} – ${NAME}` : word ? `${word} – ${NAME}` : NAME;
    if (document.title !== title) document.title = title;
  }

  #tell(offer) {
    this.#told = offer.id;
    const left = offer.ring_until
      ? ` ${Math.round(clock.secondsLeft(offer.ring_until))} seconds to accept.`
      : "";
    const queue = isRouted(offer) ? ` for ${offer.queue}` : "";
    const said = isRouted(offer) ? `Offered: ${lowerFirst(what(offer))}` : what(offer);
    byId("alert").textContent = `${said}${queue}.${left}`;
    if (!document.hidden || window.Notification?.permission !== "granted") return;
    this.#notification = new Notification(what(offer), {
      body: isRouted(offer) ? `For ${offer.queue}` : "",
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
