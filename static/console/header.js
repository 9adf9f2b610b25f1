// The top bar: my state, the connection, the devices.

import * as clock from "./clock.js";
import { byId, fill, forbid, setAttribute, setIcon, setText, show } from "./dom.js";
import { everyTick } from "./ticker.js";
import { reasonWord, stateWords } from "./reasons.js";
import { notReady, outcomeMissing } from "./store.js";
import { OUTCOME_FIRST, STATES } from "./words.js";

export class Header {
  #store;
  #devices;

  constructor({ store, devices }) {
    this.#store = store;
    this.#devices = devices;
    store.addEventListener("change", () => this.#draw());
    for (const event of ["list", "chosen", "swapped"]) {
      devices.addEventListener(event, () => this.#drawDevice());
    }
    everyTick(() => this.#tick());
  }

  #draw() {
    const { agent } = this.#store;
    if (!agent) return;
    const button = byId("state");
    setAttribute(button, "data-state", agent.state);
    setIcon(button, STATES[agent.state].icon);
    const word = stateWords(agent.state, agent.reason, agent.reason_label);
    fill(button, { word, why: this.#why(agent) });
    this.#drawConnection();
    this.#drawMenu();
    this.#tick();
  }

  #why({ state, offer, wrap_up: wrapUp, reason, reason_label: label }) {
    if (!this.#store.isLive) return "as last known";
    const after = wrapUp?.queue ? `after a ${wrapUp.queue} call` : "";
    const why = {
      offered: offer?.queue,
      busy: "on a call",
      wrap_up: after,
      missed: "offer not answered",
      offline: reason ? reasonWord(reason, label) : "signed in, not ready",
    };
    return why[state] ?? "";
  }

  #tick() {
    const { agent, isLive } = this.#store;
    if (!agent || !isLive) return;
    fill(byId("state"), { timer: clock.since(agent.since) });
  }

  #drawConnection() {
    const { connection } = this.#store;
    const badge = byId("connection");
    const at = connection.since && clock.atSecond(connection.since);
    const shown = {
      live: [
        "ok",
        "signal",
        "Connected",
        connection.roundTrip === null ? "" : ` · ${connection.roundTrip} ms`,
      ],
      reconnecting: ["danger", "signal-off", "Reconnecting", ""],
      stale: ["danger", "signal-off", "Stale", ` since ${at}`],
    };
    const [kind, icon, word, detail] = shown[connection.state];
    setAttribute(badge, "class", `badge badge-${kind}`);
    setIcon(badge, icon);
    fill(badge, { word, detail });
    setText(
      byId("queues-fresh"),
      { live: "Live", reconnecting: "Reconnecting", stale: `Stale since ${at}` }[connection.state],
    );
  }

  /** What the menu cannot do now stays readable, with the reason above it. */
  #drawMenu() {
    const { agent, isLive, phone } = this.#store;
    let why = "";
    if (!isLive) why = "There is no connection to the server now.";
    else if (!phone.here) why = "Your phone is in another window: choose your state there.";
    else if (["offered", "busy"].includes(agent.state))
      why = "A call holds you. Choose what follows it beside “then”.";
    const outcome = outcomeMissing(this.#store) ? OUTCOME_FIRST : "";
    const unready = why || outcome || notReady(this.#store);
    const said = byId("states-why");
    setText(said, unready);
    show(said, Boolean(unready));
    // Done is the way to what follows: its bar says what it waits for.
    for (const button of document.querySelectorAll("[data-choose]:not(#done)")) {
      const { choose } = button.dataset;
      const isWaiting = choose === "available" && agent.state !== "wrap_up";
      forbid(button, isWaiting ? unready : why || (choose !== "offline" && outcome));
    }
  }

  #drawDevice() {
    const { label } = this.#devices.inUse("headset");
    fill(byId("devices"), { name: label });
    setAttribute(byId("devices"), "aria-label", `Audio devices: ${label}`);
  }
}
