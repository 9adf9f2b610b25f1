// What asks for a look, worst first. The server raises alerts and takes them back.

import { byId, icon, make, redraw } from "../console/dom.js";
import { say } from "../console/toasts.js";
import { focusIn } from "./agent_buttons.js";
import { lasting } from "./marks.js";

const ICONS = { warn: "clock", danger: "alert" };

export class Alerts {
  #box;
  #store;
  #reveal;
  #told = null; // keys of the alerts that were there before; null: nothing was

  /** `reveal({agent, queue})` brings the row in question into view. */
  constructor({ box, store, reveal }) {
    this.#box = box;
    this.#store = store;
    this.#reveal = reveal;
  }

  draw() {
    const rank = ({ level }) => (level === "danger" ? 0 : 1);
    const alerts = [...this.#store.alerts].sort(
      (a, b) => rank(a) - rank(b) || (a.since < b.since ? -1 : 1),
    );
    const held = focusIn(this.#box)?.parentElement.dataset.key;
    redraw(this.#box, alerts, () => alerts.map((one) => this.#made(one)));
    if (held && !focusIn(this.#box)) this.#focus(held);
    this.#announce(alerts);
    this.tick();
  }

  /** Screen readers are told what is new; whoever opens the page reads what is there. */
  #announce(alerts) {
    const isNew = ({ key }) => this.#told && !this.#told.has(key);
    const texts = alerts.filter(isNew).map(({ text }) => text);
    this.#told = new Set(alerts.map(({ key }) => key));
    if (texts.length) say(`${texts.length > 1 ? "Alerts" : "Alert"}: ${texts.join(". ")}.`);
  }

  /** The button that had focus was made anew, or is gone with its alert. */
  #focus(key) {
    const alert = [...this.#box.children].find((one) => one.dataset.key === key);
    (alert?.querySelector("button") ?? byId("main")).focus();
  }

  tick() {
    for (const timer of this.#box.querySelectorAll("[data-since]"))
      timer.textContent = `for ${lasting(timer.dataset.since)}`;
  }

  #made(alert) {
    const { key, level, text, since, queue, agent } = alert;
    const what = make("div", { class: "grow" }, make("b", {}, text), " ");
    if (since) what.append(make("span", { class: "muted nowrap", "data-since": since }));
    const box = make(
      "div",
      { class: `notice notice-${level}`, "data-key": key },
      icon(ICONS[level] ?? "alert"),
      what,
    );
    if (agent || queue) {
      const word = agent ? "Show agent" : "Show queue";
      const named = { class: "btn btn-sm", type: "button", "aria-label": `${word}: ${text}` };
      const button = make("button", named, word);
      button.addEventListener("click", () => this.#reveal(alert));
      box.append(button);
    }
    return box;
  }
}
