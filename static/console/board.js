// While no call is at hand: my queues and the people in them.

import { MODES } from "../supervising/modes.js";
import * as clock from "./clock.js";
import { config } from "./config.js";
import { byId, forbid, icon, make, redraw, setAttribute, setText, show } from "./dom.js";
import { inSentence } from "./reasons.js";
import { everyTick } from "./ticker.js";
import { plural, STATES } from "./words.js";

const LONG_WAIT = 120; // seconds
// A call is taken over once one is in it.
const COACHING = Object.entries(MODES).filter(([mode]) => mode !== "take_over");

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
  const name = make(
    "th",
    { scope: "row" },
    make("span", { class: "name" }),
    make("span", { class: "sub2 work" }, make("span"), make("span", { class: "work" })),
  );
  const waiting = make("td", { class: "num", "data-waiting": "" });
  const longest = make("td", { class: "num", "data-oldest": "" });
  return make("tr", { "data-id": queue.id }, name, waiting, longest);
}

function drawQueue(row, queue) {
  const [name, waiting, longest] = row.cells;
  setAttribute(row, "data-queue", queue.name);
  setText(name.firstElementChild, queue.name);
  const [free, work] = row.querySelector(".sub2").children;
  setText(free, plural(queue.agents_available, "agent free", "agents free"));
  drawWork(work, queue);
  setText(waiting, queue.waiting);
  setAttribute(waiting, "data-waiting", queue.waiting);
  setAttribute(longest, "data-oldest", queue.waiting ? (queue.oldest_at ?? "") : "");
  drawWait(longest);
}

/** What callers left behind instead of waiting. */
function drawWork(place, { voicemails = 0, callbacks = 0 }) {
  redraw(place, [voicemails, callbacks], () => [
    ...badge("voicemail", voicemails, "message", "messages"),
    ...badge("callback", callbacks, "callback", "callbacks"),
  ]);
}

const badge = (picture, count, one, many) =>
  count
    ? [
        make(
          "span",
          { class: "badge", title: plural(count, one, many) },
          icon(picture),
          String(count),
          make("span", { class: "vh" }, ` ${count === 1 ? one : many}`),
        ),
      ]
    : [];

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

function coaching([mode, { word }]) {
  const how = { class: "btn btn-sm btn-icon", type: "button", "data-supervise": mode, title: word };
  return make("button", how, icon(mode));
}

/** Only whoever may coach, and only where a call is to be heard; `can` says why not, by mode. */
function drawCoaching(place, { name, call, can }) {
  show(place, Boolean(call) && place.children.length > 0);
  if (!call) return;
  for (const button of place.children) {
    const { supervise } = button.dataset;
    const { word } = MODES[supervise];
    setAttribute(button, "data-call", call);
    setAttribute(button, "aria-label", `${word}, ${name}`);
    const why = can?.[supervise] ?? "";
    forbid(button, why);
    setAttribute(button, "title", why || word);
  }
}

function personRow({ id }) {
  const name = make(
    "th",
    { scope: "row" },
    make("span", { class: "name" }),
    make("span", { class: "sub2" }),
    make(
      "span",
      { class: "coaching", hidden: "" },
      ...(config.coach ? COACHING.map(coaching) : []),
    ),
  );
  const state = make("td", {}, make("span", { class: "state" }));
  return make(
    "tr",
    { "data-id": id },
    name,
    state,
    make("td", { class: "num timer", "data-since": "" }),
  );
}

function drawPerson(row, person) {
  const [name, state, since] = row.cells;
  const { word, icon: picture } = STATES[person.state];
  const said =
    person.state === "on_break" && person.reason ? `Break: ${inSentence(person.reason)}` : word;
  setText(name.firstElementChild, person.name);
  setText(name.querySelector(".sub2"), (person.queues ?? []).join(", "));
  drawCoaching(name.querySelector(".coaching"), person);
  setAttribute(state.firstElementChild, "data-state", person.state);
  redraw(state.firstElementChild, [picture, said], () => [icon(picture), said]);
  setAttribute(since, "data-since", person.since ?? "");
}
