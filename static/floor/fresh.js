// How fresh the floor is: live, reconnecting, or stale since; and polling while there is no websocket.

import * as clock from "../console/clock.js";
import { byId, fill, setAttribute, setIcon, setText, show } from "../console/dom.js";
import { every } from "../console/ticker.js";
import { fetchFloor } from "./api.js";
import { OVER } from "./words.js";

const POLL = 15; // seconds
const STALE = 20_000; // milliseconds without news

export class Fresh {
  #store;
  #polls;
  #over;
  #isPolling = false;
  #word = "";

  /**
   * `polls`: whether the floor may be asked for by REST while the websocket is away. `over`: what
   * the close codes mean.
   */
  constructor(store, { polls = true, over = OVER } = {}) {
    this.#store = store;
    this.#polls = polls;
    this.#over = over;
    store.addEventListener("change", () => this.draw());
    every(POLL, () => this.#poll());
    every(1, () => this.draw());
  }

  /** live, reconnecting or stale. */
  get state() {
    const { isLive, polledAt, connection } = this.#store;
    if (isLive) return "live";
    if (connection.over) return "stale";
    const heard = Math.max(polledAt ?? 0, connection.since ?? 0);
    if (connection.state === "stale" && heard === connection.since) return "stale";
    return heard && clock.now() - heard > STALE ? "stale" : "reconnecting";
  }

  get isTicking() {
    return this.state !== "stale";
  }

  draw() {
    const { connection, isLoaded, version, polledAt } = this.#store;
    const { state } = this;
    const since = Math.max(polledAt ?? 0, connection.since ?? 0);
    const at = since ? clock.atSecond(since) : "";
    const shown = {
      live: ["ok", "signal", "Live"],
      reconnecting: ["info", "refresh", isLoaded ? "Reconnecting" : "Connecting"],
      stale: ["danger", "signal-off", `Stale since ${at}`],
    };
    const [kind, icon, word] = shown[state];
    const badge = byId("connection");
    if (word !== this.#word) {
      this.#word = word;
      setAttribute(badge, "class", `badge badge-${kind}`);
      setIcon(badge, icon);
      fill(badge, { word });
    }
    setAttribute(document.body, "data-connection", state);
    setAttribute(document.body, "data-version", version);
    setAttribute(document.body, "data-loaded", isLoaded);
    this.#drawNotices(state);
  }

  #drawNotices(state) {
    const { connection, isLoaded } = this.#store;
    const isFailing = connection.attempt > 1;
    show(byId("loading"), !isLoaded && !connection.over);
    fill(byId("loading"), {
      text: isFailing
        ? "The floor cannot be loaded now. It is tried again by itself."
        : "The floor is being loaded.",
    });
    show(byId("over"), Boolean(connection.over));
    fill(byId("over"), { text: connection.over ? (this.#over[connection.over] ?? this.#over[4403]) : "" });
    const line = byId("fresh");
    if (line) setText(line, this.#sentence(state));
  }

  #sentence(state) {
    const { polledAt, isFrozen } = this.#store;
    if (isFrozen) return "Frozen: what changes meanwhile is shown when you go on.";
    if (state === "live") return "Every change as it happens";
    if (state === "reconnecting" && polledAt)
      return `As of ${clock.atSecond(polledAt)}, asked for every ${POLL} s`;
    return state === "stale" ? "As last known: the timers stand still" : "";
  }

  async #poll() {
    const { isLive, connection } = this.#store;
    if (!this.#polls || isLive || connection.over || connection.attempt === 0 || this.#isPolling)
      return;
    this.#isPolling = true;
    try {
      const started = performance.now();
      const answer = await fetchFloor();
      const { now } = answer;
      if (now) clock.learn(now, Date.now(), performance.now() - started);
      // The websocket may have come back meanwhile, and knows better.
      if (!this.#store.isLive) this.#store.polled(answer.floor ?? answer, clock.now());
    } catch {
      // What is not heard for long is called stale.
    } finally {
      this.#isPolling = false;
    }
  }
}
