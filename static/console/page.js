// The page as a whole: what the body says of it, which parts are shown, where focus goes.

import { byId, headingOf, setAttribute, show } from "./dom.js";
import { stageOf, viewOf } from "./store.js";

export class Page {
  #store;
  #outcome;
  #view = "";
  #isAccepting = false;
  #isEnding = false;

  constructor({ store, outcome }) {
    this.#store = store;
    this.#outcome = outcome;
    store.addEventListener("change", () => this.#draw());
  }

  #draw() {
    const { agent, version, connection, answering, ending } = this.#store;
    const view = viewOf(this.#store);
    const facts = {
      "data-agent-state": agent?.state ?? "",
      "data-call-state": agent?.call?.state ?? "",
      "data-phone": this.#phoneWord(),
      "data-version": version,
      "data-connection": connection.state,
      "data-view": view,
    };
    for (const [name, value] of Object.entries(facts)) setAttribute(document.body, name, value);
    this.#stages();
    this.#isAccepting ||= answering !== null;
    if (ending !== null) this.#isEnding = true;
    else if (view === "call") this.#isEnding = false; // the call could not be ended
    if (view !== this.#view) this.#moved(view);
  }

  #phoneWord() {
    return this.#store.isElsewhere ? "elsewhere" : this.#store.line.state;
  }

  #stages() {
    const stage = stageOf(this.#store);
    const focused = document.activeElement; // asked now: what is hidden is active no more
    for (const part of document.querySelectorAll("[data-stage]")) {
      show(part, part.dataset.stage.split(" ").includes(stage));
    }
    // Focus that would fall into nothing goes to what the page is about now.
    if (focused?.closest("[data-stage][hidden]"))
      headingOf(document.querySelector("[data-bar]:not([hidden])")).focus();
  }

  /** Focus goes on by itself only after the agent's own Accept and End. */
  #moved(view) {
    this.#view = view;
    if (view === "call" && this.#isAccepting && !document.activeElement?.matches("input, textarea"))
      byId("mute").focus();
    if (view === "wrapup" && this.#isEnding) this.#outcome.focus();
    if (view !== "offer") this.#isAccepting = false;
    if (view !== "call") this.#isEnding = false;
    if (view !== "call" && view !== "lost") byId("keypad-sheet").hidePopover();
    if (view === "call" || view === "offer") byId("dial-sheet").hidePopover();
  }
}
