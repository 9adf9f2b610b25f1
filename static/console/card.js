// What is known of the call at hand and of its caller: asked for when the call changes.

import * as clock from "./clock.js";
import { fetchCard } from "./api.js";
import { Customer } from "./customer.js";
import { byId, fill, make, redraw, setText, show } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { pause } from "./ticker.js";
import { plural } from "./words.js";

const AGAIN = 2000; // milliseconds

const noneFrom = (number) =>
  number
    ? "No earlier calls from this number."
    : "The number is withheld, so no earlier calls can be found.";

function sayNone(words) {
  for (const place of document.querySelectorAll("[data-none]")) {
    setText(place, words);
    show(place, Boolean(words));
  }
}

const time = (seconds) => (seconds === null ? "–" : clock.duration(seconds));

export class Card {
  #customer = new Customer();
  #store;
  #seen = "";

  constructor(store) {
    this.#store = store;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { agent, callId: id, isLive, phone, card } = this.#store;
    // While it is only offered it is nobody's, and the server keeps nothing.
    show(byId("customer-edit"), Boolean(card) && !agent?.offer);
    // Another window may have written since it held the phone.
    const { state, call, wrap_up: wrapUp } = agent ?? {};
    const of = [id, state, call?.state, call?.answered_at, wrapUp?.outcome_required];
    const seen = id && isLive ? [...of, phone.here, phone.epoch].join(" ") : "";
    if (seen === this.#seen) return;
    this.#seen = seen;
    if (card && card.id !== id) this.#forget();
    if (seen) this.#fetch(id, seen);
  }

  /** Nothing of one call is shown, or written to, while the next is there. */
  #forget() {
    this.#draw({ from: "", to: "", queue: "", calls_30_days: 0, earlier: [], steps: [] });
    // What is not known yet is not said to be withheld.
    setText(byId("customer-number"), "");
    redraw(byId("customer-facts"), [], () => []);
    sayNone("");
    this.#customer.draw(null);
    this.#store.change({ card: null });
  }

  async #fetch(id, seen) {
    const asked = performance.now();
    let card;
    try {
      card = { ...(await fetchCard(id)), asked };
    } catch {
      return this.#again(id, seen);
    }
    if (seen !== this.#seen) return;
    this.#draw(card);
    this.#store.change({ card });
  }

  /** The call itself does not need the card; what is known of it stays. */
  async #again(id, seen) {
    if (seen === this.#seen && !this.#store.card)
      this.#say("This could not be loaded. It is tried again by itself.");
    await pause(AGAIN);
    if (seen === this.#seen) this.#fetch(id, seen);
  }

  #say(gone) {
    setText(byId("steps-none"), gone);
    show(byId("steps-none"), Boolean(gone));
  }

  #draw(card) {
    this.#say("");
    show(byId("customer"), !this.#isInternal);
    this.#drawCustomer(card);
    if (card.id) this.#customer.draw(card);
    this.#drawEarlier(card);
    redraw(byId("steps"), card.steps, () => card.steps.map(stepRow));
  }

  /** Colleagues among themselves: there is no customer to know of. */
  get #isInternal() {
    const { call, offer } = this.#store.agent ?? {};
    return call ? call.direction === "internal" : offer?.kind === "outgoing" && Boolean(offer.by);
  }

  #drawCustomer({ from, number, to, queue, calls_30_days: calls, earlier }) {
    const shown = number || from;
    setText(byId("customer-number"), phoneNumber(shown));
    show(byId("customer-calls"), Boolean(shown));
    fill(byId("customer-calls"), { calls: `${plural(calls, "call", "calls")} in 30 days` });
    const isOut = this.#store.agent?.call?.direction === "outbound";
    const facts = isOut
      ? [["Shown as", phoneNumber(from)]]
      : [
          ["Called", phoneNumber(to)],
          ["For", queue ?? "you"],
        ];
    if (!isOut && number && number !== from) facts.unshift(["Called from", phoneNumber(from)]);
    const [last] = earlier;
    if (last) facts.push(["Last call", `${clock.onDay(last.at)}, ${last.agent || "nobody"}`]);
    redraw(byId("customer-facts"), facts, () =>
      facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]),
    );
  }

  #drawEarlier({ from, number, earlier }) {
    sayNone(earlier.length ? "" : noneFrom(number || from));
    show(byId("earlier-table"), earlier.length > 0);
    redraw(byId("earlier-table").tBodies[0], earlier, () => earlier.map(tableRow));
    redraw(byId("earlier-list"), earlier, () => earlier.map(listRow));
    this.#drawLast(earlier[0]);
  }

  #drawLast(last) {
    const isTold = Boolean(last && (last.note || last.outcome));
    show(byId("last-call"), isTold);
    if (!isTold) return;
    setText(byId("last-call-title"), `Last call, ${clock.onLongDay(last.at)}`);
    setText(byId("last-call-note"), last.note || "No notes were written.");
    show(byId("last-call-outcome"), Boolean(last.outcome));
    fill(byId("last-call-outcome"), { outcome: last.outcome });
    const facts = [
      last.agent,
      last.queue,
      last.talk_s === null ? "" : `talked ${time(last.talk_s)}`,
    ];
    setText(byId("last-call-facts"), facts.filter(Boolean).join(", "));
  }
}

function stepRow({ at, seg, text }) {
  return make(
    "li",
    { "data-seg": seg },
    make("time", { datetime: at }, clock.atMinute(at)),
    make("span", { class: "pin" }),
    make("span", {}, text),
  );
}

/** The day of an earlier call; it leads to the page of a call of mine. */
const dayOf = ({ id, at, mine }) =>
  mine ? make("a", { href: `/calls/${id}/`, target: "_blank" }, clock.onDay(at)) : clock.onDay(at);

/** What came of it, and what the caller left behind. */
const cameOf = ({ outcome, callback, voicemail }) => {
  const left = [callback && `callback ${callback}`, voicemail && "left a message"];
  return [outcome, ...left.filter(Boolean)].filter(Boolean).join(", ");
};

function tableRow(call) {
  const { queue, agent, talk_s: talk } = call;
  return make(
    "tr",
    {},
    make("th", { scope: "row", class: "nowrap" }, dayOf(call)),
    make("td", {}, queue || "–"),
    make("td", {}, agent || "–"),
    make("td", { class: "num" }, time(talk)),
    make("td", {}, cameOf(call) || "–"),
  );
}

function listRow(call) {
  const { at, queue, agent, talk_s: talk, note } = call;
  const what = [agent, note || cameOf(call)].filter(Boolean).join(": ");
  return make(
    "li",
    {},
    make("b", {}, [clock.onDay(at), queue].filter(Boolean).join(", ")),
    make("span", { class: "muted" }, time(talk)),
    make("span", { class: "muted clip" }, what || "–"),
  );
}
