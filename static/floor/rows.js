// A table whose rows are patched: a row is made once, drawn when it changed, moved when its place did.

import { setText, show } from "../console/dom.js";
import { place } from "./order.js";

/**
 * `section` holds tbody, a <template> of a row, `[data-none]` for an empty table, and `[data-rest]`
 * with a button for the rows beyond `limit`. `draw(tr, row)` fills the slots; `tick(tr, row)` its
 * timers. `details(box, row)` fills the row below the one that is open.
 */
export class Rows {
  #id;
  #body;
  #template;
  #none;
  #rest;
  #options;
  #shown = new Map();
  #context;
  #details = null;
  #limit;
  #watch = new IntersectionObserver((seen) => this.#seen(seen), { rootMargin: "100px" });
  open = null; // the id of the row whose details are open

  constructor(section, options) {
    this.#id = section.id;
    this.#body = section.querySelector("tbody");
    this.#template = section.querySelector("template");
    this.#none = section.querySelector("[data-none]");
    this.#rest = section.querySelector("[data-rest]");
    this.#options = options;
    this.#limit = options.limit ?? Infinity;
    this.#rest?.addEventListener("click", ({ target }) => target.closest("button") && this.#more());
    this.#body.addEventListener("click", (event) => this.#clicked(event));
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show these rows in this order, or the sentence. Another `context` draws all of them anew. */
  show(list, { none, context = "" }) {
    this.list = list;
    const isNew = context !== this.#context;
    this.#context = context;
    const visible = this.#visible(list);
    const gone = new Set(this.#shown.keys());
    for (const { id } of visible) gone.delete(id);
    for (const id of gone) this.#remove(id);
    const all = visible.map((row) => {
      const tr = this.#shown.get(row.id) ?? this.#made(row.id);
      if (isNew || tr.row !== row) {
        tr.row = row;
        this.#options.draw(tr, row);
        this.#options.tick?.(tr, row);
      }
      return tr;
    });
    place(this.#body, all, this.#pinned);
    this.#drawDetails();
    setText(this.#none, list.length ? "" : none);
    show(this.#none, !list.length);
    this.#drawRest(list.length);
  }

  /** The timers of the rows in view; those of the others are written when they come into view. */
  tick() {
    for (const tr of this.#shown.values()) if (tr.isSeen) this.#options.tick?.(tr, tr.row);
  }

  /** Open the details of this row and put focus there; they close when it is pressed again. */
  toggle(id, focus = true) {
    this.open = this.open === id ? null : id;
    this.#drawDetails(true);
    for (const tr of this.#shown.values()) this.#expanded(tr);
    if (!focus || this.open === null) return;
    const hands = [...this.#details.querySelectorAll("select, button, input")];
    hands.find((one) => one.checkVisibility())?.focus();
  }

  /** Close the details of this row, if they are the ones that are open; focus goes to their button. */
  close(id) {
    if (this.open !== id) return;
    const hadFocus = this.#details?.contains(document.activeElement);
    this.toggle(id, false);
    if (hadFocus) this.#focusOpener(id);
  }

  /** Bring this row into view, with its details open. */
  reveal(id) {
    const at = this.list.findIndex((row) => row.id === id);
    if (at >= this.#limit) this.#more(at);
    if (this.open !== id) this.toggle(id);
    this.#shown.get(id)?.scrollIntoView({ block: "center" });
  }

  /** The row that somebody works in, which stays where it is. */
  get #pinned() {
    return (
      this.#shown.get(this.open) ?? document.activeElement?.closest(`#${this.#id} tr[data-id]`)
    );
  }

  #visible(list) {
    return list.length > this.#limit ? list.slice(0, this.#limit) : list;
  }

  #made(id) {
    const tr = this.#template.content.firstElementChild.cloneNode(true);
    tr.dataset.id = id;
    const slots = tr.querySelectorAll("[data-slot]");
    tr.slots = Object.fromEntries([...slots].map((slot) => [slot.dataset.slot, slot]));
    const acts = tr.querySelectorAll("[data-act]");
    tr.acts = Object.fromEntries([...acts].map((button) => [button.dataset.act, button]));
    this.#shown.set(id, tr);
    this.#watch.observe(tr);
    return tr;
  }

  #remove(id) {
    const tr = this.#shown.get(id);
    const hadFocus = tr.contains(document.activeElement);
    this.#shown.delete(id);
    this.#watch.unobserve(tr);
    tr.remove();
    if (hadFocus) this.#body.closest("[tabindex]")?.focus();
  }

  #seen(entries) {
    for (const { target: tr, isIntersecting } of entries) {
      tr.isSeen = isIntersecting;
      if (isIntersecting) this.#options.tick?.(tr, tr.row);
    }
  }

  #drawDetails(isNew = false) {
    const tr = this.#shown.get(this.open);
    if (!tr) {
      if (this.#details?.contains(document.activeElement)) this.#body.closest("[tabindex]").focus();
      this.#details?.remove();
      this.open = this.#details = null;
      return;
    }
    if (isNew || !this.#details) {
      this.#details?.remove();
      this.#details = document.createElement("tr");
      this.#details.className = "sub whyrow";
      const cell = document.createElement("td");
      cell.colSpan = tr.children.length;
      cell.append(this.#options.details(tr.row));
      this.#details.append(cell);
    }
    if (tr.nextElementSibling !== this.#details) tr.after(this.#details);
    this.#options.detailed?.(this.#details.firstChild.firstChild, tr.row);
    this.#expanded(tr);
  }

  #expanded(tr) {
    const isOpen = tr.row.id === this.open;
    tr.classList.toggle("sub", isOpen);
    for (const button of tr.querySelectorAll("[aria-expanded]"))
      button.setAttribute("aria-expanded", String(isOpen));
  }

  #clicked({ target }) {
    const button = target.closest("button[data-act]");
    const tr = button?.closest("tr[data-id]");
    if (tr) this.#options.acted?.(button, tr.row);
  }

  /** Esc closes the details, and focus goes back to the button that opened them. */
  #key({ key }) {
    if (key !== "Escape" || this.open === null) return;
    const id = this.open;
    this.toggle(id);
    this.#focusOpener(id);
  }

  #focusOpener(id) {
    this.#shown.get(id)?.querySelector("[aria-expanded]:not([hidden])")?.focus();
  }

  #drawRest(count) {
    if (!this.#rest) return;
    show(this.#rest, count > this.#limit);
    const next = Math.min(this.#options.limit, count - this.#limit);
    setText(this.#rest.firstElementChild, `Show ${next} more of ${count}`);
  }

  /** Show as many more, and at least up to this place. */
  #more(at = 0) {
    const step = this.#options.limit;
    this.#limit = Math.max(this.#limit + step, Math.ceil((at + 1) / step) * step);
    this.show(this.list, { none: "", context: this.#context });
  }
}
