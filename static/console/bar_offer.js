// The call bar while a call is offered: from whom, for which queue, why to this agent, how long.

import * as clock from "./clock.js";
import { byId, fill, forbid, icon, make, redraw, setAttribute, setIcon } from "./dom.js";
import { offerWords } from "./offer_words.js";
import { lowerFirst } from "./words.js";

export function drawOffer(section, store) {
  const { offer } = store.agent;
  if (!offer) return;
  const isAnswering = store.answering === offer.id;
  const words = offerWords(offer);
  setAttribute(section, "data-offer", offer.id);
  setIcon(section.querySelector(".badge"), words.icon);
  fill(section, {
    from: words.title,
    badge: isAnswering ? "Connecting" : words.badge,
    asks: words.asks && `${words.asks}.`,
    queue: words.queue,
    to: words.to,
    choice: offer.choice,
    waited: clock.since(offer.enqueued_at),
    callback: words.hint,
    why: lowerFirst(offer.why ?? ""),
    accept: isAnswering ? "Connecting" : "Accept",
    ...timeOf(offer, isAnswering, words.then),
  });
  drawMarks(section.querySelector(".marks"), offer);
  forbid(byId("accept"), isAnswering);
  forbid(byId("decline"), isAnswering);
  drawMeter(offer, store.agent.since);
}

/** Priority and skills: only where the call asks for more than the next free agent. */
function drawMarks(place, { priority = 0, needs = [] }) {
  redraw(place, [priority, needs], () => {
    const marks = needs.map((need) => make("span", { class: "badge" }, icon("check"), need));
    const words = `Priority ${String(priority).replace("-", "−")}`;
    if (priority) marks.unshift(make("span", { class: "badge badge-accent" }, icon("flag"), words));
    return marks;
  });
}

function timeOf({ ring_until: until }, isAnswering, then) {
  if (isAnswering) return { left: "Connecting", then: "one moment" };
  if (!until) return { left: "Offered now", then: "your time to accept begins in a moment" };
  const left = clock.duration(Math.ceil(clock.secondsLeft(until)));
  return { left: `${left} left`, then };
}

function drawMeter({ ring_until: until }, since) {
  const whole = (Date.parse(until) - Date.parse(since)) / 1000;
  const share = until ? Math.min(1, clock.secondsLeft(until) / whole) : 1;
  byId("offer-meter").style.width = `${100 * share}%`;
}
