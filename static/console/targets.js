// The panel in which a call is handed on or somebody is added: who can take it, and why not.

import { fetchTargets } from "./api.js";
import { byId, setAttribute, setText, show } from "./dom.js";
import { isPending } from "./talk.js";
import { drawTarget, listTargets, startTarget } from "./target_rows.js";
import { every, pause } from "./ticker.js";

const TYPED = 250; // milliseconds after the last key
const AGAIN = 5; // seconds: colleagues come and go
const MODES = {
  transfer: {
    title: "Transfer to",
    label: "Agent, queue, flow or number",
    kinds: ["agents", "queues", "flows", "numbers"],
  },
  add: { title: "Add to the call", label: "Agent or number", kinds: ["agents", "numbers"] },
};

export class Targets {
  #store;
  #asking;
  #mode = null; // transfer or add, while it is open
  #list = {};
  #rows = new Map(); // "agents joe" → its row, kept while it is listed: somebody may be on it
  #asked = 0; // the newest question, so that an older answer changes nothing
  #hasFailed = false;

  constructor({ store, asking }) {
    this.#store = store;
    this.#asking = asking;
    for (const mode of Object.keys(MODES))
      byId(mode).addEventListener("click", () => this.#toggle(mode));
    byId("targets-close").addEventListener("click", () => this.#close());
    byId("targets-find").addEventListener("input", () => this.#typed());
    byId("targets").addEventListener("keydown", (event) => this.#key(event));
    byId("targets-rows").addEventListener("click", ({ target }) => this.#chosen(target));
    asking.addEventListener("failed", ({ detail }) => this.#failed(detail));
    store.addEventListener("change", () => this.#follow());
    every(AGAIN, () => this.#mode && !document.hidden && this.#load());
  }

  #toggle(mode) {
    if (this.#mode === mode) return this.#close();
    this.#mode = mode;
    const { title, label } = MODES[mode];
    setText(byId("targets-title"), title);
    setText(byId("targets-label"), label);
    setText(byId("targets-error"), "");
    this.#expand();
    show(byId("targets"), true);
    this.#draw();
    this.#load();
    byId("targets-find").focus();
    byId("targets").scrollIntoView({ block: "nearest" });
  }

  #expand() {
    for (const mode of Object.keys(MODES))
      setAttribute(byId(mode), "aria-expanded", mode === this.#mode);
  }

  #close() {
    const opener = this.#mode && byId(this.#mode);
    const hadFocus = byId("targets").contains(document.activeElement);
    this.#mode = null;
    this.#expand();
    show(byId("targets"), false);
    byId("targets-find").value = "";
    this.#list = {};
    if (!hadFocus) return;
    const next = [opener, byId("cancel")].find((one) => one?.checkVisibility());
    next?.focus();
  }

  /** Nobody is left to be handed on, or a colleague is being asked. */
  #follow() {
    if (!this.#mode) return;
    const { call } = this.#store.agent ?? {};
    if (!call) this.#close();
    else this.#drawRows();
  }

  #key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.#close();
    }
  }

  async #typed() {
    const { value } = byId("targets-find");
    this.#draw();
    await pause(TYPED);
    if (this.#mode && value === byId("targets-find").value) this.#load();
  }

  async #load() {
    const asked = (this.#asked += 1);
    try {
      const found = await fetchTargets(byId("targets-find").value.trim());
      if (asked !== this.#asked || !this.#mode) return;
      this.#list = found;
      this.#hasFailed = false;
    } catch {
      if (asked !== this.#asked || !this.#mode) return;
      this.#hasFailed = true;
    }
    this.#draw();
  }

  #draw() {
    const { kinds } = MODES[this.#mode];
    const words = byId("targets-find").value.trim();
    const wanted = new Map(listTargets(this.#list, kinds, words).map((one) => [one.key, one]));
    const body = byId("targets-rows");
    for (const [key, row] of this.#rows) {
      if (wanted.has(key) && row.dataset.mode === this.#mode) continue;
      if (row.contains(document.activeElement)) byId("targets-find").focus();
      row.remove();
      this.#rows.delete(key);
    }
    [...wanted.values()].forEach((target, at) => {
      if (!this.#rows.has(target.key)) this.#rows.set(target.key, startTarget(target, this.#mode));
      const row = this.#rows.get(target.key);
      row.target = target;
      if (body.children[at] !== row) body.insertBefore(row, body.children[at] ?? null);
    });
    this.#drawRows();
    this.#drawNone(wanted.size, words);
  }

  #drawNone(count, words) {
    let said = "";
    if (this.#hasFailed) said = "The list could not be loaded. You can still type a number.";
    else if (!count)
      said = words ? `Nobody is called “${words}”.` : "There is nobody else here now.";
    setText(byId("targets-none"), said);
    show(byId("targets-none"), Boolean(said));
  }

  #drawRows() {
    const moving = ["transfer", "consult", "add"].some((kind) => isPending(this.#store, kind));
    const why = moving ? "One moment: it is being done." : "";
    setText(byId("targets-busy"), why);
    for (const row of this.#rows.values()) drawTarget(row, why);
  }

  async #chosen(element) {
    const button = element.closest("[data-do]");
    if (!button) return;
    const { target } = button.closest("li");
    setText(byId("targets-error"), "");
    const kind = button.dataset.do;
    const body = kind === "transfer" ? { kind: "blind", to: target.to } : { to: target.to };
    this.#store.change({ handed: kind === "transfer" ? { ...target, call: this.#callId } : null });
    const isTaken = await this.#asking.ask(kind, body);
    if (isTaken && kind !== "transfer") this.#close();
  }

  get #callId() {
    return this.#store.agent?.call?.id;
  }

  #failed({ kind, sentence }) {
    if (["transfer", "complete"].includes(kind)) this.#store.change({ handed: null });
    if (!this.#mode || !["transfer", "consult", "add"].includes(kind)) return;
    setText(byId("targets-error"), sentence);
  }
}
