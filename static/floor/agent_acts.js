// The row below an agent: everything that can be done about them, and why some of it cannot.

import { config } from "../console/config.js";
import { forbid, icon, make, setAttribute, setText, show } from "../console/dom.js";
import { inSentence } from "../console/reasons.js";
import { MODES } from "../supervising/modes.js";
import { callerOf } from "./calls.js";
import { focusIn, keepFocus } from "./agent_buttons.js";
import { isTalking, whyNot } from "./words.js";

const button = (word, name, more = "") =>
  make("button", { class: `btn btn-sm ${more}`.trim(), type: "button" }, icon(name), word);

export class AgentActs {
  #store;
  #row;
  #modes = new Map();
  #states;
  #endWrapUp = button("End after-call work", "check");
  #endCall = button("End call", "phone-down", "btn-danger-quiet");
  #calls = make("div", { class: "acts" });
  #why = make("p", { class: "hint" });

  constructor({ row, store, acts, supervision }) {
    this.#store = store;
    this.#row = row;
    for (const [mode, { word, icon: name }] of Object.entries(MODES)) {
      const one = button(word, name);
      one.addEventListener("click", () =>
        one.getAttribute("aria-disabled")
          ? supervision.explain(whyNot(this.#row, mode))
          : supervision.press(mode, this.#row),
      );
      this.#modes.set(mode, one);
    }
    this.#endCall.addEventListener("click", () => acts.endCall(this.#row.call, this.#caller));
    this.#endWrapUp.addEventListener("click", () => acts.endWrapUp(this.#row));
    this.#calls.append(...this.#modes.values(), this.#endCall);
    this.#states = this.#choices(acts);
    this.box = make("div", { class: "detail" }, this.#calls, this.#states, this.#why);
    this.box.acts = this;
  }

  draw(row) {
    this.#row = row;
    const had = focusIn(this.box);
    const hasCall = isTalking(row);
    const mine = this.#store.supervision?.call === row.call ? this.#store.supervision?.mode : null;
    const reasons = new Map();
    for (const [mode, one] of this.#modes) {
      const why = mode === mine ? "" : whyNot(row, mode);
      forbid(one, why);
      if (mode !== "take_over") setAttribute(one, "aria-pressed", mode === mine);
      if (why) reasons.set(why, [...(reasons.get(why) ?? []), MODES[mode].word]);
    }
    show(this.#calls, hasCall);
    show(this.#endWrapUp, row.state === "wrap_up");
    const said = [...reasons].map(([why, words]) => `${words.join(", ")}: ${why}`);
    const later = hasCall ? "A state that you set now follows the call." : "";
    setText(this.#why, [...(hasCall ? said : []), later].filter(Boolean).join(" "));
    for (const one of this.#states.querySelectorAll("[data-choose]")) {
      const isNow =
        one.dataset.choose === row.state && (one.dataset.reason ?? "") === (row.reason ?? "");
      setAttribute(one, "aria-pressed", isNow);
    }
    keepFocus(had, [...this.#states.querySelectorAll("button")]);
  }

  get #caller() {
    const { call, call_number: number } = this.#row;
    return callerOf(this.#store.calls.get(call) ?? { number });
  }

  #choices(acts) {
    const set = (state, reason, words) => () => acts.setState(this.#row, state, reason, words);
    const box = make("div", {
      class: "acts",
      role: "group",
      "aria-label": `State of ${this.#row.name}`,
    });
    const add = (word, name, state, reason, press) => {
      const one = button(word, name);
      Object.assign(one.dataset, { choose: state, ...(reason && { reason }) });
      one.addEventListener("click", press);
      box.append(one);
    };
    box.append(this.#endWrapUp);
    add("Available", "check-circle", "available", null, set("available", null, "available"));
    for (const { code, label } of config.reasons ?? []) {
      const word = `Break: ${inSentence(label)}`;
      add(word, "cup", "on_break", code, set("on_break", code, word.toLowerCase()));
    }
    add("Set offline", "power", "offline", null, () => acts.logOut(this.#row));
    return box;
  }
}
