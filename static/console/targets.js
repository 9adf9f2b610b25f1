// The panel in which a call is handed on or somebody is added: who can take it, and why not.

import { place } from "../floor/order.js";
import { fetchTargets } from "./api.js";
import { byId, setAttribute, setText, show } from "./dom.js";
import { isPending } from "./talk.js";
import { drawTarget, listTargets, startTarget } from "./target_rows.js";
import { every, pause } from "./ticker.js";

const TYPED = 250; // milliseconds after the last key
const AGAIN = 5; // seconds: colleagues come and go
const SETTLING = 700; // milliseconds in which a click was meant for what stood there before
const MODES = {
  transfer: {
    title: "Transfer to",
    label: "Agent, queue, flow or number",
    kinds: ["agents", "queues", "flows", "numbers"],
  },
  add: { title: "Add to the call", label: "Agent or number", kinds: ["agents", "numbers"] },
};

const topOf = (row) => row.getBoundingClientRect().top;

export class Targets {
  #store;
  #asking;
  #mode = null; // transfer or add, while it is open
  #list = null; // what the server said last; null: nothing yet
  #answered = ""; // the words that it said it of
  #ordered = null; // and those whose order is shown
  #rows = new Map(); // "agents joe" → its row, kept while it is listed: somebody may be on it
  #settling = null;
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
    this.#list = null;
    this.#hasFailed = false;
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
    const words = byId("targets-find").value.trim();
    try {
      const found = await fetchTargets(words);
      if (asked !== this.#asked || !this.#mode) return;
      this.#list = found;
      this.#answered = words;
      this.#hasFailed = false;
    } catch {
      if (asked !== this.#asked || !this.#mode) return;
      this.#hasFailed = true;
    }
    this.#draw();
  }

  #draw() {
    const words = byId("targets-find").value.trim();
    const listed = listTargets(this.#list ?? {}, MODES[this.#mode].kinds, words);
    const body = byId("targets-rows");
    const tops = new Map([...body.children].map((row) => [row, topOf(row)]));
    const order = this.#inOrder(listed);
    this.#drop(listed);
    const rows = order.map((target) => this.#rowOf(target));
    place(body, rows, rows.find((row) => row.contains(document.activeElement)));
    this.#drawRows();
    if (rows.some((row) => tops.has(row) && tops.get(row) !== topOf(row))) this.#settle();
    this.#drawNone(listed.length, words);
  }

  /** Whoever is listed keeps their place while the words are the same; who is new comes last. */
  #inOrder(listed) {
    const isSame = this.#ordered === this.#answered;
    this.#ordered = this.#answered;
    if (!isSame) return listed;
    const shown = [...byId("targets-rows").children].map(({ target }) => target.key);
    const placeOf = ({ key, isTyped }) => {
      if (isTyped) return -1;
      return shown.includes(key) ? shown.indexOf(key) : shown.length;
    };
    return [...listed].sort((a, b) => placeOf(a) - placeOf(b));
  }

  #drop(listed) {
    const keys = new Set(listed.map(({ key }) => key));
    for (const [key, row] of this.#rows) {
      if (keys.has(key) && row.dataset.mode === this.#mode) continue;
      if (row.contains(document.activeElement)) byId("targets-find").focus();
      row.remove();
      this.#rows.delete(key);
    }
  }

  #rowOf(target) {
    if (!this.#rows.has(target.key)) this.#rows.set(target.key, startTarget(target, this.#mode));
    const row = this.#rows.get(target.key);
    row.target = target;
    return row;
  }

  /** Rows have moved: a click that was meant for another one does nothing. Keys go through. */
  #settle() {
    const body = byId("targets-rows");
    clearTimeout(this.#settling);
    body.style.pointerEvents = "none";
    this.#settling = setTimeout(() => (body.style.pointerEvents = ""), SETTLING);
  }

  #drawNone(count, words) {
    let said = "";
    if (this.#hasFailed) said = "The list could not be loaded. You can still type a number.";
    else if (this.#list === null) said = "Loading…";
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
