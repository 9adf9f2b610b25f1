// While no call is at hand: my queues and the people in them.

import * as clock from "./clock.js";
import { byId, icon, make, redraw, setAttribute, setText, show } from "./dom.js";
import { everyTick } from "./ticker.js";
import { plural, STATES } from "./words.js";

const LONG_WAIT = 120; // seconds

export class Board {
  #store;

  constructor(store) {
    this.#store = store;
    store.addEventListener("change", () => this.#draw());
    everyTick(() => this.#tick());
  }

  #draw() {
    const { queues, people } = this.#store;
    this.#rows(byId("queues"), queues, queueRow, drawQueue);
    this.#rows(byId("people"), people, personRow, drawPerson);
    show(byId("queues-none"), queues.size === 0);
    show(byId("people-none"), people.size === 0);
    this.#tick();
  }

  /** One row for each, kept while it is the same one: a change touches only its cells. */
  #rows(body, known, start, draw) {
    redraw(body, [...known.keys()], () => [...known.values()].map(start));
    for (const row of body.rows) draw(row, known.get(Number(row.dataset.id)));
  }

  #tick() {
    if (!this.#store.isLive) return;
    for (const timer of document.querySelectorAll("[data-since]")) {
      setText(timer, clock.since(timer.dataset.since) || "–");
    }
    for (const cell of document.querySelectorAll("[data-oldest]")) drawWait(cell);
  }
}

function queueRow(queue) {
  const name = make("th", { scope: "row" }, queue.name, make("span", { class: "sub2" }));
  const waiting = make("td", { class: "num", "data-waiting": "" });
  const longest = make("td", { class: "num", "data-oldest": "" });
  return make("tr", { "data-id": queue.id, "data-queue": queue.name }, name, waiting, longest);
}

function drawQueue(row, queue) {
  const [, waiting, longest] = row.cells;
  setText(row.querySelector(".sub2"), plural(queue.agents_available, "agent free", "agents free"));
  setText(waiting, queue.waiting);
  setAttribute(waiting, "data-waiting", queue.waiting);
  setAttribute(longest, "data-oldest", queue.waiting ? (queue.oldest_at ?? "") : "");
  drawWait(longest);
}

function drawWait(cell) {
  const { oldest } = cell.dataset;
  const seconds = oldest ? (clock.now() - Date.parse(oldest)) / 1000 : 0;
  const isLong = seconds >= LONG_WAIT;
  const text = oldest ? clock.duration(seconds) : "–";
  redraw(cell, [text, isLong], () => {
    if (!isLong) return [text];
    const over = make("span", { class: "vh" }, "long wait, ");
    return [make("span", { class: "warn nowrap" }, icon("alert"), " ", over, text)];
  });
}

function personRow(person) {
  const name = make("th", { scope: "row" }, person.name, make("span", { class: "sub2" }));
  const state = make("td", {}, make("span", { class: "state" }));
  return make(
    "tr",
    { "data-id": person.id },
    name,
    state,
    make("td", { class: "num timer", "data-since": "" }),
  );
}

function drawPerson(row, person) {
  const [name, state, since] = row.cells;
  const { word, icon: picture } = STATES[person.state];
  const said =
    person.state === "on_break" && person.reason ? `Break: ${person.reason.toLowerCase()}` : word;
  setText(name.querySelector(".sub2"), (person.queues ?? []).join(", "));
  setAttribute(state.firstElementChild, "data-state", person.state);
  redraw(state.firstElementChild, [picture, said], () => [icon(picture), said]);
  setAttribute(since, "data-since", person.since ?? "");
}
