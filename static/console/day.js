// My day and my last calls: asked for when no call is at hand, and once a minute then.

import * as clock from "./clock.js";
import { fetchDay } from "./api.js";
import { byId, icon, make, redraw, setAttribute, setText, show } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { stageOf } from "./store.js";
import { every } from "./ticker.js";
import { STATES } from "./words.js";

const AGAIN = 60; // seconds

const time = (seconds) => (seconds === null ? "–" : clock.duration(seconds));

export class Day {
  #store;
  #stage = "";

  constructor(store) {
    this.#store = store;
    store.addEventListener("change", () => this.#follow());
    every(AGAIN, () => this.#stage.startsWith("idle") && !document.hidden && this.#fetch());
  }

  #follow() {
    const { agent } = this.#store;
    const stage = `${stageOf(this.#store)} ${agent?.state}`;
    if (this.#store.isLive && stage !== this.#stage && stage.startsWith("idle")) this.#fetch();
    this.#stage = stage;
  }

  async #fetch() {
    try {
      const day = await fetchDay();
      this.#drawTiles(day);
      this.#drawStates(day.states);
      this.#drawCalls(day.last_calls);
    } catch {
      // The figures stay as they were; the connection badge says what is wrong.
    }
  }

  #drawTiles(day) {
    setText(
      byId("day-since"),
      `since ${clock.atMinute(day.since)}, signed in for ${clock.hours(day.signed_in_s)}`,
    );
    setText(byId("day-calls"), day.calls);
    setText(byId("day-calls-foot"), "answered by you");
    setText(byId("day-handle"), time(day.handle_s));
    setText(
      byId("day-handle-foot"),
      day.handle_s === null
        ? "no calls yet"
        : `talk ${time(day.talk_s)}, after ${time(day.wrap_up_s)}`,
    );
    redraw(byId("day-accepted"), [day.accepted, day.offers], () => [
      String(day.accepted),
      " ",
      make("small", {}, `of ${day.offers}`),
    ]);
    const not = ["missed", "declined", "failed"]
      .filter((how) => day[how])
      .map((how) => `${day[how]} ${how}`);
    setText(byId("day-accepted-foot"), not.join(", ") || "none missed");
    const share = day.occupancy === null ? null : Math.round(100 * day.occupancy);
    redraw(byId("day-occupancy"), share, () =>
      share === null ? ["–"] : [String(share), " ", make("small", {}, "%")],
    );
  }

  #drawStates(states) {
    const spent = states.filter(({ state, seconds }) => state !== "offline" && seconds >= 1);
    const whole = spent.reduce((sum, { seconds }) => sum + seconds, 0);
    const said = spent.map(({ state, seconds }) => `${STATES[state].word} ${clock.hours(seconds)}`);
    const bar = byId("day-bar");
    setAttribute(bar, "aria-label", said.join(", ") || "No time in a state yet");
    redraw(bar, spent, () =>
      spent.map(({ state, seconds }) => {
        const part = make("span", { "data-state": state });
        part.style.width = `${(100 * seconds) / whole}%`;
        return part;
      }),
    );
    redraw(byId("day-legend"), said, () =>
      spent.map(({ state, seconds }) =>
        make(
          "span",
          {},
          make("i", { class: "dot", "data-state": state }),
          STATES[state].word,
          " ",
          make("b", {}, clock.hours(seconds)),
        ),
      ),
    );
  }

  #drawCalls(calls) {
    show(byId("last-none"), calls.length === 0);
    redraw(byId("last-calls"), calls, () => calls.map(callRow));
  }
}

function callRow(call) {
  const picture = call.missed
    ? "phone-missed"
    : call.direction === "outbound"
      ? "phone-out"
      : "phone-in";
  const number = make(
    "th",
    { scope: "row", class: "nowrap" },
    make("span", { class: call.missed ? "bad" : "muted" }, icon(picture)),
    " ",
    phoneNumber(call.number),
  );
  const endedBy = call.ended_by ?? "–";
  return make(
    "tr",
    {},
    make("td", {}, make("a", { href: `/calls/${call.id}/`, target: "_blank" }, clock.atMinute(call.at))),
    number,
    make("td", {}, call.queue ?? "–"),
    make("td", { class: "num" }, time(call.talk_s)),
    make("td", {}, call.outcome || "–"),
    make("td", { class: "muted" }, endedBy),
  );
}
