// The top bar: my state, the connection, the devices.

import * as clock from "./clock.js";
import { byId, fill, forbid, setAttribute, setIcon, setText, show } from "./dom.js";
import { everyTick } from "./ticker.js";
import { notReady } from "./store.js";
import { STATES, SYSTEM_REASONS } from "./words.js";

export class Header {
  #store;
  #devices;
  #reasons;

  constructor({ store, devices, reasons }) {
    this.#store = store;
    this.#devices = devices;
    this.#reasons = new Map(reasons.map(({ code, label }) => [code, label.toLowerCase()]));
    store.addEventListener("change", () => this.#draw());
    for (const event of ["list", "chosen", "swapped"]) {
      devices.addEventListener(event, () => this.#drawDevice());
    }
    everyTick(() => this.#tick());
  }

  /** A break's reason as the agent knows it. */
  reason(code) {
    return this.#reasons.get(code) ?? SYSTEM_REASONS[code]?.short ?? code ?? "";
  }

  #draw() {
    const { agent } = this.#store;
    if (!agent) return;
    const button = byId("state");
    const { word, icon } = STATES[agent.state];
    setAttribute(button, "data-state", agent.state);
    setIcon(button, icon);
    fill(button, { word: this.#word(agent, word), why: this.#why(agent) });
    this.#drawConnection();
    this.#drawMenu();
    this.#tick();
  }

  #word(agent, word) {
    return agent.state === "on_break" && agent.reason
      ? `Break: ${this.reason(agent.reason)}`
      : word;
  }

  #why({ state, offer, wrap_up: wrapUp, reason }) {
    if (!this.#store.isLive) return "as last known";
    const after = wrapUp?.queue ? `after a ${wrapUp.queue} call` : "";
    const why = {
      offered: offer?.queue,
      busy: "on a call",
      wrap_up: after,
      missed: "offer not answered",
      offline: reason ? this.reason(reason) : "signed in, not ready",
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
      why = "A call holds you. Choose another state when it is over.";
    const unready = why || notReady(this.#store);
    const said = byId("states-why");
    setText(said, unready);
    show(said, Boolean(unready));
    for (const button of document.querySelectorAll("[data-choose]")) {
      forbid(
        button,
        button.dataset.choose === "available" && agent.state !== "wrap_up" ? unready : why,
      );
    }
  }

  #drawDevice() {
    const { label } = this.#devices.inUse("headset");
    fill(byId("devices"), { name: label });
    setAttribute(byId("devices"), "aria-label", `Audio devices: ${label}`);
  }
}
