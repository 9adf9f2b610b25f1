// The outcome of the call at hand, chosen from the queue's list.

import * as clock from "./clock.js";
import { byId, make, redraw, setText, show } from "./dom.js";
import { toast } from "./toasts.js";
import { refusal } from "./words.js";

export class Outcome {
  #store;
  #socket;
  #card = null;
  #chosen = null; // {call, disposition, said}: what was chosen here counts more than an older card

  constructor({ store, socket }) {
    this.#store = store;
    this.#socket = socket;
    store.addEventListener("change", () => this.#follow());
    byId("outcomes").addEventListener("change", ({ target }) => this.#choose(Number(target.value)));
  }

  /** Where focus goes when the agent has ended the call. */
  focus() {
    const radios = [...byId("outcomes").querySelectorAll("input")];
    (radios.find((one) => one.checked) ?? radios[0] ?? byId("notes")).focus();
  }

  #follow() {
    this.#place();
    const { card } = this.#store;
    if (card === this.#card) return;
    this.#card = card;
    const choices = card?.dispositions ?? [];
    redraw(byId("outcomes"), [card?.id, choices], () => choices.map(choice));
    show(byId("outcomes-none"), card !== null && choices.length === 0);
    const chosen = card && this.#chosen?.call === card.id ? this.#chosen : null;
    this.#check(chosen?.disposition ?? card?.disposition ?? null);
    setText(byId("outcome-saved"), chosen?.said ?? (choices.length && !card.disposition ? "choose one" : ""));
  }

  /** In wrap-up the outcome stands first. The notes stay put: somebody may be typing in them. */
  #place() {
    const isFirst = this.#store.agent?.state === "wrap_up";
    const writing = byId("writing");
    const panel = byId("outcome-panel");
    if (isFirst === (writing.firstElementChild === panel)) return;
    if (isFirst) writing.prepend(panel);
    else writing.append(panel);
  }

  async #choose(disposition) {
    const card = this.#card;
    const before = this.#chosen?.call === card.id ? this.#chosen : null;
    const chosen = { call: card.id, disposition, said: "" };
    this.#chosen = chosen;
    try {
      await this.#socket.send("disposition", { call: card.id, disposition });
      chosen.said = `Saved ${clock.atSecond(clock.now())}`;
      if (this.#card?.id === card.id) setText(byId("outcome-saved"), chosen.said);
    } catch (error) {
      this.#chosen = before;
      this.#check(before?.disposition ?? card.disposition);
      toast(`The outcome was not saved. ${refusal(error)}`, "danger");
    }
  }

  #check(disposition) {
    for (const radio of byId("outcomes").querySelectorAll("input")) {
      radio.checked = Number(radio.value) === disposition;
    }
  }
}

function choice({ id, label }) {
  return make("label", {}, make("input", { type: "radio", name: "outcome", value: id }), label);
}
