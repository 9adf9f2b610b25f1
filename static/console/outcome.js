// The outcome of the call at hand, chosen from the queue's list; some belong to a broader one.

import * as clock from "./clock.js";
import { byId, icon, make, redraw, setAttribute, show } from "./dom.js";
import { outcomeMissing } from "./store.js";
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
    show(byId("outcome-required"), outcomeMissing(this.#store));
    const { card, agent } = this.#store;
    const isRequired = agent?.wrap_up?.outcome_required ?? card?.outcome_required;
    setAttribute(byId("outcomes"), "aria-required", isRequired ? "true" : null);
    if (card === this.#card) return;
    this.#card = card;
    const choices = card?.dispositions ?? [];
    const hadFocus = this.#hasFocus;
    redraw(byId("outcomes"), [card?.id, choices], () => groupsOf(choices));
    show(byId("outcomes-none"), card !== null && choices.length === 0);
    const chosen = card && this.#chosen?.call === card.id ? this.#chosen : null;
    this.#check(chosen?.disposition ?? card?.disposition ?? null);
    this.#say(chosen?.said ?? (choices.length && !card.disposition ? "choose one" : ""));
    // The page takes it on from here if all of this is hidden next.
    if (hadFocus && !this.#hasFocus) this.focus();
  }

  get #hasFocus() {
    return byId("outcomes").contains(document.activeElement);
  }

  /** In wrap-up the outcome stands first. The notes stay put: somebody may be typing in them. */
  #place() {
    const isFirst = this.#store.agent?.state === "wrap_up";
    const writing = byId("writing");
    const panel = byId("outcome-panel");
    if (isFirst === (writing.firstElementChild === panel)) return;
    const focused = document.activeElement; // asked now: what is moved is active no more
    if (isFirst) writing.prepend(panel);
    else writing.append(panel);
    if (panel.contains(focused)) focused.focus();
  }

  async #choose(disposition) {
    const card = this.#card;
    const before = this.#chosen?.call === card.id ? this.#chosen : null;
    const chosen = { call: card.id, disposition, said: "" };
    this.#chosen = chosen;
    try {
      await this.#socket.send("disposition", { call: card.id, disposition });
      chosen.said = `Saved ${clock.atSecond(clock.now())}`;
      if (this.#card?.id === card.id) this.#say(chosen.said);
    } catch (error) {
      this.#chosen = before;
      this.#check(before?.disposition ?? card.disposition);
      toast(`The outcome was not saved. ${refusal(error)}`, "danger");
    }
  }

  #say(sentence) {
    const isSaved = sentence.startsWith("Saved");
    const place = byId("outcome-saved");
    redraw(place, sentence, () => (isSaved ? [icon("check"), sentence] : [sentence]));
    place.classList.toggle("saved", isSaved);
  }

  #check(disposition) {
    for (const radio of byId("outcomes").querySelectorAll("input")) {
      radio.checked = Number(radio.value) === disposition;
    }
  }
}

/** Those that stand alone side by side, those of a broader outcome under its name; in order. */
function groupsOf(choices) {
  const groups = [];
  for (const one of choices) {
    if (one.children?.length) groups.push(group(one));
    else if (groups.at(-1)?.matches(".choices")) groups.at(-1).append(choice(one));
    else groups.push(make("div", { class: "choices" }, choice(one)));
  }
  return groups;
}

function group({ id, label, children }) {
  const title = make("h3", { id: `outcome-group-${id}` }, label);
  return make(
    "div",
    { class: "stack-sm", role: "group", "aria-labelledby": title.id },
    title,
    make("div", { class: "choices" }, ...children.map(choice)),
  );
}

function choice({ id, label }) {
  return make("label", {}, make("input", { type: "radio", name: "outcome", value: id }), label);
}
